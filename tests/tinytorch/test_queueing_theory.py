"""The three scenarios agree with queueing theory, in simulated time: exactly where theory is exact.

Lindley's recursion gives every latency of a single line from arrivals and
service times. The formulas of Pollaczek and Khinchine and of Erlang give means
and percentiles over infinitely many queries; a run is compared with them by
the regenerative method: the queries between two moments at which the line is
empty make a cycle, and cycles are independent, so their spread gives a
standard error however alike neighbouring latencies are (M. A. Crane and
A. J. Lemoine, "An Introduction to the Regenerative Method", 1977). Bounds are five
of these wide: exceeded by chance with odds of 1 in 1.7 million.
"""

import math
import time
from fractions import Fraction

import numpy as np
import pytest

from tinytorch.core import benchmarking
from tinytorch.core.benchmarking import BenchmarkScenarios, percentile
from tito.tools.clock.scheduler import LONGEST_STEP_NS
from tito.tools.clock.virtual_time import VirtualTime

pytestmark = pytest.mark.slow

SERVICE_S = 0.010
SAMPLES = [{"data": number} for number in range(7)]
LOADS = (0.3, 0.7, 0.9, 1.1)
TICK_S = 5e-9  # the simulated clock counts whole nanoseconds; the sums behind a latency round a few times
SIGMAS = 5


def fixed(count, rng):
    return np.full(count, SERVICE_S)


def exponential(count, rng):
    return np.ceil(rng.exponential(SERVICE_S, count) * 1e9) / 1e9


def two_kinds(count, rng):
    """One query in five takes six times as long."""
    return np.where(rng.random(count) < 0.2, 3 * SERVICE_S, 0.5 * SERVICE_S)


class Model:
    """Takes the given times, one a call."""

    def __init__(self, services_s):
        self._services_s = iter(services_s.tolist())

    def __call__(self, sample):
        time.sleep(next(self._services_s))


def serve(services, load, queries, seed=0):
    """A server run at `load` of capacity, about `queries` long: the result, and the service times it met."""
    services_s = services(2 * queries, np.random.default_rng([seed, 1]))
    rate = load / SERVICE_S
    with VirtualTime(limit_s=1e7).installed():
        result = BenchmarkScenarios().server(Model(services_s), SAMPLES, rate, queries / rate, rng=seed)
    return result, services_s[: len(result.latencies)]


def lindley(arrivals_s, services_s):
    """The latency of each query in a line in front of one server (D. V. Lindley, 1952)."""
    free_at, latencies = 0.0, []
    for arrival, service in zip(arrivals_s, services_s, strict=True):
        free_at = max(arrival, free_at) + service
        latencies.append(free_at - arrival)
    return np.array(latencies)


@pytest.fixture
def exact_waiting(monkeypatch):
    """Sleep until a nanosecond after a query is due, instead of spinning through simulated time's coarse steps."""
    monkeypatch.setattr(benchmarking, "SPIN_S", -1e-9)


# -- exactly ------------------------------------------------------------------------------------


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("services", [fixed, exponential, two_kinds])
def test_server_latencies_are_those_of_lindleys_recursion(exact_waiting, services, load):
    result, services_s = serve(services, load, 2_000)
    arrivals_s = result.metadata["arrivals_s"]
    expected = lindley(arrivals_s, services_s)
    np.testing.assert_allclose(result.metadata["latencies_in_order"], expected, rtol=0, atol=TICK_S)
    np.testing.assert_allclose(result.metadata["service_s"], services_s, rtol=0, atol=TICK_S)
    np.testing.assert_allclose(result.metadata["waiting_s"], expected - services_s, rtol=0, atol=TICK_S)
    assert result.latencies == sorted(result.metadata["latencies_in_order"])
    ended_s = arrivals_s[-1] + expected[-1]
    assert result.throughput == pytest.approx(len(arrivals_s) / ended_s, rel=1e-9)


def test_spinning_is_late_by_two_readings_at_most():
    """Spinning is never early, and late by two readings of the clock at most."""
    result, services_s = serve(fixed, 0.7, 2_000)
    late_s = result.metadata["latencies_in_order"] - lindley(result.metadata["arrivals_s"], services_s)
    assert late_s.min() >= -TICK_S and late_s.max() <= 2 * LONGEST_STEP_NS / 1e9 + TICK_S


@pytest.mark.parametrize("services", [fixed, exponential, two_kinds])
def test_single_stream_latencies_are_the_service_times(services):
    services_s = services(500, np.random.default_rng(5))
    with VirtualTime().installed():
        result = BenchmarkScenarios().single_stream(Model(services_s), SAMPLES, 500)
    np.testing.assert_allclose(result.metadata["latencies_in_order"], services_s, rtol=0, atol=TICK_S)
    assert result.throughput == pytest.approx(500 / services_s.sum(), rel=1e-9)


