"""Operators and reductions are made in loops from tables of functions."""

import operator

import numpy as np

_OPERATORS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "matmul": np.matmul,
}


def array_of(value):
    return getattr(value, "data", value) if isinstance(value, Tensor) else value


def elementwise(operation, left, right):
    pair = array_of(left), array_of(right)
    try:
        return Tensor(operation(*pair))
    except ValueError:
        shapes = " and ".join(str(np.shape(each)) for each in pair)
        raise ValueError(f"{operation.__name__} can't combine {shapes}") from None


def matrix_product(left, right):
    return elementwise(np.matmul, left, right)


class Tensor:
    __array_priority__ = 1000
    shape = property(lambda self: self.data.shape)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def __init__(self, data, dtype=None):
        kept = np.asarray(data)
        if dtype is None:
            dtype = np.float32 if kept.dtype.kind == "f" else kept.dtype
        self.data = kept.astype(dtype, copy=False)

    def numpy(self):
        return self.data

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.data, dtype=dtype)

    def reshape(self, *shape):
        return Tensor(self.data.reshape(*shape), self.dtype)

    def transpose(self, *axes):
        return Tensor(self.data.transpose(*axes), self.dtype)

    def __getitem__(self, key):
        return Tensor(operator.getitem(self.data, array_of(key)), self.dtype)

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"Tensor({np.array2string(self.data)}, {self.shape}, {self.dtype})"


def _operator(function, swapped):
    def method(self, other):
        return elementwise(function, other, self) if swapped else elementwise(function, self, other)

    return method


def _reduction(name):
    def method(self, axis=None, keepdims=False):
        return Tensor(getattr(np, name)(self.data, axis=axis, keepdims=keepdims))

    return method


for _name, _function in _OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _operator(_function, False))
    setattr(Tensor, f"__r{_name}__", _operator(_function, True))
for _name in ("sum", "mean", "max", "argmax"):
    setattr(Tensor, _name, _reduction(_name))
