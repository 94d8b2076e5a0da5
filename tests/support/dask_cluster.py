"""A Dask cluster on loopback: a scheduler and workers, each a process that can be killed like a machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIMES = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s", "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"}


def dask(*words: str) -> subprocess.Popen:
    """A part of a cluster, in a process group of its own; what it says goes to a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], text=True, stderr=subprocess.STDOUT, stdout=subprocess.PIPE,
        start_new_session=True, env=os.environ | TIMES | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def scheduler(*options: str, port: int = 0) -> tuple[subprocess.Popen, str]:
    """A scheduler on loopback and its address."""
    process = dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show", *options)
    for line in process.stdout:
        if found := re.search(r"Scheduler at:\s+(\S+)", line):
            return process, found[1]
    raise AssertionError(f"the scheduler ended: {process.wait()}")


def worker(address: str, *options: str) -> subprocess.Popen:
    return dask("worker", address, "--nthreads", "1", "--nworkers", "1", "--no-dashboard", *options)


def kill(process: subprocess.Popen) -> None:
    """Kill a process with all that it started, as when a machine is switched off."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@contextmanager
def cluster(workers: int = 2) -> Iterator[tuple[subprocess.Popen, str, list[subprocess.Popen]]]:
    """The scheduler's process and address, and the workers."""
    head, address = scheduler()
    hands = [worker(address) for _ in range(workers)]
    try:
        yield head, address, hands
    finally:
        for process in (*hands, head):
            if process.returncode is None:
                kill(process)
