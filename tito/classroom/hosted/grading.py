"""Grades the one hand-in in a folder: finds the notebook, restores what is locked, runs it behind walls.

What can't be read, or is not there, is a result like any other: no points, and the reason for the learner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tito.autograder.grader import Grader
from tito.classroom import records
from tito.classroom.hosted.finding import find_work
from tito.course.checks import Grade
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.cells.origin import GivenOut, with_present_ids
from tito.lesson.check_suite import suite_of, work_of
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import staged_library
from tito.support.errors import UsageError

Admit = Callable[[Grader], int]
LIMITS = Limits()


@dataclass(frozen=True)
class HostedGrade:
    """What a hand-in earned: its file, the grade, and why there is none of its own, "" where it could be read."""

    module: Module
    file: str
    grade: Grade
    problem: str = ""

    @property
    def written_points(self) -> float:
        """What written answers are worth, which a person grades."""
        return sum(question.points for question in self.module.questions)


def grade_folder(course: Course, module: Module, folder: Path, admit: Admit, limits: Limits = LIMITS) -> HostedGrade:
    """Grade the hand-in in `folder`; `admit` says at which level of isolation, or refuses."""
    trusted = notebook.read(course.built(module))
    try:
        found = find_work(folder, module)
        submitted = with_present_ids(found.notebook, module)
        work, notes = work_of(submitted, trusted, GivenOut(course, module).had_by(submitted))
    except UsageError as problem:
        record = records.unreadable("", module, "", None, problem.message)
        return HostedGrade(module, "", record.grade, problem.message)
    with staged_library(course, module) as library, Grader(library, limits=limits) as grader:
        grader.start_warming(work)
        level = admit(grader)
        grade = grader.grade(suite_of(module, trusted), work)
    grade = replace(grade, notes=(*notes, *grade.notes), isolation_level=level)
    return HostedGrade(module, found.name, grade)
