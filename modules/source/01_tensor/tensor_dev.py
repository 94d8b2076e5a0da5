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
# # Tensor
#
# > An array with a shape and a type, the one kind of value that everything in TinyTorch is made of.
#
# **Time:** 3 to 4 hours · **Needs:** nothing before it · **Points:** 40, and 5 for the written question
#
# An image, a batch of a thousand images, the weights of a layer, the error of a prediction: to a network
# they are all the same thing, a block of numbers with a *shape*. That block is the tensor. In this module
# you write it, as a thin layer over NumPy: NumPy does the computing, and `Tensor` settles the questions
# that every later module would otherwise have to ask again.
#
# 1. Which type do the numbers have?
# 2. What happens when two shapes differ?
# 3. What does the reader see when something does not fit?
#
# You write eight things: the constructor, arithmetic, the matrix product, reductions, `reshape`,
# `transpose`, indexing and the printed form. Twelve checks grade them, with 40 points in all.

# %%
#| default_exp core.tensor
# %load_ext tito

# %%
#| export
import numpy as np

# %% [markdown]
# ## The idea
#
# A tensor is a function from positions to numbers. With the shape $(n_0, n_1, \dots, n_{d-1})$ it has $d$
# *axes*, one number for each position $(i_0, \dots, i_{d-1})$ with $0 \le i_k < n_k$, and so
#
# $$\text{size} = \prod_{k=0}^{d-1} n_k$$
#
# numbers in all. A single number has no axes: its shape is $()$, and the empty product makes its size 1.
#
# | what | shape | axes |
# |---|---|---|
# | a loss | `()` | 0 |
# | a bias | `(10,)` | 1: output |
# | the weights of a layer | `(784, 10)` | 2: input, output |
# | a batch of grey images | `(64, 28, 28)` | 3: image, row, column |
#
# **The type of the numbers.** Python's floats have 64 bits. Networks are content with 32: half the memory,
# twice as many numbers in each instruction of the processor, and the noise of training is far larger than
# the rounding error. So a `Tensor` made of floats holds `float32`. Integers count things and name classes; they
# stay integers.
#
# **Memory.** Whatever its shape, a tensor lies in memory as one row of numbers. In row-major order, NumPy's
# usual one, the last index runs fastest; position $(i, j)$ of an $m \times n$ matrix is number
#
# $$\text{offset}(i, j) = i \cdot n + j$$
#
# in that row. This tells `reshape` from `transpose`. Reshaping cuts the same row into pieces of another
# length. Transposing swaps the roles of $i$ and $j$, and so reads the row in another order.
#
# **Predict first.** `a` is 0, 1, 2, 3, 4, 5 in the shape (2, 3). What is the first row of `a.reshape(3, 2)`, and
# what is that of `a.transpose()`? Write it down, then run the cell.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt


def draw_grid(axes, array, title, colours=None):
    """Draw a matrix as squares, with its numbers; `colours`, of the same shape, defaults to the numbers."""
    grid = np.atleast_2d(array)
    axes.imshow(grid if colours is None else np.atleast_2d(colours), cmap="Pastel1", vmin=0, vmax=8)
    for (row, column), number in np.ndenumerate(grid):
        axes.text(column, row, number, ha="center", va="center", fontsize=13)
    axes.set_title(title, fontsize=11)
    axes.set_xticks([])
    axes.set_yticks([])


row = np.arange(6)
matrix = row.reshape(2, 3)
figure, panels = plt.subplots(1, 4, figsize=(10.5, 2.7), width_ratios=[6, 3, 2, 2])
draw_grid(panels[0], row, "in memory, shape (6,)")
draw_grid(panels[1], matrix, "a = reshape(2, 3)")
draw_grid(panels[2], matrix.reshape(3, 2), "a.reshape(3, 2)")
draw_grid(panels[3], matrix.transpose(), "a.transpose()")
figure.suptitle("Two matrices of shape (3, 2), and not the same one")
figure.tight_layout(w_pad=3)
plt.show()

