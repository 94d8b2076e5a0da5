"""What a learner reads about a check that failed: in full for the open parts, guarded for the hidden ones.

A learner's code that has met a hidden test could put the test's inputs into
whatever it says later. So the open lines of all checks run first (`SubmissionRun`),
and what is said after that is told in words of the check alone.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass

from tito.autograder.check_script import Script
from tito.autograder.session import WorkerLost
from tito.course.checks import Hints
from tito.rpc.errors import RemoteError, builtin_error
from tito.support.safe_text import plain
from tito.tools.parts import mistake_named_by

MAX_LINES = 12
MAX_LINE = 600
ENDED = "your code was stopped, or ended its process, after it had met a hidden test"  # in whatever way


@dataclass(frozen=True)
class Failure:
    """One thing that went wrong: in which part ("" for none), with which error and words, and in which script.

    It is `guarded` when the words come from code that has met a hidden test. `mistake`
    is what the part calls the mistake that loses it as a rule.
    """

    title: str
    error: BaseException
    words: str
    script: Script
    guarded: bool = False
    mistake: str = ""


class CountsForNothing(AssertionError):
    """In place of an error, for a part beside others that held alone."""

    def __str__(self) -> str:
        return "counts as soon as another part of this check is earned"


def message_of(failures: list[Failure], hints: Hints) -> str:
    """The failures in a few lines; parts that failed in the same way share one."""
    said: dict[str, list[str]] = {}
    for failure in failures:
        said.setdefault(_words(failure, hints), []).append(_title(failure))
    lines = [_line([title for title in titles if title], words) for words, titles in said.items()]
    return "\n".join(lines[:MAX_LINES])


def _line(titles: list[str], words: str) -> str:
    return _clean("; ".join(titles) + ": " + words if titles else words)


def _title(failure: Failure) -> str:
    return "" if failure.title in failure.script.hidden_titles else failure.title


def _words(failure: Failure, hints: Hints) -> str:
    error, script = failure.error, failure.script
    if isinstance(error, WorkerLost) and not failure.guarded:
        return failure.words
    if isinstance(error, CountsForNothing):
        return failure.words
    lines = lines_in(error, script)
    if failure.guarded or script.is_hidden(lines):
        return _guarded(failure, lines[-1] if lines else 0, hints.on(failure.mistake))
    if isinstance(error, AssertionError) and not isinstance(error, RemoteError):
        return failure.words or f"this does not hold: {_source_of(lines, script)}"
    return " · ".join([_in_full(error, failure.words), *getattr(error, "__notes__", ())])


def _guarded(failure: Failure, line: int, hints: tuple[str, ...]) -> str:
    """For a hidden part: the constant words of the assert in which it failed, whatever way, else a hint.

    An error before an assert has the assert's words: what was called there is what it is about. Not the kind of
    error: of some sixty the learner's code may choose one, by what it was asked.
    """
    if words := failure.script.messages.get(line):
        return words
    is_assert = isinstance(failure.error, AssertionError) and not isinstance(failure.error, RemoteError)
    if not is_assert and (words := failure.script.words_after.get(line)):
        return words
    return "a hidden test failed" + (f". {hints[0]}" if hints else "")


def _in_full(error: BaseException, words: str) -> str:
    kind = kind_of(error)
    if kind == "SystemExit":
        return "your code called sys.exit() or exit()"
    if kind in ("Deadlock", "PastLimit"):  # simulated time could not go on; the words say why
        return words
    if kind == "NotImplementedError" and not words:
        return "this part is not written yet"
    return f"{kind}: {words}" if words else kind


def mistake_of(failures: list[Failure]) -> str:
    """The name of the first mistake that has one; "" if none has."""
    return next((name for failure in failures if (name := _mistake(failure))), "")


def _mistake(failure: Failure) -> str:
    """By what was found where that may be told: the assert's name, or which error the learner's code raised."""
    error = failure.error
    if isinstance(error, CountsForNothing | WorkerLost):
        return "" if isinstance(error, CountsForNothing) else "stopped"
    if failure.guarded or failure.script.is_hidden(lines_in(error, failure.script)):
        return failure.mistake
    if isinstance(error, RemoteError):
        return f"raises-{error.kind}" if builtin_error(error.kind) else "raises-an-error-of-its-own"
    return mistake_named_by(error, failure.mistake)


def kind_of(error: BaseException) -> str:
    return error.kind if isinstance(error, RemoteError) else type(error).__name__


def lines_in(error: BaseException, script: Script) -> list[int]:
    """The lines of the check that `error` came through, outermost first."""
    frames = traceback.walk_tb(error.__traceback__)
    return [line for frame, line in frames if frame.f_code.co_filename == script.file]


def _source_of(lines: list[int], script: Script) -> str:
    return script.lines[lines[-1] - 1].strip() if lines else "an assert of the check"


def place_of(failure: Failure) -> str:
    """The learner's own line that raised, such as `cell "server", line 12`; nothing for a hidden part."""
    error, script = failure.error, failure.script
    if (
        failure.guarded
        or not isinstance(error, RemoteError)
        or not error.frames
        or script.is_hidden(lines_in(error, script))
    ):
        return ""
    file, line, _ = error.frames[-1]
    return _clean(f"{file}, line {line}")


def _clean(text: str) -> str:
    return plain(text, MAX_LINE)
