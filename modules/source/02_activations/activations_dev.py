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
# # Activations
#
# > Functions from a Tensor to a Tensor that bend what matrices leave straight.
#
# Put two matrices in a row and you have one matrix. However many layers a network has, as long as each of
# them only multiplies and adds, the whole of it can draw nothing but straight lines. What stands between the
# layers and bends the lines is called an *activation*. In this module you write the four that every
# framework has:
#
# | | for |
# |---|---|
# | `ReLU` | the layers inside a network |
# | `Sigmoid` | a single probability: yes or no |
# | `Tanh` | values around 0, between -1 and 1 |
# | `Softmax` | one probability for each class, 1 in all |
#
# Each formula fits on a line. The work is in the numbers that the formula forgets: `float32` ends at
# $3.4 \cdot 10^{38}$, and $e^{89}$ lies beyond it. Four checks grade your functions, with 30 points in all.

# %%
#| default_exp core.activations

# %% nbgrader={"grade": false, "grade_id": "given-imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
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

# %%
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
# | | formula | values | steepest slope |
# |---|---|---|---|
# | ReLU | $\max(0, x)$ | from 0 up | 1 |
# | sigmoid | $\sigma(x) = \dfrac{1}{1 + e^{-x}}$ | between 0 and 1 | 1/4 |
# | tanh | $\tanh(x) = \dfrac{e^x - e^{-x}}{e^x + e^{-x}}$ | between -1 and 1 | 1 |
#
# The two soft ones are relatives, $\tanh(x) = 2\,\sigma(2x) - 1$, and both are symmetric:
# $\sigma(-x) = 1 - \sigma(x)$ and $\tanh(-x) = -\tanh(x)$.

# %%
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
# $(1/4)^5$, a thousandth of what came in. ReLU passes on everything or nothing, which is why it won inside
# networks, and left the soft ones to their ends.
#
# ### Where float32 ends
#
# $e^x$ grows past the largest `float32` at $x = 88.7$. From there on NumPy says `inf` and warns, and
# $\infty / \infty$ is `nan`, "not a number". One `nan` in a network makes everything behind it `nan`.

# %%
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
# Softmax turns scores into shares: all positive, 1 in all, the larger score with the larger share.
#
# $$\text{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# It overflows even for moderate scores. The way out: only *differences* of scores matter. For any $c$,
#
# $$\frac{e^{x_i - c}}{\sum_j e^{x_j - c}} = \frac{e^{-c}\,e^{x_i}}{e^{-c} \sum_j e^{x_j}}
# = \text{softmax}(x)_i .$$
#
# With $c = \max_j x_j$ the largest exponent is 0, and the sum is at least 1.

# %%
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
# of a row make 1: `axis=-1`, the last axis. Over the whole array the 64 images would compete with each other.

# %% [markdown]
# ## Your activations
#
# An activation is an object, because a network keeps a list of them, and because `Softmax` has to remember
# its axis. Calling it is calling its `forward`; the base class does that for all four.
#
# You write four `forward`s. Each takes a Tensor and gives a new one of the same shape; the Tensor that came
# in stays as it was. Integers may come in: scores may be whole numbers, and what comes out of `Sigmoid`,
# `Tanh` and `Softmax` is still a fraction. `np.asarray(x, dtype=np.float32)` reads any Tensor as floats.

# %% nbgrader={"grade": false, "grade_id": "given-activation", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
class Activation:
    """A function from a Tensor to a Tensor; calling the object is calling its `forward`."""

    def __call__(self, x):
        return self.forward(x)


