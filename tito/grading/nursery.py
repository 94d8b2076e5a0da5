"""The warm parent: a process with the libraries loaded that forks a worker for each submission.

It runs nothing of a learner's. It starts with a clean environment, takes
commands on one socket, and when that closes it ends with all its children.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType

import msgspec

from tito.grading import worker
from tito.grading.channel import Channel
from tito.grading.commands import End, Fork, Load, receive_command, send_answer
from tito.grading.limits import Limits, confine, confine_processes

READ_FD, WRITE_FD = 3, 4
ALWAYS_LOADED = ("numpy", "concurrent.futures", "datetime", "json", "queue", "statistics", "threading")


class Nursery:
    """The loop of the warm parent."""

    def __init__(self, control: socket.socket, limits: Limits):
        self._control, self._limits = control, limits
        self._children: set[int] = set()
        self._running = _tasks_of_user()

    def run(self) -> None:
        while True:
            command, fds = receive_command(self._control)
            match command:
                case Load(modules):
                    _load(modules)
                case Fork(folder):
                    send_answer(self._control, self._fork(folder, fds))
                case End(pid):
                    send_answer(self._control, self._end(pid))
                case None:
                    break
        for pid in list(self._children):
            self._end(pid)

    def _fork(self, folder: str, fds: list[int]) -> int:
        gc.collect()
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            self._become_worker(folder, fds)
        for fd in fds:
            os.close(fd)
        self._children.add(pid)
        return pid

    def _become_worker(self, folder: str, fds: list[int]) -> None:
        """Never returns: whatever happens, this process ends here."""
        try:
            os.setsid()
            _silence()
            self._control.detach()
            _place(fds)
            os.chdir(folder)
            confine(self._limits)
            confine_processes(self._running, self._limits)
            sys.modules["__main__"] = ModuleType("__main__")
            worker.serve(Channel(READ_FD, WRITE_FD))
        finally:
            os._exit(0)

    def _end(self, pid: int) -> int:
        for kill in (os.killpg, os.kill):  # it may not yet have a group of its own
            try:
                kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._children.discard(pid)
        return os.waitpid(pid, 0)[1]


def _place(fds: list[int]) -> None:
    """Put the worker's pipes where they belong, and close everything else."""
    clear = [fcntl.fcntl(fd, fcntl.F_DUPFD, WRITE_FD + 1) for fd in fds]
    for fd, place in zip(clear, (READ_FD, WRITE_FD), strict=True):
        os.dup2(fd, place)
    os.closerange(WRITE_FD + 1, 256)


def _silence() -> None:
    """What the learner's code prints goes nowhere, and nothing can be read from the terminal."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)


def _load(modules) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # not installed here: the learner's own import will say so


def _tasks_of_user() -> int:
    """Threads that this user runs now, which the kernel counts against RLIMIT_NPROC; not needed for root."""
    if os.getuid() == 0 or not os.path.isdir("/proc"):
        return 4096
    own = [p for p in Path("/proc").iterdir() if p.name.isdigit() and _owner(p) == os.getuid()]
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


def close_the_course(library: str) -> None:
    """Leave one way to import `tinytorch`: the staged library. The course's own tree has the solutions."""
    sys.path[:] = [library, *(entry for entry in sys.path if not _leads_to_course(entry))]
    sys.meta_path[:] = [finder for finder in sys.meta_path if not _is_editable(finder)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if not _is_editable(hook)]
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()


def _leads_to_course(entry: str) -> bool:
    has_tito, has_libraries = (os.path.isdir(os.path.join(entry, name)) for name in ("tito", "msgspec"))
    return "__editable__" in entry or not os.path.isabs(entry) or (has_tito and not has_libraries)


def _is_editable(thing) -> bool:
    return "__editable__" in f"{getattr(thing, '__module__', '')} {getattr(thing, '__qualname__', '')}"


def main(control_fd: int, library: str, limits: str) -> None:
    """Load what every worker needs, close the way to the course, and serve."""
    _load(ALWAYS_LOADED)
    close_the_course(library)
    control = socket.socket(fileno=control_fd)
    Nursery(control, msgspec.json.decode(limits, type=Limits)).run()
