"""What a check that ran is worth, and what the learner reads about it."""

import pytest

from tests.support.graded_module import FULL, grade, one, work
from tito.course.checks import CheckCell, CheckSuite, Hints

ECHO = "def answer(x=4): return x"
PARTS = "from tito.tools.testing import Check, raises, virtual_time\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "last, points",
    [("None", 4), ("True", 4), ("4", 4), ("2.5", 2.5), ("9", 4), ("-1", 0), ("0", 0), ("False", 0),
     ("float('nan')", 0), ("float('inf')", 0), ("'full marks'", 0), ("Runner", 0), ("x = 1", 4)],
)  # fmt: skip
def test_the_last_expression_says_the_points(grader, last, points):
    result = one(grader, ECHO, f"assert answer() == 4\n{last}", points=4.0)
    assert (result.points, result.status) == (points, "passed" if points == 4 else "failed")


def parts(*bodies: tuple[float, str, str], hidden: str = "") -> str:
    blocks = "".join(f"    with check.part({points}, {title!r}):\n        {body}\n" for points, title, body in bodies)
    return f"{PARTS}def check_it():\n    check = Check()\n{blocks}{hidden}    return check.points()\n\ncheck_it()\n"


def test_parts_earn_their_points_each(grader):
    check = parts(
        (1, "one", "assert answer(1) == 1"),
        (2, "two", "assert answer(2) == 3, 'it should be three'"),
        (3, "three", "answer(3)"),
    )
    result = one(grader, ECHO, check, points=6.0)
    assert (result.status, result.points, result.message) == ("failed", 4.0, "two: it should be three")


def test_parts_that_fail_alike_share_a_line(grader):
    body = "def answer(x): raise ValueError('no')"
    result = one(grader, body, parts((1, "one", "answer(1)"), (1, "two", "answer(2)")), points=2.0)
    assert (result.points, result.message, result.where) == (0, "one; two: ValueError: no", 'cell "mine", line 1')


REFUSES = "def answer(x): raise ValueError(x)"
BESIDE = """from tito.tools.testing import Check, raises
check = Check()
with check.part(3, "one"): assert answer(1) == 1
with check.part(2, "bad input", beside=True):
    with raises(ValueError): answer(0)
check.points()
"""


def test_a_part_that_counts_for_nothing_says_so(grader):
    """It held alone, and counts beside others only."""
    result = one(grader, REFUSES, BESIDE, points=5.0)
    assert (result.points, result.status) == (0, "failed")
    assert result.message == "one: ValueError: 1\nbad input: counts as soon as another part of this check is earned"
    half = one(grader, "def answer(x): return x / x and 2 if x else int('zero')", BESIDE, points=5.0)
    assert half.points == 0
    assert one(grader, "def answer(x): return 1 if x else int('zero')", BESIDE, points=5.0).points == 5


def test_a_lost_worker_keeps_no_part_beside_others(grader):
    """What counts beside others only is not earned."""
    check = BESIDE.replace('with check.part(3, "one"): assert answer(1) == 1', "").replace(
        "check.points()", "import os\nanswer(7)\ncheck.points()"
    )
    result = one(grader, "import os\ndef answer(x):\n    if x: os._exit(3)\n    raise ValueError", check, points=5.0)
    assert result.points == 0, result


def test_a_stub_is_not_started(grader):
    result = one(grader, "", "Runner().run(1)")
    assert (result.status, result.points, result.message) == ("not started", 0, "")


def test_a_stub_in_the_first_part_is_not_started(grader):
    assert one(grader, "", parts((1, "one", "answer()"), (1, "two", "pass")), points=2.0).status == "not started"


def test_a_stub_after_something_was_earned_is_a_failure(grader):
    result = one(grader, ECHO, parts((1, "one", "answer()"), (1, "two", "Runner().run()")), points=2.0)
    assert (result.status, result.points, result.message) == ("failed", 1, "two: this part is not written yet")


