"""Nothing but the operators of Tensor, and parameters by a generator."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Dense:
    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        generator = np.random.default_rng(rng)
        bound = (6.0 / (input_size + output_size)) ** 0.5
        unit = generator.random((input_size, output_size), dtype=np.float32)
        self.weights = Tensor((2 * unit - 1) * bound)
        self.bias = Tensor(np.zeros(output_size, dtype=np.float32)) if use_bias else None

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        product = x @ self.weights
        if self.bias is None:
            return product
        return product + self.bias

    def parameters(self):
        yield self.weights
        if self.bias is not None:
            yield self.bias
