"""What the statistics promise, they keep: simulated over many repetitions, on seeds of their own.

A count of rare events is held against the binomial distribution: a right rate
passes its bound in 99 of 100 choices of seeds, and the seeds are fixed. The
models compared share a machine that drifts, remembers and stumbles, as real
ones do; a clock of the test's own makes a comparison cost milliseconds.
"""

import math

import numpy as np
import pytest

from tinytorch.core import benchmarking
from tinytorch.core.benchmarking import (
    BenchmarkResult,
    BenchmarkScenario,
    BenchmarkScenarios,
    StatisticalValidator,
    TinyTorchPerf,
    binomial_cdf,
    signed_rank_interval,
)

pytestmark = pytest.mark.slow

ALPHA = 0.05
SERVICE_S = 0.010
REPETITIONS = {"single_stream": 100, "server": 50, "offline": 100}
READING_S = 1e-5  # what a look at the clock takes: a loop that spins has to end
SAMPLES = [{"data": 0}] * 40
QUERIES = 2 * TinyTorchPerf.BLOCKS * TinyTorchPerf.BLOCK_QUERIES


def most(count, rate):
    """As many events of this rate as `count` trials exceed in 1 of 100 cases."""
    return int(np.argmax(binomial_cdf(np.arange(count + 1), count, rate) >= 0.99))


def fewest(count, rate):
    return count - most(count, 1 - rate)


# -- a machine to compare models on -------------------------------------------------------------


def steady(shape, rng):
    return np.exp(0.05 * rng.standard_normal(shape))


def remembering(shape, rng):
    """AR(1) around 1, spread 5 %, each query 0.98 like the last: the machine is slow for a block at a time."""
    noise, keeps = rng.standard_normal(shape), 0.98
    for query in range(1, shape[1]):
        noise[:, query] = keeps * noise[:, query - 1] + math.sqrt(1 - keeps**2) * noise[:, query]
    return np.exp(0.05 * noise)


def drifting(shape, rng):
    """A fifth slower at the end than at the start, with a memory, and one query in a hundred five times as long."""
    course = np.linspace(1.0, 1.2, shape[1])
    return remembering(shape, rng) * course * np.where(rng.random(shape) < 0.01, 5.0, 1.0)


def heating(shape, rng):
    """Twice as slow at the end as at the start: whoever goes second in a pair of blocks is slower."""
    return steady(shape, rng) * np.linspace(1.0, 2.0, shape[1])


MACHINES = [steady, remembering, drifting, heating]


class Machine(BenchmarkScenarios):
    """The scenarios on a clock of its own, which moves as the machine's slowness at each query says."""

    def __init__(self, slowness, seed):
        super().__init__()
        self.now_s = 0.0
        self._slowness = iter(slowness.tolist())
        self._rng = np.random.default_rng([seed, 7])

    def clock(self):
        self.now_s += READING_S
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds

    def model(self, service_s=SERVICE_S):
        def answer(sample):
            self.now_s += service_s * next(self._slowness)

        return answer

    def single_stream(self, model, dataset, num_queries):
        return super().single_stream(model, dataset, num_queries, clock=self.clock)

    def server(self, model, dataset, target_qps, duration):
        return super().server(model, dataset, target_qps, duration, rng=self._rng, clock=self.clock, sleep=self.sleep)

    def offline(self, model, dataset):
        return super().offline(model, dataset, clock=self.clock)


def alarms(scenario, machine, slower=1.0):
    """How many comparisons call a model and one `slower` times as slow different, in the right direction."""
    count = REPETITIONS[scenario]
    found = 0
    for seed, slowness in enumerate(machine((count, QUERIES), np.random.default_rng(11))):
        perf = TinyTorchPerf()
        perf.scenarios = Machine(slowness, seed)
        perf.set_dataset(SAMPLES)
        judged = perf.compare_models(
            perf.scenarios.model(), perf.scenarios.model(SERVICE_S * slower), scenario, rng=seed
        )
        found += judged.is_significant and (slower == 1.0 or judged.confidence_interval[1] < 0)
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("scenario", ["single_stream", "server", "offline"])
def test_a_model_differs_from_itself_no_more_than_alpha(scenario, machine):
    """A model is called different from itself no more often than alpha."""
    assert alarms(scenario, machine) <= most(REPETITIONS[scenario], ALPHA)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_slowdown_of_a_twentieth_is_found_in_eight_of_ten(machine):
    assert alarms("single_stream", machine, slower=1.05) >= 0.8 * REPETITIONS["single_stream"]


