"""What a grader says to the fork server of workers, and the answer. Both ends are trusted."""

from __future__ import annotations

import msgspec

from tito.sandbox.isolation.limits import Limits


class WorkerSettings(msgspec.Struct):
    """What a fork server gets ready for: its folder, the library that workers import from, limits, level of walls."""

    folder: str
    library: str
    limits: Limits
    level: int


class Load(msgspec.Struct, tag="load"):
    """Import these modules, so that every worker forked from now on has them. No answer."""

    modules: list[str]


class ForkWorker(msgspec.Struct, tag="fork"):
    """Fork a worker that works in `folder` and speaks on the two pipes sent along.

    The answer is its pid as the fork server sees it, with a descriptor of the
    process where the system has such.
    """

    folder: str


class EndWorker(msgspec.Struct, tag="end"):
    """Kill a worker with its process group; the answer is its wait status."""

    pid: int


class Connect(msgspec.Struct, tag="connect"):
    """Serve another grader too, on the socket sent along. No answer."""


class ListMissingWalls(msgspec.Struct, tag="missing"):
    """Tell which walls are not up, and why."""


Command = Load | ForkWorker | EndWorker | Connect | ListMissingWalls


class ControlReply(msgspec.Struct):
    """What a command came to; `problem` when it could not be done."""

    number: int = 0
    problem: str = ""
    missing: dict[str, str] = {}


SETTINGS = msgspec.msgpack.Decoder(WorkerSettings)
COMMANDS: msgspec.msgpack.Decoder[Command] = msgspec.msgpack.Decoder(Command)
REPLIES = msgspec.msgpack.Decoder(ControlReply)
