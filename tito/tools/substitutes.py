"""What takes the place of clocks, locks, threads and queues under virtual time.

Each substitute serves every thread: one with a task gets simulated time and
cooperative locks, any other gets the real thing. So they may stand in shared
modules while ipykernel's own threads go on as before. Only primitives are
replaced; Condition, Event, Semaphore, Barrier, Timer, Queue, executors and
asyncio are written in Python on top of these and follow.
"""

from __future__ import annotations

import _queue
import _thread
import functools
import queue
import selectors
import sys
import threading
import time as real
from _thread import get_ident
from concurrent.futures import _base as futures

from tito.tools.cooperative import LOOK, NS, _tasks, current, real_lock, to_ns

REAL_LOCK_TYPE = type(real_lock())

_QUIET_READERS = frozenset({"threading", "queue", "concurrent.futures._base", "asyncio.base_events"})

# Locks that the notebook's own machinery makes, even on the learner's thread, stay real.
_MACHINERY = frozenset({"ipykernel", "IPython", "zmq", "tornado", "jupyter_client", "traitlets", "comm",
                        "debugpy", "_pydevd_bundle", "_pydev_bundle", "logging"})  # fmt: skip


def _reading(real, of):
    """A method that reads a simulated clock where `real` would read a real one."""

    def read(self):
        task = _tasks.get(get_ident())
        if task is None:
            return real()
        task.scheduler.poll(task)
        return of(task)

    return functools.wraps(real)(read)


def _reading_monotonic(real, of):
    """As `_reading`, but a look by the library's own waiting loops does not count as a poll."""

    def read(self):
        task = _tasks.get(get_ident())
        if task is None:
            return real()
        if sys._getframe(1).f_globals.get("__name__") not in _QUIET_READERS:
            task.scheduler.poll(task)
        return of(task)

    return functools.wraps(real)(read)


def _monotonic(task):
    return task.scheduler.now_ns


def _wall(task):
    return task.scheduler.now_ns + task.scheduler.wall_offset_ns


def _process_cpu(task):
    return task.scheduler.cpu_ns


def _thread_cpu(task):
    return task.cpu_ns


class TimeFunctions:
    """The functions of `time`, as bound methods: stored in a class they take no `self`, as built-ins don't."""

    perf_counter = _reading(real.perf_counter, lambda task: task.scheduler.now_ns / NS)
    perf_counter_ns = _reading(real.perf_counter_ns, _monotonic)
    monotonic = _reading_monotonic(real.monotonic, lambda task: task.scheduler.now_ns / NS)
    monotonic_ns = _reading(real.monotonic_ns, _monotonic)
    time = _reading(real.time, lambda task: _wall(task) / NS)
    time_ns = _reading(real.time_ns, _wall)
    process_time = _reading(real.process_time, lambda task: task.scheduler.cpu_ns / NS)
    process_time_ns = _reading(real.process_time_ns, _process_cpu)
    thread_time = _reading(real.thread_time, lambda task: task.cpu_ns / NS)
    thread_time_ns = _reading(real.thread_time_ns, _thread_cpu)

    @functools.wraps(real.sleep)
    def sleep(self, seconds, /, *, _really=real.sleep):
        task = current()
        if task is None:
            return _really(seconds)
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds == 0:
            task.scheduler.give_way(task)
        else:
            task.scheduler.sleep(task, to_ns(seconds))


class Lock:
    """A lock whose holder may be waited for in simulated time."""

    __slots__ = ("_real", "_waiting", "__weakref__")

    def __new__(cls):
        return cls.around(real_lock()) if _is_cooperative_here() else real_lock()

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


def _is_cooperative_here() -> bool:
    """Whether a lock made now is the learner's, and not one that a print in a notebook makes."""
    if current() is None:
        return False
    frame = sys._getframe(2)
    while frame and frame.f_globals.get("__name__") in _LAYERS:
        frame = frame.f_back
    return frame is None or frame.f_globals.get("__name__", "").partition(".")[0] not in _MACHINERY


