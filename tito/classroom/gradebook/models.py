"""The gradebook's values: marks as they are read, entries as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Mark:
    """Points of one check or question: `auto` are ours, `manual` an instructor's."""

    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    needs_manual: bool = True
    max_points: float = 0.0

    @property
    def points(self) -> float:
        """The points that count: `manual` if given, else `auto`. As in nbgrader, extra credit adds to points only."""
        given = self.manual if self.manual is not None else self.auto
        return 0.0 if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True)
class Marks:
    """Everything recorded of one learner's submission, by cell."""

    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    late_penalty: float = 0.0

    @property
    def needs_manual(self) -> bool:
        return any(mark.needs_manual for mark in self.marks.values())


@dataclass(frozen=True)
class Entry:
    """What to record of a submission: points by check; None for a question that nobody has graded yet."""

    learner: str
    points: dict[str, float | None]
    submitted_at: datetime | None = None
    looked_at_again: bool = False  # the work is new: an instructor should look again at the scores given by hand
