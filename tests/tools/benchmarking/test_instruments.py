"""Models and data that checks measure with, on a simulated clock."""

import threading
import time

import numpy as np
import pytest

from tito.tools.benchmarking.instruments import (
    MOST_CALLS,
    Recorder,
    SlowLookup,
    SlowSample,
    SlowScores,
    TimedModel,
    identify,
    now,
    samples,
    target_of,
)
from tito.tools.testing import virtual_time


def test_a_call_takes_its_time_and_is_remembered():
    model = TimedModel(lambda call: 0.010 * (call + 1))
    with virtual_time():
        start = now()
        for sample in samples(3):
            model(sample)
        assert now() - start == pytest.approx(0.060)
    assert [call.samples for call in model.calls] == [(0,), (1,), (2,)]
    assert [call.service_s for call in model.calls] == pytest.approx([0.010, 0.020, 0.030])


def test_overlapping_calls_queue_for_the_device():
    model = TimedModel(0.010)
    with virtual_time():
        threads = [threading.Thread(target=model, args=(sample,)) for sample in samples(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    begun = model.calls[0].asked_s
    assert [call.asked_s - begun for call in model.calls] == pytest.approx([0, 0, 0])
    assert [call.end_s - begun for call in model.calls] == pytest.approx([0.010, 0.020, 0.030])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["scores", "class", "bare", "slow"])
def test_answers_are_right_for_a_known_share(form):
    model = TimedModel(0.001, wrong_every=4, form=form)
    with virtual_time():
        answers = [model(sample) for sample in samples(8)]
    predictions = [answer["prediction"] if isinstance(answer, dict) else answer for answer in answers]
    classes = [each if isinstance(each, int) else list(each).index(max(each)) for each in predictions]
    right = [found == target_of(index) for index, found in enumerate(classes)]
    assert sum(right) / 8 == model.accuracy_on(range(8)) == 0.75
    assert isinstance(answers[0], dict) == (form != "bare")


def test_one_sample_only_unless_it_takes_batches():
    batch = samples(3)
    with virtual_time():
        with pytest.raises(TypeError, match="a batch of 3"):
            TimedModel()(batch)
        model = TimedModel(takes_batches=True)
        assert len(model(batch)["prediction"]) == 3
    assert [call.samples for call in model.calls] == [(0, 1, 2)]


def test_a_model_that_fails_and_one_that_calls_back():
    seen = []
    model = TimedModel(0.001, fails_at=1, on_call=seen.append)
    with virtual_time():
        model(samples(1)[0])
        with pytest.raises(RuntimeError, match="unplugged"):
            model(samples(1)[0])
    assert seen == [0]


class Tensor:
    def __init__(self, data):
        self.data = np.asarray(data)


ROW = samples(6)[5]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ROW, ([5], False)),
        (ROW["data"], ([5], False)),
        (np.float32(ROW["data"]), ([5], False)),
        ((ROW["data"], 2), ([5], False)),
        (Tensor(ROW["data"]), ([5], False)),
        (np.array([ROW["data"]]), ([5], False)),
        ([ROW, samples(1)[0]], ([5, 0], True)),
        (np.array([ROW["data"], samples(1)[0]["data"]]), ([5, 0], True)),
        ([(ROW["data"], 2), (ROW["data"], 2)], ([5, 5], True)),
        ({"data": [ROW["data"], ROW["data"]]}, ([5, 5], True)),
    ],
)
def test_samples_are_known_however_they_are_handed_over(given, expected):
    assert identify(given) == expected


@pytest.mark.parametrize("given", ["sample", None, [], 3])
def test_what_is_no_sample_is_refused(given):
    with pytest.raises(TypeError):
        identify(given)


def spent(action) -> float:
    with virtual_time():
        start = time.perf_counter()
        action()
        return time.perf_counter() - start


def test_looking_up_costs():
    rows = SlowLookup(samples(10), 0.005)
    assert spent(lambda: rows[-1]) == pytest.approx(0.005)
    assert spent(lambda: rows[2:5]) == pytest.approx(0.015)
    assert spent(lambda: list(iter(rows))) == pytest.approx(0.050)
    assert spent(lambda: len(rows)) == 0


def test_reading_the_target_costs_and_nothing_else_does():
    row = SlowSample(ROW, 0.007)
    assert spent(lambda: row["target"]) == spent(lambda: row.get("target")) == pytest.approx(0.007)
    assert spent(lambda: (row["data"], row.get("weight"), "target" in row)) == 0


@pytest.mark.parametrize("score", [np.argmax, max, lambda s: s.index(2.0), lambda s: s[0], list])
def test_going_through_scores_costs(score):
    assert spent(lambda: score(SlowScores([1.0, 2.0], 0.012))) > 0.0119


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.append(1),
        lambda rows: rows.sort(key=id),
        lambda rows: rows.__setitem__(0, 1),
        lambda rows: rows.pop(),
        lambda rows: rows[1].update(used=True),
        lambda rows: rows[1].pop("target"),
        lambda rows: np.random.default_rng(0).shuffle(rows),
    ],
)
def test_a_witness_sees_every_change(change):
    witness = Recorder()
    rows = witness.samples(4)
    assert rows == samples(4)
    witness.assert_untouched("the dataset")
    change(rows)
    with pytest.raises(AssertionError, match="belongs to the caller"):
        witness.assert_untouched("the dataset")


@pytest.mark.slow
def test_a_device_may_be_called_to_the_bound_and_no_further():
    model = TimedModel(0.001)
    with virtual_time():
        model.work_through([0], MOST_CALLS - 2)
        for sample in samples(2):
            model(sample)
        with pytest.raises(ValueError, match="at most 100,000"):
            model(samples(1)[0])
    assert len(model.calls) == MOST_CALLS
