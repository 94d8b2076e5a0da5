"""A term at a glance: every module's class side by side, and each learner's totals over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tito.classroom.report import NOT_HANDED_IN, ClassReport, LearnerLine


@dataclass(frozen=True)
class TermLine:
    """One learner's term: a line a module, in the order of the reports; None where nobody knows them there."""

    learner: str
    name: str
    lines: tuple[LearnerLine | None, ...]

    @property
    def points(self) -> float:
        """All that is earned so far; what waits for a person counts as soon as it is graded."""
        return sum(_so_far(line) for line in self.lines if line)

    @property
    def missing(self) -> int:
        """Modules that they have not handed in."""
        return sum(line is None or line.status == NOT_HANDED_IN for line in self.lines)


@dataclass(frozen=True)
class TermReport:
    """The reports of a term's modules, and a line a learner."""

    reports: tuple[ClassReport, ...]
    learners: tuple[TermLine, ...]

    @property
    def max_points(self) -> float:
        return sum(report.module.max_total_points for report in self.reports)

    @property
    def points(self) -> list[float]:
        return [line.points for line in self.learners]


def term_report(reports: Sequence[ClassReport]) -> TermReport:
    """The overview of these modules' reports."""
    by_module = [{line.learner: line for line in report.learners} for report in reports]
    learners = sorted({learner for lines in by_module for learner in lines})
    return TermReport(tuple(reports), tuple(_term_line(learner, by_module) for learner in learners))


def _term_line(learner: str, by_module: list[dict[str, LearnerLine]]) -> TermLine:
    lines = tuple(lines.get(learner) for lines in by_module)
    return TermLine(learner, next((line.name for line in lines if line), ""), lines)


def _so_far(line: LearnerLine) -> float:
    return line.total if line.total is not None else line.points or 0.0
