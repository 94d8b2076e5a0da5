"""A server run judged by the device's record, against Lindley's recursion."""

import math
import random

import pytest
from tito.tools.instruments import Call
from tito.tools.queueing import could_be, has_exponential_gaps, queued, variation_of_gaps, whole_numbers, within_chance


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
        assert could_be(calls, order)


def test_latencies_of_a_polling_server_could_be():
    calls, latencies = served(poisson(30, 6), 0.020, late_s=0.004)
    assert could_be(calls, sorted(latencies))


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
    assert not could_be(calls, sorted(mistake(c, latency) for c, latency in zip(calls, latencies, strict=True)))


def test_who_waited():
    calls, _ = served([0.0, 0.005, 1.0, 1.001, 1.002], 0.010)
    assert len(queued(calls)) == 3


def test_gaps_are_told_apart():
    def times(draw):
        chance, at, found = random.Random(3), 0.0, []
        for _ in range(600):
            at += draw(chance) / 40
            found.append(at)
        return found

    exponential = times(lambda chance: chance.expovariate(1))
    uniform = times(lambda chance: chance.uniform(0, 2))
    assert variation_of_gaps(exponential) == pytest.approx(1, abs=0.2) and has_exponential_gaps(exponential, 40)
    assert variation_of_gaps(uniform) == pytest.approx(1 / math.sqrt(3), abs=0.05)
    assert not has_exponential_gaps(times(lambda chance: 1.0), 40)
    assert not has_exponential_gaps(exponential, 80)


def test_bounds_for_chance_hold_over_many_draws():
    for seed in range(300):
        times = poisson(40, 15, seed)
        assert within_chance(len(times), 600) and has_exponential_gaps(times, 40) and 0.73 < variation_of_gaps(times) < 1.36
    assert not within_chance(300, 600) and not within_chance(1000, 600)


def test_whole_numbers_of_metadata():
    metadata = {"dropped": 12, "rate": 7.5, "load": {"sent": 40.0, "ok": True}, "all": [1, 2, 3]}
    assert whole_numbers(metadata) == {12, 40}
    assert whole_numbers(None) == set()
