"""A hand-in as a whole has a time by the clock, whatever it waits for: nobody waits for it any longer."""

from dataclasses import replace

import pytest

from tests.support.graded_module import TIGHT, grade

pytestmark = pytest.mark.slow

SHORT = replace(TIGHT, wall_s=0.5, hand_in_s=1.2, silences=1_000)
CHECKS = ["answer()"] * 20
STOPPED = "stopped after 1.2 s in all"
WAITS = {
    "a sleep of the system's in each check": """
import ctypes
def answer(): ctypes.CDLL(None).usleep(300_000)""",
    "a sleep longer than a check may be silent": """
import ctypes
def answer(): ctypes.CDLL(None).usleep(100_000_000)""",
    "a wait for files that never change": """
import ctypes
def answer(): ctypes.CDLL(None).poll(None, 0, 300)""",
    "a sleep whenever the cells are run": """
import ctypes
ctypes.CDLL(None).usleep(300_000)
def answer(): pass""",
    "a pipe that nobody writes to": """
import os
def answer(): os.read(os.pipe()[0], 1)""",
    "words that come slowly": """
import ctypes
class Slow(Exception):
    def __str__(self):
        ctypes.CDLL(None).usleep(300_000)
        return "slow"
def answer(): raise Slow()""",
    "a worker that stops itself": """
import signal
def answer(): signal.raise_signal(signal.SIGSTOP)""",
}


@pytest.fixture
def short(grader, monkeypatch):
    """The file's grader, which has little time for a hand-in."""
    monkeypatch.setattr(grader, "_limits", SHORT)
    return grader


@pytest.mark.parametrize("wait", WAITS)
def test_waiting_in_each_check_is_ended(short, wait):
    """Each of twenty checks waits less than it may, or longer; all together are stopped."""
    graded = grade(short, WAITS[wait], *CHECKS)
    assert graded.results[-1].message == graded.stopped == STOPPED
    assert len(graded.results) == len(CHECKS)


def test_without_the_bound_each_check_is_waited_for(short, monkeypatch):
    monkeypatch.setattr(short, "_limits", replace(SHORT, hand_in_s=1e9))
    graded = grade(short, WAITS["a sleep of the system's in each check"], *CHECKS[:5])
    assert graded.passed and not graded.stopped


def test_honest_work_after_it_is_graded_as_ever(short):
    assert grade(short, WAITS["a pipe that nobody writes to"], *CHECKS).stopped
    honest = grade(short, "def answer(): return 1", "assert answer() == 1")
    assert honest.passed and not honest.stopped


def test_points_that_were_earned_before_stay(short):
    code = "import ctypes\ndef answer(wait):\n    if wait: ctypes.CDLL(None).usleep(400_000)\n    return 1"
    graded = grade(short, code, "assert answer(0) == 1", *["answer(1)"] * 9)
    assert (graded.results[0].points, graded.results[-1].points) == (1, 0)


def test_what_keeps_the_grader_busy_is_ended_too(short, monkeypatch):
    """The check looks through the answer by a pattern: the grader's own time is the hand-in's, too."""
    monkeypatch.setattr(short, "_limits", replace(SHORT, grader_cpu_s=0.4))
    check = "import re\nassert re.search(r'(\\w+\\s?)+!', answer())"
    graded = grade(short, "def answer(): return 'any ' * 1000", *[check] * 8)
    assert graded.results[-1].message == STOPPED