# %% [markdown]
# **What to see.** Follow 0, 1, 2, 3, 4, 5 with a finger. In both reshaped matrices you read along the rows,
# from the top. In the transposed one you go down the columns. If you reshape where you meant to
# transpose, you get the right shape with the wrong numbers, and no error.
#
# ### Two shapes that differ
#
# Elementwise arithmetic needs two tensors of one shape. *Broadcasting* makes it so: line up the shapes at
# the right, and let every axis of size 1, and every missing one, repeat as often as the other side needs.
#
# ```
#   (64, 10)          (3, 1)            (2, 3)
#       (10,)            (4,)              (4,)
#   --------          ------            ------
#   (64, 10)          (3, 4)            3 is neither 4 nor 1: an error
# ```
#
# Nothing is copied for it. The bias of a layer is added to a whole batch in this way, in the first column
# above.
#
# **Predict first.** A column of shape (3, 1) and a line of shape (1, 3) are added: how many numbers come out?

# %% tags=["hide-input"]
column, line = np.array([[0], [3], [6]]), np.array([[0, 1, 2]])
figure, panels = plt.subplots(1, 3, figsize=(7, 3.3), width_ratios=[1, 3, 3])
draw_grid(panels[0], column, "shape (3, 1)")
draw_grid(panels[1], line, "+  shape (1, 3)")
draw_grid(panels[2], column + line, "=  shape (3, 3)", colours=np.broadcast_to(column, (3, 3)))
figure.suptitle("Broadcasting repeats the axis of size 1")
figure.tight_layout()
plt.show()

# %% [markdown]
# **What to see.** The colours of the result are those of the column: it was repeated to the right, once for
# each number of the line. The line was repeated downwards in the same way.
#
# ### The matrix product
#
# `a @ b` multiplies rows by columns. With $A$ of shape $(m, k)$ and $B$ of shape $(k, n)$,
#
# $$C_{ij} = \sum_{l=1}^{k} A_{il}\, B_{lj}, \qquad C \text{ of shape } (m, n).$$
#
# The inner sizes have to agree and vanish; the outer ones stay. `a * b` is another thing: one number times
# one number, place by place.
#
# ### Reductions
#
# A reduction turns many numbers into one: all of them, or those along one axis, which then disappears from
# the shape. For the shape $(2, 3)$, `sum(axis=0)` adds over the two rows and leaves $(3,)$; `sum(axis=1)`
# leaves $(2,)$. With `keepdims=True` the axis stays, with size 1, so that the result can be broadcast
# against where it came from:
#
# $$\text{row shares} = a \,/\, a.\text{sum}(\text{axis}=1, \text{keepdims}=\text{True}).$$
#
# `argmax` gives not the largest number but the place where it stands. For ten class scores that is the
# class.

# %% [markdown]
# ## Your tensor
#
# Every place that says `YOUR CODE HERE` is yours. Go from the top: write the constructor, run the cell,
# then run its test and its check further down, then come back for the next. Nothing else has to be finished
# for that.
#
# Three things are there already, because they are about Python and NumPy rather than about tensors:
#
# - `__array__` lets NumPy read a tensor: `np.asarray(t)`, `np.allclose(t, u)`.
# - `__array_priority__` settles who answers in `array + tensor`. Python asks the left side first, and NumPy
#   would take the tensor for data. A higher priority makes NumPy step back, and Python then asks
#   `Tensor.__radd__`.
# - `__add__` and `__radd__` show how an operator and its *reflected* twin are written: `2 - t` calls
#   `t.__rsub__(2)`, and there the 2 is still the left side.

