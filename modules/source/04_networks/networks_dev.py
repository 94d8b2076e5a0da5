# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: nbgrader,tags,deletable,editable,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Networks
#
# > Layers one after the other, with their parameters in one place, in memory and on disk.
#
# A layer and an activation are each a small function. A network is many of them in a row, and from outside it
# looks like one function again: a Tensor goes in, a Tensor comes out. In this module you write that row, a
# short way to make the usual one, and the file in which its weights outlive the program.
#
# 1. What does it take to be a layer?
# 2. Where are all the numbers that training changes?
# 3. What can go wrong with a file of weights, and how is it noticed in time?
#
# You write four things: the class `Sequential`, and the functions `create_mlp`, `save` and `load`. Six checks
# grade them, with 20 points in all. At the end your network reads real handwriting.

# %%
#| default_exp core.networks

# %%
#| export
import numpy as np

from tinytorch.core.activations import ReLU
from tinytorch.core.layers import Dense
from tinytorch.core.tensor import Tensor

# %% [markdown]
# ## The idea
#
# **A network is a composition.** With layers $f_1, \dots, f_L$,
#
# $$f(x) = f_L(\cdots f_2(f_1(x)) \cdots).$$
#
# Each layer gets what the one before gave, so the output size of one has to be the input size of the next. A
# *multilayer perceptron* (MLP) with the sizes $n_0, n_1, \dots, n_L$ alternates `Dense` layers and
# activations:
#
# ```
#   x             Dense           ReLU            Dense           scores
#   (batch, 64)   (batch, 128)    (batch, 128)    (batch, 10)     one for each class
# ```
#
# After the last `Dense` comes no activation: a score may be negative, and which one is the largest is all
# that counts. Layer $l$ has a weight for each pair of an input and an output and a bias for each output, so
#
# $$\text{parameters} = \sum_{l=1}^{L} (n_{l-1} + 1)\, n_l .$$
#
# | sizes | parameters | as float32 |
# |---|---|---|
# | 64, 10 | 650 | 2.6 kB |
# | 64, 128, 10 | 9,610 | 38 kB |
# | 784, 128, 10 | 101,770 | 407 kB |
#
# **Why the activations?** Without them, two layers are one:
#
# $$(x W_1 + b_1) W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2),$$
#
# a `Dense` with the weights $W_1 W_2$. However many there are, all that comes out is a straight line, or a
# plane. `ReLU` puts a kink into it. With one input and one output a network of $k$ hidden units computes
#
# $$f(x) = c + \sum_{j=1}^{k} v_j \max(0, w_j x + b_j),$$
#
# a line with a kink wherever some $w_j x + b_j$ changes its sign: $k$ of them at most.

# %%
import matplotlib.pyplot as plt


def nearest(target, x, units, bend):
    """The network of `units` random hidden units that comes nearest to `target` at x, and its kinks."""
    rng = np.random.default_rng(1)
    kinks, slopes = rng.uniform(-3, 3, units), rng.choice([-1, 1], units)
    hidden = slopes * (x[:, np.newaxis] - kinks)
    hidden = np.column_stack([np.maximum(hidden, 0) if bend else hidden, np.ones_like(x)])
    return hidden @ np.linalg.lstsq(hidden, target)[0], kinks


x = np.linspace(-3, 3, 601)
curve = np.sin(2 * x) + 0.3 * x
figure, panels = plt.subplots(1, 3, figsize=(10, 3), sharex=True, sharey=True)
for axes, units, bend in zip(panels, (40, 4, 40), (False, True, True), strict=True):
    y, kinks = nearest(curve, x, units, bend)
    axes.plot(x, curve, color="0.7", linewidth=4, label="a curve")
    axes.plot(x, y, color="C0", label="nearest network")
    if bend:
        axes.plot(kinks, np.interp(kinks, x, y), "o", color="C1", markersize=4, label="kinks")
    axes.set(title=f"{units} hidden units, {'ReLU' if bend else 'no activation'}", xlabel="input x")
panels[0].set_ylabel("output f(x)")
panels[1].legend(fontsize=8, loc="lower right")
figure.suptitle("How near can two Dense layers come to a curve?")
figure.tight_layout()
plt.show()

