"""The forms of a grade that hosts read, and how the work is found in what was pushed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.inbox import a_notebook, write_small_course, zipped
from tito.classroom.hosted import classroom50, gradescope, markdown
from tito.classroom.hosted.finding import find_work
from tito.classroom.hosted.grading import HostedGrade
from tito.course.checks import Grade, Hints, TestResult
from tito.course.course import CheckSpec, Module
from tito.support.errors import UsageError

MODULE = Module(
    "01_counting", "Counting", "toy.counting", None, checks=(CheckSpec("count", 6.0, Hints(("How long is it?",))),),
    questions=(CheckSpec("why", 2.0),),
)  # fmt: skip
RESULTS = (
    TestResult("count", "failed", 4.25, 6.0, "counts 3\n# twice | <b>`x`</b>", 'cell "write-counter"'),
    TestResult("double", "passed", 4.0, 4.0),
    TestResult("add", "not started", 0.0, 1.5),
)
GRADED = HostedGrade(MODULE, "counting_dev.ipynb", Grade("counting", RESULTS, ("changed the cell `x`",), 2))
AT = datetime(2026, 11, 3, 10, tzinfo=UTC)


def test_gradescopes_form():
    data = gradescope.results(GRADED, "after_published")
    assert data["tests"][0] == {
        "name": "count",
        "score": 4.25,
        "max_score": 6.0,
        "status": "failed",
        "output": '    counts 3\n    # twice | <b>`x`</b>\n\nIn `cell "write-counter"`\n\nHint: How long is it?',
        "output_format": "md",
        "visibility": "after_published",
    }
    assert (data["score"], data["stdout_visibility"], data["extra_data"]["isolation_level"]) == (8.25, "hidden", 2)
    assert data["output"] == (
        "Graded: `counting_dev.ipynb`\n\nWritten answers, worth 2 points, are read by a person.\n\n"
        "- changed the cell \\`x\\`"
    )


def test_classroom_50s_form():
    env = {"CLASSROOM": "measuring", "ASSIGNMENT": "counting", "OWNER": "ada", "COMMIT_URL": "c"}
    data = classroom50.result(GRADED, env, AT, AT)
    assert (data["score"], data["max-score"], data["points"]) == (8, 12, 8.25)
    assert [test["score"] for test in data["tests"]] == [4, 4, 0]
    assert (data["datetime"], data["review"]) == ("2026-11-03T10:00:00Z", "c")


@given(st.lists(st.integers(0, 4_000).map(lambda n: n / 100), max_size=12))
def test_whole_numbers_add_up_to_the_rounded_sum(points):
    whole = classroom50.whole_numbers(points)
    assert abs(sum(whole) - sum(points)) <= 0.5 + 1e-9
    assert all(abs(one - other) < 1 for one, other in zip(whole, points, strict=True))


def test_a_folder_that_is_no_checkout_has_no_time(tmp_path):
    assert classroom50.committed_at(tmp_path / "none") is None


@given(st.text())
def test_nothing_that_code_said_is_markup(text):
    """An indented block has no end but a line that is not indented."""
    lines = markdown.quoted(text).splitlines()
    assert all(line.startswith("    ") for line in lines)


@pytest.mark.parametrize("text", ["`", "a`b", "``", "`a`", "a|b", "a\nb", ""])
def test_code_in_a_line_stays_code(text):
    shown = markdown.of_check(TestResult("x", "failed", 0.0, 1.0, "m", text or "x"))
    assert "\n\nIn `" in shown and "|" not in shown.partition("In ")[2]


# -- finding ----------------------------------------------------------------------------------


@pytest.fixture
def module(tmp_path):
    return write_small_course(tmp_path / "course").module("benchmarking")


def found(tmp_path, module, files):
    for name, content in files.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return find_work(tmp_path / "in", module).name


MINE, OTHER = a_notebook("mine"), a_notebook("other", "add")


@pytest.mark.parametrize(("files", "name"), [
    ({"benchmarking_dev.ipynb": MINE}, "benchmarking_dev.ipynb"),
    ({"homework.ipynb": MINE, "tensor_dev.ipynb": OTHER}, "homework.ipynb"),
    ({"a/b/benchmarking_dev.ipynb": MINE, "benchmarking_dev.kept-20260101T000000Z.ipynb": OTHER},
     "a/b/benchmarking_dev.ipynb"),
    ({"work.zip": zipped({"benchmarking_dev.ipynb": MINE}, {"learner": "ada"})}, "work.zip/benchmarking_dev.ipynb"),
    ({"benchmarking_dev.ipynb": MINE, "old/benchmarking_dev.ipynb": OTHER}, "benchmarking_dev.ipynb"),
    ({"one.ipynb": MINE, "two.ipynb": MINE}, "two.ipynb"),
    ({".git/x.ipynb": OTHER, "benchmarking_dev.ipynb": MINE}, "benchmarking_dev.ipynb"),
])  # fmt: skip
def test_the_work_is_found(tmp_path, module, files, name):
    assert found(tmp_path, module, files) == name


@pytest.mark.parametrize(("files", "says"), [
    ({"notes.txt": b"x"}, "there is no benchmarking_dev.ipynb"),
    ({"one.ipynb": MINE, "two.ipynb": a_notebook("another")}, "several notebooks may be the work"),
    ({"benchmarking_dev.ipynb": b"{"}, "benchmarking_dev.ipynb"),
])  # fmt: skip
def test_what_is_not_found_is_said(tmp_path, module, files, says):
    with pytest.raises(UsageError, match=says):
        found(tmp_path, module, files)
