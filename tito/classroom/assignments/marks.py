"""What nbgrader's gradebook says of an assignment, learner by learner, and the pages that learners get of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tito.classroom.assignments.nbgrader_course import Assignment, NbgraderCourse
from tito.support.points import points_text


@dataclass(frozen=True)
class LearnerMarks:
    """One learner's marks: of each notebook, and in all after the late penalty. `unmarked` cells wait for a person."""

    learner: str
    name: str
    by_notebook: dict[str, float]
    penalty: float
    score: float
    max_score: float
    unmarked: int


def read_marks(course: NbgraderCourse, assignment: Assignment) -> list[LearnerMarks]:
    """The marks of everybody who has a graded submission, in order of learner."""
    from nbgrader.api import Gradebook

    with Gradebook(course.directory.db_url, course.directory.course_id) as book:
        found = book.find_assignment(assignment.name).submissions
        marks = [
            LearnerMarks(
                each.student_id,
                " ".join(filter(None, (each.student.first_name, each.student.last_name))),
                {notebook.name: notebook.score for notebook in each.notebooks},
                each.late_submission_penalty or 0.0,
                max(0.0, each.score - (each.late_submission_penalty or 0.0)),
                each.max_score,
                sum(1 for notebook in each.notebooks for grade in notebook.grades if grade.needs_manual_grade),
            )
            for each in found
        ]
    return sorted(marks, key=lambda each: each.learner)


def as_csv(assignment: Assignment, marks: list[LearnerMarks]) -> str:
    """A line a learner: marks of each notebook, penalty, score, and what waits for a person."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", "name", *assignment.notebooks, "late_penalty", "score", "max_score", "unmarked_cells"])
    for each in marks:
        by_notebook = [points_text(each.by_notebook.get(name)) for name in assignment.notebooks]
        totals = [points_text(value) for value in (each.penalty, each.score, each.max_score)]
        writer.writerow([_no_formula(each.learner), _no_formula(each.name), *by_notebook, *totals, each.unmarked])
    return text.getvalue()


def _no_formula(text: str) -> str:
    """A name that no spreadsheet reads as a formula (owasp.org, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def write_pages(course: NbgraderCourse, assignment: Assignment) -> Iterator[Path]:
    """Have nbgrader write each graded learner's feedback, as it is graded now."""
    from tito.classroom.assignments.converter import write_feedback

    for learner in course.learners(assignment.name):
        if course.autograded(learner, assignment.name).is_dir():
            yield from write_feedback(course, assignment.name, learner)
