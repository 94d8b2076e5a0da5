"""Parameters live in a dictionary, and sizes are compared in advance."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Dense:
    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        self.kept = {"weights": None, "bias": None}
        if not isinstance(rng, np.random.Generator):
            rng = np.random.default_rng(rng)
        limit = np.sqrt(6 / (input_size + output_size))
        drawn = rng.uniform(low=-limit, high=limit, size=input_size * output_size)
        self.weights = Tensor(drawn.reshape(input_size, output_size))
        if use_bias:
            self.bias = Tensor([0.0] * output_size)

    @property
    def weights(self):
        return self.kept["weights"]

    @weights.setter
    def weights(self, value):
        self.kept["weights"] = value

    @property
    def bias(self):
        return self.kept["bias"]

    @bias.setter
    def bias(self, value):
        self.kept["bias"] = value

    def forward(self, x):
        inputs, weights = np.asarray(x.data), np.asarray(self.weights.data)
        if inputs.shape[-1:] != weights.shape[:1]:
            raise ValueError(f"a Dense layer can't multiply x of shape {inputs.shape} and weights {weights.shape}")
        result = np.dot(inputs, weights)
        if self.bias is not None:
            result = result + np.asarray(self.bias.data)
        return Tensor(result)

    __call__ = forward

    def parameters(self):
        return tuple(value for value in self.kept.values() if value is not None)
