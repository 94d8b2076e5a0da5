"""Is a model different from itself? Our ways to compare two models and others', on real calls of this machine.

    python benchmarks/comparing.py [--repetitions 100]

The model computes tanh 20 times over; the slower one 21 times, which is 5 %
more work. In each repetition every way compares the model with itself and
with the slower one. A way that is right about chance says "different" of the
same model in no more than alpha = 5 % of the repetitions; the table gives the
count that such a way exceeds in 1 of 100 cases (binomial).

A use of `compare_models` takes 2,000 calls of its own. All others judge the same
latencies: 5 runs of 200 calls of one model, then 5 of the other; or, where that is
said, 5 of each in turn. What other tools do is written down from their sources:

- pyperf `compare_to`: Student's t of two samples, at 95 %, on 60 values (3 of each of 20
  workers; here means of 16 calls in one process). pyperf/_utils.py, `is_significant`.
- asv `compare`: a factor of 1.1 between medians, and Mann–Whitney with p < 0.002 (here on
  means of 50 calls). asv/statistics.py, `is_different`.
- pytest-benchmark has no rule unless one is given; the one in its documentation is
  `--benchmark-compare-fail=min:5%`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinytorch.core.benchmarking import (
    BenchmarkScenarios,
    StatisticalValidator,
    TinyTorchPerf,
    binomial_cdf,
    conditions,
    markdown_table,
)
from tinytorch.saved_runs import SavedRun, compare_runs

WORK, RUNS, CALLS, ALPHA = 20, 5, 200, 0.05
DATA = np.random.default_rng(0).normal(size=200)
SAMPLES = [{"data": DATA}]
VALIDATOR = StatisticalValidator(1 - ALPHA)


def model_of(work: int):
    def model(sample):
        for _ in range(work):
            np.tanh(DATA)

    return model


@dataclass(frozen=True)
class Measured:
    """Runs of two models, one model after the other or in turn."""

    a: tuple[SavedRun, ...]
    b: tuple[SavedRun, ...]

    @property
    def latencies(self) -> tuple[np.ndarray, np.ndarray]:
        """All of each model's, in the order of their calls."""
        first, second = (np.concatenate([_latencies(run) for run in side]) for side in (self.a, self.b))
        return first, second

    def means(self, calls: int) -> list[np.ndarray]:
        """Each model's means of so many calls."""
        return [each[: len(each) // calls * calls].reshape(-1, calls).mean(axis=1) for each in self.latencies]


def _latencies(run: SavedRun) -> np.ndarray:
    return np.asarray(run.results["single_stream"].metadata["latencies_in_order"])


def run_of(model, calls: int = CALLS) -> SavedRun:
    return SavedRun({"single_stream": BenchmarkScenarios().single_stream(model, SAMPLES, calls)})


def one_after_the_other(a, b) -> Measured:
    return Measured(*(tuple(run_of(model) for _ in range(RUNS)) for model in (a, b)))


def in_turn(a, b) -> Measured:
    pairs = [(run_of(a), run_of(b)) for _ in range(RUNS)]
    return Measured(*zip(*pairs, strict=True))


# -- ways to judge: is there a difference, and is b slower? -----------------------------------------------

Verdict = tuple[bool, bool]


def compare_models(a, b) -> Verdict:
    perf = TinyTorchPerf()
    perf.set_dataset(SAMPLES)
    return _verdict(perf.compare_models(a, b))


def one_run_each(measured: Measured) -> Verdict:
    return _verdict(compare_runs(measured.a[0], measured.b[0], VALIDATOR)["single_stream"])


def runs_not_in_turn(measured: Measured) -> Verdict:
    return _verdict(compare_runs(measured.a, measured.b, VALIDATOR)["single_stream"])


def runs_as_if_in_turn(measured: Measured) -> Verdict:
    return _verdict(compare_runs(measured.a, measured.b, VALIDATOR, in_turn=True)["single_stream"])


def _verdict(found) -> Verdict:
    return found.is_significant, found.confidence_interval[1] < 0


def welch(measured: Measured) -> Verdict:
    return _verdict(VALIDATOR.validate_comparison(*measured.latencies))


def mann_whitney(measured: Measured) -> Verdict:
    from scipy.stats import mannwhitneyu

    a, b = measured.latencies
    return mannwhitneyu(a, b).pvalue < ALPHA, np.median(a) < np.median(b)


def pyperf(measured: Measured) -> Verdict:
    from scipy.stats import ttest_ind

    a, b = measured.means(16)
    return ttest_ind(a[:60], b[:60]).pvalue < 0.05, a.mean() < b.mean()


def asv(measured: Measured) -> Verdict:
    from scipy.stats import mannwhitneyu

    a, b = measured.means(50)
    first, second = np.median(a), np.median(b)
    is_far = max(first, second) > 1.1 * min(first, second)
    return bool(is_far and mannwhitneyu(a, b).pvalue < 0.002), first < second


def pytest_benchmark(measured: Measured) -> Verdict:
    first, second = (min(each) for each in measured.latencies)
    return second > 1.05 * first, True


SEQUENTIAL: dict[str, Callable[[Measured], Verdict]] = {
    "`compare_runs`: a run of each": one_run_each,
    "`compare_runs`: 5 runs of each, one model after the other": runs_not_in_turn,
    "the same, had it been told that they were made in turn": runs_as_if_in_turn,
    "Welch's t on all latencies": welch,
    "Mann–Whitney on all latencies": mann_whitney,
    "pyperf: Student's t on 60 means": pyperf,
    "asv: medians 1.1 times apart, and Mann–Whitney below 0.002": asv,
    "pytest-benchmark: `min:5%`": pytest_benchmark,
}
OURS = "`compare_models`: blocks in random order, signed ranks"
IN_TURN = "`compare_runs`: 5 runs of each, in turn"
WAYS = (OURS, IN_TURN, *SEQUENTIAL)


def judged(a, b) -> dict[str, Verdict]:
    """What each way says of two models, measured now; the order of the three kinds of measuring is chance."""
    found: dict[str, Verdict] = {}
    for measure in random.sample(["ours", "turn", "sequence"], 3):
        if measure == "ours":
            found[OURS] = compare_models(a, b)
        elif measure == "turn":
            found[IN_TURN] = runs_as_if_in_turn(in_turn(a, b))
        else:
            measured = one_after_the_other(a, b)
            found |= {name: way(measured) for name, way in SEQUENTIAL.items()}
    return found


def count(repetitions: int) -> tuple[Counter, Counter]:
    """False alarms, and slowdowns found with the right sign, by way."""
    same, slower = model_of(WORK), model_of(WORK + WORK // 20)
    alarms, found = Counter(), Counter()
    for _ in range(repetitions):
        alarms.update(name for name, (different, _) in judged(same, same).items() if different)
        found.update(name for name, verdict in judged(same, slower).items() if all(verdict))
    return alarms, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=100)
    repetitions = parser.parse_args().repetitions
    judged(model_of(1), model_of(1))  # loads SciPy
    begun = time.perf_counter()
    alarms, found = count(repetitions)
    bound = int(np.argmax(binomial_cdf(np.arange(repetitions + 1), repetitions, ALPHA) >= 0.99))
    print("\n".join(conditions()))
    print(f"{repetitions} repetitions in {time.perf_counter() - begun:.0f} s; at alpha = {ALPHA:g} at most {bound}")
    print("false alarms are chance\n")
    rows = [
        [name, f"{alarms[name]} ({alarms[name] / repetitions:.0%})", f"{found[name]} ({found[name] / repetitions:.0%})"]
        for name in WAYS
    ]
    print(markdown_table(["way to compare", "same model called different", "5 % slowdown found"], rows))


if __name__ == "__main__":
    main()
