"""What people read, kept as goldens; run `make goldens` after a change and read the diff."""

from pathlib import Path

from tito.cli import doctor
from tito.course.checks import Grade, TestResult
from tito.course.course import CheckSpec, Module
from tito.support.errors import UsageError
from tito.ui import render
from tito.ui.render import Style
from tito.workspace.hints import Hint

ROOT = Path("/home/ada/tinytorch")
COLOUR = Style(colour=True)


def module(folder, *points, needs=()):
    checks = tuple(CheckSpec(f"check{i}", p) for i, p in enumerate(points))
    return Module(folder, folder.title(), f"tinytorch.core.{folder}", ROOT / "modules" / folder, tuple(needs), checks)


TENSOR, BENCHMARKING = module("01_tensor", 40), module("12_benchmarking", 60, 40, needs=["tensor"])
GRADE = Grade(
    "benchmarking",
    (
        TestResult("single_stream", "passed", 12, 12),
        TestResult(
            "server",
            "failed",
            6,
            16,
            "p99 latency at 90 % load: expected 208.1 ms, got 10.1 ms\n"
            "Your clock starts when the model starts. A query that waits in line is already late: "
            "count from the moment it was due to arrive.",
            'cell "write-scenarios"',
        ),
        TestResult("offline", "failed", 2.5, 10, "a second failure", 'cell "write-scenarios"'),
        TestResult("validate_benchmark_result", "not started", 0, 8),
    ),
)
SOLVED = Grade("benchmarking", (TestResult("single_stream", "passed", 12, 12),))


def test_course_modules(snapshot):
    assert render.course_modules((TENSOR, BENCHMARKING), {"01_tensor"}) == snapshot


def test_a_grade_shows_one_failure_in_full(snapshot):
    assert render.grade(GRADE, "benchmarking_dev.ipynb") == snapshot


def test_a_grade_shows_every_failure_when_asked(snapshot):
    assert render.grade(GRADE, "benchmarking_dev.ipynb", everything=True, width=70) == snapshot


def test_a_grade_in_colour(snapshot):
    assert render.grade(GRADE, "benchmarking_dev.ipynb", style=COLOUR) == snapshot


def test_grade_summary(snapshot):
    assert render.grade_summary(GRADE, 0.23) == snapshot


def test_watch_screen(snapshot):
    head = render.watching(BENCHMARKING, GRADE, "14:03:22")
    assert "\n\n".join([head, render.first_failure(GRADE, "benchmarking_dev.ipynb"), render.WATCH_KEYS]) == snapshot
    assert render.first_failure(SOLVED, "benchmarking_dev.ipynb") == snapshot


def test_hint(snapshot):
    assert render.hint(Hint("server", "When is a query late?\nDraw the line.", 1, 3)) == snapshot


def test_submitted(snapshot):
    assert render.submitted(BENCHMARKING, SOLVED, 41_234, ()) == snapshot
    changed = ('changed the locked cell "server"; graded with the original',)
    assert render.submitted(BENCHMARKING, GRADE, 120, changed) == snapshot


def test_findings(snapshot):
    findings = [
        doctor.Finding("Python", True, "3.12.1, Linux x86_64"),
        doctor.Finding("numpy", None, "1.26; made for ==2.4.6", "pip install -e ."),
        doctor.Finding("jupyterlab", False, "not installed", "pip install -e ."),
    ]
    assert "\n".join(map(render.finding, findings)) == snapshot
    assert render.doctor_summary(findings) == snapshot
    assert render.doctor_summary(findings[:2]) == snapshot


def test_error(snapshot):
    problem = UsageError("no module named 'x'", at="here", why="it isn't there", hint="tito status")
    assert render.error(problem) == snapshot
    assert render.error(UsageError("only this")) == snapshot
    assert render.error(problem, COLOUR) == snapshot


def test_table(snapshot):
    rows = [("single_stream", 12, "291 of 300"), ("server", 16, "188 of 300")]
    assert render.table(("check", "points", "passed"), rows, right=(1,)) == snapshot


def test_numbers_as_people_write_them():
    assert render.count(1, "check") == "1 check" and render.count(2, "try", "tries") == "2 tries"
    assert render.score(0, 16) == " 0/16"


def test_wrapped_prose_keeps_its_own_lines():
    assert render.indented("one\n\ntwo words", 2, 7) == "  one\n\n  two\n  words"


def test_a_place_is_told_once():
    broken = TestResult("double", "failed", 0, 4, 'SyntaxError: invalid syntax (cell "d", line 5)', 'cell "d", line 5')
    assert render.grade(Grade("counting", (broken,)), "x.ipynb").count("line 5") == 1
