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
# # Data loader
#
# > Samples in batches, in a new order each time: what stands between a dataset and a model.
#
# **Time:** 2 to 3 hours · **Needs:** tensor · **Points:** 30, and 5 for the written question
#
# A model learns from samples, many times over, a few at a time. Which ones, in which order, in which form?
# The *dataset* knows the samples, the *data loader* answers the rest. In this module you write both.
#
# 1. What does a dataset have to promise, so that any loader can read it?
# 2. How are samples cut into batches, so that none is lost and none comes twice?
# 3. What is chance allowed to change, and how can a run with chance in it be repeated?
#
# You write four things: `ArrayDataset`, `SimpleDataset`, the function `fetch`, and `DataLoader`. Five checks
# grade them, with 30 points in all. `DigitsDataset`, real handwriting, is given.

# %%
#| default_exp core.dataloader
# %load_ext tito

# %%
#| export
from typing import Protocol, runtime_checkable

import numpy as np

from tinytorch.core.tensor import Tensor

# %% [markdown]
# ## The idea
#
# **A dataset is two promises.** It has a length, and it can be asked for sample number $i$, which is a pair:
# `x`, what the model sees, and `y`, what it should answer. Nothing is said about where the samples lie. They
# may be rows of an array, files on a disk, or made up on the spot. In Python's words: `__len__`, and
# `__getitem__` with an `IndexError` past the end, by which a `for` loop knows that it is over. A list of
# pairs is a dataset already.
#
# **An epoch is one visit to every sample.** It is cut into *batches* of $b$ samples, since a matrix product
# over 32 samples costs far less than 32 products over one. From $n$ samples come
#
# $$\text{batches} = \left\lceil \frac{n}{b} \right\rceil, \qquad
#   \text{the last one of size } n - b\left(\left\lceil \tfrac{n}{b} \right\rceil - 1\right),$$
#
# or, if an incomplete last batch is unwanted, $\lfloor n / b \rfloor$ full ones. Some samples are then left
# out, others in each epoch.
#
# **A batch is an estimate.** What training wants to know (the mean loss, the mean gradient) is a mean over
# all $n$ samples. A batch gives the mean over $b$ of them. When the batch was drawn by chance, without
# drawing one twice, that mean is right on average. With $\sigma$ for the standard deviation of the samples, that
# of the mean is
#
# $$\sigma_b = \frac{\sigma}{\sqrt{b}} \sqrt{\frac{n - b}{n - 1}}.$$
#
# Four times the batch halves the error. But the formula holds for chance alone. Samples usually lie on a
# disk in some order, such as every picture of a 0 first, then every picture of a 1. A batch of one kind says
# little of the mean over all, however large it is. So the order is shuffled before each epoch.
#
# **Predict first.** 27 samples of three classes lie on the disk class by class. Which classes does the second
# batch of 8 hold, unshuffled?

# %% tags=["hide-input"]
import matplotlib.pyplot as plt


