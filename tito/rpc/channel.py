"""Frames on pipes, and two sides that send each other requests.

Both sides speak the same three structures. A `Request` may come while a reply
is awaited: the grader's model is called while the grader waits for
`single_stream`. msgspec checks every message's form as it decodes it.
"""

from __future__ import annotations

import itertools
import os
import select
import struct
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec

from tito.rpc.codec import Codec, WireError

MAX_FRAME_BYTES = 4 * 2**20  # a frame of empty lists takes 64 times as much once it is read
_HEADER = struct.Struct(">I")
_READ_BYTES = 2**16  # what a pipe holds
POSTED = -1
TELL = "tell"
CALLS_PER_MESSAGE = 100

Word = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]


class Fault(msgspec.Struct, array_like=True):
    """An exception on its way: type name, nearest builtin type, message, and the learner's own frames.

    `frames` are (cell, line, function), outermost first. `origin` is the
    number that the grader gave to an exception class of its own, or -1.
    """

    type: Word
    base: Word
    message: Text
    arguments: Any = None
    notes: Annotated[list[Text], msgspec.Meta(max_length=10)] = []
    frames: Annotated[list[tuple[Word, int, Word]], msgspec.Meta(max_length=20)] = []
    origin: int = -1
    cause: Fault | None = None


class Request(msgspec.Struct, tag=0, array_like=True):
    """Do `operation` with these packed values. `time` is the worker's clock, or nothing from the grader.

    A request whose number is `POSTED` gets no reply.
    """

    number: int
    operation: Word
    arguments: list[Any]
    keywords: dict[Word, Any]
    time: float = 0.0


class Reply(msgspec.Struct, tag=1, array_like=True):
    """What request `number` came to: a value or a fault.

    `time` is the worker's clock, or the seconds that the grader's model took.
    `changed` are arguments that the call altered, `warnings` (type, text).
    """

    number: int
    value: Any = None
    fault: Fault | None = None
    time: float = 0.0
    changed: list[tuple[Word, Any]] = []
    warnings: Annotated[list[tuple[Word, Text]], msgspec.Meta(max_length=20)] = []


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Request | Reply] = msgspec.msgpack.Decoder(Request | Reply)
_decode = _decoder.decode


class Closed(Exception):
    """The other side has gone."""


class Channel:
    """Whole messages over a pair of pipes, which are two to three times as fast as a socket.

    `watch` is called now and then while waiting, and may raise to give up.
    `death` is a descriptor that becomes readable when the other side dies: a
    process that it started may hold the pipe open.
    """

    WATCH_MS = 50
    WATCH_EVERY = 64  # messages: a talkative worker is watched too

    def __init__(self, read_fd: int, write_fd: int, watch: Callable[[], None] | None = None, death: int | None = None):
        self._fds, self._watch, self._death = (read_fd, write_fd), watch, death
        self._buffer, self._taken = bytearray(), 0
        self._held = b""
        self._received, self.bytes_received = 0, 0
        if watch is not None:
            os.set_blocking(write_fd, False)
            self._readable = _poll_for(select.POLLIN, read_fd, death)
            self._writable = _poll_for(select.POLLOUT, write_fd, None)

    def send(self, message: Request | Reply) -> None:
        """Send one message; WireError, with nothing sent, when it is larger than a frame may be."""
        frame = self._frame(message)
        held, self._held = self._held, b""
        self._send_all(held + frame)

    def hold(self, message: Request) -> None:
        """Send one message together with the next, so that the other side is woken once for both."""
        self._held += self._frame(message)
        if len(self._held) > _READ_BYTES:
            held, self._held = self._held, b""
            self._send_all(held)

    def _frame(self, message: Request | Reply) -> bytes:
        data = self.encoded(message)
        if len(data) > MAX_FRAME_BYTES:
            raise WireError(f"is {len(data):,} bytes large; {MAX_FRAME_BYTES:,} can be graded")
        return _HEADER.pack(len(data)) + data

    def encoded(self, value: Any) -> bytes:
        """`value` as MessagePack; WireError when it can't be that."""
        try:
            return _encode(value)
        except (OverflowError, RecursionError, UnicodeEncodeError) as error:
            raise WireError(f"can't be encoded: {error}") from None

    def _send_all(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while rest:
            try:
                sent = os.write(self._fds[1], rest)
                rest = memoryview(rest)[sent:] if sent < len(rest) else b""
            except BlockingIOError:
                self._await(self._writable)
            except BrokenPipeError:
                raise Closed from None

    def receive(self) -> Request | Reply:
        """The next message; WireError when it is malformed, Closed when there is none to come."""
        self._received += 1
        if self._watch is not None and self._received % self.WATCH_EVERY == 0:
            self._watch()
        try:
            return _decode(self._take_frame())
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, MemoryError) as error:
            raise WireError(f"is not a message: {error}") from None

    def _take_frame(self) -> memoryview:
        """The next message's bytes; one read often brings it whole, and others behind it."""
        self._fill(_HEADER.size)
        (length,) = _HEADER.unpack_from(self._buffer, self._taken)
        if length > MAX_FRAME_BYTES:
            raise WireError(f"is a message of {length:,} bytes")
        first, end = self._taken + _HEADER.size, self._taken + _HEADER.size + length
        self._fill(_HEADER.size + length)
        frame = memoryview(self._buffer)[first:end]
        self._taken = end
        return frame

    def _fill(self, count: int) -> None:
        """Read until `count` bytes are there that have not been taken; a worker that sends byte by byte is watched."""
        if self._taken == len(self._buffer):
            self._buffer, self._taken = bytearray(), 0
        while len(self._buffer) - self._taken < count:
            if self._buffer and self._watch is not None:
                self._watch()
            self._buffer += self._read()

    def _read(self) -> bytes:
        """The bytes that have come, once some have. Closed when none will."""
        if self._watch is not None:
            found = self._await(self._readable)
            if len(found) == 1 and found[0][0] == self._death:
                raise Closed
        chunk = os.read(self._fds[0], _READ_BYTES)
        if not chunk:
            raise Closed
        self.bytes_received += len(chunk)
        return chunk

    def _await(self, ready: select.poll) -> list[tuple[int, int]]:
        while not (found := ready.poll(self.WATCH_MS)):
            if self._watch is not None:
                self._watch()
        return found

    def close(self) -> None:
        for fd in self._fds:
            os.close(fd)


