"""Does the same to many things on several processes, and gives the results in their order."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from tito.support.errors import CourseError

AHEAD = 4  # so many items for each process are under way or done, at most

Item = TypeVar("Item")
Result = TypeVar("Result")

_function: Callable[[Any], Any]  # in a process of the pool: what it does


def mapped(function: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Generator[Result, None, None]:
    """`function` of each item, in their order; in this process when `processes` is 1.

    Items are read only as far ahead as there is work to do. What the function raises is raised here, and nothing
    is begun after it. Where this is interrupted or closed, what is being done is done to its end first. The
    function is sent to each process once, so it has to be importable. CourseError when a process is lost.
    """
    if processes == 1:
        yield from map(function, items)
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (function,))
    try:
        yield from _in_order(pool, items, AHEAD * processes)
    except BrokenProcessPool as loss:
        raise CourseError("a process that worked for this one has ended", why=str(loss), hint="--jobs 1") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, items: Iterable[Item], most: int) -> Iterator[Any]:
    waiting: deque[Future[Any]] = deque()
    for item in items:
        with _interrupts_held():
            waiting.append(pool.submit(_call, item))
        if len(waiting) == most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block; a process that is started in it never gets one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(function: Callable[[Any], Any]) -> None:
    """In a process of the pool: know the function, and end when the process that works with it is gone."""
    global _function
    _function = function
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a pool has started this process"
    parent.join()
    os._exit(1)


def _call(item: Any) -> Any:
    return _function(item)