def draw_epoch(axes, classes, batch_size, title):
    """Draw an epoch as one row of squares for each batch, coloured and labelled by class."""
    for place, label in enumerate(classes):
        row, column = divmod(place, batch_size)
        axes.add_patch(plt.Rectangle((column, row), 0.9, 0.9, color=f"C{label}"))
        axes.text(column + 0.45, row + 0.5, label, ha="center", va="center", color="white", fontsize=9)
    batches = -(-len(classes) // batch_size)
    axes.set(
        xlim=(0, batch_size), ylim=(batches, 0), aspect="equal", title=title, xlabel="place in the batch"
    )
    axes.set_xticks([])
    axes.set_yticks(np.arange(batches) + 0.5, range(batches))


on_disk = np.repeat([0, 1, 2], 9)  # 27 samples of three classes, one class after the other
chance = np.random.default_rng(3)
figure, panels = plt.subplots(1, 3, figsize=(10, 2.7), sharey=True)
draw_epoch(panels[0], on_disk, 8, "in the order of the disk")
draw_epoch(panels[1], chance.permutation(on_disk), 8, "shuffled, first epoch")
draw_epoch(panels[2], chance.permutation(on_disk), 8, "shuffled, second epoch")
panels[0].set_ylabel("number of the batch")
figure.suptitle("27 samples of the classes 0, 1 and 2, in batches of 8")
figure.tight_layout()
plt.show()

# %% [markdown]
# **What to see.** On the left, batch 0 knows the class 0 only. On the right every full batch has some of
# each, and the two epochs are cut differently. The last batch has three samples: 27 is three times 8, and 3.
#
# ### Chance that can be repeated
#
# A random generator is a machine with a state: each draw gives a number and moves the state on. The *seed*
# sets the first state. So the whole sequence of draws follows from the seed, and an experiment with a seed
# can be repeated. Three things go wrong with it.
#
# | mistake | what comes of it |
# |---|---|
# | a new generator from the same seed for each epoch | every epoch has the same order |
# | `np.random.seed(0)`, the generator that all code shares | any other code that draws changes your order |
# | one order, kept in the loader and mixed in place | two loops over the loader mix each other up |
#
# So: one generator for each loader, made once, and one order for each epoch.
#
# ### One sample at a time, or a whole batch
#
# Python spends about a tenth of a microsecond on a step of its own, whatever it works on. A batch of 32 rows
# that is looked up row by row pays that 32 times over, then once more to stack the rows. NumPy copies
# many rows in a single step, `array.take(indices, axis=0)`. A dataset that has its samples in arrays should
# make use of it. How does the loader know? By a third promise, which a dataset may make or not:
#
# > `take(indices)` gives the samples at these places at once: `x` and `y` with one row for each index, in
# > the order of `indices`.
#
# The loader checks whether the dataset has a `take`. If so, it asks once for the batch; if not, once for each
# sample.

# %% [markdown]
# ## Datasets
#
# The two promises as Python writes them. A class need not inherit from `Dataset`; it is enough to keep them.

# %% given given-dataset
#| export
@runtime_checkable
class Dataset(Protocol):
    """Samples that can be counted and looked up; a list of (x, y) pairs is one.

    It may also have `take(indices)`, which gives x and y of many samples at once, a row for each index.
    """

    def __len__(self):
        """How many samples there are."""

    def __getitem__(self, index):
        """Sample number `index`, counted from 0, as the pair (x, y). IndexError past the end."""


# %% [markdown]
# Every place that says `YOUR CODE HERE` is yours. Write a class, run its cell, then run its test and its
# check further down, and come back for the next.
#
# `ArrayDataset` is the dataset for everything that fits into memory. `SimpleDataset` makes samples up, for
# trying things out. How they come about is free, as long as the same seed makes the same samples. Points
# around a centre for each class are a good choice, since there is something in them to be learned.

# %% solution write-datasets
#| export
class ArrayDataset:
    """Samples in two arrays: sample i is row i of `x` with row i of `y`."""

    def __init__(self, x, y):
        """Keep `x` (samples, …) as float32 in `self.x`, and `y` (samples, …) with its own type in `self.y`.

        ValueError, with both lengths, when there are more of one than of the other.
        """
        ### BEGIN SOLUTION
        if len(x) != len(y):
            raise ValueError(f"x and y must be of one length, not {len(x)} and {len(y)}")
        self.x, self.y = np.asarray(x, dtype=np.float32), np.asarray(y)
        ### END SOLUTION

    def __len__(self):
        """How many samples there are."""
        ### BEGIN SOLUTION
        return len(self.x)
        ### END SOLUTION

    def __getitem__(self, index):
        """Sample number `index` as the pair (x, y). IndexError past the end, which NumPy raises by itself."""
        ### BEGIN SOLUTION
        return self.x[index], self.y[index]
        ### END SOLUTION

    def take(self, indices):
        """The samples at `indices`, an array of integers, as one array x and one array y, in that order.

        Example: for indices of shape (32,) and samples of shape (64,), x is (32, 64) and y is (32,).
        Hint: array.take(indices, axis=0) is the quickest way; array[indices] gives the same.
        """
        ### BEGIN SOLUTION
        return self.x.take(indices, axis=0), self.y.take(indices, axis=0)
        ### END SOLUTION


class SimpleDataset(ArrayDataset):
    """Made-up samples, the same for the same seed: x float32 of shape (num_features,), y a class.

    There are `size` of them; classes are the integers from 0 up to, not including, `num_classes`.
    """

    def __init__(self, size=100, num_features=4, num_classes=3, seed=0):
        """Draw the samples from a generator of their own, np.random.default_rng(seed), and keep them.

        Steps: a centre for each class, (num_classes, num_features); a class for each sample, (size,); to
        the centre of each sample's class add noise of shape (size, num_features).
        """
        ### BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        centres = 2 * rng.standard_normal((num_classes, num_features), dtype=np.float32)
        y = rng.integers(num_classes, size=size)
        super().__init__(centres[y] + rng.standard_normal((size, num_features), dtype=np.float32), y)
        ### END SOLUTION


# %% [markdown]
# And real data: 1,797 digits, written by hand on forms, scanned and reduced to 8 × 8 pixels. It is the test
# part of the *Optical Recognition of Handwritten Digits* set of the UCI Machine Learning Repository (E.
# Alpaydin and C. Kaynak, 1998). scikit-learn has carried it inside its package for many years, so it is there
# without a network. A model is judged by samples that it was not trained on, so every fifth sample of each
# digit is *held out*: 364 samples, and 1,433 to train on. The choice is by counting, not by chance, so that
# it is the same everywhere. The same writer's digits may be in both parts.

# %% given given-digits
#| export
class DigitsDataset(ArrayDataset):
    """Hand-written digits (UCI): x float32 of shape (64,), 8 × 8 pixels from 0 to 1; y from 0 to 9.

    Every fifth sample of each digit is held out: 1,433 samples with `train=True`, 364 without.
    """

    def __init__(self, train=True):
        from sklearn.datasets import load_digits  # not at the top: loading it takes seconds

        pixels, digits = load_digits(return_X_y=True)
        held_out = np.zeros(len(digits), dtype=bool)
        for digit in range(10):
            held_out[np.flatnonzero(digits == digit)[::5]] = True
        chosen = held_out != train
        super().__init__(pixels[chosen] / 16, digits[chosen])


# %% [markdown]
# ## The loader
#
# `fetch` makes a batch of the samples at given places, and is the only one to know `take`. `x` becomes
# float32, whatever it was: pixels often come as bytes. `y` keeps its type: a class is an integer, and
# later on it serves as an index.
#
# `DataLoader` decides which places come next. Python calls `__iter__` at the beginning of each `for` loop,
# hence once an epoch. With a `yield` inside it is a *generator function*: each call makes an iterator of its
# own, whose local variables belong to it alone.

# %% solution write-loader
#| export
def fetch(dataset, indices):
    """The samples at `indices`, an array of integers, as Tensors with a row for each: x float32, y as it is.

    Steps: where the dataset has a `take`, ask it once for all of them; else look them up one by one.
    Hint: zip(*pairs) makes all the x and all the y out of the pairs. np.stack makes one array of many
    things, be they numbers, lists, arrays or Tensors.
    """
    ### BEGIN SOLUTION
    if hasattr(dataset, "take"):
        x, y = dataset.take(indices)
    else:
        x, y = map(np.stack, zip(*(dataset[index] for index in indices)))
    return Tensor(x, dtype=np.float32), Tensor(y)
    ### END SOLUTION


class DataLoader:
    """Batches of `dataset`: `for x, y in loader` is an epoch, with x (batch, …) float32 and y (batch, …).

    With `shuffle` each epoch has an order of its own; a `seed` makes the sequence of the orders repeatable.
    The last batch may be shorter than `batch_size`; `drop_last` leaves it out then. The dataset is only read.
    """

    def __init__(self, dataset, batch_size=32, shuffle=True, seed=None, drop_last=False):
        """Keep the arguments, and make the loader's own generator, np.random.default_rng(seed).

        ValueError for a batch_size below 1 and for a dataset without samples, with the name and the value.
        """
        ### BEGIN SOLUTION
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        if len(dataset) == 0:
            raise ValueError("dataset must have samples, but its length is 0")
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last = shuffle, drop_last
        self.rng = np.random.default_rng(seed)
        ### END SOLUTION

    def __len__(self):
        """How many batches an epoch has, told without reading a sample."""
        ### BEGIN SOLUTION
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)
        ### END SOLUTION

    def __iter__(self):
        """Run through an epoch: yield its batches, each a pair of Tensors (x, y).

        Steps: the numbers of all samples, shuffled if need be; then, piece by piece, `fetch` the batches.
        Every sample comes once, and other loops over this loader, before or meanwhile, make no difference.
        """
        ### BEGIN SOLUTION
        order = np.arange(len(self.dataset))
        if self.shuffle:
            self.rng.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            chosen = order[start : start + self.batch_size]
            if len(chosen) == self.batch_size or not self.drop_last:
                yield fetch(self.dataset, chosen)
        ### END SOLUTION


