"""The default engine: threads of this process, each with an examiner of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from tito.workers.job import Task, Terms
from tito.workers.pool import Examiners


class LocalEngine:
    """Grades `jobs` works at once on this machine. CourseError when it can't start a process for that."""

    def __init__(self, jobs: int):
        self.slots = jobs
        self.batch = 1  # tasks that go out together
        self._examiners = Examiners()
        self._examiners.stand_by()
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="tito-examiner")

    def prepare(self, terms: Terms, tasks: int) -> None:
        """Have examiners get ready, without waiting for them."""
        if tasks:
            self._examiners.start(terms)

    def submit(self, terms: Terms, tasks: list[Task]) -> Future:
        """Have the tasks graded; the future's result is the outcome of each."""
        return self._threads.submit(self._examiners.examine, terms, tasks)

    def trouble(self) -> str:
        """Why nothing will come of what was submitted; "" as long as something may."""
        return ""

    def close(self) -> None:
        """Stop at once: what is not graded by now will not be."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._examiners.end()
        self._threads.shutdown()
