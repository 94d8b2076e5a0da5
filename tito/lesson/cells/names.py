"""What each statement of a cell binds, uses and changes, told from its source without running it."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tito.lesson.magics import MOST_KEPT, tree_of

NO_NAMES: frozenset[str] = frozenset()
PYTHONS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__annotations__"}
_BY_TEXT = frozenset({"globals", "eval", "exec", "locals", "vars"})  # with these a name may stand in a text
_SETTERS = ("setattr", "delattr")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Statement:
    """A statement at the top of a cell, from line `first` to `last`, counted from 1.

    It `binds` names, `uses` names of the notebook, `sets` something in objects of
    these names (an attribute, an item), and `calls` their methods. It `runs`
    functions for what they do, as a decorator is run; `inside` are the names in which its own
    functions set something. `is_import` where it binds by importing; a `*` among
    what it binds stands for who knows what.
    """

    first: int
    last: int
    binds: frozenset[str] = NO_NAMES
    uses: frozenset[str] = NO_NAMES
    sets: frozenset[str] = NO_NAMES
    calls: frozenset[str] = NO_NAMES
    runs: frozenset[str] = NO_NAMES
    inside: frozenset[str] = NO_NAMES
    is_import: bool = False


def statements_of(source: str) -> tuple[Statement, ...]:
    """The statements of a cell; none where it is no Python, which no notebook runs either."""
    return (_kept_statements if len(source) <= MOST_KEPT else _kept_of_long_cells)(source)


def _statements(source: str) -> tuple[Statement, ...]:
    try:
        return tuple(_statement(node, text) for node, text in _texts(source, tree_of(source).body))
    except _UNREADABLE:
        return ()


_kept_statements, _kept_of_long_cells = lru_cache(maxsize=1024)(_statements), lru_cache(maxsize=8)(_statements)


def _texts(source: str, body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement with its own lines, or written anew where it shares one with another: `a = 1; b = 2`."""
    lines = source.split("\n")
    standing = Counter(line for node in body for line in {_first_line(node), node.end_lineno})
    for node in body:
        first, last = _first_line(node), node.end_lineno or node.lineno
        is_alone = standing[first] == standing[last] == 1 and "\r" not in source  # which ends a line too
        yield node, "\n".join(lines[first - 1 : last]) if is_alone else ast.unparse(node)


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])


def bound_by(source: str) -> frozenset[str]:
    """The names that a cell binds."""
    return NO_NAMES.union(*(statement.binds for statement in statements_of(source)))


def same_code(a: str, b: str) -> bool:
    """Do two sources differ in layout and comments alone, as before and after a formatter?"""
    try:
        return _is_same(tree_of(a), tree_of(b))
    except _UNREADABLE:
        return False


def _is_same(a: object, b: object) -> bool:
    """Are two syntax trees one, but for where their nodes stand? It ends at the first difference."""
    if type(a) is not type(b):
        return False
    if isinstance(a, ast.AST):
        return all(_is_same(getattr(a, name, None), getattr(b, name, None)) for name in a._fields)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_is_same, a, b))
    return repr(a) == repr(b)  # constants, of which 0.0 and -0.0 are two, and nan is one


def _statement(node: ast.stmt, text: str) -> Statement:
    table = symtable.symtable(text, "cell", "exec")
    parts, everything = tuple(_outside_of_scopes(node)), tuple(ast.walk(node))
    return Statement(
        first=_first_line(node),
        last=node.end_lineno or node.lineno,
        binds=frozenset(_bound(table)) | _starred(node),
        uses=frozenset(_used(table)) | frozenset(_named_in_texts(everything, table)),
        sets=frozenset(name for part in parts for name in _set_in(part)) | frozenset(_decorating(node)),
        calls=frozenset(name for part in parts for name in _called_on(part)),
        runs=frozenset(name for part in parts for name in _run_in(part)),
        inside=frozenset(name for part in everything for name in (*_set_in(part), *_called_on(part))),
        is_import=isinstance(node, (ast.Import, ast.ImportFrom)),
    )


def _starred(node: ast.stmt) -> frozenset[str]:
    is_star = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    return frozenset({"*"}) if is_star else NO_NAMES


def _bound(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that the code binds at the top of the notebook, in functions by `global`."""
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        is_bound = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
        if is_bound and (is_top or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _bound(child)


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _used(child)


def _named_in_texts(parts: Collection[ast.AST], table: symtable.SymbolTable) -> Iterator[str]:
    """Names in quoted annotations, and in any text where the code looks names up by text."""
    if not _BY_TEXT.intersection(_used(table)):
        parts = [part for each in parts for hint in _annotations(each) for part in ast.walk(hint)]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield from _names_in(part.value)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
        yield node.returns


def _names_in(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text.strip())
    except _UNREADABLE:
        return
    yield from (part.id for part in ast.walk(tree) if isinstance(part, ast.Name))


def _outside_of_scopes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and its parts, but for what runs only when a function is called."""
    yield node
    if not isinstance(node, _SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _outside_of_scopes(child)


def _set_in(node: ast.AST) -> Iterator[str]:
    """Names of objects in which something is set: `Tensor.sum = f`, `TABLE["a"] = 1`, `setattr(Tensor, …)`."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        yield from _root(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SETTERS and node.args:
        yield from _root(node.args[0])


def _called_on(node: ast.AST) -> Iterator[str]:
    """Names of objects of which a method is called as a statement: `TABLE.append(1)`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        yield from _root(node.value.func)


def _decorating(node: ast.stmt) -> Iterator[str]:
    """Names of objects that a definition goes into: `@REGISTRY.add`, and the class of fastcore's `@patch`."""
    for decorator in getattr(node, "decorator_list", ()):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield from _root(called) if isinstance(called, ast.Attribute) else ()
        if isinstance(called, ast.Name) and called.id.startswith("patch") and isinstance(node, ast.FunctionDef):
            hints = [argument.annotation for argument in node.args.args[:1] if argument.annotation is not None]
            yield from (part.id for hint in hints for part in ast.walk(hint) if isinstance(part, ast.Name))


def _run_in(node: ast.AST) -> Iterator[str]:
    """Names of functions that are run for what they do: decorators, and calls that are a statement."""
    for decorator in getattr(node, "decorator_list", ()):
        yield from _root(decorator.func if isinstance(decorator, ast.Call) else decorator)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _root(node.value.func)


def _root(node: ast.expr) -> Iterator[str]:
    """`a` of `a.b[1].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
