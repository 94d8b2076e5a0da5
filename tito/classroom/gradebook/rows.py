"""One module's rows in nbgrader's gradebook, by SQL: its cells, its submissions, and their grades.

nbgrader's words: a module is an *assignment* with a *notebook*. A submission has
a row for each of the two, and below them a *grade* or a *comment* for each cell.
Columns that only people fill in are read and never written: manual scores, extra
credit, manual comments, extensions of time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Select,
    TableClause,
    bindparam,
    insert,
    select,
    update,
)

from tito.classroom.gradebook.models import Mark
from tito.classroom.gradebook.tables import (
    assignment,
    base_cell,
    comment,
    grade,
    grade_cells,
    notebook,
    source_cell,
    student,
    submitted_assignment,
    submitted_notebook,
)
from tito.lesson.notebook import Cell, Notebook

GRADED, COMMENTED = (
    ("GradeCell", "TaskCell"),
    ("SolutionCell", "TaskCell"),
)  # what submissions have of a cell, by its type

Values = tuple[Any, ...]  # of a row


@dataclass
class Comment:
    """A comment on an answer: `auto` is ours, `manual` an instructor's, which counts if there is one."""

    auto: str | None
    manual: str | None

    @property
    def text(self) -> str | None:
        return self.auto if self.manual is None else self.manual