# %% [markdown]
# **What to see.** Forty units without an activation are a straight line. Four with `ReLU` have four kinks, at
# the dots. Forty, whose places were drawn by chance and whose last weights were chosen well, lie nearly
# on the curve.
#
# ### What is a layer?
#
# Whatever can be called with a Tensor and gives one. `Sequential` asks for no more, so an activation, a
# `Dense`, a function of your own, or another `Sequential` will do. Some layers have parameters and a method
# that lists them; an activation has none. Python's `hasattr(layer, "parameters")` tells which is which.
#
# The list of parameters holds the Tensors *themselves*. Training changes the numbers in them, and the layers
# have to see it. A list of copies could be trained for ever.
#
# ### Weights in a file
#
# NumPy's `.npz` is a zip archive with an array in each entry, its type and shape in front. Nothing else is in
# it: no class, no code. Three mistakes wait here.
#
# - **Pickle.** Python's `pickle` keeps any object, and to read one it calls whatever functions the file
#   names.
#   Whoever opens a stranger's pickle runs a stranger's program. `np.load` with `allow_pickle=False` refuses
#   such entries.
# - **Half a network.** The first array fits and is taken over, the second does not and raises an error. What
#   is left is neither the old network nor the new one. So compare everything first, then change it.
# - **The wrong order.** The arrays are called `arr_0`, `arr_1`, and so on. In alphabetical order, `arr_10`
#   comes before `arr_2`.

# %% [markdown]
# ## Your network
#
# Every place that says `YOUR CODE HERE` is yours. `__call__` is given: calling a network is calling its
# `forward`.

# %% nbgrader={"grade": false, "grade_id": "write-sequential", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
class Sequential:
    """Layers one after the other, from input to output; whatever makes a Tensor of a Tensor is a layer."""

    def __init__(self, layers=()):
        """Keep the layers in `self.layers`, a list of its own; they come as a list, a tuple, a generator."""
        ### BEGIN SOLUTION
        self.layers = list(layers)
        ### END SOLUTION

    def forward(self, x):
        """What the last layer gives, when each is called with what the one before gave; with no layers, x."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x
        ### END SOLUTION

    def __call__(self, x):
        return self.forward(x)

    def add(self, layer):
        """Put one more layer at the end."""
        ### BEGIN SOLUTION
        self.layers.append(layer)
        ### END SOLUTION

    def parameters(self):
        """A list of the parameters of all layers, in their order: the Tensors themselves, as they are now.

        Hint: a layer without parameters, such as ReLU, has no method `parameters`; hasattr tells.
        """
        ### BEGIN SOLUTION
        having = [layer for layer in self.layers if hasattr(layer, "parameters")]
        return [parameter for layer in having for parameter in layer.parameters()]
        ### END SOLUTION

    def __len__(self):
        """How many layers there are."""
        ### BEGIN SOLUTION
        return len(self.layers)
        ### END SOLUTION

    def __getitem__(self, index):
        """Layer number `index`, from 0; negative ones count from the end. IndexError where there is none."""
        ### BEGIN SOLUTION
        return self.layers[index]
        ### END SOLUTION


# %% [markdown]
# `create_mlp` makes the usual network from its sizes. Chance comes from outside, by `rng`, as it does for
# `Dense`: with a seed the network comes out the same again. One generator has to serve all the layers. If
# each made its own from the same seed, two layers of one size would start with the same weights.

# %% nbgrader={"grade": false, "grade_id": "write-create-mlp", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
def create_mlp(input_size, hidden_sizes, output_size, *, rng=None):
    """A Sequential of Dense layers with a ReLU after each but the last, which gives the scores.

    Example: create_mlp(64, [128, 32], 10) is Dense(64, 128), ReLU, Dense(128, 32), ReLU, Dense(32, 10).
    No hidden sizes make a single Dense. `rng` is a seed or a NumPy Generator, from which all layers draw
    one after the other, from input to output; None gives other weights every time.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(rng)  # one for all of them: a seed would begin anew in each Dense
    layers, size = [], input_size
    for hidden_size in hidden_sizes:
        layers += [Dense(size, hidden_size, rng=rng), ReLU()]
        size = hidden_size
    return Sequential([*layers, Dense(size, output_size, rng=rng)])
    ### END SOLUTION


