"""How a value travels between the grader and the worker: plain data of whitelisted exact types.

Most of what travels is plain: scalars, lists, and dicts with words for keys.
msgpack carries these as they are, so `Codec.pack` and `Codec.unpack` only look at
them. Anything else becomes a *tagged* value: a dict of one entry whose key begins
with `TAG`. What is more than data (a model, a learner's object, an exception) is
packed by the `objects` that each side gives its codec. Nothing is pickled and
nothing is evaluated.
"""

from __future__ import annotations

import builtins
import decimal
import math
import numbers
import re
import sys
from collections.abc import Callable, Collection
from typing import Any, Protocol

MAX_DEPTH = 32  # lists in lists; honest results have three or four
MAX_INT_BITS = 4096
MAX_ARRAY_BYTES = 3 * 2**20
MAX_ARRAY_DIMS = 16
MAX_ALIKE = 20  # keys of one hash more than there are hashes; each is compared with all the others
ARRAY_KINDS = "biufc"  # NumPy's letters for bool, int, unsigned, float, complex
_NUMBER_TYPE = re.compile(rf"[<>|=]?[{ARRAY_KINDS}]\d{{1,2}}|[a-z]{{3,12}}\d{{0,3}}_?", re.ASCII)  # "<f8", or float64
TAG = "\0"  # no honest key begins so; a dict that has such a key travels as pairs

