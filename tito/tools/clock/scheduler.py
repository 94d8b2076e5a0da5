"""Threads that take turns on a simulated clock.

Real threads pass a baton: one of them runs at a time and gives way only where
it blocks. When none can run, the clock jumps to the next timer. Ties go to the
thread that was woken first, so a run is the same every time.

A `Scheduler` owns the clock and the baton of its threads; `current()` is the
`Task` of the calling thread, or None for a thread that lives in real time.
"""

from __future__ import annotations

import sys
import threading
from _thread import allocate_lock as real_lock
from _thread import get_ident
from _thread import start_new_thread as really_start
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from math import ceil
from pathlib import Path

NS = 10**9

# A loop that polls has to see time go by, or it would never end. The first polls since
# time last moved are free, so that two readings around a call differ by that call alone;
# then each costs twice the one before, since a loop of honest work reads no clock that often.
READ, LOOK = 64, 1  # what a poll weighs: reading a clock or asking a queue; a turn of an event loop
FREE_WEIGHT = 12 * READ
FIRST_STEP_NS, LONGEST_STEP_NS = 200, 50_000

_tasks: dict[int, Task] = {}  # by thread identifier


class VirtualTimeError(BaseException):
    """Simulated time can't go on; not an `Exception`, so that the code under test does not swallow it."""


class Deadlock(VirtualTimeError):
    """Every thread waits, and nothing is left that could wake one."""


class PastLimit(VirtualTimeError):
    """More simulated time went by than the limit allows."""


def current() -> Task | None:
    """The calling thread's task; None in a thread that lives in real time."""
    return _tasks.get(get_ident())


def to_ns(seconds: float) -> int:
    """Whole nanoseconds, rounded up as `time.sleep` does, but not for a float's own rounding error.

    Never none for any time at all: a loop that sleeps what is left has to end.
    """
    return max(ceil(seconds * NS - 0.01), int(seconds > 0))


def _nothing() -> None:
    """The job of a task that has none, or has begun it."""


class Task:
    """A thread under a scheduler."""

    def __init__(self, scheduler: Scheduler):
        self.scheduler: Scheduler | Limbo = scheduler
        self.baton = real_lock()
        self.baton.acquire()
        self.ident = 0
        self.job: Callable[[], object] = _nothing
        self.at_end: list[Callable[[], object]] = []
        self.sentinels: list | None = None  # locks to release when the thread has ended
        self.error: VirtualTimeError | None = None
        self.asleep, self.turn, self.woken = False, 0, False
        self.cpu_ns = 0
        self.rested()

    def rested(self):
        """Polls count from here: the thread has slept or waited."""
        self.polled, self.step_ns = 0, FIRST_STEP_NS

    def wake(self):
        """Let a waiting thread go on; nothing for one that runs, is ready or was abandoned."""
        if self.asleep:
            self.asleep, self.woken = False, True
            self.scheduler.ready.append(self)

    def ended(self):
        _tasks.pop(self.ident, None)
        for act in self.at_end:
            act()

    def abandon(self):
        """Let the thread never run again, and others think that it has ended."""
        self.asleep, self.scheduler = False, Limbo()
        threading._active.pop(self.ident, None)
        for act in self.at_end:
            act()


class Limbo:
    """What an abandoned thread finds in place of its scheduler: it stops at the first thing it asks for."""

    def __getattr__(self, name):
        gate = real_lock()
        gate.acquire()
        gate.acquire()