# %% [markdown]
# ## Does it work?
#
# For each part there is a test, which you can read and change a copy of, and a check, which is graded. The
# check holds a few cases more than it shows. The helpers below are theirs.

# %% given given-helpers tags=["hide-input"]
from contextlib import suppress
from itertools import islice

import numpy as np

from tito.tools.benchmarking.instruments import Recorder
from tito.tools.comparing import plain
from tito.tools.testing import Check, NamedMistake, raises


class Counted:
    """`count` samples, one at a time: sample i is ([i, i / 2], i % 3). Remembers which were looked up."""

    def __init__(self, count):
        self.count, self.looked_up = count, []

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if not 0 <= index < self.count:
            raise IndexError(f"sample {index} of {self.count}")
        self.looked_up.append(int(index))
        return np.array([index, index / 2]), int(index) % 3


class CountedInBatches(Counted):
    """The same samples, with `take`; remembers which places it was asked for."""

    def __init__(self, count):
        super().__init__(count)
        self.taken = []

    def take(self, indices):
        places = np.asarray(indices)
        self.taken.append(places.tolist())
        return np.stack([places, places / 2], axis=1), places % 3


def epoch_of(loader, most=500):
    """The batches of an epoch as a list; an error when there is no end of them."""
    batches = list(islice(iter(loader), most))
    assert len(batches) < most, f"an epoch should end; after {most} batches this one goes on"
    return batches


