"""What a worker pool is, and the grader processes that each pool keeps, here or on a machine of a cluster."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Protocol

from tito.support.errors import CourseError
from tito.workers.client import GraderForkServer, GraderLost, GraderProcess
from tito.workers.job import Job, JobOutcome, JobSpec

TRIES = 3  # of a job whose grader is lost: killed for want of memory, most likely


class WorkerPool(Protocol):
    """Where jobs are graded: `slots` batches of at most `batch` jobs at once."""

    @property
    def slots(self) -> int: ...

    @property
    def batch(self) -> int: ...

    def start_warming(self, spec: JobSpec | None = None) -> None:
        """Begin to start what will grade, without waiting for it. Call it again once the spec is known.

        It only saves time: a pool that was never warmed grades just the same.
        """

    def submit(self, spec: JobSpec, jobs: list[Job]) -> Future[list[JobOutcome]]:
        """Have the jobs graded; the future's result is the outcome of each, in their order."""

    def trouble(self) -> str:
        """Why nothing will come of what was submitted; "" as long as something may."""

    def close(self) -> None:
        """Stop at once: what is not graded by now will not be."""


class GraderProcesses:
    """The grader processes of this process, one for each thread that has a job.

    A thread keeps its grader as long as the spec stays the same. All graders of a
    spec come from one fork server. A grader that is lost is replaced.
    """

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._current: GraderForkServer | None = None  # forks the graders of the spec that came last
        self._spare: GraderForkServer | None = None  # started, and not yet told a spec
        self._servers: set[GraderForkServer] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start_warming(self, spec: JobSpec | None = None) -> None:
        """Start a fork server ahead of the first job: with no spec yet, one that only loads what it needs."""
        if spec is not None:
            self._server_for(spec)
            return
        with self._lock:
            if self._current is None and self._spare is None:
                self._spare = GraderForkServer.started()
                self._servers.add(self._spare)

    def grade(self, spec: JobSpec, jobs: list[Job]) -> list[JobOutcome]:
        """The outcome of each job, one after the other. A job whose grader is lost is tried up to `TRIES` times."""
        return [self._grade(spec, job) for job in jobs]

    def _grade(self, spec: JobSpec, job: Job) -> JobOutcome:
        lost = None
        for _ in range(TRIES):
            try:
                return self._mine(spec).grade(job)
            except GraderLost as error:
                self._release_mine()
                lost = error
        return JobOutcome(job.key, None, f"{lost}, {TRIES} times")

    def _mine(self, spec: JobSpec) -> GraderProcess:
        """The grader of the calling thread."""
        mine: GraderProcess | None = getattr(self._of_thread, "grader", None)
        if mine is not None and mine.server in self._servers and mine.server.spec == spec:
            return mine
        server = self._server_for(spec)
        self._release_mine()
        try:
            grader = server.fork()
        except GraderLost:
            self._close(server)
            grader = self._server_for(spec).fork()
        self._of_thread.grader = grader
        return grader

    def _release_mine(self) -> None:
        mine, self._of_thread.grader = getattr(self._of_thread, "grader", None), None
        if mine is not None:
            mine.server.release(mine)
            if mine.server is not self._current and not mine.server.graders:
                self._close(mine.server)

    def _server_for(self, spec: JobSpec) -> GraderForkServer:
        with self._lock:
            if self._closed:
                raise CourseError("grading has been stopped")
            if self._current is None or self._current.spec != spec:
                self._current, self._spare = self._spare or GraderForkServer.started(), None
                self._servers.add(self._current)
                self._current.open(spec)
            return self._current

    def _close(self, server: GraderForkServer) -> None:
        with self._lock:
            is_open = server in self._servers
            self._servers.discard(server)
            self._current = None if self._current is server else self._current
        if is_open:
            server.end()

    def end(self) -> None:
        """End them all, whatever they do; nothing can be graded afterwards."""
        with self._lock:
            self._closed = True
            servers, self._servers = self._servers, set()
        for server in servers:
            server.end()
