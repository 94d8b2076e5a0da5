"""What goes between a thread, the hall and the examiner that grades for it. All ends are trusted."""

from __future__ import annotations

import msgspec

from tito.course.checks import Grade
from tito.workers.job import Task, Terms


class Seat(msgspec.Struct, tag="seat"):
    """Fork one more examiner, who answers on the socket sent along; the hall itself answers nothing."""


class Ready(msgspec.Struct, tag="ready"):
    """The hall's answer to the terms: at which isolation level works are graded here."""

    level: int


class Refused(msgspec.Struct, tag="refused"):
    """Why nothing can be graded on these terms here: an error for people."""

    error: str
    message: str
    why: str = ""
    hint: str = ""


class Graded(msgspec.Struct, tag="graded"):
    """An examiner's answer to a task."""

    grade: Grade


class Broke(msgspec.Struct, tag="broke"):
    """A fault of ours with this task, in words; the next one may be graded."""

    fault: str


encoded = msgspec.msgpack.encode
read_terms = msgspec.msgpack.Decoder(Terms).decode
read_seat = msgspec.msgpack.Decoder(Seat).decode
read_welcome = msgspec.msgpack.Decoder(Ready | Refused).decode
read_task = msgspec.msgpack.Decoder(Task).decode
read_answer = msgspec.msgpack.Decoder(Graded | Broke).decode
