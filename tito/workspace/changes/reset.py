"""`tito reset`: one part of the work back as it was given. What was there is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tito.course.course import Module, Workspace
from tito.lesson.cells.origin import with_present_ids
from tito.lesson.notebook import Cell, Notebook
from tito.support.errors import UsageError
from tito.workspace.changes.journal import JournalEntry
from tito.workspace.changes.parts import LessonPart, definitions, part_named
from tito.workspace.update.merge import merge
from tito.workspace.update.pairing import grouped, same_text
from tito.workspace.update.releases import Sides, sides_of
from tito.workspace.update.update import write_work


@dataclass(frozen=True)
class Reset:
    """A part that is back as it was given; `kept` has the files as they were."""

    part: LessonPart
    kept: JournalEntry


def reset(workspace: Workspace, module: Module, name: str, now: datetime | None = None) -> Reset:
    """Put the part called `name` back as it was given; UsageError when it is as given already, or can't be found."""
    sides = sides_of(workspace, module)
    given = given_to(workspace, module, sides)
    part = part_named(name, module, given)
    work = _with_definition(sides.mine, given, part) if part.definition else _with_cell(sides.mine, given, part.cell)
    if work == sides.mine:
        raise UsageError(f"'{part.name}' is as it was given", hint=f"tito diff {module.name}")
    return Reset(part, write_work(workspace, module, work, f"reset {part.name}", now))


def given_to(workspace: Workspace, module: Module, sides: Sides) -> Notebook:
    """What the learner was given: the release that the work was made from, else the current one."""
    return with_present_ids(sides.old or sides.new, module)


def _with_cell(mine: Notebook, given: Notebook, cell: Cell) -> Notebook:
    """The work with this cell as given, once, where the learner has it; a deleted one comes back in its place."""
    groups = grouped(mine, given, given)
    copies = [group.mine for group in groups if group.id == cell.id and group.mine]
    if len(copies) == 1 and same_text(copies[0], cell):
        return mine
    if not copies:
        return _with_deleted(mine, given, cell)
    first, others = copies[0], copies[1:]
    put_back = replace(first, source=cell.source)
    cells = (put_back if each is first else each for each in mine.cells if not any(each is other for other in others))
    return replace(mine, cells=tuple(cells))


def _with_deleted(mine: Notebook, given: Notebook, cell: Cell) -> Notebook:
    """The cell is new to a work that was made from a release without it."""
    without = replace(given, cells=tuple(each for each in given.cells if each.id != cell.id))
    only = {each.id for each in mine.cells} | {cell.id}
    wanted = replace(given, cells=tuple(each for each in given.cells if each.id in only))
    return merge(without, mine, wanted).notebook


def _with_definition(mine: Notebook, given: Notebook, part: LessonPart) -> Notebook:
    """The work with one function or method as given; the rest of its cell stays."""
    ours = definitions(part.cell.source)[part.definition]
    lines = part.cell.source.split("\n")[ours.first : ours.last]
    for cell in reversed(mine.cells):
        theirs = definitions(cell.source).get(part.definition) if cell.kind == "code" else None
        if theirs:
            text = cell.source.split("\n")
            text[theirs.first : theirs.last] = lines
            put_back = replace(cell, source="\n".join(text))
            return replace(mine, cells=tuple(put_back if each is cell else each for each in mine.cells))
    raise UsageError(
        f"'{part.definition}' can't be found in your notebook: it isn't there, or its cell doesn't parse",
        hint=f"tito reset {part.cell.id}",
    )
