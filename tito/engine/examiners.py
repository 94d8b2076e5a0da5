"""Examiners from outside: started, asked, and replaced when one is lost.

`examine` is what a thread runs, of this process or of a worker of a cluster. It
keeps an examiner for its thread, with which it goes on as long as the terms
stay the same.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from tito import errors
from tito.engine.examiner import CANNOT_START, Broke, Graded, Ready, Refused, read_answer
from tito.engine.terms import Outcome, Task, Terms
from tito.errors import CourseError
from tito.grading.frames import receive_frame, send_frame
from tito.scratch import Scratch

TRIES = 3  # of a work whose examiner is lost: killed for want of memory, most likely
_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; sys.path[:0] = [{!r}]; from tito.engine.examiner import main; main({})"


class ExaminerLost(Exception):
    """The examiner has ended without an answer."""


class Examiner:
    """A process that grades on these terms; the terms have to be the same for all that it is asked."""

    def __init__(self, terms: Terms):
        self.terms = terms
        self._scratch = Scratch("examiner")  # around its own temporary folders, which it can't remove when it is killed
        self._scratch.path.chmod(0o711)  # a worker, who may be another user, passes through to its own
        self._asked, theirs = socket.socketpair()
        with theirs:
            start = _START.format(str(_ROOT), theirs.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", start],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"TMPDIR": str(self._scratch.path)},
                start_new_session=True,  # an interrupt from the keyboard is for who started it
            )
        self._send(terms)
        self._is_ready = self._is_idle = False

    def grade(self, task: Task) -> Outcome:
        """The outcome of a task. ExaminerLost when the process ends meanwhile; UsageError or CourseError
        when it refuses to grade here at all."""
        if not self._is_ready:
            self._await_ready()
        self._is_idle = False
        self._send(task)
        answer = self._answer()
        self._is_idle = True
        match answer:
            case Graded(grade):
                return Outcome(task.key, grade)
            case Broke(fault):
                return Outcome(task.key, None, fault)
        raise ExaminerLost("an examiner gave an answer that belongs to nothing")

    def end(self) -> None:
        """End the process, with its warm parent and worker: by hanging up where it waits for a task, else by force."""
        if not self._is_idle:
            self._process.kill()
        self._asked.close()
        self._process.wait()
        self._scratch.remove()

    def _await_ready(self) -> None:
        match self._answer():
            case Ready():
                self._is_ready = True
            case Refused(error, message, why, hint):
                raise getattr(errors, error)(message, why=why, hint=hint)
            case _:
                raise ExaminerLost("an examiner did not say that it is ready")

    def _send(self, message: Terms | object) -> None:
        try:
            send_frame(self._asked, msgspec.msgpack.encode(message))
        except OSError as gone:
            raise ExaminerLost(f"an examiner has ended: {gone}") from None

    def _answer(self):
        try:
            told = receive_frame(self._asked)
        except OSError as gone:
            raise ExaminerLost(f"an examiner has ended: {gone}") from None
        if told is None:
            raise ExaminerLost(f"an examiner has ended (exit code {self._process.poll()})")
        return read_answer(told)


class Examiners:
    """The examiners of this process, one for each thread that has asked for one."""

    def __init__(self):
        self._of_thread = threading.local()
        self._open: set[Examiner] = set()
        self._spare: list[Examiner] = []  # open, and of no thread yet
        self._lock = threading.Lock()
        self._closed = False

    def start(self, terms: Terms, count: int) -> None:
        """Start so many ahead of time, for threads that will ask for one; they load what they need meanwhile."""
        with self._lock:
            self._spare += [self._started(terms) for _ in range(count)]

    def examine(self, terms: Terms, tasks: list[Task]) -> list[Outcome]:
        """The outcome of each task, one after the other. An examiner that is lost is replaced, up to `TRIES` times a task."""
        return [self._examine(terms, task) for task in tasks]

    def _examine(self, terms: Terms, task: Task) -> Outcome:
        lost = None
        for _ in range(TRIES):
            examiner = self._mine(terms)
            try:
                return examiner.grade(task)
            except ExaminerLost as error:
                self._let_go(examiner)
                lost = error
        return Outcome(task.key, None, f"{lost}, {TRIES} times")

    def _mine(self, terms: Terms) -> Examiner:
        mine = getattr(self._of_thread, "examiner", None)
        if mine is not None and mine in self._open and mine.terms == terms:
            return mine
        if mine is not None:
            self._let_go(mine)
        with self._lock:
            is_there = self._spare and self._spare[-1].terms == terms
            self._of_thread.examiner = mine = self._spare.pop() if is_there else self._started(terms)
        return mine

    def _started(self, terms: Terms) -> Examiner:
        if self._closed:
            raise CourseError("grading has been stopped")
        try:
            examiner = Examiner(terms)
        except OSError as trouble:
            raise CourseError(CANNOT_START, why=str(trouble), hint="tito doctor") from None
        self._open.add(examiner)
        return examiner

    def _let_go(self, examiner: Examiner) -> None:
        with self._lock:
            self._open.discard(examiner)
        examiner.end()

    def end(self) -> None:
        """End them all, whatever they do; nothing can be graded afterwards."""
        with self._lock:
            self._closed = True
            examiners, self._open = self._open, set()
        for examiner in examiners:
            examiner.end()
