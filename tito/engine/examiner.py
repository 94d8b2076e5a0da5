"""An examiner: a process that grades one work after the other on the terms that it was started with.

It is trusted, like any grader. It stands apart so that several grade at once (a
check redirects its process's output), and so that one that is killed takes
nothing with it. It ends when whoever asks it has hung up.
"""

from __future__ import annotations

import socket
from dataclasses import replace

from tito.engine.messages import Broke, Graded, encoded, read_task
from tito.engine.terms import Task, Terms
from tito.errors import TitoError
from tito.grading import Grader
from tito.grading.frames import receive_frame, send_frame


def examine(asked: socket.socket, grader: Grader, terms: Terms, level: int) -> None:
    """Answer until the other side hangs up. `level` is the isolation that `grader` reaches, and goes with each grade."""
    try:
        while (told := receive_frame(asked)) is not None:
            send_frame(asked, encoded(_answer(grader, terms, level, read_task(told))))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(grader: Grader, terms: Terms, level: int, task: Task) -> Graded | Broke:
    try:
        grade = grader.grade(terms.paper_for(task), task.work)
        return Graded(replace(grade, isolation_level=level))
    except TitoError:
        raise
    except Exception as bug:  # a fault of ours with one work is not to cost the others their grade
        return Broke(f"{type(bug).__name__}: {bug}")
