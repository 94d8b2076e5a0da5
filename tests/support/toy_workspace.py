"""The toy course handed out: releases, exports and workspaces, without nbgrader's seconds of imports."""

from dataclasses import replace
from pathlib import Path

from tito.authoring import workspace_writer
from tito.course.course import Course, Module, Workspace
from tito.lesson import export as exporting
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.regions import HIDDEN, stubbed, without
from tito.workspace.folder.layout import lay_out

STUB = "raise NotImplementedError()"
WRITE_COUNT = """
        seen = list(items)
        if not seen:
            raise ValueError("items is empty")
        return Count(total=len(seen), distinct=len(set(seen)))
"""


def release(course: Course, *names: str) -> None:
    """Put releases of the modules where `tito release` does."""
    for module in map(course.module, names):
        notebook.write(as_released(built(course, module)), course.released(module))


def as_released(source: notebook.Notebook) -> notebook.Notebook:
    """A built notebook without its solutions and hidden tests."""
    return replace(source, cells=tuple(replace(c, source=without(stubbed(c.source), HIDDEN)) for c in source.cells))


def export(course: Course, *names: str) -> None:
    """Put the modules into the course's package, as `tito release` does with those that it needs."""
    for module in map(course.module, names):
        exporting.export(course, module, built(course, module))


def hand_out(course: Course, target: Path, *names: str) -> Workspace:
    """A workspace at `target` with these modules, laid out as the learner's first verb does."""
    give(course, target, *names)
    return lay_out(Workspace(target)).workspace


def give(course: Course, target: Path, *names: str) -> None:
    """What the course gives of these modules, as a folder or a zip."""
    release(course, *names)
    export(course, *{needed.name for name in names for needed in course.needed_by(course.module(name))})
    workspace_writer.write(course, [course.module(name) for name in names], target)


def right_counter(module: Module) -> None:
    """Finish `counting` in its notebook."""
    solve(module.notebook, "write-counter", STUB, WRITE_COUNT.strip())
    solve(module.notebook, "write-double", STUB, "return number * 2")


def solve(path: Path, cell: str, old: str, new: str) -> None:
    """Edit a cell of a notebook in either form, as a learner would."""
    work = notebook.read(path)
    assert old in work.cell(cell).source
    cells = tuple(replace(c, source=c.source.replace(old, new)) if c.id == cell else c for c in work.cells)
    notebook.write(replace(work, cells=cells), path)
