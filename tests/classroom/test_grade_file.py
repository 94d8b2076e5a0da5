"""`tito grade MODULE --code FILE --json`: the form that other people's tools read."""

import json
import subprocess
import sys

import pytest

from tito.classroom.grade_file import as_json, grade_code
from tito.course.checks import Grade, TestResult
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work
from tito.support.errors import UsageError


def test_the_form_is_fixed():
    grade = Grade(
        "toy",
        (
            TestResult("a", "passed", 2.0, 2.0),
            TestResult("b", "failed", 0.5, 1.0, "why", 'cell "x", line 3', "off-by-one"),
        ),
        isolation_level=2,
    )
    assert as_json(grade) == {
        "version": 1,
        "module": "toy",
        "points": 2.5,
        "max_points": 3.0,
        "isolation_level": 2,
        "checks": [
            {"id": "a", "status": "passed", "points": 2.0, "max_points": 2.0, "message": "", "mistake": ""},
            {
                "id": "b",
                "status": "failed",
                "points": 0.5,
                "max_points": 1.0,
                "message": 'why (cell "x", line 3)',
                "mistake": "off-by-one",
            },
        ],
    }


@pytest.mark.parametrize("points, told", [(7.25, 7.25), (1 / 3, 0.33), (0.1 + 0.2, 0.3), (100.0, 100.0)])
def test_points_are_rounded_as_elsewhere(points, told):
    form = as_json(Grade("toy", (TestResult("a", "passed", points, points),)))
    assert (form["points"], form["max_points"]) == (told, told)
    assert (form["checks"][0]["points"], form["checks"][0]["max_points"]) == (told, told)


def reference_of(course, module) -> str:
    return "\n\n".join(cell.source for cell in reference_work(built(course, module)).cells)


@pytest.mark.slow
def test_the_reference_gets_full_marks_from_a_file(course, tmp_path):
    module = course.module("counting")
    path = tmp_path / "answer.py"
    path.write_text(reference_of(course, module))
    grade = grade_code(course, module, path)
    assert grade.passed and grade.points == module.max_points, grade


@pytest.mark.slow
def test_reports_are_the_same_bytes_on_a_busy_machine(course, tmp_path):
    """Twenty times, while other processes use the cores."""
    module = course.module("counting")
    path = tmp_path / "wrong.py"
    path.write_text(
        "import random\n" + reference_of(course, module).replace("len(seen)", "len(seen) + random.randint(0, 1)")
    )
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        from tito.autograder.grader import Grader
        from tito.lesson.check_suite import suite_of, work_from_code
        from tito.sandbox.library import staged_library

        suite, work = suite_of(module, built(course, module)), work_from_code(path)
        with staged_library(course, module) as library, Grader(library) as grader:
            said = {json.dumps(as_json(grader.grade(suite, work))) for _ in range(20)}
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert len(said) == 1


def test_a_file_that_is_not_there(course, tmp_path):
    with pytest.raises(UsageError):
        grade_code(course, course.module("counting"), tmp_path / "none.py")


@pytest.mark.slow
def test_the_place_of_a_fault_is_the_file(course, tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("x = 1\ndef (:\n")
    grade = grade_code(course, course.module("counting"), path)
    assert grade.points == 0
    assert all(result.where == "broken.py, line 2" and "SyntaxError" in result.message for result in grade.results), (
        grade
    )