_AS_THEY_ARE = frozenset({type(None), bool, float, str, bytes})
_ARRIVED_PLAIN = _AS_THEY_ARE | {int}  # an integer that msgpack could carry is no larger than 64 bits
_PLAIN_TYPES = ("bool", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set")
_ONLY_WORDS = frozenset({str})


class ExpectedValueSent(AssertionError):
    """A check tried to send what it compares with: a fault of the check's."""


class WireError(ValueError):
    """A value that can't travel, or a message that no honest worker sends."""


def tagged(tag: str, *fields: Any) -> dict[str, Any]:
    """A value that msgpack has no form of its own for; the fields are packed already."""
    return {TAG + tag: fields}


class CodecObjects(Protocol):
    """How one side's own objects travel."""

    def pack_named(self, value: Any, depth: int) -> Any:
        """The packed form of a record, enum or proxy; None for any other value."""

    def pack_other(self, value: Any, depth: int) -> dict[str, Any]:
        """The packed form of a value that is not data."""

    def unpack(self, tag: str, fields: list[Any], depth: int) -> Any:
        """The value of a tag that these two make; WireError for any other tag."""


class Codec:
    """Packs values for one side; `objects` says how that side's own objects travel."""

    def __init__(self, objects: CodecObjects):
        self.objects = objects

    def pack(self, value: Any, depth: int = 0) -> Any:
        """`value` in a form that msgpack can carry; WireError when it is too deep or too large.

        What is plain is not copied: send it before anything can change it.
        """
        kind = type(value)
        if kind in _AS_THEY_ARE:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else _pack_long(value)
        if depth > MAX_DEPTH:
            raise WireError(f"is nested more than {MAX_DEPTH} deep")
        if kind is list:
            return self.pack_items(value, depth + 1)
        if kind is dict:
            return self._pack_dict(value, depth + 1)
        if kind in _PACKERS:
            return _PACKERS[kind](self, value, depth + 1)
        packed = self.objects.pack_named(value, depth + 1)
        if packed is None:
            packed = self._pack_relative(value, depth + 1)
        return packed

    def _pack_relative(self, value: Any, depth: int) -> Any:
        """Values that are nearly plain: NumPy's, fractions, and subclasses of the plain types."""
        if getattr(type(value), "__never_sent__", False):
            raise ExpectedValueSent("a value that a check compares with may not be sent to the learner's code")
        if isinstance(value, type):
            return _pack_type(value) or self.objects.pack_other(value, depth)
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            if isinstance(value, numpy.ndarray) and value.dtype.kind in ARRAY_KINDS:
                return _pack_array(numpy.asarray(value))
            if isinstance(value, (numpy.number, numpy.bool_)):
                return self.pack(_plain_number(value), depth)
            if isinstance(value, numpy.dtype) and value.kind in ARRAY_KINDS:
                return tagged("dtype", value.str)
        for plain, demote in _DEMOTIONS:
            if isinstance(value, plain):
                return self.pack(demote(value), depth)
        if isinstance(value, (numbers.Real, decimal.Decimal)):
            return float(value)
        return self.objects.pack_other(value, depth)

    def pack_items(self, items: Collection[Any], depth: int) -> Collection[Any]:
        """A list of packed values, or `items` itself when all are plain."""
        if _AS_THEY_ARE.issuperset(map(type, items)):
            return items
        pack = self.pack
        return [item if type(item) in _AS_THEY_ARE else pack(item, depth) for item in items]

    def _pack_dict(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        if not _ONLY_WORDS.issuperset(map(type, value)) or TAG in "".join(value):
            return tagged("dict", self.pack_items([*value], depth), self.pack_items([*value.values()], depth))
        if _AS_THEY_ARE.issuperset(map(type, value.values())):
            return value
        pack = self.pack
        return {key: item if type(item) in _AS_THEY_ARE else pack(item, depth) for key, item in value.items()}

    def unpack(self, packed: Any, depth: int = 0) -> Any:
        """The value that was packed; WireError when `packed` is not what `pack` makes."""
        kind = type(packed)
        if kind in _ARRIVED_PLAIN:
            return packed
        if depth > MAX_DEPTH:
            raise WireError(f"is nested more than {MAX_DEPTH} deep")
        if kind is list:
            return self.unpack_items(packed, depth + 1)
        if kind is not dict or not _ONLY_WORDS.issuperset(map(type, packed)):
            raise WireError("is not a value in the grader's encoding")
        if len(packed) == 1:
            ((key, fields),) = packed.items()
            if key[:1] == TAG:
                return self._unpack_tagged(key[1:], fields, depth + 1)
        if _ARRIVED_PLAIN.issuperset(map(type, packed.values())):
            return packed
        unpack = self.unpack
        return {key: item if type(item) in _ARRIVED_PLAIN else unpack(item, depth + 1) for key, item in packed.items()}

    def _unpack_tagged(self, tag: str, fields: Any, depth: int) -> Any:
        if type(fields) is not list:
            raise WireError(f"is a malformed {tag[:20]!r}")
        unpacker = _UNPACKERS.get(tag)
        if unpacker is None:
            return self.objects.unpack(tag, fields, depth)
        try:
            return unpacker(self, depth, *fields)
        except WireError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, MemoryError):
            raise WireError(f"is a malformed {tag!r}") from None

    def unpack_items(self, items: Any, depth: int) -> list[Any]:
        if type(items) is not list:
            raise WireError("is not a list of values")
        if _ARRIVED_PLAIN.issuperset(map(type, items)):
            return items
        unpack = self.unpack
        return [item if type(item) in _ARRIVED_PLAIN else unpack(item, depth) for item in items]


def _pack_long(value: int) -> dict[str, Any]:
    if value.bit_length() > MAX_INT_BITS:
        raise WireError(f"has an integer of more than {MAX_INT_BITS} bits")
    return tagged("int", hex(value))


def _unpack_long(codec: Codec, depth: int, digits: Any) -> int:
    if type(digits) is not str or len(digits) > MAX_INT_BITS // 4 + 4:
        raise WireError("has an integer that is too long")
    return int(digits, 16)


def _unpack_dict(codec: Codec, depth: int, keys: Any, values: Any) -> dict[Any, Any]:
    return dict(zip(_unpack_keys(codec, depth, keys), codec.unpack_items(values, depth), strict=True))


def _unpack_keys(codec: Codec, depth: int, items: Any) -> list[Any]:
    """The keys of a dict or set. Many of one hash (long integers, complex numbers) would take hours to compare."""
    keys = codec.unpack_items(items, depth)
    if len(keys) - len(set(map(hash, keys))) > MAX_ALIKE:
        raise WireError("has too many keys that are alike")
    return keys


def _pack_array(array: Any) -> dict[str, Any]:
    if array.nbytes > MAX_ARRAY_BYTES:
        raise WireError(f"has an array of {array.nbytes:,} bytes; {MAX_ARRAY_BYTES:,} can be graded")
    return tagged("array", array.dtype.str, array.shape, array.tobytes())


def _unpack_array(codec: Codec, depth: int, dtype: Any, shape: Any, data: Any) -> Any:
    import numpy

    number_type = _numeric(dtype)
    if len(shape) > MAX_ARRAY_DIMS or not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("has an array of no possible shape")
    if type(data) is not bytes or math.prod(shape) * number_type.itemsize != len(data):
        raise WireError("has an array whose shape and size disagree")
    return numpy.frombuffer(data, number_type).reshape(shape).copy()


def _numeric(dtype: Any) -> Any:
    """NumPy's type of this name; WireError when it is no type of numbers."""
    import numpy

    if type(dtype) is not str or not _NUMBER_TYPE.fullmatch(dtype):  # NumPy would have parts of it evaluated
        raise WireError("has an unknown number type")
    number_type = numpy.dtype(dtype)
    if number_type.kind not in ARRAY_KINDS:
        raise WireError("has an array of something else than numbers")
    return number_type


def _unpack_slice(codec: Codec, depth: int, items: Any) -> slice:
    start, stop, step = codec.unpack_items(items, depth)
    return slice(start, stop, step)


def _plain_number(value: Any) -> Any:
    plain = value.item()
    return float(plain) if type(plain) is type(value) else plain  # longdouble's item() is itself


def _pack_type(value: type) -> dict[str, Any] | None:
    if value.__module__ == "builtins" and value.__name__ in _PLAIN_TYPES:
        return tagged("type", value.__name__)
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(value, (numpy.number, numpy.bool_)) and value.__module__ == "numpy":
        return tagged("type", f"numpy.{value.__name__}")
    return None


def _unpack_type(codec: Codec, depth: int, name: str) -> Any:
    if name in _PLAIN_TYPES:
        return getattr(builtins, name)
    return _numeric(name.removeprefix("numpy.")).type


_DEMOTIONS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
    (bytes, bytes.__bytes__),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (list, lambda value: list(list.__iter__(value))),
    (dict, lambda value: dict(dict.items(value))),
)

