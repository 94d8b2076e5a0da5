"""Once a hidden test has been met, nothing that a learner's code chooses is told: no error's kind, and no way to end.

Each attack tells three bits of what a hidden test asks, by one of eight ways to fail. What a learner reads has
to be the same for all.
"""

import pytest

from tests.support.graded_module import grade, one

pytestmark = pytest.mark.slow

WAYS = {
    "kinds of errors": "raise (ValueError, TypeError, KeyError, OSError, IndexError, ArithmeticError, LookupError, "
    "NameError)[secret]('')",
    "errors of one's own": "raise (type('A', (ValueError,), {}), type('B', (Exception,), {}), ValueError, TypeError, "
    "StopIteration, GeneratorExit, KeyboardInterrupt, AssertionError)[secret]",
    "ends of the process": "import os, signal; [lambda: os._exit(0), lambda: os._exit(3), lambda: os.abort(), "
    "lambda: os.kill(os.getpid(), 9), lambda: os.kill(os.getpid(), 11), lambda: os.kill(os.getpid(), 24), "
    "lambda: os.kill(os.getpid(), 15), lambda: exit(secret)][secret]()",
    "limits that are passed": "import ctypes; [lambda: sum(iter(int, 1)), lambda: bytearray(2**40), "
    "lambda: ctypes.string_at(0), lambda: [f() for _ in iter(int, 1)], lambda: os._exit(0), "
    "lambda: 'x' * 40_000_000, lambda: 1 / 0, lambda: [[]]][secret]()",
    "what can't be sent": "return [object(), {1: {2: 3}}, 10 ** 10_000, 'x' * 40_000_000, float('nan'), [object()], "
    "(lambda: 0), type][secret]",
}
ASKED = "### BEGIN HIDDEN TESTS\nassert answer({}) == 42\n### END HIDDEN TESTS"


def words(grader, way: str, asked: int) -> str:
    lines = f"import os\nf = int\ndef answer(secret=None):\n    if secret is None: return 1\n    {WAYS[way]}"
    return one(grader, lines, f"answer()\n{ASKED.format(asked)}").message


@pytest.mark.parametrize("way", WAYS)
def test_the_words_are_the_same_whatever_was_asked(grader, way):
    told = {words(grader, way, asked) for asked in range(8)}
    assert told == {"a hidden test failed. look again"}


@pytest.mark.parametrize("end", ["os._exit(3)", "sum(iter(int, 1))", "raise KeyError(asked)", "os.abort()"])
def test_a_later_check_tells_nothing_either(grader, end):
    """A worker that has met a hidden test keeps what it was asked; the next check, which has none, gets no words."""
    lines = [
        "asked = None",
        "def answer(secret=None):",
        "    global asked",
        "    if secret is not None: asked = secret",
    ]
    code = "\n".join(["import os", *lines, f"    elif asked: {end}", "    return 1"])
    told = {grade(grader, code, ASKED.format(n), "assert answer() == 2").results[1].message for n in (5, 6)}
    assert len(told) == 1 and not any(str(n) in next(iter(told)) for n in (5, 6)), told


def test_what_ends_in_an_open_part_is_told(grader):
    """By the worker that has met none, in which it ends in the same way."""
    code = "import os\ndef answer(secret=None): os._exit(3)"
    assert "(exit code 3)" in one(grader, code, f"answer()\n{ASKED.format(1)}").message


def test_a_loop_in_the_cells_is_told_at_once(grader):
    result = one(grader, "while True: pass", ASKED.format(1))
    assert result.message == "stopped after 0.4 s of CPU time, while your cells were run" or (
        result.message == "stopped after 0.4 s of CPU time"
    )
