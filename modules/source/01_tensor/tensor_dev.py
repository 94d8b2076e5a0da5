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
# # Tensor
#
# > An array with a shape and a type, the one kind of value that everything in TinyTorch is made of.
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
# the rounding. So a `Tensor` made of floats holds `float32`. Integers count things and name classes; they
# stay integers.
#
# **Memory.** Whatever its shape, a tensor lies in memory as one row of numbers. In row-major order, NumPy's
# usual one, the last index runs fastest; position $(i, j)$ of an $m \times n$ matrix is number
#
# $$\text{offset}(i, j) = i \cdot n + j$$
#
# in that row. This tells `reshape` from `transpose`. Reshaping cuts the same row into pieces of another
# length. Transposing swaps the roles of $i$ and $j$, and so reads the row in another order.

# %%
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
# from the top. In the transposed one you go down the columns. Whoever reshapes where a transpose was meant
# gets the right shape with the wrong numbers, and no error.
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

# %%
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
# A reduction makes many numbers one: all of them, or those along one axis, which then disappears from the
# shape. For the shape $(2, 3)$, `sum(axis=0)` adds over the two rows and leaves $(3,)$; `sum(axis=1)`
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

# %% nbgrader={"grade": false, "grade_id": "write-tensor", "locked": false, "schema_version": 3, "solution": true, "task": false}
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

# %% nbgrader={"grade": false, "grade_id": "given-functions", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
def array_of(value):
    """The array inside a Tensor; anything else as it is."""
    return value.data if isinstance(value, Tensor) else value


def misfit(operation, left, right):
    """The error for shapes that `operation` can't combine: "can't add shapes (2, 3) and (4,)"."""
    return ValueError(f"can't {operation.__name__} shapes {np.shape(left)} and {np.shape(right)}")


# %% nbgrader={"grade": false, "grade_id": "write-operations", "locked": false, "schema_version": 3, "solution": true, "task": false}
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

# %% nbgrader={"grade": false, "grade_id": "given-helpers", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from tito.tools.testing import Check, raises


def same(result, expected, what):
    """Assert that `result` is a Tensor of these numbers, of the type that a Tensor should hold them in, or this one does."""
    expected = np.asarray(expected)
    assert isinstance(result, Tensor), f"{what} should give a Tensor"
    array, wanted = np.asarray(result.data), np.dtype(np.float32) if expected.dtype.kind == "f" else expected.dtype
    assert array.shape == expected.shape, f"{what}: expected shape {expected.shape}, got {array.shape}"
    assert np.allclose(array, expected), f"{what}: expected {expected.tolist()}, got {array.tolist()}"
    if kind(array.dtype) != kind(wanted):  # `test_construct` is what a constructor of other types loses points in
        wanted = Tensor(expected).data.dtype
        assert kind(array.dtype) == kind(wanted), f"{what}: expected numbers of type {wanted}, got {array.dtype}"


def kind(dtype):
    """What has to agree of two types: all of it for floats, else only that it is an integer or a boolean."""
    return dtype.kind.replace("u", "i") if dtype.kind in "iub" else dtype


def complaint(act):
    """The text of the ValueError that `act` raises, without spaces."""
    try:
        act()
    except ValueError as error:
        return str(error).replace(" ", "").lower()
    raise AssertionError("shapes that don't fit should raise a ValueError, but nothing was raised")


# %% [markdown]
# ### The constructor

# %% nbgrader={"grade": false, "grade_id": "test-construct", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_construct():
    """Numbers, lists and arrays become a Tensor with a shape and a type."""
    t = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert (t.shape, t.size, t.dtype) == ((2, 3), 6, np.float32)
    assert Tensor([1, 2]).dtype == np.asarray([1, 2]).dtype


test_construct()

