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
# # Activations
#
# > Functions from a Tensor to a Tensor that bend what matrices leave straight.
#
# **Time:** 1 to 2 hours · **Needs:** tensor · **Points:** 30, and 5 for the written question
#
# Put two matrices in a row and you have one matrix. However many layers a network has, as long as each of
# them only multiplies and adds, the whole of it can draw nothing but straight lines. What stands between the
# layers and bends the lines is called an *activation*. In this module you write the four that every
# framework has:
#
# | activation | what it is for |
# |---|---|
# | `ReLU` | the layers inside a network |
# | `Sigmoid` | a single probability: yes or no |
# | `Tanh` | values around 0, between -1 and 1 |
# | `Softmax` | one probability for each class; they sum to 1 |
#
# Each formula fits on a line. The work is in the numbers that the formula forgets: `float32` ends at
# $3.4 \cdot 10^{38}$, and $e^{89}$ lies beyond it. Four checks grade your functions, with 30 points in all.

# %%
#| default_exp core.activations
# %load_ext tito

# %% given given-imports
#| export
import numpy as np

from tinytorch.core.tensor import Tensor, array_of

# %% [markdown]
# ## The idea
#
# Let $x$ be a row of inputs, and $W_1$, $W_2$ the weights of two layers. Then
#
# $$(x\,W_1)\,W_2 = x\,(W_1 W_2),$$
#
# which is one layer with the weights $W_1 W_2$. A function $f$ between the two prevents that, if it is not
# itself a straight line: $f(x\,W_1)\,W_2$. It works *elementwise*: it sees one number at a time, and the
# shape stays.
#
# How little bending is enough? ReLU is a straight line with one kink: $\text{ReLU}(x) = \max(0, x)$. Move the
# kink to where you like, tilt the line, add a few of them up, and you can follow any curve.
#
# **Predict first.** Six straight lines are added up. What does the sum look like? And six lines with one kink
# each?

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

STRAIGHT, BENT, PALE = "#c1440e", "#1f5f8b", "#b8bfc6"


def through_kinks(x, kinks, heights):
    """A sum of kinked lines that passes through the points: each kink adds what the slope changes by."""
    slopes = np.diff(heights) / np.diff(kinks)
    changes = np.diff(slopes, prepend=0)
    return heights[0] + sum(c * np.clip(x - k, 0, None) for c, k in zip(changes, kinks))


x = np.linspace(-3.14, 3.14, 400)
kinks = np.linspace(-3.14, 3.14, 7)
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True, layout="constrained")
panels[0].plot(x, np.polyval(np.polyfit(x, np.sin(x), 1), x), color=STRAIGHT, label="the best sum of lines")
panels[0].set_title("Six straight lines added up")
panels[1].plot(x, through_kinks(x, kinks, np.sin(kinks)), color=BENT, label="a sum of six kinked lines")
panels[1].plot(kinks, np.sin(kinks), "o", color=BENT, markersize=4)
panels[1].set_title("Six lines, each with one kink, added up")
for panel in panels:
    panel.plot(x, np.sin(x), ":", color="black", label="the curve to follow, sin(x)")
    panel.set(xlabel="x", ylabel="y", ylim=(-1.6, 1.6))
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False, loc="upper left")
plt.show()

# %% [markdown]
# **What to see.** On the left six lines were free to take any slope and height, and their sum is a line
# again. On the right each of them is 0 up to its dot and straight from there on. Between two dots the sum is
# straight too; with more dots it comes as close to the curve as you like.
#
# ### Three curves
#
# | activation | formula | values | steepest slope |
# |---|---|---|---|
# | ReLU | $\max(0, x)$ | from 0 up | 1 |
# | sigmoid | $\sigma(x) = \dfrac{1}{1 + e^{-x}}$ | between 0 and 1 | 1/4 |
# | tanh | $\tanh(x) = \dfrac{e^x - e^{-x}}{e^x + e^{-x}}$ | between -1 and 1 | 1 |
#
# The two soft ones are relatives, $\tanh(x) = 2\,\sigma(2x) - 1$, and both are symmetric:
# $\sigma(-x) = 1 - \sigma(x)$ and $\tanh(-x) = -\tanh(x)$.
#
# **Predict first.** At $x = 5$, which of the three still has a slope that you could see?

# %% tags=["hide-input"]
x = np.linspace(-6, 6, 481)
soft = 1 / (1 + np.exp(-x))
curves = {
    "ReLU": (np.where(x > 0, x, 0), np.where(x > 0, 1, 0)),
    "sigmoid": (soft, soft * (1 - soft)),
    "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
}
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for (name, (values, slopes)), color in zip(curves.items(), [STRAIGHT, BENT, "#5b8c3a"]):
    panels[0].plot(x, values, color=color, label=name)
    panels[1].plot(x, slopes, color=color, label=name)