# %% [markdown]
# `save` and `load` are about parameters alone. The file has no layers in it: you make the network first, by
# the same code as before, and then fill it.

# %% nbgrader={"grade": false, "grade_id": "write-files", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
def save(network, path):
    """Write the data of `network.parameters()` to the file `path`, an .npz, as arr_0, arr_1, … in that order.

    Hint: those are the names that np.savez gives by itself. Given an open file, it adds nothing to its name.
    """
    ### BEGIN SOLUTION
    with open(path, "wb") as file:
        np.savez(file, *(parameter.data for parameter in network.parameters()))
    ### END SOLUTION


def load(network, path):
    """Give the parameters of `network` the numbers that `save` wrote to `path`; each keeps its own type.

    ValueError when the file has more arrays or fewer, when a shape is another one (the error shows both), or
    when an entry is a pickle. Nothing of the network has been changed then.
    """
    ### BEGIN SOLUTION
    with np.load(path, allow_pickle=False) as file:
        arrays = [file[f"arr_{number}"] for number in range(len(file.files))]
    parameters = network.parameters()
    if len(arrays) != len(parameters):
        raise ValueError(f"the network has {len(parameters)} parameters, and the file {len(arrays)}")
    for number, (parameter, array) in enumerate(zip(parameters, arrays)):
        if parameter.shape != array.shape:
            raise ValueError(f"parameter {number} is {parameter.shape} here and {array.shape} in the file")
    for parameter, array in zip(parameters, arrays):
        parameter.data = array.astype(parameter.dtype)
    ### END SOLUTION


# %% [markdown]
# ## Does it work?
#
# For each part there is a test, which you can read and change a copy of, and a check, which is graded. The
# check holds a few cases more than it shows. The helpers below are theirs.

# %% nbgrader={"grade": false, "grade_id": "given-helpers", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from tito.tools.benchmarking.instruments import Recorder
from tito.tools.testing import Check, raises, replaced


class Step:
    """A layer that multiplies by ten and adds its own digit, and counts its calls."""

    def __init__(self, digit):
        self.digit, self.calls = digit, 0

    def __call__(self, x):
        self.calls += 1
        return x * 10 + self.digit

    forward = __call__


def steps(*digits):
    return [Step(digit) for digit in digits]


def dense(input_size, output_size, **options):
    """A Dense whose numbers are all different: weights 0, 1, 2, … and then the bias, all through ten."""
    layer = Dense(input_size, output_size, **options)
    count = input_size * output_size
    layer.weights.data = np.arange(count, dtype=np.float32).reshape(input_size, output_size) / 10
    if options.get("use_bias", True):
        layer.bias.data = np.arange(count, count + output_size, dtype=np.float32) / 10
    return layer


def layers_of(network):
    """The layers of a network, by `self.layers` where it has that."""
    kept = getattr(network, "layers", None)
    return [network[place] for place in range(len(network))] if kept is None else list(kept)


def parameters_of(network):
    """The parameters as they should be, so that `save` and `load` are graded without the method."""
    return [
        each for layer in layers_of(network) if hasattr(layer, "parameters") for each in layer.parameters()
    ]


def arrays_of(network):
    """Copies of the numbers in the parameters of a network."""
    return [np.array(parameter.data) for parameter in parameters_of(network)]


def alike(found, expected):
    """Are these the same arrays in the same order?"""
    return len(found) == len(expected) and all(map(np.array_equal, found, expected))


def complaint(act):
    """The text of the ValueError that `act` raises, without spaces."""
    try:
        act()
    except ValueError as error:
        return str(error).replace(" ", "")
    raise AssertionError("this should be refused with a ValueError, but nothing was raised")


# %% [markdown]
# ### Forward

# %% nbgrader={"grade": false, "grade_id": "test-forward", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_forward():
    """Each layer gets what the one before gave."""
    network = Sequential([lambda x: x + 1, lambda x: x * 10])
    assert network(Tensor([1.0, 2.0])).data.tolist() == [20, 30]
    assert network.forward(Tensor([1.0, 2.0])).data.tolist() == [20, 30]


