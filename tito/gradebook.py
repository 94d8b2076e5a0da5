"""nbgrader's gradebook: where scores, comments and manual grades are kept.

One session is open for a whole class. What is recorded of a submission is
recorded whole or not at all, and a score that a person gave is never touched.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tito.course import Course, Module
from tito.errors import CourseError
from tito.notebook import Notebook, from_nbformat, to_nbformat

SETTINGS = "nbgrader_config.py"
SQLITE = "sqlite:///"
LOOKED_UP_BY = (  # columns that nbgrader searches by and has no index for; EXPLAIN QUERY PLAN names them
    ("grade", "notebook_id"), ("comment", "notebook_id"), ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"), ("base_cell", "notebook_id"),
)


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
        """The points that count: a person's go before ours."""
        given = self.manual if self.manual is not None else self.auto
        return (given or 0.0) + (self.extra or 0.0)


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


def settings(course: Course):
    """nbgrader's configuration, as `nbgrader_config.py` at the top of the course gives it."""
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not (course.root / SETTINGS).is_file():
        config = Config()
        config.CourseDirectory.db_url = f"{SQLITE}{course.gradebook}"
        return config
    return PyFileConfigLoader(SETTINGS, path=str(course.root)).load_config()


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook, made if there is none; one writer at a time."""
    config = settings(course)
    _make(config.CourseDirectory.db_url)
    with _nbgrader_gradebook(config.CourseDirectory.db_url) as book:
        _index(book.engine)
        yield Gradebook(book, config)


def _nbgrader_gradebook(url: str):
    _without_iri_parser()
    from nbgrader.api import Gradebook as NbgraderGradebook

    return NbgraderGradebook(url)


def _make(url: str) -> None:
    """Make the database whole or not at all, as nbgrader makes its own.

    nbgrader would run `alembic heads` for the schema's version: 10 s of CPU, for it loads nbgrader several times.
    """
    path = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    _make_tables(f"{SQLITE}{draft}")
    os.replace(draft, path)


def _make_tables(url: str) -> None:
    _without_iri_parser()
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    engine.dispose()


def _index(engine) -> None:
    """Let the cost of a submission not grow with the class: nbgrader's own queries read whole tables."""
    from sqlalchemy import text

    with engine.begin() as connection:
        for table, column in LOOKED_UP_BY:
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS tito_{table}_{column} ON {table} ({column})"))


def _without_iri_parser() -> None:
    """Before nbgrader loads: jsonschema's IRI check costs seconds of parser building, and nothing here needs it."""
    sys.modules.setdefault("rfc3987_syntax", None)