_PACKERS: dict[type, Callable[[Codec, Any, int], Any]] = {
    tuple: lambda codec, value, depth: tagged("tuple", codec.pack_items(value, depth)),
    set: lambda codec, value, depth: tagged("set", codec.pack_items([*value], depth)),
    frozenset: lambda codec, value, depth: tagged("frozenset", codec.pack_items([*value], depth)),
    complex: lambda codec, value, depth: tagged("complex", value.real, value.imag),
    slice: lambda codec, at, depth: tagged("slice", codec.pack_items([at.start, at.stop, at.step], depth)),
    type(...): lambda codec, value, depth: tagged("ellipsis"),
}

_UNPACKERS: dict[str, Callable[..., Any]] = {
    "int": _unpack_long,
    "tuple": lambda codec, depth, items: tuple(codec.unpack_items(items, depth)),
    "dict": _unpack_dict,
    "set": lambda codec, depth, items: set(_unpack_keys(codec, depth, items)),
    "frozenset": lambda codec, depth, items: frozenset(_unpack_keys(codec, depth, items)),
    "complex": lambda codec, depth, real, imaginary: complex(real, imaginary),
    "slice": _unpack_slice,
    "ellipsis": lambda codec, depth: ...,
    "array": _unpack_array,
    "dtype": lambda codec, depth, name: _numeric(name),
    "type": _unpack_type,
}
