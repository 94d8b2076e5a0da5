"""What the grader tells the warm parent, on their own socket. Both ends are trusted."""

from __future__ import annotations

import socket
import struct

import msgspec

_HEADER = struct.Struct(">I")
_NUMBER = struct.Struct(">q")


class Load(msgspec.Struct, tag="load"):
    """Import these modules, so that every worker forked from now on has them."""

    modules: list[str]


class Fork(msgspec.Struct, tag="fork"):
    """Fork a worker that works in `folder` and speaks on the two pipes sent along; the answer is its pid."""

    folder: str


class End(msgspec.Struct, tag="end"):
    """Kill a worker with its process group; the answer is its wait status."""

    pid: int


_decode = msgspec.msgpack.Decoder(Load | Fork | End).decode


def send_command(sock: socket.socket, command: Load | Fork | End, fds: tuple[int, ...] = ()) -> None:
    data = msgspec.msgpack.encode(command)
    socket.send_fds(sock, [_HEADER.pack(len(data)) + data], fds)


def receive_command(sock: socket.socket):
    """The next command and the descriptors sent with it; (None, []) once the grader has gone."""
    header, fds, _, _ = socket.recv_fds(sock, _HEADER.size, 2)
    if not header:
        return None, []
    (length,) = _HEADER.unpack(header)
    return _decode(sock.recv(length, socket.MSG_WAITALL)), fds


def send_answer(sock: socket.socket, number: int) -> None:
    sock.sendall(_NUMBER.pack(number))


def receive_answer(sock: socket.socket) -> int | None:
    """The answer to a Fork or End; None once the warm parent has gone."""
    data = sock.recv(_NUMBER.size, socket.MSG_WAITALL)
    return _NUMBER.unpack(data)[0] if len(data) == _NUMBER.size else None
