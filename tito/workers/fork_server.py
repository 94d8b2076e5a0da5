"""The fork server of graders: a process that gets ready for one job spec, and forks graders.

Graders share what it has loaded: the libraries, the checks, and the fork server
of workers, which it starts. A grader takes jobs on a socket of its own.
"""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from dataclasses import replace

from tito.autograder import probe
from tito.autograder.grader import Grader
from tito.course.checks import CheckSuite
from tito.rpc.frames import receive_message, send_message
from tito.rpc.processes import fork_child, freeze_memory
from tito.sandbox.library import folder_with
from tito.support.errors import CourseError, TitoError
from tito.workers.job import CANNOT_START, Job, JobSpec
from tito.workers.messages import COMMANDS, JOBS, SPECS, Graded, GraderFault, Ready, Refused


class GraderForkLoop:
    """The loop of the fork server, with what its graders share.

    `level` is the isolation that `grader` reaches, and goes with each grade.
    """

    def __init__(self, control: socket.socket, grader: Grader, spec: JobSpec, level: int):
        self._control, self._grader, self._spec, self._level = control, grader, spec, level
        self._children: set[int] = set()

    def run(self) -> None:
        """Fork graders until the pool hangs up; then wait for those that are left, on whom it hangs up too."""
        freeze_memory()
        while (received := receive_message(self._control, COMMANDS))[0] is not None:
            (fd,) = received[1]
            self._fork(fd)
            self._children = {pid for pid in self._children if os.waitpid(pid, os.WNOHANG) == (0, 0)}
        for pid in self._children:
            os.waitpid(pid, 0)

    def _fork(self, fd: int) -> None:
        connected = self._grader.connect()
        with socket.socket(fileno=fd) as jobs:
            self._children.add(fork_child(lambda: self._be_grader(jobs, connected)))
        connected.close()

    # -- in the grader ----------------------------------------------------------------------

    def _be_grader(self, jobs: socket.socket, grader: Grader) -> None:
        """Answer jobs until the pool hangs up."""
        self._control.close()
        self._grader.hang_up()
        try:
            while (job := receive_message(jobs, JOBS)[0]) is not None:
                send_message(jobs, self._answer(grader, job))
        except (BrokenPipeError, ConnectionResetError):
            return

    def _answer(self, grader: Grader, job: Job) -> Graded | GraderFault:
        try:
            grade = grader.grade(self._spec.suite_for(job), job.work)
            return Graded(replace(grade, isolation_level=self._level))
        except TitoError:
            raise
        except Exception as bug:  # a fault of ours with one work is not to cost the others their grade
            return GraderFault(f"{type(bug).__name__}: {bug}")


def serve(control: socket.socket) -> None:
    """Get ready for the spec that comes first, answer that or why not, and fork graders."""
    spec, _ = receive_message(control, SPECS)
    if spec is None:
        return
    with ExitStack() as open_:
        try:
            library = open_.enter_context(folder_with(spec.library))
            grader = open_.enter_context(Grader(library, limits=spec.limits, level=spec.walls))
            _read_ahead(grader, spec.suite)
            level = probe.admit(grader, spec.lowest_level)
        except TitoError as error:
            send_message(control, Refused(type(error).__name__, error.message, error.why, error.hint))
            return
        except OSError as trouble:  # no space for temporary files, most likely
            send_message(control, Refused(CourseError.__name__, CANNOT_START, str(trouble), "tito doctor"))
            return
        send_message(control, Ready(level))
        GraderForkLoop(control, grader, spec, level).run()


def _read_ahead(grader: Grader, suite: CheckSuite) -> None:
    """Have the checks read once for all graders, while the workers' fork server is still loading."""
    try:
        grader.read(suite)
    except Exception:  # an instructor's mistake: each grader meets it again, and tells it of each work
        return


def main(control_fd: int) -> None:
    """Serve on the socket that was handed over."""
    with socket.socket(fileno=control_fd) as control:
        try:
            serve(control)
        except (BrokenPipeError, ConnectionResetError):
            return
