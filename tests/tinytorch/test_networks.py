"""The exported Sequential against PyTorch's and NumPy, over shapes that nobody picked by hand."""

import zipfile
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch.core.activations import ReLU, Sigmoid, Softmax, Tanh
from tinytorch.core.layers import Dense
from tinytorch.core.networks import Sequential, create_mlp, load, save
from tinytorch.core.tensor import Tensor

quick = settings(max_examples=60, deadline=None)
SIZES = st.integers(1, 9)
SHAPES = st.tuples(SIZES, st.lists(SIZES, max_size=4), SIZES)
SEEDS = st.integers(0, 2**32)


def copied(array):
    """An array of PyTorch's with numbers of its own."""
    import torch

    return torch.from_numpy(np.array(array))


def in_torch(network):
    """The same network in PyTorch, with the same numbers."""
    import torch

    names = {ReLU: torch.nn.ReLU, Sigmoid: torch.nn.Sigmoid, Tanh: torch.nn.Tanh}
    layers = []
    for layer in network:
        if isinstance(layer, Dense):
            inputs, outputs = layer.weights.shape
            linear = torch.nn.Linear(inputs, outputs, bias=layer.bias is not None)
            with torch.no_grad():
                linear.weight.copy_(copied(layer.weights.data.T))
                if layer.bias is not None:
                    linear.bias.copy_(copied(layer.bias.data))
            layers.append(linear)
        elif isinstance(layer, Softmax):
            layers.append(torch.nn.Softmax(dim=layer.axis))
        elif isinstance(layer, Sequential):
            layers.append(in_torch(layer))
        else:
            layers.append(names[type(layer)]())
    return torch.nn.Sequential(*layers)


def arrays_of(network):
    return [parameter.data.copy() for parameter in network.parameters()]


def shaken(network, seed):
    """The network with all its numbers drawn anew, biases too."""
    rng = np.random.default_rng(seed)
    for parameter in network.parameters():
        parameter.data = rng.normal(size=parameter.shape).astype(np.float32)
    return network


def assert_agreement(network, x):
    import torch

    with torch.no_grad():
        expected = in_torch(network)(copied(x)).numpy()
    found = network(Tensor(x))
    assert isinstance(found, Tensor) and found.dtype == np.float32 and found.shape == expected.shape
    np.testing.assert_allclose(found.data, expected, rtol=2e-5, atol=2e-5 * max(1.0, np.abs(expected).max()))


# -- PyTorch ---------------------------------------------------------------------


@quick
@given(SHAPES, st.integers(1, 40), SEEDS)
def test_an_mlp_agrees_with_pytorch(torch, shape, batch, seed):
    network = shaken(create_mlp(*shape), seed)
    assert_agreement(network, np.random.default_rng(seed + 1).normal(size=(batch, shape[0])).astype(np.float32))


@quick
@given(st.data(), st.lists(SIZES, min_size=2, max_size=6), SEEDS)
def test_any_row_of_layers_agrees_with_pytorch(torch, data, sizes, seed):
    network = Sequential()
    for inputs, outputs in pairwise(sizes):
        row = [Dense(inputs, outputs, use_bias=data.draw(st.booleans()))]
        row += [data.draw(st.sampled_from([ReLU, Sigmoid, Tanh, Softmax]))()] * data.draw(st.integers(0, 2))
        for layer in [Sequential(row)] if data.draw(st.booleans()) else row:
            network.add(layer)
    batch = data.draw(st.integers(1, 20))
    assert_agreement(
        shaken(network, seed), np.random.default_rng(seed).normal(size=(batch, sizes[0])).astype(np.float32)
    )


@quick
@given(SHAPES)
def test_parameters_come_in_pytorchs_order(torch, shape):
    network = create_mlp(*shape)
    theirs = [each.detach().numpy() for each in in_torch(network).parameters()]
    ours = [each.T for each in arrays_of(network)]  # PyTorch keeps weights as (output, input)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


# -- the row of layers ------------------------------------------------------------


@quick
@given(st.lists(st.integers(), max_size=6), st.lists(st.integers(), max_size=3), st.integers(-10, 10))
def test_a_network_is_a_row_as_a_list_is(first, later, place):
    network = Sequential(iter(first))
    for layer in later:
        network.add(layer)
    assert len(network) == len(first + later) and list(network) == first + later
    try:
        expected = (first + later)[place]
    except IndexError:
        with pytest.raises(IndexError):
            network[place]
    else:
        assert network[place] is expected


def test_no_layers_give_the_input_back():
    x = Tensor([1.0])
    assert Sequential()(x) is x and Sequential().parameters() == []


def test_parameters_are_the_tensors_of_the_layers():
    network = create_mlp(3, [4], 2)
    found = network.parameters()
    assert found[0] is network[0].weights and found[3] is network[2].bias
    x = Tensor(np.ones((1, 3)))
    before = network(x).data.copy()
    found[3].data = found[3].data + 1
    assert np.allclose(network(x).data, before + 1)


