"""Messages on a socket between two processes of ours: msgspec structures, each with its length before it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

_HEADER = struct.Struct(">I")
_MAX_FDS = 2
_encode = msgspec.msgpack.encode
Message = TypeVar("Message")
Decoded = TypeVar("Decoded", covariant=True)


class Decoder(Protocol[Decoded]):
    """What turns bytes into a message of known form: a decoder of msgspec's."""

    def decode(self, data: bytearray, /) -> Decoded: ...


def send_message(sock: socket.socket, message: object, fds: Sequence[int] = ()) -> None:
    """Send one message, and descriptors with it. OSError when the other side has gone."""
    data = _encode(message)
    frame = _HEADER.pack(len(data)) + data
    if not fds:
        return sock.sendall(frame)
    sent = socket.send_fds(sock, [frame], fds)
    sock.sendall(frame[sent:])


def receive_message(sock: socket.socket, decoder: Decoder[Message]) -> tuple[Message | None, list[int]]:
    """The next message and the descriptors sent with it; (None, []) once the other side has gone.

    The other side is trusted: a message of another form is a bug, and raises msgspec's error.
    """
    header, fds, _, _ = socket.recv_fds(sock, _HEADER.size, _MAX_FDS)
    if len(header) < _HEADER.size:
        return None, []
    (length,) = _HEADER.unpack(header)
    data = bytearray()
    while len(data) < length:
        part = sock.recv(length - len(data), socket.MSG_WAITALL)
        if not part:
            return None, []
        data += part
    return decoder.decode(data), fds
