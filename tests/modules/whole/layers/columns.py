"""Output by output: each column of the weights has its own product."""

from math import sqrt

import numpy as np

from tinytorch.core.tensor import Tensor


class Dense:
    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        generator = np.random.default_rng(rng)
        bound = sqrt(6.0 / (input_size + output_size))
        columns = [generator.uniform(-bound, bound, input_size) for _ in range(output_size)]
        self.weights = Tensor(np.column_stack(columns))
        self.bias = Tensor(np.zeros(output_size, np.float32)) if use_bias else None

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        inputs, weights = np.asarray(x.data), self.weights.data
        if inputs.ndim == 0 or inputs.shape[-1] != len(weights):
            raise ValueError(f"matmul of {inputs.shape} with {weights.shape}: the inner sizes differ")
        outputs = [inputs @ column for column in weights.T]
        if self.bias is not None:
            outputs = [output + offset for output, offset in zip(outputs, self.bias.data)]
        return Tensor(np.stack(outputs, axis=-1))

    def parameters(self):
        found = [self.weights]
        if self.bias is not None:
            found.append(self.bias)
        return found
