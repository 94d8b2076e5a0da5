"""What a submission may use, and how the operating system is told."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission; CPU time decides, the wall clock is a loose backstop.

    The wall clock must not decide: on a loaded machine the same work would
    get another verdict.
    """

    check_cpu_s: float = 5.0
    total_cpu_s: float = 60.0
    wall_s: float = 60.0
    memory_mb: int = 2048
    file_mb: int = 16
    open_files: int = 64
    extra_processes: int = 256
    messages: int = 200_000
    restarts: int = 24


def confine(limits: Limits) -> None:
    """Lower this process's own limits; there is no way back up for it or its children.

    `memory_mb` bounds the address space, so it counts what NumPy has mapped too.
    """
    cpu_s = int(limits.total_cpu_s) + 5
    _lower(resource.RLIMIT_CPU, cpu_s)
    _lower(resource.RLIMIT_AS, limits.memory_mb * MB)
    _lower(resource.RLIMIT_FSIZE, limits.file_mb * MB)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_CORE, 0)


def confine_processes(running: int, limits: Limits) -> None:
    """Bound processes and threads; the kernel counts all that the user has, so `running` is added.

    Does nothing for root, whom the kernel does not count.
    """
    _lower(resource.RLIMIT_NPROC, running + limits.extra_processes)


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


def cpu_s(pid: int) -> float:
    """CPU seconds that process `pid` has used, threads included; ProcessLookupError once it is gone.

    Linux derives a process's CPU clock from its pid (clock_getcpuclockid(3)).
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        raise ProcessLookupError(pid) from None
