"""Checks, their results and the grade that they add up to.

A `CheckSuite` has the locked cells of a trusted notebook, a `Work` has a learner's
exported code, and a `Grade` says how the work did in the suite. All are frozen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Status = Literal["passed", "failed", "not started"]
HAND_IN_S = 120.0  # seconds by the clock for all checks of one hand-in, where a module says nothing else


@dataclass(frozen=True)
class CodeCell:
    """One exported cell of a learner's work; `name` is what messages call it."""

    name: str
    source: str


@dataclass(frozen=True)
class Work:
    """A learner's exported code, cell by cell, in the order of the notebook."""

    cells: tuple[CodeCell, ...]


@dataclass(frozen=True)
class Hints:
    """What helps with a check: from a question to nearly the answer, and another first question for named mistakes."""

    texts: tuple[str, ...] = ()
    by_mistake: tuple[tuple[str, str], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.texts + tuple(hint for _, hint in self.by_mistake)

    def on(self, mistake: str) -> tuple[str, ...]:
        """The hints for who made `mistake`; "" for one without a name."""
        first = dict(self.by_mistake).get(mistake)
        return self.texts if first is None else (first, *self.texts[1:])


NO_HINTS = Hints()


@dataclass(frozen=True)
class CheckCell:
    """One graded test: its locked cell's source, points and hints."""

    id: str
    source: str
    points: float
    hints: Hints = NO_HINTS


@dataclass(frozen=True)
class CheckSuite:
    """The checks of a module, read from a notebook that we trust.

    `given` is the source of the exported cells (for the public names and the
    given dataclasses and enums), `helpers` the locked cells that are neither
    exported nor checks (run before each check, in the grader).
    """

    module: str
    checks: tuple[CheckCell, ...]
    given: tuple[CodeCell, ...] = ()
    helpers: tuple[CodeCell, ...] = ()

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)


@dataclass(frozen=True)
class PartResult:
    """One part of a check that has run: its title in the check, and how it went."""

    title: str
    status: Status


@dataclass(frozen=True)
class TestResult:
    """One check's outcome; `message` is what the learner reads, `where` the cell at fault.

    `parts` are those that were reached. Their titles may be hidden from learners; reports to instructors count them.
    `mistake` is the name of the first mistake that has one, as the check declares it; "" for none.
    """

    __test__ = False  # not a pytest class

    id: str
    status: Status
    points: float
    max_points: float
    message: str = ""
    where: str = ""
    mistake: str = ""
    parts: tuple[PartResult, ...] = ()

    def without_parts(self) -> dict[str, Any]:
        """What a cache of results keeps: all that a learner is told."""
        found = asdict(replace(self, parts=()))
        del found["parts"]
        return found


@dataclass(frozen=True)
class Grade:
    """What a submission earned, check by check; `notes` say what else was changed or wrong.

    `isolation_level` says how well its code was kept apart (`tito.autograder.probe`); None if that was not asked for.
    `stopped` says that time for the hand-in as a whole was up before all checks had run.
    """

    module: str
    results: tuple[TestResult, ...]
    notes: tuple[str, ...] = ()
    isolation_level: int | None = None
    stopped: str = ""

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    @property
    def max_points(self) -> float:
        return sum(result.max_points for result in self.results)

    @property
    def passed(self) -> bool:
        return all(result.status == "passed" for result in self.results)
