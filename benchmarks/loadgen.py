"""Our scenarios beside MLPerf's own load generator: same model, same load, one run.

    python benchmarks/loadgen.py [--duration 30]

Needs the extra `loadgen` (PyPI: mlcommons-loadgen, the reference implementation).
For the server scenario LoadGen draws the arrivals; the times at which it issued
its queries are then replayed through `BenchmarkScenarios.server`, so both see
the same load. Lindley's recursion on the recorded service times says what an
exact harness would have reported: what is left between it and a column is that
harness's own error, and what is left between the two columns beyond that is the
machine's.
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
from pathlib import Path

import mlperf_loadgen as loadgen
import numpy as np

from tinytorch.core.benchmarking import BenchmarkScenarios

SERVICE_S = 0.010
SAMPLES = [{"data": i} for i in range(64)]
PERCENTILES = (50, 90, 99)


def model(sample):
    """Ten milliseconds that leave the interpreter free, as a device would; late by what the kernel adds."""
    time.sleep(SERVICE_S)
    return {"prediction": 0}


@dataclass(frozen=True)
class Run:
    """What one harness reported: p50, p90, p99 latency in seconds, samples per second."""

    percentiles_s: tuple[float, ...]
    throughput: float


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

    def close(self) -> None:
        loadgen.DestroySUT(self.handle)
        self._line.put(None)
        self._worker.join()


def run_loadgen(scenario: str, duration_s: float, qps: float = 0.0) -> tuple[Run, Sut]:
    """One LoadGen test of `duration_s` seconds; its summary file, read."""
    settings = loadgen.TestSettings()
    settings.scenario = getattr(loadgen.TestScenario, scenario)
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_duration_ms = int(duration_s * 1000)
    settings.min_query_count = 1
    if qps:
        settings.server_target_qps = qps
        settings.server_target_latency_ns = 10**10
        settings.max_query_count = max(1, int(qps * duration_s))
    if scenario == "Offline":
        settings.offline_expected_qps = 1 / SERVICE_S
    sut = Sut()
    library = loadgen.ConstructQSL(len(SAMPLES), len(SAMPLES), lambda _: None, lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        logs = loadgen.LogSettings()
        logs.log_output.outdir = folder
        logs.log_output.copy_summary_to_stdout = False
        logs.enable_trace = False
        loadgen.StartTestWithLogSettings(sut.handle, library, settings, logs)
        summary = Path(folder, "mlperf_log_summary.txt").read_text()
    loadgen.DestroyQSL(library)
    sut.close()
    elapsed_s = sut.ends_s[-1] - sut.issued_s[0]
    return Run(tuple(_percentile(summary, p) for p in PERCENTILES), len(sut.ends_s) / elapsed_s), sut


def _percentile(summary: str, percent: int) -> float:
    found = re.search(rf"^{percent}\.00 percentile latency \(ns\)\s*:\s*(\d+)", summary, re.M)
    return int(found[1]) / 1e9


class Replay(np.random.Generator):
    """A generator whose exponential gaps are those of a recorded schedule."""

    def __init__(self, arrivals_s):
        super().__init__(np.random.PCG64())
        self._gaps = iter(np.diff([0.0, *arrivals_s]))

    def exponential(self, scale=1.0, size=None):
        return next(self._gaps, float("inf"))


def percentiles(latencies) -> tuple[float, ...]:
    return tuple(float(np.percentile(latencies, p, method="inverted_cdf")) for p in PERCENTILES)


def lindley(arrivals_s, services_s) -> np.ndarray:
    """Exact latencies of a line in front of one server (Lindley 1952), from arrivals and service times."""
    end, latencies = 0.0, []
    for arrival, service in zip(arrivals_s, services_s, strict=True):
        end = max(arrival, end) + service
        latencies.append(end - arrival)
    return np.array(latencies)


def md1_mean_latency_s(load: float) -> float:
    """Mean latency of M/D/1 (Pollaczek–Khinchine): service + load × service / (2 (1 − load))."""
    return SERVICE_S + load * SERVICE_S / (2 * (1 - load)) if load < 1 else float("inf")


def row(name: str, theirs: Run, ours: Run, exact, note: str) -> str:
    cells = [f"{a * 1e3:.1f} / {b * 1e3:.1f} / {a / b:.3f}" for a, b in zip(ours.percentiles_s, theirs.percentiles_s)]
    exact_ms = " ".join(f"{v * 1e3:.1f}" for v in exact) if exact else "–"
    return f"| {name} | {' | '.join(cells)} | {exact_ms} | {ours.throughput:.1f} / {theirs.throughput:.1f} | {note} |"


def server_row(load: float, duration_s: float, capacity_qps: float) -> str:
    theirs, sut = run_loadgen("Server", duration_s, load * capacity_qps)
    arrivals = np.array(sut.issued_s) - sut.issued_s[0] + 0.001
    result = BenchmarkScenarios().server(model, SAMPLES, load * capacity_qps, arrivals[-1] + 1e-3, rng=Replay(arrivals))
    exact = percentiles(lindley(arrivals, result.metadata["service_s"]))
    note = f"M/D/1 mean {md1_mean_latency_s(load) * 1e3:.1f} ms, ours {np.mean(result.latencies) * 1e3:.1f} ms"
    return row(f"server, load {load}", theirs, Run(percentiles(result.latencies), result.throughput), exact, note)


def single_stream_row(duration_s: float) -> str:
    theirs, _ = run_loadgen("SingleStream", duration_s)
    result = BenchmarkScenarios().single_stream(model, SAMPLES, int(duration_s / SERVICE_S))
    return row("single-stream", theirs, Run(percentiles(result.latencies), result.throughput), None, "")


def offline_row(duration_s: float) -> str:
    theirs, sut = run_loadgen("Offline", duration_s)
    result = BenchmarkScenarios().offline(model, [{"data": i} for i in range(len(sut.ends_s))], 32)
    return f"| offline | – | – | – | – | {result.throughput:.1f} / {theirs.throughput:.1f} | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duration", type=float, default=30.0, help="seconds a run (there are twelve)")
    duration_s = parser.parse_args().duration
    service = BenchmarkScenarios().single_stream(model, SAMPLES, 200)
    capacity_qps = service.throughput
    print(f"service {1e3 / capacity_qps:.2f} ms, capacity {capacity_qps:.1f} a second; ours / LoadGen / ratio, in ms\n")
    print("| scenario | p50 | p90 | p99 | Lindley p50 p90 p99 | samples a second | queueing theory |")
    print("|---|---|---|---|---|---|---|")
    print(single_stream_row(duration_s))
    for load in (0.3, 0.7, 0.9, 1.1):
        print(server_row(load, duration_s, capacity_qps), flush=True)
    print(offline_row(duration_s))


if __name__ == "__main__":
    sys.exit(main())
