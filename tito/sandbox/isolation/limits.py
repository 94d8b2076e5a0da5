"""What a submission may use, and how these limits are set."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tito.course.checks import HAND_IN_S

if TYPE_CHECKING:
    from tito.course.course import Module

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission; CPU time decides, the wall clock is a loose backstop.

    The wall clock must not decide: on a loaded machine the same work would get
    another result. `grader_cpu_s` is the grader's own, in one check; `messages` and
    `messages_mb` bound what the learner's code may send in one check, `silences` how
    often it may give no answer within `wall_s`. `hand_in_s` bounds all checks of a
    hand-in together, by the clock: sleeping costs no CPU time, and nobody waits for it.
    """

    check_cpu_s: float = 5.0
    total_cpu_s: float = 60.0
    grader_cpu_s: float = 10.0
    wall_s: float = 60.0
    hand_in_s: float = HAND_IN_S
    silences: int = 2
    memory_mb: int = 2048
    file_mb: int = 16
    disk_mb: int = 64
    open_files: int = 64
    extra_processes: int = 1024
    messages: int = 200_000
    messages_mb: int = 16  # of the course's own solutions none takes more than half a megabyte
    restarts: int = 24

    @classmethod
    def of(cls, module: Module) -> Limits:
        """The limits on a submission of `module`."""
        return cls(hand_in_s=module.hand_in_s)


class HandInClock:
    """The time by the clock that is left for one hand-in."""

    def __init__(self, limit_s: float, clock: Callable[[], float] = time.monotonic):
        self._limit_s, self._clock = limit_s, clock
        self._end_s = clock() + limit_s

    @property
    def left_s(self) -> float:
        return self._end_s - self._clock()

    @property
    def stopped(self) -> str:
        """Why nothing more of the hand-in runs; "" while there is time."""
        return f"stopped after {self._limit_s:g} s in all" if self.left_s <= 0 else ""


def confine(limits: Limits) -> None:
    """Lower this process's own limits; neither it nor its children can raise them again.

    `memory_mb` bounds the address space, which includes what NumPy has mapped.
    """
    cpu_s = int(limits.total_cpu_s) + 5
    _lower(resource.RLIMIT_CPU, cpu_s)
    _lower(resource.RLIMIT_AS, limits.memory_mb * MB)
    _lower(resource.RLIMIT_FSIZE, limits.file_mb * MB)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_CORE, 0)


def confine_processes(running: int, limits: Limits, counted_apart: bool) -> None:
    """Bound processes and threads. Does nothing for root, whom the kernel does not count.

    It counts all that a user has. Where each worker is `counted_apart`, that is the
    worker's own. Else `running` is added, and what other workers need, of which there
    are as many as cores, each with a thread for each query.
    """
    workers = os.cpu_count() or 1
    _lower(
        resource.RLIMIT_NPROC, limits.extra_processes if counted_apart else running + limits.extra_processes * workers
    )


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (bound, bound))
    except ValueError:
        if sys.platform == "linux":  # macOS knows a limit on address space and refuses to set it
            raise


def tasks_of(uids: Collection[int]) -> int:
    """Threads that these users run now, which the kernel counts against RLIMIT_NPROC; many where nobody can say."""
    if not os.path.isdir("/proc/self"):
        return 4096
    own = [p for p in Path("/proc").iterdir() if p.name.isdigit() and _owner(p) in uids]
    return sum(_count(process / "task") for process in own)


def _owner(process: Path) -> int:
    try:
        return process.stat().st_uid
    except OSError:  # it has ended meanwhile
        return -1


def _count(folder: Path) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:
        return 0


def cpu_s(pid: int) -> float:
    """CPU seconds that process `pid` has used, threads included; ProcessLookupError once it is gone.

    Linux derives a process's CPU clock from its pid (clock_getcpuclockid(3)).
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        raise ProcessLookupError(pid) from None