# %% nbgrader={"grade": true, "grade_id": "construct", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_construct():
    check = Check()
    with check.part(2, "floats are held as float32"):
        for floats in ([0.5, 1.5], 0.25, np.array([[1.5], [2.5]])):
            t = Tensor(floats)
            assert np.allclose(t.data, floats), f"Tensor({floats}) holds {t.data}"
            assert t.data.dtype == np.float32, f"floats should become float32; these are {t.data.dtype}"
    with check.part(2, "integers and booleans stay what they are"):
        for array in (np.array([1, 2]), np.array([200, 255], np.uint8), np.array([True, False])):
            found = Tensor(array).data.dtype
            assert found == array.dtype, f"{array.dtype} should stay {array.dtype}, and became {found}"
        assert Tensor([3, -4]).data.dtype.kind == "i", "whole numbers of Python should stay integers"
    with check.part(2, "numbers, shape and size"):
        t = Tensor([[1, 2, 3], [4, 5, 6]])
        assert np.array_equal(t.data, [[1, 2, 3], [4, 5, 6]]), f"data should hold the numbers, not {t.data}"
        assert t.shape == (2, 3), f"two rows of three have the shape (2, 3), not {t.shape}"
        assert t.size == 6, f"size counts all the numbers, 6 here; it says {t.size}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "a type that is asked for wins"):
        assert Tensor([1, 2], dtype=np.float32).data.dtype == np.float32, "dtype=float32 asked for"
        assert Tensor([0.1, 0.2], dtype=np.float64).data.dtype == np.float64, "dtype=float64 asked for"
        assert np.array_equal(Tensor([1.0, 2.0], np.int32).data, [1, 2]), "dtype=int32 asked for"
        assert Tensor([1.0, 2.0], np.int32).data.dtype == np.int32, "dtype=int32 asked for"
    with check.part(1, "a single number, a Tensor of a Tensor, an empty one, and what dtype says"):
        number = Tensor(3.5)
        assert (number.shape, number.size) == ((), 1), "a single number has the shape () and the size 1"
        assert Tensor(Tensor([1.5, 2.5])).data.tolist() == [1.5, 2.5], "a Tensor of a Tensor"
        assert Tensor(np.zeros((2, 0, 3))).size == 0, "a size is the product of the shape"
        assert Tensor([1.5]).dtype == np.float32, "dtype is the type of the data"
        assert np.asarray(Tensor([[1, 2]])).tolist() == [[1, 2]], "np.asarray of a Tensor"
        assert Tensor([[1, 2]]).numpy().tolist() == [[1, 2]], "numpy() of a Tensor"
    ### END HIDDEN TESTS
    return check.points()


check_construct()

# %% [markdown]
# ### Arithmetic

# %% nbgrader={"grade": false, "grade_id": "test-arithmetic", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_arithmetic():
    """Tensors, arrays and numbers combine from either side, and shapes are broadcast."""
    t = Tensor([1.0, 2.0, 4.0])
    assert np.allclose(t + t, [2, 4, 8])
    assert np.allclose(1 - t, [0, -1, -3])
    assert np.allclose(8 / t, [8, 4, 2])
    assert (Tensor([[1.0], [2.0]]) * t).shape == (2, 3)


test_arithmetic()

# %% nbgrader={"grade": true, "grade_id": "arithmetic", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_arithmetic():
    check = Check()
    a, b = Tensor([[1.0, 2.0], [4.0, 8.0]]), Tensor([[2.0, 2.0], [0.5, 4.0]])
    with check.part(1, "+"):
        same(a + b, [[3, 4], [4.5, 12]], "a + b")
        same(a + 1, [[2.0, 3], [5, 9]], "a + 1")
        same(0.5 + a, [[1.5, 2.5], [4.5, 8.5]], "0.5 + a")
    with check.part(1, "-"):
        same(a - b, [[-1, 0], [3.5, 4]], "a - b")
        same(a - 1, [[0.0, 1], [3, 7]], "a - 1")
        same(2 - a, [[1.0, 0], [-2, -6]], "2 - a, where 2 stands on the left,")
    with check.part(1, "*"):
        same(a * b, [[2.0, 4], [2, 32]], "a * b")
        same(a * 3, [[3.0, 6], [12, 24]], "a * 3")
        same(0.5 * a, [[0.5, 1], [2, 4]], "0.5 * a")
    with check.part(1, "/"):
        same(a / b, [[0.5, 1], [8, 2]], "a / b")
        same(a / 2, [[0.5, 1], [2, 4]], "a / 2")
        same(8 / a, [[8.0, 4], [2, 1]], "8 / a, where 8 stands on the left,")
    with check.part(1, "shapes that don't fit are named, with the operation", beside=True):
        said = complaint(lambda: Tensor(np.ones((2, 3))) + Tensor(np.ones(4)))
        assert "(2,3)" in said and "(4,)" in said, f"the error should show (2, 3) and (4,); it says {said}"
        assert any(word in said for word in ("+", "add", "plus", "sum")), "the error should name the add"
        ### BEGIN HIDDEN TESTS
        said = complaint(lambda: np.ones((5, 2)) / Tensor(np.ones((5, 3))))
        assert "(5,2)" in said and "(5,3)" in said, "the error should show both shapes"
        assert any(word in said for word in ("/", "div")), "the error should name the operation"
        ### END HIDDEN TESTS
    ### BEGIN HIDDEN TESTS
    with check.part(1, "broadcasting"):
        column, line = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 10.0])
        same(Tensor(column) + Tensor(line), column + line, "a column and a line")
        same(Tensor(column) * Tensor(line), column * line, "a column and a line")
        same(Tensor(np.ones((2, 3, 1))) - Tensor(line), np.ones((2, 3, 1)) - line, "three axes and one")
        same(Tensor(line) / Tensor(column), line / column, "a line and a column")
    with check.part(1, "arrays from either side"):
        line, t = np.array([2.0, 8.0]), Tensor([1.0, 4.0])
        same(t - line, [-1.0, -4], "tensor - array")
        same(line - t, [1.0, 4], "array - tensor")
        same(line / t, [2.0, 2], "array / tensor")
        same(line + t, [3.0, 12], "array + tensor")
        same(line * t, [2.0, 32], "array * tensor")
    with check.part(1, "types, and operands left as they were"):
        whole = Tensor([1, 2, 3])
        same(whole + 1, [2, 3, 4], "integers stay integers")
        same(whole * whole, [1, 4, 9], "integers stay integers")
        same(5 - whole, [4, 3, 2], "integers stay integers")
        same(whole / 2, [0.5, 1, 1.5], "integers divided give floats")
        same(whole * Tensor([0.5, 0.5, 0.5]), [0.5, 1, 1.5], "an integer times a float is a float")
        same(whole + 0.5, [1.5, 2.5, 3.5], "an integer plus a float is a float")
        assert whole.data.tolist() == [1, 2, 3], "arithmetic must leave its operands as they were"
        assert a.data.tolist() == [[1, 2], [4, 8]], "arithmetic must leave its operands as they were"
    ### END HIDDEN TESTS
    return check.points()


