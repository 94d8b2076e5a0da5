"""Grading a class: each submission read, graded, its marked copy and record kept, its scores in the gradebook.

Every submission is finished before the next begins, and what was finished is
known by its record, so that a run may be stopped at any moment and started again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tito import __version__, gradebook, notebook, records
from tito.build import built
from tito.checks import Grade
from tito.course import Course, Module
from tito.errors import CourseError, TitoError, UsageError
from tito.files import write_atomic
from tito.gradebook import Entry, Marks
from tito.marked_copy import marked_copy
from tito.notebook import Notebook, digest
from tito.originals import UNREADABLE
from tito.paper import paper_of, work_of
from tito.records import Record
from tito.trials import environment


@dataclass(frozen=True)
class Graded:
    """One submission's outcome: its record; `fresh` unless an earlier run had done it.

    `fault` is set, and nothing kept, when grading itself broke on this submission.
    """

    learner: str
    record: Record | None
    fresh: bool = True
    fault: str = ""


def grade_class(course: Course, module: Module, again: bool = False,
                lowest_level: int | None = None) -> Iterator[Graded]:
    """Grade every submission of `module` that is new or changed (all of them with `again`), one by one.

    A submission that can't be read is recorded as such. CourseError when the module can't be
    graded at all, or when somebody else is grading this course now; UsageError when learners' code
    would be kept apart less well here than at `lowest_level` (`tito.isolation`).
    """
    from tito import isolation
    from tito.grading import Grader, staged_library

    paper_source = built(course, module)
    with ExitStack() as open_:
        open_.enter_context(_alone(course))
        library = open_.enter_context(staged_library(course, module))
        grader = open_.enter_context(Grader(library))
        book = open_.enter_context(gradebook.opened(course))
        level = isolation.admit(grader, lowest_level)
        marker = _Marker(course, module, paper_source, grader, book, level)
        for learner in course.learners(module):
            yield marker.mark(learner, again)


class _Marker:
    """Everything that stays the same from one submission of a module to the next."""

    def __init__(self, course: Course, module: Module, trusted: Notebook, grader, book: gradebook.Gradebook,
                 level: int | None = None):
        self.course, self.module, self.trusted, self.grader, self.book = course, module, trusted, grader, book
        self.level = level
        self.paper = paper_of(module, trusted)
        self.handed_out = book.enrol(module, trusted)
        self.recorded = book.marks(module)
        self.tests = digest(__version__, environment(course, module), notebook.as_json(trusted), repr(self.paper))

    def mark(self, learner: str, again: bool) -> Graded:
        """Grade one submission, or find that it was graded before."""
        submission = Submission.of(self.course, self.module, learner)
        before = records.read(self.course, self.module, learner)
        key = digest(self.tests, submission.content, submission.problem, str(submission.at))
        if before and before.key == key and not again:
            self._record(before, before)
            return Graded(learner, before, fresh=False)
        try:
            record = self._graded(submission, key)
        except (TitoError, OSError):
            raise
        except Exception as bug:  # a fault of ours with one submission is not to cost the others their grade
            return Graded(learner, None, fault=f"{type(bug).__name__}: {bug}")
        records.write(self.course, self.module, record)
        self._record(record, before)
        return Graded(learner, record)

    def _graded(self, submission: Submission, key: str) -> Record:
        """The record of a submission, its marked copy written."""
        try:
            submitted = submission.notebook()
            work, notes = work_of(submitted, self.trusted)
        except UsageError as problem:
            record = records.unreadable(submission.learner, self.module, key, submission.at, problem.message)
            self._write_copy(record, self.handed_out)
            return record
        grade = self.grader.grade(self.paper, work)
        grade = Grade(grade.module, grade.results, (*notes, *grade.notes), self.level)
        answers = {q.id: self._answer(submitted, q.id) for q in self.module.questions}
        untouched = all(result.status == "not started" for result in grade.results)
        outcome = "not started" if untouched and not any(answers.values()) else "graded"
        record = Record(submission.learner, outcome, grade, key, submission.at, answers)
        self._write_copy(record, submitted)
        return record

    def _answer(self, submitted: Notebook, question: str) -> str:
        """The hash of a written answer, "" when it was left empty or as handed out."""
        theirs = [cell.source.strip() for cell in submitted.cells if cell.grade_id == question]
        ours = next((cell.source.strip() for cell in self.handed_out.cells if cell.grade_id == question), "")
        return digest(theirs[-1]) if theirs and theirs[-1] not in ("", ours) else ""

    def _write_copy(self, record: Record, submitted: Notebook) -> None:
        folder = self.course.autograded(record.learner, self.module)
        copy = marked_copy(submitted, self.handed_out, record.grade)
        write_atomic(folder / f"{self.module.notebook_name}.ipynb", copy)

    def _record(self, record: Record, before: Record | None) -> None:
        """Put the scores into the gradebook, unless they stand there already."""
        answers = {question: None if answer else 0.0 for question, answer in record.answers.items()}
        points = {result.id: result.points for result in record.grade.results} | answers
        known = self.recorded.get(record.learner, Marks()).marks
        if before is record and {name: mark.auto for name, mark in known.items()} == points:
            return
        changed = before is not None and before.answers != record.answers
        self.book.record(self.module, Entry(record.learner, points, record.submitted_at, looked_at_again=changed))


@dataclass(frozen=True)
class Submission:
    """What lies in `submitted/` for one learner and module; `problem` when it holds no notebook."""

    learner: str
    path: Path
    content: bytes
    at: datetime | None
    problem: str = ""

    @classmethod
    def of(cls, course: Course, module: Module, learner: str) -> Submission:
        folder = course.submitted(learner, module)
        path = course.submitted_notebook(learner, module)
        at = _timestamp(folder / "timestamp.txt")
        try:
            with path.open("rb") as file:
                return cls(learner, path, file.read(notebook.MAX_BYTES + 1), at)
        except FileNotFoundError:
            return cls(learner, path, b"", at, _why_unreadable(folder, path.name))

    def notebook(self) -> Notebook:
        """The submitted notebook; UsageError when it can't be read."""
        if self.problem:
            raise UsageError(self.problem)
        return notebook.read(self.path)


def _why_unreadable(folder: Path, wanted: str) -> str:
    try:
        return (folder / UNREADABLE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return f"there is no {wanted} in it"


def _timestamp(path: Path) -> datetime | None:
    """When the submission was handed in (UTC), if nbgrader's `timestamp.txt` says so."""
    try:
        text = path.read_text(encoding="utf-8").strip().removesuffix(" UTC")
        at = datetime.fromisoformat(text)
    except (FileNotFoundError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@contextmanager
def _alone(course: Course) -> Iterator[None]:
    """Be the only one that grades this course; the lock goes with the process, however that ends."""
    path = course.grading_lock
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        raise CourseError("somebody is grading this course already", at=str(path), hint="wait for it to end") from None
    try:
        yield
    finally:
        lock.close()