def test_the_checks_own_not_implemented_error_is_no_stub(grader):
    assert one(grader, ECHO, "raise NotImplementedError").status == "failed"


@pytest.mark.slow
def test_a_deadline_keeps_what_was_earned_before(grader):
    code = "def answer(x):\n    while x: pass"
    result = one(
        grader, code, parts((1, "one", "answer(0)"), (2, "two", "answer(1)"), (3, "three", "answer(0)")), points=6.0
    )
    assert (result.status, result.points, result.message) == ("failed", 1, "stopped after 0.4 s of CPU time")


def test_an_assert_without_words_shows_itself(grader):
    assert one(grader, ECHO, "x = answer()\nassert x == 5").message == "this does not hold: assert x == 5"


def test_the_place_is_the_learners_line(grader):
    code = "def helper(x):\n    return 1 / x\n\ndef answer(x):\n    return helper(x)\n"
    result = one(grader, code, "answer(0)")
    assert (result.message, result.where) == ("ZeroDivisionError: division by zero", 'cell "mine", line 2')


def test_notes_of_an_exception_are_read(grader):
    code = "def answer():\n    error = ValueError('bad')\n    error.add_note('at sample 7')\n    raise error"
    assert one(grader, code, "answer()").message == "ValueError: bad · at sample 7"


# -- the names of mistakes ------------------------------------------------------------------------

NAMED = (
    PARTS.replace("Check,", "Check, NamedMistake,")
    + """
check = Check()
with check.part(1, "first"):
    pass
with check.part(1, "one", mistake="doubled"):
    x = answer(7)
    assert x != 14
    assert x != 21, NamedMistake("tripled", f"three times seven, {x}")
    ### BEGIN HIDDEN TESTS
    assert answer(8) != 16, "twice eight"
    assert answer(9) != 27, NamedMistake("tripled", "three times nine")
    ### END HIDDEN TESTS
check.points()
"""
)


@pytest.mark.parametrize(
    "body, message, mistake",
    [
        ("return x", "", ""),
        ("return 2 * x", "one: this does not hold: assert x != 14", "doubled"),
        ("return 3 * x", "one: three times seven, 21", "tripled"),
        ("return 3 * x if x == 9 else x", "one: three times nine", "doubled"),
        ("raise TypeError('no')", "one: TypeError: no", "raises-TypeError"),
        ("raise type('Mine', (Exception,), {})('no')", "one: Mine: no", "raises-an-error-of-its-own"),
        ("raise AssertionError('tripled')", "one: AssertionError: tripled", "raises-AssertionError"),
    ],
)
def test_a_mistake_comes_with_its_name(grader, body, message, mistake):
    """The assert's where it may be told, the part's where a hidden test found it, or the error that was raised."""
    result = one(grader, f"def answer(x): {body}", NAMED, points=2.0)
    assert (result.message, result.mistake) == (message, mistake)


@pytest.mark.parametrize(
    "code, told",
    [
        ("def answer(x): return x", ""),
        ("def answer(x): return {7: 7, 9: 9, 10: 10, 41: 41}[x]", "eight stays eight"),
        ("def answer(x): assert x != 9; return x", "nine stays nine"),
        ("def answer(x): assert x != 10; return x", "a hidden test failed. look again"),
    ],
)
def test_an_error_before_a_hidden_assert_has_its_words(grader, code, told):
    """Not one behind the last assert."""
    body = (
        "found = answer(8)\nassert found == 8, 'eight stays eight'\nanswer(9)\nother = 3\n"
        "assert answer(7) == 7, 'nine stays nine'\nanswer(10)"
    )
    assert one(grader, code, hidden(body)).message == told


def test_a_hidden_part_hints_at_its_own_mistake(grader):
    hidden_part = (
        '    ### BEGIN HIDDEN TESTS\n    with check.part(1, "x", mistake="off"):\n        assert not answer()\n'
        "    ### END HIDDEN TESTS\n"
    )
    check = parts(hidden=hidden_part)
    suite = CheckSuite("toy", (CheckCell("c", check, 1.0, Hints(("why?",), (("off", "by how much?"),))),))
    assert grader.grade(suite, work(ECHO)).results[0].message.endswith(". by how much?")


