"""The mutation operators: the mistakes that may be made at one place of a program.

Each function takes a piece of a syntax tree and yields what may replace it by
mistake: another operator, constant or name; a call left out, or its arguments
dropped or exchanged; a shorter loop; no statement at all; a result kept on the
object and given again; a list sorted in place; a statement moved over the reading of
a clock. The operators of mutmut and Cosmic Ray are among them; dropping, exchanging,
keeping, sorting in place and moving are added.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

Node = TypeVar("Node", bound=ast.AST)

_OTHER_OPERATOR: dict[type[ast.AST], type[Any]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_NOT_COMMUTING = ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow | ast.MatMult
_OTHER_COMPARISONS = {  # moved by one, and turned round
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_TAKEN_FOR = (  # names that are taken for each other
    ("min", "max"),
    ("any", "all"),
    ("floor", "ceil"),
    ("mean", "median"),
    ("fmean", "median"),
    ("var", "std"),
    ("start", "end"),
    ("starts", "ends"),
    ("first", "last"),
    ("low", "high"),
    ("lower", "higher"),
    ("lower", "upper"),
    ("a", "b"),
    ("model_a", "model_b"),
    ("results_a", "results_b"),
    ("error_a", "error_b"),
    ("left", "right"),
    ("add", "subtract"),
    ("subtract", "divide"),
    ("multiply", "divide"),
    ("sum", "mean"),
    ("argmax", "argmin"),
    ("axis", "keepdims"),
    ("shape", "size"),
    ("triu", "tril"),
)
_EVERYWHERE = {"min", "max", "any", "all", "sum"}  # builtins: known without being named in the method

Function = ast.FunctionDef | ast.AsyncFunctionDef
_CLOCKS = {"clock", "now", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns"}
_MOVED = ast.Expr | ast.Assign | ast.AugAssign
_DROPPED = ast.Expr | ast.AugAssign | ast.Raise | ast.Assert | ast.Delete | ast.Break | ast.Continue


@dataclass(frozen=True)
class FunctionNames:
    """The names that a function binds; `again` are those that it binds more than once."""

    bound: frozenset[str]
    again: frozenset[str]


def names_in(function: Function) -> FunctionNames:
    """The names of a function's parameters and variables."""
    bound = [each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)]
    bound += [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return FunctionNames(frozenset(bound), frozenset(name for name in bound if bound.count(name) > 1))


# -- statements ---------------------------------------------------------------


def statements_for(node: ast.stmt, names: FunctionNames) -> Iterator[ast.stmt]:
    """What may replace a statement by mistake, if it has no block of its own."""
    if isinstance(node, _DROPPED) or (isinstance(node, ast.Assign) and _may_be_dropped(node, names)):
        yield ast.Pass()
    match node:
        case ast.Return(value=ast.AST() as value):
            yield ast.Return(ast.Constant(None))
            if "self" in names.bound and isinstance(value, (ast.Call, ast.BinOp)):
                yield ast.Return(_kept_on_self("result", value))
        case ast.Assign([ast.Name(name)], ast.Call() as value) if "self" in names.bound:
            yield ast.Assign([ast.Name(name, ast.Store())], _kept_on_self(name, value), lineno=0)
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.AugAssign(target, operator, value):
            yield ast.AugAssign(target, _OTHER_OPERATOR[type(operator)](), value)
            yield ast.Assign([target], value, lineno=0)
    yield from _inside(node, names)


def exchanged(block: list[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Neighbours in a block of which one reads a clock: exchanged, something else is timed than before."""
    for first, second in pairwise(block):
        if all(isinstance(each, _MOVED) for each in (first, second)) and (_reads_clock(first) or _reads_clock(second)):
            yield first, second


def _reads_clock(node: ast.stmt) -> bool:
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(ast.unparse(called).rpartition(".")[2] in _CLOCKS for called in calls)


def _kept_on_self(name: str, value: ast.expr) -> ast.expr:
    """The first value that came about here, for ever: `vars(self).setdefault("kept_x", value)`."""
    kept = ast.parse(f'vars(self).setdefault("kept_{name}", None)', mode="eval").body
    assert isinstance(kept, ast.Call), "it was written so"
    return ast.Call(kept.func, [kept.args[0], value], [])


def _may_be_dropped(node: ast.Assign, names: FunctionNames) -> bool:
    """Does every name have a value without this assignment? If not, a NameError finds the mistake."""
    targets = [name for target in node.targets for name in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return all(not isinstance(target, ast.Name) or target.id in names.again for target in targets)


def heads_for(node: ast.stmt, names: FunctionNames) -> tuple[ast.expr, str, list[ast.expr]] | None:
    """A block's condition or iterable, the line around it, and what may replace it by mistake."""
    match node:
        case ast.If(test=head):
            return head, "if {}:", [ast.Constant(True), ast.Constant(False), *_inside(head, names)]
        case ast.While(test=head):
            return head, "while {}:", [ast.Constant(False), *_inside(head, names)]
        case ast.For(target=target, iter=head):
            frame = f"for {ast.unparse(target)} in {{}}:"
            return head, frame, [ast.List([], ast.Load()), *_shorter(head), *_inside(head, names)]
    return None


# -- expressions ----------------------------------------------------


def _inside(tree: Node, names: FunctionNames) -> Iterator[Node]:
    """Copies of `tree`, each with one change to one of its expressions."""
    for node in ast.walk(tree):
        for new in changes(node, names):
            yield _with(tree, node, new)


def _with(tree: Any, old: ast.AST, new: ast.AST) -> Any:
    """A copy of `tree` with `new` in place of `old`."""
    if tree is old:
        return new
    if isinstance(tree, list):
        return [_with(each, old, new) for each in tree]
    if not isinstance(tree, ast.AST):
        return tree
    fields: dict[str, Any] = {name: _with(value, old, new) for name, value in ast.iter_fields(tree)}
    return type(tree)(**fields | {"lineno": 0})


def changes(node: ast.AST, names: FunctionNames) -> Iterator[ast.AST]:
    """What may replace an expression by mistake."""
    match node:
        case ast.BinOp(left, operator, right):
            yield ast.BinOp(left, _OTHER_OPERATOR[type(operator)](), right)
            yield from [ast.BinOp(right, operator, left)] if isinstance(operator, _NOT_COMMUTING) else []
            yield from (left, right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(_OTHER_OPERATOR[type(operator)](), values)
            yield from (_all_of(operator, rest) for rest in _one_less(values))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Compare(left, [operator, *others], rights):
            yield from (ast.Compare(left, [o(), *others], rights) for o in _OTHER_COMPARISONS[type(operator)])
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.IfExp(_, body, other):
            yield from (body, other)
        case ast.Call():
            yield from _other_calls(node, names)
        case ast.Subscript(value, ast.Slice(lower, upper, step), context):
            parts = [ast.Slice(None, upper, step)] * bool(lower) + [ast.Slice(lower, None, step)] * bool(upper)
            yield from (ast.Subscript(value, part, context) for part in parts)
        case ast.Tuple(elements, ast.Load()):
            yield from (ast.Tuple(order, ast.Load()) for order in _neighbours_exchanged(elements))
        case ast.List(elements, ast.Load()):
            yield from (ast.List(rest, ast.Load()) for rest in _one_less(elements))
        case ast.Dict(keys, values):
            yield from map(ast.Dict, _one_less(keys), _one_less(values))
        case ast.comprehension():
            yield from _other_loops(node)
        case ast.Name(name, ast.Load()):
            yield from (ast.Name(other, ast.Load()) for other in _taken_for(name) if other in names.bound | _EVERYWHERE)
        case ast.Attribute(value, name, ast.Load()):
            yield from (ast.Attribute(value, other, ast.Load()) for other in _taken_for(name))


def _other_constants(value: object) -> list[Any]:
    """Values that a constant may have by mistake; none for None, bytes and `...`."""
    match value:
        case bool():
            return [not value]
        case int():
            others: list[Any] = [value + 1, value - 1, 0, 2 * value]
        case float():
            others = [0.0, value / 2, 2 * value, value + 1]
        case str():
            others = [""]
        case _:
            return []
    return [other for other in dict.fromkeys(others) if other != value]


def _other_calls(call: ast.Call, names: FunctionNames) -> Iterator[ast.AST]:
    """A call left out (`sorted(x)` becomes `x`), and with its arguments dropped or exchanged."""
    if len(call.args) == 1 and not isinstance(call.args[0], (ast.Starred, ast.GeneratorExp)):
        yield call.args[0]
    if ast.unparse(call.func) == "sorted" and isinstance(call.args[0], (ast.Name, ast.Attribute)):
        in_place = ast.Call(ast.Attribute(call.args[0], "sort", ast.Load()), [], call.keywords)
        yield ast.BoolOp(ast.Or(), [in_place, call.args[0]])
    if isinstance(call.func, ast.Attribute) and not _is_module(call.func.value, names):
        yield call.func.value
    for order in _neighbours_exchanged(call.args):
        yield ast.Call(call.func, order, call.keywords)
    for rest in _one_less(call.args) if len(call.args) + len(call.keywords) > 1 else ():
        yield ast.Call(call.func, rest, call.keywords)
    for rest in _one_less(call.keywords):
        yield ast.Call(call.func, call.args, rest)


def _is_module(node: ast.expr, names: FunctionNames) -> bool:
    """Is it a name from outside the function, like `np`?"""
    return isinstance(node, ast.Name) and node.id not in names.bound


def _other_loops(loop: ast.comprehension) -> Iterator[ast.comprehension]:
    for source in _shorter(loop.iter):
        yield ast.comprehension(loop.target, source, loop.ifs, loop.is_async)
    for rest in _one_less(loop.ifs):
        yield ast.comprehension(loop.target, loop.iter, rest, loop.is_async)


def _shorter(source: ast.expr) -> list[ast.expr]:
    """The iterable of a loop without its first or its last item."""
    everything = ast.Call(ast.Name("list", ast.Load()), [source], [])
    slices = ast.Slice(ast.Constant(1)), ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
    return [ast.Subscript(everything, part, ast.Load()) for part in slices]


def _all_of(operator: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(operator, values) if len(values) > 1 else values[0]


def _one_less(items: list[Any]) -> list[list[Any]]:
    return [items[:place] + items[place + 1 :] for place in range(len(items))]


def _neighbours_exchanged(items: list[Any]) -> list[list[Any]]:
    return [[*items[:place], items[place + 1], items[place], *items[place + 2 :]] for place in range(len(items) - 1)]


def _taken_for(name: str) -> list[str]:
    return [pair[1 - pair.index(name)] for pair in _TAKEN_FOR if name in pair]
