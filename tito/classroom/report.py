"""A class at a glance: what each check found, how each learner did, when work came in, who is missing.

Built from the records, the gradebook, the roster and what was handed in; no learner's code is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from statistics import mean, median

from tito.classroom import records
from tito.classroom.deadlines import Deadlines, read_deadlines
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Mark, Marks
from tito.classroom.intake import archive
from tito.classroom.intake.archive import HandInRecord
from tito.classroom.intake.choice import attempt_of
from tito.classroom.intake.people.roster import Person, Roster, read_roster
from tito.classroom.records import Record
from tito.classroom.reporting.arrivals import HandInTime, arrivals_of
from tito.classroom.reporting.check_counts import CheckLine, check_line, first_line
from tito.classroom.reporting.oddities import Oddity, oddities_of, one_of_each_group
from tito.course.checks import Status
from tito.course.course import CheckSpec, Course, Module
from tito.support.progress import Tracker, untracked

NEEDS_MANUAL = "needs manual grading"
NOT_GRADED = "not graded yet"
LATE = "handed in late"
UNDECIDED = "waits for a choice"
GONE = "graded, then removed"
NOT_HANDED_IN = "not handed in"


@dataclass(frozen=True)
class LearnerLine:
    """One learner: status in words, points (None where nothing could be graded), what went wrong first.

    `points` are those of the checks, less `late_penalty`; `manual_points` those of written answers, None while one
    waits; `total` is both, None while one waits. `statuses` has the outcome of each check. `late` says whether the
    work that counts came late, None where that is not known. `notes` tell what was put right before grading.
    `attempt` is which of several hand-ins counts ("2 of 3"), "" for the only one.
    """

    learner: str
    status: str
    points: float | None = None
    manual_points: float | None = None
    by_check: tuple[float | None, ...] = ()
    submitted_at: datetime | None = None
    remark: str = ""
    isolation_level: int | None = None
    name: str = ""
    email: str = ""
    total: float | None = None
    late_penalty: float = 0.0
    statuses: tuple[Status, ...] = ()
    late: bool | None = None
    notes: tuple[str, ...] = ()
    attempt: str = ""

    @property
    def counts(self) -> bool:
        """Does this learner's score belong in the class's mean?"""
        return self.status in ("graded", "not started", NEEDS_MANUAL)


@dataclass(frozen=True)
class ChangeLine:
    """What was put right in several hand-ins before they were graded, and whose they are."""

    note: str
    learners: tuple[str, ...]


@dataclass(frozen=True)
class ClassReport:
    """A module's class: its checks, its learners, when they handed in, and the deadline if there is one.

    `oddities` are what somebody should look at; `compared` whose works are compared with each other: one of each group.
    """

    module: Module
    checks: tuple[CheckLine, ...]
    learners: tuple[LearnerLine, ...]
    arrivals: tuple[HandInTime, ...] = ()
    due: datetime | None = None
    oddities: tuple[Oddity, ...] = ()
    compared: tuple[str, ...] = ()

    @cached_property
    def scores(self) -> list[float]:
        return [line.points for line in self.learners if line.counts and line.points is not None]

    @cached_property
    def totals(self) -> list[float]:
        """The totals of those of whom no written answer waits."""
        return [line.total for line in self.learners if line.counts and line.total is not None]

    @property
    def mean(self) -> float | None:
        return mean(self.scores) if self.scores else None

    @property
    def median(self) -> float | None:
        return median(self.scores) if self.scores else None

    @property
    def missing(self) -> list[LearnerLine]:
        """Who has not handed in."""
        return [line for line in self.learners if line.status == NOT_HANDED_IN]

    @property
    def late(self) -> list[LearnerLine]:
        """Whose work came late, whether it counts or not."""
        return [line for line in self.learners if line.late]

    @property
    def changes(self) -> tuple[ChangeLine, ...]:
        """What was put right before grading, what concerns most learners first."""
        found: dict[str, list[str]] = {}
        for line in self.learners:
            for note in line.notes:
                found.setdefault(note, []).append(line.learner)
        lines = (ChangeLine(note, tuple(learners)) for note, learners in found.items())
        return tuple(sorted(lines, key=lambda line: (-len(line.learners), line.note)))


def report(course: Course, module: Module, progress: Tracker = untracked) -> ClassReport:
    """Every check of `module`, and every learner who handed in, or is in the gradebook or on the roster."""
    learners = course.learners(module)
    found = (records.read(course, module, learner) for learner in learners)
    graded = {record.learner: record for record in progress(found, len(learners), "reading") if record}
    with gradebook.opened(course) as book:
        known, marks = book.learners, book.marks(module)
    roster, deadlines = read_roster(course), read_deadlines(course)
    everybody = sorted({*known, *learners, *course.handed_in(module), *(person.id for person in roster.people)})
    handins = {who: archive.read_record(course, who, module) for who in everybody}
    class_ = _Class(course, module, deadlines, graded, marks, roster, handins)
    lines = tuple(map(class_.line, everybody))
    readable = [record for record in graded.values() if not record.problem]
    checks = tuple(check_line(spec, readable) for spec in module.checks)
    begun = {record.learner for record in readable if record.outcome != "not started"}
    odd = oddities_of(course, module, handins, begun)
    compared = one_of_each_group((line.learner for line in lines if line.counts), handins)
    return ClassReport(module, checks, lines, class_.arrivals(everybody), deadlines.of(module), odd, tuple(compared))


@dataclass(frozen=True)
class _Class:
    """All that is known of a module's class."""

    course: Course
    module: Module
    deadlines: Deadlines
    graded: dict[str, Record]
    marks: dict[str, Marks]
    roster: Roster
    handins: dict[str, HandInRecord]

    def arrivals(self, learners: Iterable[str]) -> tuple[HandInTime, ...]:
        return tuple(arrival for who in learners for arrival in self._arrivals(who))

    def _arrivals(self, learner: str) -> tuple[HandInTime, ...]:
        """When a learner handed in; what was put into `submitted/` by hand has the time in its record alone."""
        found = arrivals_of(self.handins[learner], self.module, learner, self.deadlines)
        record = self.graded.get(learner)
        if found or record is None or record.submitted_at is None:
            return found
        return (HandInTime(learner, record.submitted_at, self._lateness(learner, record.submitted_at)),)

    def _lateness(self, learner: str, at: datetime) -> str:
        due = self.deadlines.of(self.module, learner)
        return "late" if due and at > due else "in time"

    def line(self, learner: str) -> LearnerLine:
        person = self.roster.by_id(learner) or Person(learner)
        record = self.graded.get(learner)
        if record is None:
            status = _why_not_graded(self.course, self.module, learner, self.deadlines, self.handins[learner])
            late = True if status == LATE else None
            return LearnerLine(learner, status, name=person.name, email=person.email, late=late)
        late = self._lateness(learner, record.submitted_at) == "late" if record.submitted_at else None
        if record.problem:
            return _unreadable(record, person, late)
        line = _graded(self.module, record, self.marks.get(learner, Marks()), person, late)
        return replace(line, attempt=_attempt(self.handins[learner]))


