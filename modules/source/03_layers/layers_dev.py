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
# # Layers
#
# > The matrix between two activations, and the numbers that it starts with.
#
# **Time:** 1 to 2 hours · **Needs:** tensor · **Points:** 30, and 5 for the written question
#
# A network alternates layers and activations. You know the activations. A *dense* layer is where the learning happens: it
# holds numbers, its *parameters*, which training will change, and it mixes every input into every output.
#
# Its formula is one line, $y = xW + b$. Two questions hide behind it:
#
# 1. Which numbers should $W$ hold before training has begun? With most choices the numbers of a deep
#    network vanish or explode, and equal numbers make its neurons copies of each other.
# 2. Whose are the numbers? Training, saving and loading reach them from outside, and the layer has to notice.
#
# You write three methods of one class, `Dense`. Four checks grade them, with 30 points in all.

# %%
#| default_exp core.layers
# %load_ext tito

# %% given given-imports
#| export
import numpy as np

from tinytorch.core.tensor import Tensor, array_of, misfit

# %% [markdown]
# ## The idea
#
# A *neuron* is a weighted sum: each input times a weight of its own, all added up, and a constant on top, the
# *bias*. With $n$ inputs $x_i$ and $m$ neurons,
#
# $$y_j = \sum_{i=0}^{n-1} x_i\, W_{ij} + b_j, \qquad j = 0, \dots, m - 1 .$$
#
# That is a row times a matrix, $y = xW + b$. Row $i$ of $W$ belongs to input $i$, and column $j$ to neuron
# $j$.
#
# **Predict first.** A layer has 3 inputs and 2 neurons. How many weights is that, in which shape?

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

WARM, COLD = "#c1440e", "#1f5f8b"


def draw_wires(axes, weights):
    """Inputs left, neurons right, and a line for each weight: its colour is the sign, its width the size."""
    places = [np.linspace(1, 0, n) for n in weights.shape]
    for (i, j), weight in np.ndenumerate(weights):
        color = WARM if weight > 0 else COLD
        axes.plot([0, 1], [places[0][i], places[1][j]], color=color, linewidth=6 * abs(weight), zorder=1)
    for side, (letter, heights) in enumerate(zip("xy", places)):
        axes.scatter([side] * len(heights), heights, s=900, color="white", edgecolor="black", zorder=2)
        for number, height in enumerate(heights):
            axes.text(side, height, f"${letter}_{number}$", ha="center", va="center", fontsize=13)
    axes.set(xlim=(-0.2, 1.2), ylim=(-0.25, 1.25))
    axes.axis("off")


def draw_matrix(axes, weights):
    """The same weights as a table."""
    axes.imshow(weights, cmap="RdBu_r", vmin=-2.2, vmax=2.2)
    for (i, j), weight in np.ndenumerate(weights):
        axes.text(j, i, f"{weight:+.1f}", ha="center", va="center", fontsize=13)
    axes.set(xlabel="neuron j", ylabel="input i", xticks=range(len(weights[0])), yticks=range(len(weights)))


weights = np.array([[0.9, -0.4], [-1.0, 0.2], [0.3, 0.7]])
figure, panels = plt.subplots(1, 2, figsize=(8, 3.2), width_ratios=[2, 1], layout="constrained")
draw_wires(panels[0], weights)
draw_matrix(panels[1], weights)
panels[0].set_title("A layer of 3 inputs and 2 neurons")
panels[1].set_title("Its weights, shape (3, 2)")
plt.show()

# %% [markdown]
# **What to see.** Six lines, six numbers. All the lines that end in $y_0$ are one column of the table; all
# that leave $x_0$ are one row. Red stands for positive, blue for negative, and the width for the size.
#
# A whole batch goes through at once, since the product treats each row by itself. The bias has one axis and
# is repeated for every row:
#
# ```
#        x          @       W         +    b      =      y
#    (64, 784)         (784, 128)       (128,)       (64, 128)
#   image, pixel      pixel, neuron     neuron     image, neuron
# ```
#
# The inner sizes, 784 and 784, have to agree. If they don't, the error should show both shapes: the reader
# then sees which of the two is to blame.
#
# ### What weights should start with
#
# **Not with equal numbers.** Two neurons with the same weights give the same output, get the same correction,
# and stay equal for ever. Chance breaks the tie.
#
# **Nor with numbers of just any size.** Let inputs and weights be independent, with mean 0. A sum of $n$ products
# has the variance
#
# $$\text{Var}(y_j) = n\, \text{Var}(W_{ij})\, \text{Var}(x_i) .$$
#
# If $n \,\text{Var}(W)$ is not 1, each layer makes the numbers larger or smaller by the same factor, and
# thirty layers do so thirty times.
#
# **Predict first.** Make every weight twice as large as it should be. How much larger are the numbers behind
# thirty layers?