# -- intervals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_a", "spread_a", "n_b", "spread_b"), [(30, 1.0, 30, 1.0), (8, 3.0, 40, 1.0), (60, 1.0, 12, 4.0)]
)
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_for_a_difference_covers_it(n_a, spread_a, n_b, spread_b, level):
    """The interval for a difference covers it as often as it says."""
    count, truth = 800, -0.7
    rng = np.random.default_rng([n_a, n_b])
    validator = StatisticalValidator(level)
    covered = 0
    for a, b in zip(
        rng.normal(10.0 + truth, spread_a, (count, n_a)), rng.normal(10.0, spread_b, (count, n_b)), strict=True
    ):
        low, high = validator.validate_comparison(a, b).confidence_interval
        covered += low <= truth <= high
    assert fewest(count, level) <= covered <= most(count, level)


def test_equal_means_differ_as_often_as_alpha_says():
    """Equal means are called different as often as alpha says."""
    count = 800
    rng = np.random.default_rng(12)
    pairs = zip(rng.normal(5.0, 3.0, (count, 8)), rng.normal(5.0, 1.0, (count, 40)), strict=True)
    found = sum(StatisticalValidator().validate_comparison(a, b).is_significant for a, b in pairs)
    assert fewest(count, ALPHA) <= found <= most(count, ALPHA)


def chance_of_covering(n, share, alpha):
    """How often the narrowest order statistics that lose at most alpha / 2 on each side cover the percentile."""
    chances = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    below = np.cumsum(chances)
    inside = [
        chance for k, chance in enumerate(chances) if below[k] > alpha / 2 and (k == 0 or below[k - 1] < 1 - alpha / 2)
    ]
    return math.fsum(inside)


@pytest.mark.parametrize(
    ("scenario", "share"), [(BenchmarkScenario.SINGLE_STREAM, 0.90), (BenchmarkScenario.SERVER, 0.99)]
)
@pytest.mark.parametrize("n", [20, 150, 600])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_for_a_percentile_covers_it(scenario, share, n, level):
    """The interval for a percentile covers it as often as it says."""
    count = 250
    truth = SERVICE_S * math.exp(0.5 * benchmarking.normal_quantile(share))
    runs = SERVICE_S * np.exp(0.5 * np.random.default_rng(n).standard_normal((count, n)))
    validator = StatisticalValidator(level)
    covered = 0
    for latencies in runs:
        result = BenchmarkResult(scenario, latencies.tolist(), 100.0, math.nan)
        low, high = validator.validate_benchmark_result(result).confidence_interval
        covered += low <= truth <= high
    expected = chance_of_covering(n, share, 1 - level)
    assert expected >= level
    assert fewest(count, expected) <= covered <= most(count, expected)


def test_a_steady_run_drifts_as_often_as_alpha_says():
    """A steady run is said to drift as often as alpha says."""
    count = 400
    runs = np.exp(0.3 * np.random.default_rng(14).standard_normal((count, 200)))
    validator = StatisticalValidator()
    found = sum(
        validator.validate_benchmark_result(
            BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, run.tolist(), 1.0, math.nan)
        ).p_value
        < ALPHA
        for run in runs
    )
    assert fewest(count, ALPHA) <= found <= most(count, ALPHA)


def test_the_interval_for_the_typical_difference_covers_it():
    count = 400
    runs = 0.3 + np.random.default_rng(15).standard_t(3, (count, TinyTorchPerf.BLOCKS))
    covered = sum(low <= 0.3 <= high for low, high in (signed_rank_interval(run, 0.95) for run in runs))
    assert fewest(count, 0.95) <= covered <= most(count, 0.97)
