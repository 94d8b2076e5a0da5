"""Written out operator by operator, each with its own try; reductions by NumPy's functions."""

import numpy as np


def _raw(value):
    if isinstance(value, Tensor):
        return value.data
    return value


def _combined(symbol, function, left, right):
    a, b = _raw(left), _raw(right)
    try:
        result = function(a, b)
    except ValueError as error:
        text = f"the shapes {np.shape(a)} and {np.shape(b)} can't go through {symbol} ({function.__name__})"
        raise ValueError(text) from error
    return Tensor(result)


class Tensor:
    __array_priority__ = 1000.0

    def __init__(self, data, dtype=None):
        self.data = np.array(_raw(data), dtype=dtype)
        if dtype is None and self.data.dtype in (np.float64, np.float16, np.longdouble):
            self.data = self.data.astype(np.float32)

    def numpy(self):
        return self.data

    def __array__(self, dtype=None, copy=None):
        return self.data if dtype is None else self.data.astype(dtype)

    @property
    def shape(self):
        return np.shape(self.data)

    @property
    def size(self):
        return int(np.prod(self.data.shape, dtype=int))

    @property
    def dtype(self):
        return self.data.dtype

    def __add__(self, other):
        return _combined("+", np.add, self, other)

    def __radd__(self, other):
        return _combined("+", np.add, other, self)

    def __sub__(self, other):
        return _combined("-", np.subtract, self, other)

    def __rsub__(self, other):
        return _combined("-", np.subtract, other, self)

    def __mul__(self, other):
        return _combined("*", np.multiply, self, other)

    def __rmul__(self, other):
        return _combined("*", np.multiply, other, self)

    def __truediv__(self, other):
        return _combined("/", np.divide, self, other)

    def __rtruediv__(self, other):
        return _combined("/", np.divide, other, self)

    def __matmul__(self, other):
        return _combined("@", np.matmul, self, other)

    def __rmatmul__(self, other):
        return _combined("@", np.matmul, other, self)

    def sum(self, axis=None, keepdims=False):
        return Tensor(np.sum(self.data, axis=axis, keepdims=keepdims))

    def mean(self, axis=None, keepdims=False):
        return Tensor(np.mean(self.data, axis=axis, keepdims=keepdims))

    def max(self, axis=None, keepdims=False):
        return Tensor(np.amax(self.data, axis=axis, keepdims=keepdims))

    def argmax(self, axis=None, keepdims=False):
        return Tensor(np.argmax(self.data, axis=axis, keepdims=keepdims))

    def reshape(self, *shape):
        shape = shape[0] if len(shape) == 1 else shape
        return Tensor(np.reshape(self.data, shape), dtype=self.data.dtype)

    def transpose(self, *axes):
        if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
            axes = tuple(axes[0])
        return Tensor(np.transpose(self.data, axes or None), dtype=self.data.dtype)

    def __getitem__(self, key):
        return Tensor(self.data[_raw(key)], dtype=self.data.dtype)

    def __len__(self):
        if self.data.ndim == 0:
            raise TypeError("a single number has no length")
        return self.data.shape[0]

    def __repr__(self):
        return f"Tensor({self.data!s}, shape={self.shape}, dtype={self.dtype})"


def elementwise(operation, left, right):
    return _combined(operation.__name__, operation, left, right)


def matrix_product(left, right):
    return _combined("@", np.matmul, left, right)
