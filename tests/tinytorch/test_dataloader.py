"""The exported datasets and DataLoader against NumPy, over sizes, shapes and types that nobody picked."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.dataloader import ArrayDataset, DataLoader, Dataset, DigitsDataset, SimpleDataset, fetch
from tinytorch.core.tensor import Tensor

quick = settings(max_examples=60, deadline=None)
COUNTS, SIZES = st.integers(1, 70), st.integers(1, 80)
NUMBERS = st.sampled_from([np.uint8, np.int32, np.int64, np.float32, np.float64])
CLASSES = st.sampled_from([np.uint8, np.int16, np.int64])


def numbered(count):
    """A dataset in which x and y of sample i are i."""
    return ArrayDataset(np.arange(count)[:, np.newaxis], np.arange(count))


class OneByOne:
    """Another dataset's samples, without its `take`."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        return self.dataset[index]


@st.composite
def arrays(draw):
    """x and y of 1 to 20 samples, x with up to three axes more."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4))
    x = draw(hnp.arrays(draw(NUMBERS), (draw(st.integers(1, 20)), *shape), elements=st.integers(0, 200)))
    return x, draw(hnp.arrays(draw(CLASSES), len(x), elements=st.integers(0, 100)))


def order_of(loader):
    return [int(number) for _, y in loader for number in y.data]


# -- datasets --------------------------------------------------------------------


@pytest.mark.slow
@quick
@given(arrays(), st.data())
def test_take_is_numpys_indexing(pair, data):
    """`take` is NumPy's indexing, and agrees with single samples."""
    x, y = pair
    dataset = ArrayDataset(x, y)
    places = data.draw(hnp.arrays(np.int64, st.integers(0, 12), elements=st.integers(0, len(x) - 1)))
    rows, classes = dataset.take(places)
    assert rows.dtype == np.float32 and classes.dtype == y.dtype
    assert np.array_equal(rows, x[places]) and np.array_equal(classes, y[places])
    for row, label, place in zip(rows, classes, places, strict=True):
        assert np.array_equal(row, dataset[place][0]) and label == dataset[place][1]


@quick
@given(st.integers(1, 300), st.integers(1, 9), st.integers(1, 12), st.integers(0, 2**32))
def test_a_simple_dataset_follows_from_size_and_seed(size, features, classes, seed):
    """It is as large as asked for, and the same for the same seed."""
    one, two = (SimpleDataset(size, features, classes, seed) for _ in range(2))
    assert len(one) == size == len(list(one))
    assert one.x.shape == (size, features) and one.x.dtype == np.float32
    assert one.y.shape == (size,) and one.y.dtype.kind == "i" and set(one.y) <= set(range(classes))
    assert np.array_equal(one.x, two.x) and np.array_equal(one.y, two.y)
    assert not np.array_equal(one.x, SimpleDataset(size, features, classes, seed + 1).x)


