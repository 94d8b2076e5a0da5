"""The functions of `time`, and `datetime`, for threads that live in simulated time; real time for any other."""

from __future__ import annotations

import functools
import sys
import time as real
from _thread import get_ident
from datetime import UTC
from datetime import datetime as RealDatetime

from tito.tools.clock.scheduler import FREE_WEIGHT, NS, READ, _tasks, current, to_ns

# The library's own waiting loops read a clock once a turn and never spin.
_QUIET_READERS = frozenset({"threading", "queue", "concurrent.futures._base", "asyncio.base_events"})


def _reading(real, of):
    """A method that reads a simulated clock where `real` would read a real one."""

    def read(self):
        task = _tasks.get(get_ident())
        if task is None:
            return real()
        task.polled += READ  # what `Scheduler.poll` does; this is the busiest line of a grade
        if task.polled > FREE_WEIGHT:
            task.scheduler.tick(task)
        return of(task)

    return functools.wraps(real)(read)


def _reading_but_quietly(real, of):
    """As `_reading`, but a look by the library's own waiting loops does not count as a poll."""

    def read(self):
        task = _tasks.get(get_ident())
        if task is None:
            return real()
        if sys._getframe(1).f_globals.get("__name__") not in _QUIET_READERS:
            task.scheduler.poll(task)
        return of(task)

    return functools.wraps(real)(read)


def _of_now_unless_told(real):
    """A method that makes seconds into a date, as `real` does: those of `time.time()` where none are given."""

    def date(self, seconds=None, /):
        return real(self.time() if seconds is None else seconds)

    return functools.wraps(real)(date)


def _monotonic(task):
    return task.scheduler.now_ns


def _wall(task):
    return task.scheduler.now_ns + task.scheduler.wall_offset_ns


class TimeFunctions:
    """The functions of `time`, used as bound methods: kept in a class they take no `self`, as built-ins."""

    perf_counter = _reading(real.perf_counter, lambda task: task.scheduler.now_ns / NS)
    perf_counter_ns = _reading(real.perf_counter_ns, _monotonic)
    monotonic = _reading_but_quietly(real.monotonic, lambda task: task.scheduler.now_ns / NS)
    monotonic_ns = _reading(real.monotonic_ns, _monotonic)
    time = _reading(real.time, lambda task: _wall(task) / NS)
    time_ns = _reading(real.time_ns, _wall)
    process_time = _reading(real.process_time, lambda task: task.scheduler.cpu_ns / NS)
    process_time_ns = _reading(real.process_time_ns, lambda task: task.scheduler.cpu_ns)

    if hasattr(real, "thread_time"):  # Python in a browser has none
        thread_time = _reading(real.thread_time, lambda task: task.cpu_ns / NS)
        thread_time_ns = _reading(real.thread_time_ns, lambda task: task.cpu_ns)

    if hasattr(real, "clock_gettime_ns"):  # Windows has none

        @functools.wraps(real.clock_gettime)
        def clock_gettime(self, clk_id, /, *, _really=real.clock_gettime):
            return self.clock_gettime_ns(clk_id) / NS if current() else _really(clk_id)  # type: ignore[call-arg]  # as `time` has it

        @functools.wraps(real.clock_gettime_ns)
        def clock_gettime_ns(self, clk_id, /, *, _really=real.clock_gettime_ns):
            return _clock(clk_id)() if current() else _really(clk_id)

    localtime, gmtime, ctime = map(_of_now_unless_told, (real.localtime, real.gmtime, real.ctime))

    @functools.wraps(real.asctime)
    def asctime(self, moment=None, /, *, _really=real.asctime):
        return _really(self.localtime() if moment is None else moment)

    @functools.wraps(real.strftime)
    def strftime(self, pattern, moment=None, /, *, _really=real.strftime):
        return _really(pattern, self.localtime() if moment is None else moment)

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


_functions = TimeFunctions()


_READ_BY = {  # of the clocks that count on their own; the kernel's others are all monotonic ones
    "CLOCK_REALTIME": "time_ns",
    "CLOCK_PROCESS_CPUTIME_ID": "process_time_ns",
    "CLOCK_THREAD_CPUTIME_ID": "thread_time_ns",
}


def _clock(clk_id: int):
    """The function that reads the clock of this number."""
    names = (read_by for name, read_by in _READ_BY.items() if getattr(real, name, None) == clk_id)
    return getattr(_functions, next(names, "monotonic_ns"), _functions.monotonic_ns)


class _AnyDatetime(type):
    """Makes every `datetime.datetime` an instance of ours."""

    def __instancecheck__(cls, value):
        return isinstance(value, RealDatetime) if cls is Datetime else super().__instancecheck__(value)

    def __subclasscheck__(cls, other):
        return issubclass(other, RealDatetime) if cls is Datetime else super().__subclasscheck__(other)


class Datetime(RealDatetime, metaclass=_AnyDatetime):
    """`datetime.datetime` whose `now` and `utcnow` are `time.time`'s; `today`, and that of `date`, ask that anyway."""

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_functions.time(), tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(_functions.time(), UTC).replace(tzinfo=None)


Datetime.__name__ = Datetime.__qualname__ = RealDatetime.__name__
Datetime.__module__ = RealDatetime.__module__

SUBSTITUTES = {
    getattr(real, name): getattr(_functions, name) for name in vars(TimeFunctions) if not name.startswith("_")
} | {RealDatetime: Datetime}
