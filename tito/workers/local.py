"""The default pool: threads of this process, each with a grader process of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from tito.workers.job import Job, JobOutcome, JobSpec
from tito.workers.pool import GraderProcesses


class LocalPool:
    """Grades on this machine, `slots` jobs at once. CourseError when it can't start a process for that."""

    def __init__(self, slots: int):
        self.slots = slots
        self.batch = 1  # jobs that go out together
        self._graders = GraderProcesses()
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="tito-grader")

    def start_warming(self, spec: JobSpec | None = None) -> None:
        """Begin to start a fork server, without waiting for it."""
        self._graders.start_warming(spec)

    def submit(self, spec: JobSpec, jobs: list[Job]) -> Future[list[JobOutcome]]:
        """Have the jobs graded; the future's result is the outcome of each, in their order."""
        return self._threads.submit(self._graders.grade, spec, jobs)

    def trouble(self) -> str:
        """Why nothing will come of what was submitted; "" as long as something may."""
        return ""

    def close(self) -> None:
        """Stop at once: what is not graded by now will not be."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._graders.end()
        self._threads.shutdown()
