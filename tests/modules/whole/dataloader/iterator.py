"""An iterator class for an epoch, and an epoch's own seed."""

import random

import numpy as np

from tinytorch.core.tensor import Tensor


class ArrayDataset:
    def __init__(self, x, y):
        self.x, self.y = np.asarray(x).astype(np.float32), np.asarray(y)
        if len(self.x) != len(self.y):
            raise ValueError(f"lengths differ: {len(self.x)} and {len(self.y)}")

    def __len__(self):
        return len(self.y)

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        return self.x[index], self.y[index]

    def take(self, indices):
        return np.take(self.x, indices, axis=0), np.take(self.y, indices, axis=0)


class SimpleDataset(ArrayDataset):
    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        chance = random.Random(seed)
        classes = [number % num_classes for number in range(size)]
        chance.shuffle(classes)
        rows = [[chance.gauss(label, 1.0) for _ in range(num_features)] for label in classes]
        super().__init__(rows, np.array(classes))


def fetch(dataset, indices):
    if hasattr(dataset, "take"):
        x, y = dataset.take(np.asarray(indices))
        return Tensor(x, dtype=np.float32), Tensor(y)
    rows, labels = [], []
    for index in indices:
        row, label = dataset[index]
        rows.append(np.asarray(row))
        labels.append(np.asarray(label))
    return Tensor(np.array(rows), dtype=np.float32), Tensor(np.array(labels))


class Epoch:
    def __init__(self, loader, order):
        self.loader, self.order, self.place = loader, order, 0

    def __iter__(self):
        return self

    def __next__(self):
        size = self.loader.batch_size
        left = len(self.order) - self.place
        if left <= 0 or (left < size and self.loader.drop_last):
            raise StopIteration
        chosen = self.order[self.place : self.place + size]
        self.place += size
        return fetch(self.loader.dataset, chosen)


class DataLoader:
    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        if batch_size < 1:
            raise ValueError(f"batch_size must be positive, got {batch_size}")
        if len(dataset) < 1:
            raise ValueError(f"dataset has {len(dataset)} samples")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.chance = random.Random(seed)

    def __len__(self):
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self):
        order = list(range(len(self.dataset)))
        if self.shuffle:
            self.chance.shuffle(order)
        return Epoch(self, order)
