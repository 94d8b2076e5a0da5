"""Whose marks a grading run changes, and by which checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tito.classroom.gradebook.models import Marks
from tito.classroom.records import GradedSubmission, Record
from tito.support.points import rounded_points


@dataclass(frozen=True)
class CheckChange:
    """Other points for a check than before; None where the check is new, or is gone."""

    id: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Change:
    """A learner whose points differ from those of an earlier run, in total or by check."""

    learner: str
    before: float
    after: float
    checks: tuple[CheckChange, ...]

    @property
    def difference(self) -> float:
        return rounded_points(self.after - self.before)


@dataclass(frozen=True)
class PenaltyChange:
    """Other points taken off for lateness than before: a due date, an extension or the score has changed."""

    learner: str
    before: float
    after: float


def penalty_changes(before: Mapping[str, Marks], after: Mapping[str, Marks]) -> tuple[PenaltyChange, ...]:
    """Whose late penalty differs, of those whose work was recorded before."""
    pairs = ((who, marks.late_penalty, after[who].late_penalty) for who, marks in before.items() if who in after)
    rounded = (PenaltyChange(who, rounded_points(old), rounded_points(new)) for who, old, new in pairs)
    return tuple(sorted((each for each in rounded if each.before != each.after), key=lambda each: each.learner))


def changes_in(all_graded: Iterable[GradedSubmission]) -> tuple[Change, ...]:
    """The change of each submission that has one; a first grade is none."""
    pairs = ((graded.before, graded.record) for graded in all_graded)
    found = (change_between(before, after) for before, after in pairs if before and after)
    return tuple(change for change in found if change)


def change_between(before: Record, after: Record) -> Change | None:
    """What differs between two records of a learner's, in points as people read them; None when nothing does."""
    old, new = _points(before), _points(after)
    names = [*new, *(name for name in old if name not in new)]
    checks = tuple(CheckChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
    if not checks:
        return None
    return Change(after.learner, rounded_points(before.grade.points), rounded_points(after.grade.points), checks)


def _points(record: Record) -> dict[str, float]:
    return {result.id: rounded_points(result.points) for result in record.grade.results}
