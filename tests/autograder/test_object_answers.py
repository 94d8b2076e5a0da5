"""Answers that are made of objects earn nothing, in any module: no object of a learner's is compared."""

from pathlib import Path

import pytest

from tests.support.graded_module import FULL, one
from tests.support.toy_course import PROJECT
from tito.autograder.grader import Grader
from tito.course.checks import CodeCell, Work
from tito.course.course import Course
from tito.lesson.build import built
from tito.lesson.check_suite import suite_of
from tito.sandbox.library import staged_library

CHEATS = Path(__file__).parents[1] / "cheats" / "modules"
FORMS = {"objects": "lies", "lists": "nested", "an array's face": 'lambda shape: Lies(shape, "array")'}
ATTACKED = sorted(path.stem for path in CHEATS.glob("*.py") if path.stem != "liar")
MOST = {"tensor": 1}  # len(), which it has right


def attack(name: str, form: str) -> Work:
    """The attack called `name`; `activations_learnt` stands on what `activations` has."""
    first = name.partition("_")[0]
    files = [f"{known}.py" for known in dict.fromkeys([first, name])]
    parts = [(CHEATS / "liar.py").read_text(), f"FORM = {FORMS[form]}\n", *((CHEATS / f).read_text() for f in files)]
    return Work((CodeCell("attack", "\n".join(parts)),))


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKED)
def test_an_answer_made_of_objects_earns_nothing(name):
    """Without the measure: 17 and 25 of 30 points in module 02, 9 of 30 in module 03."""
    course = Course.find(PROJECT)
    module = course.module(name.partition("_")[0])
    suite = suite_of(module, built(course, module))
    with staged_library(course, module) as library, Grader(library) as grader:
        for form in FORMS:
            grade = grader.grade(suite, attack(name, form))
            earned = {result.id: result.points for result in grade.results if result.points}
            assert sum(earned.values()) <= MOST.get(name, 0), (form, earned)


HEARS = """
heard = []

class Number:
    def hear(self, *others):
        heard.extend(others)
        return Number()
    __sub__ = __rsub__ = __add__ = __mul__ = __truediv__ = __matmul__ = __abs__ = __pow__ = __divmod__ = hear
    def __eq__(self, other):
        heard.append(other)
        return True
    __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __eq__
    __hash__ = object.__hash__

def answer(what):
    if what == "heard": return len(heard)
    number = Number()
    return {"number": number, "list": [number], "array": np.array([number]), "nested": [[1.0, number]]}[what]
"""


@pytest.mark.parametrize("what", ["number", "list", "array", "nested"])
@pytest.mark.parametrize(
    "comparison",
    [
        "abs(found - 208.5) < 1",
        "found - 208.5",
        "208.5 - found",
        "np.array([208.5]) - found",
        "208.5 in found",
        "np.allclose(found, [208.5])",
        "np.array_equal(found, [208.5])",
        "np.isclose(np.asarray(found), 208.5).all()",
        "np.less(found, 208.5)",
        "found < 208.5",
        "208.5 >= found",
        "agree(found, 208.5)",
        "(plain(found) == 208.5).all()",
        "found == 208.5",
        "divmod(found, 208.5)",
        "found @ np.array([208.5])",
        "math.isclose(found, 208.5)",
    ],
)
def test_no_object_hears_what_it_is_compared_with(grader, what, comparison):
    check = f"""
import math
from tito.tools.comparing import agree, plain
found = answer({what!r})
try:
    held = bool({comparison})
except (TypeError, ValueError, AssertionError):
    held = False
assert not held, "an object was believed"
assert answer("heard") == 0, "it heard what it was compared with"
"""
    result = one(grader, HEARS, check)
    assert (result.status, result.points) == FULL, result.message


def test_the_refusal_is_told_in_words(grader):
    result = one(grader, HEARS, "assert np.allclose(answer('array'), [208.5])")
    assert result.message == "TypeError: numbers are expected here, and your ndarray holds objects"


@pytest.mark.parametrize(
    ("value", "claim"),
    [
        ("collections.deque([1.5, 2.5])", "np.allclose(found, [1.5, 2.5])"),
        ("range(3)", "np.asarray(found).tolist() == [0, 1, 2]"),
        ("fractions.Fraction(3, 4)", "abs(found - 0.75) < 1e-9"),
        ("decimal.Decimal('0.75')", "found == 0.75"),
        ("np.float32(0.75)", "found == 0.75"),
        ("np.array([[1, 2]])", "plain(found).tolist() == [[1, 2]]"),
        ("[np.array(1.5), 2]", "agree(found, [1.5, 2])"),
        ("np.ma.array([1.5])", "agree(found, [1.5])"),
    ],
)
def test_honest_numbers_of_other_kinds_are_compared(grader, value, claim):
    code = f"import collections, decimal, fractions\ndef answer(): return {value}"
    result = one(grader, code, f"from tito.tools.comparing import agree, plain\nfound = answer()\nassert {claim}")
    assert (result.status, result.points) == FULL, result.message