test_forward()

# %% nbgrader={"grade": true, "grade_id": "forward", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_forward():
    check = Check()
    with check.part(2, "each layer gets what the one before gave"):
        layers = steps(1, 2, 3)
        found = Sequential(layers).forward(Tensor([0.0, 5.0]))
        assert isinstance(found, Tensor), "what comes out should be the Tensor of the last layer"
        found = np.asarray(found.data).tolist()
        assert found != [321, 5321], "the layers were gone through from the last to the first"
        assert found == [123, 5123], (
            f"three layers that append 1, 2 and 3 make [123, 5123] of [0, 5], not {found}"
        )
        calls = [layer.calls for layer in layers]
        assert calls == [1, 1, 1], f"each layer should be called once; the calls were {calls}"
    with check.part(1, "calling a network is calling its forward"):
        found = np.asarray(Sequential(steps(4, 2))(Tensor([[1.0], [0.0]])).data).tolist()
        assert found == [[142], [42]], (
            f"layers that append 4 and 2 make [[142], [42]] of [[1], [0]], not {found}"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "no layers, real ones, and networks in networks"):
        x = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, -3.0]], np.float32)
        assert np.asarray(Sequential([]).forward(Tensor(x)).data).tolist() == x.tolist(), (
            "no layers change nothing"
        )
        network = Sequential((dense(3, 4), ReLU(), dense(4, 2)))
        hidden = np.maximum(x @ np.arange(12).reshape(3, 4) / 10 + np.arange(12, 16) / 10, 0)
        expected = hidden @ np.arange(8).reshape(4, 2) / 10 + np.arange(8, 10) / 10
        for _ in range(2):
            assert np.allclose(network.forward(Tensor(x)).data, expected, rtol=1e-5), "Dense, ReLU and Dense"
        inner = Sequential(steps(2, 3))
        outer = Sequential([*steps(1), inner, *steps(4)])
        assert np.asarray(outer.forward(Tensor([0])).data).tolist() == [1234], (
            "a network may be a layer of another"
        )
        assert np.asarray(outer.forward(Tensor([1])).data).tolist() == [11234], "a second call starts anew"
    ### END HIDDEN TESTS
    return check.points()


check_forward()

# %% [markdown]
# ### The row of layers

# %% nbgrader={"grade": false, "grade_id": "test-layers", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_layers():
    """Layers can be counted, looked up and added."""
    first, second = Dense(2, 3), ReLU()
    network = Sequential([first])
    network.add(second)
    assert len(network) == 2
    assert network[0] is first and network[-1] is second


test_layers()

# %% nbgrader={"grade": true, "grade_id": "layers", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_layers():
    check = Check()
    first, second, third = Dense(2, 3), ReLU(), Dense(3, 1)
    with check.part(1, "length and index"):
        network = Sequential([first, second, third])
        assert len(network) == 3, f"a network of three layers has the length 3, not {len(network)}"
        assert network[0] is first and network[1] is second, (
            "network[0] is the first layer itself, network[1] the second"
        )
    with check.part(1, "add puts a layer at the end"):
        network = Sequential([first])
        network.add(second)
        network.add(third)
        assert len(network) == 3, f"one layer and two added ones are three; the length is {len(network)}"
        assert network[1] is second and network[2] is third, (
            "layers should stand in the order in which they were added"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "the end of the row, and a list of its own"):
        network = Sequential((first, second, third))
        assert network[-1] is third and network[-3] is first, "negative places count from the end"
        with raises(IndexError):
            network[3]
        witness = Recorder()
        given = witness.list([first, second])
        Sequential(given).add(third)
        witness.assert_untouched("the list of layers")
        once = Sequential(each for each in (first, second))
        assert len(once) == 2 and once[1] is second and len(once) == 2, (
            "a generator gives its layers only once"
        )
        empty = Sequential()
        assert len(empty) == 0, "a network may begin without layers"
        empty.add(first)
        assert len(empty) == 1 and len(Sequential()) == 0, "each network should have a list of its own"
    ### END HIDDEN TESTS
    return check.points()


check_layers()

# %% [markdown]
# ### Parameters

