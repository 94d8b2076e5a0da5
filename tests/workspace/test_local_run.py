"""What a learner sees of their own code while its checks run: prints, where it hangs, and a cell that is no Python."""

from dataclasses import replace

import pytest

from tests.support.toy_workspace import hand_out, right_counter, solve
from tito.autograder.grader import Grader
from tito.course.checks import CodeCell, Work
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import staged_library
from tito.sandbox.onlooker import MOST_PRINTED
from tito.workspace.diagnosis import diagnose
from tito.workspace.local_run import DoesNotParse, plan_run
from tito.workspace.progress import last_test

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def run_of(mine, module):
    return diagnose(mine, plan_run(mine, module)).run


def test_prints_are_shown_with_their_check_and_change_nothing(mine, module):
    """What a cell prints as it is run is in no check; what is printed decides nothing."""
    right_counter(module)
    quiet = run_of(mine, module).grade
    solve(module.notebook, "write-double", "return number", 'print("double of", number); return number')
    solve(module.notebook, "write-double", "#| export", '#| export\nprint("on the way")')
    run = run_of(mine, module)
    assert run.printed == {"count": "", "double": "double of 3\ndouble of -1\n"}
    assert run.grade.results == quiet.results


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.stdout = None",
        "import sys; sys.stdout.write = None",
        "import sys; sys.stdout.parts[:] = [1]",
        "import signal; signal.setitimer(signal.ITIMER_VIRTUAL, 0)",
    ],
)
def test_code_that_meddles_with_it_is_graded_all_the_same(mine, module, code):
    right_counter(module)
    solve(module.notebook, "write-double", "return number", f"{code}; return number")
    assert run_of(mine, module).grade.passed


def test_of_much_the_beginning_is_kept(mine, module):
    right_counter(module)
    solve(module.notebook, "write-double", "return number", 'print("x" * 10**7); return number')
    assert len(run_of(mine, module).printed["double"]) == MOST_PRINTED


def test_an_endless_loop_names_its_line_to_the_learner_alone(mine, module):
    """In grading it does not: the line is another each time, and one work has one grade."""
    cells = (CodeCell("write-double", "def double(number):\n    while True:\n        number += 1"),)
    suite, work = plan_run(mine, module, "double").suite, Work(cells)
    with staged_library(mine, module) as library, Grader(library, limits=Limits(check_cpu_s=0.5)) as grader:
        (looked_on,) = grader.grade(suite, work, {}).results
        (graded,) = grader.grade(suite, work).results
    assert looked_on.message.startswith('stopped after 0.5 s of CPU time; it was at cell "write-double", line ')
    assert graded.message == "stopped after 0.5 s of CPU time"


def test_a_cell_that_is_no_python_is_said_once_and_nothing_is_run(mine, module):
    right_counter(module)
    before = run_of(mine, module).grade.results
    solve(module.notebook, "write-double", "return number", "answers latencies = [], []\n    return number")
    with pytest.raises(DoesNotParse) as told:
        run_of(mine, module)
    fault = told.value
    assert (fault.cell, fault.line, fault.text.strip()) == ("write-double", 5, "answers latencies = [], []")
    assert 4 <= fault.column <= len(fault.text), "where the caret stands differs between versions of Python"
    kept = tuple(replace(each, parts=()) for each in before)
    assert last_test(mine, module).results == kept, "what the last test found is kept"


def test_an_error_of_the_learners_own_type_goes_by_its_name(mine, module):
    right_counter(module)
    own = 'class TooMany(Exception): pass\n\n\ndef double(number):\n    raise TooMany("three")\n\n\ndef unused(number):'
    solve(module.notebook, "write-double", "def double(number):", own)
    message = next(result.message for result in run_of(mine, module).grade.results if result.id == "double")
    assert message == "TooMany: three"