def test_there_is_something_to_learn_in_a_simple_dataset():
    dataset = SimpleDataset(size=600, num_features=8, num_classes=5, seed=1)
    centres = np.stack([dataset.x[dataset.y == label].mean(axis=0) for label in range(5)])
    nearest = ((dataset.x[:, np.newaxis] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == dataset.y).mean() > 0.8


def test_lengths_that_differ_are_shown():
    with pytest.raises(ValueError, match="x and y must be of one length, not 3 and 2"):
        ArrayDataset(np.zeros((3, 4)), [0, 1])


@pytest.mark.parametrize(
    "dataset", [[([0.5], 1)], numbered(3), OneByOne(numbered(3))], ids=lambda each: type(each).__name__
)
def test_what_can_be_counted_and_looked_up_is_a_dataset(dataset):
    assert isinstance(dataset, Dataset)
    assert not isinstance(object(), Dataset)


# -- the digits ------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts():
    return DigitsDataset(train=True), DigitsDataset(train=False)


@pytest.mark.slow
def test_the_digits_have_the_documented_sizes_and_form(parts):
    assert [len(part) for part in parts] == [1433, 364]
    for part in parts:
        x, y = part[0]
        assert x.shape == (64,) and x.dtype == np.float32 and np.issubdtype(type(y), np.integer)
        assert part.x.min() == 0 and part.x.max() == 1 and set(part.y) == set(range(10))


def test_the_two_parts_are_all_the_digits_and_share_none(parts):
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    rows = sorted((*x, y) for part in parts for x, y in zip((16 * part.x).tolist(), part.y.tolist(), strict=True))
    assert rows == sorted((*x, y) for x, y in zip(pixels.tolist(), digits.tolist(), strict=True))
    assert len(np.unique(np.concatenate([part.x for part in parts]), axis=0)) == len(pixels), "all images differ"


def test_every_fifth_of_each_digit_is_held_out(parts):
    trained, held_out = (np.bincount(part.y) for part in parts)
    assert np.array_equal(held_out, -(-(trained + held_out) // 5))
    assert np.array_equal(DigitsDataset(train=False).x, parts[1].x)


# -- batches ---------------------------------------------------------------------


@pytest.mark.slow
@quick
@given(arrays(), SIZES)
def test_batches_in_order_are_slices(pair, batch_size):
    """Batches in order are slices, however the samples are read."""
    x, y = pair
    for dataset in (ArrayDataset(x, y), OneByOne(ArrayDataset(x, y)), list(zip(x, y, strict=True))):
        batches = list(DataLoader(dataset, batch_size, shuffle=False))
        assert len(batches) == -(-len(x) // batch_size)
        for number, (xs, ys) in enumerate(batches):
            part = slice(number * batch_size, (number + 1) * batch_size)
            assert isinstance(xs, Tensor) and isinstance(ys, Tensor)
            assert xs.dtype == np.float32 and ys.dtype == y.dtype
            assert np.array_equal(xs.data, x[part]) and np.array_equal(ys.data, y[part])


@quick
@given(COUNTS, SIZES, st.booleans(), st.booleans())
def test_len_counts_the_batches_of_an_epoch(count, batch_size, shuffle, drop_last):
    loader = DataLoader(numbered(count), batch_size, shuffle, seed=0, drop_last=drop_last)
    sizes = [len(y) for _, y in loader]
    assert len(loader) == len(sizes) == (count // batch_size if drop_last else -(-count // batch_size))
    assert all(size == batch_size for size in sizes[:-1])
    assert sum(sizes) == (count - count % batch_size if drop_last else count)


@quick
@given(st.integers(40, 80), SIZES, st.integers(0, 2**64))
def test_epochs_are_permutations_drawn_from_the_seed(count, batch_size, seed):
    """Epochs are permutations; they differ, and follow from the seed."""
    loader, twin = (DataLoader(numbered(count), batch_size, seed=seed) for _ in range(2))
    epochs = [order_of(loader) for _ in range(3)]
    assert all(sorted(epoch) == list(range(count)) for epoch in epochs)
    assert len(set(map(tuple, epochs))) == 3  # by chance equal once in 40! cases
    assert epochs == [order_of(twin) for _ in range(3)]
    other = DataLoader(OneByOne(numbered(count)), batch_size, seed=seed)
    assert order_of(other) == epochs[0]


def test_every_sample_stands_in_every_place_equally_often():
    """Pearson's chi-squared over places and samples; the bound is its mean and five standard deviations."""
    count, epochs = 12, 4_000
    loader = DataLoader(numbered(count), count, seed=1)
    seen = np.zeros((count, count))
    for _ in range(epochs):
        seen[np.arange(count), order_of(loader)] += 1
    expected = epochs / count
    degrees = (count - 1) ** 2
    assert ((seen - expected) ** 2 / expected).sum() < degrees + 5 * np.sqrt(2 * degrees)


def test_loops_over_one_loader_do_not_disturb_each_other():
    loader, twin = (DataLoader(numbered(50), 8, seed=2) for _ in range(2))
    one, two = iter(loader), iter(loader)
    turns = [(a.data.tolist(), b.data.tolist()) for (_, a), (_, b) in zip(one, two, strict=True)]
    assert [list(chain.from_iterable(part)) for part in zip(*turns, strict=True)] == [order_of(twin), order_of(twin)]
    next(iter(loader)), next(iter(twin))
    assert order_of(loader) == order_of(twin)


def test_the_global_generator_is_neither_used_nor_seeded():
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    order_of(DataLoader(SimpleDataset(size=30, seed=1), 4, seed=3))
    assert np.random.random() == expected


def test_a_batch_is_a_copy():
    dataset = numbered(6)
    for x, y in DataLoader(dataset, 3, shuffle=False):
        x.data[...], y.data[...] = -1, -1
    assert dataset.x.ravel().tolist() == dataset.y.tolist() == list(range(6))


def test_samples_may_be_tensors_and_targets_no_classes():
    samples = [(Tensor([[i, 0.5]]), Tensor(i / 2)) for i in range(4)]
    x, y = fetch(samples, np.array([3, 1]))
    assert x.data.tolist() == [[[3, 0.5]], [[1, 0.5]]]
    assert y.data.tolist() == [1.5, 0.5] and y.dtype == np.float32


@pytest.mark.parametrize("size", [0, -1, -32])
def test_a_batch_size_below_one_is_refused_by_name_and_value(size):
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, not {size}$"):
        DataLoader(numbered(3), size)


@pytest.mark.parametrize(
    "empty", [[], OneByOne([]), ArrayDataset(np.zeros((0, 4)), [])], ids=lambda each: type(each).__name__
)
def test_a_dataset_without_samples_is_refused(empty):
    """A dataset without samples is refused by name and value."""
    with pytest.raises(ValueError, match="dataset must have samples, but its length is 0"):
        DataLoader(empty)


@pytest.mark.slow
def test_the_digits_are_loaded_where_they_are_used():
    import subprocess
    import sys

    code = "import sys, tinytorch.core.dataloader; assert not {'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
