"""What the grader tells the warm parent, on their own socket. Both ends are trusted."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

import msgspec

_HEADER = struct.Struct(">I")
_MOST_FDS = 2


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


class Missing(msgspec.Struct, tag="missing"):
    """Tell which walls are not up, and why."""


Command = Load | Fork | End | Missing


class Answer(msgspec.Struct):
    """What a command came to; `problem` when it could not be done."""

    number: int = 0
    problem: str = ""
    missing: dict[str, str] = {}


_decode = msgspec.msgpack.Decoder(Command).decode
_decode_answer = msgspec.msgpack.Decoder(Answer).decode


def send_command(sock: socket.socket, command: Command, fds: Sequence[int] = ()) -> None:
    _send(sock, command, fds)


def receive_command(sock: socket.socket) -> tuple[Command | None, list[int]]:
    """The next command and the descriptors sent with it; (None, []) once the grader has gone."""
    data, fds = _receive(sock)
    return (None if data is None else _decode(data)), fds


def send_answer(sock: socket.socket, answer: Answer, fds: Sequence[int] = ()) -> None:
    _send(sock, answer, fds)


def receive_answer(sock: socket.socket) -> tuple[Answer | None, list[int]]:
    """The answer to any command but Load, and descriptors; (None, []) once the warm parent has gone."""
    data, fds = _receive(sock)
    return (None if data is None else _decode_answer(data)), fds


def _send(sock: socket.socket, message: msgspec.Struct, fds: Sequence[int]) -> None:
    data = msgspec.msgpack.encode(message)
    socket.send_fds(sock, [_HEADER.pack(len(data)) + data], fds)


def _receive(sock: socket.socket) -> tuple[bytes | None, list[int]]:
    header, fds, _, _ = socket.recv_fds(sock, _HEADER.size, _MOST_FDS)
    if len(header) < _HEADER.size:
        return None, []
    (length,) = _HEADER.unpack(header)
    return sock.recv(length, socket.MSG_WAITALL), fds