def _poll_for(event: int, *fds: int | None) -> select.poll:
    poll = select.poll()
    for fd in fds:
        if fd is not None:
            poll.register(fd, event)
    return poll


class Peer:
    """One side of a channel. Subclasses define what the other side may request, and how time is told."""

    def __init__(self, channel: Channel, codec: Codec):
        self.channel, self.codec = channel, codec
        self._numbers = itertools.count()
        self._replies: dict[int, Reply | None] = {}
        self._told: list[msgspec.Raw] = []
        self._told_from = 0.0

    def ask(self, operation: str, /, *arguments: Any, **keywords: Any) -> Any:
        """Have the other side do `operation`; its value, or its fault raised here."""
        number = next(self._numbers)
        pack = self.codec.pack
        request = Request(
            number,
            operation,
            [pack(argument) for argument in arguments],
            {name: pack(value) for name, value in keywords.items()},
            self.time_of_request(),
        )
        self._replies[number] = None
        self.send(request)
        return self.result_of(self._await_reply(number), operation, arguments, keywords)

    def post(self, operation: str, /, *arguments: Any) -> None:
        """Have the other side do `operation` before the next request, whose reply tells of any fault."""
        packed = [self.codec.pack(argument) for argument in arguments]
        self.channel.hold(Request(POSTED, operation, packed, {}, self.time_of_request()))

    def tell(self, target: Any, arguments: Sequence[Any]) -> None:
        """Have the other side call `target` before it gets anything else from here. There is no reply.

        Calls that follow each other travel in one message, each with its own time.
        """
        time = self.time_of_request()
        self._told_from = self._told_from if self._told else time
        call = [time, *map(self.codec.pack, (target, *arguments))]
        self._told.append(msgspec.Raw(self.channel.encoded(call)))  # as it is now: what is plain was not copied
        if len(self._told) == CALLS_PER_MESSAGE:
            self._tell_all()

    def _tell_all(self) -> None:
        told, self._told = self._told, []
        self.channel.hold(Request(POSTED, TELL, told, {}, self._told_from))

    def send(self, message: Request | Reply) -> None:
        """Send a message, after what was told before it."""
        if self._told:
            self._tell_all()
        self.channel.send(message)

    def _await_reply(self, number: int) -> Reply:
        """Read until this reply is in. Others may come first: requests, and replies to other threads."""
        while (reply := self._replies[number]) is None:
            message = self.channel.receive()
            self.look_at(message)
            if isinstance(message, Request):
                self.serve(message)
            elif self._replies.get(message.number, message) is None:
                self._replies[message.number] = message
            else:
                raise WireError("is a reply to nothing that was asked")
        del self._replies[number]
        return reply

    def serve(self, request: Request) -> None:
        raise NotImplementedError

    def result_of(self, reply: Reply, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
        raise NotImplementedError

    def time_of_request(self) -> float:
        return 0.0

    def look_at(self, message: Request | Reply) -> None:
        """Check a message by what it carries besides values: its time, its size."""
