"""Places wait in a deque, from which each batch takes its own."""

from collections import deque

import numpy as np

from tinytorch.core.tensor import Tensor


class ArrayDataset:
    def __init__(self, x, y):
        x, y = np.asarray(x, dtype="float32"), np.asarray(y)
        if x.shape[0] != y.shape[0]:
            raise ValueError(f"one sample has one x and one y; there are {x.shape[0]} x and {y.shape[0]} y")
        self.x, self.y = x, y

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, index):
        return (self.x[index], self.y[index])

    def take(self, indices):
        return (self.x.take(indices, axis=0), self.y.take(indices, axis=0))


class SimpleDataset(ArrayDataset):
    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        rng = np.random.default_rng(seed)
        labels = rng.choice(num_classes, size=size)
        noise = rng.normal(0, 0.5, size=(size, num_features))
        middles = rng.normal(0, 2, size=(num_classes, num_features))
        super().__init__(middles[labels] + noise, labels)


def fetch(dataset, indices):
    if hasattr(dataset, "take"):
        x, y = dataset.take(indices)
    else:
        first_x, first_y = dataset[int(indices[0])]
        x = np.empty((len(indices), *np.shape(first_x)), dtype=np.float32)
        y = [first_y]
        x[0] = np.asarray(first_x)
        for row, index in enumerate(indices[1:], start=1):
            each, label = dataset[int(index)]
            x[row] = np.asarray(each)
            y.append(label)
        y = np.stack([np.asarray(label) for label in y])
    return Tensor(x, dtype=np.float32), Tensor(y)


class DataLoader:
    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        if batch_size <= 0:
            raise ValueError(f"batch_size = {batch_size}")
        if len(dataset) <= 0:
            raise ValueError(f"dataset of length {len(dataset)}")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = np.random.default_rng(seed)

    def __len__(self):
        count, size = len(self.dataset), self.batch_size
        batches = count // size
        if count % size != 0 and not self.drop_last:
            batches += 1
        return batches

    def __iter__(self):
        waiting = deque(range(len(self.dataset)))
        if self.shuffle:
            waiting = deque(self.generator.permutation(len(self.dataset)).tolist())
        while waiting:
            chosen = [waiting.popleft() for _ in range(min(self.batch_size, len(waiting)))]
            if len(chosen) < self.batch_size and self.drop_last:
                return
            yield fetch(self.dataset, np.array(chosen))