def _attempt(handins: HandInRecord) -> str:
    """Which of several hand-ins counts."""
    counting = [each for each in handins.candidates if each.original == handins.placed]
    return max((attempt_of(each, handins.candidates) for each in counting), default="")


def _unreadable(record: Record, person: Person, late: bool | None) -> LearnerLine:
    return LearnerLine(
        record.learner,
        record.outcome,
        submitted_at=record.submitted_at,
        remark=first_line(record.problem),
        name=person.name,
        email=person.email,
        late=late,
    )


def _graded(module: Module, record: Record, marks: Marks, person: Person, late: bool | None) -> LearnerLine:
    by_check = tuple(_points(record, marks, check) for check in module.checks)
    written = _written(module, marks)
    return LearnerLine(
        record.learner,
        NEEDS_MANUAL if marks.needs_manual else record.outcome,
        points=max(0.0, sum(by_check) - marks.late_penalty),
        manual_points=written,
        by_check=by_check,
        submitted_at=record.submitted_at,
        remark=_remark(record),
        isolation_level=record.grade.isolation_level,
        name=person.name,
        email=person.email,
        total=None if written is None else max(0.0, sum(by_check) + written - marks.late_penalty),
        late_penalty=marks.late_penalty,
        statuses=tuple(_status(record, check) for check in module.checks),
        late=late,
        notes=record.grade.notes,
    )


def _written(module: Module, marks: Marks) -> float | None:
    """The points of the written answers; None while one waits for a person."""
    found: list[Mark] = [marks.marks[q.id] for q in module.questions if q.id in marks.marks]
    return None if any(mark.needs_manual for mark in found) else sum((mark.points for mark in found), 0.0)


def _points(record: Record, marks: Marks, check: CheckSpec) -> float:
    """The points that count: the gradebook's, which an instructor may have changed, else ours."""
    if check.id in marks.marks:
        return marks.marks[check.id].points
    return next((r.points for r in record.grade.results if r.id == check.id), 0.0)


def _status(record: Record, check: CheckSpec) -> Status:
    return next((r.status for r in record.grade.results if r.id == check.id), "not started")


def _remark(record: Record) -> str:
    if record.grade.stopped:
        return record.grade.stopped
    failed = next((r for r in record.grade.results if r.status == "failed"), None)
    return f"✗ {failed.id}: {first_line(failed.message)}" if failed else ""


def _why_not_graded(course: Course, module: Module, learner: str, deadlines: Deadlines, handins: HandInRecord) -> str:
    """What became of a submission without a grade that counts."""
    if course.submitted(learner, module).is_dir():
        return NOT_GRADED
    if not handins.files:
        return GONE if records.is_there(course, module, learner) else NOT_HANDED_IN
    choice = handins.choice(module, learner, deadlines)
    return LATE if choice.is_late else UNDECIDED if choice.tie else archive.WITHDRAWN
