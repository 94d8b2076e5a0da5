"""What a learner's code prints, and where it hangs: kept for the learner's own eyes, when they test their own work.

Grading has none of it: nothing that a work prints counts, and where it hangs is
another line each time.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Collection
from types import FrameType

PLACE_FILE = "place"  # in the worker's folder: where the code is when its CPU time is nearly used up
MOST_PRINTED = 4_000  # characters


class _Capped(io.TextIOBase):
    """Takes any amount of text, and keeps the beginning."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = MOST_PRINTED

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.left > 0:
            self.parts.append(text[: self.left])
            self.left -= len(text)
        return len(text)


class Onlooker:
    """Looks on while checks run: `begin` each, then read what it `printed`."""

    def __init__(self, cpu_s: float, files: Collection[str]):
        self._cpu_s, self._files = cpu_s, files
        self._text = _Capped()
        signal.signal(signal.SIGVTALRM, self._note_place)

    def begin(self) -> None:
        """A check begins: its CPU time counts from here."""
        self.forget()
        signal.setitimer(signal.ITIMER_VIRTUAL, self._cpu_s)

    def forget(self) -> None:
        """Forget what was printed so far; the code may have put something in the place of stdout."""
        sys.stdout = self._text = _Capped()

    def printed(self) -> str:
        return "".join(self._text.parts)

    def _note_place(self, _signal: int, frame: FrameType | None) -> None:
        """Write down the innermost line of the learner's own."""
        while frame is not None and frame.f_code.co_filename not in self._files:
            frame = frame.f_back
        if frame is not None:
            file = os.open(PLACE_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.write(file, f"{frame.f_code.co_filename}, line {frame.f_lineno}".encode())
            os.close(file)
