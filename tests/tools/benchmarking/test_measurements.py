"""Readers of results: tolerant of dress, strict about meaning."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

from tito.tools.benchmarking import measurements
from tito.tools.benchmarking.instruments import Call
from tito.tools.benchmarking.measurements import ServerRun
from tito.tools.testing import virtual_time


def calls(*times_s):
    """Calls one after the other, with these service times."""
    made, at = [], 100.0
    for number, service in enumerate(times_s):
        made.append(Call(at, at, at + service, (number,)))
        at += service + 0.001
    return made


def test_numbers_in_any_dress():
    for values in ([1, 2.5], (1.0, 2.5), np.array([1.0, 2.5]), [np.float32(1), np.float64(2.5)]):
        assert measurements.numbers(values, "latencies") == [1.0, 2.5]
    for values in (None, 3.0, ["fast"], [None]):
        with pytest.raises(AssertionError, match="latencies should be"):
            measurements.numbers(values, "latencies")


def test_not_measured_is_none_or_nan():
    assert measurements.is_unmeasured(None) and measurements.is_unmeasured(np.nan)
    assert not measurements.is_unmeasured(0.0)


def test_counted_calls_are_found_behind_and_before_others():
    made = calls(0.5, 0.6, 0.010, 0.020, 0.030, 0.9)
    assert measurements.counted(made, [0.030, 0.010, 0.020]) == made[2:5]
    assert measurements.counted(made, [0.030, 0.010, 0.030]) == []


def test_counted_calls_in_groups_the_last_one_shorter():
    made = calls(0.7, 0.010, 0.020, 0.040)
    assert measurements.counted(made, [0.031, 0.040], group=2) == made[1:]
    assert measurements.counted(made, [0.031, 0.041], group=2) == []


@pytest.mark.parametrize(
    ("latencies", "guess"),
    [
        ([10, 20, 30], "milliseconds"),
        ([-0.010, -0.020, -0.030], "backwards"),
        ([1e-6] * 3, "CPU time"),
        ([0.020] * 3, "all the same"),
        ([0.110, 0.120, 0.130], "added up"),
    ],
)
def test_the_mistake_is_guessed(latencies, guess):
    assert guess in measurements.what_is_wrong(latencies, [0.010, 0.020, 0.030])


def raiser(error):
    def action():
        raise error

    return action


def test_refusals_have_to_name_the_cause():
    measurements.refuses(raiser(ValueError("num_queries must be at least 1, got 0")), "num_queries=0", "num_queries")
    with pytest.raises(AssertionError, match="should name"):
        measurements.refuses(raiser(ValueError("bad")), "num_queries=0", "num_queries")
    with pytest.raises(AssertionError, match="was accepted"):
        measurements.refuses(lambda: None, "num_queries=0", "num_queries")
    with pytest.raises(ZeroDivisionError):
        measurements.refuses(raiser(ZeroDivisionError()), "num_queries=0", "num_queries")


def test_errors_have_to_come_through():
    measurements.lets_through(raiser(RuntimeError("the model's device was unplugged")), "it failed")
    measurements.lets_through(raiser(ValueError("sample 3 could not be answered")), "it failed")
    with pytest.raises(AssertionError, match="what came out was ZeroDivisionError"):
        measurements.lets_through(raiser(ZeroDivisionError("division by zero")), "it failed")
    with pytest.raises(AssertionError, match="never heard"):
        measurements.lets_through(lambda: None, "it failed")
    with pytest.raises(NotImplementedError):
        measurements.lets_through(raiser(NotImplementedError()), "it failed")


def test_one_way_is_enough_and_the_first_failure_is_told():
    measurements.pass_one_of(raiser(ValueError("first")), lambda: None)
    with pytest.raises(ValueError, match="first"):
        measurements.pass_one_of(raiser(ValueError("first")), raiser(ValueError("second")))


class Model:
    def __init__(self, made):
        self.calls = made

    def accuracy_on(self, indices):
        found = list(indices)
        return sum(index % 2 for index in found) / len(found)


class Result:
    def __init__(self, latencies, throughput=1.0, accuracy=0.5):
        self.latencies, self.throughput, self.accuracy = latencies, throughput, accuracy


def test_a_server_run_tells_warm_up_from_lost_latencies():
    made = calls(*[0.010] * 30)
    run = ServerRun(Model(made), Result([0.010] * 28), made[0].asked_s)
    assert run.calls == made[2:] and run.began_s == made[1].end_s
    apart = [Call(c.asked_s + i, c.start_s + i, c.end_s + i, c.samples) for i, c in enumerate(made)]
    for latencies in ([0.010] * 29, [0.010] * 10, [0.010] * 31):
        with pytest.raises(AssertionError, match="one for each"):
            _ = ServerRun(Model(apart), Result(latencies), 99.0).latencies
    assert ServerRun(Model(apart), Result([0.010] * 29), 99.0).calls == apart, "which were asked is known all the same"


def test_fair_throughput_and_accuracy():
    made = calls(*[0.009] * 100)  # one every 10 ms
    began = made[0].asked_s
    assert ServerRun(Model(made), Result([0.01] * 100, throughput=100.0), began).has_fair_throughput(1.0)
    assert not ServerRun(Model(made), Result([0.01] * 100, throughput=50.0), began).has_fair_throughput(1.0)
    assert ServerRun(Model(made), Result([0.01] * 100, accuracy=0.5), began).has_fair_accuracy(100)
    for accuracy in (0.51, None, float("nan")):
        assert not ServerRun(Model(made), Result([0.01] * 100, accuracy=accuracy), began).has_fair_accuracy(100)


@pytest.mark.parametrize(
    ("latencies", "name"),
    [
        ([], "no-latencies"),
        ([10.0, 12.0, 30.0], "not-in-seconds"),
        ([-0.01, -0.012, -0.03], "time-backwards"),
        ([1e-6, 1e-6, 2e-6], "cpu-time"),
        ([0.010, 0.022, 0.052], "cumulative"),
        ([0.0025, 0.003, 0.0075], "divided"),
        ([0.017, 0.017, 0.017], "all-the-same"),
        ([0.020, 0.022, 0.040], "timed-too-much"),
        ([0.010, 0.012], "not-its-own-time"),
    ],
)
def test_a_guess_has_the_name_of_its_mistake(latencies, name):
    guess = measurements.what_is_wrong(latencies, [0.010, 0.012, 0.030], "of each batch: ")
    assert guess.name == name and guess.startswith("of each batch: ")


def test_latencies_beside_the_models_time_are_too_long_or_too_short():
    assert measurements.beside_the_model([0.010, 0.014], 0.010).name == "timed-too-much"
    assert measurements.beside_the_model([0.005], 0.010).name == "timed-too-little"


def test_only_a_jump_is_blamed_on_the_clock():
    measurements.assert_steady_clock([0.010, 0.010], [0.010])
    for latencies, name in (
        ([0.010, 600.0], "wall-clock"), ([0.010, -1200.0], "wall-clock"), ([600_000.0, 10.0], "wall-clock"),
        ([10.0, 10.0], "not-in-seconds"), ([1e4, 1e4], "not-in-seconds"), ([1e7, 1e7], "not-in-seconds"),
        ([0.005, 0.005], "divided"), ([-0.01, -0.01], "time-backwards"),
    ):  # fmt: skip
        with pytest.raises(AssertionError) as told:
            measurements.assert_steady_clock(latencies, [0.010])
        assert told.value.args[0].name == name


def test_a_list_that_lost_its_order_is_told_so():
    for told, name in (([0.1, 0.2, 0.3], "order-lost"), ([0.1, 0.2, 0.4], "untrue-metadata")):
        with pytest.raises(AssertionError) as error:
            measurements.tells_no_untruth({"latencies_in_order": told}, latencies_in_order=[0.2, 0.1, 0.3])
        assert error.value.args[0].name == name
    measurements.tells_no_untruth({"latencies_in_order": [0.2, 0.1, 0.3]}, latencies_in_order=[0.2, 0.1, 0.3])


@pytest.mark.parametrize(
    ("words", "is_wrong"),
    [
        ("the model raised this for sample 1 of the dataset", False),
        ("sample index 9", True),
        ("query 9 failed, at sample #1", False),
        ("samples 0-3 of the batch", False),
        ("the device was unplugged", False),
    ],
)
def test_an_error_that_blames_another_sample(words, is_wrong):
    def fails():
        raise RuntimeError(words)

    if is_wrong:
        with pytest.raises(AssertionError, match="sample 1, and the error tells of sample 9"):
            measurements.blames_no_other_sample(fails, lambda: {1})
    else:
        measurements.blames_no_other_sample(fails, lambda: {1})


def test_a_clock_that_is_given_and_not_read_is_told_so():
    def measured_by(clock):
        start = clock()
        time.sleep(0.010)
        return SimpleNamespace(latencies=[clock() - start])

    def has_no_such_parameter():
        raise AssertionError("never reached")

    with virtual_time():
        measurements.assert_reads_the_given_clock(measured_by, 0.010)
        measurements.assert_reads_the_given_clock(has_no_such_parameter, 0.010)
        with pytest.raises(AssertionError) as error:
            measurements.assert_reads_the_given_clock(lambda clock: measured_by(time.perf_counter), 0.010)
    assert error.value.args[0].name == "clock-ignored"
