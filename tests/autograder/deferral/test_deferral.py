"""A check in two goes: what the open lines meet, what the hidden ones do, and which checks stay in one piece."""

import pytest

from tests.support.graded_module import TIGHT, grade, one, suite, work
from tito.autograder.deferral.deferred_script import deferred_script_of
from tito.course.checks import CheckCell

HEAD = "from tito.tools.testing import Check, raises, verdict\n"
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def check_of(body: str, last: str = "check_it()") -> str:
    """A check whose body is written without its indentation; "<" and ">" alone on a line are the hidden marks."""
    marks = {"<": BEGIN, ">": END}
    lines = ["check = Check()", *body.strip("\n").splitlines(), "return check.points()"]
    said = [line.replace(line.strip(), marks.get(line.strip(), line.strip())) if line.strip() else "" for line in lines]
    return HEAD + "def check_it():\n" + "\n".join(f"    {line}" for line in said) + f"\n\n{last}\n"


def script_of(source: str):
    return deferred_script_of(CheckCell("it", source, 1.0))


TWO_PARTS = check_of("""
with check.part(1, "one"):
    assert answer(1) == 1
    <
    assert answer(2) == 2, "two is two"
    >
<
with check.part(1, "two"):
    assert answer(3) == 3, "three is three"
>
with check.part(1, "three"):
    assert answer(4) == 4, "four is four"
""")


def test_each_hidden_line_counts_where_it_stands(grader):
    def earned(wrong):
        result = one(grader, f"def answer(x): return x if x != {wrong} else -x", TWO_PARTS, points=3.0)
        return result.points, result.message, [part.status for part in result.parts]

    assert earned(0) == (3, "", ["passed"] * 3)
    assert earned(1) == (2, "one: this does not hold: assert answer(1) == 1", ["failed", "passed", "passed"])
    assert earned(2) == (2, "one: two is two", ["failed", "passed", "passed"])
    assert earned(3) == (2, "three is three", ["passed", "failed", "passed"])
    assert earned(4) == (2, "three: four is four", ["passed", "passed", "failed"])


def test_the_open_lines_of_all_checks_come_first(grader):
    """And then the hidden ones, each with its own check's cells: `SEEN` is the process's, `seen` a module's."""
    code = (
        "import sys\nSEEN = sys.__dict__.setdefault('seen_by_all', [])\nseen = []\n"
        "def answer(x):\n    SEEN.append(x)\n    seen.append(x)\n    return list(SEEN), list(seen)\n"
    )
    check = """
with check.part(1, "one"):
    answer({0})
    <
    assert answer({1}) == ({2}, {3}), "not in turn"
    >
"""
    first = check_of(check.format(1, 2, [1, 11, 2], [1, 2]))
    second = check_of(check.format(11, 12, [1, 11, 2, 12], [11, 12]))
    results = grade(grader, code, first, second).results
    assert [(result.status, result.message) for result in results] == [("passed", "")] * 2


def test_hidden_lines_have_the_names_of_their_place(grader):
    """Not what an open line below makes of a name; what a hidden line above has made of it."""
    check = check_of("""
x = 1
<
seen = [x]
def add(n): seen.append(n + x)
>
x = 2
with check.part(1, "one"):
    assert answer(1) == 1
    <
    add(x)
    y = 7
    >
for x in (3, 4):
    with check.part(1, "in a loop"):
        assert answer(x) == x
        <
        add(x)
        assert y == 7
        >
y = 8
<
with check.part(1, "last"):
    assert (seen, x, y) == ([1, 4, 6, 8], 4, 8), f"{seen} {x} {y}"
>
""")
    assert one(grader, "def answer(x): return x", check, points=4.0).status == "passed"


def test_functions_in_place_of_learners_methods_are_there_for_the_open_lines(grader):
    check = check_of("""
right = {}
<
def go(self): return 5
right = {"go": go}
>
with replaced(Runner, **right):
    with check.part(1, "one"):
        assert Runner().go() == 5, "not replaced"
""").replace("def check_it", "from tito.tools.testing import replaced\n\ndef check_it")
    assert script_of(check) is not None
    result = one(grader, "class Runner:\n    def go(self): return 1", check, points=1.0)
    assert (result.status, result.message) == ("passed", "")


