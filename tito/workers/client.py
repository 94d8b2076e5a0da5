"""The pool's end of the fork server: starting it, having graders forked, and giving jobs to a grader."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import TypeVar

from tito.rpc.frames import Decoder, receive_message, send_message
from tito.rpc.processes import ServerProcess
from tito.sandbox.client import SINGLE_THREADED
from tito.support import errors
from tito.support.errors import CourseError
from tito.support.tempdirs import TempDir
from tito.workers.job import CANNOT_START, Job, JobOutcome, JobSpec
from tito.workers.messages import ANSWERS, WELCOMES, ForkGrader, Graded, GraderFault, Ready, Refused

FORK_SERVER = "tito.workers.fork_server"
Message = TypeVar("Message")


class GraderLost(Exception):
    """A grader has ended without an answer, or its fork server before it forked one."""


class GraderProcess:
    """A forked process that grades one job after the other, by the spec of its fork server."""

    def __init__(self, server: GraderForkServer, jobs: socket.socket):
        self.server, self._jobs = server, jobs
        self.is_idle = True

    def grade(self, job: Job) -> JobOutcome:
        """The outcome of a job. GraderLost when the process ends meanwhile."""
        self.is_idle = False
        _send(self._jobs, job)
        answer = _received(self._jobs, ANSWERS)
        self.is_idle = True
        match answer:
            case Graded(grade):
                return JobOutcome(job.key, grade)
            case GraderFault(fault):
                return JobOutcome(job.key, None, fault)

    def hang_up(self) -> None:
        """Let it end, once it has answered the job that it is at."""
        self._jobs.close()


class GraderForkServer:
    """The fork server of a grading run: forks graders for one job spec. Its temporary folder goes with it."""

    def __init__(self) -> None:
        self.spec: JobSpec | None = None
        self.graders: set[GraderProcess] = set()
        self._is_ready, self._forking = False, threading.Lock()
        # around the temporary folders of all graders, who can't remove them when they are killed
        folder = TempDir("graders")
        folder.path.chmod(0o711)  # a worker, who may be another user, passes through to its own
        env = os.environ | SINGLE_THREADED | {"TMPDIR": str(folder.path)}
        self._server = ServerProcess(FORK_SERVER, folder, env)

    @classmethod
    def started(cls) -> GraderForkServer:
        """A new fork server. CourseError when the process can't be started."""
        try:
            return cls()
        except OSError as trouble:
            raise CourseError(CANNOT_START, why=str(trouble), hint="tito doctor") from None

    def open(self, spec: JobSpec) -> None:
        """Have it get ready for this spec, without waiting for it."""
        self.spec = spec
        with suppress(GraderLost):  # the next `fork` will find out
            _send(self._server.control, spec)

    def fork(self) -> GraderProcess:
        """One more grader.

        GraderLost when the fork server has ended; UsageError or CourseError when
        it refuses to grade here at all.
        """
        with self._forking:
            if not self._is_ready:
                self._await_ready()
            ours, theirs = socket.socketpair()
            with theirs:
                _send(self._server.control, ForkGrader(), (theirs.fileno(),))
            grader = GraderProcess(self, ours)
            self.graders.add(grader)
            return grader

    def release(self, grader: GraderProcess) -> None:
        """Have one grader less."""
        self.graders.discard(grader)
        grader.hang_up()

    def end(self) -> None:
        """End the process with all that it has started: by hanging up where nobody is grading, else by force."""
        if not self._is_ready or not all(grader.is_idle for grader in self.graders):
            self._server.kill()
        for grader in list(self.graders):
            self.release(grader)
        self._server.end()

    def has_ended(self) -> bool:
        return self._server.process.poll() is not None

    def _await_ready(self) -> None:
        match _received(self._server.control, WELCOMES):
            case Ready():
                self._is_ready = True
            case Refused(error, message, why, hint):
                raise getattr(errors, error)(message, why=why, hint=hint)


def _send(sock: socket.socket, message: object, fds: tuple[int, ...] = ()) -> None:
    try:
        send_message(sock, message, fds)
    except OSError as gone:
        raise GraderLost(f"a grader has ended: {gone}") from None


def _received(sock: socket.socket, decoder: Decoder[Message]) -> Message:
    try:
        message, _ = receive_message(sock, decoder)
    except OSError as gone:
        raise GraderLost(f"a grader has ended: {gone}") from None
    if message is None:
        raise GraderLost("a grader has ended without an answer")
    return message