panels[0].set(title="Three activations", xlabel="x", ylabel="f(x)", ylim=(-1.2, 3))
panels[1].set(title="Their slopes", xlabel="x", ylabel="slope of f at x", ylim=(-0.05, 1.15))
for panel in panels:
    panel.spines[["top", "right"]].set_visible(False)
    panel.legend(frameon=False, loc="upper left")
plt.show()

# %% [markdown]
# **What to see.** On the right: beyond -5 and 5 the slopes of the two soft curves are as good as 0. Training
# follows slopes, and a network multiplies those of its layers. Five sigmoids in a row pass on at most
# $(1/4)^5$, a thousandth of what came in. ReLU passes on everything or nothing, which is why it is used
# inside networks, and the soft ones at their ends.
#
# ### Where float32 ends
#
# $e^x$ grows past the largest `float32` at $x = 88.7$. From there on NumPy says `inf` and warns, and
# $\infty / \infty$ is `nan`, "not a number". One `nan` in a network makes everything behind it `nan`.
#
# **Predict first.** $e^x$ leaves `float32` at 88.7. Where does $e^{-|x|}$ leave it?

# %% tags=["hide-input"]
x = np.linspace(-120, 120, 481)
figure, axes = plt.subplots(figsize=(9, 3.2), layout="constrained")
axes.semilogy(x, np.exp(x), color=STRAIGHT, linewidth=4, label=r"$e^x$")
axes.semilogy(x, np.exp(-np.abs(x)), color=BENT, label=r"$e^{-|x|}$")
largest = float(np.finfo(np.float32).max)
axes.axhspan(largest, 1e60, color=PALE, alpha=0.6)
axes.text(-115, 1e45, "too large for float32: inf")
axes.plot(88.7, largest, "o", color="black")
axes.annotate("x = 88.7", (88.7, largest), xytext=(10, -14), textcoords="offset points")
axes.set(title="One exponential leaves float32, the other never does", xlabel="x", ylim=(1e-60, 1e60),
         ylabel="value, logarithmic")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, loc="center left")
plt.show()

# %% [markdown]
# **What to see.** The red line enters the grey field at 88.7. The blue one has its peak at 1; where it is too
# small for `float32` it becomes 0, which is as good as exact. So write each formula in such a way that all
# exponents are 0 or less.
#
# For the **sigmoid**, multiply numerator and denominator by $e^x$ where $x$ is negative:
#
# $$\sigma(x) = \begin{cases}
#   \dfrac{1}{1 + e^{-x}} & x \ge 0 \\[2ex]
#   \dfrac{e^x}{1 + e^x} & x < 0
# \end{cases}$$
#
# Both denominators are $1 + e^{-|x|}$, which never overflows. A trap: `np.where(x >= 0, a, b)` first computes
# *all* of `a` and *all* of `b`, and then chooses. The overflow has happened by then.
#
# ### Softmax
#
# A network that sorts images into ten classes ends with ten numbers, a *score* for each class. Softmax turns
# scores into shares: all are positive, they sum to 1, and the larger score has the larger share.
#
# $$\text{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# It overflows even for moderate scores. The way out: only *differences* of scores matter. For any $c$,
#
# $$\frac{e^{x_i - c}}{\sum_j e^{x_j - c}} = \frac{e^{-c}\,e^{x_i}}{e^{-c} \sum_j e^{x_j}}
# = \text{softmax}(x)_i .$$
#
# With $c = \max_j x_j$ the largest exponent is 0, and the sum is at least 1.
#
# **Predict first.** What happens to the shares if 100 is added to every score? And if every score is tripled?

# %% tags=["hide-input"]
scores = np.array([2.0, 1.0, 0.0, -1.0])
rows = {"x": scores, "x + 100": scores + 100, "3 x": 3 * scores}
figure, panels = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
for panel, (name, row) in zip(panels, rows.items()):
    in_range = np.exp(row - 100) if name == "x + 100" else np.exp(row)
    panel.bar(range(4), in_range / in_range.sum(), color=BENT)
    panel.set(title=f"softmax({name})", xlabel="score", xticks=range(4), ylim=(0, 1.1))
    panel.set_xticklabels([f"{score:g}" for score in row])
    panel.spines[["top", "right"]].set_visible(False)
    for place, share in enumerate(in_range / in_range.sum()):
        panel.text(place, share + 0.02, f"{share:.2f}", ha="center")
