"""Complete right modules in styles that differ as whole programs keep full marks."""

from pathlib import Path

import pytest

from tito.autograder.grader import Grader
from tito.course.course import Course
from tito.lesson.build import built
from tito.lesson.check_suite import suite_of, work_from_code
from tito.sandbox.library import staged_library

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
WHOLE = sorted((Path(__file__).parent / "whole").glob("*/*.py"))


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_right_module_keeps_full_marks(path):
    module = COURSE.module(path.parent.name)
    suite = suite_of(module, built(COURSE, module))
    with staged_library(COURSE, module) as library, Grader(library) as grader:
        grade = grader.grade(suite, work_from_code(path))
    assert {result.id: result.message for result in grade.results if result.points < result.max_points} == {}
