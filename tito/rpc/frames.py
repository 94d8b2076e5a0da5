"""Messages on a socket between two processes of ours: each with its length before it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

_HEADER = struct.Struct(">I")
_MOST_FDS = 2


def send_frame(sock: socket.socket, data: bytes, fds: Sequence[int] = ()) -> None:
    """Send one message, and descriptors with it."""
    frame = _HEADER.pack(len(data)) + data
    if not fds:
        return sock.sendall(frame)
    sent = socket.send_fds(sock, [frame], fds)
    sock.sendall(frame[sent:])


def receive_frame(sock: socket.socket) -> bytes | None:
    """The next message; None once the other side has gone."""
    return receive_frame_with_fds(sock)[0]


def receive_frame_with_fds(sock: socket.socket) -> tuple[bytes | None, list[int]]:
    """The next message and the descriptors sent with it; (None, []) once the other side has gone."""
    header, fds, _, _ = socket.recv_fds(sock, _HEADER.size, _MOST_FDS)
    if len(header) < _HEADER.size:
        return None, []
    (length,) = _HEADER.unpack(header)
    data = bytearray()
    while len(data) < length:
        part = sock.recv(length - len(data), socket.MSG_WAITALL)
        if not part:
            return None, []
        data += part
    return bytes(data), fds