# %% solution write-tensor
#| export
class Tensor:
    """Numbers in a block, with a shape and a type.

    `data` is a number, a nested list, an array or another Tensor. Floats are held as float32, integers
    and booleans as they are; a `dtype` that is asked for wins. Operations give new Tensors and change none.
    """

    __array_priority__ = 1000  # in `array + tensor`, NumPy steps back for Tensor.__radd__

    def __init__(self, data, dtype=None):
        """Keep `data` as a NumPy array in `self.data`, copied or shared.

        Example: Tensor([0.5, 1]).dtype is float32, Tensor([1, 2]).dtype stays int64.
        Steps: make an array, of `dtype` if there is one; else look at its type, and turn floats into float32.
        """
        ### BEGIN SOLUTION
        array = np.asarray(data, dtype=dtype)
        if dtype is None and array.dtype != np.float32 and array.dtype.kind == "f":
            array = array.astype(np.float32)
        self.data = array
        ### END SOLUTION

    @property
    def shape(self):
        """The sizes of the axes, a tuple: (2, 3), or () for a single number."""
        ### BEGIN SOLUTION
        return self.data.shape
        ### END SOLUTION

    @property
    def size(self):
        """How many numbers there are, the product of the shape."""
        ### BEGIN SOLUTION
        return self.data.size
        ### END SOLUTION

    @property
    def dtype(self):
        """The NumPy type of the numbers."""
        ### BEGIN SOLUTION
        return self.data.dtype
        ### END SOLUTION

    def numpy(self):
        """The numbers as a NumPy array."""
        return self.data

    def __array__(self, dtype=None, copy=None):
        """What np.asarray(tensor) calls."""
        return np.array(self.data, dtype=dtype, copy=copy)

    def __add__(self, other):
        return elementwise(np.add, self, other)

    def __radd__(self, other):
        return elementwise(np.add, other, self)

    def __sub__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.subtract, self, other)
        ### END SOLUTION

    def __rsub__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.subtract, other, self)
        ### END SOLUTION

    def __mul__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.multiply, self, other)
        ### END SOLUTION

    def __rmul__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.multiply, other, self)
        ### END SOLUTION

    def __truediv__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.divide, self, other)
        ### END SOLUTION

    def __rtruediv__(self, other):
        ### BEGIN SOLUTION
        return elementwise(np.divide, other, self)
        ### END SOLUTION

    def __matmul__(self, other):
        return matrix_product(self, other)

    def __rmatmul__(self, other):
        return matrix_product(other, self)

    def sum(self, axis=None, keepdims=False):
        """The sum of all numbers, or along `axis`: Tensor([[1, 2], [3, 4]]).sum(axis=0) holds [4, 6]."""
        ### BEGIN SOLUTION
        return Tensor(self.data.sum(axis=axis, keepdims=keepdims))
        ### END SOLUTION

    def mean(self, axis=None, keepdims=False):
        """The mean, a float for integers too: Tensor([1, 2]).mean() holds 1.5."""
        ### BEGIN SOLUTION
        return Tensor(self.data.mean(axis=axis, keepdims=keepdims))
        ### END SOLUTION

    def max(self, axis=None, keepdims=False):
        """The largest number, or the largest along `axis`."""
        ### BEGIN SOLUTION
        return Tensor(self.data.max(axis=axis, keepdims=keepdims))
        ### END SOLUTION

    def argmax(self, axis=None, keepdims=False):
        """Where the largest number stands: its index along `axis`, or else its place in memory order."""
        ### BEGIN SOLUTION
        return Tensor(self.data.argmax(axis=axis, keepdims=keepdims))
        ### END SOLUTION

    def reshape(self, *shape):
        """The same numbers in the same order, in the shape (2, 3), given so or as 2, 3 or as 2, -1.

        ValueError when the sizes don't multiply to `self.size`.
        """
        ### BEGIN SOLUTION
        return Tensor(self.data.reshape(*shape), self.dtype)
        ### END SOLUTION

    def transpose(self, *axes):
        """The axes reversed, (2, 3, 4) to (4, 3, 2), or as given, (0, 2, 1) or 0, 2, 1."""
        ### BEGIN SOLUTION
        return Tensor(self.data.transpose(*axes), self.dtype)
        ### END SOLUTION

    def __getitem__(self, key):
        """A part, a Tensor even for one number; takes the keys that NumPy takes. IndexError past the end."""
        ### BEGIN SOLUTION
        return Tensor(self.data[array_of(key)], self.dtype)
        ### END SOLUTION

    def __len__(self):
        """The size of the first axis; TypeError for a single number, which has none."""
        ### BEGIN SOLUTION
        return len(self.data)
        ### END SOLUTION

    def __repr__(self):
        """For people to read: Tensor([[1, 2]], shape=(1, 2), dtype=int64), large ones shortened by NumPy."""
        ### BEGIN SOLUTION
        numbers = np.array2string(self.data, separator=", ", prefix="Tensor(")
        return f"Tensor({numbers}, shape={self.data.shape}, dtype={self.data.dtype})"
        ### END SOLUTION


