"""A test and all around it: earlier modules made ready, failures told apart by trial, and what passed exported."""

import pytest

from tests.support.toy_course import HEADER, write_module
from tests.support.toy_workspace import STUB, export, hand_out, right_counter, solve
from tito.course.course import Course
from tito.support.errors import UsageError
from tito.workspace import diagnosis, prerequisites, progress
from tito.workspace.diagnosis import diagnose, export_own, run_as_graded
from tito.workspace.local_run import plan_run
from tito.workspace.prerequisites import Origin

pytestmark = pytest.mark.slow

WRITE_ADD = "return Counter().count(first).total + Counter().count(second).total"
NO_TEXTS = """if isinstance(items, str):
            raise TypeError("items must be a list")
"""  # right by all checks of `counting`, and of no use to `adding`

DOUBLING = (
    HEADER
    + '''\
# %% [markdown]
# # Doubling
# > Sums doubled.

# %%
#| default_exp core.doubling

# %% given given-imports
#| export
from tinytorch.core.adding import add
from tinytorch.core.counting import double

# %% solution write-twice
#| export
def twice(first, second):
    """Twice as many as `first` and `second` have together."""
    ### BEGIN SOLUTION
    return double(add(first, second))
    ### END SOLUTION

# %% check twice

# %% check same
'''
)

DOUBLING_CHECKS = {
    "twice": """\
from tito.tools.testing import Check


def check_twice():
    check = Check()
    with check.part(1, "nothing"):
        assert twice is not None
    with check.part(2, "texts"):
        assert twice("ab", "abc") == 10, "two and three are five, and twice that is ten"
    return check.points()


check_twice()
""",
    "same": """\
def check_same():
    assert twice([1], [2]) == 4, "one and one, twice"


check_same()
""",
}

DOUBLING_TOML = """\
title = "Doubling"
exports = "tinytorch.core.doubling"
needs = ["adding"]

[[check]]
id = "twice"
points = 3

[[check]]
id = "same"
points = 2
"""


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting", "adding")


@pytest.fixture
def three(course, tmp_path):
    """A workspace with a third module, which stands on both others."""
    write_module(course.root, "03_doubling", DOUBLING, DOUBLING_TOML, {}, DOUBLING_CHECKS)
    return hand_out(Course(course.root), tmp_path / "three", "counting", "adding", "doubling")


def try_(workspace, name, only=""):
    return diagnose(workspace, plan_run(workspace, workspace.module(name), only))


def origin(workspace, name="counting"):
    return prerequisites.package_file(workspace, workspace.module(name)).origin


def outcomes(done):
    return {result.id: result.status for result in done.grade.results}


def finish_adding(workspace):
    solve(workspace.module("adding").notebook, "write-add", STUB, WRITE_ADD)


def count_runs(monkeypatch):
    runs = []
    run = diagnosis.run_checks
    monkeypatch.setattr(
        diagnosis, "run_checks", lambda tree, plan, *more: runs.append(plan.module.name) or run(tree, plan, *more)
    )
    return runs


def test_all_checks_passed_exports_ones_own(mine):
    right_counter(mine.module("counting"))
    done = try_(mine, "counting")
    assert done.grade.passed and done.own.before.origin is None and done.own.now.is_finished
    assert "return number * 2" in mine.exported(mine.module("counting")).read_text()


def test_only_the_last_check_passed_exports(mine):
    right_counter(mine.module("counting"))
    assert try_(mine, "counting", "count").grade.passed and origin(mine) is None
    assert try_(mine, "counting", "double").own.now.is_finished


