"""A check over a class: who passed it, part by part, and which mistakes were made how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tito.classroom.records import Record
from tito.course.checks import TestResult
from tito.course.course import CheckSpec

NOT_REACHED = "not reached"
MOST_EXAMPLES = 90  # characters of a message in a table


@dataclass(frozen=True)
class Tally:
    """How many passed something, failed it, had not started it, and never came to it."""

    passed: int = 0
    failed: int = 0
    not_started: int = 0
    not_reached: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.not_started + self.not_reached


@dataclass(frozen=True)
class PartLine:
    """A part of a check over the class."""

    title: str
    tally: Tally


@dataclass(frozen=True)
class MistakeLine:
    """A mistake that a check has a name for, and the learners who made it."""

    name: str
    learners: tuple[str, ...]

    @property
    def times(self) -> int:
        return len(self.learners)


@dataclass(frozen=True)
class CheckLine:
    """One check over the class. `mistake` is the commonest, made `times` times.

    It is one with a name if there is any, else the part that is lost most often, else the commonest message,
    which is the `example`.
    """

    id: str
    points: float
    tally: Tally
    parts: tuple[PartLine, ...] = ()
    mistakes: tuple[MistakeLine, ...] = ()
    mistake: str = ""
    times: int = 0
    example: str = ""


def check_line(spec: CheckSpec, graded: list[Record]) -> CheckLine:
    """The line of one check, from the records that have a grade."""
    results = [(record.learner, result) for record in graded for result in record.grade.results if result.id == spec.id]
    found = [result for _, result in results]
    parts, mistakes = _parts(found), _mistakes(results)
    example, worded = _commonest_message(found)
    mistake, times = _commonest(parts, mistakes) or (example, worded)
    return CheckLine(
        spec.id, spec.points, _tally(result.status for result in found), parts, mistakes, mistake, times, example
    )


def _commonest(parts: tuple[PartLine, ...], mistakes: tuple[MistakeLine, ...]) -> tuple[str, int] | None:
    """The commonest mistake with a name, or the part that is lost most often; None where neither is known."""
    lost = max(parts, key=lambda part: part.tally.failed, default=None)
    if mistakes:
        return mistakes[0].name, mistakes[0].times
    return (lost.title, lost.tally.failed) if lost and lost.tally.failed else None


def _tally(statuses: Iterable[str]) -> Tally:
    seen = Counter(statuses)
    return Tally(seen["passed"], seen["failed"], seen["not started"], seen[NOT_REACHED])


def _parts(results: list[TestResult]) -> tuple[PartLine, ...]:
    """A line a part, in the order in which the checks came to them."""
    titles = dict.fromkeys(part.title for result in results for part in result.parts)
    return tuple(PartLine(title, _tally(_part_status(title, result) for result in results)) for title in titles)


def _part_status(title: str, result: TestResult) -> str:
    """How a part went; where the check did not come to it, what the whole check says of it."""
    status = next((part.status for part in result.parts if part.title == title), None)
    if status is not None:
        return status
    return NOT_REACHED if result.status == "failed" else result.status


def _mistakes(results: list[tuple[str, TestResult]]) -> tuple[MistakeLine, ...]:
    """The mistakes with a name, the commonest first."""
    made: dict[str, list[str]] = {}
    for learner, result in results:
        if result.mistake:
            made.setdefault(result.mistake, []).append(learner)
    lines = [MistakeLine(name, tuple(learners)) for name, learners in made.items()]
    return tuple(sorted(lines, key=lambda line: (-line.times, line.name)))


def _commonest_message(results: Iterable[TestResult]) -> tuple[str, int]:
    """The first of the messages that are most often the same but for their numbers, and how often."""
    messages = [first_line(result.message) for result in results if result.status == "failed" and result.message]
    counts = Counter(map(_without_numbers, messages))
    if not counts:
        return "", 0
    commonest, times = counts.most_common(1)[0]
    return next(message for message in messages if _without_numbers(message) == commonest), times


def _without_numbers(message: str) -> str:
    """The message without its numbers, which differ between learners who made the same mistake."""
    return re.sub(r"\d[\d.,]*", "#", message)


def first_line(text: str) -> str:
    """The first line of a message, short enough for a table."""
    line = text.strip().split("\n")[0]
    return line if len(line) <= MOST_EXAMPLES else line[: MOST_EXAMPLES - 1].rstrip() + "…"
