"""Mistakes in a module's source, found before they cost a class its grades.

Without these rules nbgrader or nbdev would do the wrong thing silently, or fail
with a traceback that names no line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tito.course.course import CheckSpec, Module
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN, SOLUTION, Markers, RegionError, regions, without
from tito.support.errors import CourseError

_CELL_START = re.compile(r"# ?%%($|[\s\[])")
_DIRECTIVE = re.compile(r"\s*#\s*\|\s*(export|default_exp)\b")
_MARKER = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN)")
_MARKERS = {markers for pair in (SOLUTION, HIDDEN) for markers in (pair.begin, pair.end)}
_ASSERTING_CALLS = re.compile(r"raises|assert_\w+|fail")


@dataclass(frozen=True)
class Mistake:
    """Something wrong in line `line` (from 0) of a cell, and what to do about it."""

    message: str
    cell: Cell
    line: int = 0
    hint: str = ""


def refuse_mistakes(module: Module, notebook: Notebook) -> None:
    """Raise a CourseError for the first mistake in the module's source, with file and line."""
    for mistake in mistakes(module, notebook):
        raise CourseError(mistake.message, at=_place(module, notebook, mistake), hint=mistake.hint)
    _refuse_missing(module, notebook)


def mistakes(module: Module, notebook: Notebook) -> Iterator[Mistake]:
    """Every mistake that can be told from the cells, in their order."""
    for cell in notebook.cells:
        yield from _in_marking(module, cell)
        yield from _in_regions(cell)
        if cell.kind == "code":
            yield from _in_directives(module, cell)
            yield from _in_code(cell)


def _refuse_missing(module: Module, notebook: Notebook) -> None:
    graded = {cell.grade_id for cell in notebook.cells if cell.nbgrader.get("grade")}
    for spec in (*module.checks, *module.questions):
        if spec.id not in graded:
            raise CourseError(
                f'module.toml names "{spec.id}", but no cell has that grade_id',
                at=str(module.toml),
                hint=f"write the cell in {module.source.name}, or take the entry out",
            )


def _in_marking(module: Module, cell: Cell) -> Iterator[Mistake]:
    """nbgrader's metadata: JSON, named, named once, known to module.toml, locked where it must be."""
    if "incorrectly_encoded_metadata" in cell.metadata:  # jupytext's word for it
        yield Mistake(
            "what stands after # %% is not metadata", cell, -1, hint="it is JSON: true and false in small letters"
        )
    if not cell.nbgrader:
        return
    if not cell.grade_id:
        yield Mistake("a cell with nbgrader metadata has no grade_id", cell)
    elif cell.id != cell.grade_id:
        yield Mistake(
            f'two cells have the grade_id "{cell.grade_id}", or it is not a name',
            cell,
            hint="letters, digits, - and _, and each name once",
        )
    if "points" in cell.nbgrader:
        yield Mistake(f'cell "{cell.grade_id}" gives points; only module.toml does', cell, hint="take them out here")
    if cell.is_check:
        yield from _unknown(module.checks, "check", cell)
        if not cell.is_locked:
            yield Mistake(f'check "{cell.grade_id}" is not locked', cell, hint='write "locked": true')
    if cell.is_question:
        yield from _unknown(module.questions, "question", cell)


def _unknown(specs: tuple[CheckSpec, ...], what: str, cell: Cell) -> Iterator[Mistake]:
    if cell.grade_id not in {spec.id for spec in specs}:
        yield Mistake(
            f'{what} "{cell.grade_id}" is not in module.toml, so it has no points',
            cell,
            hint=f"add a [[{what}]] with its id and points",
        )


def _in_regions(cell: Cell) -> Iterator[Mistake]:
    for number, line in enumerate(cell.source.split("\n")):
        if _MARKER.search(line) and line.strip() not in _MARKERS:
            yield Mistake(
                f"this line reads like a marker and is none: {line.strip()}",
                cell,
                number,
                hint=f'a marker is a line of its own: "{SOLUTION.begin}"',
            )
    may_solve = cell.is_solution or cell.is_question
    yield from _misplaced(cell, SOLUTION, may_solve, "a solution region stands in a cell that is not a solution cell")
    yield from _misplaced(cell, HIDDEN, cell.is_check, "hidden tests stand in a cell that is not a check")
    if cell.is_solution and cell.kind == "code" and SOLUTION.begin not in cell.source:
        yield Mistake(
            f'solution cell "{cell.grade_id}" has no solution region, so all of it would be removed',
            cell,
            hint=f"put {SOLUTION.begin} and {SOLUTION.end} around what the learner writes",
        )


def _misplaced(cell: Cell, markers: Markers, allowed: bool, message: str) -> Iterator[Mistake]:
    try:
        found = regions(cell.source, markers)
    except RegionError as error:
        yield Mistake(str(error), cell, error.line)
    else:
        if found and not allowed:
            yield Mistake(message, cell, found[0].first)


def _in_directives(module: Module, cell: Cell) -> Iterator[Mistake]:
    for number, line in enumerate(cell.source.split("\n")):
        directive = _DIRECTIVE.match(line)
        if not directive:
            continue
        if number:
            yield Mistake(
                f"nbdev drops this cell silently: #| {directive[1]} is not its first line",
                cell,
                number,
                hint="move it to the top of the cell",
            )
        elif directive[1] == "default_exp" and line.split()[-1] != module.exports.partition(".")[2]:
            yield Mistake(f"default_exp is not what module.toml says: {module.exports}", cell)


def _in_code(cell: Cell) -> Iterator[Mistake]:
    try:
        tree = ast.parse(without_magics(cell.source)[0])
    except SyntaxError as error:
        yield Mistake(f"a cell does not parse: {error.msg}", cell, (error.lineno or 1) - 1)
        return
    if not cell.is_check:
        return
    if not any(_can_fail(node) for node in ast.walk(tree)):
        yield Mistake(
            f'check "{cell.grade_id}" never fails: it has no assert',
            cell,
            hint="add an assert, or take the check out of module.toml",
        )
    yield from _hidden_bodies(cell)


def _can_fail(node: ast.AST) -> bool:
    called = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
    return isinstance(node, (ast.Assert, ast.Raise)) or bool(_ASSERTING_CALLS.fullmatch(called))


def _hidden_bodies(cell: Cell) -> Iterator[Mistake]:
    """A block of which everything is hidden is a syntax error in the release."""
    try:
        ast.parse(without(cell.source, HIDDEN))
    except SyntaxError:
        first = regions(cell.source, HIDDEN)[0].first
        yield Mistake(
            f'without its hidden tests, check "{cell.grade_id}" does not parse',
            cell,
            first,
            hint="leave a visible line in each block that has hidden ones",
        )
    except RegionError:
        return  # told already, with its line


def _place(module: Module, notebook: Notebook, mistake: Mistake) -> str:
    """`file:line` of a mistake; the file alone where cells and their marks can't be matched up."""
    text = module.source.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(text, 1) if _CELL_START.match(line)]
    if len(starts) != len(notebook.cells):
        return str(module.source)
    return f"{module.source}:{starts[notebook.cells.index(mistake.cell)] + 1 + mistake.line}"
