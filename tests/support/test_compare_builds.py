"""Two trees compared by what they build: a changed word is found, a renamed one is not."""

import shutil
from pathlib import Path

import pytest

from tests.support.compare_builds import differences, made_by, main, renamed
from tests.support.toy_course import PROJECT, write_course

pytestmark = pytest.mark.slow


def tree_with_toy_course(root: Path) -> Path:
    """A checkout of ours with the toy course in the place of the real one."""
    root.mkdir()
    write_course(root)
    shutil.copytree(PROJECT / "tito", root / "tito", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_whole_words_and_dotted_names_are_renamed():
    words = {"witness": "recorder", "tito.tools.measured": "tito.tools.measurements"}
    assert renamed("from tito.tools.measured import x; witness = eyewitness", words) == (
        "from tito.tools.measurements import x; recorder = eyewitness"
    )


def test_only_what_differs_is_told():
    old, new = {"a": "x = 1\n", "b": "witness\n", "c": "gone\n"}, {"a": "x = 2\n", "b": "recorder\n", "d": "new\n"}
    found = list(differences(old, new, {"witness": "recorder"}))
    assert [text.splitlines()[0] for text in found] == ["--- old/a", "--- old/c", "--- old/d"]
    assert "-x = 1" in found[0] and "+x = 2" in found[0]


def test_a_check_that_changed_changes_notebooks_and_releases(tmp_path, capsys):
    old, new = tree_with_toy_course(tmp_path / "old"), tree_with_toy_course(tmp_path / "new")
    assert {"01_counting/built.ipynb", "01_counting/released.py", "package/core/counting.py"} <= made_by(
        old, tmp_path / "made"
    ).keys()
    assert main([str(old), str(new)]) == 0 and capsys.readouterr().out == "no difference\n"
    check = new / "modules" / "source" / "01_counting" / "checks" / "double.py"
    check.write_text(check.read_text().replace("twice three", "thrice three"))
    assert main([str(old), str(new)]) == 1
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith("---")] == [
        f"--- old/01_counting/{name}" for name in ("built.ipynb", "released.ipynb", "released.py")
    ]
    assert main([str(old), str(new), "--renamed", "twice=thrice"]) == 1, "the other twice is renamed too"
