"""What a check can reach of a work."""

from pathlib import Path

import pytest

from tito.course.checks import CodeCell, Work
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work, suite_of
from tito.workers.reachability import map_of

CHECK = "def check_double():\n    assert Maths().double(2) == 4\n\ncheck_double()"
MATHS = '''
import math

LIMIT = 10

class Maths:
    """Sums."""
    factor = 2

    def __init__(self):
        self.seen = 0

    def double(self, x):
        return self.times(x, self.factor)

    def times(self, x, y):
        return x * y

    def half(self, x):
        return third(x)

def third(x):
    return x / 3
'''


def reached(source, check=CHECK):
    return map_of(Work((CodeCell("maths", source),))).reached_from(check)


def same(old, new, check=CHECK):
    changed = MATHS.replace(old, new)
    assert changed != MATHS
    return reached(changed, check) == reached(MATHS, check)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return third(x)", "return x / 2"),  # a method that the check does not name
        ("return x / 3", "return x / 4"),  # a function that only that method calls
    ],
)
def test_what_is_not_named_is_not_reached(old, new):
    assert same(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.times(x, self.factor)", "self.times(x, 3)"),  # named by the check
        ("return x * y", "return x + y"),  # called by what the check names
        ("factor = 2", "factor = 3"),  # the class's own body
        ("LIMIT = 10", "LIMIT = 11"),  # code outside functions
        ("self.seen = 0", "self.seen = 1"),  # a special method, called without its name
        ("import math", "from math import *"),
    ],
)
def test_what_is_named_and_what_always_runs_is_reached(old, new):
    assert not same(old, new)


@pytest.mark.parametrize(
    "call",
    [
        "getattr(self, 'ha' + 'lf')",
        "getattr(self, x)",
        "operator.attrgetter(x)(self)",
        "globals()",
        "vars(self)",
        "eval('third')",
    ],
)
def test_names_made_at_run_time_reach_everything(call):
    source = MATHS.replace("return x * y", f"return {call}")
    assert reached(source) != reached(source.replace("return x / 3", "return x / 4"))


def test_a_constant_name_reaches_just_that():
    source = MATHS.replace("return x * y", "return getattr(self, 'half')(x)")
    assert reached(source) != reached(source.replace("return x / 3", "return x / 4"))
    harmless = MATHS.replace("return x * y", "return getattr(self, 'seen', 0)")
    assert reached(harmless) == reached(harmless.replace("return x / 3", "return x / 4"))


def test_keywords_and_strings_count_as_names():
    """Strings where they are taken for names."""
    assert not same("return x / 3", "return x / 4", "replaced(Maths, third=print)")
    assert not same("return x / 3", "return x / 4", "methodcaller('third')(Maths())")
    assert same("return x / 3", "return x / 4", "say('third')")


def test_of_code_that_is_not_python_nothing_can_be_told():
    assert map_of(Work((CodeCell("broken", "def ("),))) is None


@pytest.mark.slow
@pytest.mark.parametrize("run", ["run_single_stream", "run_server", "run_offline"])
def test_a_check_that_leaves_its_work_to_tools_still_reaches_what_they_call(run):
    """`RunTrial` calls the learner's methods; the check spells them for it."""
    course = Course.find(Path(__file__).parent)
    module = course.module("benchmarking")
    notebook = build(module)
    check = next(check for check in suite_of(module, notebook).checks if check.id == run)
    reached = map_of(reference_work(notebook)).reached_from(check.source)
    for method in ("set_model", "set_dataset", run):
        assert f"def {method}(" in reached
