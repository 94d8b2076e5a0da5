"""How cells of checks and tests end in the built notebook."""

from dataclasses import replace

import pytest

from tito.course.checks import Hints
from tito.lesson.cells.endings import with_verdict

CHECK = "def check_double():\n    assert double(3) == 6\n\n\ncheck_double()"
TEST = "def test_double():\n    assert double(3) == 6\n\n\ntest_double()"


@pytest.fixture
def module(course):
    return course.module("counting")


def test_a_check_ends_with_its_points_and_first_hint(module):
    assert with_verdict(module, "check", "double", CHECK).splitlines()[2:] == [
        "",
        "from tito.tools.testing import verdict",
        "",
        'verdict(check_double, "double", points=4,',
        '        hint="What is twice a number?")',
    ]


def test_a_check_ends_with_a_hint_for_each_mistake_that_has_one(module):
    hints = Hints(("What is twice a number?",), (("off-by-one", 'Where does "3" stand?'),))
    checks = tuple(replace(spec, hints=hints) for spec in module.checks)
    assert with_verdict(replace(module, checks=checks), "check", "double", CHECK).splitlines()[-4:] == [
        '        hint="What is twice a number?",',
        "        hint_for={",
        '            "off-by-one": "Where does \\"3\\" stand?",',
        "        })",
    ]


def test_a_visible_test_ends_with_a_verdict_without_points(module):
    assert with_verdict(module, "given", "test-double", TEST).endswith("verdict(test_double)")


def test_the_closing_assertion_stands_in_the_sum(module):
    source = "from x import y\n\nassert run_module_tests_auto('Counting'), 'not yet'"
    assert with_verdict(module, "given", "test-all", source).splitlines()[-3:] == [
        'with closing(checks={"count": 6, "double": 4},',
        '             questions={"why": 2}):',
        "    assert run_module_tests_auto('Counting'), 'not yet'",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        "assert double(2) == 4",
        "check_double()",  # a function of another cell
        "def check_double(n):\n    pass\n\n\ncheck_double(3)",
        "def helper():\n    pass\n\n\nhelper()",
        "def check_double(:",
    ],
)
def test_what_runs_no_test_of_its_own_stays_as_it_is(module, source):
    assert with_verdict(module, "given", "given-x", source) == source


def test_an_import_that_is_there_already_has_one_name_more(module):
    """And no line of the check is moved by it."""
    source = with_verdict(module, "check", "double", "from tito.tools.testing import raises, Check\n\n\n" + CHECK)
    assert source.startswith("from tito.tools.testing import Check, raises, verdict\n\n\ndef check_double():\n")
    assert source.count("import") == 1


def test_a_hint_with_quotes_and_braces_stays_python(module):
    hint = "What is \"{x}\" in f'{y}' \\ and λ?"
    checks = tuple(replace(spec, hints=Hints((hint,))) for spec in module.checks)
    source = with_verdict(replace(module, checks=checks), "check", "double", CHECK)
    call = source[source.index("verdict(check") :]
    assert eval(call, {"check_double": None, "verdict": lambda test, name, points, hint: hint}) == hint