def numbers_in(batch):
    """Which samples a batch of the datasets above holds."""
    x, _ = batch
    rows = plain(x, "x of a batch")
    return rows.reshape(len(rows), -1)[:, 0].astype(int).tolist()


def numbers_of(loader):
    """Which samples each batch of an epoch holds, a list for each batch."""
    return [numbers_in(batch) for batch in epoch_of(loader)]


def order_of(loader):
    """The samples of an epoch in the order of their visit."""
    return [number for batch in numbers_of(loader) for number in batch]


def second_batch(dataset):
    """x and y of the second batch of four of ten samples."""
    batches = epoch_of(DataLoader(dataset, batch_size=4, shuffle=False))
    assert len(batches) > 1, f"10 samples in batches of 4 have a second batch; this epoch has {len(batches)} in all"
    return batches[1]


def bare(part):
    """The array of x or y of a batch, be it a Tensor or not: parts of their own are about that."""
    return plain(part.data if isinstance(part, Tensor) else part)


def array_in(tensor, what):
    """The array in a Tensor; an error when it is something else."""
    assert isinstance(tensor, Tensor), f"{what} of a batch should be a Tensor"
    return plain(tensor.data, f"{what} of a batch")


def refusal_of(act):
    """The text of the ValueError that `act` raises."""
    try:
        act()
    except ValueError as error:
        return str(error)
    raise AssertionError("this should be refused with a ValueError, but nothing was raised")


# %% [markdown]
# ### Datasets

# %% given test-array-dataset
def test_array_dataset():
    """Two arrays become samples, as long as they are of one length."""
    dataset = ArrayDataset([[1, 2], [3, 4], [5, 6]], [7, 8, 9])
    x, y = dataset[1]
    assert len(dataset) == 3 and np.array_equal(x, [3, 4]) and y == 8
    rows, classes = dataset.take(np.array([2, 0]))
    assert np.array_equal(rows, [[5, 6], [1, 2]]) and np.array_equal(classes, [9, 7])
    with raises(ValueError, naming="2"):
        ArrayDataset([[1, 2], [3, 4], [5, 6]], [7, 8])


test_array_dataset()

# %% given test-dataset
def test_dataset():
    """Samples have a number, a form and a class, and the same seed makes the same ones."""
    dataset = SimpleDataset(size=20, num_features=5, num_classes=4, seed=1)
    x, y = dataset[7]
    assert len(dataset) == 20 and np.shape(x) == (5,) and 0 <= y < 4
    assert np.array_equal(x, SimpleDataset(size=20, num_features=5, num_classes=4, seed=1)[7][0])
    rows, classes = dataset.take(np.array([7, 0]))
    assert rows.shape == (2, 5) and np.array_equal(rows[0], x) and classes[0] == y


test_dataset()

# %% check dataset

# %% [markdown]
# ### The loader's arguments and its length

# %% given test-construct
def test_construct():
    """A loader that can't work says so when it is made."""
    with raises(ValueError, naming="batch_size"):
        DataLoader([([0.0], 0)], batch_size=0)
    with raises(ValueError, naming="dataset"):
        DataLoader([])


