"""Slips in the lesson and its files: what `tito new` left, cells that are not exported, solutions that show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tito.authoring.linting.slip import Slip, line_with
from tito.course.course import Module
from tito.lesson import leaks, lint
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN, stubbed, without

_REPLACE = re.compile(r"\bREPLACE\b")


def leftovers(module: Module) -> Iterator[Slip]:
    """Lines that `tito new` wrote to be replaced."""
    for path in (module.source, module.toml, *module.cell_files, *sorted(module.answers.glob("*.toml"))):
        for number, line in enumerate(_lines(path), 1):
            if _REPLACE.search(line):
                yield Slip("this is still to be written: it says REPLACE", path, number, draft=True)


def _lines(path: Path) -> list[str]:
    """A file's lines; none of one that is no text, which others tell."""
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return []


def slips_in(module: Module, notebook: Notebook) -> Iterator[Slip]:
    """The slips in the cells of a lesson that can be built."""
    for cell in notebook.cells:
        if cell.kind == "code" and cell.is_solution:
            yield from _not_exported(module, notebook, cell)
    yield from _leaks(module, notebook)


def _not_exported(module: Module, notebook: Notebook, cell: Cell) -> Iterator[Slip]:
    """A solution that defines something and is not exported is in no learner's package, and in no grade."""
    tree = ast.parse(without_magics(cell.source)[0])
    defines = any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in tree.body)
    if defines and not cell.is_exported:
        yield Slip(
            f'solution "{cell.grade_id}" is not exported, so no grade sees it',
            *lint.place_of(module, notebook, cell),
            hint="begin the cell with #| export",
        )


def _leaks(module: Module, notebook: Notebook) -> Iterator[Slip]:
    """Lines of a solution or a hidden test that learners would read elsewhere."""
    secrets = leaks.secrets_of(notebook)
    text = "\n".join(_lines(module.toml))
    for leak in leaks.in_hints(module, secrets):
        yield Slip(f"{leak.place} gives the solution away", module.toml, line_with(text, leak.line[:40]))
    for cell in notebook.cells:
        shown = stubbed(without(cell.source, HIDDEN))
        for leak in leaks.in_text(shown, "", secrets):
            line = cell.source.split("\n").index(_whole(cell.source, leak.line))
            yield Slip(
                f"a line of a solution or of a hidden test stands where learners read it: {leak.line}",
                *lint.place_of(module, notebook, cell, line),
            )


def _whole(source: str, line: str) -> str:
    """The whole line of a source that has this text at its end, the last one: the first may be the secret's own."""
    return next(each for each in reversed(source.split("\n")) if each.strip() == line)
