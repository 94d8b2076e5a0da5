"""Grading a class: plan it, then one loop grades each submission and writes its annotated copy, record and scores.

What is finished is known by its record, so a run may be stopped at any moment and
started again. The gradebook follows the records, some at a time; it can be filled
again from them alone. A preview grades in the same way, and nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import Protocol

from tito.autograder import probe
from tito.classroom import records
from tito.classroom.annotated import marked_copy
from tito.classroom.gradebook import gradebook, setup
from tito.classroom.gradebook.lock import alone
from tito.classroom.gradebook.models import Entry, Marks
from tito.classroom.history import log
from tito.classroom.history.changes import PenaltyChange, penalty_changes
from tito.classroom.history.log import ChangedChecks, RunNotes, Tests
from tito.classroom.plan import PlannedSubmission, SettledSubmission, SharedWork, plan, what_decides
from tito.classroom.records import GradedSubmission, Record
from tito.course.course import Course, Module
from tito.lesson import nbgrader_steps
from tito.lesson.build import built
from tito.lesson.cache import Cache, kept, kept_or_made
from tito.lesson.check_suite import suite_of
from tito.lesson.notebook import Notebook
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import library_files
from tito.support.files import remove_unfinished, write_atomic
from tito.support.tempdirs import sweep
from tito.workers.job import JobOutcome, JobSpec
from tito.workers.local import LocalPool
from tito.workers.pool import WorkerPool
from tito.workers.scheduler import graded

ENTRIES_AT_ONCE = 20  # in one transaction of the gradebook


class RunRecorder(Protocol):
    """Takes what becomes of each submission; `handed_out` is the notebook as nbgrader restores it."""

    @property
    def handed_out(self) -> Notebook: ...

    def keep(self, step: SettledSubmission) -> None: ...

    def log(self, graded: GradedSubmission) -> None: ...

    def settle(self) -> tuple[PenaltyChange, ...]: ...


Tell = Callable[[tuple[PenaltyChange, ...]], None]
Recording = Callable[[Course, Module, Notebook, Tests], AbstractContextManager[RunRecorder]]


def grade_class(
    course: Course,
    module: Module,
    again: bool = False,
    lowest_level: int | None = None,
    pool: WorkerPool | None = None,
    tell_penalties: Tell = lambda changes: None,
) -> Generator[GradedSubmission, None, None]:
    """Grade every submission of `module` that is new or changed (all of them with `again`), as they come.

    By `pool`, or by as many graders as this machine has cores. A submission that
    can't be read is recorded as such. CourseError when the module can't be graded at
    all, or when another process grades this course now; UsageError when learners'
    code would be kept apart less well than at `lowest_level` (`tito.autograder.probe`).
    At the end late penalties are settled by the due dates as they are now, those of
    settled submissions too; `tell_penalties` gets the changes. The run is logged
    (`tito.classroom.history.log`).
    """
    return _grade(course, module, again, lowest_level, pool, kept, _recording, tell_penalties)


def preview(
    course: Course,
    module: Module,
    again: bool = False,
    lowest_level: int | None = None,
    pool: WorkerPool | None = None,
    tell_penalties: Tell = lambda changes: None,
) -> Generator[GradedSubmission, None, None]:
    """What `grade_class` would come to now: grade as it does, and write nothing into the course."""
    return _grade(course, module, again, lowest_level, pool, kept_or_made, _previewing, tell_penalties)


def checks_changed(course: Course, module: Module) -> ChangedChecks | None:
    """The checks that changed since the last grading; None where that is not known of every record."""
    return log.changed_checks(course, module, suite_of(module, built(course, module, kept_or_made)))


def _grade(
    course: Course,
    module: Module,
    again: bool,
    lowest_level: int | None,
    pool: WorkerPool | None,
    cache: Cache,
    recording: Recording,
    tell_penalties: Tell,
) -> Generator[GradedSubmission, None, None]:
    """Grade a class; `recording` opens what keeps the outcomes, `cache` what keeps the built notebook."""
    with ExitStack() as open_:
        pool = open_.enter_context(closing(pool or LocalPool(os.cpu_count() or 1)))
        pool.start_warming()
        trusted = built(course, module, cache)
        open_.enter_context(alone(course))
        sweep()
        spec = _spec(course, module, trusted, lowest_level)
        if again or _has_new(course, module):
            pool.start_warming(spec)
        decides = what_decides(course, module, trusted, spec)
        recorder = open_.enter_context(recording(course, module, trusted, log.tests_of(spec.suite, decides)))
        steps, shared = plan(course, module, trusted, recorder.handed_out, decides, again), SharedWork()
        for step, outcome in graded(pool, spec, shared.first_of_each(steps)):
            yield _finish(step, outcome, recorder)
            for other in shared.waiting_for(step, outcome.grade if outcome else None):
                yield _finish(other, outcome, recorder)
        tell_penalties(recorder.settle())


def _spec(course: Course, module: Module, trusted: Notebook, lowest_level: int | None) -> JobSpec:
    lowest = probe.LOWEST if lowest_level is None else lowest_level
    return JobSpec(suite_of(module, trusted), library_files(course, module), Limits.of(module), lowest_level=lowest)


def _has_new(course: Course, module: Module) -> bool:
    """Has any submission no record, and is graded for certain?"""
    return any(not records.is_there(course, module, learner) for learner in course.learners(module))


def _finish(
    step: SettledSubmission | PlannedSubmission, outcome: JobOutcome | None, recorder: RunRecorder
) -> GradedSubmission:
    """Keep and log what a step has come to."""
    done = _kept(step, outcome, recorder)
    recorder.log(done)
    return done


def _kept(
    step: SettledSubmission | PlannedSubmission, outcome: JobOutcome | None, recorder: RunRecorder
) -> GradedSubmission:
    """What a step has come to, kept unless its grading broke."""
    if isinstance(step, PlannedSubmission):
        assert outcome is not None, "a step with a job has an outcome"
        if outcome.grade is None:
            return GradedSubmission(step.learner, None, fault=outcome.fault, before=step.before)
        step = step.settled_by(outcome.grade)
    recorder.keep(step)
    return GradedSubmission(step.learner, step.record, step.is_fresh, before=step.before)


@contextmanager
def _recording(course: Course, module: Module, trusted: Notebook, tests: Tests) -> Iterator[RunRecorder]:
    """A recorder that writes all into the course."""
    with gradebook.opened(course) as book:
        remove_unfinished(course.gradebook.parent)
        handed_out = book.enrol(module, trusted)
        with (
            log.logged(course, module, tests) as notes,
            closing(_Recorder(course, module, handed_out, book, notes)) as recorder,
        ):
            yield recorder


@contextmanager
def _previewing(course: Course, module: Module, trusted: Notebook, tests: Tests) -> Iterator[RunRecorder]:
    """A recorder for a preview: scores go into a copy of the gradebook, where there is one."""
    if not course.gradebook.exists():
        yield _NoRecorder(setup.handed_out(course, module, trusted, nbgrader_steps.settings(course), kept_or_made))
        return
    with gradebook.opened_copy(course) as book:
        yield _BookKeeper(module, book.enrol(module, trusted, kept_or_made), book)


class _NoRecorder:
    """Writes nothing."""

    def __init__(self, handed_out: Notebook):
        self.handed_out = handed_out

    def keep(self, step: SettledSubmission) -> None:
        """Forget it."""

    def log(self, graded: GradedSubmission) -> None:
        """Forget it."""

    def settle(self) -> tuple[PenaltyChange, ...]:
        """There is nothing yet that could change."""
        return ()


class _BookKeeper:
    """Writes what became of each submission into a gradebook, some at a time, and nothing elsewhere."""

    def __init__(self, module: Module, handed_out: Notebook, book: gradebook.Gradebook):
        self._module, self._book = module, book
        self.handed_out = handed_out
        self._recorded = book.marks(module)
        self._waiting: list[Entry] = []

    def keep(self, step: SettledSubmission) -> None:
        """Have the scores put into the gradebook, unless they are there."""
        if step.is_fresh or not self._is_entered(step.record):
            self._enter(step.record, step.before)

    def log(self, graded: GradedSubmission) -> None:
        """Log nothing."""

    def settle(self) -> tuple[PenaltyChange, ...]:
        """Settle late penalties by the due dates as they are now, once all scores are there; whose changed?"""
        self.close()
        self._book.settle_penalties(self._module)
        return penalty_changes(self._recorded, self._book.marks(self._module))

    def close(self) -> None:
        """Bring the gradebook up to what is recorded."""
        entries, self._waiting = self._waiting, []
        if entries:
            self._book.record(self._module, *entries)

    def _enter(self, record: Record, before: Record | None) -> None:
        """Have the scores put into the gradebook, some submissions at a time."""
        changed = before is not None and before.answers != record.answers
        self._waiting.append(Entry(record.learner, _scores(record), record.submitted_at, looked_at_again=changed))
        if len(self._waiting) >= ENTRIES_AT_ONCE:
            self.close()

    def _is_entered(self, record: Record) -> bool:
        """Do just these scores stand in the gradebook?"""
        known = self._recorded.get(record.learner, Marks()).marks
        return {name: mark.auto for name, mark in known.items()} == _scores(record)


class _Recorder(_BookKeeper):
    """Writes what became of each submission: annotated copy, record, gradebook, and `notes` for the log."""

    def __init__(
        self, course: Course, module: Module, handed_out: Notebook, book: gradebook.Gradebook, notes: RunNotes
    ):
        super().__init__(module, handed_out, book)
        self._course, self._notes = course, notes

    def keep(self, step: SettledSubmission) -> None:
        """Write the annotated copy first, then the record, which says that all is there; the gradebook follows."""
        if step.is_fresh:
            remove_unfinished(self._course.autograded(step.learner, self._module))
            self._write_copy(step)
            records.write(self._course, self._module, step.record)
        super().keep(step)

    def log(self, graded: GradedSubmission) -> None:
        """Have it counted in the run's line of the log."""
        self._notes.graded.append(graded)

    def settle(self) -> tuple[PenaltyChange, ...]:
        """Settle late penalties, and note in the log whose changed."""
        self._notes.penalties = super().settle()
        return self._notes.penalties

    def _write_copy(self, step: SettledSubmission) -> None:
        assert step.submitted is not None, "a fresh record comes with its notebook"
        folder = self._course.autograded(step.learner, self._module)
        copy = marked_copy(step.submitted, self.handed_out, step.record.grade)
        write_atomic(folder / f"{self._module.notebook_name}.ipynb", copy)


def _scores(record: Record) -> dict[str, float | None]:
    """The points of each check and question; None for an answer that a person has to read."""
    answers = {question: None if answer else 0.0 for question, answer in record.answers.items()}
    return {result.id: result.points for result in record.grade.results} | answers
