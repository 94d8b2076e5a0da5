"""The right and wrong answers that a module keeps for its checks.

`answers/<check>.toml` has one table for each, `[[wrong]]` or `[[right]]`, with a
`name` and a change to the reference: `old` and `new` text (in one `method`, if
that is given), or a `method` and the `code` of the whole def in its place:

    [[wrong]]
    name = "latency counted from the start of service"
    method = "BenchmarkScenarios.server"
    old = "finished - arrival"
    new = "finished - started"

A wrong answer must lose points in its own check, and a right one none anywhere.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tito.course.checks import CodeCell, Work
from tito.course.course import Module
from tito.course.settings import read_settings
from tito.lesson.magics import parses
from tito.support.errors import CourseError, UsageError

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_CELL = re.compile(r"^# %% (\S+)\n", re.MULTILINE)
_SHAPES = ({"old", "new"}, {"old", "new", "method"}, {"method", "code"})


@dataclass(frozen=True)
class Answer:
    """One kept answer to `check`: `work` is the reference with one change."""

    check: str
    name: str
    right: bool
    work: Work


@dataclass(frozen=True)
class _Span:
    """Whole lines of one cell, from `first` up to but without `end`; counted from 0."""

    cell: int
    first: int
    end: int


class _DoesNotApply(Exception):
    """An entry's change can't be made to the reference; the message says why."""


def read_answers(module: Module, reference: Work, folder: Path | None = None) -> tuple[Answer, ...]:
    """Every answer kept with `module`, or in a `folder` of the same form, applied to the reference's exported code.

    CourseError with file and entry when a file can't be read, belongs to no
    check, or has an entry that does not apply.
    """
    found: list[Answer] = []
    for path in sorted((folder or module.answers).glob("*.toml")):
        if path.stem not in {check.id for check in module.checks}:
            raise CourseError(
                f'answers are kept for "{path.stem}", which is no check of {module.name}',
                at=str(path),
                hint="name the file after a check in module.toml",
            )
        found += _answers_in(path, reference)
    return tuple(found)


def with_cells(reference: Work, text: str) -> Work:
    """The reference with whole cells replaced: `text` has each below a line `# %% <the cell's id>`.

    UsageError when the reference has no such cell.
    """
    _, *parts = _CELL.split(text)
    written = dict(zip(parts[::2], parts[1::2], strict=True))
    if unknown := written.keys() - {cell.name for cell in reference.cells}:
        raise UsageError(f'the solution has no cell "{min(unknown)}"')
    return Work(tuple(CodeCell(cell.name, written.get(cell.name, cell.source)) for cell in reference.cells))


def _answers_in(path: Path, reference: Work) -> Iterator[Answer]:
    settings = read_settings(path)
    if unknown := set(settings.values) - {"wrong", "right"}:
        raise CourseError(f"answers are [[wrong]] or [[right]], not [[{min(unknown)}]]", at=str(path))
    for verdict in ("wrong", "right"):
        for entry in settings.tables(verdict):
            yield _answer(path, verdict, entry.values, reference)


def _answer(path: Path, verdict: str, entry: dict[str, str], reference: Work) -> Answer:
    name = entry.get("name", "?")
    try:
        if entry.keys() - {"name"} not in _SHAPES or not all(isinstance(value, str) for value in entry.values()):
            raise _DoesNotApply("it needs a name, and old and new (and method), or method and code")
        return Answer(path.stem, name, verdict == "right", _changed(reference, entry))
    except _DoesNotApply as problem:
        raise CourseError(f'the {verdict} answer "{name}" does not apply: {problem}', at=str(path)) from None


def _changed(reference: Work, entry: dict[str, str]) -> Work:
    """The reference with the entry's change made."""
    span = _find_def(reference, entry["method"]) if "method" in entry else None
    if span and "code" in entry:
        cell, source = span.cell, _with_def(reference.cells[span.cell].source, span, entry["code"])
    else:
        cell, source = _with_text(reference, span, entry["old"], entry["new"])
    if not parses(source):
        raise _DoesNotApply("what comes out is not Python")
    cells = list(reference.cells)
    cells[cell] = CodeCell(cells[cell].name, source)
    return Work(tuple(cells))


def _with_def(source: str, span: _Span, code: str) -> str:
    lines = source.split("\n")
    first = lines[span.first]
    indent = first[: len(first) - len(first.lstrip())]
    new = textwrap.indent(textwrap.dedent(code).strip("\n"), indent)
    return "\n".join([*lines[: span.first], new, *lines[span.end :]])


def _with_text(reference: Work, span: _Span | None, old: str, new: str) -> tuple[int, str]:
    """The number of the cell with the text `old`, and its source with `new` instead."""
    spans = [span] if span else [_Span(i, 0, c.source.count("\n") + 1) for i, c in enumerate(reference.cells)]
    texts = ["\n".join(reference.cells[s.cell].source.split("\n")[s.first : s.end]) for s in spans]
    times = sum(text.count(old) for text in texts) if old else 0
    if times != 1:
        raise _DoesNotApply(f"old stands {times} times in {'the method' if span else 'the solution'}; it must once")
    where, text = next((s, text) for s, text in zip(spans, texts, strict=True) if old in text)
    lines = reference.cells[where.cell].source.split("\n")
    lines[where.first : where.end] = [text.replace(old, new)]
    return where.cell, "\n".join(lines)


@lru_cache(64)  # every entry looks through the same cells
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _find_def(reference: Work, dotted: str) -> _Span:
    """The lines of `Class.method` or `function`, its decorators included."""
    found = [
        _Span(number, min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1, last_line(node))
        for number, cell in enumerate(reference.cells)
        for name, node in defs(_parsed(cell.source))
        if name == dotted
    ]
    if len(found) != 1:
        raise _DoesNotApply(f"{dotted} is defined {len(found)} times in the solution; it must be once")
    return found[0]


def defs(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """The classes, functions and methods of a cell, by dotted name: `Class.method`, `function`."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            inner = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
            yield from ((f"{node.name}.{method.name}", method) for method in inner)


def last_line(node: ast.stmt | ast.expr) -> int:
    """The last line of a parsed node, counted from 1."""
    return node.end_lineno or node.lineno
