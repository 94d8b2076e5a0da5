"""Binder and the devcontainer: their environment is the lock's, and the first check runs in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv

import pytest

from tests.support.toy_course import PROJECT

UNREACHABLE = re.compile(r"error sending request|Failed to fetch|dns error|Network is unreachable", re.I)


@pytest.fixture
def clone(tmp_path):
    """What Binder gets of the course."""
    for name in ("tito", "tinytorch", "modules", "binder"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.lock", "settings.ini", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_the_first_check_runs_in_binders_environment(clone):
    """`binder/` in a clean virtual environment, as Binder uses it: requirements, then `postBuild`."""
    pytest.importorskip("uv", reason="uv is not installed, and pip would take minutes")
    home = clone / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    install = ["-m", "uv", "pip", "install", "--quiet", "--python", str(python), "-r", "binder/requirements.txt"]
    done = subprocess.run([sys.executable, *install], cwd=clone, capture_output=True, text=True, check=False)
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"PATH": f"{home / 'bin'}:{os.environ['PATH']}"}
    built = subprocess.run(
        ["binder/postBuild"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    test = [home / "bin" / "tito", "test", "tensor", "--check", "construct"]
    checked = subprocess.run(test, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0 and "✓ construct" in checked.stdout, checked.stderr


def test_binder_takes_the_lock_and_a_python_that_we_support():
    assert (PROJECT / "binder" / "requirements.txt").read_text(encoding="utf-8") == "-r ../requirements.lock\n"
    assert (PROJECT / "binder" / "runtime.txt").read_text(encoding="utf-8") == "python-3.11\n"
    assert os.access(PROJECT / "binder" / "postBuild", os.X_OK)


def test_the_devcontainer_sets_up_what_make_does():
    settings = json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    words = settings["postCreateCommand"].split()
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert words[0] == "make" and words[1] in targets


def test_nothing_of_the_book_is_in_the_base_install():
    """The lock of the course is without Sphinx, and that of the book has the course's versions."""
    base, book = (
        {name: versions for name, versions in re.findall(r"^([\w.-]+)==(\S+)", text, re.M)}
        for text in (
            (PROJECT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-book.lock")
        )
    )
    assert "sphinx" in book and "sphinx" not in base and "playwright" not in base.keys() | book.keys()
    assert {name: version for name, version in book.items() if name in base and base[name] != version} == {}
