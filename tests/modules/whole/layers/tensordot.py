"""A base class that knows calling and parameters; the product by tensordot."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    names = ()

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [value for value in map(self.__dict__.get, self.names) if value is not None]


class Dense(Layer):
    names = ("weights", "bias")

    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        source = rng if hasattr(rng, "uniform") else np.random.default_rng(rng)
        limit = (6 / (input_size + output_size)) ** 0.5
        self.weights = Tensor(source.uniform(-limit, limit, size=(input_size, output_size)).astype(np.float32))
        self.bias = Tensor([0.0] * output_size) if use_bias else None

    def forward(self, x):
        given, weights = np.asarray(x), np.asarray(self.weights)
        if given.shape[-1:] != weights.shape[:1]:
            raise ValueError(f"can't matmul an input of shape {given.shape} by weights of shape {weights.shape}")
        answer = np.tensordot(given, weights, axes=1)
        return Tensor(answer if self.bias is None else answer + np.asarray(self.bias))
