"""What each statement of a cell binds, uses and changes, told from its source without running it."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=1024)
def statements_of(source: str) -> tuple[Statement, ...]:
    """The statements of a cell; none where it is no Python, which no notebook runs either."""
    try:
        return tuple(_statement(node) for node in ast.parse(source).body)
    except _UNREADABLE:
        return ()


def bound_by(source: str) -> frozenset[str]:
    """The names that a cell binds."""
    return NO_NAMES.union(*(statement.binds for statement in statements_of(source)))


def same_code(a: str, b: str) -> bool:
    """Do two sources differ in layout and comments alone, as before and after a formatter?"""
    try:
        return ast.dump(ast.parse(a)) == ast.dump(ast.parse(b))
    except _UNREADABLE:
        return False


def _statement(node: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    parts = tuple(_outside_of_scopes(node))
    return Statement(
        first=min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]),
        last=node.end_lineno or node.lineno,
        binds=frozenset(_bound(table)) | _starred(node),
        uses=frozenset(_used(table)) | frozenset(_named_in_texts(node, table)),
        sets=frozenset(name for part in parts for name in _set_in(part)) | frozenset(_decorating(node)),
        calls=frozenset(name for part in parts for name in _called_on(part)),
        runs=frozenset(name for part in parts for name in _run_in(part)),
        inside=frozenset(name for part in ast.walk(node) for name in (*_set_in(part), *_called_on(part))),
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


def _named_in_texts(node: ast.stmt, table: symtable.SymbolTable) -> Iterator[str]:
    """Names in quoted annotations, and in any text where the code looks names up by text."""
    by_text = bool(_BY_TEXT.intersection(_used(table)))
    quoted = {id(part) for each in ast.walk(node) for hint in _annotations(each) for part in ast.walk(hint)}
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and (by_text or id(part) in quoted):
            yield from _names_in(part.value)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    for name in ("annotation", "returns"):
        if (hint := getattr(node, name, None)) is not None:
            yield hint


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