# %% [markdown]
# The operators share their work in two functions, so that the answer to "what if the shapes don't fit?" is
# written once. Two small ones are given. `array_of` leaves numbers as they are, so that `t * 2` keeps the
# type of `t`; `misfit` words the error.

# %% given given-functions
#| export
def array_of(value):
    """The array inside a Tensor; anything else as it is."""
    return value.data if isinstance(value, Tensor) else value


def misfit(operation, left, right):
    """The error for shapes that `operation` can't combine: "can't add shapes (2, 3) and (4,)"."""
    return ValueError(f"can't {operation.__name__} shapes {np.shape(left)} and {np.shape(right)}")


# %% solution write-operations
#| export
def elementwise(operation, left, right):
    """A Tensor of `operation` (np.add, np.subtract, …) on each pair of numbers, with broadcasting.

    `left` and `right` are Tensors, arrays or numbers. Raises `misfit` when they can't be broadcast.
    Hint: NumPy raises a ValueError of its own; catch it and say it better.
    """
    ### BEGIN SOLUTION
    left, right = array_of(left), array_of(right)
    try:
        result = operation(left, right)
    except ValueError:
        raise misfit(operation, left, right) from None
    return Tensor(result)
    ### END SOLUTION


def matrix_product(left, right):
    """A Tensor of `left` @ `right`, Tensors or arrays. Raises `misfit` when the inner sizes differ."""
    ### BEGIN SOLUTION
    left, right = array_of(left), array_of(right)
    try:
        result = np.matmul(left, right)
    except ValueError:
        raise misfit(np.matmul, left, right) from None
    return Tensor(result)
    ### END SOLUTION


# %% [markdown]
# ## Does it work?
#
# For each part there is a test, which you can read and change a copy of, and a check, which is graded. The
# check holds a few cases more than it shows. The helpers below are theirs.

# %% given given-helpers tags=["hide-input"]
import numpy as np

from functools import cache, wraps

from tito.tools.comparing import agree, expected, plain
from tito.tools.testing import Check, NamedMistake, raises, replaced


def same(result, numbers, what):
    """Assert that `result` is a Tensor of these numbers, of the type that a Tensor should, or this one does, hold them in."""
    wanted, named = expected(numbers), what.removesuffix(",")
    assert isinstance(result, Tensor), f"{what} should give a Tensor"
    array, type_wanted = plain(result.data, what), np.dtype(np.float32) if wanted.dtype.kind == "f" else wanted.dtype
    assert array.shape == wanted.shape, f"{named}: expected shape {wanted.shape}, got {array.shape}"
    assert agree(array, wanted), f"{named}: expected {wanted.tolist()}, got {array.tolist()}"
    if kind(array.dtype) != kind(type_wanted):  # `construct` is where a constructor of other types loses points
        type_wanted = Tensor(np.zeros(wanted.shape, wanted.dtype)).data.dtype
        types = f"expected numbers of type {type_wanted}, got {array.dtype}"
        assert kind(array.dtype) == kind(type_wanted), f"{named}: {types}"


def numbers_in(result):
    """The numbers of a result, be it a Tensor or not: a part of its own is about that."""
    return plain(result.data if isinstance(result, Tensor) else result)


def has_numbers(result, numbers, what):
    """Assert that these are the numbers of a result, in this shape."""
    found, wanted, named = numbers_in(result), expected(numbers), what.removesuffix(",")
    assert found.shape == wanted.shape, f"{named}: expected shape {wanted.shape}, got {found.shape}"
    assert agree(found, wanted), f"{named}: expected {wanted.tolist()}, got {found.tolist()}"