@dataclass
class SubmissionRow:
    """One submission in the gradebook, with marks and comments by cell.

    `seconds_late` counts from the due date with the learner's extension; 0 if there
    is no due date. `rows` has the id of the row of each mark and comment.
    """

    learner: str
    row: str  # of its notebook
    seconds_late: float = 0.0
    late_penalty: float | None = None
    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    rows: dict[tuple[type, str], str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return sum(mark.points for mark in self.marks.values())


def learners(database: Connection) -> tuple[str, ...]:
    """Everybody in the gradebook, in order of id."""
    return tuple(sorted(database.scalars(select(student.c.id))))


class ModuleRows:
    """The rows of one module, in one transaction. KeyError for a submission that is not there."""

    def __init__(self, database: Connection, assignment_name: str, notebook_name: str):
        self._database = self.database = database
        found = database.execute(
            select(assignment.c.id, assignment.c.duedate, notebook.c.id)
            .join_from(assignment, notebook, notebook.c.assignment_id == assignment.c.id)
            .where(assignment.c.name == assignment_name, notebook.c.name == notebook_name)
        ).one_or_none()
        self._assignment: str
        self._due: datetime | None
        self._notebook: str
        self._assignment, self._due, self._notebook = tuple(found) if found else ("", None, "")

    # -- the module's own cells ------------------------------------------------------------

    def has_cells(self, handed_out: Notebook) -> bool:
        """Does the gradebook have exactly the cells of this notebook, with their texts and points?"""
        texts = select(
            source_cell.c.name,
            source_cell.c.cell_type,
            source_cell.c.locked,
            source_cell.c.source,
            source_cell.c.checksum,
        ).where(source_cell.c.notebook_id == self._notebook)
        worths = (
            select(base_cell.c.name, base_cell.c.type, grade_cells.c.max_score, grade_cells.c.cell_type)
            .outerjoin_from(base_cell, grade_cells, grade_cells.c.id == base_cell.c.id)
            .where(base_cell.c.notebook_id == self._notebook)
        )
        known = [cell for cell in handed_out.cells if cell.grade_id]
        return self._rows(texts) == set(map(_text, known)) and self._rows(worths) == set().union(*map(_worths, known))

    def _rows(self, query: Select[Any]) -> set[Values]:
        return set(map(tuple, self._database.execute(query)))

    # -- submissions ------------------------------------------------------------------------

    def admit(self, submitted_at: dict[str, datetime | None]) -> None:
        """Add each learner's submission if it is missing, and set its time if that is known."""
        names = list(submitted_at)
        self._write(insert(student), [{"id": name} for name in self._new(names, student.c.id)])
        work = submitted_assignment.c
        self._add_submissions(self._new(names, work.student_id, work.assignment_id == self._assignment))
        self._write(
            update(submitted_assignment)
            .where(work.assignment_id == self._assignment, work.student_id == bindparam("learner"))
            .values(timestamp=bindparam("at")),
            [
                {"learner": name, "at": at.astimezone(UTC).replace(tzinfo=None)}
                for name, at in submitted_at.items()
                if at
            ],
        )

    def _new(self, names: list[str], column: ColumnElement[str], *conditions: ColumnElement[bool]) -> list[str]:
        known = set(self._database.scalars(select(column).where(*conditions, column.in_(names))))
        return [name for name in names if name not in known]

    def _add_submissions(self, names: list[str]) -> None:
        """Add the rows of these learners' submissions, as nbgrader's `Gradebook.add_submission` does."""
        if not names:
            return
        cells = self._database.execute(
            select(base_cell.c.id, base_cell.c.type).where(base_cell.c.notebook_id == self._notebook)
        ).all()
        works = [{"id": new_id(), "assignment_id": self._assignment, "student_id": name} for name in names]
        parts = [
            {"id": new_id(), "assignment_id": work["id"], "notebook_id": self._notebook, "flagged": False}
            for work in works
        ]
        below = [(cell.type, {"notebook_id": part["id"], "cell_id": cell.id}) for part in parts for cell in cells]
        self._write(insert(submitted_assignment), works)
        self._write(insert(submitted_notebook), parts)
        self._write(
            insert(grade),
            [{"id": new_id(), "needs_manual_grade": True} | place for type_, place in below if type_ in GRADED],
        )
        self._write(insert(comment), [{"id": new_id()} | place for type_, place in below if type_ in COMMENTED])

    def submissions(self, names: list[str] | None = None) -> dict[str, SubmissionRow]:
        """These learners' submissions, or everybody's, by learner."""
        work, part = submitted_assignment.c, submitted_notebook.c
        ours = [work.assignment_id == self._assignment, part.notebook_id == self._notebook]
        ours += [] if names is None else [work.student_id.in_(names)]
        places = submitted_assignment.join(submitted_notebook, part.assignment_id == work.id)
        found = {
            learner: SubmissionRow(learner, row, self._seconds_late(at, extension), penalty)
            for learner, at, extension, row, penalty in self._database.execute(
                select(work.student_id, work.timestamp, work.extension, part.id, part.late_submission_penalty)
                .select_from(places)
                .where(*ours)
            )
        }
        marks = (
            select(
                work.student_id,
                base_cell.c.name,
                grade.c.id,
                grade.c.auto_score,
                grade.c.manual_score,
                grade.c.extra_credit,
                grade.c.needs_manual_grade,
                grade_cells.c.max_score,
            )
            .select_from(
                places.join(grade, grade.c.notebook_id == part.id)
                .join(base_cell, base_cell.c.id == grade.c.cell_id)
                .join(grade_cells, grade_cells.c.id == grade.c.cell_id)
            )
            .where(*ours)
        )
        for learner, cell, row, *values in self._database.execute(marks):
            found[learner].marks[cell] = Mark(*values)
            found[learner].rows[Mark, cell] = row
        comments = (
            select(work.student_id, base_cell.c.name, comment.c.id, comment.c.auto_comment, comment.c.manual_comment)
            .select_from(
                places.join(comment, comment.c.notebook_id == part.id).join(
                    base_cell, base_cell.c.id == comment.c.cell_id
                )
            )
            .where(*ours)
        )
        for learner, cell, row, *values in self._database.execute(comments):
            found[learner].comments[cell] = Comment(*values)
            found[learner].rows[Comment, cell] = row
        return found

    def _seconds_late(self, at: datetime | None, extension: timedelta | None) -> float:
        if at is None or self._due is None:
            return 0.0
        due = self._due if extension is None else self._due + extension
        return max(0.0, (at - due).total_seconds())

    def save(self, submissions: Iterable[SubmissionRow]) -> None:
        """Write the columns that are ours: automatic scores and comments, needs for manual grading, penalties."""
        its = list(submissions)
        self._update(
            grade,
            [
                {"row": one.rows[Mark, cell], "auto_score": mark.auto, "needs_manual_grade": mark.needs_manual}
                for one in its
                for cell, mark in one.marks.items()
            ],
        )
        self._update(
            comment,
            [
                {"row": one.rows[Comment, cell], "auto_comment": note.auto}
                for one in its
                for cell, note in one.comments.items()
            ],
        )
        self._update(submitted_notebook, [{"row": one.row, "late_submission_penalty": one.late_penalty} for one in its])

    def _update(self, table: TableClause, rows: list[dict[str, Any]]) -> None:
        """Update rows of `table`: each of `rows` has a row's id as `row`, and the new values beside it."""
        changed: dict[str, BindParameter[Any]] = {
            name: bindparam(name) for row in rows[:1] for name in row if name != "row"
        }
        self._write(update(table).where(table.c.id == bindparam("row")).values(changed), rows)

    def _write(self, statement: Executable, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._database.execute(statement, rows)


def new_id() -> str:
    return uuid.uuid4().hex


def _text(cell: Cell) -> Values:
    """What nbgrader's `SaveCells` keeps of a cell's text: name, kind, is it restored in hand-ins, source, checksum."""
    its = cell.nbgrader
    is_restored = not its["solution"] and (its["grade"] or its["locked"])
    return cell.grade_id, cell.kind, is_restored, cell.source, its.get("checksum")


def _worths(cell: Cell) -> set[Values]:
    """What `SaveCells` keeps of a graded cell and of a cell to fill in: name, type, points, kind."""
    its = cell.nbgrader
    graded = {(cell.grade_id, "GradeCell", float(its["points"]), cell.kind)} if its["grade"] else set()
    return graded | ({(cell.grade_id, "SolutionCell", None, None)} if its["solution"] else set())
