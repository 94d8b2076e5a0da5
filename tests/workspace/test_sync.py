"""The newest of a learner's two forms, and how they come together without loss."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.toy_workspace import hand_out, solve
from tito.lesson import notebook
from tito.support.errors import UsageError
from tito.workspace import sync
from tito.workspace.changes import journal
from tito.workspace.local_run import plan_run

NOON = datetime(2026, 1, 14, 12, 0, 0, tzinfo=UTC)
STUB = "raise NotImplementedError()"


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def age(path, seconds):
    """Let `path` look as if it was saved `seconds` after noon."""
    when = NOON.timestamp() + seconds
    os.utime(path, (when, when))


def run_in_jupyter(path):
    """Save outputs and nothing else, as running a notebook does."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            cell |= {
                "execution_count": 1,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "hi"}],
            }
    path.write_text(json.dumps(data), encoding="utf-8")


def test_the_form_with_changed_content_is_the_newest(mine, module):
    """Which form was saved last does not matter."""
    solve(module.source, "write-double", STUB, "return number * 2")
    run_in_jupyter(module.notebook)
    age(module.source, 0)
    age(module.notebook, 60)
    assert sync.newest(mine, module) == sync.NewestForm(module.source)


def test_untouched_the_notebook_counts(mine, module):
    assert sync.newest(mine, module) == sync.NewestForm(module.notebook)
    assert not sync.is_begun(mine, module)


@pytest.mark.slow
@pytest.mark.parametrize("later, earlier", [("notebook", "source"), ("source", "notebook")])
def test_when_both_changed_the_later_counts(mine, module, later, earlier):
    """The other one is named."""
    later, earlier = getattr(module, later), getattr(module, earlier)
    solve(later, "write-double", STUB, "return number * 2")
    solve(earlier, "write-double", STUB, "return number + number")
    age(earlier, 0)
    age(later, 60)
    assert sync.newest(mine, module) == sync.NewestForm(later, rival=earlier)
    assert sync.is_begun(mine, module)


def test_a_newer_py_updates_the_notebook(mine, module):
    """The old notebook is kept."""
    run_in_jupyter(module.notebook)
    before = module.notebook.read_bytes()
    solve(module.source, "write-double", STUB, "return number * 2")
    kept = sync.synchronise(mine, module, NOON)
    assert kept.name == "counting_dev.ipynb" and kept.read_bytes() == before
    assert "return number * 2" in notebook.read(module.notebook).cell("write-double").source
    assert sync.newest(mine, module) == sync.NewestForm(module.notebook)


def test_a_newer_notebook_comes_into_the_py(mine, module):
    solve(module.notebook, "write-double", STUB, "return number * 2")
    assert sync.synchronise(mine, module, NOON) is None
    assert "return number * 2" in notebook.read(module.source).cell("write-double").source
    assert sync.newest(mine, module) == sync.NewestForm(module.notebook)


def test_of_two_changed_forms_the_loser_is_kept(mine, module):
    solve(module.notebook, "write-double", STUB, "return number * 2")
    solve(module.source, "write-double", STUB, "return number + number")
    age(module.source, 0)
    age(module.notebook, 60)
    kept = sync.synchronise(mine, module, NOON)
    assert kept.suffix == ".py" and "number + number" in kept.read_text(encoding="utf-8")
    assert "number * 2" in module.source.read_text(encoding="utf-8")


def test_a_kept_file_is_never_written_over(mine, module):
    """And undone, the notebook that was replaced is the newest form again."""
    for answer in ("return number * 2", "return number + number"):
        run_in_jupyter(module.notebook)
        solve(module.source, "write-double", STUB if "*" in answer else "return number * 2", answer)
        sync.synchronise(mine, module, NOON)
    first, second = reversed(journal.entries(mine))
    assert "NotImplementedError" in first.files[0].copy.read_text(encoding="utf-8")
    assert "number * 2" in second.files[0].copy.read_text(encoding="utf-8")
    journal.undo(mine, second, NOON)
    assert sync.newest(mine, module) == sync.NewestForm(module.notebook, rival=module.source)


def test_nothing_changes_when_both_say_the_same(mine, module):
    before = {path: path.read_bytes() for path in module.home.iterdir()}
    run_in_jupyter(module.notebook)
    before[module.notebook] = module.notebook.read_bytes()
    assert sync.synchronise(mine, module, NOON) is None
    assert {path: path.read_bytes() for path in module.home.iterdir()} == before


def test_a_broken_notebook_is_not_lost_when_the_py_is_newer(mine, module):
    module.notebook.write_text("not a notebook", encoding="utf-8")
    solve(module.source, "write-double", STUB, "return number * 2")
    age(module.notebook, 0)
    age(module.source, 60)
    kept = sync.synchronise(mine, module, NOON)
    assert kept.read_text(encoding="utf-8") == "not a notebook"
    assert "return number * 2" in notebook.read(module.notebook).cell("write-double").source


def test_removed_work_is_restored_from_the_release(mine, module):
    module.notebook.unlink()
    module.source.unlink()
    with pytest.raises(UsageError, match="has no notebook"):
        sync.newest(mine, module)
    sync.synchronise(mine, module, NOON)
    assert module.notebook.read_bytes() == mine.pristine(module).read_bytes()
    assert module.source.is_file()


def test_a_notebook_is_fitted_to_the_kernel_and_nothing_else_changes(tmp_path):
    """JupyterLab then finds nothing to save; outputs and the file's time stay."""
    path = tmp_path / "work.ipynb"
    cell = {"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "source": ["1"]}
    output = {"output_type": "stream", "name": "stdout", "text": ["ü"]}
    data = {"cells": [cell | {"outputs": [output]}], "metadata": {"x": 1}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(data), encoding="utf-8")
    os.utime(path, ns=(1, 10**18))
    sync.fit_to_kernel(path, "3.11.7")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["metadata"].pop("language_info")["version"] == "3.11.7"
    assert found == data and path.stat().st_mtime_ns == 10**18


@pytest.mark.parametrize("text", ["", "no notebook", "[]", '{"metadata": 3}'])
def test_what_is_no_notebook_is_left_as_it_is(tmp_path, text):
    path = tmp_path / "work.ipynb"
    path.write_text(text)
    sync.fit_to_kernel(path, "3.11.7")
    sync.fit_to_kernel(tmp_path / "missing.ipynb", "3.11.7")
    assert path.read_text() == text


def test_a_cell_that_was_opened_or_collapsed_is_no_work_begun(mine, module):
    """JupyterLab writes that into the notebook when a learner clicks on a check."""
    work = notebook.read(module.notebook)
    opened = tuple(replace(c, metadata=c.metadata | {"jupyter": {"source_hidden": not c.is_check}}) for c in work.cells)
    notebook.write(replace(work, cells=opened), module.notebook)
    assert not sync.is_begun(mine, module)
    assert plan_run(mine, module).notes == ()
