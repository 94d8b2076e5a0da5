"""functools and itertools in the place of loops."""

import io
from functools import reduce
from itertools import chain, pairwise

import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense


class Sequential:
    def __init__(self, layers=()):
        self.layers = [*layers]

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self.layers, x)

    __call__ = forward

    def add(self, layer):
        self.layers = [*self.layers, layer]

    def parameters(self):
        return list(chain.from_iterable(each.parameters() for each in self.layers if hasattr(each, "parameters")))

    def __len__(self):
        return self.layers.__len__()

    def __getitem__(self, index):
        return self.layers.__getitem__(index)


def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    generator = np.random.default_rng(rng)
    sizes = [input_size, *hidden_sizes, output_size]
    pairs = [(Dense(before, after, rng=generator), ReLU()) for before, after in pairwise(sizes)]
    return Sequential([*chain.from_iterable(pairs)][:-1])


def save(network, path):
    memory = io.BytesIO()
    np.savez(memory, **{f"arr_{number}": each.data for number, each in enumerate(network.parameters())})
    with open(path, "wb") as file:
        file.write(memory.getvalue())


def load(network, path):
    parameters = network.parameters()
    with np.load(path) as stored:
        names = [f"arr_{number}" for number in range(len(parameters))]
        if set(names) != set(stored.files):
            raise ValueError(f"the file has {sorted(stored.files)}, and the network needs {names}")
        arrays = [np.array(stored[name]) for name in names]
    misfits = [(a.shape, p.data.shape) for a, p in zip(arrays, parameters, strict=True) if a.shape != p.data.shape]
    if misfits:
        raise ValueError(f"shapes in the file and in the network differ: {misfits}")
    for parameter, array in zip(parameters, arrays, strict=True):
        parameter.data = array.astype(parameter.data.dtype)
