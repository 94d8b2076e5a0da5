"""CONTRIBUTING's walk to a new module, followed to the letter."""

import ast
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest

from tito.authoring.release import release
from tito.cli.app import main
from tito.course.course import Course

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parent.parent
WALK = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
WALK = next(section for section in WALK if section.startswith("Write a module in ten minutes"))


def blocks(language):
    """The code of the walk in this language, each block without its indent."""
    fenced = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", WALK, re.M | re.S)
    return [textwrap.dedent(code) for named, code in fenced if named == language]


def commands():
    """What is typed, block by block, without the comments; the first block is a picture of the folder."""
    return [[shlex.split(line, comments=True) for line in block.splitlines()] for block in blocks("")[1:]]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A clone of the course, with the module that the walk needs."""
    for name in ("settings.ini", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, tmp_path / name)
    shutil.copytree(PROJECT / "modules" / "source" / "01_tensor", tmp_path / "modules" / "source" / "01_tensor")
    shutil.copytree(PROJECT / "tinytorch", tmp_path / "tinytorch", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path)


def is_sound(course):
    fresh = Course(course.root)
    return [g for g in release(fresh, fresh.module("losses")).guarantees if not g.holds] == []


def rename(home):
    """What the walk's perl and mv do."""
    for name in ("losses_dev.py", "module.toml", "checks/spread.py", "answers/spread.toml"):
        path = home / name
        path.write_text(path.read_text(encoding="utf-8").replace("spread", "mse"), encoding="utf-8")
    for name in ("checks/spread.py", "answers/spread.toml"):
        (home / name).rename(home / name.replace("spread", "mse"))


def put_function(source, code):
    """`source` with the function that `code` defines in place of the one of that name."""
    name = ast.parse(code).body[0].name
    old = next(node for node in ast.parse(source).body if getattr(node, "name", "") == name)
    lines, end = source.split("\n"), old.end_lineno
    while lines[end].startswith("    "):  # a marker at the end is a comment, which no statement has
        end += 1
    return "\n".join([*lines[: old.lineno - 1], code.rstrip("\n"), *lines[end:]])


def test_the_walk_ends_in_a_release(course, capsys):
    setup, renaming, closing = commands()
    assert [words[0] for words in setup] == ["export", "tito", "tito"]
    assert main(setup[1][1:]) == 0
    assert main(setup[2][1:]) == 0, capsys.readouterr().err
    home = course.root / renaming[0][1]
    assert renaming[1][:3] == ["perl", "-pi", "-e"] and renaming[1][3] == "s/spread/mse/g"
    assert [words[0] for words in renaming[2:]] == ["mv", "mv"]
    rename(home)
    assert is_sound(course)

    imports, function, test, check = blocks("python")
    path = home / "losses_dev.py"
    source = path.read_text(encoding="utf-8").replace("import math\n", f"import math\n{imports}", 1)
    path.write_text(put_function(put_function(source, function), test), encoding="utf-8")
    path = home / "checks" / "mse.py"
    path.write_text(put_function(path.read_text(encoding="utf-8"), check), encoding="utf-8")
    (answers,) = blocks("toml")
    (home / "answers" / "mse.toml").write_text(answers, encoding="utf-8")
    for words in closing:
        assert main(words[1:]) == 0, capsys.readouterr().err
    assert "def mse(predicted, target)" in (course.root / "tinytorch/core/losses.py").read_text(encoding="utf-8")
    assert "1 passed" in capsys.readouterr().err