def test_checks_passed_by_two_different_works_export_nothing(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting", "count")
    solve(counting.notebook, "write-counter", "seen = list(items)", "seen = list(set(items))")
    assert try_(mine, "counting", "double").grade.passed
    assert origin(mine) is None


def test_failing_work_leaves_the_version_that_passed(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    before = mine.exported(counting).read_bytes()
    solve(counting.notebook, "write-double", "number * 2", "number + 2")
    done = try_(mine, "counting")
    assert done.own.now.is_finished and done.own.failing == ("double",)
    assert mine.exported(counting).read_bytes() == before


def test_a_later_work_that_passes_is_exported_anew(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    solve(counting.notebook, "write-double", "number * 2", "number + number")
    assert try_(mine, "counting").own.now.is_finished
    assert "number + number" in mine.exported(counting).read_text()


def test_prose_alone_is_no_new_work(mine, monkeypatch):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    solve(counting.notebook, "why", "Why", "Because it is. Why")
    assert progress.module_progress(mine)[0].is_done
    runs = count_runs(monkeypatch)
    try_(mine, "adding")
    assert runs == ["adding"]


def test_an_unfinished_module_leaves_the_reference_in_use(mine):
    finish_adding(mine)
    done = try_(mine, "adding")
    assert done.grade.passed and done.faults == ()
    assert [s.now.origin for s in done.earlier] == [Origin.REFERENCE] and done.earlier[0].before.origin is None


def test_a_finished_untested_module_is_tested_and_used(mine, monkeypatch):
    right_counter(mine.module("counting"))
    finish_adding(mine)
    runs = count_runs(monkeypatch)
    done = try_(mine, "adding")
    assert done.grade.passed and done.earlier[0].now.is_finished
    assert runs == ["counting", "adding"]
    assert try_(mine, "adding").grade.passed and runs[2:] == ["adding"], "what is known is not tried again"


def test_a_half_done_module_leaves_the_reference_in_use(mine):
    """The learner is told which of its checks the earlier module fails."""
    solve(mine.module("counting").notebook, "write-double", STUB, "return number + 2")
    finish_adding(mine)
    done = try_(mine, "adding")
    assert done.grade.passed and done.earlier[0].failing == ("count", "double")
    assert done.earlier[0].now.is_reference


def test_a_module_broken_later_is_used_as_it_passed(mine):
    """The later module imports the version that passed, and the learner is told what fails now."""
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    solve(counting.notebook, "write-counter", "len(seen)", "0")
    finish_adding(mine)
    done = try_(mine, "adding")
    assert done.grade.passed and done.earlier[0].failing == ("count",) and done.earlier[0].now.is_finished


def test_a_notebook_that_cannot_be_read_passes_nothing(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    counting.notebook.write_text("{")
    finish_adding(mine)
    done = try_(mine, "adding")
    assert done.grade.passed and done.earlier[0].failing == ("count", "double") and done.earlier[0].now.is_finished
    assert progress.module_progress(mine)[0].is_changed


def test_an_exported_broken_module_is_at_fault(mine):
    counting = mine.module("counting")
    right_counter(counting)
    solve(counting.notebook, "write-counter", "total=len(seen)", "total=0")
    finish_adding(mine)
    assert export_own(mine, counting).origin is Origin.EXPORTED
    done = try_(mine, "adding")
    assert outcomes(done) == {"add": "failed"}
    (fault,) = done.faults
    assert (fault.check, fault.points) == ("add", 5)
    assert [(s.module.name, s.failing) for s in fault.culprits] == [("counting", ("count",))]


def test_an_exported_stub_is_the_fault_of_its_module(mine):
    """The later module's check seems not started, because it met the stub."""
    finish_adding(mine)
    export_own(mine, mine.module("counting"))
    done = try_(mine, "adding")
    assert outcomes(done) == {"add": "failed"}
    assert done.faults[0].culprits[0].failing == ("count", "double")


def test_a_fault_that_its_own_checks_miss_is_found_too(mine):
    counting = mine.module("counting")
    right_counter(counting)
    solve(counting.notebook, "write-counter", "seen = list(items)", f"{NO_TEXTS}        seen = list(items)")
    finish_adding(mine)
    done = try_(mine, "adding")
    assert done.earlier[0].now.is_finished, "all its checks pass"
    assert [(s.module.name, s.failing) for s in done.faults[0].culprits] == [("counting", ())]
    assert "items must be a list" in done.grade.results[0].message


def test_a_mistake_in_the_later_module_is_its_own(mine):
    """The earlier module is not called at fault."""
    right_counter(mine.module("counting"))
    solve(mine.module("adding").notebook, "write-add", STUB, "return 6")
    done = try_(mine, "adding")
    assert done.earlier[0].now.is_finished and outcomes(done) == {"add": "failed"} and done.faults == ()


def test_only_regained_points_are_the_earlier_ones_fault(mine):
    """Both modules have a mistake here."""
    export_own(mine, mine.module("counting"))
    solve(mine.module("adding").notebook, "write-add", STUB, "return Counter().count(first).total")
    done = try_(mine, "adding")
    assert done.faults == () and outcomes(done) == {"add": "not started"}


def test_nothing_runs_again_on_the_references_modules(mine, monkeypatch):
    """Only the learner's own modules can be at fault."""
    runs = count_runs(monkeypatch)
    solve(mine.module("adding").notebook, "write-add", STUB, "return 6")
    try_(mine, "adding")
    assert runs == ["adding"]


def test_a_file_changed_by_hand_is_used_and_at_fault(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    path = mine.exported(counting)
    path.write_text(path.read_text().replace("total=len(seen)", "total=0"))
    finish_adding(mine)
    done = try_(mine, "adding")
    (culprit,) = done.faults[0].culprits
    assert culprit.file.origin is Origin.UNKNOWN and culprit.failing == ("count",)
    assert "total=0" in path.read_text()


def test_of_two_earlier_ones_the_guilty_one_is_found(three):
    right_counter(three.module("counting"))
    solve(
        three.module("counting").notebook,
        "write-counter",
        "seen = list(items)",
        f"{NO_TEXTS}        seen = list(items)",
    )
    finish_adding(three)
    solve(three.module("adding").notebook, "write-add", WRITE_ADD, "return len(first) + len(second)")
    solve(three.module("doubling").notebook, "write-twice", STUB, "return double(add(first, second))")
    assert try_(three, "doubling").grade.passed
    solve(three.module("adding").notebook, "write-add", "return len(first) + len(second)", WRITE_ADD)
    export_own(three, three.module("adding"))
    done = try_(three, "doubling")
    assert outcomes(done) == {"twice": "failed", "same": "passed"}
    (fault,) = done.faults
    assert [s.module.name for s in fault.culprits] == ["counting"] and fault.points == 3


def test_where_only_all_of_them_replaced_help_all_are_named(three):
    for name in ("counting", "adding"):
        export_own(three, three.module(name))
    solve(three.module("doubling").notebook, "write-twice", STUB, "return double(add(first, second))")
    done = try_(three, "doubling")
    assert {b.check: [s.module.name for s in b.culprits] for b in done.faults} == {
        "twice": ["counting", "adding"],
        "same": ["counting", "adding"],
    }


def test_points_are_handed_in_as_they_will_be_graded(mine):
    export_own(mine, mine.module("counting"))
    finish_adding(mine)
    assert not try_(mine, "adding").grade.passed
    done = run_as_graded(mine, plan_run(mine, mine.module("adding")))
    assert done.grade.passed and [m.name for m in done.replaced] == ["counting"]
    assert progress.last_test(mine, mine.module("adding")).points == 5


def test_grading_does_not_ask_for_the_learners_own(course, mine):
    """A wrong Counter costs nothing twice: `adding` is graded on the reference's."""
    from tests.support.toy_class import hand_in, notebooks
    from tito.classroom.grade_class import grade_class
    from tito.lesson.notebook import read

    export(course, "counting")
    adding = course.module("adding")
    notebooks(course, adding)
    finish_adding(mine)
    hand_in(course, adding, "s001", read(mine.module("adding").notebook))
    (graded,) = grade_class(course, adding)
    assert graded.record.grade.points == 5


def test_an_export_says_whether_it_passed(mine):
    counting = mine.module("counting")
    right_counter(counting)
    assert export_own(mine, counting).origin is Origin.EXPORTED, "nobody has tested it"
    try_(mine, "counting")
    assert export_own(mine, counting).origin is Origin.FINISHED
    solve(counting.notebook, "write-double", "number * 2", "number *")
    with pytest.raises(UsageError, match='cell "write-double" is not Python'):
        export_own(mine, counting)
    assert origin(mine) is Origin.FINISHED


def test_in_a_course_a_test_is_nothing_but_a_test(course):
    done = diagnose(course, plan_run(course, course.module("counting")))
    assert done.grade.passed and done.earlier == () and done.own is None


def test_what_an_older_tito_kept_counts_as_of_no_work(mine):
    counting = mine.module("counting")
    right_counter(counting)
    try_(mine, "counting")
    assert progress.last_test(mine, counting).keys.keys() == {"count", "double"}
    mine.results(counting).write_text('{"version": 1, "results": []}')
    assert progress.last_test(mine, counting) is None
