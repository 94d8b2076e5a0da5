"""What a course gives and what is the learner's: laying out makes what is missing, and touches nothing else."""

import io
import shutil
import zipfile

import pytest

from tests.support.toy_workspace import give, hand_out, right_counter
from tito.course.course import Course, Workspace
from tito.support.errors import UsageError
from tito.workspace.folder.given import is_given, read_given
from tito.workspace.folder.layout import lay_out


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "workspace.toml",
        "tito/cli/app.py",
        "tinytorch/core/__init__.py",
        "tinytorch/models/digits.npz",
        "modules/12_benchmarking/module.toml",
        ".tito/release/12_benchmarking/benchmarking_dev.ipynb",
        ".tito/reference/01_tensor.py.gz",
        ".tito/given.json",
    ],
)
def test_a_course_gives(name):
    assert is_given(name)


@pytest.mark.parametrize(
    "name",
    [
        "modules/12_benchmarking/benchmarking_dev.ipynb",
        "modules/12_benchmarking/benchmarking_dev.py",
        "modules/12_benchmarking/picture.png",
        "tinytorch/core/tensor.py",
        "submissions/12_benchmarking-s001-20260114T101500Z.zip",
        ".tito/kept/0001/entry.json",
        ".tito/synced/12_benchmarking.json",
        ".tito/learner.toml",
        ".venv/bin/activate",
        "notes.md",
        "../README.md",
        "tito/../../x.py",
        "/etc/passwd",
        "",
    ],
)
def test_all_else_is_the_learners(name):
    assert not is_given(name)


@pytest.mark.slow
def test_the_first_verb_makes_what_is_missing_and_the_next_nothing(course, tmp_path):
    give(course, tmp_path / "mine", "counting", "adding")
    workspace = Workspace(tmp_path / "mine")
    assert not any(module.notebook.exists() for module in workspace.modules)
    assert [module.name for module in lay_out(workspace).made] == ["counting", "adding"]
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    assert lay_out(workspace).made == ()
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == before


@pytest.mark.slow
def test_work_in_one_form_is_work(course, tmp_path):
    """Who works in the `.py` alone, and has removed the notebook, gets no other."""
    mine = hand_out(course, tmp_path / "mine", "counting")
    mine.module("counting").notebook.unlink()
    assert lay_out(mine).made == () and not mine.module("counting").notebook.exists()


@pytest.mark.slow
def test_of_a_zip_only_what_is_given_is_taken(tmp_path):
    """A zip may hold anything, at any path."""
    names = ("week/workspace.toml", "week/README.md", "week/../../evil", "/evil", "week/modules/1_a/a_dev.ipynb", "x")
    with zipfile.ZipFile(tmp_path / "week.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "text")
    assert set(read_given(tmp_path / "week.zip")) == {"workspace.toml", "README.md"}
    locked = io.BytesIO()
    with zipfile.ZipFile(locked, "w") as archive:
        archive.writestr("workspace.toml", "text")
    (tmp_path / "cut.zip").write_bytes(locked.getvalue()[:40])
    with pytest.raises(UsageError, match="can't be read"):
        read_given(tmp_path / "cut.zip")


@pytest.mark.slow
def test_a_move_to_a_new_name_goes_on_where_it_was_killed(course, tmp_path):
    mine = hand_out(course, tmp_path / "mine", "counting")
    right_counter(mine.module("counting"))
    work = mine.module("counting").notebook.read_bytes()
    rename(course)
    give(Course(course.root), mine.root, "tallying")
    now = Workspace(mine.root).module("tallying")
    now.source.parent.mkdir(exist_ok=True)
    shutil.move(mine.module("counting").source, now.source)  # as far as a killed move may have come
    found = lay_out(Workspace(mine.root))
    assert [(move.old, move.module.folder) for move in found.moved] == [("01_counting", "03_tallying")]
    assert now.notebook.read_bytes() == work and not (mine.modules_folder / "01_counting").exists()


def rename(course):
    home = course.module("counting").home
    new = home.with_name("03_tallying")
    shutil.move(home, new)
    (new / "counting_dev.py").rename(new / "tallying_dev.py")
    toml = new / "module.toml"
    toml.write_text('was = ["01_counting"]\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
