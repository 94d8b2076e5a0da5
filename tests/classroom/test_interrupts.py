"""Grading that is told to stop, and two that grade at once: real processes, one of them at a terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.support.fault_injection import at_work_in, left_over
from tests.support.toy_class import hand_in, work
from tito.classroom import records
from tito.classroom.gradebook import gradebook
from tito.classroom.history import log

PROJECT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc"),
]
LOOP = "#| export\ndef double(number):\n    while True: pass\n"
QUICK_S, LONG_S = 15, 60  # to stop; to get anywhere, on a machine with much else to do


@pytest.fixture
def endless(course, tmp_path):
    """A class whose first hand-in is soon graded, and whose others loop for ever; and a folder for temporary files."""
    module = course.module("counting")
    hand_in(course, module, "a", work(course, module))
    for name in "bcd":
        hand_in(course, module, name, work(course, module, write_double=LOOP))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return course, temporary


def tito_grade(course, temporary, **how):
    """`tito grade counting` as a process of its own; `a` comes first, whatever walls there are."""
    environment = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(PROJECT), "TERM": "xterm", "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "tito", "grade", "counting", "--jobs", "1", "--allow-level", "0"],
        cwd=course.root,
        env=environment,
        start_new_session=True,
        **how,
    )


def until(holds, seconds: float = LONG_S) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it took longer than {seconds} s"
        time.sleep(0.05)


def recorded(course) -> list[str]:
    return [record.learner for record in records.of_class(course, course.module("counting"))]


def _sit_down_at(terminal: int) -> None:
    """Make it the process's own terminal, whose keys it hears: a shell tells its background jobs to ignore Ctrl-C."""
    os.close(os.open(os.ttyname(terminal), os.O_RDWR))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A terminal of 100 columns with `tito grade` in it."""

    def __init__(self, course, temporary):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        self.shown = ""
        self.process = tito_grade(
            course, temporary, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=lambda: _sit_down_at(theirs)
        )
        os.close(theirs)

    def type(self, key: bytes) -> None:
        os.write(self._ours, key)

    def read(self) -> str:
        """What is shown by now."""
        while select.select([self._ours], [], [], 0.05)[0]:
            try:
                self.shown += os.read(self._ours, 65536).decode(errors="replace")
            except OSError:  # the process has closed its end
                break
        return self.shown


def test_ctrl_c_ends_grading_soon_and_keeps_what_is_done(endless):
    """By the terminal's key, while works loop for ever: exit code 130, no process left, and how to go on is said."""
    course, temporary = endless
    terminal = Terminal(course, temporary)
    until(lambda: "1/4" in terminal.read() and recorded(course))
    assert re.search(
        r"01 counting .*━.* 1/4 · \d\d:\d\d, (\d\d:\d\d|\?) left, +[\d.?]+ ?(hand-ins/s|s/ hand-ins)", terminal.shown
    ), terminal.shown
    terminal.type(b"\x03")
    until(lambda: terminal.read() and terminal.process.poll() is not None, QUICK_S)
    assert terminal.process.returncode == 130
    assert "interrupted: 1 of 4 are graded and kept" in terminal.read()
    assert "next: tito grade counting goes on from there" in terminal.shown and "Traceback" not in terminal.shown
    assert left_over(course, temporary) == []
    with gradebook.opened(course) as book:
        assert set(book.marks(course.module("counting"))) == {"a"}
    assert [(run.interrupted, run.graded) for run in log.runs_of(course, course.module("counting"))] == [(True, 1)]


def test_sigterm_does_the_same(endless):
    course, temporary = endless
    process = tito_grade(course, temporary, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until(lambda: recorded(course) == ["a"])
    process.terminate()
    _, said = process.communicate(timeout=QUICK_S)
    assert process.returncode == 130 and "interrupted: 1 of 4 are graded and kept" in said and "Traceback" not in said
    assert left_over(course, temporary) == []


def test_two_graders_at_once_and_a_killed_one(endless):
    """Row "two graders run at once": the second one says so; a lock does not outlive its holder, SIGKILL or not."""
    course, temporary = endless
    first = tito_grade(course, temporary, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: recorded(course) == ["a"])
    second = tito_grade(course, temporary, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    given, said = second.communicate(timeout=LONG_S)
    assert second.returncode == 3 and given == "" and said.startswith("error: somebody is grading this course already")
    assert first.poll() is None and recorded(course) == ["a"]
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: not at_work_in(temporary))
    for name in "bcd":
        hand_in(course, course.module("counting"), name, work(course, course.module("counting")))
    third = tito_grade(course, temporary, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, said = third.communicate(timeout=LONG_S)
    assert third.returncode == 0 and recorded(course) == ["a", "b", "c", "d"], said
    assert left_over(course, temporary) == []