# %% nbgrader={"grade": false, "grade_id": "write-relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
class ReLU(Activation):
    """max(0, x): what is negative becomes 0, the rest stays (Nair and Hinton, 2010)."""

    def forward(self, x):
        """A Tensor of the shape of `x`, whose array is `array_of(x)`: [-2.0, 3.0] becomes [0, 3]."""
        ### BEGIN SOLUTION
        return Tensor(np.maximum(array_of(x), 0))
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "write-sigmoid", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": false, "grade_id": "write-tanh", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
class Tanh(Activation):
    """(e^x - e^-x) / (e^x + e^-x): any number becomes one between -1 and 1, and 0 stays 0."""

    def forward(self, x):
        """A float Tensor of the shape of `x`; exact for large numbers of either sign. NumPy has a tanh."""
        ### BEGIN SOLUTION
        return Tensor(np.tanh(np.asarray(x, dtype=np.float32)))
        ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "write-softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
class Softmax(Activation):
    """e^x over the sum of e^x: scores become shares that are positive and 1 in all along `axis`."""

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

# %% nbgrader={"grade": false, "grade_id": "given-helpers", "locked": true, "schema_version": 3, "solution": false, "task": false}
import warnings

import numpy as np

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
    array = np.asarray(result.data)
    assert array.shape == np.shape(x), f"the shape {np.shape(x)} should stay; {array.shape} came out"
    return array


def near(found, expected, atol=1e-6):
    """Are these the numbers, as exactly as float32 can have them?"""
    return bool(np.allclose(found, expected, rtol=1e-5, atol=atol))


def assert_near(found, expected, what, **slips):
    """Assert that the numbers agree; `slips` are those that a known mistake gives, by its name."""
    made = [name.replace("_", " ") for name, numbers in slips.items() if near(found, numbers)]
    guess = f"; it looks like {made[0]}" if made else ""
    assert near(found, expected), f"{what} is {shown(expected)}, and yours is {shown(found)}{guess}"


def shown(numbers):
    """Numbers for a message: few digits, on one line."""
    digits = {"float_kind": "{:.6g}".format}
    return " ".join(np.array2string(np.asarray(numbers), separator=", ", formatter=digits).split())


def leaves_alone(activation, x):
    """Does what goes in keep its numbers and type, and does an answer outlast the next question?"""
    tensor = Tensor(np.array(x))
    first = activation(tensor)
    answer = np.array(first.data)
    activation(Tensor(np.negative(x)))
    kept = np.array_equal(tensor.data, x) and np.asarray(tensor.data).dtype == np.asarray(x).dtype
    return kept and np.array_equal(first.data, answer)


# %% [markdown]
# ### ReLU

# %% nbgrader={"grade": false, "grade_id": "test-relu", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_relu():
    """What is negative becomes 0, the rest stays."""
    assert np.allclose(ReLU()(Tensor([-2.0, 0.0, 3.0])), [0, 0, 3])


test_relu()

