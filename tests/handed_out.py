"""The toy course handed out: releases, exports and workspaces, without nbgrader's seconds of imports."""

from dataclasses import replace
from pathlib import Path

from tito import notebook, workspace
from tito.build import built
from tito.course import Course, Workspace
from tito.regions import HIDDEN, stubbed, without

WRITE_COUNT = """
        seen = list(items)
        if not seen:
            raise ValueError("items is empty")
        return Count(total=len(seen), distinct=len(set(seen)))
"""


def release(course: Course, *names: str) -> None:
    """Put releases of the modules where `tito release` does."""
    for module in map(course.module, names):
        source = built(course, module)
        cells = tuple(replace(c, source=without(stubbed(c.source), HIDDEN)) for c in source.cells)
        notebook.write(replace(source, cells=cells), course.released(module))


def export(course: Course, name: str) -> None:
    """Put something where the export of a module goes."""
    path = course.exported(course.module(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# the reference's {name}\n", encoding="utf-8")


def hand_out(course: Course, target: Path, *names: str) -> Workspace:
    """A workspace at `target` with these modules."""
    release(course, *names)
    return workspace.write(course, [course.module(name) for name in names], target).workspace


def solve(path: Path, cell: str, old: str, new: str) -> None:
    """Edit a cell of a notebook in either form, as a learner would."""
    work = notebook.read(path)
    assert old in work.cell(cell).source
    cells = tuple(replace(c, source=c.source.replace(old, new)) if c.id == cell else c for c in work.cells)
    notebook.write(replace(work, cells=cells), path)
