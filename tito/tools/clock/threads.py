"""Starting and joining threads that live in simulated time.

`Thread` stands on `_thread.start_new_thread` and a sentinel lock up to Python
3.12, and on joinable threads with handles from 3.13 on; both are here.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable

from tito.tools.clock.locks import Lock, is_cooperative_here, looked
from tito.tools.clock.scheduler import Task, current, real_lock

# each Python has either the first or the other two
_REAL_SENTINEL = getattr(_thread, "_set_sentinel", None)
_REAL_HANDLE = getattr(_thread, "_ThreadHandle", None)
_REAL_START_JOINABLE = getattr(_thread, "start_joinable_thread", None)


def start_new_thread(function, args, kwargs=None, /, *, _really=_thread.start_new_thread):
    """Start a thread in the caller's kind of time; returns its identifier."""
    task = current()
    if task is None or not is_cooperative_here():
        return _really(function, args, kwargs or {})
    sentinels: list = []
    started: Task = task.scheduler.start(lambda: function(*args, **(kwargs or {})), lambda: _release(sentinels))
    started.sentinels = sentinels
    return started.ident


def set_sentinel(*, _really=_REAL_SENTINEL):
    """A lock that is released when the calling thread ends; `Thread.join` waits for it (to Python 3.12)."""
    task = current()
    sentinels = getattr(task, "sentinels", None)
    if sentinels is None:
        return _really()
    sentinels.append(Lock.around(real_lock()))
    return sentinels[-1]


def _release(sentinels):
    for lock in sentinels:
        if lock.locked():
            lock.release()


class ThreadHandle:
    """What `Thread.join` waits for from Python 3.13 on."""

    def __new__(cls, _real=_REAL_HANDLE):
        return object.__new__(cls) if is_cooperative_here() else _real()

    def __init__(self):
        self.ident = None
        self._running = Lock.around(real_lock())
        self._running.acquire()

    def is_done(self):
        done = not self._running.locked()
        if not done:
            looked()
        return done

    def join(self, timeout=None):
        if self._running.acquire(True, -1 if timeout is None else timeout):
            self._running.release()

    def _set_done(self):
        if self._running.locked():
            self._running.release()


def start_joinable_thread(function, handle=None, daemon=True, *, _really=_REAL_START_JOINABLE):
    """Start a thread in the caller's kind of time, whatever kind its `Thread` was made in."""
    task = current()
    cooperative = task is not None and is_cooperative_here()
    if handle is None or isinstance(handle, ThreadHandle) != cooperative:
        handle = ThreadHandle() if cooperative else _thread._ThreadHandle()
        if isinstance(getattr(function, "__self__", None), threading.Thread):
            function.__self__._handle = handle
    if task is None or not cooperative:
        return _really(function, handle=handle, daemon=daemon)
    handle.ident = task.scheduler.start(function, handle._set_done).ident
    return handle


SUBSTITUTES: dict[Callable, Callable] = {_thread.start_new_thread: start_new_thread}
if sys.version_info >= (3, 13):
    SUBSTITUTES |= {_thread.start_joinable_thread: start_joinable_thread, _thread._ThreadHandle: ThreadHandle}
else:
    SUBSTITUTES[_thread._set_sentinel] = set_sentinel
