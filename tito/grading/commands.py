"""What a grader tells the warm parent, on a socket of their own. Both ends are trusted."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import msgspec

from tito.grading.frames import receive_frame_with_fds, send_frame


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


class Answer(msgspec.Struct):
    """What a command came to; `problem` when it could not be done."""

    number: int = 0
    problem: str = ""
    missing: dict[str, str] = {}


_decode = msgspec.msgpack.Decoder(Command).decode
_decode_answer = msgspec.msgpack.Decoder(Answer).decode


def send_command(sock: socket.socket, command: Command, fds: Sequence[int] = ()) -> None:
    send_frame(sock, msgspec.msgpack.encode(command), fds)


def receive_command(sock: socket.socket) -> tuple[Command | None, list[int]]:
    """The next command and the descriptors sent with it; (None, []) once the grader has gone."""
    data, fds = receive_frame_with_fds(sock)
    return (None if data is None else _decode(data)), fds


def send_answer(sock: socket.socket, answer: Answer, fds: Sequence[int] = ()) -> None:
    send_frame(sock, msgspec.msgpack.encode(answer), fds)


def receive_answer(sock: socket.socket) -> tuple[Answer | None, list[int]]:
    """The answer to any command but Load and Connect, and descriptors; (None, []) once the warm parent has gone."""
    data, fds = receive_frame_with_fds(sock)
    return (None if data is None else _decode_answer(data)), fds
