"""The exported activations against PyTorch, and against what must hold for any input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.activations import ReLU, Sigmoid, Softmax, Tanh
from tinytorch.core.tensor import Tensor

ALL = (ReLU, Sigmoid, Tanh, Softmax)
FLOATS, INTEGERS = (np.float32, np.float64), (np.uint8, np.int16, np.int32, np.int64)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
WITH_AXES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)
quick = settings(max_examples=60, deadline=None)


def numbers(dtype):
    """Moderate and extreme ones: float32 overflows in e^x from 89 on."""
    if np.dtype(dtype).kind != "f":
        return st.integers(0 if np.dtype(dtype).kind == "u" else -128, 127)
    return st.floats(-10, 10, width=32) | st.sampled_from([-1e30, -1000, -100, -88.5, 88.5, 100, 1000, 1e30, -0.0])


def arrays(shapes=SHAPES, dtypes=FLOATS + INTEGERS):
    return st.sampled_from(dtypes).flatmap(lambda dtype: hnp.arrays(dtype, shapes, elements=numbers(dtype)))


def output(activation, array):
    """What comes out, as an array: a float32 Tensor of the same shape, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = activation(Tensor(array))
    assert isinstance(result, Tensor)
    assert result.shape == array.shape
    return result.data


def by_torch(torch, function, array):
    return function(torch.from_numpy(np.asarray(array, np.float32))).numpy()


@pytest.mark.parametrize("activation, name", [(ReLU(), "relu"), (Sigmoid(), "sigmoid"), (Tanh(), "tanh")])
@quick
@given(array=arrays())
def test_elementwise_activations_agree_with_pytorch(torch, activation, name, array):
    expected = by_torch(torch, getattr(torch, name), array)
    np.testing.assert_allclose(output(activation, array), expected, rtol=2e-6, atol=1e-37)


@quick
@given(arrays(WITH_AXES), st.data())
def test_softmax_agrees_with_pytorch_along_any_axis(torch, array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    expected = by_torch(torch, lambda x: torch.softmax(x, dim=axis), array)
    np.testing.assert_allclose(output(Softmax(axis=axis), array), expected, rtol=5e-6, atol=1e-37)


@pytest.mark.slow
@quick
@given(arrays(WITH_AXES))
def test_softmax_gives_shares_that_a_shift_does_not_change(array):
    shares = output(Softmax(), array)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=-1), 1, rtol=1e-5)
    whole = np.round(np.clip(array, -100, 100).astype(np.float32))
    np.testing.assert_array_equal(output(Softmax(), whole), output(Softmax(), whole + 1000))


@pytest.mark.slow
@quick
@given(arrays(dtypes=FLOATS))
def test_the_soft_curves_are_symmetric(array):
    np.testing.assert_allclose(output(Sigmoid(), -array), 1 - output(Sigmoid(), array), atol=1e-6)
    np.testing.assert_array_equal(output(Tanh(), -array), -output(Tanh(), array))
    np.testing.assert_allclose(output(Tanh(), array), 2 * output(Sigmoid(), 2 * array) - 1, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("cls", ALL)
@quick
@given(array=arrays(WITH_AXES))
def test_what_comes_in_is_left_alone_and_forward_is_calling(cls, array):
    before, activation = array.copy(), cls()
    tensor = Tensor(array)
    first = activation(tensor)
    np.testing.assert_array_equal(activation.forward(tensor).data, first.data)
    np.testing.assert_array_equal(tensor.data, before.astype(tensor.dtype))
    np.testing.assert_array_equal(array, before)
    assert first is not tensor


@pytest.mark.parametrize("cls", (Sigmoid, Tanh, Softmax))
@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
def test_fractions_come_out_of_any_type_as_float32(cls, dtype):
    assert output(cls(), np.array([[1, 2], [0, 3]], dtype)).dtype == np.float32


@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
def test_relu_keeps_the_type_that_a_tensor_has(dtype):
    array = np.array([1, 0, 3], dtype)
    assert output(ReLU(), array).dtype == Tensor(array).dtype


@pytest.mark.parametrize("cls", ALL)
def test_one_nan_stays_where_it_is(cls):
    array = np.array([[np.nan, 1.0], [2.0, 3.0]], np.float32)
    assert np.isnan(output(cls(), array)[0, 0])
    assert not np.isnan(output(cls(), array)[1]).any()
