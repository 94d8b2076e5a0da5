"""The hall: a process that gets ready once for the terms, and forks an examiner whenever one is asked for.

So examiners share what is the same for all: the libraries and the paper, which
they have from it, and the warm parent, which it starts. It is told of an
examiner by a socket that is sent along, on which that one then answers.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import traceback
from contextlib import ExitStack
from dataclasses import replace

from tito.autograder import probe
from tito.autograder.grader import Grader
from tito.course.checks import CheckSuite
from tito.rpc.frames import receive_frame, receive_frame_with_fds, send_frame
from tito.sandbox.library import staged
from tito.support.errors import CourseError, TitoError
from tito.workers.job import CANNOT_START, Task, Terms
from tito.workers.messages import Broke, Graded, Ready, Refused, encoded, read_seat, read_task, read_terms


class Usher:
    """Forks the examiners of this hall, with what they share."""

    def __init__(self, control: socket.socket, grader: Grader, terms: Terms, level: int):
        self._control, self._grader, self._terms, self._level = control, grader, terms, level
        self._examiners: set[int] = set()

    def serve(self) -> None:
        """Fork examiners until the other side hangs up; then wait for those that are left, who are told so too."""
        gc.collect()
        gc.freeze()  # what they have in common stays in common
        while (received := receive_frame_with_fds(self._control))[0] is not None:
            told, fds = received
            read_seat(told)
            self._seat(*fds)
            self._examiners = {pid for pid in self._examiners if os.waitpid(pid, os.WNOHANG) == (0, 0)}
        for pid in self._examiners:
            os.waitpid(pid, 0)

    def _seat(self, fd: int) -> None:
        colleague = self._grader.colleague()
        with socket.socket(fileno=fd) as asked:
            pid = os.fork()
            if pid == 0:
                self._be_examiner(asked, colleague)
        colleague.close()
        self._examiners.add(pid)

    def _be_examiner(self, asked: socket.socket, colleague: Grader) -> None:
        """Never returns."""
        code = 1
        try:
            self._control.close()
            self._grader.leave()
            examine(asked, colleague, self._terms, self._level)
            code = 0
        except BaseException:  # what the interpreter would print at its end
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)


def examine(asked: socket.socket, grader: Grader, terms: Terms, level: int) -> None:
    """Answer until the other side hangs up. `level` is the isolation that `grader` reaches, and goes with each grade."""
    try:
        while (told := receive_frame(asked)) is not None:
            send_frame(asked, encoded(_answer(grader, terms, level, read_task(told))))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(grader: Grader, terms: Terms, level: int, task: Task) -> Graded | Broke:
    try:
        grade = grader.grade(terms.suite_for(task), task.work)
        return Graded(replace(grade, isolation_level=level))
    except TitoError:
        raise
    except Exception as bug:  # a fault of ours with one work is not to cost the others their grade
        return Broke(f"{type(bug).__name__}: {bug}")


def serve(control: socket.socket) -> None:
    """Get ready for the terms that are told first, say so or why not, and be a hall."""
    told = receive_frame(control)
    if told is None:
        return
    terms = read_terms(told)
    with ExitStack() as open_:
        try:
            library = open_.enter_context(staged(terms.library))
            grader = open_.enter_context(Grader(library, limits=terms.limits, level=terms.walls))
            _read_ahead(grader, terms.suite)
            level = probe.admit(grader, terms.lowest_level)
        except TitoError as error:
            send_frame(control, encoded(Refused(type(error).__name__, error.message, error.why, error.hint)))
            return
        except OSError as trouble:  # no space for temporary files, most likely
            send_frame(control, encoded(Refused(CourseError.__name__, CANNOT_START, str(trouble), "tito doctor")))
            return
        send_frame(control, encoded(Ready(level)))
        Usher(control, grader, terms, level).serve()


def _read_ahead(grader: Grader, suite: CheckSuite) -> None:
    """Have the paper read once for all examiners, while the warm parent is still loading."""
    try:
        grader.read(suite)
    except Exception:  # an instructor's mistake: each examiner meets it again, and says so of each work
        return


def main(fd: int) -> None:
    """Serve on the socket that was handed over."""
    with socket.socket(fileno=fd) as control:
        try:
            serve(control)
        except (BrokenPipeError, ConnectionResetError):
            return
