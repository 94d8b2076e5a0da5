"""The math module, one number at a time; a vectorised function is made of each."""

import math

import numpy as np

from tinytorch.core.tensor import Tensor


def logistic(x):
    if x >= 0:
        return 1 / (1 + math.exp(-min(x, 700.0)))
    power = math.exp(max(x, -700.0))
    return power / (1 + power)


class Pointwise:
    def function(self, number):
        raise NotImplementedError

    def forward(self, x):
        numbers = np.asarray(x.data, dtype=float)
        answers = [self.function(number) for number in numbers.ravel().tolist()]
        return Tensor(np.array(answers, dtype=np.float32).reshape(numbers.shape))

    def __call__(self, x):
        return self.forward(x)


class ReLU(Pointwise):
    def forward(self, x):
        kept = [max(number, 0) for number in x.data.ravel().tolist()]
        return Tensor(np.array(kept, dtype=x.data.dtype).reshape(x.data.shape))


class Sigmoid(Pointwise):
    function = staticmethod(logistic)


class Tanh(Pointwise):
    function = staticmethod(math.tanh)


class Softmax:
    def __init__(self, axis=-1):
        self.axis = axis

    @staticmethod
    def _of_line(line):
        powers = [math.exp(score - max(line)) for score in line.tolist()]
        return np.array(powers) / math.fsum(powers)

    def forward(self, x):
        return Tensor(np.apply_along_axis(self._of_line, self.axis, np.asarray(x.data, dtype=float)).astype(np.float32))

    def __call__(self, x):
        return self.forward(x)
