"""Simulated time for code under test, however it reads a clock, sleeps or waits.

    with VirtualTime().installed() as clock:
        time.sleep(60)          # takes no time, and moves every clock by exactly 60 s

The thread that installs it and the threads that it starts live in simulated
time; all others stay in real time. Threads, locks, queues, executors and
asyncio are cooperative: one thread runs at a time, gives way only where it
blocks, and the clock jumps to the next timer when none can run. Ordinary
computing takes no time. What `clocks`, `locks` and `threads` define takes the
place of the real ones: each serves every
thread in its own kind of time, so they may stand in modules that are shared.
How threads take turns stands in `scheduler.py`.
"""

from __future__ import annotations

import _queue
import _thread
import datetime
import os
import queue
import sched
import select
import signal
import sys
import threading
import time
import timeit
from contextlib import contextmanager

from tito.tools.clock import clocks, locks, threads
from tito.tools.clock.locks import REAL_LOCK_TYPE, Lock
from tito.tools.clock.patching import Rebinding
from tito.tools.clock.scheduler import (
    NS,
    Deadlock,
    PastLimit,
    Scheduler,
    Task,
    VirtualTimeError,
    _tasks,
    current,
    to_ns,
)

__all__ = ["Deadlock", "PastLimit", "VirtualTime", "VirtualTimeError", "stand_by"]

START_S = 1_000  # not zero: code that takes a clock to start at zero should be found out
EPOCH_S = 1_767_225_600  # what `time.time()` says at the start: 2026-01-01 00:00 UTC
LIMIT_S = 3_600.0

_SUBSTITUTES = clocks.SUBSTITUTES | locks.SUBSTITUTES | threads.SUBSTITUTES
_BY_IDENTITY = {id(real): substitute for real, substitute in _SUBSTITUTES.items()}  # needs no hash of a value
_LIBRARY = (time, datetime, timeit, sched, threading, queue, _thread, _queue, select, signal)


class VirtualTime:
    """A simulated clock with the threads that live by it.

    `limit_s` bounds the simulated time (`PastLimit` in the installing thread
    when it is passed; `Deadlock` when every thread waits for another);
    `namespaces` are dictionaries of names (a module's `vars`) in which clocks
    and locks imported before the installation are replaced too.
    """

    def __init__(self, limit_s: float = LIMIT_S, namespaces=()):
        self.limit_s = limit_s
        self._namespaces = namespaces
        self._learners: Rebinding | None = None
        self._outer: Task | None = None
        self._scheduler = self._fresh()

    def _fresh(self) -> Scheduler:
        return Scheduler(START_S * NS, (EPOCH_S - START_S) * NS, to_ns(self.limit_s))

    # -- the clock ------------------------------------------------------------------

    def now(self) -> float:
        """Seconds on the monotonic clock; reading it here takes no time."""
        return self._scheduler.now_ns / NS

    def sleep(self, seconds: float) -> None:
        """Let exactly `seconds` go by for the calling thread; the others go on meanwhile."""
        task = current()
        if task is not None and task.scheduler is self._scheduler:
            self._scheduler.sleep(task, to_ns(seconds))
        else:
            self._scheduler.now_ns += to_ns(seconds)

    advance = sleep

    def step_wall_clock(self, seconds: float) -> None:
        """Set `time.time()` forward or back, as a time server does; monotonic clocks do not notice."""
        self._scheduler.wall_offset_ns += round(seconds * NS)

    # -- installation ---------------------------------------------------------------

    @contextmanager
    def installed(self):
        """Simulated time in the block; then everything is put back, and threads left over never run again."""
        self.install()
        try:
            yield self
        finally:
            self.uninstall()

    def install(self) -> None:
        """Put the calling thread, and the threads it will start, under this clock."""
        if self._learners:
            raise RuntimeError("this virtual time is installed already")
        self._outer = current()
        self._scheduler.adopt(self._scheduler.root, _thread.get_ident())
        _install_library()
        self._learners = Rebinding(_substitute)
        for names in self._namespaces:
            self._learners.namespace(names)

    def uninstall(self) -> None:
        """Undo `install`; threads left over never run again."""
        if not self._learners:
            return
        self._learners.restore()
        self._learners = None
        _uninstall_library()
        self._leave(self._outer)

    def reset(self, limit_s: float | None = None) -> None:
        """Start afresh, as if just installed: the clock is set back, threads left over never run again."""
        self.limit_s = self.limit_s if limit_s is None else limit_s
        ident = self._scheduler.root.ident
        self._leave(None)
        self._scheduler = self._fresh()
        self._scheduler.adopt(self._scheduler.root, ident)

    def _leave(self, outer):
        root = self._scheduler.root
        self._scheduler.abandon_others()
        _tasks.pop(root.ident, None)
        if outer is not None:
            _tasks[root.ident] = outer


def _substitute(value):
    """What replaces `value`; None to leave it as it is."""
    if type(value) is REAL_LOCK_TYPE:
        return Lock.around(value)
    return _BY_IDENTITY.get(id(value))


# The library is shared by all clocks: the first installed replaces in it, the last to go restores it.
_library = Rebinding(_substitute)
_users = 0


def stand_by() -> None:
    """Put the substitutes into the library early, and for good, for the clocks that are installed later."""
    _install_library()


def _install_library():
    global _users
    _users += 1
    if _users > 1:
        return
    for owner, name, method in locks.METHODS:
        _library.set_attribute(owner, name, method)
    for module in _LIBRARY:
        _library.namespace(vars(module))
    executors = sys.modules.get("concurrent.futures.thread")
    if executors:
        _library.namespace(vars(executors))


def _uninstall_library():
    global _users
    _users -= 1
    if not _users:
        _library.restore()


def _only_the_forking_thread():
    """In a forked child there is one thread: whatever the others waited for is gone."""
    task = current()
    for ident in [ident for ident in _tasks if _tasks[ident] is not task]:
        del _tasks[ident]
    if task is not None:
        task.scheduler.abandon_others()


os.register_at_fork(after_in_child=_only_the_forking_thread)
