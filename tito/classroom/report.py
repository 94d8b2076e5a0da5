"""A class at a glance: what each check found, and how each learner did.

Built from the records and the gradebook; no learner's code is loaded.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean, median

from tito.classroom import records
from tito.classroom.deadlines import Deadlines, read_deadlines
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Marks
from tito.classroom.intake import archive
from tito.classroom.records import Record
from tito.course.course import CheckSpec, Course, Module
from tito.support.files import write_atomic
from tito.support.points import points_text
from tito.support.progress import Tracker, untracked
from tito.support.safe_text import no_formula
from tito.support.templates import filled

NEEDS_MANUAL = "needs manual grading"
NOT_GRADED = "not graded yet"
LATE = "handed in late"
UNDECIDED = "waits for a choice"
GONE = "graded, then removed"
NOT_HANDED_IN = "not handed in"


@dataclass(frozen=True)
class CheckLine:
    """One check over the class: how many learners passed it, and the most common mistake."""

    id: str
    points: float
    passed: int
    graded: int
    mistake: str = ""
    times: int = 0


@dataclass(frozen=True)
class LearnerLine:
    """One learner: status in words, points (None where nothing could be graded), what went wrong first."""

    learner: str
    status: str
    points: float | None = None
    manual_points: float | None = None
    by_check: tuple[float | None, ...] = ()
    submitted_at: datetime | None = None
    remark: str = ""
    isolation_level: int | None = None

    @property
    def counts(self) -> bool:
        """Does this learner's score belong in the class's mean?"""
        return self.status in ("graded", "not started", NEEDS_MANUAL)


@dataclass(frozen=True)
class ClassReport:
    """A module's class: its checks, its learners."""

    module: Module
    checks: tuple[CheckLine, ...]
    learners: tuple[LearnerLine, ...]

    @property
    def scores(self) -> list[float]:
        return [line.points for line in self.learners if line.counts and line.points is not None]

    @property
    def mean(self) -> float | None:
        return mean(self.scores) if self.scores else None

    @property
    def median(self) -> float | None:
        return median(self.scores) if self.scores else None


def report(course: Course, module: Module, progress: Tracker = untracked) -> ClassReport:
    """Every check of `module`, and every learner who handed in or is in the gradebook."""
    learners = course.learners(module)
    found = (records.read(course, module, learner) for learner in learners)
    graded = {record.learner: record for record in progress(found, len(learners), "reading") if record}
    with gradebook.opened(course) as book:
        known, marks = book.learners, book.marks(module)
    everybody = sorted({*known, *learners, *course.handed_in(module)})
    deadlines = read_deadlines(course)
    lines = tuple(
        _learner(module, graded[who], marks.get(who, Marks()))
        if who in graded
        else LearnerLine(who, _why_not_graded(course, module, who, deadlines))
        for who in everybody
    )
    readable = [record for record in graded.values() if not record.problem]
    return ClassReport(module, tuple(_check(spec, readable) for spec in module.checks), lines)


def _check(spec: CheckSpec, graded: list[Record]) -> CheckLine:
    results = [r for record in graded for r in record.grade.results if r.id == spec.id]
    messages = [first_line(r.message) for r in results if r.status == "failed" and r.message]
    mistakes = Counter(map(_without_numbers, messages))
    mistake, times = mistakes.most_common(1)[0] if mistakes else ("", 0)
    example = next((message for message in messages if _without_numbers(message) == mistake), "")
    return CheckLine(spec.id, spec.points, sum(r.status == "passed" for r in results), len(results), example, times)


def _without_numbers(message: str) -> str:
    """The message without its numbers, which differ between learners who made the same mistake."""
    return re.sub(r"\d[\d.,]*", "#", message)


def first_line(text: str) -> str:
    """The first line of a message, short enough for a table."""
    line = text.strip().split("\n")[0]
    return line if len(line) <= 90 else line[:89].rstrip() + "…"


def _learner(module: Module, record: Record, marks: Marks) -> LearnerLine:
    if record.problem:
        return LearnerLine(
            record.learner, record.outcome, submitted_at=record.submitted_at, remark=first_line(record.problem)
        )
    by_check = tuple(_points(record, marks, check) for check in module.checks)
    questions = [marks.marks[q.id] for q in module.questions if q.id in marks.marks]
    return LearnerLine(
        record.learner,
        NEEDS_MANUAL if marks.needs_manual else record.outcome,
        points=max(0.0, sum(by_check) - marks.late_penalty),
        manual_points=None if any(mark.needs_manual for mark in questions) else sum(mark.points for mark in questions),
        by_check=by_check,
        submitted_at=record.submitted_at,
        remark=_remark(record),
        isolation_level=record.grade.isolation_level,
    )


def _points(record: Record, marks: Marks, check: CheckSpec) -> float:
    """The points that count: the gradebook's, which an instructor may have changed, else ours."""
    if check.id in marks.marks:
        return marks.marks[check.id].points
    return next((r.points for r in record.grade.results if r.id == check.id), 0.0)


def _remark(record: Record) -> str:
    failed = next((r for r in record.grade.results if r.status == "failed"), None)
    return f"✗ {failed.id}: {first_line(failed.message)}" if failed else ""


def _why_not_graded(course: Course, module: Module, learner: str, deadlines: Deadlines) -> str:
    """What became of a submission without a grade that counts."""
    if learner in course.learners(module):
        return NOT_GRADED
    handins = archive.read_record(course, learner, module)
    if not handins.files:
        return GONE if records.is_there(course, module, learner) else NOT_HANDED_IN
    choice = handins.choice(module, learner, deadlines)
    return LATE if choice.is_late else UNDECIDED if choice.tie else archive.WITHDRAWN


def as_csv(report: ClassReport) -> str:
    """One line for each learner: id, status, points, points of written answers, each check, the time of handing in
    (UTC), and the isolation level of grading (`tito.autograder.probe`)."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    checks = report.module.checks
    rows.writerow(
        [
            "learner",
            "status",
            "points",
            "max_points",
            "written_points",
            *(c.id for c in checks),
            "submitted_at",
            "isolation_level",
            "remark",
        ]
    )
    for line in report.learners:
        by_check = [points_text(points) for points in line.by_check] or [""] * len(checks)
        at = line.submitted_at.isoformat() if line.submitted_at else ""
        rows.writerow(
            [
                no_formula(line.learner),
                line.status,
                points_text(line.points),
                points_text(report.module.max_points),
                points_text(line.manual_points),
                *by_check,
                at,
                "" if line.isolation_level is None else line.isolation_level,
                no_formula(line.remark),
            ]
        )
    return out.getvalue()


def write_csv(course: Course, report: ClassReport, path: Path | None = None) -> Path:
    """Write the CSV to `path`, by default into the course's folder of reports."""
    return write_atomic(path or course.reports(report.module) / "grades.csv", as_csv(report))


def write_html(course: Course, report: ClassReport) -> Path:
    """The report as one page without scripts."""
    page = filled("tito.classroom", "report.html", report=report, module=report.module)
    return write_atomic(course.reports(report.module) / "report.html", page)