def test_decorators_are_around_both_goes(grader):
    head = (
        "def halved(check):\n    def run():\n        with replaced(Runner, go=lambda self: 5):\n"
        "            return check()\n    return run\n\n@halved\n"
    )
    check = check_of("""
with check.part(1, "one"):
    assert Runner().go() == 5
    <
    assert Runner().go() == 5, "not replaced any more"
    >
""").replace("def check_it", "from tito.tools.testing import replaced\n" + head + "def check_it")
    assert script_of(check) is not None
    result = one(grader, "class Runner:\n    def go(self): return 1", check, points=1.0)
    assert (result.status, result.message) == ("passed", "")


@pytest.mark.parametrize(
    "source",
    [
        check_of("with raises(KeyError):\n    <\n    assert answer() == 4\n    >\n    {}[1]"),
        check_of("def inner():\n    <\n    assert answer() == 4\n    >\n    return 1\ninner()"),
        check_of("try:\n    <\n    assert answer() == 4\n    >\n    pass\nfinally:\n    pass"),
        check_of("for x in range(3):\n    <\n    if x: continue\n    >\n    assert answer()"),
        check_of("x = 1\n<\nx = 4\n>\nassert answer() // x * x == 4"),
        check_of("fakes = {}\ndef tried(): return {4: 4, **fakes}[answer()]\n<\nfakes = {5: 5}\n>\nassert tried()"),
        check_of("<\nif answer() != 4:\n    return 0.5\n>"),
        check_of("<\nassert answer() == 4\n>").replace("return check.points()", "return 3"),
        check_of("<\nassert answer() == 4\n>", last="check_it() or 2"),
        f"{BEGIN}\nassert answer() > 3\n{END}\nassert answer() == 4",
    ],
)  # fmt: skip
def test_hidden_lines_that_are_tied_to_their_place_leave_the_check_in_one_piece(grader, source):
    assert script_of(source) is None
    assert one(grader, "def answer(): return 4", source, points=1.0).points == 1
    assert one(grader, "def answer(): return 0", source, points=1.0).points < 1


def test_a_verdict_may_stand_around_the_call():
    assert script_of(check_of("<\nassert answer() == 4\n>", last="verdict(check_it, {'a': 'b'})")) is not None


def test_a_check_without_hidden_tests_is_run_once(grader):
    code = "import sys\ndef answer():\n    sys.asked = getattr(sys, 'asked', 0) + 1\n    return sys.asked"
    assert one(grader, code, "assert answer() == 1, 'asked before'").status == "passed"


ENDS = "import os\ndef answer(x): return x if x != {} else os._exit(3)"


@pytest.mark.slow
@pytest.mark.parametrize("ends_at", [11, 12])
def test_a_worker_that_ends_spares_no_hidden_test(grader, ends_at):
    """Of the check before it, in the open lines (11) or in the hidden ones (12): 2 is wrong all the same."""
    code = ENDS.format(ends_at) + "\nif True:\n    real = answer\n    def answer(x): return real(x) if x != 2 else 0"
    second = TWO_PARTS.replace("answer(1) == 1", "answer(11) == 11").replace("answer(2) == 2", "answer(12) == 12")
    first, lost, last = grade(grader, code, TWO_PARTS, second, TWO_PARTS, points=3.0).results
    assert (first.points, first.message) == (last.points, last.message) == (2, "one: two is two")
    assert lost.points == 0 if ends_at == 11 else 0 <= lost.points < 3


@pytest.mark.slow
def test_open_lines_that_take_too_long_leave_the_hidden_tests_their_time(grader, monkeypatch):
    """The first go may take three quarters of the time for a hand-in; what it did not reach is graded all the same."""
    from dataclasses import replace

    monkeypatch.setattr(grader, "_limits", replace(TIGHT, hand_in_s=2.0, wall_s=60.0))
    code = "import os\nread, write = os.pipe()\ndef answer(x): return x if x != 11 else os.read(read, 1)"
    slow = TWO_PARTS.replace("answer(4) == 4", "answer(11) == 11")
    done = grader.grade(suite(TWO_PARTS, TWO_PARTS, slow, points=3.0), work(code))
    assert [result.points for result in done.results[:2]] == [3, 3]
    assert done.results[2].points == 2 and done.results[2].message


def test_words_of_hidden_lines_stay_constant(grader):
    """A worker lost among them, too, whose end may tell what it was asked."""
    result = one(grader, ENDS.format(2), TWO_PARTS, points=3.0)
    assert "exit code" not in result.message and result.message
