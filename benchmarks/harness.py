"""What the harness itself costs: seconds a query, and how late a query is sent.

    python benchmarks/harness.py [--rounds 15]

Single-stream with a model that does nothing, beside a bare timed loop (the
least that measures a latency) and, if `mlperf_loadgen` is installed, LoadGen's
Python binding with the same model. Then the server scenario with a model that
does nothing: how late is a query sent, sleeping short and spinning the last
stretch as `wait_until` does, and sleeping all the way. Within a round the ways
take turns in a random order; the table has the medians of the rounds.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import contextmanager

import numpy as np

from tinytorch.core import benchmarking
from tinytorch.core.benchmarking import BenchmarkScenarios, conditions, markdown_table

try:
    import mlperf_loadgen as loadgen
except ImportError:  # the extra `loadgen` is not installed: the table goes without it
    loadgen = None

QUERIES = 20_000
ARRIVALS_QPS, ARRIVALS_S = 200.0, 2.0
SAMPLES = [{"data": number} for number in range(64)]


def nothing(sample):
    """A model that takes no time: all that is left is the harness."""


# -- seconds a query ----------------------------------------------------------------------------


def bare_loop() -> float:
    """The least that keeps a latency for each query."""
    clock, latencies = time.perf_counter, []
    begun = clock()
    for query in range(QUERIES):
        sample = SAMPLES[query % len(SAMPLES)]
        start = clock()
        nothing(sample)
        latencies.append(clock() - start)
    return (clock() - begun) / QUERIES


def single_stream() -> float:
    """From first query to last, as the scenario reports it."""
    return BenchmarkScenarios().single_stream(nothing, SAMPLES, QUERIES).metadata["elapsed_s"] / QUERIES


def single_stream_with_scoring() -> float:
    """The whole call: samples made ready, latencies sorted, answers scored."""
    begun = time.perf_counter()
    BenchmarkScenarios().single_stream(nothing, SAMPLES, QUERIES)
    return (time.perf_counter() - begun) / QUERIES


def loadgen_single_stream() -> float:
    """LoadGen through its Python binding, answering within the call-back: from first query to last."""
    issued_s = []

    def issue(queries):
        issued_s.append(time.perf_counter())
        for query in queries:
            nothing(SAMPLES[query.index])
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(query.id, 0, 0) for query in queries])

    settings = loadgen.TestSettings()
    settings.scenario = loadgen.TestScenario.SingleStream
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_duration_ms = 0
    settings.min_query_count = settings.max_query_count = QUERIES
    sut = loadgen.ConstructSUT(issue, lambda: None)
    library = loadgen.ConstructQSL(len(SAMPLES), len(SAMPLES), lambda _: None, lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        logs = loadgen.LogSettings()
        logs.log_output.outdir = folder
        logs.log_output.copy_summary_to_stdout = False
        logs.enable_trace = False
        loadgen.StartTestWithLogSettings(sut, library, settings, logs)
    loadgen.DestroyQSL(library)
    loadgen.DestroySUT(sut)
    return (issued_s[-1] - issued_s[0]) / (len(issued_s) - 1)


# -- how late -----------------------------------------------------------------------------------


@contextmanager
def spinning(seconds: float):
    """`wait_until` spins for the last `seconds`."""
    kept, benchmarking.SPIN_S = benchmarking.SPIN_S, seconds
    try:
        yield
    finally:
        benchmarking.SPIN_S = kept


def lateness_s(spin_s: float) -> tuple[float, float]:
    """p50 and p99 of the time from a query's scheduled arrival to its start, at a load of nearly nothing."""
    with spinning(spin_s):
        waiting_s = BenchmarkScenarios().server(nothing, SAMPLES, ARRIVALS_QPS, ARRIVALS_S).metadata["waiting_s"]
    return tuple(np.percentile(waiting_s, (50, 99)))


# -- in turns -----------------------------------------------------------------------------------


def in_turns(ways: dict, rounds: int) -> dict:
    """What each way gave: the median of the rounds."""
    found: dict[str, list] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            found[name].append(ways[name]())
    return {name: np.median(values, axis=0) for name, values in found.items()}


def cost_table(rounds: int) -> str:
    ways = {
        "bare timed loop": bare_loop,
        "single_stream, its timed loop": single_stream,
        "single_stream, the whole call": single_stream_with_scoring,
    }
    if loadgen:
        ways["LoadGen's Python binding"] = loadgen_single_stream
    cost_s = in_turns(ways, rounds)
    rows = [[name, f"{1e6 * each:.2f}", f"{each / cost_s['bare timed loop']:.2f}"] for name, each in cost_s.items()]
    return markdown_table(["a query that takes no time", "µs a query", "× bare loop"], rows)


def lateness_table(rounds: int) -> str:
    spin_s = benchmarking.SPIN_S
    ways = {f"sleep, then spin {1e6 * spin_s:.0f} µs": lambda: lateness_s(spin_s), "sleep": lambda: lateness_s(0.0)}
    late_s = in_turns(ways, rounds)
    rows = [[name, f"{1e6 * p50:.1f}", f"{1e6 * p99:.1f}"] for name, (p50, p99) in late_s.items()]
    return markdown_table(["waiting for an arrival", "late by, p50 (µs)", "p99 (µs)"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print("\n".join(conditions()), f"\nmedians of {rounds} rounds\n", sep="")
    print(cost_table(rounds), lateness_table(rounds), sep="\n\n")


if __name__ == "__main__":
    main()
