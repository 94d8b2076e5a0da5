"""Values survive the wire as they are, and nothing that no honest side sends gets through."""

import math
import struct
from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.rpc.codec import MAX_ARRAY_BYTES, MAX_DEPTH, MAX_INT_BITS, Codec, ExpectedValueSent, WireError
from tito.rpc.proxy import ObjectTable
from tito.tools.comparing import expected


@pytest.fixture
def codec():
    return plain_codec()


def plain_codec() -> Codec:
    codec = Codec(ObjectTable())
    codec.objects.codec = codec
    return codec


def over_the_wire(codec: Codec, value):
    return codec.unpack(msgspec.msgpack.decode(msgspec.msgpack.encode(codec.pack(value))))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
HASHABLE = st.integers() | st.text() | st.just("\0tuple") | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(HASHABLE, inner),
    max_leaves=20,
)


@pytest.mark.slow
@given(VALUES)
def test_a_value_comes_out_as_it_went_in(value):
    back = over_the_wire(plain_codec(), value)
    assert back == value
    assert shape_of(back) == shape_of(value)


def shape_of(value):
    """The types in a value, which `==` does not tell apart: 1 and True, 1 and 1.0."""
    if isinstance(value, (list, tuple)):
        return [type(value), *map(shape_of, value)]
    if isinstance(value, dict):
        return [dict, *((shape_of(key), shape_of(item)) for key, item in value.items())]
    return type(value)


@pytest.mark.parametrize("bits", [0x7FF8DEAD00000001, 0xFFF8000000000000, 0x7FF0000000000000, 0x8000000000000000, 1])
def test_a_float_keeps_every_bit(codec, bits):
    value = struct.unpack("<d", struct.pack("<Q", bits))[0]
    assert struct.pack("<d", over_the_wire(codec, [value])[0]) == struct.pack("<Q", bits)


@pytest.mark.parametrize(
    "array",
    [np.arange(6.0).reshape(2, 3), np.zeros((2, 0)), np.array(5), np.array([True]), np.arange(4, dtype=">i2")[::2]],
)
def test_arrays_keep_shape_type_and_values(codec, array):
    back = over_the_wire(codec, array)
    assert back.shape == array.shape and back.dtype == array.dtype and np.array_equal(back, array)
    back[...] = 1  # its own memory, not the message's


@pytest.mark.parametrize(
    "value", [{1, 2}, frozenset("a"), 3 + 4j, slice(1, None, 2), ..., np.float32, int, np.dtype("<f4")]
)
def test_other_plain_things_travel_too(codec, value):
    assert over_the_wire(codec, value) == value


class CheatingFloat(float):
    """Would be equal to anything, if it got across."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class CheatingDict(dict):
    def __getitem__(self, key):
        return 100


@pytest.mark.parametrize(
    "value, plain",
    [
        (CheatingFloat(2), 2.0),
        (np.float64(2), 2.0),
        (np.int8(2), 2),
        (np.bool_(True), True),
        (CheatingDict(a=1), {"a": 1}),
    ],
)
def test_subclasses_become_the_plain_thing(codec, value, plain):
    back = over_the_wire(codec, value)
    assert type(back) is type(plain) and back == plain and not back != plain  # noqa: SIM202  both operators are asked


def nested(depth: int) -> list:
    value = []
    for _ in range(depth):
        value = [value]
    return value


def itself() -> list:
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [nested(MAX_DEPTH + 1), itself(), 1 << (MAX_INT_BITS + 1), np.zeros(MAX_ARRAY_BYTES // 8 + 1)],
    ids=["deep", "itself", "int", "array"],
)
def test_what_is_too_deep_or_too_large_is_refused(codec, value):
    with pytest.raises(WireError):
        codec.pack(value)


@pytest.mark.parametrize(
    "packed",
    [
        {1: 2},
        {b"a": 2},
        {"\0": []},
        {"\0list": [[]]},
        {"\0dict": 5},
        {"\0dict": [[1]]},
        {"\0dict": [[1, 2], [1]]},
        {"\0dict": [[[]], [1]]},
        {"\0int": ["z"]},
        {"\0int": ["f" * 10_000]},
        {"\0int": [5]},
        {"\0tuple": {"a": 1}},
        {"\0tuple": [5]},
        {"\0set": [[[]]]},
        {"\0array": ["<f8", [1 << 40], b""]},
        {"\0array": ["<f8", [-1, -8], b"\0" * 64]},
        {"\0array": ["|O", [1], b"\0" * 8]},
        {"\0array": ["<f8", [1] * 40, b"\0" * 8]},
        {"\0array": ["<V8", [1], b"\0" * 8]},
        {"\0array": [5, [1], b"\0" * 8]},
        {"\0array": [",f8", [1], b"\0" * 8]},
        {"\0array": ["(2)f8", [1], b"\0" * 16]},
        {"\0array": ["<f8\n", [1], b"\0" * 8]},
        {"\0dtype": ["f8,i8"]},
        {"\0type": ["object"]},
        {"\0type": ["numpy.save"]},
        {"\0type": ["__import__"]},
        {"\0type": [5]},
        {"\0dtype": ["O"]},
        {"\0slice": [[1]]},
        {"\0yours": [0]},
        {"\0yours": ["0"]},
        {"\0mine": ["x", "y", [], [], [], True]},
        {"\0pickle": [b"cos\nsystem\n"]},
        msgspec.msgpack.Ext(1, b"x"),
    ],
    ids=lambda packed: "an extension" if isinstance(packed, msgspec.msgpack.Ext) else repr(packed),
)
def test_forged_values_are_refused(codec, packed):
    with pytest.raises(WireError):
        codec.unpack(packed)


def test_a_bomb_of_lists_is_refused_before_it_is_built(codec):
    packed = []
    for _ in range(200):
        packed = [packed]
    with pytest.raises(WireError):
        codec.unpack(packed)


def test_nan_and_inf_may_cross(codec):
    assert math.isnan(over_the_wire(codec, math.nan)) and over_the_wire(codec, -math.inf) == -math.inf


@pytest.mark.parametrize(
    "value",
    [
        expected([1.5, 2.5]),
        expected(3),
        expected([1.0]) - np.array([1.0]),
        [1, expected([2.0])],
        {"wanted": expected([2.0])},
        expected([1.0, 2.0])[:1],
    ],
    ids=["array", "number", "computed", "in a list", "in a dict", "part"],
)
def test_what_a_check_compares_with_refuses_to_be_encoded(codec, value):
    with pytest.raises(ExpectedValueSent):
        codec.pack(value)


@pytest.mark.parametrize("value", [Fraction(3, 4), Decimal("0.75")])
def test_an_exact_number_travels_as_a_float(codec, value):
    assert over_the_wire(codec, [value]) == [0.75]
