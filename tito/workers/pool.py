"""Examiners from outside: started, asked, and replaced when one is lost.

`examine` is what a thread runs, of this process or of a worker of a cluster. It
keeps an examiner for its thread, with which it goes on as long as the terms
stay the same. All examiners of the same terms come from one hall.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from contextlib import suppress

from tito.rpc.frames import receive_frame, send_frame
from tito.sandbox.client import SINGLE_THREADED
from tito.sandbox.control import start
from tito.support import errors
from tito.support.errors import CourseError
from tito.support.tempdirs import TempDir
from tito.workers.job import CANNOT_START, Outcome, Task, Terms
from tito.workers.messages import Broke, Graded, Ready, Refused, Seat, encoded, read_answer, read_welcome

TRIES = 3  # of a work whose examiner is lost: killed for want of memory, most likely


class ExaminerLost(Exception):
    """The examiner has ended without an answer, or the hall without giving one."""


class Examiner:
    """A process that grades on the terms of its hall."""

    def __init__(self, hall: Hall, asked: socket.socket):
        self.hall, self._asked = hall, asked
        self.is_idle = True

    def grade(self, task: Task) -> Outcome:
        """The outcome of a task. ExaminerLost when the process ends meanwhile."""
        self.is_idle = False
        _send(self._asked, task)
        answer = read_answer(_received(self._asked))
        self.is_idle = True
        match answer:
            case Graded(grade):
                return Outcome(task.key, grade)
            case Broke(fault):
                return Outcome(task.key, None, fault)

    def hang_up(self) -> None:
        """Let it end, once it has given the answer that it is at."""
        self._asked.close()


class Hall:
    """The process that forks examiners, once it is told the terms, and what they need, which is thrown away at its end."""

    def __init__(self):
        self.terms: Terms | None = None
        self.examiners: set[Examiner] = set()
        self._is_ready, self._asking = False, threading.Lock()
        self._scratch = TempDir(
            "hall"
        )  # around the temporary folders of all, who can't remove them when they are killed
        self._scratch.path.chmod(0o711)  # a worker, who may be another user, passes through to its own
        env = os.environ | SINGLE_THREADED | {"TMPDIR": str(self._scratch.path)}
        self._control, self._process = start("tito.workers.fork_server", env=env)

    def open(self, terms: Terms) -> None:
        """Have it get ready for these terms, without waiting for it."""
        self.terms = terms
        with suppress(ExaminerLost):  # who asks it for an examiner will find out
            _send(self._control, terms)

    def examiner(self) -> Examiner:
        """One more examiner. ExaminerLost when the process has ended; UsageError or CourseError when it refuses
        to grade here at all."""
        with self._asking:
            if not self._is_ready:
                self._await_ready()
            ours, theirs = socket.socketpair()
            with theirs:
                _send(self._control, Seat(), (theirs.fileno(),))
            examiner = Examiner(self, ours)
            self.examiners.add(examiner)
            return examiner

    def let_go(self, examiner: Examiner) -> None:
        """Have one examiner less."""
        self.examiners.discard(examiner)
        examiner.hang_up()

    def end(self) -> None:
        """End the process, with all that it has started: by hanging up where nobody is at work, else by force."""
        if not self._is_ready or not all(examiner.is_idle for examiner in self.examiners):
            with suppress(ProcessLookupError, PermissionError):  # it has ended, and none of its own is left
                os.killpg(self._process.pid, signal.SIGKILL)
        for examiner in list(self.examiners):
            self.let_go(examiner)
        self._control.close()
        self._process.wait()
        self._scratch.remove()

    def _await_ready(self) -> None:
        match read_welcome(_received(self._control)):
            case Ready():
                self._is_ready = True
            case Refused(error, message, why, hint):
                raise getattr(errors, error)(message, why=why, hint=hint)


def _send(sock: socket.socket, message: object, fds: tuple[int, ...] = ()) -> None:
    try:
        send_frame(sock, encoded(message), fds)
    except OSError as gone:
        raise ExaminerLost(f"an examiner has ended: {gone}") from None


def _received(sock: socket.socket) -> bytes:
    try:
        told = receive_frame(sock)
    except OSError as gone:
        raise ExaminerLost(f"an examiner has ended: {gone}") from None
    if told is None:
        raise ExaminerLost("an examiner has ended without an answer")
    return told


class Examiners:
    """The examiners of this process, one for each thread that has asked for one."""

    def __init__(self):
        self._of_thread = threading.local()
        self._hall: Hall | None = None  # where the next examiner comes from
        self._next: Hall | None = None  # what will be the hall of the next terms
        self._halls: set[Hall] = set()
        self._lock = threading.Lock()
        self._closed = False

    def stand_by(self) -> None:
        """Start a process ahead of time, before the terms are known: it loads what it needs meanwhile."""
        with self._lock:
            self._next = _started()
            self._halls.add(self._next)

    def start(self, terms: Terms) -> None:
        """Have a hall get ready for these terms, before a thread asks for an examiner."""
        self._hall_for(terms)

    def examine(self, terms: Terms, tasks: list[Task]) -> list[Outcome]:
        """The outcome of each task, one after the other. An examiner that is lost is replaced, up to `TRIES` times a task."""
        return [self._examine(terms, task) for task in tasks]

    def _examine(self, terms: Terms, task: Task) -> Outcome:
        lost = None
        for _ in range(TRIES):
            try:
                return self._mine(terms).grade(task)
            except ExaminerLost as error:
                self._let_mine_go()
                lost = error
        return Outcome(task.key, None, f"{lost}, {TRIES} times")

    def _mine(self, terms: Terms) -> Examiner:
        mine = getattr(self._of_thread, "examiner", None)
        if mine is not None and mine.hall in self._halls and mine.hall.terms == terms:
            return mine
        hall = self._hall_for(terms)
        self._let_mine_go()
        try:
            self._of_thread.examiner = hall.examiner()
        except ExaminerLost:
            self._close(hall)
            self._of_thread.examiner = self._hall_for(terms).examiner()
        return self._of_thread.examiner

    def _let_mine_go(self) -> None:
        mine, self._of_thread.examiner = getattr(self._of_thread, "examiner", None), None
        if mine is not None:
            mine.hall.let_go(mine)
            if mine.hall is not self._hall and not mine.hall.examiners:
                self._close(mine.hall)

    def _hall_for(self, terms: Terms) -> Hall:
        with self._lock:
            if self._closed:
                raise CourseError("grading has been stopped")
            if self._hall is None or self._hall.terms != terms:
                self._hall, self._next = self._next or _started(), None
                self._halls.add(self._hall)
                self._hall.open(terms)
            return self._hall

    def _close(self, hall: Hall) -> None:
        with self._lock:
            is_open = hall in self._halls
            self._halls.discard(hall)
            self._hall = None if self._hall is hall else self._hall
        if is_open:
            hall.end()

    def end(self) -> None:
        """End them all, whatever they do; nothing can be graded afterwards."""
        with self._lock:
            self._closed = True
            halls, self._halls = self._halls, set()
        for hall in halls:
            hall.end()


def _started() -> Hall:
    try:
        return Hall()
    except OSError as trouble:
        raise CourseError(CANNOT_START, why=str(trouble), hint="tito doctor") from None
