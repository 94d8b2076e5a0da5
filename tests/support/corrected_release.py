"""A toy lesson that its course corrects after it was given out: texts of it are edited, and given again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.toy_workspace import give
from tito.course.course import Course, Module, Workspace
from tito.lesson import notebook
from tito.lesson.notebook import Cell, Notebook
from tito.workspace.update import update as updating
from tito.workspace.update.update import NotUpdated, Updated

OWN = Cell("code", "note = 'mine'", "mine")


def correct(course: Course, old: str, new: str, name: str = "counting") -> None:
    """Edit the source of a lesson, or one of its checks: wherever `old` stands."""
    module = course.module(name)
    found = [path for path in (module.source, *module.cell_files) if old in path.read_text(encoding="utf-8")]
    assert found, old
    for path in found:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def update(course: Course, workspace: Workspace, *names: str) -> list[Updated | NotUpdated]:
    """Give the modules as a zip, as they are now, and merge them into the workspace."""
    given = workspace.root.parent / "week7.zip"
    give(Course(course.root), given, *(names or ("counting",)))
    laid_out = updating.take(workspace, given)
    return list(updating.update(laid_out.workspace))


def edit(path: Path, change) -> None:
    """Edit the cells of a work: `change` takes their list, and returns it or a new one."""
    work = notebook.read(path)
    notebook.write(replace(work, cells=tuple(change(list(work.cells)))), path)


def work_of(module: Module) -> Notebook:
    return notebook.read(module.notebook)