# %% nbgrader={"grade": false, "grade_id": "test-parameters", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_parameters():
    """The parameters of all layers, the Tensors themselves."""
    first, last = Dense(4, 5), Dense(5, 3)
    found = Sequential([first, ReLU(), last]).parameters()
    assert [parameter.shape for parameter in found] == [(4, 5), (5,), (5, 3), (3,)]
    assert found[0] is first.weights


test_parameters()

# %% nbgrader={"grade": true, "grade_id": "parameters", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_parameters():
    check = Check()
    first, last = Dense(4, 5), Dense(5, 3, use_bias=False)
    with check.part(2, "all of them, in the order of the layers"):
        found = list(Sequential([first, ReLU(), last]).parameters())
        assert len(found) == 3, f"weights, bias and weights are three parameters; there are {len(found)}"
        shapes = [np.shape(parameter.data) for parameter in found]
        assert shapes == [(4, 5), (5,), (5, 3)], (
            f"the shapes should be (4, 5), (5,) and (5, 3); they are {shapes}"
        )
    with check.part(1, "the Tensors themselves, not copies"):
        found = list(Sequential([first, last]).parameters())
        assert found[0] is first.weights and found[1] is first.bias and found[2] is last.weights, (
            "training changes these Tensors, so they must be those of the layers, and no copies of them"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "networks in networks, parameters as they are now, and none at all"):
        inner = Sequential([last])
        network = Sequential([inner, ReLU(), Step(3), first])
        found = list(network.parameters())
        assert len(found) == 3, "a layer may be a network, or have no parameters"
        assert found[0] is last.weights and found[2] is first.bias, "a layer may be a network"
        first.bias = Tensor(np.ones(5))
        assert list(network.parameters())[2] is first.bias, "the parameters as they are now"
        assert len(list(Sequential([ReLU(), ReLU()]).parameters())) == 0, "activations have no parameters"
        assert len(list(Sequential([]).parameters())) == 0, "no layers have no parameters"
        assert len(list(network.parameters())) == 3, "asking twice should make no difference"
    ### END HIDDEN TESTS
    return check.points()


check_parameters()

# %% [markdown]
# ### The usual network

# %% nbgrader={"grade": false, "grade_id": "test-create-mlp", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_create_mlp():
    """Dense and ReLU in turn, and scores at the end."""
    layers = create_mlp(4, [5, 6], 3).layers
    assert [type(layer).__name__ for layer in layers] == ["Dense", "ReLU", "Dense", "ReLU", "Dense"]
    assert layers[2].weights.shape == (5, 6)


test_create_mlp()

# %% nbgrader={"grade": true, "grade_id": "create_mlp", "locked": true, "schema_version": 3, "solution": false, "task": false}
def kinds_of(network):
    """The kinds of its layers, by name."""
    known = {"Dense": Dense, "ReLU": ReLU}
    return [
        next((name for name in known if isinstance(layer, known[name])), "?") for layer in layers_of(network)
    ]


def sizes_of(network):
    """The shapes of the weights of its Dense layers."""
    return [np.shape(layer.weights.data) for layer in layers_of(network) if isinstance(layer, Dense)]