def holds(assertion, result, numbers):
    """Does an assertion of these two hold?"""
    try:
        assertion(result, numbers, "it")
    except AssertionError:
        return False
    return True


def gives(result, numbers):
    """Is `result` a Tensor of these numbers, as `same` asserts it?"""
    return holds(same, result, numbers)


def has(result, numbers):
    """Are these the numbers of a result, as `has_numbers` asserts it?"""
    return holds(has_numbers, result, numbers)


def each_time_anew(act, first, second, wanted):
    """Does `act` go by the numbers that a Tensor has now, and does its first answer outlast the second?"""
    first, second = np.asarray(first, np.float32), np.asarray(second, np.float32)
    t = Tensor(first)
    one = act(t)
    t.data = second
    return has(act(t), wanted(second)) and has(one, wanted(first)) and has(act(Tensor(first)), wanted(first))


def kind(dtype):
    """What has to agree of two types: all of it for floats, else only that it is an integer or a boolean."""
    return dtype.kind.replace("u", "i") if dtype.kind in "iub" else dtype


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


def kind_of_refusal(act):
    """The kind of the error that `act` raises, such as "ValueError"; "" when it raises none."""
    try:
        act()
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        return next(kind.__name__ for kind in (IndexError, ValueError, TypeError, Exception) if isinstance(error, kind))
    return ""


def construct_rightly(self, data, dtype=None):
    """A constructor as it should be, for the checks of everything else."""
    array = np.asarray(data, dtype=dtype)
    self.data = array.astype(np.float32) if dtype is None and array.dtype.kind == "f" else array


@cache
def constructs_rightly(cls):
    """Does the constructor of this very Tensor keep numbers, shapes and types, and do its properties tell them?"""
    try:
        made = [cls(np.array(numbers)) for numbers in ([[1.5, -2.5]], 0.25, [3, -4])]
        kept = [plain(each.data) for each in made]
        told = made[2].shape, made[2].size, made[2].dtype, cls([True]).dtype
    except Exception:  # `construct` is where that counts
        return False
    wanted = [np.array([[1.5, -2.5]], np.float32), np.array(0.25, np.float32), np.array([3, -4])]
    same_arrays = all(a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(kept, wanted))
    return same_arrays and told == ((2,), 2, wanted[2].dtype, np.dtype(bool))


def whatever_is_constructed(check):
    """Run `check` with a constructor that is right, where the Tensor's own is not: `construct` is where that counts."""

    @wraps(check)
    def run():
        if constructs_rightly(Tensor):
            return check()
        properties = {"shape": np.shape, "size": np.size, "dtype": lambda data: plain(data).dtype}
        of_data = {name: lambda self, tell=tell: tell(plain(self.data)) for name, tell in properties.items()}
        with replaced(Tensor, __init__=construct_rightly, **of_data):
            return check()

    return run


# %% [markdown]
# ### The constructor

# %% given test-construct
def test_construct():
    """Numbers, lists and arrays become a Tensor with a shape and a type."""
    t = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert (t.shape, t.size, t.dtype) == ((2, 3), 6, np.float32)
    assert Tensor([1, 2]).dtype == np.asarray([1, 2]).dtype


test_construct()

# %% check construct

# %% [markdown]
# ### Arithmetic

# %% given test-arithmetic
def test_arithmetic():
    """Tensors, arrays and numbers combine from either side, and shapes are broadcast."""
    t = Tensor([1.0, 2.0, 4.0])
    assert np.allclose(t + t, [2, 4, 8])
    assert np.allclose(1 - t, [0, -1, -3])
    assert np.allclose(8 / t, [8, 4, 2])
    assert (Tensor([[1.0], [2.0]]) * t).shape == (2, 3)


test_arithmetic()

# %% check arithmetic

# %% [markdown]
# ### The matrix product

