"""nbgrader's gradebook: where scores, comments and manual grades are kept.

Its tables are read and written by SQL, many submissions at a time. What is
recorded of a submission is recorded whole or not at all, and a score that a
person gave is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DatabaseError

from tito.classroom.deadlines import Deadlines, read_deadlines
from tito.classroom.gradebook import course_facts, setup
from tito.classroom.gradebook.models import Entry, Mark, Marks
from tito.classroom.gradebook.rows import Register, SubmissionRow, learners
from tito.classroom.intake.people.roster import read_roster
from tito.course.course import Course, Module
from tito.lesson import nbgrader_steps
from tito.lesson.notebook import Notebook
from tito.support.errors import CourseError

LOOKED_UP_BY = (  # columns that nbgrader searches by and has no index for; EXPLAIN QUERY PLAN names them
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"),
    ("base_cell", "notebook_id"),
)

BROKEN_MACHINE = {  # how SQLite's names for errors begin (sqlite.org/rescode.html)
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the gradebook can't be read or written",
    "SQLITE_CANTOPEN": "the gradebook can't be opened",
    "SQLITE_READONLY": "the gradebook can't be written",
    "SQLITE_BUSY": "the gradebook is in use by another program",
    "SQLITE_NOTADB": "the gradebook is no database",
    "SQLITE_CORRUPT": "the gradebook is damaged",
}


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook, made if there is none; CourseError when the machine or the file is not up to it."""
    config = nbgrader_steps.settings(course)
    url = config.CourseDirectory.db_url
    with _machine_trouble_in_words(url):
        setup.make_gradebook(url)
        engine = create_engine(url)
        try:
            _index(engine)
            yield Gradebook(course, engine, config)
        finally:
            engine.dispose()


@contextmanager
def _machine_trouble_in_words(url: str) -> Iterator[None]:
    """SQLite's word for a full disk and the like as one sentence; any other error of a database is a bug."""
    try:
        yield
    except DatabaseError as error:
        words, hint = _in_words(getattr(error.orig, "sqlite_errorname", ""), str(error.orig))
        if not words:
            raise
        raise CourseError(words, at=url.removeprefix(nbgrader_steps.SQLITE), why=str(error.orig), hint=hint) from None


def _in_words(name: str, why: str) -> tuple[str, str]:
    """What an error of SQLite's means for people, and what they can do; "" for what is a mistake of ours."""
    if name == "SQLITE_ERROR" and why.startswith("no such "):
        return "the gradebook is none of nbgrader 0.9", "nbgrader db upgrade"
    return next((words for start, words in BROKEN_MACHINE.items() if name.startswith(start)), ""), "tito doctor"


def _index(engine: Engine) -> None:
    """Let the cost of a submission not grow with the class: nbgrader's own queries read whole tables."""
    with engine.begin() as connection:
        for table, column in LOOKED_UP_BY:
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS tito_{table}_{column} ON {table} ({column})"))


class Gradebook:
    """The open gradebook, in the words of this project."""

    def __init__(self, course: Course, engine: Engine, config):
        self._course, self._engine, self._config = course, engine, config
        self._penalties = None

    def enrol(self, module: Module, built: Notebook) -> Notebook:
        """Make the module known to the gradebook, and give back the notebook as nbgrader will restore it:
        without solutions, with the hidden tests. CourseError when its cells changed under recorded grades."""
        handed_out = setup.handed_out(self._course, module, built, self._config)
        with self._register(module) as register:
            is_known = register.has_cells(handed_out)
        if not is_known:
            setup.save_cells(module, handed_out, self._config)
        self.take_over(module)
        return handed_out

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

    @property
    def _deadlines(self) -> Deadlines:
        return read_deadlines(self._course)

    def record(self, module: Module, *entries: Entry) -> None:
        """Record submissions and their scores, in one transaction; a person's scores and comments stay."""
        with self._register(module) as register:
            register.admit({entry.learner: entry.submitted_at for entry in entries})
            self._extend(register, module)
            submissions = register.submissions([entry.learner for entry in entries])
            for entry in entries:
                _fill_in(submissions[entry.learner], entry)
                self._penalise(submissions[entry.learner])
            register.save(submissions.values())

    def _extend(self, register: Register, module: Module) -> None:
        """Extensions of submissions that are new here."""
        deadlines, due = self._deadlines, self._deadlines.of(module)
        if due and deadlines.extensions(module):
            course_facts.write_extensions(register.database, module.folder, due, deadlines.extensions(module))

    def _penalise(self, submission: SubmissionRow) -> None:
        """What the course's late-submission plugin takes off, as `nbgrader autograde` would."""
        submission.late_penalty = None
        if submission.seconds_late > 0:
            penalty = self._plugin().late_submission_penalty(
                submission.learner, submission.points, submission.seconds_late
            )
            submission.late_penalty = penalty and min(max(penalty, 0.0), submission.points)

    def _plugin(self):
        self._penalties = self._penalties or nbgrader_steps.late_penalty_plugin(self._config)
        return self._penalties

    @property
    def learners(self) -> tuple[str, ...]:
        """Everybody in the gradebook, in order of id."""
        with self._engine.connect() as database:
            return learners(database)

    def marks(self, module: Module) -> dict[str, Marks]:
        """What is recorded of every submission of `module`, by learner."""
        with self._register(module) as register:
            return {learner: _told(submission) for learner, submission in register.submissions().items()}

    @contextmanager
    def _register(self, module: Module) -> Iterator[Register]:
        """The module's part of the gradebook; what is changed in it is committed at the end of the block, or none of it."""
        with self._engine.begin() as database:
            yield Register(database, module.folder, module.notebook_name)


def _fill_in(submission: SubmissionRow, entry: Entry) -> None:
    """Our scores beside a person's; what wants a person's look says so."""
    for cell, score in entry.points.items():
        if cell in submission.marks:
            submission.marks[cell] = _marked(submission.marks[cell], score, entry.looked_at_again)
    for cell, remark in submission.remarks.items():
        remark.auto = "No response." if entry.points.get(cell) == 0 else None


def _marked(mark: Mark, score: float | None, looked_at_again: bool) -> Mark:
    if mark.manual is None:
        return replace(mark, auto=score, needs_manual=score is None)
    return replace(mark, auto=score, needs_manual=mark.needs_manual or looked_at_again or score != mark.auto)


def _told(submission: SubmissionRow) -> Marks:
    comments = {cell: remark.text for cell, remark in submission.remarks.items() if remark.text}
    return Marks(submission.marks, comments, submission.late_penalty or 0.0)
