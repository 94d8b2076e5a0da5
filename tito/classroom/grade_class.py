"""Grading a class: each submission read, graded, its marked copy and record kept, its scores in the gradebook.

What is finished is known by its record, so that a run may be stopped at any
moment and started again. The gradebook follows the records, some at a time; it
can be filled again from them alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tito import __version__
from tito.autograder import probe
from tito.classroom import records
from tito.classroom.annotated import marked_copy
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry, Marks
from tito.classroom.intake.archive import UNREADABLE
from tito.classroom.records import Record
from tito.course.checks import Grade
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.check_suite import suite_of, work_of
from tito.lesson.notebook import Notebook, digest
from tito.sandbox.library import library_files
from tito.support.errors import CourseError, UsageError
from tito.support.files import remove_unfinished, write_atomic
from tito.support.tempdirs import sweep
from tito.workers.job import Outcome, Task, Terms
from tito.workers.local import LocalEngine
from tito.workers.result_cache import environment
from tito.workers.scheduler import Engine, outcomes

ENTRIES_AT_ONCE = 20  # in one transaction of the gradebook


@dataclass(frozen=True)
class GradedSubmission:
    """One submission's outcome: its record; `fresh` unless an earlier run had done it.

    `fault` is set, and nothing kept, when grading itself broke on this submission.
    """

    learner: str
    record: Record | None
    fresh: bool = True
    fault: str = ""


def grade_class(
    course: Course, module: Module, again: bool = False, lowest_level: int | None = None, engine: Engine | None = None
) -> Iterator[GradedSubmission]:
    """Grade every submission of `module` that is new or changed (all of them with `again`), as they come.

    By `engine`, or by as many examiners as this machine has cores. A submission that can't be read is
    recorded as such. CourseError when the module can't be graded at all, or when somebody else is
    grading this course now; UsageError when learners' code would be kept apart less well than at
    `lowest_level` (`tito.autograder.probe`).
    """
    with ExitStack() as open_:
        engine = open_.enter_context(closing(engine or LocalEngine(os.cpu_count() or 1)))
        trusted = built(course, module)
        open_.enter_context(_alone(course))
        sweep()
        lowest = probe.LOWEST if lowest_level is None else lowest_level
        terms = Terms(suite_of(module, trusted), library_files(course, module), lowest_level=lowest)
        engine.prepare(
            terms, _never_graded(course, module, again)
        )  # they load what they need while nbgrader is loaded here
        book = open_.enter_context(gradebook.opened(course))
        remove_unfinished(course.gradebook.parent)
        marker = open_.enter_context(closing(_Marker(course, module, trusted, terms, book)))
        yield from marker.mark(engine, again)


def _never_graded(course: Course, module: Module, again: bool) -> int:
    """How many submissions have no record, and so are graded for certain; with `again`, all."""
    return sum(again or not records.is_there(course, module, learner) for learner in course.learners(module))


class _Marker:
    """Everything that stays the same from one submission of a module to the next."""

    def __init__(self, course: Course, module: Module, trusted: Notebook, terms: Terms, book: gradebook.Gradebook):
        self.course, self.module, self.trusted, self.terms = course, module, trusted, terms
        self.handed_out = book.enrol(module, trusted)
        self.recorded = book.marks(module)
        self.entries = _Entries(book, module)
        decided_by = repr(terms.suite), repr(terms.limits)
        self.tests = digest(__version__, environment(course, module), notebook.as_json(trusted), *decided_by)
        self._settled: deque[GradedSubmission] = deque()
        self._under_way: dict[str, _UnderWay] = {}

    def close(self) -> None:
        """Bring the gradebook up to what is recorded."""
        self.entries.flush()

    def mark(self, engine: Engine, again: bool) -> Iterator[GradedSubmission]:
        """Grade what has to be graded; what has not is settled as it is met."""
        for outcome in outcomes(engine, self.terms, self._tasks(again)):
            yield from self._just_settled()
            yield self._finished(outcome)
        yield from self._just_settled()

    def _just_settled(self) -> Iterator[GradedSubmission]:
        while self._settled:
            yield self._settled.popleft()

    def _tasks(self, again: bool) -> Iterator[Task]:
        for learner in self.course.learners(self.module):
            submission = Submission.of(self.course, self.module, learner)
            before = records.read(self.course, self.module, learner)
            key = digest(self.tests, submission.content, submission.problem, str(submission.at))
            if before and before.key == key and not again:
                self._enter(before, before)
                self._settled.append(GradedSubmission(learner, before, fresh=False))
                continue
            remove_unfinished(self.course.autograded(learner, self.module))
            try:
                submitted = submission.notebook()
                work, notes = work_of(submitted, self.trusted)
            except UsageError as problem:
                self._settled.append(self._unreadable(submission, key, problem, before))
                continue
            self._under_way[learner] = _UnderWay(submitted, submission.at, key, notes, before)
            yield Task(learner, work)

    def _unreadable(
        self, submission: Submission, key: str, problem: UsageError, before: Record | None
    ) -> GradedSubmission:
        record = records.unreadable(submission.learner, self.module, key, submission.at, problem.message)
        self._keep(record, self.handed_out, before)
        return GradedSubmission(submission.learner, record)

    def _finished(self, outcome: Outcome) -> GradedSubmission:
        learner, its = outcome.key, self._under_way.pop(outcome.key)
        if outcome.grade is None:
            return GradedSubmission(learner, None, fault=outcome.fault)
        grade = replace(outcome.grade, notes=(*its.notes, *outcome.grade.notes))
        answers = {q.id: self._answer(its.submitted, q.id) for q in self.module.questions}
        record = Record(learner, _outcome(grade, answers), grade, its.key, its.at, answers)
        self._keep(record, its.submitted, its.before)
        return GradedSubmission(learner, record)

    def _keep(self, record: Record, submitted: Notebook, before: Record | None) -> None:
        """The marked copy first, then the record, which says that all is there; the gradebook follows."""
        self._write_copy(record, submitted)
        records.write(self.course, self.module, record)
        self._enter(record, before)

    def _answer(self, submitted: Notebook, question: str) -> str:
        """The hash of a written answer, "" when it was left empty or as handed out."""
        theirs = [cell.source.strip() for cell in submitted.cells if cell.grade_id == question]
        ours = next((cell.source.strip() for cell in self.handed_out.cells if cell.grade_id == question), "")
        return digest(theirs[-1]) if theirs and theirs[-1] not in ("", ours) else ""

    def _write_copy(self, record: Record, submitted: Notebook) -> None:
        folder = self.course.autograded(record.learner, self.module)
        copy = marked_copy(submitted, self.handed_out, record.grade)
        write_atomic(folder / f"{self.module.notebook_name}.ipynb", copy)

    def _enter(self, record: Record, before: Record | None) -> None:
        """Have the scores put into the gradebook, unless they stand there already."""
        answers = {question: None if answer else 0.0 for question, answer in record.answers.items()}
        points = {result.id: result.points for result in record.grade.results} | answers
        known = self.recorded.get(record.learner, Marks()).marks
        if before is record and {name: mark.auto for name, mark in known.items()} == points:
            return
        changed = before is not None and before.answers != record.answers
        self.entries.add(Entry(record.learner, points, record.submitted_at, looked_at_again=changed))


def _outcome(grade: Grade, answers: dict[str, str]) -> records.Outcome:
    untouched = all(result.status == "not started" for result in grade.results)
    return "not started" if untouched and not any(answers.values()) else "graded"


@dataclass(frozen=True)
class _UnderWay:
    """A submission that is being graded.

    `key` is the hash of all that decides its grade, `notes` say what was put right
    in it, and `before` is the record that there was of it.
    """

    submitted: Notebook
    at: datetime | None
    key: str
    notes: tuple[str, ...]
    before: Record | None


class _Entries:
    """What is still to be entered into the gradebook, some of it at a time."""

    def __init__(self, book: gradebook.Gradebook, module: Module):
        self._book, self._module = book, module
        self._waiting: list[Entry] = []

    def add(self, entry: Entry) -> None:
        self._waiting.append(entry)
        if len(self._waiting) >= ENTRIES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        entries, self._waiting = self._waiting, []
        if entries:
            self._book.record(self._module, *entries)


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
