"""A corrected release merged into a learner's work, cell by cell: what was given, what they have, what is given now.

Where only one side has changed a cell, that change stands. Where both have, and
their lines don't touch, both stand. Else both texts are kept: what counts in its
place, the other one beside it as prose. The learner's own cells stay where they stood.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from tito.lesson.cells.names import bound_by
from tito.lesson.magics import without_magics
from tito.lesson.notebook import MARK, Cell, Notebook, digest, with_unique_ids
from tito.workspace.update.lines import merged_lines
from tito.workspace.update.pairing import NOTHING, CellGroup, grouped, present_ids, same_text

What = Literal["corrected", "new", "taken out", "merged", "conflict", "brought back", "kept"]


@dataclass(frozen=True)
class CellChange:
    """What happened to one cell: `name` is what a learner calls it."""

    what: What
    name: str


@dataclass(frozen=True)
class Merge:
    """The merged notebook, what happened to which cell, and how much of the learner's is in it."""

    notebook: Notebook
    changes: tuple[CellChange, ...]
    answers: int
    own_cells: int


def merge(old: Notebook | None, mine: Notebook, new: Notebook) -> Merge:
    """Merge `new` into `mine`, which was made from `old`; None where that isn't known."""
    work = _Merging(old or NOTHING, mine, new)
    groups = list(work.settled(grouped(mine, work.old, new)))
    if work.course_moved_cells():
        groups = work.in_new_order(groups)
    work.add_missing(groups)
    cells = with_unique_ids(cell for group in groups for cell in group.cells)
    metadata = _three_way(work.old.metadata, mine.metadata, new.metadata)
    metadata |= {MARK: new.metadata[MARK]} if MARK in new.metadata else {}
    return Merge(Notebook(cells, metadata), tuple(work.changes), work.answers, work.own_cells)


def corrected(old: Notebook, new: Notebook) -> tuple[str, ...]:
    """The names of the cells that a newer release has changed, added or taken out."""
    return tuple(dict.fromkeys(change.name for change in merge(old, old, new).changes))


@dataclass
class _Settled:
    """What one group becomes: a cell handed out, by its id, with all that follows it up to the next one."""

    id: str
    cells: list[Cell]


