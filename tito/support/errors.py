"""What can go wrong, by who can mend it, and the exit code that the shell gets.

Every error that a person should read is one of these; anything else is a bug
and crashes loudly.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable
from enum import IntEnum

from tito.support.safe_text import plain


class ExitCode(IntEnum):
    """What `tito` returns to the shell."""

    FINE = 0
    NOT_PASSED = 1  # checks failed, or were not started; or a hand-in needs a person
    CANT_BE_DONE = 2  # the request can't be done; see UsageError
    BROKEN = 3  # the course or the machine is broken; see CourseError
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    NO_READER = 141  # 128 + SIGPIPE: nobody reads the output any more


MACHINE_ERRORS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
}


class TitoError(Exception):
    """A request that can't be done, said in one sentence for the reader.

    `at` is the place (file:line or cell), `why` the cause, `hint` the one
    thing to try next; each may be empty, and may quote a stranger's file.
    """

    exit_code = ExitCode.CANT_BE_DONE

    def __init__(self, message: str, *, at: str = "", why: str = "", hint: str = ""):
        self.message, self.at, self.why, self.hint = map(plain, (message, at, why, hint))
        super().__init__(self.message)


class UsageError(TitoError):
    """Something that the learner or the caller can put right."""


class CourseError(TitoError):
    """Something that the instructor has to put right in the course, or a broken machine."""

    exit_code = ExitCode.BROKEN


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """What a message says after a word that isn't known: the nearest one, or `otherwise`, after a space; or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    said = f"Did you mean '{near[0]}'?" if near else otherwise
    return f" {said}" if said else ""


def machine_error(problem: OSError) -> CourseError | None:
    """A full disk or a missing right as one sentence; None for any other OSError, which is a bug."""
    if problem.errno not in MACHINE_ERRORS:
        return None
    place = problem.filename or problem.filename2 or ""
    return CourseError(MACHINE_ERRORS[problem.errno], at=str(place), hint="tito doctor")