check_arithmetic()

# %% [markdown]
# ### The matrix product

# %% nbgrader={"grade": false, "grade_id": "test-matmul", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_matmul():
    """Rows times columns: the inner sizes agree and vanish."""
    product = Tensor([[1.0, 2.0, 3.0]]) @ Tensor([[1.0], [10.0], [100.0]])
    assert product.shape == (1, 1)
    assert np.allclose(product, 321)


test_matmul()

# %% nbgrader={"grade": true, "grade_id": "matmul", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_matmul():
    check = Check()
    a = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 2.0]])
    b = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])
    with check.part(2, "matrix times matrix"):
        same(Tensor(a) @ Tensor(b), [[5.0, 11], [-2, 5]], "a (2, 3) matrix @ a (3, 2) matrix")
        square = Tensor([[1.0, 2.0], [3.0, 4.0]])
        same(square @ square, [[7.0, 10], [15, 22]], "rows times columns")
    with check.part(1, "shapes that don't fit are named, with the operation", beside=True):
        said = complaint(lambda: Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5))))
        assert "(2,3)" in said and "(4,5)" in said, f"the error should show both shapes; it says {said}"
        assert any(word in said for word in ("@", "mul", "matrix", "dot")), "the error should name the matmul"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "vectors, batches and integers"):
        same(Tensor(a) @ Tensor([1.0, 0.5, 2.0]), [8, 3.5], "matrix @ vector")
        same(Tensor([2.0, 1.0]) @ Tensor(a), [2.0, 3, 8], "vector @ matrix")
        batch = np.arange(12.0).reshape(2, 2, 3)
        same(Tensor(batch) @ Tensor(b), batch @ b, "a batch of matrices @ a matrix")
        same(Tensor([[1, 2]]) @ Tensor([[3], [4]]), [[11]], "integers")
    with check.part(1, "arrays from either side"):
        same(Tensor(a) @ b, a @ b, "tensor @ array")
        same(a @ Tensor(b), a @ b, "array @ tensor")
    ### END HIDDEN TESTS
    return check.points()


check_matmul()

# %% [markdown]
# ### Reductions

# %% nbgrader={"grade": false, "grade_id": "test-reduce", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_reduce():
    """An axis that is reduced disappears, or stays with size 1."""
    t = Tensor([[1, 9, 3], [8, 2, 4]])
    assert np.allclose(t.sum(axis=0), [9, 11, 7])
    assert np.allclose(t.mean(), 4.5)
    assert np.allclose(t.max(axis=1), [9, 8])
    assert np.allclose(t.argmax(axis=1), [1, 0])
    assert t.sum(axis=1, keepdims=True).shape == (2, 1)


test_reduce()

