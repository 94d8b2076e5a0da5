"""A bound on the grader's own CPU time in a check, whatever the learner's code answers.

A learner's code decides what the check's regular expressions, sorts and loops go
over. So the grader's CPU time is bounded too, by a signal: nothing else stops a
regular expression.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_S = 0.25  # CPU seconds until the next try, where the first came at a bad moment
_NOT_WITHIN = frozenset({"tito.sandbox.client"})  # what it has begun with the fork server has to be ended


@contextmanager
def bounded(cpu_s: float, error: Callable[[], BaseException]) -> Iterator[None]:
    """Raise `error()` in the block once this process has used `cpu_s` in it.

    Signals come to the main thread alone; in any other there is no bound, and
    where there are no such timers (Windows) neither.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, frame: FrameType | None) -> None:
        if not _is_within(frame, _NOT_WITHIN):
            raise error()

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, cpu_s, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _is_within(frame: FrameType | None, modules: frozenset[str]) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") in modules:
            return True
        frame = frame.f_back
    return False
