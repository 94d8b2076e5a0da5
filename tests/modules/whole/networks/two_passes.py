"""Checking and changing are two functions; walking the layers is a generator."""

from pathlib import Path

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential:
    def __init__(self, layers=()):
        self.layers = [*layers]

    def _outputs(self, x):
        yield x
        for layer in self.layers:
            x = layer(x)
            yield x

    def forward(self, x):
        *_, last = self._outputs(x)
        return last

    def __call__(self, x):
        return self.forward(x)

    def add(self, layer):
        self.layers += [layer]

    def _walk(self):
        for layer in self.layers:
            yield from getattr(layer, "parameters", tuple)()

    def parameters(self):
        return list(self._walk())

    def __len__(self):
        return sum(1 for _ in self.layers)

    def __getitem__(self, index):
        if not -len(self.layers) <= index < len(self.layers):
            raise IndexError(f"there is no layer {index} of {len(self.layers)}")
        return self.layers[index]


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    def layers(generator, sizes):
        for before, after in zip(sizes[:-1], sizes[1:]):
            yield Dense(before, after, rng=generator)
            yield ReLU()

    made = list(layers(np.random.default_rng(rng), [input_size, *hidden_sizes, output_size]))
    return Sequential(made[:-1])


def save(network, path):
    with Path(path).open("wb") as file:
        np.savez(file, *[np.array(parameter.data) for parameter in network.parameters()])


def _read(path):
    with np.load(path, allow_pickle=False) as file:
        return [np.array(file[f"arr_{number}"]) for number in range(len(file.files))]


def _compare(tensors, arrays):
    if len(tensors) != len(arrays):
        raise ValueError(f"expected {len(tensors)} arrays, found {len(arrays)}")
    wrong = [pair for pair in zip(tensors, arrays) if pair[0].data.shape != pair[1].shape]
    if wrong:
        raise ValueError(f"expected shape {wrong[0][0].data.shape}, found {wrong[0][1].shape}")


def load(network, path):
    tensors, arrays = network.parameters(), _read(path)
    _compare(tensors, arrays)
    for tensor, array in zip(tensors, arrays):
        tensor.data = np.asarray(array, dtype=tensor.data.dtype)
