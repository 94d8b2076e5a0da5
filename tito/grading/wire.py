"""How a value travels between the grader and the worker: plain data of whitelisted exact types.

`Codec.pack` turns a value into scalars and tagged lists that msgpack can
carry, `Codec.unpack` checks and rebuilds it. Everything that is more than data
(a model, a learner's object, an exception) is the business of the `objects`
that each side gives its codec. Nothing is pickled and nothing is evaluated.
"""

from __future__ import annotations

import builtins
import math
import sys

MAX_DEPTH = 32  # lists in lists; honest results have three or four
MAX_INT_BITS = 4096
MAX_ARRAY_BYTES = 6 * 2**20
MAX_ARRAY_DIMS = 16
ARRAY_KINDS = "biufc"  # NumPy's letters for bool, int, unsigned, float, complex

_AS_THEY_ARE = frozenset({type(None), bool, float, str, bytes})
_ARRIVED_PLAIN = _AS_THEY_ARE | {int}  # an integer that msgpack could carry is no larger than 64 bits
_PLAIN_TYPES = ("bool", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set")


class WireError(ValueError):
    """A value that can't travel, or a message that no honest worker sends."""


class Codec:
    """Packs values for one side; `objects` says how that side's own objects travel.

    `objects` has `pack_named(value)` for records, enums and stand-ins (None
    when the value is none of these), `pack_other(value, depth)` for anything
    that is not data, and `unpack(tag, fields, depth)` for the tags that these make.
    """

    def __init__(self, objects):
        self.objects = objects

    def pack(self, value, depth: int = 0):
        """`value` as scalars and tagged lists; WireError when it is too deep or too large."""
        kind = type(value)
        if kind in _AS_THEY_ARE:
            return value
        if kind is int:
            return _pack_int(value)
        if depth > MAX_DEPTH:
            raise WireError(f"is nested more than {MAX_DEPTH} deep")
        if kind in _PACKERS:
            return _PACKERS[kind](self, value, depth + 1)
        packed = self.objects.pack_named(value, depth + 1)
        if packed is None:
            packed = self._pack_relative(value, depth + 1)
        return packed

    def _pack_relative(self, value, depth: int):
        """Values that are nearly plain: NumPy's, and subclasses of the plain types."""
        if isinstance(value, type):
            return _pack_type(value) or self.objects.pack_other(value, depth)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            if isinstance(value, numpy.ndarray) and value.dtype.kind in ARRAY_KINDS:
                return _pack_array(numpy.asarray(value))
            if isinstance(value, (numpy.number, numpy.bool_)):
                return self.pack(_plain_number(value), depth)
            if isinstance(value, numpy.dtype) and value.kind in ARRAY_KINDS:
                return ["dtype", value.str]
        for plain, demote in _DEMOTIONS:
            if isinstance(value, plain):
                return self.pack(demote(value), depth)
        return self.objects.pack_other(value, depth)

    def pack_items(self, items, depth: int) -> list:
        if _AS_THEY_ARE.issuperset(map(type, items)):
            return list(items)
        return [item if type(item) in _AS_THEY_ARE else self.pack(item, depth) for item in items]

    def unpack(self, packed, depth: int = 0):
        """The value that was packed; WireError when `packed` is not what `pack` makes."""
        kind = type(packed)
        if kind in _ARRIVED_PLAIN:
            return packed
        if kind is not list or not packed or type(packed[0]) is not str:
            raise WireError("is not a value in the grader's encoding")
        if depth > MAX_DEPTH:
            raise WireError(f"is nested more than {MAX_DEPTH} deep")
        tag = packed[0]
        unpacker = _UNPACKERS.get(tag)
        if unpacker is None:
            return self.objects.unpack(tag, packed[1:], depth + 1)
        try:
            return unpacker(self, depth + 1, *packed[1:])
        except WireError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, MemoryError):
            raise WireError(f"is a malformed {tag!r}") from None

    def unpack_items(self, items, depth: int) -> list:
        if type(items) is not list:
            raise WireError("is not a list of values")
        if _ARRIVED_PLAIN.issuperset(map(type, items)):
            return items
        return [item if type(item) in _ARRIVED_PLAIN else self.unpack(item, depth) for item in items]


