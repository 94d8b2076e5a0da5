"""Everything is copied and looked at before it is used."""

import numpy as np


def array_of(value):
    return value.data if isinstance(value, Tensor) else value


def _as_array(value):
    return np.array(array_of(value), copy=True)


class Tensor:
    __array_priority__ = 1000

    def __init__(self, data, dtype=None):
        if isinstance(data, Tensor):
            data = data.data
        array = np.array(data)
        if dtype is not None:
            array = array.astype(dtype)
        elif np.issubdtype(array.dtype, np.floating):
            array = array.astype(np.float32)
        self.data = array

    @property
    def shape(self):
        return tuple(int(n) for n in self.data.shape)

    @property
    def size(self):
        return int(np.prod(self.data.shape, dtype=int))

    @property
    def dtype(self):
        return np.dtype(self.data.dtype)

    def numpy(self):
        return self.data.copy()

    def __array__(self, dtype=None, copy=None):
        return np.array(self.data, dtype=dtype)

    def __add__(self, other):
        return elementwise(np.add, self, other)

    def __radd__(self, other):
        return elementwise(np.add, other, self)

    def __sub__(self, other):
        return elementwise(np.subtract, self, other)

    def __rsub__(self, other):
        return elementwise(np.subtract, other, self)

    def __mul__(self, other):
        return elementwise(np.multiply, self, other)

    def __rmul__(self, other):
        return elementwise(np.multiply, other, self)

    def __truediv__(self, other):
        return elementwise(np.divide, self, other)

    def __rtruediv__(self, other):
        return elementwise(np.divide, other, self)

    def __matmul__(self, other):
        return matrix_product(self, other)

    def __rmatmul__(self, other):
        return matrix_product(other, self)

    def sum(self, axis=None, keepdims=False):
        return Tensor(np.sum(self.data.copy(), axis=axis, keepdims=keepdims))

    def mean(self, axis=None, keepdims=False):
        return Tensor(np.mean(self.data.copy(), axis=axis, keepdims=keepdims))

    def max(self, axis=None, keepdims=False):
        return Tensor(np.amax(self.data.copy(), axis=axis, keepdims=keepdims))

    def argmax(self, axis=None, keepdims=False):
        return Tensor(np.argmax(self.data.copy(), axis=axis, keepdims=keepdims))

    def reshape(self, *shape):
        wanted = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return Tensor(np.reshape(self.data.copy(), wanted), dtype=self.data.dtype)

    def transpose(self, *axes):
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return Tensor(np.transpose(self.data, order or None).copy(), dtype=self.data.dtype)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            key = tuple(array_of(each) for each in key)
        return Tensor(np.array(self.data[array_of(key)]), dtype=self.data.dtype)

    def __len__(self):
        if self.data.ndim == 0:
            raise TypeError("a single number has no length")
        return int(self.data.shape[0])

    def __repr__(self):
        text = np.array2string(self.data, separator=", ", threshold=100)
        return f"Tensor(shape={self.data.shape}, dtype={self.data.dtype})\n{text}"


def elementwise(operation, left, right):
    left, right = _as_array(left), _as_array(right)
    try:
        np.broadcast_shapes(left.shape, right.shape)
    except ValueError as error:
        raise ValueError(f"{operation.__name__}: shapes {left.shape} and {right.shape} don't fit") from error
    return Tensor(operation(left, right))


def matrix_product(left, right):
    left, right = _as_array(left), _as_array(right)
    if left.ndim and right.ndim and left.shape[-1] != right.shape[-2 if right.ndim > 1 else 0]:
        raise ValueError(f"matmul: shapes {left.shape} and {right.shape} don't fit")
    return Tensor(np.matmul(left, right))
