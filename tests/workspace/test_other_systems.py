"""What runs where there is no fork, and none of the modules that only Unix has: as on Windows."""

import os
import subprocess
import sys

import pytest

from tests.support.toy_workspace import hand_out, right_counter

pytestmark = pytest.mark.slow

AS_WINDOWS = """
import os, sys
for name in ("fcntl", "resource", "termios", "tty", "grp", "pwd"):
    sys.modules[name] = None
for name in ("fork", "geteuid", "setsid"):
    delattr(os, name)
from tito.cli.app import main
for words in sys.argv[1].split(";"):
    print(">", words, main(words.split()), flush=True)
"""


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


def typed(mine, *lines):
    done = subprocess.run(
        [sys.executable, "-P", "-c", AS_WINDOWS, ";".join(lines)],
        cwd=mine.root,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_a_learner_can_do_everything_but_run_the_checks(mine):
    right_counter(mine.module("counting"))
    done = typed(mine, "status", "start", "diff", "reset double", "undo", "update", "hint count", "doctor", "test")
    codes = [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(">")]
    assert codes == ["0", "0", "0", "0", "0", "0", "0", "3", "3"]
    assert "WSL" in done.stdout + done.stderr
    assert "run the check cells in the notebook" in done.stderr


def test_paths_in_files_are_the_same_on_every_system(mine):
    """A workspace may be moved from one system to another: what tito keeps has no path with a backslash in it."""
    from tito.workspace.changes.reset import reset

    right_counter(mine.module("counting"))
    kept = reset(mine, mine.module("counting"), "double").kept
    assert [file.name for file in kept.files][:2] == [
        "modules/01_counting/counting_dev.ipynb",
        "modules/01_counting/counting_dev.py",
    ]
