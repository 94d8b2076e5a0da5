"""The trained networks are what their cards say, and can be trained anew."""

from itertools import pairwise

import numpy as np
import pytest

from tests.support.toy_course import PROJECT
from tinytorch.core.dataloader import DataLoader, DigitsDataset
from tinytorch.core.networks import load, save
from tinytorch.core.tensor import Tensor
from tinytorch.models import CARDS, load_model, train, weights_of
from tito.course.course import Course

pytestmark = pytest.mark.slow

ONE_DIGIT = 1 / 364
REPRODUCED = 0.015  # what another build of NumPy may differ by: some five of the held-out digits


@pytest.fixture(scope="module")
def held_out():
    return DigitsDataset(train=False)


@pytest.fixture(scope="module")
def made():
    """All networks, trained anew."""
    return train.train_all()


def stored(name):
    with np.load(weights_of(name), allow_pickle=False) as file:
        return [file[f"arr_{number}"] for number in range(len(file.files))]


def share_right(network, dataset):
    right = [np.asarray(network(x)).argmax(axis=1) == y.data for x, y in DataLoader(dataset, 64, shuffle=False)]
    return np.concatenate(right).mean()


# -- the cards -------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_a_network_is_as_accurate_as_its_card_says(name, held_out):
    """A network reads as many held-out digits as its card says."""
    found = share_right(load_model(name), held_out)
    assert found >= 0.95
    assert found == pytest.approx(CARDS[name].accuracy, abs=1.01 * ONE_DIGIT)  # a near tie may turn over


@pytest.mark.parametrize("name", CARDS)
def test_size_and_parameters_are_those_of_the_card(name):
    card, sizes = CARDS[name], CARDS[name].sizes
    assert weights_of(name).stat().st_size == card.file_bytes
    assert sum(array.size for array in stored(name)) == card.parameters
    assert card.parameters == sum((before + 1) * after for before, after in pairwise(sizes))
    assert [parameter.shape for parameter in load_model(name).parameters()] == [array.shape for array in stored(name)]


def test_the_variants_are_made_of_the_first_network():
    first, half, small = stored("digits_mlp"), stored("digits_half"), stored("digits_pruned")
    assert all(array.dtype == np.float32 for array in first + small)
    assert all(
        np.array_equal(a.astype(np.float16), b) and b.dtype == np.float16 for a, b in zip(first, half, strict=True)
    )
    directions = small[0] / np.linalg.norm(small[0], axis=0)
    alike = directions.T @ (first[0] / np.linalg.norm(first[0], axis=0))
    assert (alike.max(axis=1) > 0.9).all(), "each hidden unit that was kept has hardly turned while it was trained on"


def test_a_missing_network_is_named_with_those_that_exist():
    """The error names the network that is missing, and those that exist."""
    with pytest.raises(ValueError, match="no trained network is called 'digits'; there are digits_mlp, digits_wide"):
        load_model("digits")


# -- training --------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_training_anew_reproduces_the_accuracy(name, made, held_out):
    found = train.accuracy(made[name], held_out.x, held_out.y)
    assert found >= 0.95
    assert found == pytest.approx(CARDS[name].accuracy, abs=REPRODUCED)
    assert [array.shape for array in made[name]] == [array.shape for array in stored(name)]


def test_a_seed_makes_the_same_bytes_on_one_machine():
    digits, first = DigitsDataset(), stored("digits_pruned")
    twins = [train.train(first, digits.x, digits.y, np.random.default_rng(3), epochs=2) for _ in range(2)]
    other = train.train(first, digits.x, digits.y, np.random.default_rng(4), epochs=2)
    assert all(np.array_equal(a, b) for a, b in zip(*twins, strict=True))
    assert not np.array_equal(twins[0][0], other[0])
    assert all(np.array_equal(a, b) for a, b in zip(first, stored("digits_pruned"), strict=True)), "left as it was"


def test_gradients_agree_with_finite_differences():
    rng = np.random.default_rng(0)
    arrays = [array.astype(np.float64) for array in train.fresh((5, 7, 6, 4), rng)]
    x, y = rng.normal(size=(9, 5)), rng.integers(4, size=9)

    def loss():
        scores = train.outputs_of(arrays, x)[-1]
        return (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(9), y]).mean()

    for array, slopes in zip(arrays, train.gradients(arrays, x, y), strict=True):
        for place in np.ndindex(array.shape):
            kept, sides = array[place], []
            for step in (1e-6, -1e-6):
                array[place] = kept + step
                sides.append(loss())
            array[place] = kept
            assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(slopes[place], abs=1e-7)


def test_pruning_keeps_the_units_with_the_largest_weights():
    arrays = train.fresh((6, 9, 3), np.random.default_rng(1))
    arrays[0][:, [2, 5]] *= 100
    x = np.random.default_rng(2).normal(size=(4, 6)).astype(np.float32)
    small = train.pruned(arrays, 2)
    assert np.array_equal(small[0], arrays[0][:, [2, 5]])
    others = [unit for unit in range(9) if unit not in (2, 5)]
    arrays[2][others] = 0
    assert np.allclose(train.outputs_of(small, x)[-1], train.outputs_of(arrays, x)[-1], rtol=1e-5)


def test_the_script_writes_what_load_reads_and_save_writes(made, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(train, "train_all", lambda: made)
    train.main(["--folder", str(tmp_path)])
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(CARDS)
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in CARDS)
    network = load_model("digits_mlp")
    load(network, tmp_path / "digits_mlp.npz")
    x = np.random.default_rng(0).random((3, 64), dtype=np.float32)
    assert np.allclose(network(Tensor(x)).data, train.outputs_of(made["digits_mlp"], x)[-1], rtol=1e-5)
    save(network, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "digits_mlp.npz").read_bytes()


# -- where they are --------------------------------------------------------------


def test_they_go_to_learners_with_the_package():
    given = {path.name for path in Course(PROJECT).package_extras}
    assert given >= {f"{name}.npz" for name in CARDS} | {"__init__.py", "report_page.py"}
