"""The graders' end of the fork server: starting it, and having workers forked and ended."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tito.rpc.frames import receive_message, send_message
from tito.rpc.processes import ServerProcess
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.messages import (
    REPLIES,
    Command,
    Connect,
    ControlReply,
    EndWorker,
    ForkWorker,
    ListMissingWalls,
    Load,
    WorkerSettings,
)
from tito.support.errors import CourseError
from tito.support.tempdirs import TempDir

# Linear algebra by one thread: matrices are small here, and more threads would wait for work at full speed.
SINGLE_THREADED = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PID = re.compile(r"^Pid:\s*(-?\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class ForkedWorker:
    """A worker just forked: its pid, the pipes to read from it and to write to it, and its folder.

    `number` is its pid in the fork server, which differs in a namespace. `death`
    is a descriptor that becomes readable when it dies, where the system has such.
    """

    number: int
    pid: int
    read_fd: int
    write_fd: int
    death: int | None
    folder: Path

    def close(self) -> None:
        """Close what this process has of it, and remove its folder."""
        for fd in (self.read_fd, self.write_fd, self.death):
            if fd is not None:
                os.close(fd)
        shutil.rmtree(self.folder, ignore_errors=True)


class WorkerConnection:
    """A grader's own connection to a fork server, and the workers that it has from it."""

    def __init__(self, control: socket.socket, folder: Path):
        self._control, self._folder = control, folder

    def missing_walls(self) -> dict[str, str]:
        """The walls that are not up around the workers, and why."""
        self._send(ListMissingWalls())
        return self._answer()[0].missing

    def load(self, modules: list[str]) -> None:
        """Have modules imported, without waiting for it."""
        self._send(Load(modules))

    def fork(self) -> ForkedWorker:
        """A fresh worker. CourseError when it can't have all its walls."""
        folder = Path(tempfile.mkdtemp(dir=self._folder / "work"))
        its_read, write_fd = os.pipe()
        read_fd, its_write = os.pipe()
        try:
            self._send(ForkWorker(str(folder)), (its_read, its_write))
        finally:
            os.close(its_read)
            os.close(its_write)
        answer, fds = self._answer()
        if answer.problem:
            raise CourseError("a worker can't be started behind its walls", why=answer.problem, hint="tito doctor")
        death = fds[0] if fds else None
        return ForkedWorker(answer.number, _pid_here(answer.number, death), read_fd, write_fd, death, folder)

    def end(self, worker: ForkedWorker) -> int:
        """Kill a worker with all that it started and remove its folder; its wait status."""
        self._send(EndWorker(worker.number))
        status = self._answer()[0].number
        worker.close()
        return status

    def connect(self) -> WorkerConnection:
        """A connection for another grader, which may be in a process that is forked from this one."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._send(Connect(), (theirs.fileno(),))
        return WorkerConnection(ours, self._folder)

    def hang_up(self) -> None:
        """Close the connection, which ends the workers that were forked for it."""
        self._control.close()

    def close(self) -> None:
        """End what belongs to this connection."""
        self.hang_up()

    def _send(self, command: Command | WorkerSettings, fds: tuple[int, ...] = ()) -> None:
        try:
            send_message(self._control, command, fds)
        except BrokenPipeError:
            raise _gone() from None

    def _answer(self) -> tuple[ControlReply, list[int]]:
        try:
            answer, fds = receive_message(self._control, REPLIES)
        except ConnectionResetError:
            raise _gone() from None
        if answer is None:
            raise _gone()
        return answer, fds


class WorkerForkServer(WorkerConnection):
    """The process with the libraries loaded that forks the workers, and the first connection to it."""

    def __init__(self, library: Path, limits: Limits, level: int):
        made = TempDir("grading")
        folder = made.path
        _fill(folder, library, level)
        self._server = ServerProcess("tito.sandbox.fork_server", made, environment(folder / "home"))
        super().__init__(self._server.control, folder)
        try:
            self._send(WorkerSettings(str(folder), str(folder / "library" if level else library), limits, level))
        except CourseError:
            self.close()
            raise

    def close(self) -> None:
        """End the fork server with every worker that it has, whoever has it."""
        self._server.end()


def _gone() -> CourseError:
    return CourseError(
        "the process that starts workers has ended",
        why="what it said, if anything, stands above",
        hint="tito doctor",
    )


def _fill(folder: Path, library: Path, level: int) -> None:
    """Put into the fork server's folder what workers read, and `work`, with a work folder for each worker.

    A worker may be another user than we are: what it reads, anybody may, and
    nobody may see what else there is.
    """
    for name in ("home", "work", "root", "empty"):
        (folder / name).mkdir()
    if level:
        _copy_for_all(library, folder / "library")
        os.chmod(folder, 0o711)
        os.chmod(folder / "work", 0o711)
        os.chmod(folder / "home", 0o755)


def _copy_for_all(source: Path, target: Path) -> None:
    target.mkdir()
    os.chmod(target, 0o755)
    for path in source.iterdir():
        if path.is_dir():
            _copy_for_all(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)
            os.chmod(target / path.name, 0o644)


def _pid_here(number: int, descriptor: int | None) -> int:
    """A worker's pid as this process sees it, from what the kernel says of its descriptor (proc_pid_fdinfo(5))."""
    try:
        text = Path(f"/proc/self/fdinfo/{descriptor}").read_text()
    except FileNotFoundError:
        return number
    found = _PID.search(text)
    return int(found[1]) if found else number


def environment(folder: Path) -> dict[str, str]:
    """A clean environment: no secrets of ours, one thread for linear algebra, the same hashes and hours everywhere."""
    return SINGLE_THREADED | {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(folder),
    }