# %% nbgrader={"grade": true, "grade_id": "relu", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_relu():
    check = Check()
    x = np.array([-2.0, -0.5, 0.0, 0.5, 3.0], np.float32)
    with check.part(2, "negative numbers become 0, the others stay"):
        assert_near(output(ReLU(), x), [0, 0, 0, 0.5, 3], f"ReLU of {shown(x)}", the_absolute_value=np.abs(x),
                    the_smaller_of_x_and_0=np.minimum(x, 0), a_step=x > 0, x_itself=x,
                    x_with_the_sign_turned=np.maximum(-x, 0), a_leaky_ReLU=np.where(x > 0, x, x / 100))
    with check.part(1, "forward does the same, and float32 stays float32"):
        assert near(output(ReLU().forward, x), [0, 0, 0, 0.5, 3]), "forward(x) should give what calling gives"
        kind = output(ReLU(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "any shape, and numbers of any size"):
        cube = np.random.default_rng(5).normal(size=(2, 3, 4))
        assert near(output(ReLU(), cube), np.where(cube > 0, cube, 0)), "wrong numbers on three axes"
        found = output(ReLU(), [[-1.5, 2.5], [0.25, -4.0]])
        assert near(found, [[0, 2.5], [0.25, 0]]), "wrong numbers in a matrix"
        assert near(output(ReLU(), -2.5), 0), "a single number, shape (), is fine"
        assert near(output(ReLU(), 2.5), 2.5), "a single number, shape (), is fine"
        large = output(ReLU(), [5e3, 1e30, -1e30]) / [5e3, 1e30, 1]
        assert near(large, [1, 1, 0]), "large numbers should stay what they are"
        assert near(output(ReLU(), [2e-5, -2e-5]) * 1e5, [2, 0]), "small numbers should stay what they are"
    with check.part(1, "integers"):
        assert near(output(ReLU(), np.array([-3, 0, 7])), [0, 0, 7]), "wrong numbers for integers"
    with check.part(1, "what comes in is left as it was"):
        assert leaves_alone(ReLU(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(ReLU(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_relu()

# %% [markdown]
# ### Sigmoid

# %% nbgrader={"grade": false, "grade_id": "test-sigmoid", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_sigmoid():
    """From 0 to 1, with 1/2 in the middle, and symmetric."""
    y = np.asarray(Sigmoid()(Tensor([-2.0, 0.0, 2.0])))
    assert np.allclose(y[1], 0.5)
    assert np.allclose(y[0], 1 - y[2])
    assert np.allclose(Sigmoid()(Tensor([-1000.0, 1000.0])), [0, 1])


test_sigmoid()

# %% nbgrader={"grade": true, "grade_id": "sigmoid", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_sigmoid():
    check = Check()
    x = np.array([-3.0, -1.0, 0.0, 0.5, 2.0], np.float32)
    expected = [0.047426, 0.268941, 0.5, 0.622459, 0.880797]
    with check.part(3, "the curve"):
        turned = np.subtract(1, expected)
        assert_near(output(Sigmoid(), x), expected, f"the sigmoid of {shown(x)}", tanh=np.tanh(x),
                    the_sign_of_the_exponent_turned=turned, the_sigmoid_of_2x=(1 + np.tanh(x)) / 2,
                    its_slope=np.multiply(expected, turned), a_step=x > 0,
                    softmax=np.exp(x) / np.exp(x).sum())
        assert near(output(Sigmoid().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Sigmoid(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(2, "large numbers of either sign, and no warning"):
        found = output(Sigmoid(), [-1000.0, -90.0, 90.0, 1000.0])
        assert not np.isnan(found).any(), f"inf / inf is nan, and e^x overflows: {shown(found)}"
        assert near(found, [0, 0, 1, 1]), f"far out it is 0 or 1, and yours is {shown(found)}"
    ### BEGIN HIDDEN TESTS
    with check.part(2, "far out it is still exact, and all signs may come together"):
        tails = output(Sigmoid(), [-20.0, -15.0, -12.0, -8.0])
        exact = [2.0612e-9, 3.0590e-7, 6.1442e-6, 3.3535e-4]
        assert near(tails, exact, atol=1e-7), "small values should not be cut off"
        both = output(Sigmoid(), [[300.0, -300.0], [-1.0, 1.0], [-1e30, 1e30]])
        expected_both = [[1, 0], [0.268941, 0.731059], [0, 1]]
        assert near(both, expected_both), "numbers of both signs may stand side by side"
    with check.part(1, "any shape"):
        cube = np.linspace(-4, 4, 24).reshape(2, 3, 4)
        assert near(output(Sigmoid(), cube), 1 / (1 + np.exp(-cube))), "wrong numbers on three axes"
        assert near(output(Sigmoid(), -1.0), 0.268941), "a single number, shape (), is fine"
        assert near(output(Sigmoid(), 1.0), 0.731059), "a single number, shape (), is fine"
    with check.part(1, "integers, and what comes in is left as it was"):
        found = output(Sigmoid(), np.array([-1, 0, 2]))
        assert near(found, [0.268941, 0.5, 0.880797]), "wrong numbers for integers: fractions come out"
        assert leaves_alone(Sigmoid(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Sigmoid(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_sigmoid()

# %% [markdown]
# ### Tanh

# %% nbgrader={"grade": false, "grade_id": "test-tanh", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_tanh():
    """From -1 to 1, with 0 in the middle, and symmetric."""
    assert np.allclose(Tanh()(Tensor([-1.0, 0.0, 1.0])), [-0.761594, 0, 0.761594])


test_tanh()

# %% nbgrader={"grade": true, "grade_id": "tanh", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_tanh():
    check = Check()
    x = np.array([-2.0, -0.5, 0.0, 1.0, 3.0], np.float32)
    expected = [-0.964028, -0.462117, 0, 0.761594, 0.995055]
    with check.part(2, "the curve"):
        assert_near(output(Tanh(), x), expected, f"tanh of {shown(x)}", the_sigmoid=1 / (1 + np.exp(-x)),
                    tanh_of_half_x=np.tanh(x / 2), its_slope=np.subtract(1, np.square(expected)),
                    sinh=np.sinh(x), x_cut_off_at_1=np.clip(x, -1, 1), the_sign_lost=np.abs(expected),
                    the_sign_turned=np.tanh(-x))
        assert near(output(Tanh().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Tanh(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(1, "large numbers of either sign, and no warning"):
        found = output(Tanh(), [-1000.0, -90.0, 90.0, 1000.0])
        assert not np.isnan(found).any(), f"inf / inf is nan, and e^x overflows: {shown(found)}"
        assert near(found, [-1, -1, 1, 1]), f"far out it is -1 or 1, and yours is {shown(found)}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "between the middle and the ends"):
        found = output(Tanh(), [-1e30, -7.5, -6.0, -4.0, 4.0, 6.0, 7.5, 1e30])
        ends = [0.99932930, 0.99998771, 0.99999939, 1]
        assert near(found, [*np.negative(ends[::-1]), *ends]), "wrong numbers between the middle and the ends"
        small = output(Tanh(), [-0.01, 0.003])
        assert near(small, [-0.00999967, 0.00299999]), "wrong numbers close to 0"
    with check.part(1, "any shape"):
        cube = np.linspace(-4, 4, 24).reshape(2, 3, 4)
        assert near(output(Tanh(), cube), np.tanh(cube)), "wrong numbers on three axes"
        assert near(output(Tanh(), -1.0), -0.761594), "a single number, shape (), is fine"
        assert near(output(Tanh(), 1.0), 0.761594), "a single number, shape (), is fine"
    with check.part(1, "integers, and what comes in is left as it was"):
        found = output(Tanh(), np.array([-2, 0, 1]))
        assert near(found, [-0.964028, 0, 0.761594]), "wrong numbers for integers: fractions come out"
        assert leaves_alone(Tanh(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Tanh(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_tanh()

# %% [markdown]
# ### Softmax

# %% nbgrader={"grade": false, "grade_id": "test-softmax", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_softmax():
    """Shares: 1 in all for each row, and only the differences of scores matter."""
    y = np.asarray(Softmax()(Tensor([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]])))
    assert np.allclose(y.sum(axis=1), 1)
    assert np.allclose(y[0], y[1])


test_softmax()

# %% nbgrader={"grade": true, "grade_id": "softmax", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_softmax():
    check = Check()
    x = np.array([3.0, 1.0, 2.0], np.float32)
    expected = [0.665241, 0.0900306, 0.244728]
    with check.part(2, "the shares of a row of scores"):
        assert_near(output(Softmax(), x), expected, f"softmax of {shown(x)}", no_exponential=x / x.sum(),
                    a_division_by_the_largest=np.exp(x - 3), the_sigmoid_of_each=1 / (1 + np.exp(-x)),
                    the_sign_turned=np.exp(-x) / np.exp(-x).sum(), its_logarithm=np.log(expected),
                    all_or_nothing=x == 3)
        assert near(output(Softmax().forward, x), expected), "forward(x) should give what calling gives"
        kind = output(Softmax(), x).dtype
        assert kind == np.float32, f"float32 went in, {kind} came out"
    with check.part(1, "each row of a batch makes 1"):
        found = output(Softmax(), [[3.0, 1.0, 2.0], [3.0, 3.0, 3.0]])
        sums = found.sum(axis=1)
        assert near(sums, 1), f"rows should make 1; yours make {shown(sums)}. Which axis do you add along?"
        assert near(found, [expected, [1 / 3] * 3]), f"[[3, 1, 2], [3, 3, 3]] should not give {shown(found)}"
    with check.part(2, "large scores of either sign, and no warning"):
        for scores in ([1003.0, 1001.0, 1002.0], [-1000.0, -1002.0, -1001.0]):
            found = output(Softmax(), scores)
            assert not np.isnan(found).any(), f"{shown(scores)} gives nan: take the largest off before e^x"
            assert near(found, expected, atol=1e-3), (
                f"{shown(scores)} has the shares of [3, 1, 2], not {shown(found)}")
    ### BEGIN HIDDEN TESTS
    with check.part(2, "along the axis that is asked for"):
        cube = np.random.default_rng(7).normal(size=(2, 3, 4))
        along = [np.exp(cube) / np.exp(cube).sum(axis=axis, keepdims=True) for axis in range(3)]
        first, middle, last = Softmax(axis=0), Softmax(axis=1), Softmax()
        assert near(output(last, cube), along[2]), "wrong shares along the last axis, where none is named"
        assert near(output(first, cube), along[0]), "wrong shares along the axis that is named"
        assert near(output(middle, cube), along[1]), "wrong shares along the axis that is named"
        counted_back = output(Softmax(axis=-2), cube)
        assert near(counted_back, along[1]), "wrong shares along an axis counted from the end"
        assert near(output(Softmax(0), [[1.0], [1.0]]), 0.5), "the axis may be given without its name"
        square = np.array([[1.0, 5.0, 2.0], [0.0, 3.0, 4.0], [2.0, 2.0, 1.0]])
        shares = np.exp(square) / np.exp(square).sum(axis=0)
        assert near(output(first, square), shares), "wrong shares along the columns of a square"
    with check.part(1, "scores that lie far apart"):
        apart = output(Softmax(), [[900.0, 901.0], [-900.0, -901.0], [-1000.0, 1000.0], [1e30, -1e30]])
        expected_apart = [[0.268941, 0.731059], [0.731059, 0.268941], [0, 1], [1, 0]]
        assert near(apart, expected_apart, atol=1e-3), "rows far apart: each has a largest of its own"
        small = output(Softmax(), [0.0, -16.0]) * 1e7
        assert near(small, [1e7, 1.1253], atol=1e-2), "a small share is not none"
        assert near(output(Softmax(), [5.0]), 1), "a single score gets it all"
    with check.part(1, "integers, and what comes in is left as it was"):
        found = output(Softmax(), np.array([3, 1, 2]))
        assert near(found, expected), "wrong numbers for integers: fractions come out"
        assert leaves_alone(Softmax(), x), "what came in, and earlier answers, should stay as they were"
        assert leaves_alone(Softmax(), np.array([3, -1])), "integers that came in should stay integers"
    ### END HIDDEN TESTS
    return check.points()


check_softmax()

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% nbgrader={"grade": false, "grade_id": "test-module", "locked": true, "schema_version": 3, "solution": false, "task": false}
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
# There is no error, and each row makes 1. And yet it can't tell an unlikely class from one that is out of the
# question. Take the scores `[4, -4, -8]` and say what becomes of them with the ReLU and without it, what is
# lost on the way, and what you would write instead. Three or four sentences.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
# - Softmax sees differences only, along one axis, and makes 1 there.
#
# Next: layers, the matrices between the bends, and the numbers that they start with.
