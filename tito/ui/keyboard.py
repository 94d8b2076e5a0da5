"""Single key presses on a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Wait = Callable[[float], str]  # waits up to that many seconds; the key that was pressed, or ""


def is_there() -> bool:
    """Is there a terminal at both ends: keys to press, and somebody who reads which?"""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def listening() -> Iterator[Wait]:
    """A function that waits for a key; without a keyboard it only waits."""
    if not sys.stdin.isatty():
        yield _only_wait
    elif os.name == "nt":
        yield _wait_on_windows
    else:
        with _one_by_one():
            yield _wait_on_posix


def _only_wait(seconds: float) -> str:
    time.sleep(seconds)
    return ""


@contextmanager
def _one_by_one() -> Iterator[None]:
    """Let the terminal send each key as it is pressed, without showing it; restore the terminal at the end."""
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _wait_on_posix(seconds: float) -> str:
    import select

    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return os.read(sys.stdin.fileno(), 1).decode("ascii", "ignore") if ready else ""


def _wait_on_windows(seconds: float) -> str:
    import msvcrt

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if sys.platform == "win32" and msvcrt.kbhit():  # elsewhere, type checkers know no such function
            return msvcrt.getwch()
        time.sleep(0.05)
    return ""
