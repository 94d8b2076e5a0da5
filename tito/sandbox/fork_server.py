"""The warm parent: a process with the libraries loaded that forks a worker for each submission.

It runs nothing of a learner's. It starts with a clean environment, takes
commands on a socket, or on several when graders share it, and when the first
closes it ends with all its children.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import msgspec

from tito.rpc.channel import Channel
from tito.sandbox import worker
from tito.sandbox.control import Connect, ControlReply, End, Fork, Load, Missing, receive_command, send_answer
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.isolation.stack import Walls

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


class Orders(msgspec.Struct):
    """What a warm parent is told when it starts: its folder, the library to import from, limits, how many walls."""

    folder: str
    library: str
    limits: Limits
    level: int


@dataclass
class _Worker:
    """A child: for whom it was forked, and the descriptor that tells of what is awaited of it, if anything is."""

    client: socket.socket
    awaited: int | None = None


class Nursery:
    """The loop of the warm parent. It waits for nobody: not for walls to stand, nor for a worker to be gone.

    The one on `control` started it, and with that one it ends; other graders may be connected.
    """

    def __init__(self, control: socket.socket, walls: Walls):
        self._control, self._walls = control, walls
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()
        self._listen_to(control)

    def run(self) -> None:
        """Do what graders ask until the first is gone, then end every worker."""
        while self._control.fileno() >= 0:
            key, _ = self._selector.select()[0]  # one at a time: what is done may put an end to another
            key.data()
        for pid in list(self._workers):
            self._bury(pid)

    def _listen_to(self, client: socket.socket) -> None:
        self._selector.register(client, selectors.EVENT_READ, lambda: self._obey(client))

    def _obey(self, client: socket.socket) -> None:
        try:
            command, fds = receive_command(client)
        except ConnectionResetError:  # killed while our answer was on its way
            command, fds = None, []
        match command:
            case Load(modules):
                _load(modules)
            case Fork(folder):
                self._fork(client, folder, fds)
            case End(pid):
                self._end(pid)
            case Connect():
                self._listen_to(socket.socket(fileno=fds[0]))
            case Missing():
                _answer(client, ControlReply(missing=self._walls.missing))
            case None:
                self._part_from(client)

    def _part_from(self, client: socket.socket) -> None:
        self._selector.unregister(client)
        client.close()
        for pid in [pid for pid, worker in self._workers.items() if worker.client is client]:
            self._bury(pid)

    def _await(self, pid: int, descriptor: int, then: Callable[[int, int], None]) -> None:
        """Have `then(pid, descriptor)` done once there is something to read."""
        self._workers[pid].awaited = descriptor
        self._selector.register(descriptor, selectors.EVENT_READ, lambda: then(pid, descriptor))

    def _no_longer_await(self, pid: int) -> None:
        worker = self._workers[pid]
        if worker.awaited is not None:
            self._selector.unregister(worker.awaited)
            os.close(worker.awaited)
            worker.awaited = None

    # -- a worker's life ------------------------------------------------------------------

    def _fork(self, client: socket.socket, folder: str, fds: list[int]) -> None:
        gc.collect()
        gc.freeze()
        hear, report = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_worker(folder, [*fds, report])
        for fd in (*fds, report):
            os.close(fd)
        self._workers[pid] = _Worker(client)
        self._await(pid, hear, self._enclosed)

    def _enclosed(self, pid: int, hear: int) -> None:
        """Its walls stand, and the answer is the worker and its descriptor; or something kept them from standing."""
        with open(hear, encoding="utf-8", errors="replace", closefd=False) as told:
            problem = told.read()
        self._no_longer_await(pid)
        client = self._workers[pid].client
        if problem:
            self._bury(pid)
            return _answer(client, ControlReply(problem=problem))
        fds = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        _answer(client, ControlReply(pid), fds)

    def _end(self, pid: int) -> None:
        if hasattr(os, "pidfd_open"):
            self._await(pid, os.pidfd_open(pid), self._gone)
            _kill(pid)
        else:
            self._gone(pid)

    def _gone(self, pid: int, _descriptor: int | None = None) -> None:
        client = self._workers[pid].client
        _answer(client, ControlReply(self._bury(pid)))

    def _bury(self, pid: int) -> int:
        """End a worker that may live, without a word; its wait status."""
        self._no_longer_await(pid)
        del self._workers[pid]
        _kill(pid)
        return os.waitpid(pid, 0)[1]

    def _become_worker(self, folder: str, fds: list[int]) -> None:
        """Never returns: whatever happens, this process ends here."""
        try:
            os.setsid()
            _silence()
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


def _answer(client: socket.socket, answer: ControlReply, fds: Sequence[int] = ()) -> None:
    try:
        send_answer(client, answer, fds)
    except (BrokenPipeError, ConnectionResetError):
        pass  # killed while it waited: that it is gone will be heard next
    for fd in fds:
        os.close(fd)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # it may not yet have a group of its own
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


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
