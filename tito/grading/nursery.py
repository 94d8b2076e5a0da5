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
from tito.grading.commands import Answer, End, Fork, Load, Missing, receive_command, send_answer
from tito.grading.limits import Limits
from tito.grading.walls import Walls

READ_FD, WRITE_FD = 3, 4
_REPORT_FD = 5  # open until the walls stand
# Of NumPy and concurrent.futures the parts too that they load only when they are first asked for.
ALWAYS_LOADED = ("numpy", "numpy.random", "concurrent.futures.thread", "datetime", "json", "queue", "statistics", "threading")


class Orders(msgspec.Struct):
    """What a warm parent is told when it starts: its folder, the library to import from, limits, how many walls."""

    folder: str
    library: str
    limits: Limits
    level: int


class Nursery:
    """The loop of the warm parent."""

    def __init__(self, control: socket.socket, walls: Walls):
        self._control, self._walls = control, walls
        self._children: set[int] = set()

    def run(self) -> None:
        """Do what the grader asks until it is gone, then end every worker."""
        try:
            self._serve()
        except (BrokenPipeError, ConnectionResetError):
            pass  # killed while it waited for our answer
        for pid in list(self._children):
            self._end(pid)

    def _serve(self) -> None:
        while True:
            command, fds = receive_command(self._control)
            match command:
                case Load(modules):
                    _load(modules)
                case Fork(folder):
                    self._answer_with(*self._fork(folder, fds))
                case End(pid):
                    send_answer(self._control, Answer(self._end(pid)))
                case Missing():
                    send_answer(self._control, Answer(missing=self._walls.missing))
                case None:
                    return

    def _answer_with(self, answer: Answer, fds: list[int]) -> None:
        send_answer(self._control, answer, fds)
        for fd in fds:
            os.close(fd)

    def _fork(self, folder: str, fds: list[int]) -> tuple[Answer, list[int]]:
        """A worker, once its walls stand, and its descriptor; or what kept them from standing."""
        gc.collect()
        gc.freeze()
        hear, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_worker(folder, [*fds, report])
        for fd in (*fds, report):
            os.close(fd)
        self._children.add(pid)
        with open(hear, encoding="utf-8", errors="replace") as told:
            problem = told.read()
        if problem:
            self._end(pid)
            return Answer(problem=problem), []
        return Answer(pid), [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []

    def _become_worker(self, folder: str, fds: list[int]) -> None:
        """Never returns: whatever happens, this process ends here."""
        try:
            os.setsid()
            _silence()
            self._control.detach()
            _place(fds)
            if self._stands_behind_walls(Path(folder)):
                sys.modules["__main__"] = ModuleType("__main__")
                worker.serve(Channel(READ_FD, WRITE_FD))
        finally:
            os._exit(0)

    def _stands_behind_walls(self, folder: Path) -> bool:
        try:
            self._walls.enclose(folder)
            os.chdir(folder)
            os.environ["HOME"] = os.environ["TMPDIR"] = str(folder)
        except OSError as error:
            os.write(_REPORT_FD, f"{error}".encode())
            return False
        os.close(_REPORT_FD)
        return True

    def _end(self, pid: int) -> int:
        for kill in (os.killpg, os.kill):  # it may not yet have a group of its own
            try:
                kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._children.discard(pid)
        return os.waitpid(pid, 0)[1]


def _place(fds: list[int]) -> None:
    """Put the worker's pipes, and the one to report on, where they belong, and close everything else."""
    clear = [fcntl.fcntl(fd, fcntl.F_DUPFD, _REPORT_FD + 1) for fd in fds]
    for fd, place in zip(clear, (READ_FD, WRITE_FD, _REPORT_FD), strict=True):
        os.dup2(fd, place)
    os.closerange(_REPORT_FD + 1, 256)


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


def main(control_fd: int, told: str) -> None:
    """Close the way to the course, go behind the walls, load what every worker needs, and serve."""
    orders = msgspec.json.decode(told, type=Orders)
    close_the_course(orders.library)
    walls = Walls(orders.level, orders.limits, Path(orders.folder))
    walls.surround()
    _load(ALWAYS_LOADED)
    worker.get_ready()
    Nursery(socket.socket(fileno=control_fd), walls).run()
