"""A server run judged by the device's record, against Lindley's recursion."""

import math
import random

import pytest

from tito.tools.benchmarking.instruments import Call
from tito.tools.benchmarking.queueing import (
    are_exponential,
    are_on_a_grid,
    gaps_between,
    in_turn,
    latencies_are_feasible,
    queued,
    variation_of,
    whole_numbers,
    within_chance,
    within_five_sigma,
)


def served(arrivals, service_s, late_s=0.0):
    """What a device records that serves `arrivals` in turn, and their true latencies (Lindley's recursion)."""
    calls, latencies, free_at = [], [], 0.0
    for arrival in arrivals:
        asked = max(arrival + late_s, free_at)
        free_at = asked + service_s
        calls.append(Call(asked, asked, free_at, (0,)))
        latencies.append(free_at - arrival)
    return calls, latencies


def poisson(rate, duration, seed=1):
    chance, arrivals, due = random.Random(seed), [], 0.0
    while (due := due + chance.expovariate(rate)) < duration:
        arrivals.append(due)
    return arrivals


@pytest.mark.parametrize("load", [0.1, 0.7, 0.95, 3.0])
@pytest.mark.parametrize("seed", range(5))
def test_true_latencies_could_be_in_any_order(load, seed):
    calls, latencies = served(poisson(50 * load, 6, seed), 0.020)
    for order in (latencies, sorted(latencies), sorted(latencies, reverse=True)):
        assert latencies_are_feasible(calls, order)


def test_latencies_of_a_polling_server_could_be():
    calls, latencies = served(poisson(30, 6), 0.020, late_s=0.004)
    assert latencies_are_feasible(calls, sorted(latencies))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda call, latency: latency * 1000,
        lambda call, latency: latency - call.service_s,
        lambda call, latency: 2 * latency - call.service_s,
        lambda call, latency: latency + 0.030,
    ],
)
def test_false_latencies_could_not_be(mistake):
    calls, latencies = served(poisson(70, 4), 0.020)
    assert not latencies_are_feasible(
        calls, sorted(mistake(c, latency) for c, latency in zip(calls, latencies, strict=True))
    )


def test_who_waited():
    calls, _ = served([0.0, 0.005, 1.0, 1.001, 1.002], 0.010)
    assert len(queued(calls)) == 3


def test_gaps_are_told_apart():
    def gaps(draw):
        chance = random.Random(3)
        return [draw(chance) for _ in range(530)]

    exponential = gaps(lambda chance: chance.expovariate(1))
    uniform = gaps(lambda chance: chance.uniform(0, 2))
    assert variation_of(exponential) == pytest.approx(1, abs=0.2) and are_exponential(exponential)
    assert variation_of(uniform) == pytest.approx(1 / math.sqrt(3), abs=0.05)
    for wrong in (
        lambda chance: 1.0,
        lambda chance: chance.expovariate(0.5),
        lambda chance: min(chance.expovariate(1), 2),
    ):
        assert not are_exponential(gaps(wrong))


def test_gaps_are_counted_in_mean_ones():
    assert gaps_between([1.0, 1.5, 3.5], rate=2) == [1.0, 4.0]


def test_bounds_for_chance_hold_over_many_draws():
    for seed in range(300):
        times = poisson(40, 15, seed)
        gaps = gaps_between(times, 40)
        assert within_chance(len(times), 600) and are_exponential(gaps) and 0.75 < variation_of(gaps) < 1.4
    assert not within_chance(300, 600) and not within_chance(1000, 600)


def test_whole_numbers_of_metadata():
    metadata = {"dropped": 12, "rate": 7.5, "load": {"sent": 40.0, "ok": True}, "all": [1, 2, 3]}
    assert whole_numbers(metadata) == {12, 40}
    assert whole_numbers(None) == set()


def test_reading_a_clock_for_each_of_a_long_line_makes_no_true_latency_impossible():
    """After a stall of a second, who asks the clock once for each query that came due begins two milliseconds late."""
    calls = [Call(0.0, 0.0, 1.0, (0,)), Call(1.002, 1.002, 1.003, (1,))]
    assert latencies_are_feasible(calls, [1.0, 0.9])


def test_a_grid_of_arrivals_is_found_and_chance_is_none():
    chance = poisson(20, 20)
    assert not are_on_a_grid(chance)
    assert are_on_a_grid([round(each, 2) for each in chance])


def test_two_thousand_arrivals_tell_a_rate_that_is_fifteen_percent_off():
    assert within_five_sigma(2000 + 220, 2000)
    assert not within_five_sigma(2300, 2000)
    assert not within_five_sigma(1700, 2000)


def test_samples_in_turn_are_told_from_skipped_and_exchanged_ones():
    def of(*indices):
        return [Call(at, at, at + 0.5, (index,)) for at, index in enumerate(indices)]

    assert in_turn(of(3, 4, 0, 1), 5) and in_turn(of(2), 5) and in_turn([], 5)
    assert not in_turn(of(0, 1, 3), 5) and not in_turn(of(0, 2, 1), 5) and not in_turn(of(0, 0), 5)
