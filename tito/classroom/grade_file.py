"""Grading a Python file as if nbdev had exported it, and the form in which a grade is told to programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tito.autograder.grader import Grader
from tito.course.checks import Grade, TestResult
from tito.course.course import Course, Module
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import staged_library

Admit = Callable[[Grader], int | None]


def grade_code(
    course: Course, module: Module, path: Path, *, limits: Limits = Limits(), admit: Admit = lambda grader: None
) -> Grade:
    """Grade the file at `path`, which defines the module's public names. UsageError when it can't be read.

    `admit` looks at the grader before it is used, and says the isolation level that goes with the grade.
    """
    from tito.lesson.check_suite import suite_of, work_from_code

    work = work_from_code(path)
    with staged_library(course, module) as library, Grader(library, limits=limits) as grader:
        grader.prepare(work)  # loads while the paper is read here
        from tito.lesson.build import built

        suite = suite_of(module, built(course, module))
        level = admit(grader)
        return replace(grader.grade(suite, work), isolation_level=level)


def as_json(grade: Grade) -> dict:
    """The grade in the form that other people's tools read; see `version` before changing it."""
    return {
        "version": 1,
        "module": grade.module,
        "points": grade.points,
        "max_points": grade.max_points,
        "isolation_level": grade.isolation_level,
        "checks": [_check_as_json(result) for result in grade.results],
    }


def _check_as_json(result: TestResult) -> dict:
    message = result.message if not result.where else f"{result.message} ({result.where})"
    return {
        "id": result.id,
        "status": result.status,
        "points": result.points,
        "max_points": result.max_points,
        "message": message,
    }