# %% nbgrader={"grade": true, "grade_id": "sum", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_sum():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.sum(), 27.0, "sum()")
        same(t.sum(axis=0), [9.0, 11, 7], "sum(axis=0), down the columns,")
        same(t.sum(axis=1, keepdims=True), [[13.0], [14]], "sum(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).sum(axis=-1), cube.sum(axis=-1), "sum(axis=-1)")
        same(Tensor(cube).sum(axis=(0, 2)), cube.sum(axis=(0, 2)), "sum(axis=(0, 2))")
        same(Tensor(cube).sum(keepdims=True), cube.sum(keepdims=True), "sum(keepdims=True)")
        same(Tensor(np.array([200, 100], np.uint8)).sum(), 300, "a sum of small integers must not overflow")
        assert t.data.tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_sum()

# %% nbgrader={"grade": true, "grade_id": "mean", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_mean():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.mean(), 4.5, "mean()")
        same(t.mean(axis=0), [4.5, 5.5, 3.5], "mean(axis=0), down the columns,")
        same(Tensor([1, 2]).mean(), 1.5, "the mean of the integers 1 and 2")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).mean(axis=1, keepdims=True), cube.mean(axis=1, keepdims=True), "keepdims")
        same(Tensor(cube).mean(axis=(0, 1)), cube.mean(axis=(0, 1)), "mean(axis=(0, 1))")
        same(Tensor([3, 5]).mean(), 4.0, "a mean is a float, even if it is whole")
        assert t.data.tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_mean()

# %% nbgrader={"grade": true, "grade_id": "max", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_max():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.max(), 9.0, "max()")
        same(t.max(axis=0), [8.0, 9, 4], "max(axis=0), down the columns,")
        same(t.max(axis=1, keepdims=True), [[9.0], [8]], "max(axis=1, keepdims=True)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor([[-3.0, -1], [-2, -5]]).max(axis=0), [-2.0, -1], "the largest of negative numbers")
        same(Tensor(cube).max(axis=-1), cube.max(axis=-1), "the largest of integers is an integer")
        same(Tensor(cube).max(keepdims=True), cube.max(keepdims=True), "max(keepdims=True)")
        assert t.data.tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_max()

# %% nbgrader={"grade": true, "grade_id": "argmax", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_argmax():
    check = Check()
    t = Tensor([[1.0, 9.0, 3.0], [8.0, 2.0, 4.0]])
    with check.part(1, "all of it, or along an axis"):
        same(t.argmax(), 1, "argmax(), the place and not the number,")
        same(t.argmax(axis=1), [1, 0], "argmax(axis=1), one place for each row,")
        same(t.argmax(axis=0), [1, 0, 1], "argmax(axis=0), one place for each column,")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, other types"):
        cube = np.random.default_rng(3).integers(-9, 9, (2, 3, 4))
        same(Tensor(cube).argmax(axis=-1), cube.argmax(axis=-1), "argmax(axis=-1)")
        same(t.argmax(axis=1, keepdims=True), [[1], [0]], "argmax(axis=1, keepdims=True)")
        same(Tensor([2.0, 7.0, 7.0]).argmax(), 1, "the first of two equal numbers")
        assert t.data.tolist() == [[1, 9, 3], [8, 2, 4]], "a reduction must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_argmax()

# %% [markdown]
# ### Reshape and transpose

# %% nbgrader={"grade": false, "grade_id": "test-shapes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_shapes():
    """A reshape keeps the order in memory, a transpose swaps rows and columns."""
    t = Tensor([[0, 1, 2], [3, 4, 5]])
    assert np.array_equal(t.reshape(3, 2), [[0, 1], [2, 3], [4, 5]])
    assert np.array_equal(t.transpose(), [[0, 3], [1, 4], [2, 5]])


test_shapes()

# %% nbgrader={"grade": true, "grade_id": "reshape", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_reshape():
    check = Check()
    t = Tensor([[0, 1, 2], [3, 4, 5]])
    with check.part(1, "another shape, the same order"):
        same(t.reshape(3, 2), [[0, 1], [2, 3], [4, 5]], "reshape(3, 2), row by row,")
        same(t.reshape((6,)), [0, 1, 2, 3, 4, 5], "reshape((6,)), a shape given as a tuple,")
    with check.part(1, "-1 stands for what is left"):
        same(t.reshape(3, -1), [[0, 1], [2, 3], [4, 5]], "reshape(3, -1)")
        same(t.reshape(-1), [0, 1, 2, 3, 4, 5], "reshape(-1)")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "more axes, sizes that don't fit, and the Tensor left as it was"):
        cube = np.arange(24.0).reshape(2, 3, 4)
        same(Tensor(cube).reshape((4, -1, 2)), cube.reshape(4, 3, 2), "three axes")
        same(Tensor([7.5]).reshape(()), 7.5, "down to a single number")
        with raises(ValueError):
            t.reshape(4, 2)
        assert t.data.tolist() == [[0, 1, 2], [3, 4, 5]], "reshape must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_reshape()

