"""A check compiled to run in two goes: its open lines, and its hidden tests later, with the names that they met.

Where hidden lines stand in the check, the open one notes them with the names as they are then. A hidden block that
does no more than name functions, such as those in place of a learner's methods, stays: no input comes from it.

Hidden lines that can't be taken out of their place (in a function inside the check, in a `with` that is no part,
with a `return`, or before open lines that read what they have set) leave the check in one piece: it then runs once
without its hidden tests, and once with them.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from types import CodeType

from tito.autograder.check_script import LearnersImports, Script, script_of
from tito.course.checks import CheckCell

NOTE = "__note_hidden_tests__"  # what the open lines call, with a block's number and the names of the time
RUN = "__run_hidden_tests__"  # what the check is, in the second go

_TIED_TO_ITS_PLACE = (
    ast.Return,
    ast.Break,
    ast.Continue,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
    ast.Global,
    ast.Nonlocal,
)
_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class HiddenBlock:
    """Hidden lines next to each other, and whether they stand in a part."""

    code: CodeType
    in_part: bool


@dataclass(frozen=True)
class DeferredScript:
    """`opening` has the open lines; `closing`, run in the same namespace, is the check with nothing but hidden ones."""

    opening: Script
    closing: Script
    blocks: tuple[HiddenBlock, ...]


class _InOnePiece(Exception):
    """The hidden lines of this check can't be taken out."""


@lru_cache(maxsize=256)
def deferred_script_of(check: CheckCell) -> DeferredScript | None:
    """The check in two goes; None where its hidden lines can't be taken out, or it has none."""
    script = script_of(check)
    if not script.hidden:
        return None
    try:
        return _Deferral(script).read(check.source)
    except _InOnePiece:
        return None


class _Deferral:
    """Takes the hidden lines out of one script."""

    def __init__(self, script: Script):
        self._script = script
        self._blocks: list[HiddenBlock] = []
        self._set_up: frozenset[int] = frozenset()  # hidden lines that stay

    def read(self, source: str) -> DeferredScript:
        tree = LearnersImports().visit(ast.parse(source, self._script.file))
        called = tree.body.pop() if tree.body else None
        function = next((node for node in tree.body if self._has_hidden(node)), None)
        if not (isinstance(function, ast.FunctionDef) and _calls(called, function) and _ends_with_points(function)):
            raise _InOnePiece
        others = [node for node in tree.body if node is not function]
        if any(self._has_hidden(node) for node in others):
            raise _InOnePiece
        for hidden, group in groupby(function.body, self._is_hidden):
            block = [*group]
            if hidden and all(map(_only_names_functions, block)):
                self._set_up |= {line for node in block for line in range(node.lineno, (node.end_lineno or 0) + 1)}
        if self._prepares_open_lines(function):
            raise _InOnePiece
        function.body = self._open(function.body, in_part=False)
        opening = self._compiled(tree.body)
        run = ast.Return(ast.Call(ast.Name(RUN, ast.Load()), [], []))
        function.body = [ast.copy_location(run, function)]
        return DeferredScript(opening, self._compiled([function]), tuple(self._blocks))

    def _prepares_open_lines(self, function: ast.FunctionDef) -> bool:
        """Do hidden lines bind a name that open ones read: in a function, or below, before they bind it anew?"""
        nodes = [node for each in function.body for node in _outside_scopes(each)]
        is_hidden = {node: self._is_hidden(node) for node in nodes}
        bound = [(name, _line_of(node)) for node in nodes if is_hidden[node] for name in _bound_by(node)]
        seen = [_Seen(node) for node in nodes if not is_hidden[node]]
        return any(_is_read_below(name, line, seen) for name, line in bound)

    def _compiled(self, body: list[ast.stmt]) -> Script:
        return replace(self._script, body=self._code(body))

    def _code(self, body: list[ast.stmt]) -> CodeType:
        module = ast.fix_missing_locations(ast.Module(body, type_ignores=[]))
        return compile(module, self._script.file, "exec", dont_inherit=True, optimize=0)

    def _is_hidden(self, node: ast.AST) -> bool:
        return _line_of(node) in self._script.hidden - self._set_up

    def _has_hidden(self, node: ast.AST) -> bool:
        return any(isinstance(inner, ast.stmt) and self._is_hidden(inner) for inner in ast.walk(node))

    def _open(self, block: list[ast.stmt], *, in_part: bool) -> list[ast.stmt]:
        """The open statements of a block, each run of hidden ones noted in its place."""
        opened = []
        for hidden, group in groupby(block, self._is_hidden):
            statements = [*group]
            opened += [self._note(statements, in_part)] if hidden else [self._opened(s, in_part) for s in statements]
        return opened

    def _note(self, statements: list[ast.stmt], in_part: bool) -> ast.stmt:
        if any(isinstance(node, _TIED_TO_ITS_PLACE) for each in statements for node in _outside_scopes(each)):
            raise _InOnePiece
        self._blocks.append(HiddenBlock(self._code(statements), in_part))
        names = ast.Call(ast.Name("locals", ast.Load()), [], [])
        note = ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(len(self._blocks) - 1), names], [])
        return ast.copy_location(ast.Expr(note), statements[0])

    def _opened(self, statement: ast.stmt, in_part: bool) -> ast.stmt:
        if not self._has_hidden(statement):
            return statement
        match statement:
            case ast.With(items=[item]) if is_part(item.context_expr) and not in_part:
                statement.body = self._open(statement.body, in_part=True)
            case ast.For() | ast.While() | ast.If():
                statement.body = self._open(statement.body, in_part=in_part)
                statement.orelse = self._open(statement.orelse, in_part=in_part)
            case _:
                raise _InOnePiece
        return statement


