"""Grading a Python file as if nbdev had exported it, and the JSON form of a grade for other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tito.autograder.grader import Grader
from tito.course.checks import Grade, TestResult
from tito.course.course import Course, Module
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import staged_library
from tito.support.points import rounded_points

Admit = Callable[[Grader], int | None]


def grade_code(
    course: Course, module: Module, path: Path, *, limits: Limits | None = None, admit: Admit = lambda grader: None
) -> Grade:
    """Grade the file at `path`, which defines the module's public names. UsageError when it can't be read.

    `admit` checks the grader before it is used, and returns the isolation level that the grade was given at.
    """
    from tito.lesson.check_suite import suite_of, work_from_code

    work = work_from_code(path)
    with staged_library(course, module) as library, Grader(library, limits=limits or Limits.of(module)) as grader:
        grader.start_warming(work)
        from tito.lesson.build import built

        suite = suite_of(module, built(course, module))
        level = admit(grader)
        return replace(grader.grade(suite, work), isolation_level=level)


def as_json(grade: Grade) -> dict[str, Any]:
    """The grade in the form that other people's tools read; a change of form needs a new `version`."""
    return {
        "version": 1,
        "module": grade.module,
        "points": rounded_points(grade.points),
        "max_points": rounded_points(grade.max_points),
        "isolation_level": grade.isolation_level,
        "checks": [_check_as_json(result) for result in grade.results],
    }


def _check_as_json(result: TestResult) -> dict[str, Any]:
    message = result.message if not result.where else f"{result.message} ({result.where})"
    return {
        "id": result.id,
        "status": result.status,
        "points": rounded_points(result.points),
        "max_points": rounded_points(result.max_points),
        "message": message,
        "mistake": result.mistake,
    }
