"""Generators all the way: an epoch is a pipeline of them."""

import numpy as np

from tinytorch.core.tensor import Tensor


class ArrayDataset:
    def __init__(self, x, y):
        lengths = len(x), len(y)
        if lengths[0] != lengths[1]:
            raise ValueError(f"{lengths[0]} rows of x and {lengths[1]} of y")
        self.x = np.array(x, dtype=np.float32)
        self.y = np.array(y)

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, index):
        return self.x[index], self.y[index]

    def take(self, indices):
        return self.x[indices], self.y[indices]


class SimpleDataset(ArrayDataset):
    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        generator = np.random.default_rng(seed)
        classes = generator.permutation(np.arange(size) % num_classes)
        features = generator.normal(size=(size, num_features)) + classes[:, None]
        super().__init__(features, classes)


def fetch(dataset, indices):
    take = getattr(dataset, "take", None)
    if take is None:
        pairs = [dataset[int(index)] for index in indices]
        x = np.stack([np.asarray(pair[0]) for pair in pairs])
        y = np.stack([np.asarray(pair[1]) for pair in pairs])
    else:
        x, y = take(indices)
    return Tensor(x, np.float32), Tensor(y)


def cut(order, size, drop_last):
    for start in range(0, len(order), size):
        piece = order[start : start + size]
        if not drop_last or len(piece) == size:
            yield piece


class DataLoader:
    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        if batch_size <= 0:
            raise ValueError(f"batch_size={batch_size} is too small")
        if not len(dataset):
            raise ValueError("the dataset is empty: length 0")
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.generator = np.random.default_rng(seed) if shuffle else None

    def __len__(self):
        return sum(1 for _ in cut(range(len(self.dataset)), self.batch_size, self.drop_last))

    def __iter__(self):
        count = len(self.dataset)
        order = np.arange(count) if self.generator is None else self.generator.permutation(count)
        return (fetch(self.dataset, piece) for piece in cut(order, self.batch_size, self.drop_last))
