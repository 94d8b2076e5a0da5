"""Lines of a solution, and the search for them in what a learner gets.

A line counts when it is so long that nobody writes it by accident, and when it
is not in code that learners get on purpose. Docstrings count: a solution in one
is given away.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tito.course.course import Module
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook, read
from tito.lesson.regions import HIDDEN, SOLUTION, Markers, regions, stubbed, without
from tito.support.errors import UsageError

DISTINCTIVE = 20  # characters, white space aside; below it lines like "return result" would count
# lines that tell nothing by themselves
_EVERYBODYS = re.compile(r"#|import\b|from\b|except\b|finally\b|with raises\(\w+\):$")
TEXT = (".ipynb", ".py", ".md", ".toml", ".txt", ".json", ".html")


@dataclass(frozen=True)
class Leak:
    """A line of the solution, or a marker, where learners would read it."""

    line: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.line}"


def secrets_of(built: Notebook) -> frozenset[str]:
    """The distinctive lines of the solutions and hidden tests, white space taken out."""
    secret = _lines_between(built, SOLUTION) | _lines_between(built, HIDDEN)
    open_code = {
        line for cell in built.cells if cell.is_locked or cell.is_exported for line in _distinctive(_handed_out(cell))
    }
    return frozenset(secret - open_code)


def solution_of(built: Notebook) -> frozenset[str]:
    """The distinctive lines of the solutions alone: what the module's own export may hold, and nothing else."""
    return frozenset(_lines_between(built, SOLUTION))


def _lines_between(built: Notebook, markers: Markers) -> set[str]:
    return {
        line
        for cell in built.cells
        for region in regions(cell.source, markers)
        for line in _distinctive(region.lines(cell.source))
    }


def _handed_out(cell: Cell) -> list[str]:
    """The lines of code that learners see in a cell, its docstrings left out."""
    source = stubbed(without(without_magics(cell.source)[0], HIDDEN))
    lines = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            end = node.end_lineno or node.lineno
            lines[node.lineno - 1 : end] = [""] * (end - node.lineno + 1)
    return lines


def in_notebook(notebook: Notebook, secrets: frozenset[str]) -> list[Leak]:
    """What `notebook` gives away, by cell."""
    return [leak for cell in notebook.cells for leak in in_text(cell.source, f'cell "{cell.id}"', secrets)]


def in_hints(module: Module, secrets: frozenset[str]) -> list[Leak]:
    """What the hints of `module` give away."""
    return [
        leak
        for check in module.checks
        for number, hint in enumerate(check.hints.all, 1)
        for leak in in_text(hint, f'hint {number} of "{check.id}"', secrets)
    ]


def in_files(paths: Iterable[Path], secrets: frozenset[str]) -> list[Leak]:
    """What text files give away; a notebook is read as one."""
    found = []
    for path in paths:
        if path.suffix in TEXT:
            leaks = _in_file(path, secrets)
            found += [Leak(leak.line, f"{path}, {leak.place}".rstrip(", ")) for leak in leaks]
    return found


def _in_file(path: Path, secrets: frozenset[str]) -> list[Leak]:
    if path.suffix == ".ipynb":
        try:
            return in_notebook(read(path), secrets)
        except UsageError:
            pass  # not a notebook after all: its lines are looked through as text
    return in_text(path.read_text(encoding="utf-8", errors="replace"), "", secrets)


def in_text(text: str, place: str, secrets: frozenset[str]) -> list[Leak]:
    """The lines of `text` that are secret or a marker."""
    return [Leak(line.strip(), place) for line in text.split("\n") if is_marker(line) or _bare(line) in secrets]


def is_marker(line: str) -> bool:
    """Does the line begin or end a region that learners don't get?"""
    return any(marker in line for markers in (SOLUTION, HIDDEN) for marker in (markers.begin, markers.end))


def _distinctive(lines: Iterable[str]) -> Iterable[str]:
    telling = (_bare(line) for line in lines if not _EVERYBODYS.match(line.strip()))
    return (line for line in telling if len(line) >= DISTINCTIVE)


def _bare(line: str) -> str:
    """A line without white space and Markdown's or a comment's marks at its ends."""
    return "".join(line.split()).strip("`#>*")
