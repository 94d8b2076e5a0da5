"""Jobs in, outcomes out: a bounded number of jobs under way, in whatever order they are done."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from tito.support.errors import CourseError, TitoError
from tito.workers.job import Job, JobOutcome, JobSpec
from tito.workers.pool import WorkerPool

TRIES = 3  # of a job that was lost on the way
LOOK_S = 1.0  # how often a pool is asked whether it still goes


class PlanStep(Protocol):
    """A step of a plan: with a job to grade, or with none when the step is settled already."""

    @property
    def job(self) -> Job | None: ...


Step = TypeVar("Step", bound=PlanStep)


@dataclass(frozen=True)
class _Batch(Generic[Step]):
    """Steps whose jobs go out together, and how often they were lost before."""

    steps: list[Step]
    lost: int = 0

    @property
    def jobs(self) -> list[Job]:
        return [step.job for step in self.steps if step.job is not None]


def graded(pool: WorkerPool, spec: JobSpec, plan: Iterable[Step]) -> Iterator[tuple[Step, JobOutcome | None]]:
    """Each step of the plan with its job's outcome, as they come; a settled step with None, as soon as it is read.

    The plan is read only as far as the pool has work to do. What is lost on the
    way is sent again, each job alone, for it may have been another's fault.
    CourseError when the pool goes no more.
    """
    return _Scheduler[Step](pool, spec, iter(plan)).run()


class _Scheduler(Generic[Step]):
    """One run of a plan."""

    def __init__(self, pool: WorkerPool, spec: JobSpec, plan: Iterator[Step]):
        self._pool, self._spec, self._plan = pool, spec, plan
        self._again: deque[_Batch[Step]] = deque()
        self._under_way: dict[Future[list[JobOutcome]], _Batch[Step]] = {}
        # an interrupt leaves no lock held, as one inside `concurrent.futures.wait` may
        self._done: SimpleQueue[Future[list[JobOutcome]]] = SimpleQueue()

    def run(self) -> Iterator[tuple[Step, JobOutcome | None]]:
        while True:
            yield from self._fill()
            if not self._under_way:
                return
            future = self._next_done()
            yield from self._received(future, self._under_way.pop(future))

    def _fill(self) -> Iterator[tuple[Step, None]]:
        """Submit batches as long as the pool has slots; the settled steps that are met on the way."""
        while len(self._under_way) < 2 * self._pool.slots:
            if self._again:
                self._submit(self._again.popleft())
                continue
            steps: list[Step] = []
            for step in self._plan:
                if step.job is None:
                    yield step, None
                    continue
                steps.append(step)
                if len(steps) == self._pool.batch:
                    break
            if not steps:
                return
            self._submit(_Batch(steps))

    def _submit(self, batch: _Batch[Step]) -> None:
        future = self._pool.submit(self._spec, batch.jobs)
        self._under_way[future] = batch
        future.add_done_callback(self._done.put)

    def _next_done(self) -> Future[list[JobOutcome]]:
        while True:
            try:
                return self._done.get(timeout=LOOK_S)
            except Empty:
                if trouble := self._pool.trouble():
                    raise CourseError(
                        f"grading can't go on: {trouble}", hint="tito grade, which goes on where it stopped"
                    ) from None

    def _received(
        self, future: Future[list[JobOutcome]], batch: _Batch[Step]
    ) -> Iterator[tuple[Step, JobOutcome | None]]:
        try:
            return zip(batch.steps, future.result(), strict=True)
        except TitoError:
            raise
        except (Exception, CancelledError) as loss:  # a pool loses a job in ways of its own; no work's grade is that
            if batch.lost + 1 < TRIES:
                self._again.extend(_Batch([step], batch.lost + 1) for step in batch.steps)
                return iter(())
            fault = f"lost {TRIES} times: {type(loss).__name__}: {loss}"
            lost = [JobOutcome(job.key, None, fault) for job in batch.jobs]
            return zip(batch.steps, lost, strict=True)