def check_create_mlp():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    with check.part(1, "Dense and ReLU in turn, and a Dense at the end"):
        network = create_mlp(4, [5, 6], 3)
        assert isinstance(network, Sequential), "create_mlp should return a Sequential"
        kinds = kinds_of(network)
        assert kinds != ["Dense"] * 3, (
            "without activations between them, three Dense layers are no more than one"
        )
        assert kinds[-1:] == ["Dense"], "after the last Dense comes no activation: a score may be negative"
        assert kinds == ["Dense", "ReLU", "Dense", "ReLU", "Dense"], (
            f"expected Dense, ReLU, Dense, ReLU, Dense; got {kinds}"
        )
    with check.part(1, "each layer takes what the one before gives"):
        sizes = sizes_of(create_mlp(4, [5, 6], 3))
        assert sizes == [(4, 5), (5, 6), (6, 3)], (
            f"the weights should be (4, 5), (5, 6) and (6, 3); they are {sizes}"
        )
    ### BEGIN HIDDEN TESTS
    with check.part(1, "other sizes, and the caller's list left as it was"):
        assert kinds_of(create_mlp(7, [], 2)) == ["Dense"], "no hidden layers make a single Dense"
        assert sizes_of(create_mlp(7, [], 2)) == [(7, 2)], "no hidden layers make a single Dense"
        assert sizes_of(create_mlp(3, (8,), 2)) == [(3, 8), (8, 2)], "hidden sizes may be a tuple"
        assert kinds_of(create_mlp(3, (8,), 2)) == ["Dense", "ReLU", "Dense"], "hidden sizes may be a tuple"
        witness = Recorder()
        create_mlp(3, witness.list([4, 5]), 2)
        witness.assert_untouched("the list of sizes")
        assert all(layer.bias is not None for layer in layers_of(create_mlp(2, [2], 2))[::2]), (
            "each Dense has a bias"
        )
    with check.part(1, "where the weights come from"):
        layers = layers_of(create_mlp(6, [6, 6], 6))
        weights = [np.asarray(layers[place].weights.data) for place in (0, 2, 4)]
        assert not np.array_equal(weights[0], weights[1]), "two layers should not have the same weights"
        assert not np.array_equal(weights[1], weights[2]), "two layers should not have the same weights"
        other = layers_of(create_mlp(6, [6, 6], 6))[0]
        assert not np.array_equal(weights[0], other.weights.data), "without rng, two networks should differ"
        made = [create_mlp(6, [6], 6, rng=learners_numpy.random.default_rng(seed)) for seed in (1, 1, 2)]
        one, again, other = (
            [np.asarray(layers_of(each)[place].weights.data) for place in (0, 2)] for each in made
        )
        assert alike(one, again), "generators of one seed should make the same network"
        assert not np.array_equal(one[0], other[0]) and not np.array_equal(one[1], other[1]), (
            "each Dense draws from rng"
        )
        assert not np.array_equal(one[0], one[1]), "with rng too, two layers should not have the same weights"
        seeded = [create_mlp(6, [6], 6, rng=seed) for seed in (3, 3)]
        one, again = (
            [np.asarray(layers_of(each)[place].weights.data) for place in (0, 2)] for each in seeded
        )
        assert alike(one, again), "one seed should make the same network"
        assert not np.array_equal(one[0], one[1]), (
            "with a seed too, two layers should not have the same weights"
        )
    ### END HIDDEN TESTS
    return check.points()


check_create_mlp()

# %% [markdown]
# ### Weights in a file
#
# The files of these tests lie in a temporary folder of NumPy's.

# %% nbgrader={"grade": false, "grade_id": "test-files", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_files():
    """What was saved comes back, and what doesn't fit is refused."""
    from tinytorch.core.tensor import np as learners_numpy

    x = Tensor([[1.0, -1.0, 2.0, 0.5]])
    saved, other = create_mlp(4, [5], 3), create_mlp(4, [5], 3)
    with learners_numpy.testing.tempdir() as folder:
        save(saved, f"{folder}/weights.npz")
        load(other, f"{folder}/weights.npz")
        assert np.array_equal(other(x).data, saved(x).data)
        with raises(ValueError, naming="(4, 5)"):
            load(create_mlp(4, [6], 3), f"{folder}/weights.npz")


test_files()

