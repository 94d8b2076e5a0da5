"""How far a learner is, and which module is meant when none is named."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.toy_workspace import hand_out, solve
from tito.course.checks import Grade, TestResult
from tito.workspace import progress
from tito.workspace.local_run import LocalRun, plan_run

STUB = "raise NotImplementedError()"


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting", "adding")


def keep(workspace, name, *results):
    plan = plan_run(workspace, workspace.module(name))
    progress.keep(workspace, LocalRun(plan, Grade(name, results), 0.1))


COUNT, DOUBLE = (
    TestResult("count", "passed", 6, 6),
    TestResult("double", "failed", 1, 4, "twice three is six"),
)


def current(workspace, here=None):
    return progress.current_module(workspace, here).name


@pytest.mark.slow
def test_what_a_test_found_is_kept(mine):
    keep(mine, "counting", COUNT, DOUBLE)
    last = progress.last_test(mine, mine.module("counting"))
    assert last.results == (COUNT, DOUBLE) and last.points == 7
    assert [s.points for s in progress.module_progress(mine)] == [7, None]


@pytest.mark.slow
def test_one_checks_result_joins_the_others(mine):
    keep(mine, "counting", COUNT, DOUBLE)
    keep(mine, "counting", replace(DOUBLE, status="passed", points=4))
    assert progress.last_test(mine, mine.module("counting")).points == 10
    assert progress.module_progress(mine)[0].is_done


@pytest.mark.slow
def test_the_next_check_is_a_failed_one_then_an_open_one(mine):
    module = mine.module("counting")
    assert progress.LastTest(()).first_not_passed(module) == "count"
    assert progress.LastTest((DOUBLE,)).first_not_passed(module) == "double"
    assert progress.LastTest((COUNT,)).first_not_passed(module) == "double"
    assert progress.LastTest((COUNT, replace(DOUBLE, status="passed"))).first_not_passed(module) == ""


@pytest.mark.slow
def test_at_the_start_the_first_module_is_meant(mine):
    assert current(mine) == "counting"


@pytest.mark.slow
def test_the_module_changed_last_is_meant(mine):
    for name, when in (("adding", 2e9), ("counting", 1e9)):
        module = mine.module(name)
        for path in (module.notebook, module.source):
            os.utime(path, (when, when))
    assert current(mine) == "counting", "a later time alone is no work"
    solve(mine.module("adding").notebook, "write-add", STUB, "return 5")
    assert current(mine) == "adding"


@pytest.mark.slow
def test_a_finished_module_gives_way_to_the_next(mine):
    solve(mine.module("counting").notebook, "write-double", STUB, "return number * 2")
    keep(mine, "counting", COUNT, replace(DOUBLE, status="passed", points=4))
    assert current(mine) == "adding"


@pytest.mark.slow
def test_the_folder_that_we_stand_in_is_meant(mine):
    assert current(mine, mine.module("adding").home) == "adding"
    assert current(mine, Path("/")) == "counting"


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "{", "[]", '{"results": [{"id": 1}]}', '{"results": 7}'])
def test_results_that_cannot_be_read_are_none(mine, content):
    module = mine.module("counting")
    mine.results(module).parent.mkdir(parents=True, exist_ok=True)
    mine.results(module).write_text(content, encoding="utf-8")
    assert progress.last_test(mine, module) is None


@pytest.mark.slow
def test_a_module_edited_since_it_passed_is_not_done(mine):
    keep(mine, "counting", TestResult("count", "passed", 6, 6), TestResult("double", "passed", 4, 4))
    assert progress.module_progress(mine)[0].is_done
    solve(mine.module("counting").notebook, "write-double", STUB, "return 3")
    changed = progress.module_progress(mine)[0]
    assert changed.is_changed and not changed.is_done and changed.points == 10
