"""One slip of an author, and how it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tito.support.errors import CourseError, TitoError


@dataclass(frozen=True)
class Slip:
    """What is wrong in which line of which file (0 for the whole file), and what to do about it.

    One of a `draft` is what `tito new` has left to be written: it stops what a class gets, but no release.
    An `endless` one is a check that had to be stopped.
    """

    message: str
    path: Path
    line: int = 0
    hint: str = ""
    draft: bool = False
    endless: bool = False

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    @property
    def error(self) -> CourseError:
        """The slip as the error that stops a release."""
        return CourseError(self.message, at=self.place, hint=self.hint)


def of_error(error: TitoError) -> Slip:
    """An error about a file as a slip."""
    place = re.fullmatch(r"(.+?):(\d+)", error.at)
    path, line = (place[1], int(place[2])) if place else (error.at, 0)
    message = f"{error.message}: {error.why}" if error.why else error.message
    return Slip(message, Path(path), line, error.hint)


def line_with(text: str, part: str) -> int:
    """The line of the first place of `part` in a text, counted from 1; 0 when it is nowhere."""
    at = text.find(part)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
