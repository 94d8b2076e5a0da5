"""What of a work a check can reach: its result can't depend on anything else.

A kept answer differs from the reference in one method, and most checks never
reach that method. Names decide: a check may call what it names, and so may each
function that it calls. All code outside functions counts as reached, and so do
special methods (`a + b` calls one without naming it). Where names are made at
run time (`getattr(x, name)`, `globals()`, …), everything is reached.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

from tito.course.checks import Work

BY_STRING = {
    "getattr",
    "setattr",
    "delattr",
    "hasattr",
    "methodcaller",
    "attrgetter",
}  # name what they reach in a string
MAKES_NAMES = {"vars", "globals", "locals", "eval", "exec", "__import__", "import_module"}
EVERYTHING = "*"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Map:
    """A work taken apart: `bodies` of functions and `calls`, the names in them, by the function's name."""

    always: str
    bodies: dict[str, str]
    calls: dict[str, frozenset[str]]

    def reached_from(self, source: str) -> str:
        """The text of `source` and of all that it can reach."""
        seen: set[str] = set()
        queue = set(_spelled(source) | self.calls.get("", frozenset()))
        while queue:
            name = queue.pop()
            seen.add(name)
            queue |= self.calls.get(name, frozenset()) - seen
        reached = self.bodies if EVERYTHING in seen else seen & self.bodies.keys()
        return "\n".join([source, self.always, *(self.bodies[name] for name in sorted(reached))])


def map_of(work: Work) -> Map | None:
    """The work taken apart; None when a cell of it is not Python, so that nothing can be told."""
    try:
        pieces = [piece for cell in work.cells for piece in _pieces(cell.source)]
    except (SyntaxError, ValueError):
        return None
    bodies: defaultdict[str, list[str]] = defaultdict(list)
    calls: defaultdict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        bodies[piece.name].append(piece.text)
        calls[piece.name] |= piece.names
    always = "\n".join(filter(None, bodies.pop("", [])))
    return Map(always, {k: "\n".join(v) for k, v in bodies.items()}, {k: frozenset(v) for k, v in calls.items()})


@dataclass(frozen=True)
class _Piece:
    """A function's text and the names in it; without a name of its own, a cell's code outside functions."""

    name: str
    text: str
    names: frozenset[str]


@cache
def _pieces(source: str) -> tuple[_Piece, ...]:
    """A cell taken apart; most cells of an answer are the reference's own."""
    tree, lines = ast.parse(source), source.split("\n")
    pieces = []
    for function in list(_functions(tree)):
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
        text = lines[first : function.end_lineno]
        lines[first : function.end_lineno] = [""] * len(text)
        pieces.append(_Piece(function.name, "\n".join(text), frozenset(names_in(function))))
    rest = "\n".join(filter(str.strip, lines))
    return (*pieces, _Piece("", rest, frozenset(names_in(_without_functions(tree)))))


@cache
def _spelled(source: str) -> frozenset[str]:
    return frozenset(names_in(ast.parse(source)))


def names_in(tree: ast.AST) -> set[str]:
    """Every name that the code spells: variables, attributes, keywords, and strings where they are taken for names."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.alias(name=name):
                found.add(EVERYTHING if name in MAKES_NAMES else name)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in BY_STRING:
                strings = {arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
                found |= strings or {EVERYTHING}
    return found


def _is_apart(node: ast.AST) -> TypeGuard[Function]:
    """Is it a function that only runs when it is named?"""
    return isinstance(node, Function) and not node.name.startswith("__")


def _functions(tree: ast.Module) -> Iterator[Function]:
    """Functions and methods that run only when somebody names them."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (item for item in inside if _is_apart(item))


def _without_functions(tree: ast.Module) -> ast.Module:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            node.body = [item for item in node.body if not _is_apart(item)] or [ast.Pass()]
    tree.body = [node for node in tree.body if not _is_apart(node)]
    return tree
