"""What the walls around a worker cost: a fork behind those of each level beside a bare fork, in turns.

    python benchmarks/walls.py [--rounds 200]

Every parent has NumPy, SciPy's statistics and pyplot loaded. A round forks once
behind each level, through the warm parent that grading uses, until the worker's
walls stand, and once bare: os.fork() and nothing more. Beside the time on the
wall stands the worker's own CPU time by then, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from tito.autograder import probe
from tito.autograder.grader import Grader
from tito.sandbox.client import WorkerForkServer, environment
from tito.sandbox.isolation.limits import Limits, cpu_s
from tito.sandbox.isolation.stack import HIGHEST

LOADED = ["scipy.stats", "matplotlib.pyplot", "asyncio"]
BARE = f"""
import gc, os, sys, {", ".join(LOADED)}
gc.collect()
gc.freeze()
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(0)
    print("forked", flush=True)
    os.waitpid(child, 0)
"""


@contextmanager
def bare_parent(folder: Path) -> Iterator[subprocess.Popen]:
    """A process with the same libraries that forks for each line it is sent."""
    command = [sys.executable, "-s", "-P", "-c", BARE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(folder), text=True, **pipes) as process:
        yield process
        process.stdin.close()


def bare_fork_s(process: subprocess.Popen) -> float:
    began = time.perf_counter()
    print(file=process.stdin, flush=True)
    process.stdout.readline()
    return time.perf_counter() - began


def fork_s(parent: WorkerForkServer) -> tuple[float, float]:
    """Until the walls stand: time on the wall, and of the worker's CPU."""
    began = time.perf_counter()
    worker = parent.fork()
    up = time.perf_counter()
    used = cpu_s(worker.pid)
    parent.end(worker)
    return up - began, used


def measured(rounds: int) -> dict[str, np.ndarray]:
    """Seconds in each round, by what was done."""
    found: dict[str, list[float]] = {}
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        parents = [WorkerForkServer(folder, Limits(), level) for level in range(HIGHEST + 1)]
        for parent in parents:
            open_.callback(parent.close)
            parent.load(LOADED)
        bare = open_.enter_context(bare_parent(folder))
        for number in range(rounds + 1):  # the first one waits for what is loaded, and does not count
            times = one_round(bare, parents, first=number % (len(parents) + 1))
            for name, seconds in times.items() if number else ():
                found.setdefault(name, []).append(seconds)
    return {name: np.array(seconds) for name, seconds in found.items()}


def one_round(bare: subprocess.Popen, parents: list[WorkerForkServer], first: int) -> dict[str, float]:
    """One fork of each kind; who comes `first`, after a pause, finds cold caches."""
    times = {}
    kinds = [None, *range(len(parents))]
    for level in kinds[first:] + kinds[:first]:
        if level is None:
            times["bare"] = bare_fork_s(bare)
        else:
            times[f"level {level}"], times[f"CPU {level}"] = fork_s(parents[level])
    return times


def reached(level: int) -> str:
    with tempfile.TemporaryDirectory() as folder, Grader(Path(folder), level=level) as grader:
        found = probe.probe(grader).level
    return "" if found in (level, max(level, 1)) else f" (here only {found} is reached)"


def print_table(times: dict[str, np.ndarray]) -> None:
    floor = np.median(times["bare"])
    print("| a fork | ms, median | ms, quickest tenth | ms over a bare fork | CPU ms in the worker |")
    print("| --- " * 5 + "|")
    print(f"| bare | {1e3 * floor:.1f} | {1e3 * np.percentile(times['bare'], 10):.1f} | | |")
    for level in range(HIGHEST + 1):
        forks, used = times[f"level {level}"], times[f"CPU {level}"]
        extra = np.median(forks - times["bare"])
        print(
            f"| level {level}{reached(level)} | {1e3 * np.median(forks):.1f} | {1e3 * np.percentile(forks, 10):.1f} "
            f"| {1e3 * extra:.1f} | {1e3 * np.median(used):.1f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    print_table(measured(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