@dataclass
class _Merging:
    """One merge on its way: the three notebooks, and what was done so far."""

    old: Notebook
    mine: Notebook
    new: Notebook
    changes: list[CellChange] = field(default_factory=list)
    answers: int = 0
    own_cells: int = 0

    def __post_init__(self) -> None:
        self.now = present_ids(self.old, self.new)
        self.before = {self.now[cell.id]: cell for cell in self.old.cells}
        self.after = {cell.id: cell for cell in self.new.cells}

    # -- one cell ----------------------------------------------------------

    def settled(self, groups: list[CellGroup]) -> Iterator[_Settled]:
        for group in groups:
            cells = self._settle(group.id, group.mine) if group.mine else []
            self.own_cells += len(group.own)
            yield _Settled(group.id, [*cells, *map(_without_marks, group.own)])

    def _settle(self, name: str, mine: Cell) -> list[Cell]:
        """What stands in the place of a cell that was handed out."""
        old, new = self.before.get(name), self.after.get(name)
        if new is None:
            return self._retire(mine, old)
        is_mine = old is None or not same_text(mine, old)
        if (new.is_solution or new.is_question) and is_mine:
            self.answers += not same_text(mine, new)
        if old is None:
            return [self._marked(new if new.is_locked else replace(new, source=mine.source), mine, new)]
        if not is_mine:
            self._note_correction(old, new)
            return [self._marked(new, mine, old)]
        if old.source == new.source or same_text(mine, new):
            return [self._marked(replace(new, source=mine.source), mine, old)]
        return self._both(old, mine, new)

    def _note_correction(self, old: Cell, new: Cell) -> None:
        if not same_text(old, new):
            self._note("corrected", new)

    def _retire(self, mine: Cell, old: Cell | None) -> list[Cell]:
        """A cell that the course has taken out: it goes, unless the learner wrote into it."""
        if old is None or not same_text(mine, old):
            self._note("kept", mine)
            return [_without_marks(mine)]
        self._note("taken out", mine)
        return []

    def _both(self, old: Cell, mine: Cell, new: Cell) -> list[Cell]:
        """A cell that both sides have changed."""
        if new.is_locked:
            self._note("conflict", new)
            return [self._marked(new, mine, old), _aside(mine, "Your own version of the cell above")]
        text = merged_lines(old.source, mine.source, new.source)
        if text is not None and (not _parses(mine) or _parses(replace(mine, source=text))):
            self._note("merged", new)
            return [self._marked(replace(new, source=text), mine, old)]
        self._note("conflict", new)
        return [
            _aside(new, "Your course has corrected the cell below, where you had written. It now gives"),
            self._marked(replace(new, source=mine.source), mine, old),
        ]

    def _marked(self, cell: Cell, mine: Cell, old: Cell) -> Cell:
        """The cell with what the learner has added to its metadata; what nbgrader knows it by is the course's."""
        metadata = _three_way(old.metadata, mine.metadata, cell.metadata)
        marks = {"nbgrader": cell.nbgrader} if cell.nbgrader else {}
        return replace(cell, metadata={key: value for key, value in metadata.items() if key != "nbgrader"} | marks)

    # -- their order -------------------------------------------------------

    def course_moved_cells(self) -> bool:
        before, after = list(self.before), list(self.after)
        return [name for name in before if name in self.after] != [name for name in after if name in self.before]

    def in_new_order(self, groups: list[_Settled]) -> list[_Settled]:
        """The groups as the new release has them; what it doesn't have stays behind what it stood behind."""
        places = {name: place for place, name in enumerate(self.after)}
        joined = groups[:1]
        for group in groups[1:]:
            if group.id in places:
                joined.append(group)
            else:
                joined[-1].cells += group.cells
        return joined[:1] + sorted(joined[1:], key=lambda group: places[group.id])

    def add_missing(self, groups: list[_Settled]) -> None:
        """Put cells of the release that the learner doesn't have behind the one before them."""
        previous = ""
        for name, cell in self.after.items():
            if not any(group.id == name for group in groups):
                if not self._comes_back(cell):
                    continue
                place = max(n for n, group in enumerate(groups) if group.id == previous)
                groups.insert(place + 1, _Settled(name, [cell]))
            previous = name

    def _comes_back(self, cell: Cell) -> bool:
        """Is a cell that the learner doesn't have put in? A deleted one only where it is needed, or corrected."""
        old = self.before.get(cell.id)
        if old is None:
            self._note("new", cell)
        elif not same_text(old, cell):
            self._note("corrected", cell)
        elif not cell.grade_id or (cell.is_solution and self._stands_elsewhere(cell)):
            return False
        else:
            self._note("brought back", cell)
        return True

    def _stands_elsewhere(self, cell: Cell) -> bool:
        """Do other cells of the learner's define what this one is to define? The stub would undo that."""
        names = bound_by(without_magics(cell.source)[0])
        sources = (each.source for each in self.mine.cells if each.kind == "code")
        return bool(names) and names <= frozenset().union(*(bound_by(without_magics(source)[0]) for source in sources))

    def _note(self, what: What, cell: Cell) -> None:
        notebook = self.new if cell.id in self.after else self.old if self.old.cell(cell.id) else self.mine
        self.changes.append(CellChange(what, name_of(cell, notebook)))


def name_of(cell: Cell, notebook: Notebook) -> str:
    """What a learner calls a cell: `check 'server'`, `'write-server'`, `prose below 'Part 2'`."""
    if cell.grade_id:
        kind = "check " if cell.is_check else "question " if cell.is_question else ""
        return f"{kind}'{cell.grade_id}'"
    heading = _heading_above(cell, notebook)
    kind = "prose" if cell.kind == "markdown" else "code"
    return f"{kind} below '{heading}'" if heading else f"{kind} at the top"


def _heading_above(cell: Cell, notebook: Notebook) -> str:
    heading = ""
    for each in notebook.cells:
        lines = each.source.split("\n") if each.kind == "markdown" else []
        titles = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
        heading = titles[0] if each.id == cell.id and titles else heading
        if each.id == cell.id:
            break
        heading = titles[-1] if titles else heading
    return heading


def _three_way(old: dict, mine: dict, new: dict) -> dict:
    """The new keys and values, with the learner's where they have changed or added one."""
    return new | {key: value for key, value in mine.items() if key not in old or old[key] != value}


def _without_marks(cell: Cell) -> Cell:
    """A cell of the learner's own; a copy of one that was handed out has nbgrader's marks."""
    if not cell.nbgrader:
        return cell
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("nbgrader", "deletable", "editable")}
    return replace(cell, id=digest(cell.kind, cell.source)[:8], metadata=metadata)


def _aside(cell: Cell, what: str) -> Cell:
    """A text that is kept as prose: it is read, and never run."""
    fence = "```" if "```" not in cell.source else "````"
    body = f"{fence}python\n{cell.source}\n{fence}" if cell.kind == "code" else cell.source
    source = f"**{what}:**\n\n{body}"
    return Cell("markdown", source, digest("aside", source)[:8])


def _parses(cell: Cell) -> bool:
    if cell.kind != "code":
        return True
    try:
        ast.parse(without_magics(cell.source)[0])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
