"""Lists of places, cut into lists of batches before the first is made."""

import numpy as np

from tinytorch.core.tensor import Tensor


class ArrayDataset:
    def __init__(self, x, y):
        sizes = len(x), len(y)
        if sizes[0] != sizes[1]:
            raise ValueError("x has %d samples and y has %d" % sizes)
        self.x = np.array(x, dtype=np.float32)
        self.y = np.array(y)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, index):
        return self.x[index], self.y[index]

    def take(self, indices):
        places = np.asarray(indices)
        return self.x[places], self.y[places]


class SimpleDataset(ArrayDataset):
    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        rng = np.random.default_rng(seed)
        classes = rng.permuted(np.resize(np.arange(num_classes), size))
        offsets = rng.uniform(-3, 3, (num_classes, num_features))
        super().__init__(offsets[classes] + rng.normal(size=(size, num_features)), classes)


def fetch(dataset, indices):
    if hasattr(dataset, "take"):
        x, y = dataset.take(indices)
        return Tensor(np.asarray(x), dtype=np.float32), Tensor(y)
    pairs = [dataset[index] for index in indices]
    return (
        Tensor(np.stack([np.asarray(x) for x, _ in pairs]), dtype=np.float32),
        Tensor(np.stack([np.asarray(y) for _, y in pairs])),
    )


class DataLoader:
    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        if not batch_size >= 1:
            raise ValueError("batch_size has to be 1 or more, and is %s" % batch_size)
        if not len(dataset):
            raise ValueError("dataset has 0 samples")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else (count + self.batch_size - 1) // self.batch_size

    def _plan(self):
        places = np.arange(len(self.dataset))
        if self.shuffle:
            places = self.rng.permutation(places)
        return [places[number * self.batch_size :][: self.batch_size] for number in range(len(self))]

    def __iter__(self):
        return map(lambda places: fetch(self.dataset, places), self._plan())
