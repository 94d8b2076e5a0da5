"""A dataclass whose fields are made after it has been given its sizes."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor, array_of, misfit


@dataclass(eq=False)
class Dense:
    input_size: int
    output_size: int
    use_bias: bool = True
    rng: Any = None
    weights: Tensor = field(init=False)
    bias: Tensor | None = field(init=False, default=None)

    def __post_init__(self):
        shares = np.random.default_rng(self.rng).random((self.input_size, self.output_size))
        self.weights = Tensor((2 * shares - 1) * np.sqrt(6 / (self.input_size + self.output_size)))
        if self.use_bias:
            self.bias = Tensor(np.zeros(self.output_size))

    def forward(self, x):
        try:
            product = np.matmul(array_of(x), self.weights.data)
        except ValueError as error:
            raise misfit(np.matmul, array_of(x), self.weights.data) from error
        return Tensor(product) if self.bias is None else Tensor(np.add(product, self.bias.data))

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [each for each in (self.weights, self.bias) if each is not None]
