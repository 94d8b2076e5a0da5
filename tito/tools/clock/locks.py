"""Locks, and what waits or looks with them, for threads that live in simulated time.

Only the primitives are replaced. Condition, Event, Semaphore, Barrier, Timer,
Queue, executors and asyncio are written in Python on top of these and follow.
"""

from __future__ import annotations

import _queue
import _thread
import functools
import queue
import select
import selectors
import signal
import sys
import threading
from concurrent.futures import Future
from types import FrameType, GenericAlias
from typing import Any

from tito.tools.clock.scheduler import LOOK, current, real_lock, to_ns

REAL_LOCK_TYPE = type(real_lock())

# What the notebook's own machinery makes, even on the learner's thread, stays real.
_MACHINERY = frozenset({"ipykernel", "IPython", "zmq", "tornado", "jupyter_client", "traitlets", "comm",
                        "debugpy", "_pydevd_bundle", "_pydev_bundle", "logging"})  # fmt: skip
_LAYERS = frozenset({__name__, "tito.tools.clock.threads", "threading", "queue"})


def is_cooperative_here() -> bool:
    """Whether a lock made now is the learner's, and not one that a print in a notebook makes."""
    if current() is None:
        return False
    frame: FrameType | None = sys._getframe(2)
    while frame and frame.f_globals.get("__name__") in _LAYERS:
        frame = frame.f_back
    return frame is None or frame.f_globals.get("__name__", "").partition(".")[0] not in _MACHINERY


class Lock:
    """A lock whose holder may be waited for in simulated time."""

    __slots__ = ("__weakref__", "_real", "_waiting")

    def __new__(cls):
        return cls.around(real_lock()) if is_cooperative_here() else real_lock()

    @classmethod
    def around(cls, real):
        """A cooperative face on a lock that others may use as it is."""
        lock = object.__new__(cls)
        lock._real, lock._waiting = real, []
        return lock

    def acquire(self, blocking=True, timeout=-1):
        if self._real.acquire(False):
            return True
        task = current()
        if task is None or (timeout < 0 and timeout != -1):
            return self._real.acquire(blocking, timeout)
        if not blocking or timeout == 0:
            task.scheduler.give_way(task)
            return False
        return self._wait(task, None if timeout == -1 else task.scheduler.now_ns + to_ns(timeout))

    def _wait(self, task, until_ns):
        self._waiting.append(task)
        try:
            while True:
                woken = task.scheduler.block(task, until_ns)
                if self._real.acquire(False):
                    return True
                if not woken:
                    return False
        finally:
            self._waiting.remove(task)

    def release(self):
        self._real.release()
        if self._waiting:
            self._waiting[0].wake()

    def locked(self):
        return self._real.locked()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    _is_owned = locked  # what Condition asks, which would else try to acquire it

    def _at_fork_reinit(self):
        self._real, self._waiting = real_lock(), []


class RLock:
    """A re-entrant lock: the library's own in Python, which stands on `Lock`."""

    def __new__(cls, _real=threading._CRLock):
        return threading._PyRLock() if is_cooperative_here() else _real()


class SimpleQueue(queue._PySimpleQueue):  # type: ignore[name-defined]  # typeshed leaves it out
    """The library's own in Python, in place of the one in C."""

    def __new__(cls, _real=_queue.SimpleQueue):
        return object.__new__(cls) if is_cooperative_here() else _real()

    __class_getitem__: classmethod = classmethod(GenericAlias)

    def get(self, block=True, timeout=None):
        return _told_when_empty(queue._PySimpleQueue.get, self, block, timeout)


def _told_when_empty(get, self, block, timeout):
    try:
        return get(self, block, timeout)
    except queue.Empty:
        looked()
        raise


def looked():
    """Count a look that found nothing: for code that looks again and again, time has to go by."""
    task = current()
    if task is not None:
        task.scheduler.give_way(task)


def _looking(method, found_nothing):
    @functools.wraps(method)
    def look(self):
        answer = method(self)
        if found_nothing(answer):
            looked()
        return answer

    return look


def _queue_get(real):
    @functools.wraps(real)
    def get(self, block=True, timeout=None):
        return _told_when_empty(real, self, block, timeout)

    return get


def _select(real):
    @functools.wraps(real)
    def select(self, timeout=None):
        task = current()
        if task is None:
            return real(self, timeout)
        events = real(self, 0)
        if events:
            return events
        if timeout is not None and timeout <= 0:
            task.scheduler.poll(task, LOOK)
            return events
        until_ns = None if timeout is None else task.scheduler.now_ns + to_ns(timeout)
        return task.scheduler.block_on(task, lambda: real(self, 0), until_ns)

    return select


def _waiting(real, none_yet):
    """A function that waits for something outside, or until a timeout, which it takes as its last argument.

    `none_yet` is what `real` answers when there is nothing.
    """

    @functools.wraps(real)
    def wait(*given):
        task, (*what, timeout) = current(), given if len(given) in (2, 4) else (*given, None)
        if task is None:
            return real(*given)
        found = real(*what, 0)
        if found != none_yet or timeout is None:
            return found if found != none_yet else real(*given)
        if timeout <= 0:
            task.scheduler.poll(task, LOOK)
            return found

        def look():
            now_there = real(*what, 0)
            return None if now_there == none_yet else now_there

        found = task.scheduler.block_on(task, look, task.scheduler.now_ns + to_ns(timeout))
        return none_yet if found is None else found

    return wait


_SELECTORS = [
    cls
    for cls in vars(selectors).values()
    if isinstance(cls, type) and "select" in vars(cls) and cls is not selectors.BaseSelector
]
SUBSTITUTES: dict[Any, Any] = {
    _thread.allocate_lock: Lock,
    threading.Lock: Lock,  # from Python 3.13 on a type of its own
    _thread.RLock: RLock,
    _queue.SimpleQueue: SimpleQueue,
    select.select: _waiting(select.select, ([], [], [])),
}
if hasattr(signal, "sigtimedwait"):  # Linux has it; macOS and Windows have not
    SUBSTITUTES[signal.sigtimedwait] = _waiting(signal.sigtimedwait, None)
METHODS = [
    (threading.Event, "is_set", _looking(threading.Event.is_set, lambda is_set: not is_set)),
    (queue.Queue, "empty", _looking(queue.Queue.empty, bool)),
    (queue.Queue, "get", _queue_get(queue.Queue.get)),
    (Future, "done", _looking(Future.done, lambda done: not done)),
    *((cls, "select", _select(vars(cls)["select"])) for cls in _SELECTORS),
]
