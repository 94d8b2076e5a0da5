"""Mutants of a reference solution: each is the reference with one small mistake in it.

A check is as good as the mistakes that it finds, and authors think of few of
them. So every place in the syntax tree of each solution region
is changed in every way that `mutation_operators` knows. (The idea: R.
DeMillo, R. Lipton, F. Sayward, "Hints on test data selection", IEEE Computer
11(4), 1978.)

Only the changed statement, or the changed head of a block, is written anew. A
mutant is identified by its method and by the two texts of that statement (of a
long one, by the part that differs). Its line number and layout don't matter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from tito.authoring.answers import defs, last_line
from tito.authoring.mutation_operators import (
    Function,
    FunctionNames,
    changes,
    exchanged,
    heads_for,
    names_in,
    statements_for,
)
from tito.course.checks import CodeCell, Work
from tito.lesson.regions import SOLUTION, regions

LONGEST = 90  # characters: of a longer statement, the part that differs identifies the mutant


@dataclass(frozen=True)
class Mutant:
    """The reference with `line` of `method` written as `becomes`."""

    method: str
    line: str
    becomes: str
    work: Work

    @cached_property
    def key(self) -> tuple[str, str, str]:
        return key_of(self.method, self.line, self.becomes)


def key_of(method: str, line: str, becomes: str) -> tuple[str, str, str]:
    """What identifies a mutant: its method and the meaning of both texts.

    SyntaxError when one of them is not Python.
    """
    return method, _meaning(line), _meaning(becomes)


def _meaning(text: str) -> str:
    return ast.dump(ast.parse(f"{text} pass" if text.endswith(":") else text))


def mutants_of(reference: Work) -> Iterator[Mutant]:
    """Every mutant of every solution region, in the order of the notebook; equal ones once."""
    known: dict[tuple[str, str, str], Work] = {}
    for number, cell in enumerate(reference.cells):
        for method, function in _solved(cell.source):
            for change in _in_function(function, _lines_of_regions(cell.source)):
                mutant = _mutant(reference, number, method, change)
                if known.get(mutant.key, mutant.work) != mutant.work:  # two parts of statements read the same
                    mutant = _mutant(reference, number, method, replace(change, part=None))
                _, line, becomes = mutant.key
                if mutant.key not in known and line != becomes:
                    known[mutant.key] = mutant.work
                    yield mutant


def _solved(source: str) -> Iterator[tuple[str, Function]]:
    """The functions and methods that have a solution region."""
    lines = _lines_of_regions(source)
    for name, node in defs(ast.parse(source)) if lines else ():
        if isinstance(node, Function) and lines & set(range(node.lineno, last_line(node) + 1)):
            yield name, node


def _lines_of_regions(source: str) -> set[int]:
    """The lines of a cell, counted from 1, that are in a solution region."""
    return {line for region in regions(source, SOLUTION) for line in range(region.first + 2, region.last + 1)}


# -- from a change to a work ---------------------------------------------------


@dataclass(frozen=True)
class _Change:
    """`text` in place of `node`."""

    node: ast.stmt | ast.expr
    text: str
    whole: tuple[str, str]  # what the statement was, and what it becomes
    part: tuple[str, str] | None = None  # the same, in short


def _mutant(reference: Work, number: int, method: str, change: _Change) -> Mutant:
    cell = reference.cells[number]
    cells = list(reference.cells)
    cells[number] = CodeCell(cell.name, _with_text(cell.source, change.node, change.text))
    return Mutant(method, *(change.part or change.whole), Work(tuple(cells)))


def _with_text(source: str, node: ast.stmt | ast.expr, text: str) -> str:
    """`source` with `text` in place of `node`; columns of syntax trees count bytes of UTF-8."""
    lines = source.encode().split(b"\n")
    end = last_line(node)
    first, last = lines[node.lineno - 1], lines[end - 1]
    lines[node.lineno - 1 : end] = [first[: node.col_offset] + text.encode() + last[node.end_col_offset :]]
    return b"\n".join(lines).decode()


def _in_function(function: Function, lines: set[int]) -> Iterator[_Change]:
    """Every change to the statements of a function in these lines, and to its parameters' defaults."""
    names = names_in(function)
    yield from _in_defaults(function)
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node.lineno in lines and not _is_docstring(node):
            yield from _in_block(node, names) if hasattr(node, "body") else _in_statement(node, names)
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            inside = [each for each in block if each.lineno in lines] if isinstance(block, list) else []
            yield from (_moved(first, second) for first, second in exchanged(inside))


