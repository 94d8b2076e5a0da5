"""Is a model different from itself? Four ways to compare two models, on real calls of this machine.

    python benchmarks/comparing.py [--repetitions 100]

The model computes tanh 20 times over; the slower one 21 times, which is 5 %
more work. In each repetition every way compares the model with itself and
with the slower one. A way that is right about chance says "different" of the
same model in no more than alpha = 5 % of the repetitions; the table gives the
count that such a way exceeds in 1 of 100 cases (binomial). A use of `compare_models`
takes 2,000 calls; the three usual ways take 1,000 calls of one model, then 1,000 of the other.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

import numpy as np

from tinytorch.core.benchmarking import (
    BenchmarkScenarios,
    StatisticalValidator,
    TinyTorchPerf,
    binomial_cdf,
    conditions,
    markdown_table,
)

WORK, CALLS, ALPHA = 20, 1_000, 0.05
DATA = np.random.default_rng(0).normal(size=200)
SAMPLES = [{"data": DATA}]


def model_of(work: int):
    def model(sample):
        for _ in range(work):
            np.tanh(DATA)

    return model


def one_after_the_other(a, b) -> list[list[float]]:
    return [BenchmarkScenarios().single_stream(model, SAMPLES, CALLS).latencies for model in (a, b)]


def compare_models(a, b) -> tuple[bool, bool]:
    """Is there a difference, and does it say that b is slower?"""
    perf = TinyTorchPerf()
    perf.set_dataset(SAMPLES)
    found = perf.compare_models(a, b)
    return found.is_significant, found.confidence_interval[1] < 0


def welch(a, b) -> tuple[bool, bool]:
    found = StatisticalValidator(1 - ALPHA).validate_comparison(*one_after_the_other(a, b))
    return found.is_significant, found.confidence_interval[1] < 0


def mann_whitney(a, b) -> tuple[bool, bool]:
    from scipy.stats import mannwhitneyu

    first, second = one_after_the_other(a, b)
    return mannwhitneyu(first, second).pvalue < ALPHA, np.median(first) < np.median(second)


def five_percent(a, b) -> tuple[bool, bool]:
    """No statistics: the medians differ by 2.5 % or more."""
    first, second = map(np.median, one_after_the_other(a, b))
    return abs(first - second) >= 0.025 * first, first < second


WAYS = {
    "`compare_models`: blocks in random order, signed ranks": compare_models,
    "Welch's t on all latencies, one model after the other": welch,
    "Mann–Whitney on all latencies, one model after the other": mann_whitney,
    "medians 2.5 % apart, one model after the other": five_percent,
}


def count(repetitions: int) -> tuple[Counter, Counter, Counter]:
    """False alarms, slowdowns found with the right sign, and seconds, by way."""
    same, slower = model_of(WORK), model_of(WORK + WORK // 20)
    alarms, found, seconds = Counter(), Counter(), Counter()
    for _ in range(repetitions):
        for name in random.sample(list(WAYS), len(WAYS)):
            begun = time.perf_counter()
            alarms[name] += bool(WAYS[name](same, same)[0])
            found[name] += all(WAYS[name](same, slower))
            seconds[name] += (time.perf_counter() - begun) / 2
    return alarms, found, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=100)
    repetitions = parser.parse_args().repetitions
    WAYS["Mann–Whitney on all latencies, one model after the other"](model_of(1), model_of(1))  # loads SciPy
    alarms, found, seconds = count(repetitions)
    bound = int(np.argmax(binomial_cdf(np.arange(repetitions + 1), repetitions, ALPHA) >= 0.99))
    print("\n".join(conditions()))
    print(f"{repetitions} repetitions; at alpha = {ALPHA:g} at most {bound} false alarms are chance\n")
    rows = [
        [
            name,
            f"{alarms[name]} ({alarms[name] / repetitions:.0%})",
            f"{found[name]} ({found[name] / repetitions:.0%})",
            f"{seconds[name] / repetitions:.2f} s",
        ]
        for name in WAYS
    ]
    print(markdown_table(["way to compare", "same model called different", "5 % slowdown found", "a comparison"], rows))


if __name__ == "__main__":
    main()
