"""What the gradebook holds of a submission, and what is to be put into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Mark:
    """What the gradebook holds of one check or question: points from us, points from a person."""

    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    needs_manual: bool = True
    max_points: float = 0.0

    @property
    def points(self) -> float:
        """The points that count: a person's go before ours. Extra credit needs points that it adds to, as in nbgrader."""
        given = self.manual if self.manual is not None else self.auto
        return 0.0 if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True)
class Marks:
    """What the gradebook holds of one learner's submission, by cell."""

    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    late_penalty: float = 0.0

    @property
    def needs_manual(self) -> bool:
        return any(mark.needs_manual for mark in self.marks.values())


@dataclass(frozen=True)
class Entry:
    """What is to be recorded of a submission: points by check; a question maps to None until a person grades it."""

    learner: str
    points: dict[str, float | None]
    submitted_at: datetime | None = None
    looked_at_again: bool = False  # the work is new: scores that a person gave want another look
