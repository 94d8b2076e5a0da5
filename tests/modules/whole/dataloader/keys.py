"""Each sample draws a key, and the keys' order is the epoch's; small functions throughout."""

import numpy as np

from tinytorch.core.tensor import Tensor


def _same_length(x, y):
    if len(x) != len(y):
        raise ValueError(f"{len(x)} x and {len(y)} y make no samples")
    return x, y


class ArrayDataset:
    def __init__(self, x, y):
        x, y = _same_length(x, y)
        self.x, self.y = np.asarray(x).astype(np.float32), np.asarray(y)

    __len__ = lambda self: len(self.x)
    __getitem__ = lambda self, index: (self.x[index], self.y[index])

    def take(self, indices):
        return tuple(np.take(array, indices, axis=0) for array in (self.x, self.y))


class SimpleDataset(ArrayDataset):
    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        draw = np.random.default_rng(seed)
        y = (num_classes * draw.random(size)).astype(int)
        angle = 2 * np.pi * y[:, None] / num_classes + np.arange(num_features)
        ArrayDataset.__init__(self, np.cos(angle) + 0.3 * draw.standard_normal((size, num_features)), y)


def _rows(pairs):
    x, y = zip(*pairs)
    return np.stack(list(map(np.asarray, x))), np.stack(list(map(np.asarray, y)))


def fetch(dataset, indices):
    take = getattr(dataset, "take", lambda places: _rows(dataset[place] for place in places))
    x, y = take(indices)
    return Tensor(x, dtype=np.float32), Tensor(y)


class DataLoader:
    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        for name, value in (("batch_size", batch_size), ("dataset", len(dataset))):
            if value < 1:
                raise ValueError(f"{name} is too small: {value}")
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last = shuffle, drop_last
        self.rng = np.random.default_rng(seed)

    def _ends(self):
        stop = len(self.dataset) - (len(self.dataset) % self.batch_size if self.drop_last else 0)
        return range(0, stop, self.batch_size)

    def __len__(self):
        return len(self._ends())

    def __iter__(self):
        keys = self.rng.random(len(self.dataset)) if self.shuffle else np.zeros(len(self.dataset))
        order = np.argsort(keys, kind="stable")
        for start in self._ends():
            yield fetch(self.dataset, order[start : start + self.batch_size])
