"""Works in, grades out: a bounded number of tasks under way, in whatever order they are done."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Protocol

from tito.support.errors import CourseError, TitoError
from tito.workers.job import Outcome, Task, Terms

TRIES = 3  # of a task that was lost on the way
LOOK_S = 1.0  # how often an engine is asked whether it still goes


class Engine(Protocol):
    """Where works are graded: `slots` batches of at most `batch` tasks at once."""

    slots: int
    batch: int

    def prepare(self, terms: Terms, tasks: int) -> None:
        """Begin to start what grades by these terms, without waiting for it: there will be this many tasks."""

    def submit(self, terms: Terms, tasks: list[Task]) -> Future:
        """Have the tasks graded; the future's result is the outcome of each."""

    def trouble(self) -> str:
        """Why nothing will come of what was submitted; "" as long as something may."""

    def close(self) -> None:
        """Stop at once: what is not graded by now will not be."""


@dataclass(frozen=True)
class _Batch:
    """Tasks that go out together, and how often they were lost before."""

    tasks: list[Task]
    lost: int = 0


def outcomes(engine: Engine, terms: Terms, tasks: Iterable[Task]) -> Iterator[Outcome]:
    """The outcome of each task, as they come; `tasks` is drawn from only as far as there is room.

    What is lost on the way is sent again, each task alone, for it may have been
    another's fault. CourseError when the engine goes no more.
    """
    tasks, again = iter(tasks), deque()
    under_way: dict[Future, _Batch] = {}
    done: SimpleQueue[Future] = (
        SimpleQueue()
    )  # an interrupt leaves no lock held, as one inside `concurrent.futures.wait` may
    while True:
        while len(under_way) < 2 * engine.slots and (batch := _next(again, tasks, engine.batch)).tasks:
            future = engine.submit(terms, batch.tasks)
            under_way[future] = batch
            future.add_done_callback(done.put)
        if not under_way:
            return
        future = _next_done(engine, done)
        yield from _received(future, under_way.pop(future), again)


def _next(again: deque[_Batch], tasks: Iterator[Task], size: int) -> _Batch:
    return again.popleft() if again else _Batch(list(islice(tasks, size)))


def _next_done(engine: Engine, done: SimpleQueue[Future]) -> Future:
    while True:
        try:
            return done.get(timeout=LOOK_S)
        except Empty:
            if trouble := engine.trouble():
                raise CourseError(
                    f"grading can't go on: {trouble}", hint="tito grade, which goes on where it stopped"
                ) from None


def _received(future: Future, batch: _Batch, again: deque[_Batch]) -> list[Outcome]:
    try:
        return future.result()
    except TitoError:
        raise
    except (Exception, CancelledError) as loss:  # an engine loses a task in ways of its own; no work's grade is that
        if batch.lost + 1 < TRIES:
            again.extend(_Batch([task], batch.lost + 1) for task in batch.tasks)
            return []
        return [Outcome(task.key, None, f"lost {TRIES} times: {type(loss).__name__}: {loss}") for task in batch.tasks]