# %% tags=["hide-input"]
def spread_by_layer(scale, layers=30, size=256):
    """The standard deviation of the numbers behind each layer; a `scale` of 1 keeps it."""
    rng = np.random.default_rng(0)
    x, spreads = rng.normal(size=(100, size)), []
    for _ in range(layers):
        x = x @ rng.normal(scale=scale / np.sqrt(size), size=(size, size))
        spreads.append(x.std())
    return spreads


figure, axes = plt.subplots(figsize=(8.5, 3.4), layout="constrained")
for scale, color in ((2, WARM), (1, "black"), (0.5, COLD)):
    axes.semilogy(range(1, 31), spread_by_layer(scale), ".-", color=color, label=rf"${scale} / \sqrt{{n}}$")
axes.set(title="How large are the numbers after each of thirty layers?", xlabel="layer",
         ylabel="standard deviation")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, title="deviation of the weights")
plt.show()

# %% [markdown]
# **What to see.** Black stays where it began. Weights that are twice as large end near a billion ($2^{30}$ is
# about $10^9$), and weights half as large near a billionth. Put a tanh behind them: it makes -1 or 1 of all the
# large numbers, and for the small ones it is a straight line that bends nothing.
#
# Training sends its corrections back through the same matrix, over its $m$ columns, and to keep their size it
# takes $m\,\text{Var}(W) = 1$. Both can't be had unless $n = m$. Glorot and Bengio (2010) took the middle:
#
# $$\text{Var}(W) = \frac{2}{n + m}$$
#
# A uniform distribution from $-a$ to $a$ has the variance $a^2/3$, and so
#
# $$a = \sqrt{\frac{6}{n + m}} .$$
#
# The bias may start at 0: the weights have broken the tie already.
#
# **Chance that can be repeated.** A result that nobody can get twice can't be checked. So the layer takes its
# chance from outside: `rng` is a seed, or a NumPy `Generator` that several layers draw from in turn, or
# `None` for numbers that differ every time. `np.random.default_rng(rng)` makes a Generator of any of the
# three, and leaves one that it is given as it is. (`np.random.seed` would set the chance of the whole
# program.)

# %% [markdown]
# ## Your layer
#
# Write the constructor first; the other two can be tested on their own after that. `__call__` is there:
# calling the layer is calling its `forward`.
#
# In `forward` you may compute with Tensors or with their arrays. `x @ self.weights + self.bias` makes a
# Tensor for the product and another for the sum; with the arrays `array_of(x)` and `self.weights.data` there
# is one in all, which saves time where a network gets one image at a time. A Tensor words the error for shapes that don't
# fit; with arrays it is yours to raise: `misfit(np.matmul, x, weights)`.
#
# `parameters` is how the rest of the framework reaches the numbers: the very Tensors that `forward` uses. If
# somebody assigns other weights to the layer, `forward` and `parameters` both go by them from then on.

# %% solution write-dense
#| export
class Dense:
    """A layer in which every input reaches every output: y = x @ weights + bias.

    `weights` is a Tensor of shape (input_size, output_size), `bias` one of shape (output_size,), or None.
    """

    def __init__(self, input_size, output_size, use_bias=True, rng=None):
        """Start with weights between -a and a, a = sqrt(6 / (input_size + output_size)), and a bias of zeros.

        `rng` is a seed or a NumPy Generator; None gives other weights every time. Without `use_bias` the bias
        is None. (Glorot and Bengio, 2010.)
        """
        ### BEGIN SOLUTION
        rng = np.random.default_rng(rng)
        limit = np.sqrt(6 / (input_size + output_size))
        self.weights = Tensor(rng.uniform(-limit, limit, (input_size, output_size)))
        self.bias = Tensor(np.zeros(output_size)) if use_bias else None
        ### END SOLUTION

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        """A Tensor of shape (..., output_size) for `x` of shape (..., input_size).

        ValueError when the sizes don't fit, with both shapes and the operation: `misfit`.
        """
        ### BEGIN SOLUTION
        x, weights = array_of(x), self.weights.data
        try:
            y = x @ weights
        except ValueError:
            raise misfit(np.matmul, x, weights) from None
        return Tensor(y if self.bias is None else y + self.bias.data)
        ### END SOLUTION

    def parameters(self):
        """What training changes: [weights, bias], or [weights] alone; the Tensors that the layer has now."""
        ### BEGIN SOLUTION
        return [self.weights] if self.bias is None else [self.weights, self.bias]
        ### END SOLUTION


# %% [markdown]
# ## Does it work?
#
# For each method there is a test, which you can read and change a copy of, and a check, which is graded; the
# error for shapes that don't fit has a check of its own. Checks hold a few cases more than they show. The
# helpers below are theirs.
#
# How do you check chance? Not by its numbers: there are many good ways to draw them. You draw 60,000 and look
# at their bounds, and at how many fall into each tenth of the range. That number is random too, but further
# than five standard deviations it strays less than once in a million times.

# %% given given-helpers tags=["hide-input"]
import numpy as np

from tito.tools.comparing import agree, expected, plain
from tito.tools.testing import Check


