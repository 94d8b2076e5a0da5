"""Temporary folders: removed by who made them, or by the next run when that was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tito.support.tempdirs import TempDir, sweep


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, empty."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def made_by_another(temporary: Path, then: str) -> tuple[subprocess.Popen, Path]:
    """A process that has made a folder with a file in it and goes on with `then`; and the folder."""
    script = f"""
import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
from tito.support.tempdirs import TempDir
made = TempDir("work")
(made.path / "file").write_text("x")
print(made.path, flush=True)
{then}
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(temporary)}
    )
    return process, Path(process.stdout.readline().strip())


def test_it_is_there_until_it_is_left(temporary):
    with TempDir("work") as folder:
        (folder / "file").write_text("x")
        assert folder.parent == temporary and f"-{os.getpid()}-" in folder.name
    assert not any(temporary.iterdir())


def test_what_is_in_use_is_not_swept(temporary):
    process, theirs = made_by_another(temporary, "input()")
    with TempDir("work") as ours:
        sweep()
        assert ours.is_dir() and (theirs / "file").exists()
    process.kill()
    process.wait()


def test_what_a_killed_process_made_is_swept(temporary):
    process, folder = made_by_another(temporary, "input()")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (folder / "file").exists(), "nobody was left to remove it"
    sweep()
    assert not any(temporary.iterdir())


def test_a_child_that_goes_on_does_not_hold_it(temporary):
    process, folder = made_by_another(
        temporary, "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    )
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    sweep()
    os.kill(child, signal.SIGKILL)
    assert not folder.exists()


def test_what_is_not_ours_stays(temporary):
    (temporary / "tito-notes").mkdir()
    (temporary / "other-1-2-3").mkdir()
    (temporary / "tito-file-1-2").write_text("x")
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x")
    (temporary / "tito-link-1-2").symlink_to(elsewhere)
    before = sorted(temporary.rglob("*"))
    sweep()
    assert sorted(temporary.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make another user's folder")
def test_another_users_stays(temporary):
    theirs = temporary / "tito-work-1-2"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    sweep()
    assert theirs.is_dir()
