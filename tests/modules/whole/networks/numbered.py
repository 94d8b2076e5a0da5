"""Layers stand in a dict by their number, and a file is read by the names in it."""

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential:
    def __init__(self, layers=()):
        self.by_number = dict(enumerate(layers))

    @property
    def layers(self):
        return [self.by_number[number] for number in sorted(self.by_number)]

    def forward(self, x):
        for number in range(len(self)):
            x = self.by_number[number](x)
        return x

    def __call__(self, x):
        return self.forward(x)

    def add(self, layer):
        self.by_number[len(self.by_number)] = layer

    def parameters(self):
        return [each for layer in self.layers if hasattr(layer, "parameters") for each in layer.parameters()]

    def __len__(self):
        return len(self.by_number)

    def __getitem__(self, index):
        number = index + len(self) if index < 0 else index
        try:
            return self.by_number[number]
        except KeyError:
            raise IndexError(f"no layer {index}, there are {len(self)}") from None


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    generator = np.random.default_rng(rng)
    network, inputs = Sequential(), input_size
    for outputs in list(hidden_sizes):
        network.add(Dense(inputs, outputs, rng=generator))
        network.add(ReLU())
        inputs = outputs
    network.add(Dense(inputs, output_size, rng=generator))
    return network


def save(network, path):
    named = {f"arr_{number}": parameter.data for number, parameter in enumerate(network.parameters())}
    with open(path, "wb") as file:
        np.savez(file, **named)


def load(network, path):
    with np.load(path, allow_pickle=False) as file:
        found = {int(name.removeprefix("arr_")): file[name] for name in file.files}
    wanted = dict(enumerate(network.parameters()))
    if found.keys() != wanted.keys():
        raise ValueError(f"parameters {sorted(wanted)} are wanted, and {sorted(found)} are in the file")
    for number, parameter in wanted.items():
        if found[number].shape != parameter.data.shape:
            raise ValueError(f"parameter {number}: {parameter.data.shape} wanted, {found[number].shape} found")
    for number, parameter in wanted.items():
        parameter.data = found[number].astype(parameter.data.dtype)