def test_a_shape_that_does_not_fit_is_an_error_of_the_layer():
    with pytest.raises(ValueError) as caught:
        create_mlp(4, [5], 3)(Tensor(np.ones((2, 7))))
    assert "(2, 7)" in str(caught.value) and "(4, 5)" in str(caught.value)


# -- create_mlp ------------------------------------------------------------------


@quick
@given(SHAPES)
def test_an_mlp_has_the_layers_that_its_sizes_say(shape):
    inputs, hidden, outputs = shape
    network = create_mlp(*shape)
    assert [type(layer) for layer in network] == [Dense, ReLU] * len(hidden) + [Dense]
    sizes = [inputs, *hidden, outputs]
    assert [layer.weights.shape for layer in network[::2]] == list(pairwise(sizes))
    count = sum((before + 1) * after for before, after in pairwise(sizes))
    assert sum(parameter.size for parameter in network.parameters()) == count


@pytest.mark.slow
@quick
@given(SHAPES, SEEDS)
def test_one_seed_makes_one_network(shape, seed):
    one, two, other = (create_mlp(*shape, rng=np.random.default_rng(each)) for each in (seed, seed, seed + 1))
    assert all(np.array_equal(a, b) for a, b in zip(arrays_of(one), arrays_of(two), strict=True))
    assert not np.array_equal(arrays_of(one)[0], arrays_of(other)[0])


def test_layers_of_one_size_and_seed_differ():
    """In a network made with a seed, layers of one size differ."""
    arrays, again = (arrays_of(create_mlp(5, [5, 5], 5, rng=3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(arrays, again, strict=True))
    assert len({array.tobytes() for array in arrays[::2]}) == 3


# -- files -----------------------------------------------------------------------


@pytest.mark.slow
@quick
@given(SHAPES, SEEDS)
def test_what_is_saved_comes_back_bit_for_bit(tmp_path_factory, shape, seed):
    path = tmp_path_factory.mktemp("weights") / "weights"
    network, other = shaken(create_mlp(*shape), seed), create_mlp(*shape)
    save(network, path)
    kept = other.parameters()
    load(other, str(path))
    assert all(np.array_equal(a, b) for a, b in zip(arrays_of(network), arrays_of(other), strict=True))
    assert all(a is b for a, b in zip(kept, other.parameters(), strict=True))


@pytest.mark.slow
@quick
@given(SHAPES, SHAPES)
def test_a_file_of_another_network_is_refused(tmp_path_factory, mine, theirs):
    """A file of another network is refused, and nothing is changed."""
    path = tmp_path_factory.mktemp("weights") / "weights.npz"
    network, other = create_mlp(*mine), create_mlp(*theirs)
    save(other, path)
    before, shapes = (
        arrays_of(network),
        [[array.shape for array in arrays_of(each)] for each in (network, other)],
    )
    if shapes[0] == shapes[1]:
        load(network, path)
        return
    with pytest.raises(ValueError) as caught:
        load(network, path)
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays_of(network), strict=True))
    if len(shapes[0]) == len(shapes[1]):
        here, there = next((a, b) for a, b in zip(*shapes, strict=True) if a != b)
        assert f"is {here} here and {there} in the file" in str(caught.value)
    else:
        assert f"the network has {len(shapes[0])} parameters, and the file {len(shapes[1])}" in str(caught.value)


def test_a_file_holds_plain_arrays_under_numpys_names(tmp_path):
    network = create_mlp(2, [3] * 6, 2)
    save(network, tmp_path / "deep.npz")
    with zipfile.ZipFile(tmp_path / "deep.npz") as archive:
        assert archive.namelist() == [f"arr_{number}.npy" for number in range(14)]
        assert all(archive.read(name).startswith(b"\x93NUMPY") for name in archive.namelist())
    assert [path.name for path in tmp_path.iterdir()] == ["deep.npz"]


def test_a_pickle_is_not_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return open, (str(tmp_path / "sprung"), "w")

    array = np.empty(2, dtype=object)
    array[:] = Trap(), Trap()
    network = create_mlp(3, [], 2)
    before = arrays_of(network)
    np.savez(tmp_path / "weights.npz", np.ones((3, 2), np.float32), array)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load(network, tmp_path / "weights.npz")
    assert not (tmp_path / "sprung").exists()
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays_of(network), strict=True))


def test_half_precision_is_for_the_file_only(tmp_path):
    """Half precision stays in the file, and becomes float32 in the network."""
    network, other = create_mlp(3, [4], 2), create_mlp(3, [4], 2)
    for parameter in network.parameters():
        parameter.data = parameter.data.astype(np.float16)
    save(network, tmp_path / "half.npz")
    with np.load(tmp_path / "half.npz") as file:
        assert file["arr_0"].dtype == np.float16
    load(other, tmp_path / "half.npz")
    assert all(array.dtype == np.float32 for array in arrays_of(other))
    assert all(np.array_equal(a, b) for a, b in zip(arrays_of(network), arrays_of(other), strict=True))


def test_a_network_can_be_benchmarked_as_it_is():
    from tinytorch.core.benchmarking import is_tinytorch

    assert is_tinytorch(create_mlp(2, [3], 2))