class Gradebook:
    """The open gradebook, in the words of this project."""

    def __init__(self, book, config):
        self._book, self._config = book, config
        self._penalties = None

    def enrol(self, module: Module, built: Notebook) -> Notebook:
        """Make the module known to the gradebook, and give back the notebook as nbgrader will restore it:
        without solutions, with the hidden tests. CourseError when its cells changed under recorded grades."""
        from nbgrader.preprocessors import (
            CheckCellMetadata, ClearOutput, ClearSolutions, ComputeChecksums, LockCells, SaveCells,
        )

        self._book.update_or_create_assignment(module.folder)
        node, resources = to_nbformat(built), self._resources(module)
        for step in (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells):
            node, resources = self._run(step, node, resources, module)
        self._book.db.expire_all()
        return from_nbformat(node)

    def _resources(self, module: Module) -> dict:
        place = {"notebook": module.notebook_name, "assignment": module.folder, "student": "."}
        return {"nbgrader": place | {"db_url": self._config.CourseDirectory.db_url}}

    def _run(self, step, node, resources: dict, module: Module):
        quiet = logging.getLogger("tito.nbgrader")
        quiet.setLevel(logging.ERROR)
        try:
            return step(config=self._config, log=quiet).preprocess(node, resources)
        except RuntimeError as fault:
            raise CourseError(
                f"the gradebook can't take {module.folder} as it is now", why=str(fault), at=str(module.source),
                hint="put the cells back, or move gradebook.db aside and run: tito grade --again",
            ) from None

    def record(self, module: Module, *entries: Entry) -> None:
        """Record submissions and their scores, in one transaction; a person's scores and comments stay."""
        with self._transaction():
            for entry in entries:
                self._enter(module, entry)

    def _enter(self, module: Module, entry: Entry) -> None:
        self._book.update_or_create_student(entry.learner)
        when = {"timestamp": entry.submitted_at} if entry.submitted_at else {}
        with self._book.db.no_autoflush:  # else SQLAlchemy warns of each half-made row
            submission = self._book.update_or_create_submission(module.folder, entry.learner, **when)
        notebook = next(n for n in submission.notebooks if n.name == module.notebook_name)
        for grade in notebook.grades:
            if grade.name in entry.points:
                _fill_in(grade, entry)
        for comment in notebook.comments:
            comment.auto_comment = "No response." if entry.points.get(comment.name) == 0 else None
        self._penalise(submission, notebook)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """nbgrader's API commits at every step; in here its steps only flush, and the whole is committed last."""
        db = self._book.db
        commit = db.commit
        db.commit = db.flush
        try:
            yield
            commit()
        except BaseException:  # an interrupt too must not leave half a submission in the session
            db.rollback()
            raise
        finally:
            del db.commit

    def _penalise(self, submission, notebook) -> None:
        """What the course's late-submission plugin takes off, as `nbgrader autograde` would."""
        notebook.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            self._book.db.flush()
            self._book.db.refresh(notebook)
            penalty = self._plugin().late_submission_penalty(
                submission.student_id, notebook.score, submission.total_seconds_late)
            notebook.late_submission_penalty = penalty and min(max(penalty, 0.0), notebook.score)

    def _plugin(self):
        if self._penalties is None:
            from nbgrader.preprocessors import AssignLatePenalties

            self._penalties = AssignLatePenalties(config=self._config)
            self._penalties.init_plugin()
        return self._penalties.plugin_inst

    @property
    def learners(self) -> tuple[str, ...]:
        """Everybody in the gradebook, in order of id."""
        return tuple(sorted(student.id for student in self._book.students))

    def marks(self, module: Module) -> dict[str, Marks]:
        """What is recorded of every submission of `module`, by learner."""
        from nbgrader import api

        found = {learner: Marks(late_penalty=penalty or 0.0) for learner, penalty in self._penalties_of(module)}
        columns = (api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit,
                   api.Grade.needs_manual_grade, api.GradeCell.max_score)
        for learner, cell, *values in self._rows(module, api.Grade, api.GradeCell, columns):
            found[learner].marks[cell] = Mark(*values)
        for learner, cell, text in self._rows(module, api.Comment, api.SolutionCell, (api.Comment.comment,)):
            if text:
                found[learner].comments[cell] = text
        return found

    def _penalties_of(self, module: Module):
        from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook

        query = self._book.db.query(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
        query = query.join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        return query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id).filter(
            Assignment.name == module.folder)

    def _rows(self, module: Module, table, cell, columns):
        """(learner, cell, columns…) of each row that nbgrader keeps in `table` for submissions of `module`."""
        from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook

        query = self._book.db.query(SubmittedAssignment.student_id, cell.name, *columns).select_from(table)
        query = query.join(cell, cell.id == table.cell_id)
        query = query.join(SubmittedNotebook, SubmittedNotebook.id == table.notebook_id)
        query = query.join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        query = query.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        return query.filter(Assignment.name == module.folder).all()


def _fill_in(grade, entry: Entry) -> None:
    """Our score beside a person's; what wants a person's look says so."""
    score = entry.points[grade.name]
    changed = grade.auto_score != score
    grade.auto_score = score
    if grade.manual_score is None:
        grade.needs_manual_grade = score is None
    elif changed or entry.looked_at_again:
        grade.needs_manual_grade = True
