"""The fork server of workers: a process with the libraries loaded that forks a worker for each submission.

It runs nothing of a learner's. It starts with a clean environment, takes
commands on a socket, or on several when graders share it, and when the first
closes it ends with all its children.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from tito.rpc.channel import Channel
from tito.rpc.frames import receive_message, send_message
from tito.rpc.processes import fork_child, freeze_memory
from tito.sandbox import worker
from tito.sandbox.isolation.stack import Walls
from tito.sandbox.messages import (
    COMMANDS,
    SETTINGS,
    Connect,
    ControlReply,
    EndWorker,
    ForkWorker,
    ListMissingWalls,
    Load,
)
from tito.sandbox.notebooks import worker as notebook_worker

READ_FD, WRITE_FD = 3, 4
_REPORT_FD = 5  # open until the walls stand
# Of NumPy and concurrent.futures the parts too that they load only when they are first asked for.
ALWAYS_LOADED = (
    "numpy",
    "numpy.random",
    "concurrent.futures.thread",
    "datetime",
    "json",
    "queue",
    "statistics",
    "threading",
)

KINDS = {"open": worker.serve, "open_notebook": notebook_worker.serve}  # of workers, by what they are opened with


@dataclass
class _Child:
    """A worker: the grader that it was forked for, its user, and the descriptor watched for news of it, if any is."""

    client: socket.socket
    user: int
    watched: int | None = None


class WorkerForkLoop:
    """The loop of the fork server. It never blocks: neither on walls that go up nor on a worker that ends.

    The grader on `control` started the server, which ends with it; other graders may be connected.
    """

    def __init__(self, control: socket.socket, walls: Walls):
        self._control, self._walls = control, walls
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._listen_to(control)

    def run(self) -> None:
        """Do what graders ask until the first has gone, then end every worker."""
        while self._control.fileno() >= 0:
            key, _ = self._selector.select()[0]  # one at a time: what is done may put an end to another
            key.data()
        for pid in list(self._children):
            self._reap(pid)

    def _listen_to(self, client: socket.socket) -> None:
        self._selector.register(client, selectors.EVENT_READ, lambda: self._obey(client))

    def _obey(self, client: socket.socket) -> None:
        try:
            command, fds = receive_message(client, COMMANDS)
        except ConnectionResetError:  # killed while our answer was on its way
            command, fds = None, []
        match command:
            case Load(modules):
                _load(modules)
            case ForkWorker(folder):
                self._fork(client, folder, fds)
            case EndWorker(pid):
                self._end(pid)
            case Connect():
                self._listen_to(socket.socket(fileno=fds[0]))
            case ListMissingWalls():
                _answer(client, ControlReply(missing=self._walls.missing))
            case None:
                self._disconnect(client)

    def _disconnect(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        client.close()
        for pid in [pid for pid, child in self._children.items() if child.client is client]:
            self._reap(pid)

    def _watch(self, pid: int, descriptor: int, then: Callable[[int, int], None]) -> None:
        """Have `then(pid, descriptor)` called once there is something to read."""
        self._children[pid].watched = descriptor
        self._selector.register(descriptor, selectors.EVENT_READ, lambda: then(pid, descriptor))

    def _stop_watching(self, pid: int) -> None:
        child = self._children[pid]
        if child.watched is not None:
            self._selector.unregister(child.watched)
            os.close(child.watched)
            child.watched = None

    # -- a worker's life ------------------------------------------------------------------

    def _fork(self, client: socket.socket, folder: str, fds: list[int]) -> None:
        freeze_memory()
        read_report, report = os.pipe()
        user = self._walls.users.next_free(child.user for child in self._children.values())
        pid = fork_child(lambda: self._be_worker(folder, user, [*fds, report]))
        for fd in (*fds, report):
            os.close(fd)
        self._children[pid] = _Child(client, user)
        self._watch(pid, read_report, self._enclosed)

    def _enclosed(self, pid: int, read_report: int) -> None:
        """Answer with the worker and its descriptor once its walls stand, or with what kept them from standing."""
        with open(read_report, encoding="utf-8", errors="replace", closefd=False) as report:
            problem = report.read()
        self._stop_watching(pid)
        client = self._children[pid].client
        if problem:
            self._reap(pid)
            return _answer(client, ControlReply(problem=problem))
        fds = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        _answer(client, ControlReply(pid), fds)

    def _end(self, pid: int) -> None:
        if hasattr(os, "pidfd_open"):
            self._watch(pid, os.pidfd_open(pid), self._ended)
            _kill(pid)
        else:
            self._ended(pid)

    def _ended(self, pid: int, _descriptor: int | None = None) -> None:
        client = self._children[pid].client
        _answer(client, ControlReply(self._reap(pid)))

    def _reap(self, pid: int) -> int:
        """Kill a worker, if it still runs, and forget it; its wait status."""
        self._stop_watching(pid)
        del self._children[pid]
        _kill(pid)
        return os.waitpid(pid, 0)[1]

    # -- in the worker --------------------------------------------------------------------

    def _be_worker(self, folder: str, user: int, fds: list[int]) -> NoReturn:
        """Serve as a worker, then end with exit code 0 whatever happened: no error here has a reader."""
        try:
            os.setsid()
            _silence()
            _place(fds)
            if self._stands_behind_walls(Path(folder), user):
                sys.modules["__main__"] = ModuleType("__main__")
                _serve(Channel(READ_FD, WRITE_FD))
        finally:
            os._exit(0)

    def _stands_behind_walls(self, folder: Path, user: int) -> bool:
        try:
            self._walls.enclose(folder, user)
            os.chdir(folder)
            os.environ["HOME"] = os.environ["TMPDIR"] = str(folder)
        except OSError as error:
            os.write(_REPORT_FD, f"{error}".encode())
            return False
        os.close(_REPORT_FD)
        return True


def _serve(channel: Channel) -> None:
    """Serve as the kind of worker that the first message asks for."""
    opening: Any = channel.receive()
    KINDS[opening.operation](channel, opening)


def _answer(client: socket.socket, answer: ControlReply, fds: Sequence[int] = ()) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # killed while it waited: its hanging up is read next
        send_message(client, answer, fds)
    for fd in fds:
        os.close(fd)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # it may not yet have a group of its own
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _place(fds: list[int]) -> None:
    """Put the worker's pipes, and the one to report on, where they belong, and close everything else."""
    clear = [fcntl.fcntl(fd, fcntl.F_DUPFD, _REPORT_FD + 1) for fd in fds]
    for fd, place in zip(clear, (READ_FD, WRITE_FD, _REPORT_FD), strict=True):
        os.dup2(fd, place)
    os.closerange(_REPORT_FD + 1, os.sysconf("SC_OPEN_MAX"))


