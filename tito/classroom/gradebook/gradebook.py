"""nbgrader's gradebook: where scores, comments and manual grades are kept.

Its tables are read and written by SQL, many submissions at a time. What is
recorded of a submission is recorded whole or not at all, and a score that an
instructor gave is never changed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from tito.classroom.deadlines import Deadlines, read_deadlines
from tito.classroom.gradebook import cell_changes, course_facts, setup
from tito.classroom.gradebook.models import Entry, Mark, Marks
from tito.classroom.gradebook.rows import ModuleRows, SubmissionRow, learners
from tito.classroom.intake.people.roster import read_roster
from tito.course.course import Course, Module
from tito.lesson import nbgrader_steps
from tito.lesson.cache import Cache, kept
from tito.lesson.notebook import Notebook
from tito.support.errors import MACHINE_ERRORS, CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

LOOKED_UP_BY = (  # columns that nbgrader searches by and has no index for; EXPLAIN QUERY PLAN names them
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"),
    ("base_cell", "notebook_id"),
)

SQLITE_ERRORS = {  # by how SQLite's names for errors begin (sqlite.org/rescode.html)
    "SQLITE_FULL": MACHINE_ERRORS[errno.ENOSPC],
    "SQLITE_IOERR": "the gradebook can't be read or written",
    "SQLITE_CANTOPEN": "the gradebook can't be opened",
    "SQLITE_READONLY": "the gradebook can't be written",
    "SQLITE_BUSY": "the gradebook is in use by another program",
    "SQLITE_NOTADB": "the gradebook is no database",
    "SQLITE_CORRUPT": "the gradebook is damaged",
}


@contextmanager
def opened(course: Course, url: str = "") -> Iterator[Gradebook]:
    """The course's gradebook, made if there is none, or the one at `url`.

    CourseError when the machine or the file is at fault.
    """
    config = nbgrader_steps.settings(course)
    url = url or config.CourseDirectory.db_url
    with _sqlite_errors_in_words(url):
        setup.make_gradebook(url)
        engine = create_engine(url)
        try:
            _index(engine)
            yield Gradebook(course, engine, config)
        finally:
            engine.dispose()


@contextmanager
def opened_copy(course: Course) -> Iterator[Gradebook]:
    """A copy of the course's gradebook, to try things out in; as it is now, also while another program has it open."""
    url = nbgrader_steps.settings(course).CourseDirectory.db_url
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "gradebook.db"
        with _sqlite_errors_in_words(url), create_engine(url, isolation_level="AUTOCOMMIT").connect() as original:
            original.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})
        with opened(course, nbgrader_steps.database_url(copy)) as book:
            yield book


@contextmanager
def _sqlite_errors_in_words(url: str) -> Iterator[None]:
    """SQLite's errors for a full disk and the like as one sentence; any other error of the database is a bug."""
    try:
        yield
    except DatabaseError as error:
        words, hint = _in_words(getattr(error.orig, "sqlite_errorname", ""), str(error.orig))
        if not words:
            raise
        raise CourseError(words, at=str(nbgrader_steps.database_path(url)), why=str(error.orig), hint=hint) from None


def _in_words(name: str, why: str) -> tuple[str, str]:
    """What an error of SQLite's means, and what to do; "" if the mistake is ours."""
    if name == "SQLITE_ERROR" and why.startswith("no such "):
        return "the gradebook is none of nbgrader 0.9", "nbgrader db upgrade"
    return next((words for start, words in SQLITE_ERRORS.items() if name.startswith(start)), ""), "tito doctor"


def _index(engine: Engine) -> None:
    """Index what nbgrader searches by, so that its queries need not read whole tables as the class grows."""
    with engine.begin() as connection:
        for table, column in LOOKED_UP_BY:
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS tito_{table}_{column} ON {table} ({column})"))


