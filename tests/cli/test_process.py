"""How `tito` may be started: with streams that are closed, with Python's own switches, from a folder of any name."""

import os
import subprocess
import sys

import pytest

from tests.support.toy_course import write_course
from tests.support.toy_workspace import hand_out, right_counter, solve
from tito.autograder import grader
from tito.classroom.gradebook import gradebook
from tito.lesson import nbgrader_steps
from tito.support.errors import CourseError
from tito.workspace.jupyter import lab

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


def run(workspace, command: str, options: str = "", **variables):
    """A shell's command line, `tito` standing for Python with `options` and the command."""
    line = command.replace("tito", f"{sys.executable} {options} -m tito", 1)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | variables
    done = subprocess.run(["bash", "-c", line], cwd=workspace.root, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["tito status", "tito test counting --check double", "tito hint counting double"])
def test_a_closed_stream_is_no_failure(mine, command, closed):
    code, out, err = run(mine, f"{command} {closed}")
    assert code == run(mine, command)[0]
    assert "Traceback" not in out + err


def test_what_is_written_to_no_stdout_goes_into_no_file(mine):
    """Else the first file that is opened would be number 1, and be written into."""

    def content():
        return {path: path.read_bytes() for path in mine.root.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    before = content()
    assert run(mine, "tito status >&-")[0] == 0
    assert content() == before


@pytest.mark.parametrize("level", ["1", "2"])
@pytest.mark.parametrize("answer, code", [("return number + 3", 1), ("return number * 2", 0)])
def test_no_grade_depends_on_pythonoptimize(mine, level, answer, code):
    right_counter(mine.module("counting"))
    solve(mine.module("counting").notebook, "write-double", "return number * 2", answer)
    assert run(mine, "tito test counting", PYTHONOPTIMIZE=level)[0] == code


@pytest.mark.parametrize("options", ["-O", "-OO", "-sO", "-s -OO -P"])
def test_no_grade_depends_on_the_switch(mine, options):
    right_counter(mine.module("counting"))
    solve(mine.module("counting").notebook, "write-double", "return number * 2", "return number + 3")
    code, out, err = run(mine, "tito test counting", options)
    assert code == 1 and "twice minus one is minus two" in out, err


def test_a_grader_refuses_to_work_without_asserts(tmp_path, monkeypatch):
    """Where somebody else starts Python, as Dask does for its workers."""
    monkeypatch.setattr(grader.sys, "flags", type("Flags", (), {"optimize": 1}))
    with pytest.raises(CourseError, match="leaves asserts out"):
        grader.Grader(tmp_path, level=0)


def test_jupyter_is_started_with_asserts(mine, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    assert "PYTHONOPTIMIZE" not in lab.environment(mine, mine.root)


@pytest.mark.parametrize(
    "variable",
    ["PYTHONWARNINGS=error", "PYTHONDEVMODE=1", "PYTHONSTARTUP=/nowhere", "PYTHONPATH=/nowhere", "PYTHONHASHSEED=7"],
)
def test_pythons_other_variables_change_nothing(mine, variable):
    name, value = variable.split("=")
    right_counter(mine.module("counting"))
    if name == "PYTHONPATH":
        value = os.pathsep.join([value, *sys.path])
    code, _, err = run(mine, "tito test counting", **{name: value})
    assert code == 0 and "2 passed" in err, err


@pytest.mark.parametrize(
    "name", ["a b", "50%", "100%25", "what?", "a?b=c&d", "#1", "é ü", "{x}", "it's", 'the "course"']
)
def test_a_course_may_lie_in_a_folder_of_any_name(tmp_path, name):
    root = tmp_path / name
    root.mkdir()
    course = write_course(root)
    with gradebook.opened(course) as book:
        assert book.learners == ()
    assert course.gradebook.is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert nbgrader_steps.database_path(nbgrader_steps.settings(course).CourseDirectory.db_url) == course.gradebook