@pytest.mark.parametrize(("size", "batch_size"), [(100, 32), (96, 32), (5, 8), (9, 1)])
def test_offline_latencies_are_the_sums_of_their_batches(size, batch_size):
    services_s = two_kinds(size, np.random.default_rng(6))
    with VirtualTime().installed():
        result = BenchmarkScenarios().offline(Model(services_s), [{"data": 0}] * size, batch_size)
    expected = np.add.reduceat(services_s, np.arange(0, size, batch_size))
    np.testing.assert_allclose(result.metadata["latencies_in_order"], expected, rtol=0, atol=TICK_S)
    assert result.throughput == pytest.approx(size / services_s.sum(), rel=1e-9)


# -- by chance, with odds -----------------------------------------------------------------------


def mean_and_error(values, waiting_s):
    """The mean over a run and its standard error, from the cycles that begin where nobody waits."""
    begins = np.flatnonzero(np.asarray(waiting_s) <= TICK_S)[:-1]
    values = np.asarray(values, dtype=float)
    sums, lengths = np.add.reduceat(values, begins), np.diff([*begins, len(values)])
    mean = sums.sum() / lengths.sum()
    return mean, np.sqrt(np.sum((sums - mean * lengths) ** 2)) / lengths.sum()


def mg1_mean_latency_s(load, square_variation):
    """Mean latency of M/G/1 (Pollaczek 1930, Khinchine 1932); the variation squared is 0 for D and 1 for M."""
    return SERVICE_S + load * SERVICE_S * (1 + square_variation) / (2 * (1 - load))


def md1_latency_cdf(latency_s, load):
    """P(latency <= x) of M/D/1 (A. K. Erlang 1909); terms of both signs, good for some 30 service times."""
    waited = latency_s / SERVICE_S - 1
    terms = [
        (load * (k - waited)) ** k / math.factorial(k) * math.exp(-load * (k - waited))
        for k in range(math.floor(waited) + 1)
    ]
    return (1 - load) * math.fsum(terms)


def md1_percentile_s(share, load):
    low, high = SERVICE_S, 30 * SERVICE_S
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if md1_latency_cdf(middle, load) < share else (low, middle)
    return high


@pytest.mark.parametrize("load", [0.3, 0.7, 0.9])
@pytest.mark.parametrize(("services", "square_variation"), [(fixed, 0.0), (exponential, 1.0)])
def test_the_mean_latency_is_that_of_pollaczek_and_khinchine(exact_waiting, services, square_variation, load):
    result, _ = serve(services, load, 30_000, seed=3)
    mean, error = mean_and_error(result.metadata["latencies_in_order"], result.metadata["waiting_s"])
    assert error < 0.1 * mean, "a run too short to tell anything"
    assert abs(mean - mg1_mean_latency_s(load, square_variation)) < SIGMAS * error


def test_the_tail_at_nine_tenths_of_capacity_is_erlangs(exact_waiting):
    """The tail at nine tenths of capacity is that of Erlang."""
    result, _ = serve(fixed, 0.9, 60_000, seed=4)
    for share in (0.5, 0.9, 0.99):
        beyond = np.array(result.metadata["latencies_in_order"]) > md1_percentile_s(share, 0.9)
        found, error = mean_and_error(beyond, result.metadata["waiting_s"])
        assert error < 0.35 * (1 - share), "a run too short to tell anything"
        assert abs(found - (1 - share)) < SIGMAS * error
    assert percentile(result.latencies, 0.99) == pytest.approx(md1_percentile_s(0.99, 0.9), rel=0.25)


def test_erlangs_mean_is_that_of_pollaczek_and_khinchine():
    """Erlang's distribution has the mean of Pollaczek and Khinchine."""
    grid = np.linspace(SERVICE_S, 25 * SERVICE_S, 4_000)
    beyond = [1 - md1_latency_cdf(x, 0.7) for x in grid]
    assert SERVICE_S + np.trapezoid(beyond, grid) == pytest.approx(mg1_mean_latency_s(0.7, 0.0), rel=1e-3)


# -- percentiles --------------------------------------------------------------------------------


@pytest.mark.parametrize("share", ["0.5", "0.9", "0.95", "0.97", "0.99", "0.999"])
def test_percentiles_are_counted_off_as_loadgen_does(share):
    """LoadGen takes the value at `sample_count * percentile`, cut to a whole number (its `results.cc`)."""
    for n in range(1, 3_000):
        expected = math.floor(Fraction(share) * n)
        assert percentile(range(n), float(share)) == expected, f"{n} latencies"