class Gradebook:
    """An open gradebook: nbgrader's tables as this project's values."""

    def __init__(self, course: Course, engine: Engine, config: Config):
        self._course, self._engine, self._config = course, engine, config
        self._penalties: Any = None  # nbgrader's late-submission plugin, once it is needed

    def enrol(self, module: Module, built: Notebook, cache: Cache = kept) -> Notebook:
        """Put the module into the gradebook, and return the notebook that nbgrader restores locked cells from:
        without solutions, with the hidden tests. CourseError when cells are gone that somebody graded by hand."""
        handed_out = setup.handed_out(self._course, module, built, self._config, cache)
        with self._module_rows(module) as rows:
            is_known = rows.has_cells(handed_out)
        if not is_known:
            with self._engine.begin() as database:
                cell_changes.make_room(database, module, handed_out)
            url = self._engine.url.render_as_string(hide_password=False)
            setup.save_cells(module, handed_out, self._config, url)
        self.take_over(module)
        return handed_out

    def rename_module(self, earlier: Module, module: Module) -> None:
        """Have all that is recorded of a module under its new name; CourseError when both have submissions."""
        with self._engine.begin() as database:
            cell_changes.rename_module(database, earlier, module)

    def take_over(self, module: Module, also_no_due_date: bool = False) -> None:
        """Have the course's roster and the module's deadline here, too; where it has none, the due date stays."""
        deadlines, due = self._deadlines, self._deadlines.of(module)
        with self._engine.begin() as database:
            if self._course.roster.exists():
                course_facts.write_people(database, read_roster(self._course).people)
            if due or also_no_due_date:
                course_facts.write_due_date(database, module.folder, due)
            if due:
                course_facts.write_extensions(database, module.folder, due, deadlines.extensions(module))

    def take_back_extension(self, module: Module, learner: str) -> None:
        """Have no time of the learner's own here either."""
        with self._engine.begin() as database:
            course_facts.take_back_extension(database, module.folder, learner)

    @property
    def _deadlines(self) -> Deadlines:
        return read_deadlines(self._course)

    def record(self, module: Module, *entries: Entry) -> None:
        """Record submissions and their scores, in one transaction; an instructor's scores and comments stay."""
        with self._module_rows(module) as rows:
            rows.admit({entry.learner: entry.submitted_at for entry in entries})
            self._extend(rows, module)
            submissions = rows.submissions([entry.learner for entry in entries])
            for entry in entries:
                _fill_in(submissions[entry.learner], entry)
                self._penalise(submissions[entry.learner])
            rows.save(submissions.values())

    def _extend(self, rows: ModuleRows, module: Module) -> None:
        """Extensions of submissions that are new here."""
        deadlines, due = self._deadlines, self._deadlines.of(module)
        if due and deadlines.extensions(module):
            course_facts.write_extensions(rows.database, module.folder, due, deadlines.extensions(module))

    def _penalise(self, submission: SubmissionRow) -> None:
        """Take off what the course's late-submission plugin says, as `nbgrader autograde` does."""
        submission.late_penalty = None
        if submission.seconds_late > 0:
            penalty = self._plugin().late_submission_penalty(
                submission.learner, submission.points, submission.seconds_late
            )
            submission.late_penalty = penalty and min(max(penalty, 0.0), submission.points)

    def settle_penalties(self, module: Module) -> None:
        """Take off for lateness what is due by now: dates, extensions and marks by hand may have changed since."""
        with self._module_rows(module) as rows:
            submissions = list(rows.submissions().values())
            before = [submission.late_penalty for submission in submissions]
            for submission in submissions:
                self._penalise(submission)
            pairs = zip(submissions, before, strict=True)
            rows.save(each for each, penalty in pairs if (each.late_penalty or 0.0) != (penalty or 0.0))

    def _plugin(self) -> Any:
        self._penalties = self._penalties or nbgrader_steps.late_penalty_plugin(self._config)
        return self._penalties

    @property
    def learners(self) -> tuple[str, ...]:
        """Everybody in the gradebook, in order of id."""
        with self._engine.connect() as database:
            return learners(database)

    def marks(self, module: Module) -> dict[str, Marks]:
        """What is recorded of every submission of `module`, by learner."""
        with self._module_rows(module) as rows:
            return {learner: _as_marks(submission) for learner, submission in rows.submissions().items()}

    @contextmanager
    def _module_rows(self, module: Module) -> Iterator[ModuleRows]:
        """The module's rows of the gradebook; changes are committed at the end of the block, all or none."""
        with self._engine.begin() as database:
            yield ModuleRows(database, module.folder, module.notebook_name)


def _fill_in(submission: SubmissionRow, entry: Entry) -> None:
    """Fill in our scores beside an instructor's, and say which need an instructor's look."""
    for cell, score in entry.points.items():
        if cell in submission.marks:
            submission.marks[cell] = _marked(submission.marks[cell], score, entry.looked_at_again)
    for cell, note in submission.comments.items():
        note.auto = "No response." if entry.points.get(cell) == 0 else None


def _marked(mark: Mark, score: float | None, looked_at_again: bool) -> Mark:
    if mark.manual is None:
        return replace(mark, auto=score, needs_manual=score is None)
    return replace(mark, auto=score, needs_manual=mark.needs_manual or looked_at_again or score != mark.auto)


def _as_marks(submission: SubmissionRow) -> Marks:
    comments = {cell: note.text for cell, note in submission.comments.items() if note.text}
    return Marks(submission.marks, comments, submission.late_penalty or 0.0)