def _silence() -> None:
    """What the learner's code prints goes nowhere, and nothing can be read from the terminal."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)


def _load(modules: Iterable[str]) -> None:
    for name in modules:
        with suppress(ImportError):  # not installed here: the learner's own import will say so
            importlib.import_module(name)


def close_the_course(library: str) -> None:
    """Leave one way to import `tinytorch`: the library made for this run. The course's own tree has the solutions."""
    sys.path[:] = [library, *(entry for entry in sys.path if not _leads_to_course(entry))]
    sys.meta_path[:] = [finder for finder in sys.meta_path if not _is_editable(finder)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if not _is_editable(hook)]
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()


def _leads_to_course(entry: str) -> bool:
    # a course on an installed kit has no `tito` beside its modules
    has_course = any(os.path.isdir(os.path.join(entry, name)) for name in ("tito", "modules"))
    has_libraries = os.path.isdir(os.path.join(entry, "msgspec"))
    return "__editable__" in entry or not os.path.isabs(entry) or (has_course and not has_libraries)


def _is_editable(thing: object) -> bool:
    return "__editable__" in f"{getattr(thing, '__module__', '')} {getattr(thing, '__qualname__', '')}"


def main(control_fd: int) -> None:
    """Close the way to the course, go behind the walls, load what every worker needs, and serve."""
    control = socket.socket(fileno=control_fd)
    settings, _ = receive_message(control, SETTINGS)
    if settings is None:
        return
    close_the_course(settings.library)
    walls = Walls(settings.level, settings.limits, Path(settings.folder))
    walls.surround()
    _load(ALWAYS_LOADED)
    worker.get_ready()
    WorkerForkLoop(control, walls).run()
