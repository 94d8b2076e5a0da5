"""A part of a lesson, as a learner names it: a cell, a function or a method in one, or the check that is for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tito.course.course import Module
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.support.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class LessonPart:
    """A cell as it was given; `definition` names a function or a method in it, "" for the whole cell."""

    cell: Cell
    definition: str = ""

    @property
    def name(self) -> str:
        return self.definition or self.cell.id


@dataclass(frozen=True)
class Lines:
    """A definition's lines in its cell, from `first` up to `last`, counted from 0, decorators included."""

    first: int
    last: int


def part_named(name: str, module: Module, release: Notebook) -> LessonPart:
    """The part with this name; UsageError with the nearest name when there is none."""
    known = parts(release)
    if name in known:
        return known[name]
    methods = [part for full, part in known.items() if full.endswith(f".{name}")]
    if len(methods) == 1:
        return methods[0]
    if name in {check.id for check in module.checks} and (cell := _cell_before(name, release)):
        return LessonPart(cell)
    if given := next((cell for cell in release.cells if cell.grade_id == name), None):
        return LessonPart(given)
    guess = did_you_mean(name, known, otherwise=f"There are: {', '.join(to_write(release))}.")
    raise UsageError(f"no part of {module.name} is named '{name}'.{guess}", hint="tito reset")


def parts(release: Notebook) -> dict[str, LessonPart]:
    """Every cell to fill in, and every function, class and method in it, by name."""
    found = {name: LessonPart(cell) for name, cell in to_write(release).items()}
    for cell in to_write(release).values():
        for name in definitions(cell.source):
            found.setdefault(name, LessonPart(cell, name))
    return found


def to_write(release: Notebook) -> dict[str, Cell]:
    """The cells that a learner fills in."""
    return {cell.grade_id: cell for cell in release.cells if cell.is_solution or cell.is_question}


def definitions(source: str) -> dict[str, Lines]:
    """The functions, classes and methods of a cell, by dotted name; none where it is no Python."""
    try:
        body = ast.parse(without_magics(source)[0]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return dict(_definitions(body, ""))


def _definitions(body: list[ast.stmt], above: str) -> Iterator[tuple[str, Lines]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield f"{above}{node.name}", Lines(first - 1, node.end_lineno or node.lineno)
            if isinstance(node, ast.ClassDef):
                yield from _definitions(node.body, f"{above}{node.name}.")


def _cell_before(check: str, release: Notebook) -> Cell | None:
    """The last cell to fill in that stands before a check."""
    found = None
    for cell in release.cells:
        if cell.grade_id == check:
            return found
        found = cell if cell.is_solution else found
    return None
