"""Slips in the code of checks: never called, no end, nothing returned, messages that learners may not read."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tito.authoring.linting.slip import Slip
from tito.course.course import CheckSpec, Module
from tito.lesson.lint import can_fail, file_of
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN, regions
from tito.support.points import points_text

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Check:
    """A check's cell, parsed."""

    module: Module
    spec: CheckSpec
    cell: Cell

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(without_magics(self.cell.source)[0])

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The lines between markers of hidden tests, counted from 1."""
        found = regions(self.cell.source, HIDDEN)
        return frozenset(line + 1 for region in found for line in range(region.first, region.last + 1))

    def slip(self, message: str, node: ast.AST, hint: str = "") -> Slip:
        path = file_of(self.module, "check", self.spec.id)
        return Slip(message, path, getattr(node, "lineno", 1), hint)


def slips_in(module: Module, notebook: Notebook) -> Iterator[Slip]:
    """The slips of every check of a lesson that can be built."""
    cells = {cell.grade_id: cell for cell in notebook.cells if cell.is_check}
    known = _public_names(notebook)
    for spec in module.checks:
        check = _Check(module, spec, cells[spec.id])
        yield from _never_called(check)
        yield from _not_returned(check)
        yield from _never_ends(check)
        yield from _hidden_messages(check)
        yield from _asserts_of_tuples(check)
        yield from _parts(check)
        yield from _unknown_names(check, known)


def _never_called(check: _Check) -> Iterator[Slip]:
    """A function of the cell's top level that nothing calls: its asserts never run."""
    used = {node.id for node in ast.walk(check.tree) if isinstance(node, ast.Name)}
    for function in check.functions:
        if function.name not in used and any(can_fail(node) for node in ast.walk(function)):
            yield check.slip(f"{function.name}() is never called", function, f"end the file with {function.name}()")


def _not_returned(check: _Check) -> Iterator[Slip]:
    """A check in parts whose points are not the value of the cell's last line: it would always give full marks."""
    for function in [node for node in check.functions if _makes_check(node)]:
        returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        if not any(_is_points(value) for value in returns):
            yield check.slip(
                f"{function.name}() does not return its points", function, "end it with: return check.points()"
            )
    last = check.tree.body[-1] if check.tree.body else check.tree
    has_parts = any(_is_part(node) for node in ast.walk(check.tree))
    called = {
        node.func.id for node in ast.walk(check.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    if has_parts and not isinstance(last, ast.Expr) and any(function.name in called for function in check.functions):
        yield check.slip(
            "the cell does not end with the check's points, so it gives full marks or none",
            last,
            "the last line calls the check, and assigns nothing",
        )


def _makes_check(function: Function) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Check"
        for node in ast.walk(function)
    )


def _is_points(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "points"


def _never_ends(check: _Check) -> Iterator[Slip]:
    """`while True` that nothing leaves. What ends for no other reason is stopped when the reference is graded."""
    for node in ast.walk(check.tree):
        if (
            isinstance(node, ast.While)
            and isinstance(node.test, ast.Constant)
            and node.test.value
            and not _leaves(node)
        ):
            yield check.slip("this loop of the check never ends", node, "leave it with break, return or an assert")


def _leaves(loop: ast.While) -> bool:
    return any(isinstance(node, (ast.Break, ast.Return, ast.Raise, ast.Assert, ast.Yield)) for node in ast.walk(loop))


def _hidden_messages(check: _Check) -> Iterator[Slip]:
    """Learners read the message of a hidden assert only where it is the same whatever their code gave."""
    for node in ast.walk(check.tree):
        if isinstance(node, ast.Assert) and node.lineno in check.hidden and not _is_constant(node.msg):
            what = "an f-string" if isinstance(node.msg, ast.JoinedStr) else "not constant" if node.msg else "missing"
            if node.msg is None:
                continue  # learners get the check's first hint
            yield check.slip(
                f"the message of a hidden assert is {what}, so learners read the first hint in its place",
                node,
                "say it in constant words, which give no hidden value away",
            )


def _is_constant(message: ast.expr | None) -> bool:
    """A text, or texts joined; also as the last argument of a call, such as a mistake with a name."""
    if isinstance(message, ast.Call):
        return all(isinstance(each, ast.Constant) for each in message.args)
    return isinstance(message, ast.Constant)


def _asserts_of_tuples(check: _Check) -> Iterator[Slip]:
    for node in ast.walk(check.tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple) and node.test.elts:
            yield check.slip("an assert of a tuple always holds", node, "take the parentheses away")


def _parts(check: _Check) -> Iterator[Slip]:
    """Parts that can't fail, that have no number of points, and that don't add up to the check's points."""
    calls = [node for node in ast.walk(check.tree) if _is_part(node)]
    for block in (node for node in ast.walk(check.tree) if isinstance(node, ast.With)):
        if any(_is_part(item.context_expr) for item in block.items) and not any(
            can_fail(node) or isinstance(node, ast.Call) for each in block.body for node in ast.walk(each)
        ):
            yield check.slip("this part never fails: it has no assert", block)
    points = [_points_of(call) for call in calls]
    for call, each in zip(calls, points, strict=True):
        if each is None:
            yield check.slip("write the points of each part as a number, so that they can be added up", call)
    if (
        calls
        and None not in points
        and abs((total := sum(map(float, filter(None, points)))) - check.spec.points) > 1e-9
    ):
        yield check.slip(
            f"the parts add up to {points_text(total)}, module.toml says {points_text(check.spec.points)}", calls[0]
        )


def _is_part(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "part"


def _points_of(call: ast.AST) -> float | None:
    match call:
        case ast.Call(args=[ast.Constant(value=int() | float() as points), *_]):
            return points
    return None


def _public_names(notebook: Notebook) -> frozenset[str]:
    """What a check may use without defining it: the lesson's own names, and Python's."""
    found = set(dir(builtins)) | {"__name__", "__file__"}
    for cell in notebook.cells:
        if cell.kind == "code" and not cell.is_check:
            table = symtable.symtable(without_magics(cell.source)[0], cell.id, "exec")
            found |= {
                symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()
            }
            found |= {child.get_name() for child in table.get_children()}
    return frozenset(found)


def _unknown_names(check: _Check, known: frozenset[str]) -> Iterator[Slip]:
    """Names that neither the check nor the lesson defines: the check would fail for everybody."""
    if any(
        isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names) for node in ast.walk(check.tree)
    ):
        return
    table = symtable.symtable(without_magics(check.cell.source)[0], check.spec.id, "exec")
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    missing = {name for name in _globals_of(table) if name not in own and name not in known}
    for name in sorted(missing):
        node = next(n for n in ast.walk(check.tree) if isinstance(n, ast.Name) and n.id == name)
        yield check.slip(f"nothing defines the name {name}", node)


def _globals_of(table: symtable.SymbolTable) -> set[str]:
    """The names that a block and those in it look up outside of functions."""
    is_top = table.get_type() == "module"
    own = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (is_top or s.is_global())}
    return own.union(*(_globals_of(child) for child in table.get_children()))
