"""What runs where something is missing: a system without fork, as Windows; no package of an instructor's."""

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
"""
AS_LEARNER = """
import sys
for name in ("nbgrader", "sqlalchemy", "alembic", "nbclient", "notebook", "distributed"):
    sys.modules[name] = None
"""
RUN = """
from tito.cli.app import main
for words in sys.argv[1].split(";"):
    print(">", words, main(words.split()), flush=True)
"""


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


def typed(mine, without, *lines):
    done = subprocess.run(
        [sys.executable, "-P", "-c", without + RUN, ";".join(lines)],
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
    done = typed(
        mine, AS_WINDOWS, "status", "start", "diff", "reset double", "undo", "update", "hint count", "doctor", "test"
    )
    codes = [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(">")]
    assert codes == ["0", "0", "0", "0", "0", "0", "0", "3", "3"]
    assert "WSL" in done.stdout + done.stderr
    assert "run the check cells in the notebook" in done.stderr


def test_a_learner_needs_no_package_of_an_instructors(mine):
    right_counter(mine.module("counting"))
    lines = (
        "status",
        "test",
        "hint count",
        "submit --learner s001",
        "export counting",
        "diff",
        "update",
        "undo --list",
    )
    done = typed(mine, AS_LEARNER, *lines)
    codes = [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(">")]
    assert codes == ["0"] * 8


def test_paths_in_files_are_the_same_on_every_system(mine):
    """A workspace may be moved from one system to another: what tito keeps has no path with a backslash in it."""
    from tito.workspace.changes.reset import reset

    right_counter(mine.module("counting"))
    kept = reset(mine, mine.module("counting"), "double").kept
    assert [file.name for file in kept.files][:2] == [
        "modules/01_counting/counting_dev.ipynb",
        "modules/01_counting/counting_dev.py",
    ]