class Scheduler:
    """A simulated clock and the threads that live by it; the thread that makes it is its root."""

    def __init__(self, start_ns: int, wall_offset_ns: int, limit_ns: int):
        self.now_ns, self.wall_offset_ns, self.cpu_ns = start_ns, wall_offset_ns, 0
        self.limit_ns, self.end_ns = limit_ns, start_ns + limit_ns
        self.ready: deque[Task] = deque()
        self.timers: list[tuple[int, int, int, Task]] = []
        self.pollers: list[tuple[Task, Callable[[], object]]] = []
        self.timers_set = 0
        self.root = Task(self)
        self.others: dict[Task, None] = {}  # an ordered set

    def adopt(self, task: Task, ident: int):
        task.ident = ident
        _tasks[ident] = task

    # -- what a thread asks for -------------------------------------------------

    def sleep(self, task: Task, ns: int):
        """Let `ns` go by for the calling thread; the others use them."""
        task.rested()
        self._pause(task, ns)

    def poll(self, task: Task, weight: int = READ):
        """The calling thread looked and may look again at once: after a few times, time goes by."""
        task.polled += weight
        if task.polled > FREE_WEIGHT:
            self.tick(task)

    def tick(self, task: Task):
        """Let a little time go by for a thread that polls, each time more."""
        step_ns = task.step_ns
        if step_ns < LONGEST_STEP_NS:
            task.step_ns = min(step_ns * 2, LONGEST_STEP_NS)
        task.cpu_ns += step_ns
        self.cpu_ns += step_ns
        self._pause(task, step_ns)

    def give_way(self, task: Task):
        """Let every other thread that is ready run first."""
        self.poll(task)
        if self.ready:
            self._wait(task, self.now_ns)

    def block(self, task: Task, until_ns: int | None = None) -> bool:
        """Wait to be woken, or until a time; True when woken."""
        task.rested()
        return self._wait(task, until_ns)

    def block_on(self, task: Task, look: Callable[[], object], until_ns: int | None):
        """Wait until `look()` finds something, or until a time; returns what it found."""
        self.pollers.append((task, look))
        try:
            self.block(task, until_ns)
        finally:
            self.pollers.remove((task, look))
        return look()

    def start(self, job: Callable[[], object], at_end: Callable[[], object] | None = None) -> Task:
        """Start a thread; it runs when the calling one gives way."""
        task = Task(self)
        task.job, task.asleep = job, True
        if at_end:
            task.at_end.append(at_end)
        self.others[task] = None
        self.adopt(task, really_start(self._run, (task,)))
        task.wake()
        return task

    def abandon_others(self):
        """Threads that have not ended never run again."""
        for task in self.others:
            task.abandon()
        self.others.clear()
        self.ready.clear()
        self.timers.clear()
        self.pollers.clear()

    # -- the baton --------------------------------------------------------------

    def _run(self, task: Task):
        task.baton.acquire()
        job, task.job = task.job, _nothing
        try:
            job()
        finally:
            del job
            self.others.pop(task, None)
            task.ended()
            if not isinstance(task.scheduler, Limbo):
                self._next().baton.release()

    def _pause(self, task: Task, ns: int):
        until = self.now_ns + ns
        if self.ready or self.pollers or until > self.end_ns or (self.timers and self.timers[0][0] <= until):
            self._wait(task, until)
        else:
            self.now_ns = until

    def _wait(self, task: Task, until_ns: int | None) -> bool:
        task.asleep, task.woken = True, False
        task.turn += 1
        if until_ns is not None:
            self.timers_set += 1
            heappush(self.timers, (until_ns, self.timers_set, task.turn, task))
        following = self._next()
        if following is not task:
            following.baton.release()
            task.baton.acquire()
        if task.error:
            error, task.error = task.error, None
            raise error
        return task.woken

    def _next(self) -> Task:
        """Take the thread whose turn it is, moving the clock if none is ready."""
        if not self.ready:
            for task, look in self.pollers:
                if look():
                    task.wake()
        return self.ready.popleft() if self.ready else self._first_timer()

    def _first_timer(self) -> Task:
        while self.timers:
            at_ns, _, turn, task = heappop(self.timers)
            if not (task.asleep and task.turn == turn):
                continue
            if at_ns > self.end_ns:
                return self._stop(PastLimit(f"more than {self.limit_ns / NS:g} s of virtual time went by"))
            self.now_ns = max(self.now_ns, at_ns)
            task.asleep = False
            return task
        return self._stop(Deadlock("deadlock: " + self._who_waits_where()))

    def _stop(self, error: VirtualTimeError) -> Task:
        self.root.asleep, self.root.error = False, error
        return self.root

    def _who_waits_where(self) -> str:
        frames = sys._current_frames()
        waiting = [self.root, *self.others] if self.root.asleep else list(self.others)
        return "; ".join(f"{_name(task)} waits {_place(frames.get(task.ident))}" for task in waiting)


_PLUMBING = (__name__, "tito.tools.clock.", "threading", "queue", "concurrent.", "asyncio.", "selectors")


def _name(task: Task) -> str:
    thread = threading._active.get(task.ident)  # `enumerate` would wait for a lock
    return thread.name if thread else f"thread {task.ident}"


def _place(frame) -> str:
    """Where the learner's code stands, below the library's own frames."""
    while frame and frame.f_back and frame.f_globals.get("__name__", "").startswith(_PLUMBING):
        frame = frame.f_back
    if frame is None:
        return "to start"
    code = frame.f_code
    return f"in {code.co_name} ({Path(code.co_filename).name}, line {frame.f_lineno})"
