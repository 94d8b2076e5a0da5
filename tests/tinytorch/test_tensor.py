"""The exported Tensor against NumPy and PyTorch, over shapes, dtypes and broadcasts that nobody picked by hand."""

import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.tensor import Tensor

OPERATORS = (operator.add, operator.sub, operator.mul, operator.truediv)
DTYPES = st.sampled_from([np.bool_, np.uint8, np.int32, np.int64, np.float32, np.float64])
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, max_side=4)
quick = settings(max_examples=60, deadline=None)


def numbers(dtype):
    """Small whole numbers from 1: exact in every dtype, and safe to divide by."""
    if np.dtype(dtype).kind == "b":
        return st.booleans()
    return st.integers(1, 5)


def arrays(shape=SHAPES, dtype=DTYPES):
    return dtype.flatmap(lambda kind: hnp.arrays(kind, shape, elements=numbers(kind)))


@st.composite
def pairs(draw):
    """Two arrays whose shapes can be broadcast."""
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4)).input_shapes
    return tuple(draw(arrays(st.just(shape))) for shape in shapes)


@st.composite
def reductions(draw):
    """An array, and an axis of it or None."""
    array = draw(arrays(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)))
    return array, draw(st.none() | st.integers(-array.ndim, array.ndim - 1))


def held(array):
    """The dtype that Tensor has to give to this result of NumPy."""
    return np.dtype(np.float32) if array.dtype.kind == "f" else array.dtype


def assert_holds(tensor, expected):
    expected = np.asarray(expected)
    assert isinstance(tensor, Tensor)
    assert tensor.shape == expected.shape
    assert tensor.dtype == held(expected)
    np.testing.assert_allclose(tensor.data, expected, rtol=2e-6)


@pytest.mark.slow
@quick
@given(arrays())
def test_a_tensor_keeps_shape_and_numbers(array):
    """A tensor keeps shape and numbers, and turns floats into float32."""
    tensor = Tensor(array)
    assert_holds(tensor, array)
    assert tensor.size == array.size
    assert np.array_equal(np.asarray(tensor), array)
    assert np.array_equal(Tensor(array.tolist()).data, array)
    assert np.array_equal(Tensor(tensor).numpy(), array)


@pytest.mark.slow
@quick
@given(arrays(), DTYPES)
def test_a_dtype_that_is_asked_for_wins(array, dtype):
    assert Tensor(array, dtype=dtype).dtype == dtype


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATORS)
@quick
@given(pairs())
def test_operators_broadcast_as_numpy_does_from_either_side(operation, pair):
    a, b = pair
    assume(not (operation is operator.sub and a.dtype == b.dtype == np.bool_))  # NumPy refuses it
    with np.errstate(divide="ignore", invalid="ignore"):  # False is the only 0
        expected = np.asarray(operation(a, b))
        for result in (operation(Tensor(a), Tensor(b)), operation(Tensor(a), b), operation(a, Tensor(b))):
            assert_holds(result, expected)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATORS)
@quick
@given(arrays(dtype=st.sampled_from([np.int64, np.float32])), st.sampled_from([2, 0.5, np.float64(0.25), True]))
def test_numbers_stand_on_either_side(operation, array, number):
    assert_holds(operation(Tensor(array), number), operation(array, number))
    assert_holds(operation(number, Tensor(array)), operation(number, array))


@pytest.mark.slow
@quick
@given(hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=4), st.data())
def test_matmul_agrees_with_numpy(shapes, data):
    a, b = (data.draw(arrays(st.just(shape), st.sampled_from([np.int64, np.float32]))) for shape in shapes.input_shapes)
    for result in (Tensor(a) @ Tensor(b), Tensor(a) @ b, a @ Tensor(b)):
        assert_holds(result, np.matmul(a, b))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sum", "mean", "max", "argmax"])
@quick
@given(reductions(), st.booleans())
def test_reductions_agree_with_numpy(name, reduction, keepdims):
    array, axis = reduction
    expected = getattr(array, name)(axis=axis, keepdims=keepdims)
    assert_holds(getattr(Tensor(array), name)(axis=axis, keepdims=keepdims), expected)


@pytest.mark.slow
@quick
@given(arrays(), st.data())
def test_reshape_and_transpose_are_numpys(array, data):
    """`reshape` keeps the order, and `transpose` follows the axes, as in NumPy."""
    axes = data.draw(st.permutations(range(array.ndim)))
    assert_holds(Tensor(array).transpose(), array.transpose())
    assert_holds(Tensor(array).transpose(*axes), array.transpose(axes))
    assert_holds(Tensor(array).transpose(tuple(axes)), array.transpose(axes))
    assert_holds(Tensor(array).reshape(-1), array.ravel())
    assert_holds(Tensor(array).reshape(array.shape[::-1]), array.reshape(array.shape[::-1]))


@pytest.mark.slow
@quick
@given(arrays(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4)), st.data())
def test_indexing_agrees_with_numpy(array, data):
    key = data.draw(hnp.basic_indices(array.shape, allow_newaxis=True))
    assert_holds(Tensor(array)[key], array[key])
    mask = data.draw(hnp.arrays(bool, array.shape))
    assert_holds(Tensor(array)[mask], array[mask])
    assert_holds(Tensor(array)[Tensor(mask)], array[mask])
    assert len(Tensor(array)) == len(array)
    assert [row.data.tolist() for row in Tensor(array)] == array.tolist()