panels[0].set_ylabel("share")
plt.show()

# %% [markdown]
# **What to see.** Adding 100 to every score changes nothing. Tripling them does: the gaps grow, and the
# largest takes nearly everything. Scores have no natural zero, but they do have a scale.
#
# Which numbers share? In a batch of shape `(64, 10)` each *row* is one image with ten classes, so the shares
# of a row sum to 1: `axis=-1`, the last axis. Over the whole array the 64 images would compete with each other.

# %% [markdown]
# ## Your activations
#
# An activation is an object, because a network keeps a list of them, and because `Softmax` has to remember
# its axis. Calling it is calling its `forward`; the base class does that for all four.
#
# You write four `forward`s. Each takes a Tensor and gives a new one of the same shape; the Tensor that came
# in stays as it was. Integers may come in: scores may be whole numbers, and what comes out of `Sigmoid`,
# `Tanh` and `Softmax` is still a fraction. `np.asarray(x, dtype=np.float32)` reads any Tensor as floats.

# %% given given-activation
#| export
class Activation:
    """A function from a Tensor to a Tensor; calling the object is calling its `forward`."""

    def __call__(self, x):
        return self.forward(x)


# %% solution write-relu
#| export
class ReLU(Activation):
    """max(0, x): what is negative becomes 0, the rest stays (Nair and Hinton, 2010)."""

    def forward(self, x):
        """A Tensor of the shape of `x`, whose array is `array_of(x)`: [-2.0, 3.0] becomes [0, 3]."""
        ### BEGIN SOLUTION
        return Tensor(np.maximum(array_of(x), 0))
        ### END SOLUTION


# %% solution write-sigmoid
#| export
class Sigmoid(Activation):
    """1 / (1 + e^-x): any number becomes one between 0 and 1, and 0 becomes 1/2."""

    def forward(self, x):
        """A float Tensor of the shape of `x`; exact for large numbers of either sign, and without a warning.

        Steps: the array as floats; e^-|x|, which can't overflow; from it the cases x >= 0 and x < 0.
        """
        ### BEGIN SOLUTION
        x = np.asarray(x, dtype=np.float32)
        return Tensor(np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))))
        ### END SOLUTION


# %% solution write-tanh
#| export
class Tanh(Activation):
    """(e^x - e^-x) / (e^x + e^-x): any number becomes one between -1 and 1, and 0 stays 0."""

    def forward(self, x):
        """A float Tensor of the shape of `x`; exact for large numbers of either sign. NumPy has a tanh."""
        ### BEGIN SOLUTION
        return Tensor(np.tanh(np.asarray(x, dtype=np.float32)))
        ### END SOLUTION


# %% solution write-softmax
#| export
class Softmax(Activation):
    """e^x over the sum of e^x: scores become shares that are positive and sum to 1 along `axis`."""

    def __init__(self, axis=-1):
        self.axis = axis

    def forward(self, x):
        """A float Tensor of the shape of `x`, at least one axis; exact for scores of any size.

        Steps: subtract from each score the largest along the axis; exponentials; divide by their sum along
        the axis. `keepdims=True` keeps the largest and the sum in a shape that fits against `x`.
        """
        ### BEGIN SOLUTION
        x = np.asarray(x, dtype=np.float32)
        powers = np.exp(x - x.max(axis=self.axis, keepdims=True))
        return Tensor(powers / powers.sum(axis=self.axis, keepdims=True))
        ### END SOLUTION


# %% [markdown]
# ## Does it work?
#
# For each activation there is a test, which you can read and change a copy of, and a check, which is graded.
# The check holds a few cases more than it shows. The helpers below are theirs.

# %% given given-helpers tags=["hide-input"]
import warnings

import numpy as np

from tito.tools.comparing import agree, expected, plain
from tito.tools.testing import Check


