"""A class as a table for other programs: a line a learner."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tito.classroom.report import ClassReport, LearnerLine
from tito.course.course import Course
from tito.support.files import write_atomic
from tito.support.points import points_text
from tito.support.safe_text import no_formula

FIRST = ("learner", "name", "email", "status", "points", "max_points", "written_points", "max_written_points")
THEN = ("late_penalty", "total_points", "max_total_points")
LAST = ("submitted_at", "late", "isolation_level", "remark", "attempt", "put_right", "to_look_at")


def as_csv(report: ClassReport) -> str:
    """One line for each learner.

    `points` are those of the checks less `late_penalty`; `written_points` and `total_points` are empty while a
    written answer waits for a person. Then each check's points, the time of handing in (UTC), whether that was
    `late` (yes, no, or not known), the isolation level of grading (`tito.autograder.probe`), which attempt counts, what
    was put right before grading, and what somebody should look at.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([*FIRST, *THEN, *(check.id for check in report.module.checks), *LAST])
    rows.writerows(_row(report, line) for line in report.learners)
    return out.getvalue()


def _row(report: ClassReport, line: LearnerLine) -> list[str]:
    module = report.module
    by_check = [points_text(points) for points in line.by_check] or [""] * len(module.checks)
    return [
        *(no_formula(text) for text in (line.learner, line.name, line.email)),
        line.status,
        points_text(line.points),
        points_text(module.max_points),
        points_text(line.manual_points),
        points_text(module.max_written_points),
        points_text(line.late_penalty),
        points_text(line.total),
        points_text(module.max_total_points),
        *by_check,
        line.submitted_at.isoformat() if line.submitted_at else "",
        {True: "yes", False: "no", None: ""}[line.late],
        "" if line.isolation_level is None else str(line.isolation_level),
        no_formula(line.remark),
        line.attempt,
        no_formula("; ".join(line.notes)),
        no_formula("; ".join(odd.words for odd in report.oddities if line.learner in odd.who)),
    ]


def write_csv(course: Course, report: ClassReport, path: Path | None = None) -> Path:
    """Write the CSV to `path`, by default into the course's folder of reports."""
    return write_atomic(path or course.reports(report.module) / "grades.csv", as_csv(report))
