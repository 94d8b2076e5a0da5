"""A Python process of ours, at the other end of a socket: how the hall and the warm parent are started."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def start(module: str, *arguments: str, env: Mapping[str, str], cwd: Path | None = None) -> tuple[socket.socket, subprocess.Popen]:
    """A process that calls `main` of this module with the number of its end of a socket and `arguments`; our end, and it.

    It has a session of its own, for an interrupt from the keyboard is for who
    started it; what it has to say of a mistake goes to our stderr. OSError when
    it can't be started.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        told = ", ".join(map(repr, (theirs.fileno(), *arguments)))
        code = f"import sys; sys.path[:0] = [{str(_ROOT)!r}]; from {module} import main; main({told})"
        process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    return ours, process
