"""What the two fork servers share: how one is started and ended, and how it forks a child.

    tito.sandbox.fork_server   forks workers, each with a learner's code
    tito.workers.fork_server   forks graders

Each is a module with a function `main(fd)`, which serves on that socket. The
first message on it says what to get ready for. The server ends when the process
that started it hangs up.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tito.support.tempdirs import TempDir

_ROOT = Path(__file__).resolve().parents[2]


class ServerProcess:
    """A fork server that this process has started: the socket to it, the process, and its temporary folder.

    The folder is around everything that the server and its children write, and is
    removed when they have ended. OSError when the process can't be started.
    """

    def __init__(self, module: str, folder: TempDir, env: Mapping[str, str]):
        self.folder = folder
        try:
            self.control, self.process = _start(module, env, folder.path)
        except OSError:
            folder.remove()
            raise

    def hang_up(self) -> None:
        """Close this process's end of the socket; a forked child does so when it starts."""
        self.control.close()

    def kill(self) -> None:
        """Kill the server's process group at once."""
        with suppress(ProcessLookupError, PermissionError):  # it has ended, and none of its group is left
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Hang up, wait until the server has ended, and remove its folder."""
        self.hang_up()
        self.process.wait()
        self.folder.remove()


def _start(module: str, env: Mapping[str, str], cwd: Path) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start a process that calls `main` of `module` with a socket's number; our end of the socket, and the process.

    The process has a session of its own: Ctrl-C is for who started it. What it
    prints about a mistake goes to our stderr.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        code = f"import sys; sys.path[:0] = [{str(_ROOT)!r}]; from {module} import main; main({theirs.fileno()})"
        try:
            process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return ours, process


# -- in the fork server -----------------------------------------------------------------


def freeze_memory() -> None:
    """Keep the garbage collector off what exists now, so that forked children go on sharing it."""
    gc.collect()
    gc.freeze()


def fork_child(run: Callable[[], None]) -> int:
    """Fork a child that calls `run` and never returns; its pid."""
    pid = os.fork()
    if pid == 0:
        _run_and_exit(run)
    return pid


def _run_and_exit(run: Callable[[], None]) -> NoReturn:
    """End with exit code 0, or with a traceback and 1 when `run` raises: as the interpreter would, but at once."""
    code = 1
    try:
        run()
        code = 0
    except BaseException:  # what the interpreter would print at its end
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
