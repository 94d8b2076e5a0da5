"""Our scenarios beside MLPerf's own load generator: same model, same load, one run.

    python benchmarks/loadgen.py [--duration 30] [--rounds 3]

Needs the extra `loadgen` (PyPI: mlcommons-loadgen, the reference implementation).
For the server scenario LoadGen draws the arrivals; the times at which it issued
its queries are then replayed through `BenchmarkScenarios.server`, so both see
the same load. Lindley's recursion on the service times that each run recorded
says what an exact harness would have reported: a harness's own error is its
ratio to that. What else is left between the two is the machine's, which did not
serve the same queries in the same time twice. Every figure is the median of the
rounds; a round takes every scenario, on arrivals of its own.
"""

from __future__ import annotations

import argparse
import queue
import re
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import mlperf_loadgen as loadgen
import numpy as np

from tinytorch.core.benchmarking import BenchmarkScenarios, conditions, markdown_table, percentile

SERVICE_S = 0.010
SAMPLES = [{"data": i} for i in range(64)]
PERCENTILES = (50, 90, 99)
LOADS = (0.3, 0.7, 0.9, 1.1)


def model(sample):
    """Ten milliseconds that leave the interpreter free, as a device would; late by what the kernel adds."""
    time.sleep(SERVICE_S)
    return {"prediction": 0}


@dataclass(frozen=True)
class Run:
    """What one harness reported, and what it should have.

    p50, p90 and p99 latency in seconds, samples per second; the percentiles
    that an exact harness would have reported of the same service times.
    """

    percentiles_s: tuple[float, ...]
    throughput: float
    exact_s: tuple[float, ...] = (float("nan"),) * len(PERCENTILES)
    mean_s: float = float("nan")


@dataclass(frozen=True)
class Comparison:
    """One scenario in one round."""

    ours: Run
    loadgen: Run
    theory_mean_s: float = float("nan")


class Sut:
    """The system under test as LoadGen sees it: one worker, a line in front of it."""

    def __init__(self):
        self.issued_s, self.starts_s, self.ends_s = [], [], []
        self._line: queue.SimpleQueue = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._serve, daemon=True)
        self._worker.start()
        self.handle = loadgen.ConstructSUT(self._issue, lambda: None)

    def _issue(self, queries) -> None:
        self.issued_s.append(time.perf_counter())
        for query in queries:
            self._line.put((query.id, query.index))

    def _serve(self) -> None:
        while (item := self._line.get()) is not None:
            query_id, index = item
            self.starts_s.append(time.perf_counter())
            model(SAMPLES[index])
            self.ends_s.append(time.perf_counter())
            loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(query_id, 0, 0)])

    @property
    def arrivals_s(self) -> np.ndarray:
        """When each query was issued, in seconds since the first."""
        return np.array(self.issued_s) - self.issued_s[0]

    @property
    def services_s(self) -> np.ndarray:
        return np.array(self.ends_s) - np.array(self.starts_s)

    def close(self) -> None:
        loadgen.DestroySUT(self.handle)
        self._line.put(None)
        self._worker.join()


