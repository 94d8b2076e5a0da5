"""NumPy's own mixin writes the operators; one method hears of all of them."""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class Tensor(NDArrayOperatorsMixin):
    def __init__(self, data, dtype=None):
        array = data.data if isinstance(data, Tensor) else np.asarray(data)
        if dtype is not None:
            array = array.astype(dtype)
        elif np.issubdtype(array.dtype, np.floating):
            array = np.asarray(array, dtype=np.float32)
        self.data = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.data, dtype=dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if method != "__call__":
            return NotImplemented
        arrays = [each.data if isinstance(each, Tensor) else each for each in inputs]
        try:
            return Tensor(ufunc(*arrays, **options))
        except ValueError:
            shapes = " and ".join(str(np.shape(array)) for array in arrays)
            raise ValueError(f"{ufunc.__name__} does not take the shapes {shapes}") from None

    shape = property(lambda self: self.data.shape)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def numpy(self):
        return self.data

    def sum(self, axis=None, keepdims=False):
        return Tensor(self.data.sum(axis=axis, keepdims=keepdims))

    def mean(self, axis=None, keepdims=False):
        return Tensor(self.data.mean(axis=axis, keepdims=keepdims))

    def max(self, axis=None, keepdims=False):
        return Tensor(self.data.max(axis=axis, keepdims=keepdims))

    def argmax(self, axis=None, keepdims=False):
        return Tensor(self.data.argmax(axis=axis, keepdims=keepdims))

    def reshape(self, *shape):
        return Tensor(self.data.reshape(*shape), self.data.dtype)

    def transpose(self, *axes):
        return Tensor(self.data.transpose(*axes), self.data.dtype)

    def __getitem__(self, key):
        return Tensor(self.data[key.data if isinstance(key, Tensor) else key], self.data.dtype)

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"Tensor({np.array2string(self.data, separator=', ')}, {self.shape}, {self.dtype})"


def elementwise(operation, left, right):
    return operation(Tensor(left) if not isinstance(left, Tensor) else left, right)


def matrix_product(left, right):
    return elementwise(np.matmul, left, right)
