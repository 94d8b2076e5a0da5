"""The same for many items on several processes: in order, with errors told, and whole when it is interrupted."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tito.support.errors import CourseError, UsageError
from tito.support.parallel import AHEAD, mapped

pytestmark = pytest.mark.slow  # each starts processes

ROOT = Path(__file__).parents[2]


def slow_first(number):
    """The first item takes longest."""
    time.sleep(0.2 if number == 0 else 0)
    return number, os.getpid()


def first_last(folder, number):
    """The first item waits for the second, which another process has to do, however late that starts."""
    (folder / str(number)).touch()
    end_s = time.monotonic() + 60
    while number == 0 and not (folder / "1").exists() and time.monotonic() < end_s:
        time.sleep(0.01)
    return number, os.getpid()


def refuse_five(number):
    if number == 5:
        raise UsageError("no five", at="here", why="it is odd", hint="six")
    return number


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


def write_in_two_steps(folder, number):
    """Begin, and end a while later."""
    (folder / f"{number}.begun").touch()
    time.sleep(0.05)
    (folder / f"{number}.ended").touch()
    return number


def test_results_come_in_the_items_order(tmp_path):
    found = list(mapped(partial(first_last, tmp_path), range(30), 2))
    assert [number for number, _ in found] == list(range(30))
    assert len({process for _, process in found}) == 2 and os.getpid() not in {process for _, process in found}


def test_one_process_is_this_one():
    assert list(mapped(slow_first, range(3), 1)) == [(n, os.getpid()) for n in range(3)]


def test_items_are_read_no_further_ahead_than_there_is_work():
    read = []
    results = mapped(slow_first, (read.append(n) or n for n in range(100)), 2)
    next(results)
    assert len(read) == 2 * AHEAD
    results.close()


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_is_raised_here_with_all_its_words(processes):
    results, found = mapped(refuse_five, range(10), processes), []
    with pytest.raises(UsageError, match="no five") as told:
        found.extend(results)
    assert (told.value.at, told.value.why, told.value.hint) == ("here", "it is odd", "six")


def test_a_process_that_is_lost_is_told():
    with pytest.raises(CourseError, match="has ended"):
        list(mapped(die, range(3), 2))


def running(folder):
    """Another process with a pool, which writes into this folder."""
    code = "from tests.support.test_parallel import run_until_interrupted as run; run()"
    words = [sys.executable, "-c", code, str(folder)]
    process = subprocess.Popen(words, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE)
    while not any(folder.iterdir()):
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_what_is_interrupted_leaves_nothing_half_done(tmp_path, interrupt):
    """A signal to the whole process group, as Ctrl-C in a terminal is."""
    process = running(tmp_path)
    os.killpg(process.pid, interrupt)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and err == b""
    begun, ended = ({path.stem for path in tmp_path.glob(f"*.{state}")} for state in ("begun", "ended"))
    assert begun == ended and len(begun) < 1_000


def test_processes_end_with_the_one_that_is_killed(tmp_path):
    """They hold its stderr open, so that end of file is their end: whoever goes on would write to the last item."""
    process = running(tmp_path)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob("*.ended"))) < 1_000


def run_until_interrupted():
    """What the process of the test above does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        list(mapped(partial(write_in_two_steps, Path(sys.argv[1])), range(1_000), 2))
    except KeyboardInterrupt:
        sys.exit(130)
