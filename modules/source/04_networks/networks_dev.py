# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,deletable,editable,title,-all
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
# **Time:** 2 to 3 hours · **Needs:** tensor, activations, layers · **Points:** 20, and 5 for the written question
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
# %load_ext tito

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
# plane. `ReLU` puts a kink into it. With one input and one output a network of $k$ *hidden units*,
# the neurons between the two, computes
#
# $$f(x) = c + \sum_{j=1}^{k} v_j \max(0, w_j x + b_j),$$
#
# a line with a kink wherever some $w_j x + b_j$ changes its sign: $k$ of them at most.
#
# **Predict first.** How near to a wavy curve can forty hidden units come without an activation? And four with
# `ReLU`?

# %% tags=["hide-input"]
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
# have to see it. Training a list of copies would change nothing in the network.
#
# ### Weights in a file
#
# NumPy's `.npz` is a zip archive with an array in each entry, its type and shape in front. Nothing else is in
# it: no class, no code. Three mistakes wait here.
#
# - **Pickle.** Python's `pickle` keeps any object, and to read one it calls whatever functions the file
#   names. If you open a stranger's pickle, you run a stranger's program. `np.load` with `allow_pickle=False` refuses
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

# %% solution write-sequential
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

# %% solution write-create-mlp
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

# %% solution write-files
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

# %% given given-helpers tags=["hide-input"]
import numpy as np

from tito.tools.benchmarking.instruments import Recorder
from tito.tools.comparing import agree, expected, plain
from tito.tools.testing import Check, raises, replaced


class Step:
    """A layer that multiplies by ten and adds its own digit, and counts its calls."""

    def __init__(self, digit):
        self.digit, self.calls = digit, 0

    def __call__(self, x):
        self.calls += 1
        return Tensor(plain(x, "what a layer is called with") * 10 + self.digit)

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


def no_such_place(network, place):
    """Does network[place] raise an IndexError?"""
    try:
        network[place]
    except IndexError:
        return True
    return False


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
    return [plain(parameter.data, "a parameter") for parameter in parameters_of(network)]


def alike(found, wanted):
    """Are these the same arrays in the same order?"""
    return len(found) == len(wanted) and all(map(same, found, wanted))


def same(found, wanted):
    """Are these the numbers, bit for bit, and is this their shape?"""
    return np.array_equal(plain(found), expected(wanted))


def complaint(act):
    """The text of the ValueError that `act` raises."""
    try:
        act()
    except ValueError as error:
        return str(error)
    raise AssertionError("this should be refused with a ValueError, but nothing was raised")


def shows(said, shape):
    """Does a text have this shape in it, however it is spaced?"""
    return str(shape).replace(" ", "") in said.replace(" ", "")


# %% [markdown]
# ### Forward

# %% given test-forward
def test_forward():
    """Each layer gets what the one before gave."""
    network = Sequential([lambda x: x + 1, lambda x: x * 10])
    assert network(Tensor([1.0, 2.0])).data.tolist() == [20, 30]
    assert network.forward(Tensor([1.0, 2.0])).data.tolist() == [20, 30]


test_forward()

# %% check forward

# %% [markdown]
# ### The row of layers

# %% given test-layers
def test_layers():
    """Layers can be counted, looked up and added."""
    first, second = Dense(2, 3), ReLU()
    network = Sequential([first])
    network.add(second)
    assert len(network) == 2
    assert network[0] is first and network[-1] is second


test_layers()

# %% check layers

# %% [markdown]
# ### Parameters

# %% given test-parameters
def test_parameters():
    """The parameters of all layers, the Tensors themselves."""
    first, last = Dense(4, 5), Dense(5, 3)
    found = Sequential([first, ReLU(), last]).parameters()
    assert [parameter.shape for parameter in found] == [(4, 5), (5,), (5, 3), (3,)]
    assert found[0] is first.weights


test_parameters()

# %% check parameters

# %% [markdown]
# ### The usual network

# %% given test-create-mlp
def test_create_mlp():
    """Dense and ReLU in turn, and scores at the end."""
    layers = create_mlp(4, [5, 6], 3).layers
    assert [type(layer).__name__ for layer in layers] == ["Dense", "ReLU", "Dense", "ReLU", "Dense"]
    assert layers[2].weights.shape == (5, 6)


test_create_mlp()

# %% check create_mlp

# %% [markdown]
# ### Weights in a file
#
# The files of these tests lie in a temporary folder of NumPy's.

# %% given test-save
def test_save():
    """The file has an array for each parameter, in their order."""
    from tinytorch.core.tensor import np as learners_numpy

    network = Sequential([Dense(4, 5), ReLU(), Dense(5, 3)])
    with learners_numpy.testing.tempdir() as folder:
        save(network, f"{folder}/weights.npz")
        with learners_numpy.load(f"{folder}/weights.npz") as file:
            assert [file[f"arr_{number}"].shape for number in range(4)] == [(4, 5), (5,), (5, 3), (3,)]


test_save()

# %% given test-files
def test_load():
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


test_load()

# %% check save

# %% check load

# %% [markdown]
# ## Your network reads
#
# The course brings the weights of a network with the sizes 64, 128 and 10 that was trained on hand-written
# digits of 8 × 8 pixels, from 0 (white) to 1 (black). `python -m tinytorch.models.train` has made them, in
# seconds and without TinyTorch. Your `create_mlp` makes the network, and your `load` fills it.
#
# **Predict first.** The five digits on the right are those that the network is least sure of. Which classes
# will it hesitate between?

# %% tags=["hide-input"]
from sklearn.datasets import load_digits

from tinytorch.core.activations import Softmax
from tinytorch.models import weights_of
from tito.tools.testing import once_written

with once_written():
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
# classes divide it between them, and a look at the images shows why.

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% given test-module
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("Networks")

# %% [markdown]
# ## In your own words
#
# A colleague forgot the activations: `Sequential([Dense(64, 128), Dense(128, 10)])`. How many parameters has
# it, and how many has the single layer that computes the same? What if the hidden size were 4 instead of 128:
# can those two layers still do all that a single `Dense(64, 10)` can? Three or four sentences.

# %% question reflection [markdown]
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
