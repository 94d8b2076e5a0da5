"""Runs an ordinary nbgrader notebook in a walled worker, cell by cell, work and tests in one process."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tito.autograder.grader import Grader
from tito.autograder.notebooks.cell_outputs import Error, Output, read_outputs
from tito.rpc.channel import POSTED, Channel, Closed, Reply, Request
from tito.rpc.codec import WireError
from tito.sandbox.isolation.limits import HandInClock, Limits, cpu_s
from tito.sandbox.notebooks.shell import WALL_BY_CPU
from tito.sandbox.notebooks.worker import LOADED

LIMITS = Limits(total_cpu_s=600, hand_in_s=1200, memory_mb=4096, file_mb=64, disk_mb=256, open_files=256)
MAX_FILES_BYTES = LIMITS.disk_mb * 2**20 // 2
_PIECE = 2**20
_GRACE_S = 10.0  # for a cell to end by itself once it was interrupted


@dataclass(frozen=True)
class NotebookJob:
    """The code cells of one notebook, the files beside it by path, and the CPU seconds that a cell may take."""

    cells: tuple[str, ...]
    files: Mapping[str, bytes]
    cell_cpu_s: float = 30.0


@dataclass(frozen=True)
class NotebookRun:
    """What each cell shows. `stopped` says why the run ended early; the cells that are left show that as an error."""

    outputs: tuple[tuple[Output, ...], ...]
    stopped: str = ""


class _RunStopped(Exception):
    """The worker is gone, or is not waited for any longer."""


class NotebookRunner:
    """Runs notebooks in workers of `grader`'s, each in a fresh one. Each thread needs its own."""

    def __init__(self, grader: Grader):
        self._workers, self._limits = grader.workers, grader.limits
        self._workers.load(list(LOADED))

    def run(self, job: NotebookJob) -> NotebookRun:
        """Run every cell, in order, as far as the worker lasts."""
        shown: list[tuple[Output, ...]] = []
        worker = self._workers.fork()
        watch = _Watch(worker.pid, self._limits, job.cell_cpu_s)
        channel = Channel(worker.read_fd, worker.write_fd, watch, worker.death)
        try:
            channel.send(Request(POSTED, "open_notebook", [], {}))
            for request in _files(job.files):
                channel.send(request)
            for number, source in enumerate(job.cells):
                watch.begin()
                channel.send(Request(number, "cell", [source, job.cell_cpu_s], {}))
                shown.append(_reply(channel, number))
        except Closed:
            return _cut_short(shown, job, "the code ended its process, or it was killed (os._exit? too much memory?)")
        except (_RunStopped, WireError) as stopped:
            return _cut_short(shown, job, str(stopped))
        finally:
            self._workers.end(worker)
        return NotebookRun(tuple(shown))


class _Watch:
    """Ends a run whose cell takes much longer than it may: the worker's own interruption comes first."""

    def __init__(self, pid: int, limits: Limits, cell_cpu_s: float):
        self._pid, self._limits, self._cell_cpu_s = pid, limits, cell_cpu_s
        self._clock = HandInClock(limits.hand_in_s)
        self.begin()

    def begin(self) -> None:
        """A cell begins."""
        self._cpu_at_start_s, self._wall_at_start_s = self._used(), time.monotonic()

    def __call__(self) -> None:
        if self._clock.stopped:
            raise _RunStopped(self._clock.stopped)
        used = self._used()
        if used > self._limits.total_cpu_s:
            raise _RunStopped(f"stopped: the notebook took {self._limits.total_cpu_s:g} s of CPU time")
        if used - self._cpu_at_start_s > self._cell_cpu_s + _GRACE_S:
            raise _RunStopped(f"stopped: a cell went on after {self._cell_cpu_s:g} s of CPU time")
        if time.monotonic() - self._wall_at_start_s > WALL_BY_CPU * self._cell_cpu_s + 3 * _GRACE_S:
            raise _RunStopped(f"stopped: no answer within {WALL_BY_CPU * self._cell_cpu_s:g} s")

    def _used(self) -> float:
        try:
            return cpu_s(self._pid)
        except ProcessLookupError:
            return 0.0


def _files(files: Mapping[str, bytes]) -> Iterator[Request]:
    for place, content in files.items():
        for start in range(0, len(content) or 1, _PIECE):
            yield Request(POSTED, "file", [place, content[start : start + _PIECE], start == 0], {})


def _reply(channel: Channel, number: int) -> tuple[Output, ...]:
    reply = channel.receive()
    if not isinstance(reply, Reply) or reply.number != number:
        raise WireError("the code sent what nobody had asked for")
    return read_outputs(reply.value)


def _cut_short(shown: list[tuple[Output, ...]], job: NotebookJob, why: str) -> NotebookRun:
    """The run with an error in each cell that is left."""
    error = Error("Stopped", why, [why])
    return NotebookRun((*shown, *[(error,)] * (len(job.cells) - len(shown))), why)