def output(activation, x):
    """What `activation` makes of a Tensor of `x`, as an array: a new Tensor of its shape, and no warning."""
    tensor = Tensor(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            result = activation(tensor)
        except RuntimeWarning as warning:
            why = "float32 ends at e^88.7, and np.where computes both of its cases"
            raise AssertionError(f"NumPy warns: {warning} ({why})") from None
    assert result is not tensor, "a new Tensor should come out, not the one that went in"
    assert isinstance(result, Tensor), f"a Tensor should come out, not {type(result).__name__}"
    array = plain(result.data)
    assert array.shape == np.shape(x), f"the shape {np.shape(x)} should stay; {array.shape} came out"
    return array


def near(found, numbers, atol=1e-6):
    """Are these the numbers, as exactly as float32 can have them?"""
    return agree(found, expected(np.broadcast_to(numbers, np.shape(found))), atol=atol)


def assert_near(found, numbers, what, **slips):
    """Assert that the numbers agree; `slips` are those that a known mistake gives, by its name."""
    made = [name.replace("_", " ") for name, wrong in slips.items() if near(found, wrong)]
    guess = f"; it looks like {made[0]}" if made else ""
    assert near(found, numbers), f"{what} is {shown(numbers)}, and yours is {shown(found)}{guess}"


def shown(numbers):
    """Numbers for a message: few digits, on one line."""
    digits = {"float_kind": "{:.6g}".format}
    return " ".join(np.array2string(np.asarray(numbers), separator=", ", formatter=digits).split())


def goes_by_its_numbers(make, function):
    """Is each answer made anew: on one object twice, on another, and for a Tensor whose numbers were replaced?"""
    first, second = np.array([[0.5, -1.0], [2.0, 3.0]], np.float32), np.array([[-2.0, 1.0], [0.25, -3.0]], np.float32)
    activation, x = make(), Tensor(first)
    one = activation(x)
    x.data = second
    pairs = [(activation(x), second), (activation(Tensor(first)), first), (make()(Tensor(second)), second)]
    pairs.append((one, first))
    return all(near(plain(found.data), function(numbers)) for found, numbers in pairs)


def leaves_alone(activation, x):
    """Does what goes in keep its numbers and type, and does an answer outlast the next question?"""
    tensor = Tensor(np.array(x))
    first = activation(tensor)
    answer = expected(plain(first.data))
    activation(Tensor(np.negative(x)))
    kept = np.array_equal(plain(tensor.data), x) and plain(tensor.data).dtype == np.asarray(x).dtype
    return kept and np.array_equal(plain(first.data), answer)


# %% [markdown]
# ### ReLU

# %% given test-relu
def test_relu():
    """What is negative becomes 0, the rest stays."""
    assert np.allclose(ReLU()(Tensor([-2.0, 0.0, 3.0])), [0, 0, 3])


test_relu()

# %% check relu

# %% [markdown]
# ### Sigmoid

# %% given test-sigmoid
def test_sigmoid():
    """From 0 to 1, with 1/2 in the middle, and symmetric."""
    y = np.asarray(Sigmoid()(Tensor([-2.0, 0.0, 2.0])))
    assert np.allclose(y[1], 0.5)
    assert np.allclose(y[0], 1 - y[2])
    assert np.allclose(Sigmoid()(Tensor([-1000.0, 1000.0])), [0, 1])


test_sigmoid()

# %% check sigmoid

# %% [markdown]
# ### Tanh

# %% given test-tanh
def test_tanh():
    """From -1 to 1, with 0 in the middle, and symmetric."""
    assert np.allclose(Tanh()(Tensor([-1.0, 0.0, 1.0])), [-0.761594, 0, 0.761594])


test_tanh()

# %% check tanh

# %% [markdown]
# ### Softmax

# %% given test-softmax
def test_softmax():
    """Shares: 1 in all for each row, and only the differences of scores matter."""
    y = np.asarray(Softmax()(Tensor([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]])))
    assert np.allclose(y.sum(axis=1), 1)
    assert np.allclose(y[0], y[1])


test_softmax()

# %% check softmax

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% given test-module
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("Activations")

# %% [markdown]
# ## In your own words
#
# A colleague's classifier ends like this:
#
# ```python
# probabilities = Softmax()(ReLU()(scores))
# ```
#
# There is no error, and each row sums to 1. And yet it can't tell an unlikely class from one that is out of the
# question. Take the scores `[4, -4, -8]` and say what becomes of them with the ReLU and without it, what is
# lost on the way, and what you would write instead. Three or four sentences.

# %% question reflection [markdown]
# ReLU makes [4, 0, 0] of them, so that softmax gives about [0.96, 0.02, 0.02]; without it the shares are
# [0.9997, 0.0003, 0.000006]. All scores below 0 become equal, so which of two such classes is the less likely
# is lost. The slope of ReLU is 0 there, so training can't correct such a score either. Softmax takes scores
# of any sign: leave the ReLU out here, and keep it between the layers.

# %% [markdown]
# ## What you have now
#
# - An activation bends; without one between them, two layers are one.
# - ReLU inside a network; sigmoid for one probability, softmax for one among several, tanh around 0.
# - A formula on paper is not yet one for `float32`: keep exponents at 0 or below, and look at both ends.
# - Softmax sees differences only, along one axis, and its shares sum to 1 there.
#
# Next: layers, the matrices between the bends, and the numbers that they start with.
