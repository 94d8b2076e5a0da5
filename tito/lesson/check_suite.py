"""From notebooks to what is graded: the check suite of a module, and the work of a learner.

A `CheckSuite` comes from a notebook that we trust. A `Work` comes from one that we
don't: the learner's own cells are kept, wherever they stand, and every locked
cell is put back as it was handed out. What had to be put back is told in words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tito.course.checks import CheckCell, CheckSuite, CodeCell, Work
from tito.course.course import Module
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook, read_text
from tito.lesson.regions import HIDDEN, stubbed, without
from tito.support.errors import CourseError
from tito.support.safe_text import in_one_line

_DEFINITIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


def suite_of(module: Module, notebook: Notebook) -> CheckSuite:
    """The check suite of `module` in `notebook`, built or released.

    Only a built notebook has the hidden parts of checks. Solutions are left
    out of both. CourseError when a check of the module has no cell.
    """
    return CheckSuite(
        module=module.name,
        checks=tuple(_check(module, notebook, spec) for spec in module.checks),
        given=tuple(_handed_out(cell) for cell in notebook.cells if cell.is_exported),
        helpers=tuple(CodeCell(cell.id, cell.source) for cell in notebook.cells if _is_helper(cell)),
    )


def work_of(submitted: Notebook, trusted: Notebook) -> tuple[Work, tuple[str, ...]]:
    """The learner's exported code, its given cells restored from `trusted`, and notes on what was put right.

    Cells are matched by grade_id, and by cell id where that is lost. Cells of
    the learner's own that begin with `#| export` stay behind the cell that they followed.
    """
    theirs = _Submitted(submitted, trusted)
    cells, notes = [], [*theirs.notes()]
    for cell in theirs.in_order():
        source, magics = without_magics(cell.source)
        cells.append(CodeCell(cell.name, source))
        notes += [
            f'left out "{in_one_line(magic, 60)}" of the cell "{cell.name}": it is IPython, not Python'
            for magic in magics
        ]
    return Work(tuple(cells)), tuple(notes)


def reference_work(built: Notebook) -> Work:
    """The instructor's own solution, as a work."""
    return Work(tuple(CodeCell(cell.id, without_magics(cell.source)[0]) for cell in built.cells if cell.is_exported))


def work_from_code(path: Path) -> Work:
    """A Python file as a work of one cell; UsageError when it can't be read as text."""
    return Work((CodeCell(path.name, read_text(path)),))


def _check(module: Module, notebook: Notebook, spec) -> CheckCell:
    cell = next((c for c in notebook.cells if c.is_check and c.grade_id == spec.id), None)
    if cell is None:
        raise CourseError(
            f'the notebook of {module.name} has no check "{spec.id}"',
            at=str(module.toml),
            hint=f"tito build {module.name}",
        )
    return CheckCell(spec.id, cell.source, spec.points, spec.hints)


def _handed_out(cell: Cell) -> CodeCell:
    """An exported cell as learners get it: without magics, a stub for each solution."""
    return CodeCell(cell.id, stubbed(without_magics(cell.source)[0]))


def _is_helper(cell: Cell) -> bool:
    """Is it a locked cell that only defines things for checks? One that runs something is for the notebook alone."""
    if cell.kind != "code" or not cell.is_locked or cell.is_exported or cell.is_check:
        return False
    return all(isinstance(node, _DEFINITIONS) for node in ast.parse(without_magics(cell.source)[0]).body)


class _Submitted:
    """A learner's cells, matched with those of the notebook that we trust."""

    def __init__(self, submitted: Notebook, trusted: Notebook):
        self.trusted = {cell.id: cell for cell in trusted.cells}
        self.found: dict[str, list[Cell]] = {}
        self.order: list[str] = []
        self.extras: dict[str, list[Cell]] = {}
        anchor = ""
        for cell in submitted.cells:
            name = cell.grade_id or cell.id
            if name in self.trusted:
                self.found.setdefault(name, []).append(cell)
                self.order.append(name)
                anchor = name
            elif cell.is_exported:
                self.extras.setdefault(anchor, []).append(cell)

    def in_order(self) -> Iterator[CodeCell]:
        """The exported cells: given ones as handed out, the learner's own as they are."""
        yield from self._extras_behind("")
        for name, cell in self.trusted.items():
            if cell.is_exported:
                yield from [_handed_out(cell)] if cell.is_locked else self._own(name, cell)
            yield from self._extras_behind(name)

    def notes(self) -> Iterator[str]:
        """What was changed that was not the learner's to change, and what is missing or doubled."""
        for name, cell in self.trusted.items():
            if cell.grade_id:
                yield from self._notes_on(name, cell, self.found.get(name, []))
        known = [name for name in dict.fromkeys(self.order) if self.trusted[name].grade_id]
        if known != [name for name in self.trusted if name in known]:
            yield "the cells were in another order; graded in the original one"

    def _own(self, name: str, cell: Cell) -> list[CodeCell]:
        """The learner's cells of this name, less untouched copies; the stub when there is none."""
        stub = _handed_out(cell)
        found = self.found.get(name, [])
        touched = [c for c in found if not _same(c.source, stub.source)]
        return [CodeCell(c.id, c.source) for c in touched] or [stub]

    def _extras_behind(self, anchor: str) -> list[CodeCell]:
        place = f"after {anchor}" if anchor else "at the top"
        cells = self.extras.get(anchor, [])
        return [CodeCell(place if not n else f"{place} ({n + 1})", cell.source) for n, cell in enumerate(cells)]

    def _notes_on(self, name: str, cell: Cell, found: list[Cell]) -> Iterator[str]:
        kind = "locked cell" if cell.is_locked else "question" if cell.is_question else "cell"
        if not found:
            yield f'deleted the {kind} "{name}"; ' + (
                "graded with the original" if cell.is_locked else "it counts as not started"
            )
        if len(found) > 1:
            yield f'the {kind} "{name}" is there {len(found)} times; ' + (
                "graded with the original" if cell.is_locked else "the last one counts"
            )
        if cell.is_locked and any(not _same(c.source, without(cell.source, HIDDEN)) for c in found):
            yield f'changed the locked cell "{name}"; graded with the original'
        if any("points" in c.nbgrader and c.nbgrader["points"] != cell.nbgrader.get("points") for c in found):
            yield f'changed the points of the {kind} "{name}"; graded with the original ones'


def _same(a: str, b: str) -> bool:
    """Do two sources differ in white space at the ends of lines at most?"""
    return [line.rstrip() for line in a.strip().split("\n")] == [line.rstrip() for line in b.strip().split("\n")]
