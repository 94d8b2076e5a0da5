"""The network is a list itself."""

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential(list):
    def __init__(self, layers=()):
        super().__init__(layers)

    @property
    def layers(self):
        return self

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x

    def __call__(self, x):
        return self.forward(x)

    def add(self, layer):
        self.append(layer)

    def parameters(self):
        return sum((list(layer.parameters()) for layer in self if hasattr(layer, "parameters")), [])


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    generator, network, size = np.random.default_rng(rng), Sequential(), input_size
    for hidden_size in hidden_sizes:
        network.extend((Dense(size, hidden_size, rng=generator), ReLU()))
        size = hidden_size
    network.append(Dense(size, output_size, rng=generator))
    return network


def save(network, path):
    with open(path, mode="wb") as stream:
        np.savez(stream, **{f"arr_{place}": each.data for place, each in enumerate(network.parameters())})


def load(network, path):
    tensors = network.parameters()
    with np.load(path, allow_pickle=False) as archive:
        if sorted(archive) != sorted(f"arr_{place}" for place in range(len(tensors))):
            raise ValueError(f"{len(archive)} arrays in the file, {len(tensors)} parameters in the network")
        arrays = [archive[f"arr_{place}"] for place in range(len(tensors))]
    for tensor, array in zip(tensors, arrays):
        if tensor.shape != array.shape:
            raise ValueError(f"shapes differ: {tensor.shape} in the network, {array.shape} in the file")
    for tensor, array in zip(tensors, arrays):
        tensor.data = array.astype(tensor.dtype)
