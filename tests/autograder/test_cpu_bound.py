"""The grader's own CPU time in a check is bounded, whatever it is busy with."""

import contextlib
import re
import signal
import threading
import time

import pytest

from tito.autograder.cpu_bound import bounded


class Enough(BaseException):
    """No `except Exception` stops it."""


def spin():
    while True:
        with contextlib.suppress(Exception):  # a check may catch what it likes
            sum(range(1000))


@pytest.mark.slow
@pytest.mark.parametrize(
    "busy", [spin, lambda: re.search(r"(\w+\s?)+!", "any " * 1000)], ids=["a loop", "a regular expression"]
)
def test_what_does_not_end_is_ended(busy):
    with pytest.raises(Enough), bounded(0.2, Enough):
        busy()


@pytest.mark.slow
def test_waiting_costs_nothing():
    began = time.monotonic()
    with bounded(0.02, Enough):
        time.sleep(0.2)
    assert time.monotonic() - began >= 0.2, "the whole time was waited, ten times the bound"


def test_a_block_that_ends_leaves_no_timer_and_no_handler():
    before = signal.getsignal(signal.SIGPROF)
    with bounded(0.05, Enough):
        assert signal.getsignal(signal.SIGPROF) is not before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0) and signal.getsignal(signal.SIGPROF) is before


def test_in_another_thread_there_is_no_bound():
    def work():
        with bounded(0.01, Enough):
            done.append(sum(range(2_000_000)))

    done = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


@pytest.mark.slow
def test_what_has_to_be_ended_is_not_torn(monkeypatch):
    """In the middle of a command to the warm parent the signal waits, and comes again."""
    told = []
    code = "def command():\n    for _ in range(200): sum(range(20_000))\n    told.append('whole')\n"
    namespace = {"__name__": "tito.sandbox.client", "told": told}
    exec(code, namespace)
    with pytest.raises(Enough), bounded(0.01, Enough):
        namespace["command"]()
        spin()
    assert told == ["whole"]
