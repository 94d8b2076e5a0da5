"""How the processes that fork others are started, and what a grader tells the one that forks workers. All ends are trusted."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tito.rpc.frames import receive_frame_with_fds, send_frame

_ROOT = Path(__file__).resolve().parents[2]


def start(
    module: str, *arguments: str, env: Mapping[str, str], cwd: Path | None = None
) -> tuple[socket.socket, subprocess.Popen]:
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


class Load(msgspec.Struct, tag="load"):
    """Import these modules, so that every worker forked from now on has them."""

    modules: list[str]


class Fork(msgspec.Struct, tag="fork"):
    """Fork a worker that works in `folder` and speaks on the two pipes sent along.

    The answer is its pid as the warm parent sees it, with a descriptor of the
    process where the system has such.
    """

    folder: str


class End(msgspec.Struct, tag="end"):
    """Kill a worker with its process group; the answer is its wait status."""

    pid: int


class Connect(msgspec.Struct, tag="connect"):
    """Hear another grader too, on the socket sent along; nothing is answered."""


class Missing(msgspec.Struct, tag="missing"):
    """Tell which walls are not up, and why."""


Command = Load | Fork | End | Connect | Missing


class ControlReply(msgspec.Struct):
    """What a command came to; `problem` when it could not be done."""

    number: int = 0
    problem: str = ""
    missing: dict[str, str] = {}


_decode = msgspec.msgpack.Decoder(Command).decode
_decode_answer = msgspec.msgpack.Decoder(ControlReply).decode


def send_command(sock: socket.socket, command: Command, fds: Sequence[int] = ()) -> None:
    send_frame(sock, msgspec.msgpack.encode(command), fds)


def receive_command(sock: socket.socket) -> tuple[Command | None, list[int]]:
    """The next command and the descriptors sent with it; (None, []) once the grader has gone."""
    data, fds = receive_frame_with_fds(sock)
    return (None if data is None else _decode(data)), fds


def send_answer(sock: socket.socket, answer: ControlReply, fds: Sequence[int] = ()) -> None:
    send_frame(sock, msgspec.msgpack.encode(answer), fds)


def receive_answer(sock: socket.socket) -> tuple[ControlReply | None, list[int]]:
    """The answer to any command but Load and Connect, and descriptors; (None, []) once the warm parent has gone."""
    data, fds = receive_frame_with_fds(sock)
    return (None if data is None else _decode_answer(data)), fds