def _pack_int(value: int):
    if -(2**63) <= value < 2**63:
        return value
    if value.bit_length() > MAX_INT_BITS:
        raise WireError(f"has an integer of more than {MAX_INT_BITS} bits")
    return ["int", hex(value)]


def _unpack_int(codec, depth, digits: str) -> int:
    if type(digits) is not str or len(digits) > MAX_INT_BITS // 4 + 4:
        raise WireError("has an integer that is too long")
    return int(digits, 16)


def _pack_dict(codec, value, depth):
    return ["dict", codec.pack_items(value.keys(), depth), codec.pack_items(value.values(), depth)]


def _unpack_dict(codec, depth, keys, values) -> dict:
    keys, values = codec.unpack_items(keys, depth), codec.unpack_items(values, depth)
    return dict(zip(keys, values, strict=True))


def _pack_array(array):
    if array.nbytes > MAX_ARRAY_BYTES:
        raise WireError(f"has an array of {array.nbytes:,} bytes; {MAX_ARRAY_BYTES:,} can be graded")
    return ["array", array.dtype.str, list(array.shape), array.tobytes()]


def _unpack_array(codec, depth, dtype: str, shape: list, data: bytes):
    import numpy

    numbers = _numeric(dtype)
    if len(shape) > MAX_ARRAY_DIMS or not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("has an array of no possible shape")
    if type(data) is not bytes or math.prod(shape) * numbers.itemsize != len(data):
        raise WireError("has an array whose shape and size disagree")
    return numpy.frombuffer(data, numbers).reshape(shape).copy()


def _numeric(dtype: str):
    import numpy

    if type(dtype) is not str or len(dtype) > 16:
        raise WireError("has an unknown number type")
    numbers = numpy.dtype(dtype)
    if numbers.kind not in ARRAY_KINDS:
        raise WireError("has an array of something else than numbers")
    return numbers


def _unpack_slice(codec, depth, items: list) -> slice:
    start, stop, step = codec.unpack_items(items, depth)
    return slice(start, stop, step)


def _plain_number(value):
    plain = value.item()
    return float(plain) if type(plain) is type(value) else plain  # longdouble's item() is itself


def _pack_type(value: type):
    if value.__module__ == "builtins" and value.__name__ in _PLAIN_TYPES:
        return ["type", value.__name__]
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(value, (numpy.number, numpy.bool_)) and value.__module__ == "numpy":
        return ["type", f"numpy.{value.__name__}"]
    return None


def _unpack_type(codec, depth, name: str) -> type:
    if name in _PLAIN_TYPES:
        return getattr(builtins, name)
    return _numeric(name.removeprefix("numpy.")).type


_DEMOTIONS = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
    (bytes, bytes.__bytes__),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (list, lambda value: list(list.__iter__(value))),
    (dict, lambda value: dict(dict.items(value))),
)

_PACKERS = {
    list: lambda codec, value, depth: ["list", codec.pack_items(value, depth)],
    tuple: lambda codec, value, depth: ["tuple", codec.pack_items(value, depth)],
    dict: _pack_dict,
    set: lambda codec, value, depth: ["set", codec.pack_items(list(value), depth)],
    frozenset: lambda codec, value, depth: ["frozenset", codec.pack_items(list(value), depth)],
    complex: lambda codec, value, depth: ["complex", value.real, value.imag],
    slice: lambda codec, at, depth: ["slice", codec.pack_items([at.start, at.stop, at.step], depth)],
    type(...): lambda codec, value, depth: ["ellipsis"],
}

_UNPACKERS = {
    "int": _unpack_int,
    "list": lambda codec, depth, items: codec.unpack_items(items, depth),
    "tuple": lambda codec, depth, items: tuple(codec.unpack_items(items, depth)),
    "dict": _unpack_dict,
    "set": lambda codec, depth, items: set(codec.unpack_items(items, depth)),
    "frozenset": lambda codec, depth, items: frozenset(codec.unpack_items(items, depth)),
    "complex": lambda codec, depth, real, imaginary: complex(real, imaginary),
    "slice": _unpack_slice,
    "ellipsis": lambda codec, depth: ...,
    "array": _unpack_array,
    "dtype": lambda codec, depth, name: _numeric(name),
    "type": _unpack_type,
}