test_construct()

# %% check construct

# %% given test-len
def test_len():
    """10 samples in batches of 4: three batches, or two full ones."""
    samples = [([float(number)], number) for number in range(10)]
    assert len(DataLoader(samples, batch_size=4)) == 3
    assert len(DataLoader(samples, batch_size=4, drop_last=True)) == 2


test_len()

# %% check len

# %% [markdown]
# ### Batches

# %% given test-fetch
def test_fetch():
    """The samples at these places, as two Tensors with a row for each; `take` is used where there is one."""
    pairs = [([number, 0.5], number) for number in range(5)]
    for dataset in (pairs, ArrayDataset(*map(list, zip(*pairs)))):
        x, y = fetch(dataset, np.array([3, 1]))
        assert np.allclose(x.data, [[3, 0.5], [1, 0.5]]) and y.data.tolist() == [3, 1]


test_fetch()

# %% given test-batches
def test_batches():
    """Without shuffling, batches come in the order of the samples, as pairs of Tensors."""
    samples = [([number, 0.5], number) for number in range(5)]
    batches = list(DataLoader(samples, batch_size=2, shuffle=False))
    assert [y.data.tolist() for _, y in batches] == [[0, 1], [2, 3], [4]]
    x, y = batches[0]
    assert (x.shape, x.dtype) == ((2, 2), np.float32) and y.dtype.kind == "i"


test_batches()

# %% check batches

# %% [markdown]
# ### Shuffling

# %% given test-shuffle
def test_shuffle():
    """Each epoch visits every sample once, in an order of its own, which the seed decides."""
    samples = [([number], number) for number in range(30)]
    loader = DataLoader(samples, batch_size=8, seed=1)
    first, second = ([int(y) for _, ys in loader for y in ys.data] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(30))
    assert first != second
    assert first == [int(y) for _, ys in DataLoader(samples, batch_size=8, seed=1) for y in ys.data]


test_shuffle()

# %% check shuffle

# %% [markdown]
# ## Your loader on real data
#
# A shuffled batch of the held-out digits, as your loader gives it.
#
# **Predict first.** Of twenty digits with 8 × 8 pixels, how many can you read without doubt?

# %% tags=["hide-input"]
from tito.tools.testing import once_written

with once_written():
    held_out = DigitsDataset(train=False)
    images, digits = next(iter(DataLoader(held_out, batch_size=20, seed=1)))

    figure, panels = plt.subplots(2, 10, figsize=(10, 3.1))
    for axes, image, digit in zip(panels.flat, images.data.reshape(-1, 8, 8), digits.data, strict=True):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(f"y = {digit}", fontsize=10)
        axes.axis("off")
    figure.suptitle(
        f"A batch: x {images.shape} {images.dtype}, y {digits.shape} {digits.dtype}; each x shown as 8 × 8 pixels"
    )
    figure.tight_layout()
    plt.show()

# %% [markdown]
# **What to see.** Twenty different hands, in no order, each with its class. With 64 pixels you can read
# nearly all of them, and so will a small network.
#
# ### How good an estimate is a batch?
#
# The formula above, tried out: how much does the mean brightness of a batch vary from batch to batch? Once
# with your loader's shuffled batches, and once with batches of a file in which the digits are sorted.
#
# **Predict first.** From batches of 4 to batches of 64: by which factor does the spread shrink when they are
# shuffled, and does it shrink at all when they are sorted?

# %% tags=["hide-input"]
def spread_of_means(loader, epochs=20):
    """The standard deviation of the batches' mean brightness, over several epochs."""
    return np.std([x.data.mean() for _ in range(epochs) for x, _ in loader])


