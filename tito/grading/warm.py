"""The grader's end of the warm parent: starting it, and having workers forked and ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tito.errors import CourseError
from tito.grading.commands import End, Fork, Load, receive_answer, send_command
from tito.grading.limits import Limits

_TITO_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path[:0] = [{!r}]; from tito.grading.nursery import main; main({}, {!r}, {!r})"


@dataclass(frozen=True)
class Fledgling:
    """A worker just forked: its pid, the pipes to hear it and to speak to it, and its folder.

    `death` is a descriptor that becomes readable when it dies, where the system has such.
    """

    pid: int
    read_fd: int
    write_fd: int
    death: int | None
    folder: Path

    def close(self) -> None:
        for fd in (self.read_fd, self.write_fd, self.death):
            if fd is not None:
                os.close(fd)
        shutil.rmtree(self.folder, ignore_errors=True)


class WarmParent:
    """A process with the libraries loaded, which forks one worker for each submission."""

    def __init__(self, library: Path, limits: Limits):
        self._folder = Path(tempfile.mkdtemp(prefix="tito-grading-"))
        self._control, theirs = socket.socketpair()
        told = msgspec.json.encode(limits).decode()
        with theirs:
            fd = theirs.fileno()
            start = _START.format(str(_TITO_ROOT), fd, str(library), told)
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", start],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[fd],
                env=_environment(self._folder),
                cwd=self._folder,
                start_new_session=True,
            )

    def load(self, modules: list[str]) -> None:
        """Have modules imported, without waiting for it."""
        self._send(Load(modules))

    def fork(self) -> Fledgling:
        """A fresh worker."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        its_read, write_fd = os.pipe()
        read_fd, its_write = os.pipe()
        try:
            self._send(Fork(str(folder)), (its_read, its_write))
        finally:
            os.close(its_read)
            os.close(its_write)
        pid = self._answer()
        death = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        return Fledgling(pid, read_fd, write_fd, death, folder)

    def end(self, worker: Fledgling) -> int:
        """Kill a worker with all that it started and remove its folder; its wait status."""
        self._send(End(worker.pid))
        status = self._answer()
        worker.close()
        return status

    def close(self) -> None:
        """End the warm parent with every worker that it has."""
        self._control.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, command, fds: tuple[int, ...] = ()) -> None:
        try:
            send_command(self._control, command, fds)
        except BrokenPipeError:
            raise _gone() from None

    def _answer(self) -> int:
        answer = receive_answer(self._control)
        if answer is None:
            raise _gone()
        return answer


def _gone() -> CourseError:
    return CourseError(
        "the process that starts workers has ended",
        why="what it said, if anything, stands above",
        hint="tito doctor",
    )


def _environment(folder: Path) -> dict[str, str]:
    """A clean environment: no secrets of ours, one thread for linear algebra, the same hashes every time."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return threads | {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(folder),
    }