# -- hidden parts ---------------------------------------------------------------------------------


def hidden(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return (
        f"{PARTS}def check_it():\n"
        "    x = answer(41)\n"
        "    ### BEGIN HIDDEN TESTS\n"
        f"{lines}    ### END HIDDEN TESTS\n"
        "\n"
        "check_it()\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "body, message",
    [
        ("assert x == 1234, 'constant words'", "constant words"),
        ("assert x == 1234, f'wanted 1234, got {x}'", "a hidden test failed. look again"),
        ("assert x == 1234, 'wanted ' + str(1234)", "a hidden test failed. look again"),
        ("assert x == 1234", "a hidden test failed. look again"),
        ("assert (\n    x ==\n    1234\n), 'constant'", "constant"),
        ("raise ValueError('1234')", "a hidden test failed. look again"),
        ("with raises(ValueError, naming='1234'):\n    answer(0)", "a hidden test failed. look again"),
        ("answer(0, 1234)", "a hidden test failed. look again"),
    ],
)
def test_a_hidden_part_tells_no_values(grader, body, message):
    result = one(grader, ECHO, hidden(body))
    assert (result.status, result.message) == ("failed", message)


@pytest.mark.slow
@pytest.mark.parametrize(
    "error", ["ValueError(f'input was {x}')", "type(f'Input{x}', (Exception,), {})()", "AssertionError(x)"]
)
def test_code_cannot_echo_what_a_hidden_part_fed_it(grader, error):
    code = f"def answer(x):\n    if x != 41: raise {error}"
    result = one(grader, code, hidden("answer(1234)"))
    assert "1234" not in str(result) and result.where == "" and result.message.startswith("a hidden test failed")


SEEN = """
import os, sys, warnings
import msgspec
SEEN = sys.__dict__.setdefault('seen', [])
class Worker: pass
frame = sys._getframe()
while type(frame.f_locals.get('self')).__name__ != 'Worker': frame = frame.f_back
worker = frame.f_locals['self']
def send(message):
    data = msgspec.msgpack.encode(message)
    os.write(4, len(data).to_bytes(4, 'big') + data)
def answer(x, f=None):
    SEEN.append(x)
    if len(SEEN) > 1: {}
    return x
"""
LATER = parts(
    (
        1,
        "one",
        "assert answer(41) == 41\n        ### BEGIN HIDDEN TESTS\n        answer(1234)\n        ### END HIDDEN TESTS",
    ),
    (1, "two", "x = answer(42, len)\n        assert x == 42, f'expected 42, got {x}'"),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "way",
    [
        "raise ValueError(f'asked for {SEEN}')",
        "return SEEN",
        "return f'{SEEN}'",
        "raise type(f'Asked{SEEN[1]}', (Exception,), {})()",
        "warnings.warn(str(SEEN))",
        "exec(compile('\\n' * (SEEN[1] - 1) + 'raise ValueError', 'cell \"mine\"', 'exec'))",
        "os._exit(SEEN[1] % 256)",
        "worker.ask(str(SEEN), f or len)",
        "send([1, 99, str(SEEN), None, 1000.0, [], []])",
        "send([1, 0, {'\\0' + str(SEEN[1]): []}, None, 1000.0, [], []])",
        "send([1, 99] + [None] * SEEN[1])",
        "os.write(4, (2**31 + SEEN[1]).to_bytes(4, 'big'))",
        "worker._frames_of = lambda error: [(str(SEEN), SEEN[1], '')]; raise ValueError",
    ],
)
def test_what_a_hidden_test_asked_is_not_told_later_either(grader, way):
    """By the words of a part or check that comes after it; the same words are told where there is nothing to tell."""
    code = SEEN.format(way)
    for checks in ((LATER,), (LATER, "y = answer(43)\nassert y == 43, y")):
        for result in grade(grader, code, *checks, points=2.0).results:
            assert "1234" not in str(result) and str(1234 % 256) not in result.message, result


def test_what_is_wrong_in_the_open_is_told_in_full(grader):
    """A failure that needs no hidden test is shown in all its words."""
    result = one(grader, "def answer(x, f=None): return x if x > 41 else -x", LATER, points=2.0)
    assert (result.points, result.message) == (1, "one: this does not hold: assert answer(41) == 41")
    result = one(grader, "def answer(x, f=None): return 5 if x == 42 else x", LATER, points=2.0)
    assert (result.points, result.message) == (1, "two: expected 42, got 5")


def test_open_lines_meet_code_that_has_met_no_hidden_test(grader):
    """The third time the code answers wrongly, and by the text of the check a hidden test is the second."""
    code = (
        "import sys\n"
        "def answer(x, f=None):\n"
        "    sys.asked = getattr(sys, 'asked', 0) + 1\n"
        "    return x + (sys.asked > 2)"
    )
    assert one(grader, code, LATER, points=2.0).status == "passed"
    wrong_at_last = LATER.replace("answer(1234)", "assert answer(1234) == 1234, f'not {answer(1234)}'")
    result = one(grader, code, wrong_at_last, points=2.0)
    assert (result.points, result.message) == (1, "one: a hidden test failed. look again")


def test_the_title_of_a_hidden_part_stays_hidden(grader):
    part = (
        "    ### BEGIN HIDDEN TESTS\n"
        "    with check.part(1, 'secret title'):\n"
        "        answer(1, 2)\n"
        "    ### END HIDDEN TESTS\n"
    )
    result = one(grader, ECHO, parts((1, "open", "answer()"), hidden=part), points=2.0)
    assert (result.points, result.message) == (1, "a hidden test failed. look again")


def test_a_helper_called_from_a_hidden_part_is_hidden_too(grader):
    helper = "def same(a, b):\n    assert a == b, f'{a} is not {b}'\n"
    result = one(grader, ECHO, hidden("same(x, 1234)"), helpers=helper)
    assert result.message == "a hidden test failed. look again"


# -- what does not leak -----------------------------------------------------------------------------


def test_what_checks_print_and_warn_goes_nowhere(grader, capfd, recwarn):
    check = (
        "import warnings, sys\nprint('hello')\nsys.stderr.write('x')\nwarnings.warn('careful')\nassert answer() == 4"
    )
    assert one(grader, ECHO, check).status == "passed"
    assert capfd.readouterr() == ("", "") and not recwarn.list


def test_control_characters_and_endless_words_are_tamed(grader):
    code = "def answer(): raise ValueError('\\x1b[31mred\\x00' + 'x' * 10**6)"
    message = one(grader, code, "answer()").message
    assert "\x1b" not in message and "\x00" not in message and len(message) < 1000


def test_a_str_that_raises(grader):
    code = "class Odd(ValueError):\n    def __str__(self): raise RuntimeError\ndef answer(): raise Odd()"
    assert one(grader, code, "answer()").message == "Odd"


@pytest.mark.slow
@pytest.mark.parametrize("message", ["thing", "(thing, 3)", "{1: [thing]}"])
@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("return 'a thing'", "a thing"),
        ("raise KeyError(3)", "what it says can't be shown: KeyError"),
        ("os._exit(3)", "what it says can't be shown: your code ended its process (exit code 3)"),
        ("while True: pass", "what it says can't be shown: stopped after 0.4 s of CPU time"),
    ],
)
def test_an_assert_may_print_the_learners_object(grader, message, says, words):
    """Whatever the object does when it is printed."""
    code = f"import os\nclass Thing:\n    def __repr__(self):\n        {says}\ndef answer(): return Thing()"
    checks = f"thing = answer()\nassert thing is None, {message}", "assert answer() is not None"
    first, second = grade(grader, code, *checks).results
    assert (first.status, first.points) == ("failed", 0) and words in first.message
    assert (second.status, second.points) == FULL


