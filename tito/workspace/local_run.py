"""The checks run on the learner's own machine, before anything is handed in.

Same checks, same two processes and same simulated clock as in grading; only
the hidden parts are missing, because a workspace doesn't have them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from tito.autograder import probe
from tito.course.checks import CheckSuite, Grade, Work
from tito.course.course import Course, Module, Workspace
from tito.lesson import check_suite, notebook
from tito.support.errors import UsageError
from tito.workspace import sync


@dataclass(frozen=True)
class Exam:
    """What is to be tested: `file` holds the work, `rival` has changes that are left out.

    `key` is the same for the same work and the same checks, all of them.
    """

    module: Module
    file: Path
    suite: CheckSuite
    work: Work
    notes: tuple[str, ...] = ()
    rival: Path | None = None
    key: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """An exam and how it went, in `duration_s` seconds."""

    exam: Exam
    grade: Grade
    duration_s: float


def exam_of(tree: Course | Workspace, module: Module, only: str = "") -> Exam:
    """The learner's newest work (in a course the reference), against the checks or the one called `only`."""
    exam = _in_course(tree, module) if isinstance(tree, Course) else _in_workspace(tree, module)
    if not only:
        return exam
    check = module.check(only)
    return replace(exam, suite=replace(exam.suite, checks=tuple(c for c in exam.suite.checks if c.id == check.id)))


def rehearse(
    tree: Course | Workspace,
    exam: Exam,
    instead: Mapping[Module, str] = MappingProxyType({}),
    clock: Callable[[], float] = time.perf_counter,
) -> Rehearsal:
    """Run the exam's checks on its work, in a process of its own; CourseError on a system that can't.

    The work imports the tree's package, with the files in `instead` in the place of its own.
    """
    probe.must_grade()
    from tito.autograder.grader import Grader
    from tito.sandbox.library import staged_library

    begin = clock()
    # a learner's own code on the learner's own machine needs no walls
    with staged_library(tree, exam.module, instead) as library, Grader(library, level=0) as grader:
        grade = grader.grade(exam.suite, exam.work)
    return Rehearsal(exam, replace(grade, notes=exam.notes + grade.notes), clock() - begin)


def _in_course(course: Course, module: Module) -> Exam:
    from tito.lesson.build import built

    source = built(course, module)
    return Exam(module, module.source, check_suite.suite_of(module, source), check_suite.reference_work(source))


def _in_workspace(workspace: Workspace, module: Module) -> Exam:
    trusted = lesson(workspace, module)
    newest = sync.newest(workspace, module)
    work, notes = check_suite.work_of(notebook.read(newest.path), trusted)
    checks = check_suite.suite_of(module, trusted)
    key = notebook.digest(repr(checks), repr(work))[:16]
    return Exam(module, newest.path, checks, work, notes, newest.rival, key)


def lesson(workspace: Workspace, module: Module) -> notebook.Notebook:
    """The module's notebook as it was released; UsageError when it is missing."""
    pristine = workspace.pristine(module)
    if not pristine.is_file():
        raise UsageError(
            f"the release of {module.folder} is missing",
            at=str(pristine),
            why="the checks are taken from it",
            hint="ask your course for the workspace again",
        )
    return notebook.read(pristine)
