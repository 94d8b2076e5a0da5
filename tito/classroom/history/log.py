"""The log of grading: one line of JSON for each run, in `course/log/`.

A run that ends before its time is logged as interrupted. Only a run whose process
is killed outright leaves no line, or half of one, which the next run removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tito.classroom.history.changes import Change, PenaltyChange, changes_in
from tito.classroom.records import GradedSubmission
from tito.course.checks import CheckSuite
from tito.course.course import Course, Module
from tito.lesson.notebook import digest
from tito.support.errors import CourseError

HASH_DIGITS = 12


@dataclass(frozen=True)
class Tests:
    """What a run grades by: the hash of all that decides a grade beside the submission, and the hash of each check."""

    __test__ = False  # not a pytest class

    hash: str
    checks: dict[str, str]


@dataclass(frozen=True)
class GradingRun:
    """One line of the log.

    `graded` counts the grades that the run made, `faults` the submissions that it
    could not grade. `isolation_level` is the lowest of its grades.
    """

    module: str
    at: datetime
    tests: str
    checks: dict[str, str]
    isolation_level: int | None
    graded: int
    faults: int
    changes: tuple[Change, ...]
    interrupted: bool
    penalties: tuple[PenaltyChange, ...] = ()


@dataclass
class RunNotes:
    """What is noted in a run for its line of the log: what became of each submission, whose penalty changed."""

    graded: list[GradedSubmission] = field(default_factory=list)
    penalties: tuple[PenaltyChange, ...] = ()


@dataclass(frozen=True)
class ChangedChecks:
    """The checks whose text or points changed after the run at `since`, by which every record was made."""

    since: datetime
    names: tuple[str, ...]


def tests_of(suite: CheckSuite, decides: str) -> Tests:
    """The tests of a run; `decides` is the hash of all that decides a grade."""
    checks = {check.id: _short(digest(check.source, repr(check.points))) for check in suite.checks}
    return Tests(_short(decides), checks)


@contextmanager
def logged(course: Course, module: Module, tests: Tests) -> Iterator[RunNotes]:
    """Notes for a run to fill in; at its end, however it ends, the run is logged."""
    at, notes, interrupted = datetime.now(UTC).replace(microsecond=0), RunNotes(), True
    try:
        yield notes
        interrupted = False
    finally:
        append(course, module, _run(module, at, tests, notes, interrupted))


def _run(module: Module, at: datetime, tests: Tests, notes: RunNotes, interrupted: bool) -> GradingRun:
    done = notes.graded
    grades = [graded.record.grade for graded in done if graded.record and graded.fresh]
    levels = [grade.isolation_level for grade in grades if grade.isolation_level is not None]
    faults = sum(1 for graded in done if graded.fault)
    lowest = min(levels, default=None)
    changes = changes_in(done)
    about = (module.name, at, tests.hash, tests.checks, lowest, len(grades), faults)
    return GradingRun(*about, changes, interrupted, notes.penalties)


def append(course: Course, module: Module, run: GradingRun) -> None:
    """Put the run's line at the end of the log. Only for the process that grades the course."""
    path = course.grading_log(module)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as log:
        log.seek(0)
        log.truncate(len(_whole_lines(log.read())))
        log.write(as_line(run) + b"\n")


def as_line(run: GradingRun) -> bytes:
    """The run as one line of JSON."""
    import msgspec

    return msgspec.json.encode(run)


def runs_of(course: Course, module: Module) -> tuple[GradingRun, ...]:
    """Every logged run of `module`, the newest last. CourseError for a line that is none of ours."""
    path = course.grading_log(module)
    lines = _whole_lines(path.read_bytes()).splitlines() if path.is_file() else []
    return tuple(_read_line(line, path, number) for number, line in enumerate(lines, start=1))


def changed_checks(course: Course, module: Module, suite: CheckSuite) -> ChangedChecks | None:
    """The checks that are no more as the last run had them; None where not every record was made by that run's."""
    *_, last = (None, *runs_of(course, module))
    if last is None or last.interrupted or last.faults:
        return None
    now = tests_of(suite, "").checks
    then = {module.present_id(name): hash_ for name, hash_ in last.checks.items()}
    names = [*now, *(name for name in then if name not in now)]
    return ChangedChecks(last.at, tuple(name for name in names if now.get(name) != then.get(name)))


def _whole_lines(data: bytes) -> bytes:
    """The lines that were written to their end: a process that was killed may have left half of one."""
    return data[: data.rfind(b"\n") + 1]


def _read_line(line: bytes, path: Path, number: int) -> GradingRun:
    import msgspec

    try:
        return msgspec.json.decode(line, type=GradingRun)
    except msgspec.DecodeError as error:
        raise CourseError(
            "the log of grading has a line that can't be read",
            at=f"{path}:{number}",
            why=str(error),
            hint="remove that line",
        ) from None


def _short(hash_: str) -> str:
    return hash_[:HASH_DIGITS]