def test_equality_cheats_do_not_cross(grader):
    code = (
        "class Always(float):\n"
        "    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    __hash__ = float.__hash__\n"
        "def answer(): return Always(1)"
    )
    assert one(grader, code, "assert answer() == 4").status == "failed"


ALWAYS = """
class Always:
    def __eq__(self, other): return True
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __ne__(self, other): return False
    __hash__ = object.__hash__
def answer(): return Always()
"""
WORTH_NOTHING = [
    "answer() == 4", "4 == answer()", "not answer() != 4", "answer() in (4, 5)", "[answer()] == [4]", "answer() == 'x'",
    "answer() == [1]", "answer() == {'a': 1}", "answer() == Result(Kind.FAST, [])", "Result(Kind.FAST, []) == answer()",
    "answer() == Kind.FAST", "{'a': 1} == {'a': answer()}", "answer() is None or answer() == None", "answer() == len",
    "np.all(np.array([1, 2]) == answer())", "np.array_equal([1, 2], answer())", "answer() > 3", "3 < answer()",
]  # fmt: skip


@pytest.mark.parametrize("claim", WORTH_NOTHING)
def test_a_learners_object_cannot_claim_to_be_equal(grader, claim):
    """It is asked for its value, which is compared here."""
    assert one(grader, ALWAYS, f"assert {claim}").status == "failed"