# %% nbgrader={"grade": true, "grade_id": "transpose", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_transpose():
    check = Check()
    t, cube = Tensor([[0, 1, 2], [3, 4, 5]]), np.arange(24).reshape(2, 3, 4)
    with check.part(1, "rows become columns"):
        same(t.transpose(), [[0, 3], [1, 4], [2, 5]], "transpose()")
    with check.part(1, "axes as given"):
        same(Tensor(cube).transpose(0, 2, 1), cube.transpose(0, 2, 1), "(2, 3, 4) by transpose(0, 2, 1)")
        same(Tensor(cube).transpose((1, 0, 2)), cube.transpose(1, 0, 2), "(2, 3, 4) by transpose((1, 0, 2))")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "all axes reversed, and the Tensor left as it was"):
        same(Tensor(cube).transpose(), cube.transpose(), "three axes are reversed")
        same(Tensor(cube).transpose(1, 2, 0), cube.transpose(1, 2, 0), "three axes change places in a ring")
        same(Tensor([1.5, 2.5]).transpose(), [1.5, 2.5], "one axis stays as it is")
        assert t.data.tolist() == [[0, 1, 2], [3, 4, 5]], "transpose must leave its Tensor as it was"
    ### END HIDDEN TESTS
    return check.points()


check_transpose()

# %% [markdown]
# ### Indexing and the printed form

# %% nbgrader={"grade": false, "grade_id": "test-index", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_index():
    """A part of a Tensor is a Tensor, and a Tensor shows what it is."""
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    assert np.array_equal(t[1], [4, 5, 6])
    assert t[:, 0].shape == (2,)
    assert len(t) == 2
    assert "(2, 3)" in repr(t)


test_index()

# %% nbgrader={"grade": true, "grade_id": "index", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_index():
    check = Check()
    t = Tensor([[1, 2, 3], [4, 5, 6]])
    with check.part(1, "rows, columns and single numbers"):
        same(t[1], [4, 5, 6], "t[1], the second row,")
        same(t[:, 1], [2, 5], "t[:, 1], the second column,")
        same(t[0, 2], 3, "t[0, 2]")
    ### BEGIN HIDDEN TESTS
    with check.part(1, "slices, masks and the end"):
        same(t[-1, ::2], [4, 6], "a negative index and a step")
        same(t[..., :1], [[1], [4]], "an ellipsis")
        same(t[t.data > 2], [3, 4, 5, 6], "a mask")
        same(t[np.array([1, 0, 1])], [[4, 5, 6], [1, 2, 3], [4, 5, 6]], "a list of rows")
        with raises(IndexError):
            t[2]
    ### END HIDDEN TESTS
    return check.points()


check_index()

# %% nbgrader={"grade": true, "grade_id": "len", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_len():
    rows = len(Tensor([[1, 2, 3], [4, 5, 6]]))
    assert rows == 2, f"len is the size of the first axis, 2 here; it says {rows}"
    assert len(Tensor(np.zeros((0, 3)))) == 0, "a Tensor with no rows has length 0"
    ### BEGIN HIDDEN TESTS
    with raises(TypeError, IndexError):
        len(Tensor(3.5))
    ### END HIDDEN TESTS


check_len()

# %% nbgrader={"grade": true, "grade_id": "repr", "locked": true, "schema_version": 3, "solution": false, "task": false}
def check_repr():
    check = Check()
    with check.part(1, "numbers and shape are shown"):
        shown = repr(Tensor([[1.5, -2.5, 17.0], [4.25, 5.0, 6.0]]))
        assert "Tensor" in shown, f"the word Tensor is missing in {shown}"
        assert "(2,3)" in shown.replace(" ", ""), f"the shape (2, 3) is missing in {shown}"
        for number in ("1.5", "-2.5", "17", "4.25"):
            assert number in shown, f"the number {number} is missing in {shown}"
    ### BEGIN HIDDEN TESTS
    with check.part(1, "large tensors are shortened"):
        shown = repr(Tensor(np.arange(500, 2_900).reshape(30, 80)))
        assert len(shown) < 2_000, "more than a thousand numbers should be shortened"
        assert "(30,80)" in shown.replace(" ", ""), "the shape should be shown"
        assert "500" in shown and "2899" in shown, "the first number and the last should be shown"
    ### END HIDDEN TESTS
    return check.points()


check_repr()

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% nbgrader={"grade": false, "grade_id": "test-module", "locked": true, "schema_version": 3, "solution": false, "task": false}
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

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