with once_written():
    digits_set = DigitsDataset()
    by_class = np.argsort(digits_set.y, kind="stable")
    sorted_set = ArrayDataset(digits_set.x[by_class], digits_set.y[by_class])
    sizes = [2, 4, 8, 16, 32, 64, 128]
    shuffled = [spread_of_means(DataLoader(sorted_set, b, seed=2, drop_last=True)) for b in sizes]
    in_order = [spread_of_means(DataLoader(sorted_set, b, shuffle=False, drop_last=True), 1) for b in sizes]
    brightness, n = digits_set.x.mean(axis=1), len(digits_set)
    formula = [brightness.std() / np.sqrt(b) * np.sqrt((n - b) / (n - 1)) for b in sizes]

    figure, axes = plt.subplots(figsize=(6.5, 3.8))
    axes.loglog(sizes, formula, color="0.6", label=r"$\sigma_b$ of the formula")
    axes.loglog(sizes, shuffled, "o", label="your loader, shuffled")
    axes.loglog(sizes, in_order, "s", label="in order, digits sorted")
    axes.minorticks_off()
    axes.set_xticks(sizes, sizes)
    axes.set_yticks([0.003, 0.01, 0.03], ["0.003", "0.01", "0.03"])
    axes.set(
        xlabel="batch size (samples)",
        ylabel="standard deviation of the mean\nbrightness (0 white, 1 black)",
        title="A shuffled batch is an estimate as good as the formula says",
    )
    axes.legend()
    figure.tight_layout()
    plt.show()

# %% [markdown]
# **What to see.** The round points lie on the line: four times the samples, half the spread. The squares fall
# more slowly. A batch of sorted data has digits of one or two kinds only, and more of the same kind adds
# little that is new: 128 sorted digits tell no more than 32 shuffled ones.
#
# ### What does a batch cost?
#
# Measured here and now: an epoch over the same samples, once by `take` and once by a dataset that hides it,
# so that your loader has to look up one sample after the other.
#
# **Predict first.** In batches of 256, how many times as long does a sample take without `take`?

# %% tags=["hide-input"]
import time


class WithoutTake:
    """Another dataset's samples, one at a time."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        return self.dataset[index]


def microseconds_a_sample(dataset, batch_size, epochs=9):
    """The median over a few epochs; the clock runs while the batches are fetched and nothing else is done."""
    loader, taken = DataLoader(dataset, batch_size, seed=0), []
    for _ in range(epochs):
        start = time.perf_counter()
        for _ in loader:
            pass
        taken.append(time.perf_counter() - start)
    return 1e6 * np.median(taken) / len(dataset)


with once_written():
    many = SimpleDataset(size=1_000, num_features=784)
    sizes = [1, 4, 16, 64, 256]
    figure, axes = plt.subplots(figsize=(6.5, 3.8))
    for dataset, mark, label in ((WithoutTake(many), "s-", "one sample at a time"), (many, "o-", "by take")):
        axes.loglog(sizes, [microseconds_a_sample(dataset, b) for b in sizes], mark, label=label)
    axes.set_xticks(sizes, sizes)
    axes.minorticks_off()
    axes.set(
        xlabel="batch size (samples)",
        ylabel="time for a sample (µs)",
        title="1,000 samples of 784 float32, measured here",
    )
    axes.legend()
    figure.tight_layout()
    plt.show()

# %% [markdown]
# **What to see.** Both lines fall at first, since the samples of a batch share what the batch costs once. By
# `take` that is nearly all, and a sample's part falls until only the copying of its 784 numbers, 3 kB, is
# left. One at a time, each sample goes on paying for its own look-up and for being stacked, however large the
# batch is.

# %% [markdown]
# ## All of it
#
# This runs every test above once more.

# %% given test-module
from tito.tools.testing import run_module_tests_auto

assert run_module_tests_auto("DataLoader")

# %% [markdown]
# ## In your own words
#
# A colleague's loader has no epochs. For each batch it draws `rng.integers(n, size=batch_size)`, any samples,
# whether they were seen before or not, and it calls $n / b$ such batches a round. About what share of the
# samples does a round never show (work it out for large $n$), what does that do to a measured accuracy on the
# held-out digits, and why may it be good enough for training? Three or four sentences.

# %% question reflection [markdown]
# A round makes n draws, and each of them misses a given sample with probability 1 - 1/n, so the sample is
# never shown with probability (1 - 1/n)^n, about 1/e or 37 %. An accuracy measured so leaves out a third of
# the held-out digits and counts others twice or more: it changes from round to round and isn't the accuracy
# on this set. For training each batch is still an unbiased estimate of the mean, with nearly the same spread,
# and what one round misses the next ones show.

# %% [markdown]
# ## What you have now
#
# - A dataset has a length and gives sample $i$ as a pair; with `take` it gives many at once.
# - An epoch visits each sample once; $\lceil n / b \rceil$ batches, the last one shorter.
# - One generator for each loader, one order for each epoch. The seed makes the sequence repeatable.
# - `x` is float32, `y` keeps its type.
#
# Next: measuring a model, one query at a time, with these datasets behind it.
