"""A module that has another folder in a later release: the work in a workspace goes with it."""

import shutil

import pytest

from tests.support.toy_course import rename_folder
from tests.support.toy_workspace import hand_out, right_counter, solve
from tito.cli.app import main
from tito.course.course import Workspace
from tito.lesson import notebook
from tito.workspace.renamed import follow

STUB = "raise NotImplementedError()"
DONE = "return number * 2"


@pytest.fixture
def later(course, tmp_path):
    """A workspace with `01_counting`, and a way to get the release in which it is `01_counts`."""
    mine = hand_out(course, tmp_path / "mine", "counting")

    def get():
        newer = hand_out(rename_folder(course), tmp_path / "newer", "counts")
        shutil.copytree(newer.root, mine.root, dirs_exist_ok=True)
        return Workspace(mine.root)

    get.before = mine
    return get


def tito(workspace, capsys, monkeypatch, *words):
    monkeypatch.chdir(workspace.root)
    code = main(list(words))
    return code, *capsys.readouterr()


def solution(path):
    return notebook.read(path).cell("write-double").source


@pytest.mark.parametrize("form", ["notebook", "source"])
def test_work_is_found_under_the_new_name_and_told_in_one_line(later, capsys, monkeypatch, form):
    solve(getattr(later.before.module("counting"), form), "write-double", STUB, DONE)
    workspace = later()
    code, out, err = tito(workspace, capsys, monkeypatch, "status")
    (line,) = [line for line in err.splitlines() if "01_counts now" in line]
    assert "01_counting is 01_counts now: your work moved to" in line
    assert code == 0 and "counting" not in out and not (workspace.modules_folder / "01_counting").exists()
    assert DONE in solution(getattr(Workspace(workspace.root).module("counts"), form))
    assert "now" not in tito(workspace, capsys, monkeypatch, "status")[2]


@pytest.mark.slow
def test_work_passes_and_is_packed_under_the_new_name(later, capsys, monkeypatch):
    right_counter(later.before.module("counting"))
    workspace = later()
    code, _, err = tito(workspace, capsys, monkeypatch, "test")
    assert code == 0, err
    assert "01_counts-ann-" in tito(workspace, capsys, monkeypatch, "submit", "--learner", "ann")[1]


def test_the_learners_other_files_and_versions_come_along(later):
    home = later.before.module("counting").home
    solve(home / "counting_dev.ipynb", "write-double", STUB, DONE)
    (home / "notes.md").write_text("mine")
    (home / "counting_dev.kept-20260114T101500Z.ipynb").write_text("older")
    workspace = later()
    follow(workspace)
    names = {path.name for path in workspace.module("counts").home.iterdir()}
    assert names >= {"notes.md", "counting_dev.kept-20260114T101500Z.ipynb", "counts_dev.ipynb", "module.toml"}


def test_what_was_not_begun_leaves_nothing_behind(later):
    workspace = later()
    (moved,) = follow(workspace)
    assert moved.work is None and not moved.beside and not moved.earlier.home.exists()
    assert STUB in solution(workspace.module("counts").notebook) and follow(workspace) == ()


def test_a_work_begun_under_both_names_is_kept_twice(later):
    solve(later.before.module("counting").notebook, "write-double", STUB, DONE)
    workspace = later()
    solve(workspace.module("counts").notebook, "write-double", STUB, "return number + number")
    (moved,) = follow(workspace)
    assert "number + number" in solution(workspace.module("counts").notebook)
    assert any(DONE in solution(path) for path in moved.beside if path.suffix == ".ipynb")


def test_a_corrected_lesson_lies_beside_the_work(later, course):
    solve(later.before.module("counting").notebook, "write-double", STUB, DONE)
    lesson = course.module("counting").source
    lesson.write_text(lesson.read_text().replace("# # Counting", "# # Counting, corrected", 1))
    workspace = later()
    (moved,) = follow(workspace)
    assert moved.beside and all(".new" in path.name for path in moved.beside)
    assert "corrected" in notebook.read(moved.beside[0]).cells[0].source and DONE in solution(moved.work)
