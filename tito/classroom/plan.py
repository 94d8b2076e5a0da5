"""The first step of grading a class: each submission is read, and either settled or planned as a job.

A settled submission has its record. A planned one carries its job and all that is
needed to make a record of the grade. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tito import __version__
from tito.classroom import records
from tito.classroom.intake.archive import UNREADABLE
from tito.classroom.records import Record
from tito.course.checks import Grade
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.cells.matching import Earlier
from tito.lesson.cells.origin import GivenOut, with_present_ids
from tito.lesson.check_suite import work_of
from tito.lesson.notebook import Notebook, digest
from tito.support.errors import UsageError
from tito.workers.job import Job, JobSpec
from tito.workers.result_cache import environment


@dataclass(frozen=True)
class SettledSubmission:
    """A submission whose record is known: from an earlier run, because it can't be read, or after its grading.

    `before` is the record of an earlier run. `submitted` is what the annotated copy
    is made of.
    """

    record: Record
    before: Record | None
    submitted: Notebook | None = None
    job: None = None

    @property
    def learner(self) -> str:
        return self.record.learner

    @property
    def is_fresh(self) -> bool:
        """Was the record made in this run?"""
        return self.record is not self.before


@dataclass(frozen=True)
class PlannedSubmission:
    """A submission to grade: its job, and what its record needs beside the grade.

    `key` is the hash of all that decides the record, `content` that of what was handed
    in, `notes` say what was put right in the submission, `answers` has the hash of each
    written answer.
    """

    job: Job
    submitted: Notebook
    submitted_at: datetime | None
    key: str
    content: str
    notes: tuple[str, ...]
    answers: dict[str, str]
    before: Record | None

    @property
    def learner(self) -> str:
        return self.job.key

    def settled_by(self, grade: Grade) -> SettledSubmission:
        """The same submission once its job has earned this grade."""
        grade = replace(grade, notes=(*self.notes, *grade.notes))
        outcome = _outcome(grade, self.answers)
        record = Record(self.learner, outcome, grade, self.key, self.submitted_at, self.answers, content=self.content)
        return SettledSubmission(record, self.before, self.submitted)


def plan(
    course: Course, module: Module, trusted: Notebook, handed_out: Notebook, tests: str, again: bool = False
) -> Iterator[SettledSubmission | PlannedSubmission]:
    """Each submission of `module`, settled or planned, in order of learner.

    `trusted` is the module's notebook with solutions and tests, `handed_out` the
    notebook as nbgrader restores it, `tests` the hash of all else that decides a
    grade (`what_decides`). With `again`, no submission is settled by its
    record. Each is read when its step is asked for.
    """
    given_out = GivenOut(course, module)
    for learner in course.learners(module):
        submission = Submission.of(course, module, learner)
        before = records.read(course, module, learner)
        key = digest(tests, submission.content, submission.problem, str(submission.at))
        if before and before.key == key and not again:
            yield SettledSubmission(before, before)
        else:
            yield _read(submission, module, trusted, handed_out, given_out, key, before)


def what_decides(course: Course, module: Module, trusted: Notebook, spec: JobSpec) -> str:
    """The hash of all that decides a grade beside the submission."""
    return digest(
        __version__, environment(course, module), notebook.as_json(trusted), repr(spec.suite), repr(spec.limits)
    )


def _read(
    submission: Submission,
    module: Module,
    trusted: Notebook,
    handed_out: Notebook,
    given_out: GivenOut,
    key: str,
    before: Record | None,
) -> SettledSubmission | PlannedSubmission:
    """A submission to grade, or settled as one that can't be read."""
    learner, at = submission.learner, submission.at
    try:
        submitted = with_present_ids(submission.notebook(), module)
        earlier = given_out.had_by(submitted)
        work, notes = work_of(submitted, trusted, earlier)
    except UsageError as problem:
        record = records.unreadable(learner, module, key, at, problem.message)
        return SettledSubmission(record, before, handed_out)
    untouched = {question.id: _texts_of(question.id, handed_out, earlier) for question in module.questions}
    answers = {question: _answer(submitted, question, texts) for question, texts in untouched.items()}
    return PlannedSubmission(Job(learner, work), submitted, at, key, digest(submission.content), notes, answers, before)


class SharedWork:
    """Grades what several handed in alike once, as a group's work: the first is graded, the others get its grade."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[PlannedSubmission]] = {}
        self._grades: dict[str, Grade] = {}

    def first_of_each(
        self, steps: Iterator[SettledSubmission | PlannedSubmission]
    ) -> Iterator[SettledSubmission | PlannedSubmission]:
        """The steps, without those that wait for another's grade; those whose grade is known are settled."""
        for step in steps:
            if step.job is None:
                yield step
            elif grade := self._grades.get(step.content):
                yield step.settled_by(grade)
            elif step.content in self._waiting:
                self._waiting[step.content].append(step)
            else:
                self._waiting[step.content] = []
                yield step

    def waiting_for(self, step: SettledSubmission | PlannedSubmission, grade: Grade | None) -> list[PlannedSubmission]:
        """The steps that get the grade that this one came to; None, and they share its fault."""
        if step.job is None:
            return []
        if grade is not None:
            self._grades[step.content] = grade
        return self._waiting.pop(step.content, [])


def _texts_of(question: str, handed_out: Notebook, earlier: Earlier) -> set[str]:
    """What an answer reads that was left empty or as handed out, now or in the release that the learner had."""
    ours = [*handed_out.cells, *earlier.values()]
    return {"", *(cell.source.strip() for cell in ours if cell.grade_id == question)}


def _answer(submitted: Notebook, question: str, untouched: set[str]) -> str:
    """The hash of a written answer, "" for an untouched one."""
    theirs = [cell.source.strip() for cell in submitted.cells if cell.grade_id == question]
    return digest(theirs[-1]) if theirs and theirs[-1] not in untouched else ""


def _outcome(grade: Grade, answers: dict[str, str]) -> records.Outcome:
    untouched = all(result.status == "not started" for result in grade.results)
    return "not started" if untouched and not any(answers.values()) else "graded"


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