@quick
@given(SHAPES, SHAPES, st.sampled_from(list(zip(OPERATORS, ("add", "subtract", "multiply", "divide"), strict=True))))
def test_shapes_that_do_not_fit_are_named_with_the_operation(left, right, named):
    operation, name = named
    try:
        np.broadcast_shapes(left, right)
    except ValueError:
        with pytest.raises(ValueError) as caught:
            operation(Tensor(np.ones(left)), Tensor(np.ones(right)))
        assert str(caught.value) == f"can't {name} shapes {left} and {right}"


def test_inner_sizes_that_differ_are_named():
    with pytest.raises(ValueError, match=r"can't matmul shapes \(2, 3\) and \(4, 5\)"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5)))


def test_an_array_that_fits_is_shared_and_never_changed():
    """An array that fits is shared, and no operation changes it."""
    array = np.ones((2, 3), np.float32)
    tensor = Tensor(array)
    assert tensor.data is array
    for operation in OPERATORS:
        operation(tensor, 2), operation(2, tensor)
    tensor.reshape(3, 2), tensor.transpose(), tensor.sum(), tensor @ tensor.transpose()
    assert array.shape == (2, 3) and (array == 1).all()


def test_the_printed_form_is_short_and_complete():
    """The printed form shows numbers, shape and type, and stays short."""
    assert repr(Tensor([[1, 2]], dtype=np.int64)) == "Tensor([[1, 2]], shape=(1, 2), dtype=int64)"
    assert repr(Tensor(0.5)) == "Tensor(0.5, shape=(), dtype=float32)"
    assert len(repr(Tensor(np.zeros((1000, 1000))))) < 1000


def test_no_length_of_a_number_and_no_row_past_the_end():
    """The length of a single number and a row past the end are errors."""
    with pytest.raises(TypeError):
        len(Tensor(1.0))
    with pytest.raises(IndexError):
        Tensor([1, 2])[2]


# -- PyTorch: none of its code is NumPy's, and its rules for types are its own -----------------------------

TORCH_DTYPES = st.sampled_from([np.uint8, np.int32, np.int64, np.float32])


def assert_same(tensor, theirs):
    """The same shape and numbers as PyTorch's, and floats where it has floats; widths of integers may differ."""
    expected = theirs.numpy()
    assert tensor.shape == expected.shape
    assert (tensor.dtype.kind == "f") == (expected.dtype.kind == "f")
    np.testing.assert_allclose(tensor.data.astype(np.float64), expected.astype(np.float64), rtol=2e-6)


@st.composite
def torch_pairs(draw):
    """Two arrays whose shapes can be broadcast; no bytes, which a 0-d tensor of PyTorch's leaves to wrap around."""
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4)).input_shapes
    dtypes = st.sampled_from([np.int32, np.int64, np.float32])
    return tuple(draw(arrays(st.just(shape), dtypes)) for shape in shapes)


@pytest.mark.parametrize("operation", OPERATORS)
@quick
@given(pair=torch_pairs())
def test_operators_agree_with_pytorch(torch, operation, pair):
    a, b = pair
    assert_same(operation(Tensor(a), Tensor(b)), operation(torch.from_numpy(a), torch.from_numpy(b)))


@quick
@given(shapes=hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=4), data=st.data())
def test_matmul_agrees_with_pytorch(torch, shapes, data):
    dtype = data.draw(TORCH_DTYPES)
    a, b = (data.draw(arrays(st.just(shape), st.just(dtype))) for shape in shapes.input_shapes)
    assert_same(Tensor(a) @ Tensor(b), torch.from_numpy(a) @ torch.from_numpy(b))


@quick
@given(array=arrays(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4), TORCH_DTYPES), data=st.data())
def test_reductions_agree_with_pytorch(torch, array, data):
    keepdims = data.draw(st.booleans())
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    ours, theirs = Tensor(array), torch.from_numpy(array)
    assert_same(ours.sum(axis, keepdims), theirs.sum(axis, keepdim=keepdims))
    assert_same(ours.mean(axis, keepdims), theirs.mean(axis, keepdim=keepdims, dtype=torch.float32))
    assert_same(ours.max(axis, keepdims), theirs.amax(axis, keepdim=keepdims))
    assert_same(ours.argmax(axis, keepdims), theirs.argmax(axis, keepdim=keepdims))
    assert_same(ours.sum(), theirs.sum())
    assert_same(ours.argmax(), theirs.argmax())


@quick
@given(array=arrays(dtype=TORCH_DTYPES), data=st.data())
def test_reshape_transpose_and_indices_agree_with_pytorch(torch, array, data):
    ours, theirs = Tensor(array), torch.from_numpy(array)
    axes = data.draw(st.permutations(range(array.ndim)))
    assert_same(ours.transpose(*axes), theirs.permute(tuple(axes)))
    assert_same(ours.transpose(*axes).reshape(-1), theirs.permute(tuple(axes)).reshape(-1))
    assert_same(ours.reshape(array.shape[::-1]), theirs.reshape(array.shape[::-1]))
    if array.ndim:
        places = data.draw(hnp.arrays(np.int64, 3, elements=st.integers(0, len(array) - 1)))
        assert_same(ours[Tensor(places)], theirs[torch.from_numpy(places)])
        assert_same(ours[..., -1], theirs[..., -1])


@quick
@given(left=SHAPES, right=SHAPES)
def test_shapes_are_refused_where_pytorch_refuses_them(torch, left, right):
    try:
        torch.ones(left) + torch.ones(right)
    except RuntimeError:
        with pytest.raises(ValueError, match="can't add shapes"):
            Tensor(np.ones(left)) + Tensor(np.ones(right))
    else:
        assert_same(Tensor(np.ones(left)) + Tensor(np.ones(right)), torch.ones(left) + torch.ones(right))
