"""How a cell of checks or tests ends in the built notebook: with a verdict, where the author wrote a plain call.

    check_server()            →  verdict(check_server, "server", points=16, hint="When does …?")
    test_server()             →  verdict(test_server)
    assert run_module_…(…)    →  with closing(checks={"server": 16}):  and the assert in it

So an author writes what Python says, and a learner who runs an untouched notebook
reads what is to be done instead of a traceback.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence

from tito.course.course import CheckSpec, Module
from tito.support.points import points_text

CLOSING = "run_module_tests_auto"
_TESTING = re.compile(r"^from tito\.tools\.testing import (?P<names>\w+(?:, \w+)*)$", re.M)


def with_verdict(module: Module, role: str, cell_id: str, source: str) -> str:
    """A locked cell's source with the verdict in its last statement; as it is, when that runs nothing."""
    last, body = _last_statement(source)
    if last is None:
        return source
    if _is_closing(last):
        return _with_ending(source, last, "closing", _closing(module, ast.get_source_segment(source, last) or ""))
    name = _called(last, body)
    check = next((spec for spec in module.checks if role == "check" and spec.id == cell_id), None)
    if name and check:
        return _with_ending(source, last, "verdict", _check_verdict(name, check))
    if name.startswith("test_"):
        return _with_ending(source, last, "verdict", [f"verdict({name})"])
    return source


def _last_statement(source: str) -> tuple[ast.stmt | None, Sequence[ast.stmt]]:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # told by `lint`, with its line
        return None, ()
    return (body[-1], body) if body else (None, ())


def _called(last: ast.stmt, body: Sequence[ast.stmt]) -> str:
    """The name of the cell's own function that its last statement calls without arguments; else ""."""
    match last:
        case ast.Expr(ast.Call(ast.Name(name), [], [])):
            own = {node.name for node in body if isinstance(node, ast.FunctionDef)}
            return name if name in own else ""
    return ""


def _is_closing(last: ast.stmt) -> bool:
    match last:
        case ast.Assert(ast.Call(ast.Name(name))):
            return name == CLOSING
    return False


def _with_ending(source: str, last: ast.stmt, needed: str, ending: list[str]) -> str:
    """The source with another last statement, and `needed` imported for it; the lines before it stay where they are."""
    before = "\n".join(source.split("\n")[: last.lineno - 1]).rstrip()
    if found := _TESTING.search(before):
        names = ", ".join(sorted({*found["names"].split(", "), needed}))
        before = f"{before[: found.start('names')]}{names}{before[found.end() :]}"
    else:
        ending = [f"from tito.tools.testing import {needed}", "", *ending]
    return "\n".join([*([before, ""] if before else []), *ending])


def _check_verdict(name: str, check: CheckSpec) -> list[str]:
    first = f'verdict({name}, "{check.id}", points={points_text(check.points)}'
    if not check.hints.texts:
        return [f"{first})"]
    lines = [f"{first},", f"        hint={_quoted(check.hints.texts[0])}"]
    if check.hints.by_mistake:
        lines[-1] += ","
        lines += ["        hint_for={"]
        lines += [f"            {_quoted(name)}: {_quoted(hint)}," for name, hint in check.hints.by_mistake]
        lines += ["        }"]
    return [*lines[:-1], lines[-1] + ")"]


def _closing(module: Module, assertion: str) -> list[str]:
    checks = {spec.id: spec.points for spec in module.checks}
    questions = {spec.id: spec.points for spec in module.questions}
    begin = f"with closing({_points('checks', checks)}"
    begin += f",\n             {_points('questions', questions)}):" if questions else "):"
    return [begin, f"    {assertion}"]


def _points(name: str, worth: dict[str, float]) -> str:
    return name + "={" + ", ".join(f'"{cell}": {points_text(points)}' for cell, points in worth.items()) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