_LAYERS = frozenset({__name__, "threading", "queue"})


class RLock:
    """A re-entrant lock: the library's own in Python, which stands on `Lock`."""

    def __new__(cls, _real=threading._CRLock):
        return threading._PyRLock() if _is_cooperative_here() else _real()


class SimpleQueue(queue._PySimpleQueue):
    """The library's own in Python, in place of the one in C."""

    def __new__(cls, _real=_queue.SimpleQueue):
        return object.__new__(cls) if _is_cooperative_here() else _real()

    __class_getitem__ = classmethod(type(list[int]))

    def get(self, block=True, timeout=None):
        return _told_when_empty(queue._PySimpleQueue.get, self, block, timeout)


def _told_when_empty(get, self, block, timeout):
    try:
        return get(self, block, timeout)
    except queue.Empty:
        looked()
        raise


def looked():
    """Count a look that found nothing: who looks again and again has to see time go by."""
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


# -- threads: `_thread.start_new_thread` up to Python 3.12, joinable threads from 3.13 -----------


def start_new_thread(function, args, kwargs=None, /, *, _really=_thread.start_new_thread):
    """Start a thread in the caller's kind of time; returns its identifier."""
    task = current()
    if task is None or not _is_cooperative_here():
        return _really(function, args, kwargs or {})
    sentinels: list = []
    started = task.scheduler.start(lambda: function(*args, **(kwargs or {})), lambda: _release(sentinels))
    started.sentinels = sentinels
    return started.ident


def set_sentinel(*, _really=getattr(_thread, "_set_sentinel", None)):
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

    def __new__(cls, _real=getattr(_thread, "_ThreadHandle", None)):
        return object.__new__(cls) if _is_cooperative_here() else _real()

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


def start_joinable_thread(function, handle=None, daemon=True, *, _really=getattr(_thread, "start_joinable_thread", None)):
    """Start a thread in the caller's kind of time, whatever kind its `Thread` was made in."""
    task = current()
    cooperative = task is not None and _is_cooperative_here()
    if handle is None or isinstance(handle, ThreadHandle) != cooperative:
        handle = ThreadHandle() if cooperative else _thread._ThreadHandle()
        if isinstance(getattr(function, "__self__", None), threading.Thread):
            function.__self__._handle = handle
    if not cooperative:
        return _really(function, handle=handle, daemon=daemon)
    handle.ident = task.scheduler.start(function, handle._set_done).ident
    return handle


# -- what replaces what ---------------------------------------------------------------------------

_time_functions = TimeFunctions()

PRIMITIVES = {getattr(real, name): getattr(_time_functions, name)
              for name in vars(TimeFunctions) if not name.startswith("_")}  # fmt: skip
PRIMITIVES |= {
    _thread.allocate_lock: Lock,
    _thread.RLock: RLock,
    _thread.start_new_thread: start_new_thread,
    threading.Lock: Lock,
    _queue.SimpleQueue: SimpleQueue,
}
if sys.version_info >= (3, 13):
    PRIMITIVES |= {_thread.start_joinable_thread: start_joinable_thread, _thread._ThreadHandle: ThreadHandle}
else:
    PRIMITIVES[_thread._set_sentinel] = set_sentinel

METHODS = [
    (threading.Event, "is_set", _looking(threading.Event.is_set, lambda is_set: not is_set)),
    (queue.Queue, "empty", _looking(queue.Queue.empty, bool)),
    (queue.Queue, "get", _queue_get(queue.Queue.get)),
    (futures.Future, "done", _looking(futures.Future.done, lambda done: not done)),
]
METHODS += [(cls, "select", _select(cls.select)) for cls in vars(selectors).values()
            if isinstance(cls, type) and issubclass(cls, selectors.BaseSelector)
            and "select" in vars(cls) and cls is not selectors.BaseSelector]  # fmt: skip