def run_loadgen(scenario: str, duration_s: float, seed: int, qps: float = 0.0) -> tuple[Run, Sut]:
    """One LoadGen test of `duration_s` seconds; its summary file, read."""
    sut = Sut()
    library = loadgen.ConstructQSL(len(SAMPLES), len(SAMPLES), lambda _: None, lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        logs = loadgen.LogSettings()
        logs.log_output.outdir = folder
        logs.log_output.copy_summary_to_stdout = False
        logs.enable_trace = False
        loadgen.StartTestWithLogSettings(sut.handle, library, settings_for(scenario, duration_s, seed, qps), logs)
        summary = Path(folder, "mlperf_log_summary.txt").read_text()
    loadgen.DestroyQSL(library)
    sut.close()
    throughput = len(sut.ends_s) / (sut.ends_s[-1] - sut.issued_s[0])
    exact = exact_percentiles(sut.arrivals_s, sut.services_s) if scenario == "Server" else Run((), 0).exact_s
    return Run(tuple(summary_percentile(summary, p) for p in PERCENTILES), throughput, exact), sut


def settings_for(scenario: str, duration_s: float, seed: int, qps: float):
    settings = loadgen.TestSettings()
    settings.scenario = getattr(loadgen.TestScenario, scenario)
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_duration_ms = int(duration_s * 1000)
    settings.min_query_count = 1
    settings.schedule_rng_seed = seed
    if scenario == "Server":
        settings.server_target_qps = qps
        settings.server_target_latency_ns = 10**10
        settings.max_query_count = max(1, int(qps * duration_s))
    if scenario == "Offline":
        settings.offline_expected_qps = 1 / SERVICE_S
    return settings


def summary_percentile(summary: str, percent: int) -> float:
    found = re.search(rf"^{percent}\.00 percentile latency \(ns\)\s*:\s*(\d+)", summary, re.M)
    return int(found[1]) / 1e9


class Replay(np.random.Generator):
    """A generator whose exponential gaps are those of a recorded schedule."""

    def __init__(self, arrivals_s):
        super().__init__(np.random.PCG64())
        self._gaps = iter(np.diff([0.0, *arrivals_s]))

    def exponential(self, scale=1.0, size=None):
        return next(self._gaps, float("inf"))


def lindley(arrivals_s, services_s) -> list[float]:
    """Exact latencies of a line in front of one server (Lindley 1952), from arrivals and service times."""
    end, latencies = 0.0, []
    for arrival, service in zip(arrivals_s, services_s, strict=True):
        end = max(arrival, end) + service
        latencies.append(end - arrival)
    return latencies


def percentiles(latencies) -> tuple[float, ...]:
    return tuple(float(percentile(latencies, p / 100)) for p in PERCENTILES)


def exact_percentiles(arrivals_s, services_s) -> tuple[float, ...]:
    return percentiles(lindley(arrivals_s, services_s))


def md1_mean_latency_s(service_s: float, load: float) -> float:
    """Mean latency of M/D/1 (Pollaczek–Khinchine): service + load × service / (2 (1 − load))."""
    return service_s + load * service_s / (2 * (1 - load)) if load < 1 else float("inf")


# -- the scenarios, both ways -------------------------------------------------------------------


def single_stream(duration_s: float, seed: int) -> Comparison:
    theirs, sut = run_loadgen("SingleStream", duration_s, seed)
    result = BenchmarkScenarios().single_stream(model, SAMPLES, len(sut.ends_s))
    return Comparison(Run(percentiles(result.latencies), result.throughput), theirs)


def server(load: float, capacity_qps: float, duration_s: float, seed: int) -> Comparison:
    qps = load * capacity_qps
    theirs, sut = run_loadgen("Server", duration_s, seed, qps)
    arrivals_s = sut.arrivals_s + 0.001
    result = BenchmarkScenarios().server(model, SAMPLES, qps, arrivals_s[-1] + 1e-3, rng=Replay(arrivals_s))
    exact = exact_percentiles(arrivals_s, result.metadata["service_s"])
    ours = Run(percentiles(result.latencies), result.throughput, exact, float(np.mean(result.latencies)))
    return Comparison(ours, theirs, md1_mean_latency_s(1 / capacity_qps, load))


def offline(duration_s: float, seed: int) -> Comparison:
    theirs, sut = run_loadgen("Offline", duration_s, seed)
    result = BenchmarkScenarios().offline(model, [{"data": i} for i in range(len(sut.ends_s))], 32)
    nothing = (float("nan"),) * len(PERCENTILES)  # LoadGen's latency is a sample's, ours a batch's
    return Comparison(Run(nothing, result.throughput), Run(nothing, theirs.throughput))


def scenarios(capacity_qps: float) -> dict:
    """Each scenario's name and what runs it, given a duration and a seed."""
    servers = {f"server, load {load}": partial(server, load, capacity_qps) for load in LOADS}
    return {"single-stream": single_stream} | servers | {"offline": offline}


# -- the table ----------------------------------------------------------------------------------


def row(name: str, rounds: list[Comparison]) -> list[str]:
    """A line of the table: medians over the rounds, ratios taken within a round."""
    ours = np.array([each.ours.percentiles_s for each in rounds])
    theirs = np.array([each.loadgen.percentiles_s for each in rounds])
    our_exact = np.array([each.ours.exact_s for each in rounds])
    their_exact = np.array([each.loadgen.exact_s for each in rounds])
    rates = np.array([(each.ours.throughput, each.loadgen.throughput) for each in rounds])
    means_ms = 1e3 * np.median([(each.ours.mean_s, each.theory_mean_s) for each in rounds], axis=0)
    cells = [
        (1e3 * ours, ".1f"),
        (1e3 * theirs, ".1f"),
        (ours / theirs, ".3f"),
        (ours / our_exact, ".3f"),
        (theirs / their_exact, ".3f"),
        (rates, ".1f"),
    ]
    said = [" / ".join(number(value, form) for value in np.median(values, axis=0)) for values, form in cells]
    return [name, *said, " / ".join(number(value, ".1f") for value in means_ms)]


def number(value: float, form: str) -> str:
    return "–" if np.isnan(value) else f"{value:{form}}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duration", type=float, default=30.0, help="seconds a run (there are twelve in a round)")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    capacity_qps = BenchmarkScenarios().single_stream(model, SAMPLES, 200).throughput
    found: dict[str, list[Comparison]] = {}
    for seed in range(given.rounds):
        for name, run in scenarios(capacity_qps).items():
            found.setdefault(name, []).append(run(given.duration, seed))
            print(f"round {seed + 1}: {name}", file=sys.stderr)
    print("\n".join(conditions()))
    print(f"service {1e3 / capacity_qps:.2f} ms; medians of {given.rounds} rounds of {given.duration:g} s\n")
    header = [
        "scenario",
        "ours: p50 / p90 / p99, ms",
        "LoadGen, ms",
        "ours / LoadGen",
        "ours / its Lindley",
        "LoadGen / its Lindley",
        "samples/s: ours / LoadGen",
        "mean, ms: ours / M/D/1",
    ]
    print(markdown_table(header, [row(name, rounds) for name, rounds in found.items()]))


if __name__ == "__main__":
    main()
