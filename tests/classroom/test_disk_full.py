"""Row "the disk is full": one sentence, nothing lost, and after there is space again all is as if nothing had been.

The disk is a small one in memory, mounted in a namespace of its own by a process that ends with it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tito.cli.app import main
from tito.workers import client

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
UNSHARE = (
    ["unshare", "--mount"]
    if hasattr(os, "geteuid") and os.geteuid() == 0
    else ["unshare", "--user", "--map-root-user", "--mount"]
)


def can_mount(folder: Path) -> bool:
    if not shutil.which("unshare"):
        return False
    command = [*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def test_a_disk_that_fills_up_while_grading(tmp_path):
    if not can_mount(tmp_path):
        pytest.skip("a small disk can't be mounted here: no unshare, or no namespaces")
    command = [*UNSHARE, sys.executable, "-m", "tests.support.full_disk", str(tmp_path), "2", "3", "8"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    *faults, full = done.stdout.splitlines()
    assert faults == [] and full.startswith("full while"), done.stdout


def test_no_space_for_temporary_files_is_one_sentence(course, monkeypatch, capsys):
    from tests.support.toy_class import hand_in, work

    def full(*arguments, **keywords):
        raise OSError(28, "No space left on device", "/tmp")

    hand_in(course, course.module("counting"), "a", work(course, course.module("counting")))
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(client, "TempDir", full)
    assert main(["grade", "counting"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("error: this machine can't grade as it is") and "No space left on device" in said
