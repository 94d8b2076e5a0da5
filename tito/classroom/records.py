"""The record of each graded submission, kept beside its annotated copy.

`grade.json` is written whole, after the annotated copy. Its key is the hash of all
that decided the grade. So a run that was stopped goes on where it stopped, and the
gradebook can be filled again from these records alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from tito.course.checks import Grade, TestResult
from tito.course.course import Course, Module
from tito.support.files import write_atomic

Outcome = Literal["graded", "not started", "could not be read"]


@dataclass(frozen=True)
class Record:
    """One learner's graded submission.

    `key` is the hash of the submission, the tests and tito's version; `answers`
    the hash of each written answer, "" for one that was left as handed out;
    `problem` says why a submission could not be read. `content` is the hash of what was
    handed in, "" in records of earlier versions and of what could not be read.
    """

    learner: str
    outcome: Outcome
    grade: Grade
    key: str
    submitted_at: datetime | None = None
    answers: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    content: str = ""


@dataclass(frozen=True)
class GradedSubmission:
    """One submission's outcome: its record; `fresh` unless an earlier run had done it.

    `fault` is set, and nothing kept, when grading itself broke on this submission.
    `before` is the record of an earlier run.
    """

    learner: str
    record: Record | None
    fresh: bool = True
    fault: str = ""
    before: Record | None = None


def unreadable(learner: str, module: Module, key: str, submitted_at: datetime | None, problem: str) -> Record:
    """The record of a submission that can't be read: no points, and the reason beside each check."""
    message = f"your submission could not be read: {problem}"
    results = tuple(TestResult(c.id, "failed", 0.0, c.points, message) for c in module.checks)
    answers = {question.id: "" for question in module.questions}
    return Record(learner, "could not be read", Grade(module.name, results), key, submitted_at, answers, problem)


def write(course: Course, module: Module, record: Record) -> Path:
    """Keep `record` where `read` finds it."""
    import msgspec

    data = msgspec.json.format(msgspec.json.encode(record), indent=1)
    return write_atomic(_place(course, module, record.learner), data + b"\n")


def read(course: Course, module: Module, learner: str) -> Record | None:
    """The record of a learner's submission; None when there is none, or none that this version can read."""
    import msgspec

    try:
        record = msgspec.json.decode(_place(course, module, learner).read_bytes(), type=Record)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return _with_present_ids(record, module) if module.renamed else record


def _with_present_ids(record: Record, module: Module) -> Record:
    """A record whose checks and questions may have had other ids."""
    results = tuple(replace(result, id=module.present_id(result.id)) for result in record.grade.results)
    answers = {module.present_id(question): answer for question, answer in record.answers.items()}
    return replace(record, grade=replace(record.grade, results=results), answers=answers)


def is_there(course: Course, module: Module, learner: str) -> bool:
    """Is there a record, of whatever version?"""
    return _place(course, module, learner).is_file()


def of_class(course: Course, module: Module) -> Iterator[Record]:
    """Every record of `module`, in order of learner."""
    found = (read(course, module, learner) for learner in course.learners(module))
    return (record for record in found if record)


def _place(course: Course, module: Module, learner: str) -> Path:
    return course.autograded(learner, module) / "grade.json"