def numbers(tensor, what):
    """The array in a Tensor; an AssertionError for anything else."""
    assert isinstance(tensor, Tensor), f"{what} should be a Tensor, not {type(tensor).__name__}"
    return plain(tensor.data, what)


def layer_of(weights, bias=None):
    """A Dense whose parameters have been replaced by these numbers."""
    weights = np.asarray(weights, dtype=np.float32)
    layer = Dense(*weights.shape, use_bias=bias is not None)
    layer.weights = Tensor(weights)
    layer.bias = None if bias is None else Tensor(np.asarray(bias, dtype=np.float32))
    return layer


def near(found, wanted):
    """Are these the numbers, and is this their shape?"""
    return agree(found, expected(wanted), rtol=1e-4, atol=1e-5)


def assert_near(found, wanted, what, **slips):
    """Assert that shape and numbers agree; `slips` are those that a known mistake gives, by its name."""
    made = [name.replace("_", " ") for name, wrong in slips.items() if near(found, wrong)]
    guess = f"; it looks like {made[0]}" if made else ""
    shape = np.shape(wanted)
    assert found.shape == shape, f"{what} should have the shape {shape}, and yours has {found.shape}{guess}"
    assert near(found, wanted), f"{what} is {shown(wanted)}, and yours is {shown(found)}{guess}"


def shown(array):
    """Numbers for a message: few digits, on one line."""
    digits = {"float_kind": "{:.6g}".format}
    return " ".join(np.array2string(np.asarray(array), separator=", ", formatter=digits).split())


def complaint(act):
    """The text of the ValueError that `act` raises."""
    try:
        act()
    except ValueError as error:
        return str(error)
    raise AssertionError("shapes that don't fit should raise a ValueError, but nothing was raised")


def shows(said, shape):
    """Does a text have this shape in it, however it is spaced?"""
    return str(shape).replace(" ", "") in said.replace(" ", "")


def generator(seed):
    """A NumPy Generator where the layer is: a check may be run in another process."""
    from tinytorch.core.tensor import np as numpy_there

    return numpy_there.random.default_rng(seed)


# %% [markdown]
# ### The start

# %% given test-initialise
def test_initialise():
    """Weights within their bounds, a bias of zeros, and the same seed gives the same layer."""
    layer = Dense(4, 2, rng=1)
    assert layer.weights.shape == (4, 2)
    assert np.abs(layer.weights.data).max() <= 1
    assert np.array_equal(layer.bias, [0, 0])
    assert np.array_equal(layer.weights, Dense(4, 2, rng=1).weights)


test_initialise()

# %% check initialise

# %% [markdown]
# ### Forward

# %% given test-forward
def test_forward():
    """Rows times columns, and the bias added to every row."""
    layer = layer_of([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], bias=[10.0, 20.0])
    y = layer(Tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]))
    assert np.allclose(y, [[14, 27], [10, 20]])


test_forward()

# %% check forward

# %% [markdown]
# ### Shapes that don't fit

# %% given test-misfit
def test_misfit():
    """The error shows both shapes."""
    layer = layer_of(np.ones((4, 3)), bias=np.zeros(3))
    said = complaint(lambda: layer(Tensor(np.ones((5, 6)))))
    assert shows(said, (5, 6)) and shows(said, (4, 3)), f"it says: {said}"


test_misfit()

# %% check misfit

# %% [markdown]
# ### Parameters

# %% given test-parameters
def test_parameters():
    """The very Tensors that the layer computes with."""
    layer = layer_of([[1.0], [2.0]], bias=[3.0])
    weights, bias = layer.parameters()
    assert weights is layer.weights
    assert bias is layer.bias


test_parameters()

# %% check parameters

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% given test-module
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("Layers")

# %% [markdown]
# ## In your own words
#
# A colleague starts all weights of a layer at 0.1 instead of at random. "Training will sort it out", they
# say. The layer has 784 inputs and 128 outputs. What can the 128 neurons tell the next layer, what does
# training change about it, and why may the bias start at 0 nevertheless? Three or four sentences.

# %% question reflection [markdown]
# All columns of W are equal, so all 128 neurons give the same number, a tenth of the sum of the inputs: the
# next layer hears one neuron 128 times. If what follows treats them alike too, each gets the same correction,
# and equal neurons stay equal however long the training lasts. Random weights break the tie; a bias of 0 is
# fine, since the neurons differ by their weights and so get different corrections from the first step on.

# %% [markdown]
# ## What you have now
#
# - A dense layer is $xW + b$: rows are inputs, columns are neurons, and a batch goes through at once.
# - Weights start at random, between $-a$ and $a$ with $a = \sqrt{6 / (n + m)}$: numbers keep their size.
# - Chance comes in from outside, as a seed or a Generator, and can be had again.
# - `parameters` gives the Tensors themselves, and an error shows both shapes.
#
# Next: networks, layers and activations in a row, and a file that keeps what they have learned.
