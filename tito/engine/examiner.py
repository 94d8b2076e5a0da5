"""An examiner: a process that is told the terms, and then grades one work after the other.

It is trusted, like any grader. It stands apart so that several grade at once (a
check redirects its process's output), and so that one that is killed takes
nothing with it. It ends when whoever started it is gone.
"""

from __future__ import annotations

import socket
from dataclasses import replace

import msgspec

from tito import isolation
from tito.checks import Grade
from tito.engine.terms import Task, Terms
from tito.errors import TitoError
from tito.grading import Grader, staged
from tito.grading.frames import receive_frame, send_frame


class Ready(msgspec.Struct, tag="ready"):
    """The first answer: at which isolation level works are graded here."""

    level: int


class Graded(msgspec.Struct, tag="graded"):
    """The answer to a task."""

    grade: Grade


class Refused(msgspec.Struct, tag="refused"):
    """Why nothing can be graded on these terms here: an error for people."""

    error: str
    message: str
    why: str = ""
    hint: str = ""


class Broke(msgspec.Struct, tag="broke"):
    """A fault of ours with this task, in words; the next one may be graded."""

    fault: str


Answer = Ready | Graded | Refused | Broke

_encode = msgspec.msgpack.encode
_terms = msgspec.msgpack.Decoder(Terms).decode
_task = msgspec.msgpack.Decoder(Task).decode
read_answer = msgspec.msgpack.Decoder(Answer).decode


def serve(asked: socket.socket) -> None:
    """Answer until the other side hangs up."""
    told = receive_frame(asked)
    if told is None:
        return
    terms = _terms(told)
    with staged(terms.library) as library, Grader(library, limits=terms.limits, level=terms.walls) as grader:
        try:
            level = isolation.admit(grader, terms.lowest_level)
        except TitoError as error:
            send_frame(asked, _encode(Refused(type(error).__name__, error.message, error.why, error.hint)))
            return
        send_frame(asked, _encode(Ready(level)))
        while (told := receive_frame(asked)) is not None:
            send_frame(asked, _encode(_answer(grader, terms, level, _task(told))))


def _answer(grader: Grader, terms: Terms, level: int, task: Task) -> Answer:
    try:
        grade = grader.grade(terms.paper_for(task), task.work)
        return Graded(replace(grade, isolation_level=level))
    except TitoError:
        raise
    except Exception as bug:  # a fault of ours with one work is not to cost the others their grade
        return Broke(f"{type(bug).__name__}: {bug}")


def main(fd: int) -> None:
    """Serve on the socket that was handed over."""
    with socket.socket(fileno=fd) as asked:
        try:
            serve(asked)
        except (BrokenPipeError, ConnectionResetError):
            return
