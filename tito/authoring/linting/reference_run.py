"""Checks that fail on the reference solution, or don't end on it: a fault of theirs, found by one run behind walls."""

from __future__ import annotations

import ast

from tito.authoring.linting.slip import Slip
from tito.autograder.session import LOOKED_THROUGH
from tito.course.checks import CheckSuite, TestResult, Work
from tito.course.course import Course, Module
from tito.lesson.build import build, built
from tito.lesson.check_suite import reference_work, suite_of
from tito.lesson.export import export
from tito.lesson.lint import file_of
from tito.workers.result_cache import grade_all


def slips_of_run(course: Course, module: Module) -> list[Slip]:
    """Grade the reference by the module's checks; a slip for each that takes points from it. Results are kept."""
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))
    notebook = build(module)
    suite = suite_of(module, notebook)
    return faults_of_checks(course, module, suite, reference_work(notebook))


def faults_of_checks(course: Course, module: Module, suite: CheckSuite, reference: Work) -> list[Slip]:
    """The checks of `suite` at fault, for the reference is right."""
    (grade,) = grade_all(course, module, suite, [reference])
    sources = {check.id: check.source for check in suite.checks}
    return [_slip(module, r, sources[r.id]) for r in grade.results if r.status != "passed"]


def never_ends(result: TestResult) -> bool:
    """Was the check stopped in its own code?"""
    return LOOKED_THROUGH in result.message


def _slip(module: Module, result: TestResult, source: str) -> Slip:
    path = file_of(module, "check", result.id)
    if never_ends(result):
        return Slip(
            f'check "{result.id}" does not end: it was stopped on the reference solution',
            path,
            _line_of_loop(source),
            "look for a loop of the check that nothing ends",
            endless=True,
        )
    message = result.message.partition("\n")[0] or "it counts as not started"
    return Slip(f'check "{result.id}" fails on the reference solution: {message}', path, 1)


def _line_of_loop(source: str) -> int:
    """The line of the check's first `while`, else of its first loop, else of its beginning."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.While, ast.For))]
    first = sorted(loops, key=lambda node: (isinstance(node, ast.For), node.lineno))
    return first[0].lineno if first else 1
