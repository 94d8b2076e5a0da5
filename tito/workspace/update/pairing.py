"""Which of a learner's cells is which of those handed out, in an earlier release and in a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tito.lesson.cells.matching import NOTHING_EARLIER, is_used_for_something_else, same, trimmed
from tito.lesson.notebook import Cell, Notebook

NOTHING = Notebook(())  # the earlier release, where none is known


@dataclass(frozen=True)
class CellGroup:
    """A cell handed out, by the id that it has in the new release, as the learner has it; "" for the notebook's top.

    `mine` is None at the top. `own` are the learner's own cells that follow.
    """

    id: str
    mine: Cell | None = None
    own: list[Cell] = field(default_factory=list)


def grouped(mine: Notebook, old: Notebook, new: Notebook) -> list[CellGroup]:
    """The learner's cells in their order, own ones behind the one that was handed out and that they stand behind."""
    groups = [CellGroup("")]
    for name, cell in _named(mine, old, new):
        if name:
            groups.append(CellGroup(name, cell))
        else:
            groups[-1].own.append(cell)
    return groups


def present_ids(old: Notebook, new: Notebook) -> dict[str, str]:
    """The id that each old cell has in the new release; its own where it is no more.

    Prose has no id of its own but a digest of what it says: a text that was
    corrected is found by its place, between cells that stayed.
    """
    before, after = [cell.id for cell in old.cells], [cell.id for cell in new.cells]
    found = {name: name for name in before}
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace":
            found |= _corrected(old.cells[i:j], new.cells[k:m])
    return found


def _corrected(before: tuple[Cell, ...], after: tuple[Cell, ...]) -> dict[str, str]:
    """Unmarked cells of two stretches laid side by side, kind by kind, in their order."""
    pairs: dict[str, str] = {}
    for kind in ("markdown", "code", "raw"):
        olds, news = ([c for c in cells if c.kind == kind and not c.grade_id] for cells in (before, after))
        pairs |= {a.id: b.id for a, b in zip(olds, news, strict=False)}
    return pairs


def _named(mine: Notebook, old: Notebook, new: Notebook) -> Iterator[tuple[str, Cell]]:
    """Each of the learner's cells with the id that it has in the new release, "" for one of their own."""
    known = {cell.id: cell for cell in (*new.cells, *old.cells)}
    now = present_ids(old, new)
    lost = _by_content(mine, old, new)
    unchanged = {name for cell in mine.cells if (name := _mark(cell)) in known and same_text(cell, known[name])}
    for cell in mine.cells:
        name = _mark(cell)
        if name not in known:
            name = lost.get((cell.kind, trimmed(cell.source)), "")
        if name and is_used_for_something_else(cell, known[name], name in unchanged, NOTHING_EARLIER):
            name = ""
        yield now.get(name, name), cell


def _mark(cell: Cell) -> str:
    return cell.grade_id or cell.id


def _by_content(mine: Notebook, old: Notebook, new: Notebook) -> dict[tuple[str, str], str]:
    """What was handed out and no cell is marked as, by what it says."""
    marked = {_mark(cell) for cell in mine.cells}
    lost = (cell for cell in (*new.cells, *old.cells) if cell.id not in marked)
    return {(cell.kind, trimmed(cell.source)): cell.id for cell in lost if trimmed(cell.source)}


def same_text(a: Cell, b: Cell) -> bool:
    """Do two cells say the same, but for the layout that an editor or a formatter changes?"""
    if a.kind != b.kind:
        return False
    return same(a.source, b.source) if a.kind == "code" else trimmed(a.source) == trimmed(b.source)
