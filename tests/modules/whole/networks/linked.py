"""Layers hang together like a chain: each link calls the next one."""

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential:
    def __init__(self, layers=()):
        self.layers = []
        for layer in layers:
            self.add(layer)

    def add(self, layer):
        self.layers.append(layer)

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        return self._from(0, x)

    def _from(self, place, x):
        return x if place == len(self.layers) else self._from(place + 1, self.layers[place](x))

    def parameters(self):
        found = []
        for layer in self.layers:
            try:
                own = layer.parameters
            except AttributeError:
                continue
            found += own()
        return found

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, index):
        return self.layers[index]


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    generator = np.random.default_rng(rng)
    hidden_sizes = tuple(hidden_sizes)
    network = Sequential([Dense(input_size, (*hidden_sizes, output_size)[0], rng=generator)])
    for size, following in zip(hidden_sizes, (*hidden_sizes[1:], output_size)):
        network.add(ReLU())
        network.add(Dense(size, following, rng=generator))
    return network


def save(network, path):
    arrays = tuple(parameter.numpy() for parameter in network.parameters())
    with open(path, "wb") as file:
        np.savez(file, *arrays)


def load(network, path):
    arrays = []
    with np.load(path, allow_pickle=False) as file:
        while f"arr_{len(arrays)}" in file:
            arrays.append(file[f"arr_{len(arrays)}"])
        surplus = len(file.files) - len(arrays)
    parameters = network.parameters()
    if surplus or len(arrays) != len(parameters):
        raise ValueError(f"the file has {len(arrays) + surplus} arrays for {len(parameters)} parameters")
    for parameter, array in zip(parameters, arrays):
        if np.shape(parameter.data) != np.shape(array):
            raise ValueError(f"{np.shape(array)} does not fit {np.shape(parameter.data)}")
    for parameter, array in zip(parameters, arrays):
        parameter.data = array.astype(parameter.data.dtype, copy=True)
