"""The exported Dense against PyTorch's Linear, and its chance against the bounds that theory gives."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from tinytorch.core.layers import Dense
from tinytorch.core.tensor import Tensor

SIZES = st.integers(1, 6)
DTYPES = st.sampled_from([np.float32, np.float64, np.int64, np.int32, np.uint8])
LEADING = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
SIGMAS = 5  # two-sided, once in 1.7 million
quick = settings(max_examples=60, deadline=None)


def numbers(dtype):
    return st.integers(0, 9) if np.dtype(dtype).kind in "iu" else st.floats(-9, 9, width=32)


@st.composite
def passes(draw):
    """A layer with any numbers in it, and an input of any shape and type that fits."""
    inputs, outputs = draw(SIZES), draw(SIZES)
    layer = Dense(inputs, outputs, use_bias=draw(st.booleans()), rng=draw(st.integers(0, 99)))
    if layer.bias is not None:
        layer.bias = Tensor(draw(hnp.arrays(np.float32, outputs, elements=numbers(np.float32))))
    dtype = draw(DTYPES)
    return layer, draw(hnp.arrays(dtype, (*draw(LEADING), inputs), elements=numbers(dtype)))


@quick
@given(case=passes())
def test_forward_agrees_with_pytorch(torch, case):
    layer, x = case
    weights, bias = torch.from_numpy(layer.weights.data.T), layer.bias
    bias = None if bias is None else torch.from_numpy(bias.data)
    expected = torch.nn.functional.linear(torch.from_numpy(np.asarray(x, np.float32)), weights, bias)
    y = layer(Tensor(x))
    assert isinstance(y, Tensor) and y.shape == tuple(expected.shape) and y.dtype == np.float32
    np.testing.assert_allclose(y.data, expected.numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(layer.forward(Tensor(x)).data, y.data)


@pytest.mark.slow
@quick
@given(LEADING, SIZES, SIZES, SIZES)
def test_a_size_that_does_not_fit_is_named(leading, given_size, inputs, outputs):
    """The error names the size, both shapes and the operation."""
    assume(given_size != inputs)
    x = Tensor(np.ones((*leading, given_size)))
    with pytest.raises(ValueError) as caught:
        Dense(inputs, outputs)(x)
    assert str(caught.value) == f"can't matmul shapes {x.shape} and {(inputs, outputs)}"


def test_a_single_number_does_not_fit_either():
    with pytest.raises(ValueError, match=r"can't matmul shapes \(\) and \(1, 2\)"):
        Dense(1, 2)(Tensor(3.0))


@pytest.mark.parametrize("inputs, outputs", [(784, 128), (128, 10), (3, 20_000)])
def test_weights_are_uniform_between_glorots_bounds(inputs, outputs):
    """Bounds are kept, and mean and variance stray no further than 5 sigma; a Kolmogorov-Smirnov test sees the rest."""
    weights = Dense(inputs, outputs, rng=1).weights
    assert weights.shape == (inputs, outputs) and weights.dtype == np.float32
    size, a = weights.size, np.sqrt(6 / (inputs + outputs))
    unit = weights.data.astype(np.float64).ravel() / a
    assert np.abs(unit).max() <= 1 + 1e-6
    assert abs(unit.mean()) <= SIGMAS * np.sqrt(1 / 3 / size)
    assert abs((unit**2).mean() - 1 / 3) <= SIGMAS * np.sqrt(4 / 45 / size)
    assert stats.kstest(unit, stats.uniform(-1, 2).cdf).pvalue > 1e-6


def test_weights_are_as_wide_as_pytorchs_xavier_uniform(torch):
    theirs = torch.nn.init.xavier_uniform_(torch.empty(200, 300), generator=torch.Generator().manual_seed(1)).numpy()
    ours = Dense(300, 200, rng=1).weights.data
    assert ours.max() == pytest.approx(theirs.max(), rel=1e-3)
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 1e-6


@pytest.mark.slow
def test_weights_are_independent():
    weights = Dense(400, 400, rng=3).weights.data
    correlations = np.corrcoef(weights)[np.triu_indices(400, 1)]
    assert np.abs(correlations).max() <= 7 / np.sqrt(400)  # 79,800 pairs
    assert np.linalg.matrix_rank(weights) == 400


def test_numbers_keep_their_size_through_square_layers():
    x = Tensor(np.random.default_rng(0).normal(size=(200, 256)))
    rng = np.random.default_rng(1)
    for _ in range(20):
        x = Dense(256, 256, rng=rng)(x)
    assert 0.5 < x.data.std() < 2


def test_the_bias_is_zeros_or_none():
    bias = Dense(3, 2).bias
    assert isinstance(bias, Tensor) and bias.dtype == np.float32 and bias.data.tolist() == [0, 0]
    assert Dense(3, 2, use_bias=False).bias is None


def weights_of(rng=None):
    return Dense(5, 4, rng=rng).weights.data.tolist()


def test_a_seed_gives_the_same_layer():
    """A seed gives the same layer each time, no seed another one."""
    assert weights_of(0) == weights_of(0) == weights_of(np.int64(0))
    assert weights_of(0) != weights_of(1)
    assert weights_of() != weights_of()


def test_a_generator_goes_on_from_layer_to_layer():
    one, other = np.random.default_rng(7), np.random.default_rng(7)
    drawn = [weights_of(one), weights_of(one)]
    assert drawn[0] != drawn[1]
    assert drawn == [weights_of(other), weights_of(other)]


def test_the_chance_of_the_rest_of_the_program_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    Dense(5, 4, rng=1), Dense(5, 4)
    assert np.random.get_state()[1].tolist() == before


def test_parameters_are_the_tensors_that_forward_uses():
    layer = Dense(2, 2, rng=1)
    assert [p is q for p, q in zip(layer.parameters(), (layer.weights, layer.bias), strict=True)] == [True, True]
    for parameter, numbers_there in zip(layer.parameters(), ([[1, 2], [3, 4]], [10, 20]), strict=True):
        parameter.data[...] = numbers_there
    assert layer(Tensor([1.0, 1.0])).data.tolist() == [14, 26]
    layer.weights = Tensor([[0.0, 0.0], [0.0, 0.0]])
    assert layer.parameters()[0] is layer.weights
    assert layer(Tensor([1.0, 1.0])).data.tolist() == [10, 20]
    assert len(Dense(2, 2, use_bias=False).parameters()) == 1


def test_a_forward_pass_changes_nothing():
    layer, x = Dense(3, 2, rng=1), Tensor(np.ones((4, 3)))
    before = [layer.weights.data.copy(), layer.bias.data.copy(), x.data.copy()]
    layer(x)
    for array, kept in zip((layer.weights.data, layer.bias.data, x.data), before, strict=True):
        np.testing.assert_array_equal(array, kept)
