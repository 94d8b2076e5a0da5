"""One new array for each answer, into which every step is written."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Activation:
    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        out = np.array(x, dtype=self.number_type(x))
        self.work(out)
        return Tensor(out)

    def number_type(self, x):
        return np.float32


class ReLU(Activation):
    def number_type(self, x):
        return x.data.dtype

    def work(self, out):
        np.clip(out, 0, None, out=out)


class Sigmoid(Activation):
    def work(self, out):
        out *= 0.5
        np.tanh(out, out=out)
        out += 1
        out *= 0.5


class Tanh(Activation):
    def work(self, out):
        np.tanh(out, out=out)


class Softmax(Activation):
    def __init__(self, axis=-1):
        self.axis = axis

    def work(self, out):
        out -= np.amax(out, axis=self.axis, keepdims=True)
        np.exp(out, out=out)
        out /= np.sum(out, axis=self.axis, keepdims=True)
