"""`tito diff`: a learner's work against what they had been given."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tito.course.course import Module, Workspace
from tito.lesson.notebook import Cell, Notebook
from tito.workspace.changes.reset import given_to
from tito.workspace.update.merge import name_of
from tito.workspace.update.pairing import grouped, same_text
from tito.workspace.update.releases import sides_of

Kind = Literal["answer", "given", "own", "deleted"]


@dataclass(frozen=True)
class CellDifference:
    """One cell that is not as given: the lines of a unified diff, and whose cell it is."""

    kind: Kind
    name: str
    lines: tuple[str, ...]

    @property
    def added(self) -> int:
        return sum(line.startswith("+") for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.startswith("-") for line in self.lines)


def differences(workspace: Workspace, module: Module) -> tuple[CellDifference, ...]:
    """What the learner has changed, in the order of their notebook; last what they deleted."""
    sides = sides_of(workspace, module)
    return tuple(_differences(sides.mine, given_to(workspace, module, sides)))


def _differences(mine: Notebook, given: Notebook) -> Iterator[CellDifference]:
    known = {cell.id: cell for cell in given.cells}
    groups = grouped(mine, given, given)
    for group in groups:
        original = known.get(group.id)
        if group.mine and original and not same_text(group.mine, original):
            yield _changed(original, group.mine, given)
        place = f"behind {name_of(original, given)}" if original else "at the top"
        yield from (CellDifference("own", f"your own cell {place}", _lines("", cell.source)) for cell in group.own)
    present = {group.id for group in groups}
    for cell in given.cells:
        if cell.id not in present:
            yield CellDifference("deleted", name_of(cell, given), _lines(cell.source, ""))


def _changed(original: Cell, mine: Cell, given: Notebook) -> CellDifference:
    is_answer = original.is_solution or original.is_question
    lines = _lines(original.source, mine.source)
    return CellDifference("answer" if is_answer else "given", name_of(original, given), lines)


def _lines(before: str, after: str) -> tuple[str, ...]:
    """A unified diff without its file names."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(list(found)[2:])