# %% given test-matmul
def test_matmul():
    """Rows times columns: the inner sizes agree and vanish."""
    product = Tensor([[1.0, 2.0, 3.0]]) @ Tensor([[1.0], [10.0], [100.0]])
    assert product.shape == (1, 1)
    assert np.allclose(product, 321)


test_matmul()

# %% check matmul

# %% [markdown]
# ### Reductions

# %% given test-reduce
def test_sum():
    """An axis that is reduced disappears, or stays with size 1."""
    t = Tensor([[1, 9, 3], [8, 2, 4]])
    assert np.allclose(t.sum(axis=0), [9, 11, 7])
    assert t.sum(axis=1, keepdims=True).shape == (2, 1)


test_sum()

# %% given test-mean
def test_mean():
    """The mean of integers is a fraction."""
    assert np.allclose(Tensor([[1, 9, 3], [8, 2, 4]]).mean(), 4.5)


test_mean()

# %% given test-max
def test_max():
    """The largest number of each row."""
    assert np.allclose(Tensor([[1, 9, 3], [8, 2, 4]]).max(axis=1), [9, 8])


test_max()

# %% given test-argmax
def test_argmax():
    """Not the largest number of each row, but its place."""
    assert np.allclose(Tensor([[1, 9, 3], [8, 2, 4]]).argmax(axis=1), [1, 0])


test_argmax()

# %% check sum

# %% check mean

# %% check max

# %% check argmax

# %% [markdown]
# ### Reshape and transpose

# %% given test-shapes
def test_reshape():
    """A reshape keeps the order in memory."""
    assert np.array_equal(Tensor([[0, 1, 2], [3, 4, 5]]).reshape(3, 2), [[0, 1], [2, 3], [4, 5]])


test_reshape()

# %% given test-transpose
def test_transpose():
    """A transpose swaps rows and columns."""
    assert np.array_equal(Tensor([[0, 1, 2], [3, 4, 5]]).transpose(), [[0, 3], [1, 4], [2, 5]])


test_transpose()

# %% check reshape

# %% check transpose

# %% [markdown]
# ### Indexing and the printed form

# %% given test-index
def test_index():
    """A part of a Tensor is a Tensor."""
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    assert np.array_equal(t[1], [4, 5, 6])
    assert t[:, 0].shape == (2,)


test_index()

# %% given test-len
def test_len():
    """The length is the size of the first axis."""
    assert len(Tensor([[1, 2, 3], [4, 5, 6]])) == 2


test_len()

# %% given test-repr
def test_repr():
    """A Tensor shows its shape."""
    assert "(2, 3)" in repr(Tensor([[1, 2, 3], [4, 5, 6]]))


test_repr()

# %% check index

# %% check len

# %% check repr

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% given test-module
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("Tensor")

# %% [markdown]
# ## In your own words
#
# `images` has the shape `(28, 28, 28)`: 28 images of 28 × 28 pixels. A colleague wants every image to have
# the mean 0 and writes
#
# ```python
# images - images.mean(axis=(1, 2))
# ```
#
# There is no error. What was subtracted from what, what would have happened with 32 images, and how do you
# mend it? Three or four sentences.

# %% question reflection [markdown]
# The means have the shape (28,), one for each image. Broadcasting lines shapes up at the right, so mean
# number j was taken from column j of every image, instead of from image j. With 32 images the shapes (32,
# 28, 28) and (32,) don't fit and the error would have shown it; the equal sizes hid it. `keepdims=True`
# keeps the means as (28, 1, 1), which repeats over rows and columns.

# %% [markdown]
# ## What you have now
#
# - A tensor is numbers with a shape and a type; in memory it is one row.
# - Floats are `float32`, integers stay integers, and an operation gives a new `Tensor`.
# - Broadcasting repeats axes of size 1, lined up at the right. What doesn't fit says so, with both shapes.
# - `@` sums over the inner axis, a reduction removes an axis, `keepdims` keeps it, `reshape` keeps the
#   order and `transpose` doesn't.
#
# Next: activations, functions from a `Tensor` to a `Tensor` that bend what matrices leave straight.