# %% nbgrader={"grade": true, "grade_id": "save", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_save():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    network = Sequential([dense(3, 4), ReLU(), dense(4, 2)])
    expected = arrays_of(network)
    with learners_numpy.testing.tempdir() as folder, replaced(Sequential, parameters=parameters_of):
        with check.part(1, "every parameter, as arr_0, arr_1, …"):
            save(network, f"{folder}/weights.npz")
            stored = learners_numpy.load(f"{folder}/weights.npz", allow_pickle=False)
            names = sorted(stored.files)
            assert names == ["arr_0", "arr_1", "arr_2", "arr_3"], (
                f"the four parameters should be arr_0 to arr_3 in the file; it has {names}"
            )
            for number, wanted in enumerate(expected):
                found = np.asarray(stored[f"arr_{number}"])
                assert np.array_equal(found, wanted), (
                    f"arr_{number} should hold {wanted.tolist()}, not {found.tolist()}"
                )
        ### BEGIN HIDDEN TESTS
        with check.part(1, "any name, any number of parameters, and their types"):
            for name in ("weights", "weights.v2", "weights.bin", "weights.npz"):
                save(network, f"{folder}/{name}")
                found = learners_numpy.load(f"{folder}/{name}", allow_pickle=False)
                assert np.array_equal(found["arr_3"], expected[3]), (
                    "the file should have the name that it was given"
                )
            half = Dense(2, 2)
            half.weights.data = np.full((2, 2), 0.1, np.float16)
            half.bias.data = np.array([1, 2], np.float64)
            save(Sequential([half]), f"{folder}/weights.npz")
            found = learners_numpy.load(f"{folder}/weights.npz", allow_pickle=False)
            assert sorted(found.files) == ["arr_0", "arr_1"], "an earlier file should be replaced"
            assert np.asarray(found["arr_0"]).dtype == np.float16, "numbers keep their type"
            assert np.asarray(found["arr_1"]).dtype == np.float64, "numbers keep their type"
            many = Sequential([dense(2, 2) for _ in range(7)])
            for number, parameter in enumerate(parameters_of(many)):
                parameter.data = np.asarray(parameter.data) + number
            save(many, f"{folder}/many.npz")
            found = learners_numpy.load(f"{folder}/many.npz", allow_pickle=False)
            arrays = [np.asarray(found[f"arr_{number}"]) for number in range(14)]
            assert alike(arrays, arrays_of(many)), "fourteen parameters, in order"
            assert alike(arrays_of(network), expected), "saving should change nothing"
        ### END HIDDEN TESTS
    return check.points()


check_save()

# %% nbgrader={"grade": true, "grade_id": "load", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_load():
    from tinytorch.core.tensor import np as learners_numpy

    check = Check()
    shapes = [(3, 4), (4,), (4, 2), (2,)]
    arrays = [np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + 100 for shape in shapes]

    def fresh():
        return Sequential([dense(3, 4), ReLU(), dense(4, 2)])

    def refused(*stored, why):
        """`load` refuses a file with these arrays, and leaves the network as it was."""
        learners_numpy.savez(path, *stored)
        network = fresh()
        before = arrays_of(network)
        said = complaint(lambda: load(network, path))
        assert alike(arrays_of(network), before), why
        return said

    with learners_numpy.testing.tempdir() as folder, replaced(Sequential, parameters=parameters_of):
        path = f"{folder}/weights.npz"
        with check.part(1, "each parameter gets its array"):
            learners_numpy.savez(path, *arrays)
            network = fresh()
            load(network, path)
            for number, (found, wanted) in enumerate(zip(arrays_of(network), arrays)):
                assert np.array_equal(found, wanted), (
                    f"parameter {number} should be {wanted.tolist()}, not {found.tolist()}"
                )
        with check.part(1, "a shape that doesn't fit is refused, and nothing is half loaded"):
            said = refused(
                *arrays[:2], np.ones((2, 4)), arrays[3], why="a file that doesn't fit should change nothing"
            )
            assert "(4,2)" in said and "(2,4)" in said, (
                f"the error should show (4, 2) and (2, 4); it says {said}"
            )
            ### BEGIN HIDDEN TESTS
            said = refused(*arrays[:3], np.ones(1), why="a file that doesn't fit should change nothing")
            assert "(2,)" in said and "(1,)" in said, "the error should show both shapes"
            said = refused(np.ones((7, 9)), *arrays[1:], why="a file that doesn't fit should change nothing")
            assert "(3,4)" in said and "(7,9)" in said, "the error should show both shapes"
            ### END HIDDEN TESTS
        ### BEGIN HIDDEN TESTS
        with check.part(1, "numbers of arrays, types, pickles, and more than ten parameters"):
            refused(*arrays[:3], why="a file with too few arrays should change nothing")
            refused(*arrays, arrays[0], why="a file with too many arrays should change nothing")
            pickled = learners_numpy.array([1.5, 2.5], "O")
            refused(*arrays[:3], pickled, why="a file with a pickle in it should change nothing")
            learners_numpy.savez(
                path, *(array.astype(kind) for array, kind in zip(arrays, ("f2", "f8", "i4", "f4")))
            )
            network = fresh()
            load(network, path)
            assert alike(arrays_of(network), arrays), (
                "the numbers are the same, whatever the type in the file"
            )
            assert all(each.dtype == np.float32 for each in arrays_of(network)), (
                "parameters keep their own type"
            )
            many = [np.full((2, 2) if number % 2 == 0 else 2, number, np.float32) for number in range(14)]
            learners_numpy.savez(path, *many)
            network = Sequential([dense(2, 2) for _ in range(7)])
            first = parameters_of(network)[0]
            load(network, path)
            assert alike(arrays_of(network), many), "fourteen parameters, in order"
            assert parameters_of(network)[0] is first, "the parameters stay the same Tensors"
        ### END HIDDEN TESTS
    return check.points()


