"""Step by step, with names for everything and no cleverness."""

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential:
    def __init__(self, layers=None):
        self.layers = []
        if layers is not None:
            for layer in layers:
                self.add(layer)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        current = x
        for number in range(len(self.layers)):
            layer = self.layers[number]
            current = layer(current)
        return current

    def add(self, layer):
        self.layers.append(layer)

    def parameters(self):
        found = []
        for layer in self.layers:
            try:
                method = layer.parameters
            except AttributeError:
                continue
            for parameter in method():
                found.append(parameter)
        return found

    def __len__(self):
        count = 0
        for _ in self.layers:
            count += 1
        return count

    def __getitem__(self, index):
        length = len(self.layers)
        if not -length <= index < length:
            raise IndexError(f"layer {index} of {length}")
        return self.layers[index]


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    if not isinstance(rng, np.random.Generator):
        rng = np.random.default_rng(rng)
    network = Sequential()
    size = input_size
    for hidden_size in hidden_sizes:
        network.add(Dense(size, hidden_size, rng=rng))
        network.add(ReLU())
        size = hidden_size
    network.add(Dense(size, output_size, rng=rng))
    return network


def save(network, path):
    arrays = []
    for parameter in network.parameters():
        arrays.append(np.array(parameter.data))
    with open(path, "wb") as file:
        np.savez(file, *arrays)


def load(network, path):
    parameters = list(network.parameters())
    arrays = {}
    with np.load(path, allow_pickle=False) as file:
        for name in file.files:
            arrays[name] = file[name]
    if len(arrays) != len(parameters):
        raise ValueError(f"{len(arrays)} arrays for {len(parameters)} parameters")
    for number, parameter in enumerate(parameters):
        found = arrays[f"arr_{number}"].shape
        if found != tuple(parameter.shape):
            raise ValueError(f"arr_{number} has the shape {found}, the parameter {tuple(parameter.shape)}")
    for number, parameter in enumerate(parameters):
        parameter.data = arrays[f"arr_{number}"].astype(parameter.data.dtype)