@pytest.mark.parametrize(
    "claim", ["answer() == 1.5", "1.5 == answer()", "answer() != 2", "1 < answer() <= 1.5", "answer() == answer()"]
)
@pytest.mark.parametrize("kind", ["fractions.Fraction(3, 2)", "decimal.Decimal('1.5')", "np.longdouble(1.5)", "Own()"])
def test_what_is_worth_a_number_is_compared_by_it(grader, claim, kind):
    code = f"""
import decimal, fractions
class Own:
    def __float__(self): return 1.5
    def __eq__(self, other): return float(self) == float(other)
    def __lt__(self, other): return float(self) < float(other)
    def __gt__(self, other): return float(self) > float(other)
    def __le__(self, other): return float(self) <= float(other)
def answer(): return {kind}
"""
    assert one(grader, code, f"assert {claim}").status == "passed"


def test_the_check_is_out_of_the_learners_reach(grader):
    code = """
import sys, gc
def answer():
    frame, found = sys._getframe(), []
    while frame:
        found += [name for name in frame.f_locals if 'EXPECTED' in name]
        frame = frame.f_back
    return found + [o for o in gc.get_objects() if isinstance(o, dict) and 'EXPECTED' in o]
"""
    assert one(grader, code, "EXPECTED = 1234\nassert answer() == []").status == "passed"


def test_helpers_run_before_each_check(grader):
    assert (
        one(grader, ECHO, "assert expected(answer()) == 5", helpers="def expected(x): return x + 1").status == "passed"
    )


def test_a_mistake_in_the_suite_is_not_blamed_on_anyone(grader):
    result = one(grader, ECHO, "assert nothing_of_this_name")
    assert result.status == "failed" and "nothing_of_this_name" in result.message


def test_checks_of_a_paper_without_names(grader):
    assert grader.grade(CheckSuite("empty", (CheckCell("c", "1 + 1 == 2", 1.0),)), work()).points == 1


@pytest.mark.parametrize("way", ["answer(0, 1234)", "answer(0).nothing", "1 / answer(0)", "answer(0) == 1234"])
def test_a_hidden_assert_says_its_words_whatever_way_it_fails(grader, way):
    """Constant words tell no way of failing from another."""
    check = f"### BEGIN HIDDEN TESTS\nassert {way}, 'the first one should be right'\n### END HIDDEN TESTS"
    assert one(grader, "def answer(x): return x", check).message == "the first one should be right"