check_load()

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% nbgrader={"grade": false, "grade_id": "test-module", "locked": true, "schema_version": 3, "solution": false, "task": false}
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("Networks")

# %% [markdown]
# ## Your network reads
#
# The course brings the weights of a network with the sizes 64, 128 and 10 that was trained on hand-written
# digits of 8 × 8 pixels, from 0 (white) to 1 (black). `python -m tinytorch.models.train` has made them, in
# seconds and without TinyTorch. Your `create_mlp` makes the network, and your `load` fills it.

# %%
from sklearn.datasets import load_digits

from tinytorch.core.activations import Softmax
from tinytorch.models import weights_of

network = create_mlp(64, [128], 10)
load(network, weights_of("digits_mlp"))
pixels, digits = load_digits(return_X_y=True)
shares = Softmax()(network(Tensor(pixels / 16))).data

shown = [*range(5), *np.argsort(shares.max(axis=1))[:5]]  # the first five, and those that it is least sure of
figure, panels = plt.subplots(2, 10, figsize=(11, 3.4), height_ratios=[1, 0.9])
for (above, below), place in zip(panels.T, shown, strict=True):
    above.imshow(pixels[place].reshape(8, 8), cmap="gray_r")
    above.set_title(f"a {digits[place]}", fontsize=11)
    above.axis("off")
    colours = ["C2" if digit == digits[place] else "C1" for digit in range(10)]
    below.bar(range(10), shares[place], color=colours)
    below.set(ylim=(0, 1), xticks=[0, 5, 9], yticks=[], xlabel="class")
panels[1, 0].set(yticks=[0, 0.5, 1], ylabel="share (softmax)")
figure.suptitle("Five digits, and of all 1,797 the five that the network is least sure of")
figure.tight_layout()
plt.show()

# %% [markdown]
# **What to see.** Below each digit stand the ten shares that `Softmax` makes of its scores, green for the
# right class and orange for the others. On the left a single bar holds nearly all. On the right several
# classes divide it between them, and looking at the images one understands why.

# %% [markdown]
# ## In your own words
#
# A colleague forgot the activations: `Sequential([Dense(64, 128), Dense(128, 10)])`. How many parameters has
# it, and how many has the single layer that computes the same? What if the hidden size were 4 instead of 128:
# can those two layers still do all that a single `Dense(64, 10)` can? Three or four sentences.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "schema_version": 3, "solution": true, "task": false}
# It has 65 · 128 + 129 · 10 = 9,610 parameters, and is the same function as one Dense(64, 10) with the
# weights W1 W2 and the bias b1 W2 + b2, which has 65 · 10 = 650. With four hidden units it can do less: W1 W2
# goes through four numbers, so its rank is at most 4, while ten scores of a Dense(64, 10) may have rank 10.
# More layers without an activation never add anything, and a narrow one takes something away.

# %% [markdown]
# ## What you have now
#
# - A network is a row of layers and a layer itself; whatever makes a Tensor of a Tensor can stand in it.
# - An MLP has an activation after each `Dense` but the last. Without activations, many layers are one.
# - `parameters()` gives the Tensors themselves, so that training can change them.
# - Weights live in an `.npz` without pickle. What doesn't fit is refused before anything is changed.
#
# Next: the data loader, which brings samples to a network in batches.
