"""A check's source, ready to run: the names in it, its hidden lines, and the messages of its asserts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from tito.course.checks import CheckCell, CodeCell
from tito.lesson.regions import HIDDEN

IMPORTER = "__import_from_learner__"


class LearnersImports(ast.NodeTransformer):
    """Turns imports of `tinytorch` in a check into requests to the worker: they never happen in the grader."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        module = node.module or ""
        if not module.startswith("tinytorch"):
            return node
        return [self._binding(node, a.asname or a.name, module, a.name) for a in node.names]

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        theirs = [alias for alias in node.names if alias.name.startswith("tinytorch")]
        others = [alias for alias in node.names if alias not in theirs]
        kept: list[ast.stmt] = [ast.copy_location(ast.Import(others), node)] if others else []
        return kept + [self._module_binding(node, alias) for alias in theirs]

    def _module_binding(self, node: ast.stmt, alias: ast.alias) -> ast.stmt:
        module = alias.name if alias.asname else alias.name.split(".")[0]
        return self._binding(node, alias.asname or module, module, None)

    def _binding(self, node: ast.stmt, name: str, module: str, wanted: str | None) -> ast.stmt:
        call = ast.Call(ast.Name(IMPORTER, ast.Load()), [ast.Constant(module), ast.Constant(wanted)], [])
        statement = ast.Assign([ast.Name(name, ast.Store())], call)
        return ast.fix_missing_locations(ast.copy_location(statement, node))


@dataclass(frozen=True)
class Script:
    """Compiled source: the statements, and the last expression apart (None when it ends with a statement).

    `messages` has the constant words of the assert on a line, `words_after` those of the next
    assert for a line before it in the same block, which prepares what is asserted.

    `modules` are those that its top level imports into the grader.
    """

    file: str
    body: CodeType
    last: CodeType | None
    names: frozenset[str]
    lines: tuple[str, ...]
    hidden: frozenset[int]
    messages: dict[int, str | None]
    words_after: dict[int, str]
    hidden_titles: frozenset[str]
    modules: tuple[str, ...] = ()

    def run(self, namespace: dict[str, Any]) -> Any:
        """Execute in `namespace`; the value of the last expression."""
        exec(self.body, namespace)
        return None if self.last is None else eval(self.last, namespace)

    def is_hidden(self, lines: list[int]) -> bool:
        return any(line in self.hidden for line in lines)


@lru_cache(maxsize=256)
def read_script(source: str, file: str) -> Script:
    """Compile `source`; SyntaxError is the instructor's."""
    tree = ast.parse(source, file)
    lines = tuple(source.splitlines())
    hidden = _hidden_lines(lines)
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    titles = frozenset(title for call in calls if (title := _part_title(call)) and call.lineno in hidden)
    names = frozenset(name for node in nodes for name in _names(node))
    messages = _messages_by_line([node for node in nodes if isinstance(node, ast.Assert)])
    if "tinytorch" in source:
        tree = ast.fix_missing_locations(LearnersImports().visit(tree))
    modules = tuple(name for node in tree.body for name in _modules(node))
    last = tree.body[-1] if tree.body else None
    expression = last.value if isinstance(last, ast.Expr) else None
    if expression is not None:
        tree.body.pop()
    return Script(
        file=file,
        body=compile(tree, file, "exec", dont_inherit=True, optimize=0),
        last=compile(ast.Expression(expression), file, "eval", dont_inherit=True, optimize=0) if expression else None,
        names=names,
        lines=lines,
        hidden=hidden,
        messages=messages,
        words_after={line: words for node in nodes for line, words in _words_after(node, messages)},
        hidden_titles=titles,
        modules=modules,
    )


def script_of(check: CheckCell) -> Script:
    return read_script(check.source, f'check "{check.id}"')


def script_of_import(statement: str) -> Script:
    """An import of the module's own cells, which a check may rely on."""
    return read_script(statement, "imports")


def script_of_helper(cell: CodeCell) -> Script:
    return read_script(cell.source, f'helper "{cell.name}"')


def _names(node: ast.AST) -> list[str]:
    """The names in a node, imported ones too."""
    if isinstance(node, ast.Name):
        return [node.id]
    return [node.name, node.asname or node.name] if isinstance(node, ast.alias) else []


def _modules(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _hidden_lines(lines: tuple[str, ...]) -> frozenset[int]:
    hidden, inside = set(), False
    for number, line in enumerate(lines, start=1):
        inside = inside or HIDDEN.begin in line
        if inside:
            hidden.add(number)
        inside = inside and HIDDEN.end not in line
    return frozenset(hidden)


def _messages_by_line(asserts: list[ast.Assert]) -> dict[int, str | None]:
    """For each line of an assert its message, if that is constant, `NamedMistake` or bare; no assert is in another."""
    lines = ((line, node) for node in asserts for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return {line: _constant_text(_words_in(node.msg)) for line, node in lines}


def _words_after(node: ast.AST, messages: dict[int, str | None]) -> Iterator[tuple[int, str]]:
    """For each line of a statement in the blocks of `node` the words of the next assert in the block, if it has any."""
    for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
        words = None
        for statement in reversed(block if isinstance(block, list) else []):
            if isinstance(statement, ast.Assert):
                words = messages[statement.lineno]
            elif words and isinstance(statement, ast.Expr | ast.Assign):
                yield from ((line, words) for line in range(statement.lineno, (statement.end_lineno or 0) + 1))


def _words_in(message: ast.expr | None) -> ast.expr | None:
    """The words of an assert's message: those in `NamedMistake("name", "words")`, too."""
    match message:
        case ast.Call(func=ast.Name("NamedMistake"), args=[_, words]):
            return words
    return message


def _constant_text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _part_title(node: ast.Call) -> str | None:
    """The title in a call of `check.part(points, "title")`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "part":
        return _constant_text(node.args[1]) if len(node.args) > 1 else None
    return None