def is_part(node: ast.expr) -> bool:
    """Is it `check.part(...)`?"""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "part"


def _only_names_functions(statement: ast.stmt) -> bool:
    """Is it an import, a function, or an assignment of such by name, alone or in a dict?"""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef(decorator_list=[]):
            return True
        case ast.Assign(targets=[ast.Name()], value=ast.Dict(values=values)):
            return all(isinstance(value, ast.Name) for value in values)
    return False


def _calls(statement: ast.stmt | None, function: ast.FunctionDef) -> bool:
    """Is the statement a call of `function`, or of one that gets it first, as `verdict(check_server, ...)` does?"""
    match statement:
        case ast.Expr(ast.Call(func=ast.Name(name), args=[])) | ast.Expr(ast.Call(args=[ast.Name(name), *_])):
            return name == function.name
    return False


def _ends_with_points(function: ast.FunctionDef) -> bool:
    """Is what the function returns the points of its parts, or nothing?"""
    returns = [node for each in function.body for node in _outside_scopes(each) if isinstance(node, ast.Return)]
    match returns:
        case []:
            return True
        case [ast.Return(ast.Call(func=ast.Attribute(attr="points"), args=[])) as last]:
            return function.body[-1] is last
    return False


def _bound_by(node: ast.AST) -> set[str]:
    """The names that this node itself binds."""
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store())
            | ast.FunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.arg(arg=name)
        ):
            return {name}
        case ast.alias(name=name, asname=other):
            return {other or name.partition(".")[0]}
    return set()


class _Seen:
    """The names that an open node, a function or comprehension as a whole, binds and reads."""

    def __init__(self, node: ast.AST):
        self.line = _line_of(node)
        self.bound = _bound_by(node)
        self.may_be_called = isinstance(node, ast.FunctionDef)  # later on, by its name
        self.read = _names_from_outside(node) if isinstance(node, _SCOPES) else _read_by(node)


def _names_from_outside(scope: ast.AST) -> set[str]:
    """The names that a function or comprehension reads and does not bind."""
    nodes = [*ast.walk(scope)]
    bound = set[str]().union(*(_bound_by(node) for node in nodes if node is not scope))
    return set[str]().union(*map(_read_by, nodes)) - bound


def _read_by(node: ast.AST) -> set[str]:
    return {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else set()


def _is_read_below(name: str, line: int, seen: list[_Seen]) -> bool:
    """Is `name`, bound in a hidden line, read below before it is bound anew, or in a function above that knows it?"""
    anew = min((each.line for each in seen if name in each.bound and each.line > line), default=math.inf)
    readers = [each for each in seen if name in each.read]
    return any(line < each.line <= anew or (each.may_be_called and each.line < line) for each in readers)


def _line_of(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 0)
    return line


def _outside_scopes(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, except for what is in functions and comprehensions."""
    yield node
    if not isinstance(node, _SCOPES):
        for inner in ast.iter_child_nodes(node):
            yield from _outside_scopes(inner)