def _moved(first: ast.stmt, second: ast.stmt) -> _Change:
    """Two statements that follow each other, in the other order."""
    before, after = ast.unparse(first), ast.unparse(second)
    both = ast.Pass(lineno=first.lineno, col_offset=first.col_offset)
    both.end_lineno, both.end_col_offset = second.end_lineno, second.end_col_offset
    text = f"{after}\n{' ' * first.col_offset}{before}"
    return _Change(both, text, (f"{before}; {after}", f"{after}; {before}"))


def _is_docstring(node: ast.stmt) -> bool:
    """Is it text that no program reads? A helper in a region has its docstring there too."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _in_defaults(function: Function) -> Iterator[_Change]:
    given = function.args.posonlyargs + function.args.args
    pairs = [
        *zip(given[::-1], function.args.defaults[::-1], strict=False),  # the first parameters have no default
        *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True),
    ]
    for parameter, default in pairs:
        if isinstance(default, ast.Constant):
            for new in changes(default, FunctionNames(frozenset(), frozenset())):
                before, after = (f"{parameter.arg}={ast.unparse(value)}" for value in (default, new))
                yield _Change(default, ast.unparse(new), (before, after))


def _in_statement(node: ast.stmt, names: FunctionNames) -> Iterator[_Change]:
    """Changes to a statement without a block of its own."""
    for new in statements_for(node, names):
        text = ast.unparse(new)
        yield _Change(node, text, (ast.unparse(node), text), _part(node, new))


def _part(old: ast.AST, new: ast.AST) -> tuple[str, str] | None:
    """The texts of the part in which two statements differ, made smaller while it is longer than LONGEST."""
    while len(ast.unparse(old)) > LONGEST:
        pairs = [
            pair for pair in zip(_parts_of(old), _parts_of(new), strict=False) if ast.dump(pair[0]) != ast.dump(pair[1])
        ]
        if type(old) is not type(new) or len(_parts_of(old)) != len(_parts_of(new)) or len(pairs) != 1:
            break
        if isinstance(old, ast.JoinedStr):  # a piece of an f-string is no expression by itself
            old, new = (ast.JoinedStr([piece]) for piece in pairs[0] if isinstance(piece, ast.expr))
            break
        ((old, new),) = pairs
    old, new = _without_what_both_have(old, new)
    return ast.unparse(old), ast.unparse(new)


def _parts_of(node: ast.AST) -> list[ast.expr | ast.keyword]:
    """The expressions and keywords right below a node; for a comprehension's `for`, those below that."""
    below = [
        part for part in ast.iter_child_nodes(node) if isinstance(part, (ast.expr, ast.keyword, ast.comprehension))
    ]
    return [each for part in below for each in (_parts_of(part) if isinstance(part, ast.comprehension) else [part])]


def _without_what_both_have(old: ast.AST, new: ast.AST) -> tuple[ast.AST, ast.AST]:
    """Two long lists, dicts or calls without the elements, entries or keywords that both have."""
    if len(ast.unparse(old)) <= LONGEST or type(old) is not type(new):
        return old, new
    match old, new:
        case ast.Dict(), ast.Dict():
            both = set(map(_key, old.keys, old.values)) & set(map(_key, new.keys, new.values))
            return _dict_without(old, both), _dict_without(new, both)
        case ast.List(elts=left), ast.List(elts=right):
            both = {ast.dump(each) for each in left} & {ast.dump(each) for each in right}
            shorter = [ast.List([e for e in some if ast.dump(e) not in both], ast.Load()) for some in (left, right)]
            return shorter[0], shorter[1]
        case ast.Call(args=left), ast.Call(args=right) if len(left) == len(right):
            both = {ast.dump(each) for each in old.keywords} & {ast.dump(each) for each in new.keywords}
            calls = [
                ast.Call(each.func, each.args, [k for k in each.keywords if ast.dump(k) not in both])
                for each in (old, new)
            ]
            return calls[0], calls[1]
    return old, new


def _key(key: ast.expr | None, value: ast.expr) -> str:
    """What identifies an entry of a dict: its key, or the mapping of `**mapping`, which has no key."""
    return ast.dump(key) if key else f"**{ast.dump(value)}"


def _dict_without(tree: ast.Dict, keys: set[str]) -> ast.Dict:
    entries = [(key, value) for key, value in zip(tree.keys, tree.values, strict=True) if _key(key, value) not in keys]
    return ast.Dict([key for key, _ in entries], [value for _, value in entries])


def _in_block(node: ast.stmt, names: FunctionNames) -> Iterator[_Change]:
    """Changes to the head of a block: its condition, or what it runs over."""
    if (found := heads_for(node, names)) is None:
        return
    head, frame, news = found
    for new in news:
        text = ast.unparse(new)
        yield _Change(head, f"({text})", (frame.replace("{}", ast.unparse(head)), frame.replace("{}", text)))
