"""A new module: a folder, and nothing else, with a lesson in it that a release accepts."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tito.authoring.release import release
from tito.authoring.scaffold import new
from tito.cli.app import main
from tito.course.course import Course, read_module
from tito.lesson.build import build
from tito.lesson.export import export
from tito.support.errors import UsageError

PROJECT = Path(__file__).parents[2]


def files(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_it_is_one_folder_and_nothing_else(course):
    before = files(course.root)
    module = new(course, "training", number=7)
    made = files(course.root)
    assert before.items() <= made.items()
    assert made.keys() - before.keys() == {
        f"modules/source/07_training/{name}"
        for name in ("training_dev.py", "module.toml", "checks/spread.py", "answers/spread.toml")
    }
    assert Course(course.root).module("training") == read_module(module.home)
    assert Course(course.root).module("training").exports == "tinytorch.core.training"


@pytest.mark.slow
def test_a_release_accepts_it_as_it_stands(course):
    module = new(course, "training", needs=["counting"])
    fresh = Course(course.root)
    done = release(fresh, fresh.module("training"))
    assert [(guarantee.what, guarantee.problems) for guarantee in done.guarantees if not guarantee.holds] == []
    assert done.path == fresh.released(module)
    details = {guarantee.what: guarantee.detail for guarantee in done.guarantees}
    assert details["wrong answers are caught"] == "1 of 1, each by its own check"
    assert details["other right answers pass"] == "1 of 1"


def test_the_new_lesson_has_every_kind_of_cell(course):
    """It says what to replace."""
    module = read_module(new(course, "training").home)
    notebook = build(module)
    roles = {
        role
        for cell in notebook.cells
        for role in ("is_check", "is_question", "is_solution", "is_exported")
        if getattr(cell, role)
    }
    assert roles == {"is_check", "is_question", "is_solution", "is_exported"}
    assert [len(check.hints.texts) for check in module.checks] == [3]
    assert all("REPLACE" in hint for hint in module.checks[0].hints.texts)
    for path in (module.source, module.toml, *module.cell_files, *module.answers.iterdir()):
        assert "REPLACE" in path.read_text(encoding="utf-8") and "{{" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_its_lesson_runs_and_is_silent_on_stderr(course, tmp_path):
    module = new(course, "training")
    surroundings = os.environ | {"PYTHONPATH": str(PROJECT), "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, str(module.source)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=surroundings,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ test_spread" in done.stdout


def test_it_exports_to_the_package(course):
    module = new(course, "training")
    assert "def spread(numbers)" in export(course, module, build(read_module(module.home))).read_text(encoding="utf-8")


def test_number_and_title_have_defaults(course):
    """The number is the next one, the title is the name in words."""
    module = new(course, "data_loading")
    assert (module.folder, module.title) == ("03_data_loading", "Data loading")


@pytest.mark.slow
@pytest.mark.parametrize("title", ['Say "ja"', "C:\\new", "Größe – 世界", "{{ module.name }}", "a # b", "<b> & '"])
def test_any_line_of_text_is_a_title(course, title):
    module = read_module(new(course, "training", title=title).home)
    assert module.title == title
    closing = next(cell for cell in build(module).cells if "run_module_tests_auto(" in cell.source)
    assert f"run_module_tests_auto({json.dumps(title, ensure_ascii=False)})" in closing.source
    assert f"# {title}\n" in build(module).cells[0].source


def test_needs_go_by_name_or_number_and_are_written_once(course):
    module = new(course, "training", needs=["02", "counting", "adding"])
    assert tomllib.loads(module.toml.read_text(encoding="utf-8"))["needs"] == ["adding", "counting"]


REFUSED = {
    "number taken": (dict(name="training", number=2), "number 2 is taken by 02_adding"),
    "name taken": (dict(name="adding", number=7), "there is a module 02 adding already"),
    "name of a notebook": (dict(name="adding_dev"), "there is a module 02 adding already"),
    "number in the name": (dict(name="07_training"), "'07_training' can't be a module's name"),
    "capital letters": (dict(name="Training"), "'Training' can't be a module's name"),
    "a hyphen": (dict(name="data-loader"), "'data-loader' can't be a module's name"),
    "a path": (dict(name="../training"), "'../training' can't be a module's name"),
    "a line break": (dict(name="training\n"), "can't be a module's name"),
    "a word of Python's": (dict(name="class"), "'class' can't be a module's name"),
    "no name": (dict(name=""), "'' can't be a module's name"),
    "number 0": (dict(name="training", number=0), "a module's number goes from 1 to 99, and 0 doesn't"),
    "three digits": (dict(name="training", number=100), "a module's number goes from 1 to 99, and 100 doesn't"),
    "two lines of title": (dict(name="training", title="a\nb"), "can't be a title"),
    "an unknown need": (dict(name="training", needs=["conting"]), "no module named 'conting'"),
}


@pytest.mark.parametrize("wish, words", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(course, wish, words):
    before = files(course.root)
    with pytest.raises(UsageError) as refused:
        new(course, **wish)
    assert words in refused.value.message
    assert files(course.root) == before


def test_it_cannot_need_a_module_that_comes_after_it(course):
    new(course, "training", number=7)
    with pytest.raises(UsageError, match="number 5 can't need 07_training, which comes after it"):
        new(Course(course.root), "layers", number=5, needs=["training"])


def test_a_folder_that_is_no_module_yet_keeps_its_number(course):
    course.home("05_begun").mkdir()
    with pytest.raises(UsageError, match="number 5 is taken by 05_begun"):
        new(course, "training", number=5)
    assert new(course, "training").number == "06"


def test_a_file_of_the_package_is_not_taken_over(course):
    path = course.package / "core" / "training.py"
    path.parent.mkdir()
    path.write_text("mine = 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"training\.py is in the package already"):
        new(course, "training")
    assert not list(course.modules_folder.glob("*training"))


def test_new_prints_the_folder_and_the_next_step(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    assert main(["new", "training", "--number", "7", "--title", "Training", "--needs", "counting", "adding"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "modules/source/07_training\n"
    assert printed.err == (
        "07 training is a small lesson that works; write yours in its place: what to replace says REPLACE\n"
        "next: tito release training\n"
    )
    assert Course(course.root).module("07").needs == ("counting", "adding")
    assert main(["new", "training"]) == 2
    assert "there is a module 07 training already" in capsys.readouterr().err
