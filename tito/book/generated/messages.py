"""The page of messages: what `tito` may answer when something can't be done, and what to try."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import tito
from tito.course.course import Course

KINDS = {"UsageError": "What you can put right", "CourseError": "What the instructor can put right"}
_WITHIN = "…"  # stands for what a message fills in


@dataclass(frozen=True, order=True)
class Message:
    """An error as the code words it: its text, its cause and its cure, with … for what is filled in."""

    text: str
    why: str
    cure: str
    kind: str


def page(course: Course) -> str:
    """The messages of both kinds with their cures, in the order of the alphabet."""
    found = sorted({message for path in Path(tito.__file__).parent.rglob("*.py") for message in messages_in(path)})
    intro = (
        "# Messages and their cures\n\nAn error is one sentence; below it stand the place, the cause and one thing "
        f"to try. {_WITHIN} stands for a name or a number, and — for a cure that the "
        "message itself names. This page is made from the code.\n"
    )
    return intro + "".join(_kind(kind, title, found) for kind, title in KINDS.items())


def messages_in(path: Path) -> set[Message]:
    """The messages of the errors that are made in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return {_message(call) for call in calls if call.func.id in KINDS and call.args and _is_text(call.args[0])}  # type: ignore[attr-defined]  # held above


def _message(call: ast.Call) -> Message:
    named = {keyword.arg: _text(keyword.value) for keyword in call.keywords}
    assert isinstance(call.func, ast.Name)
    return Message(_text(call.args[0]), named.get("why", ""), named.get("hint", ""), call.func.id)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.JoinedStr)


def _text(node: ast.expr) -> str:
    """A text of the code with … for each part that is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else _WITHIN for part in node.values)
    return _WITHIN


def _kind(kind: str, title: str, found: list[Message]) -> str:
    rows = "".join(f"| {_cell(m.text)} | {_cure(m)} |\n" for m in found if m.kind == kind and m.text != _WITHIN)
    return f"\n## {title}\n\n| message | try |\n|---|---|\n{rows}"


def _cure(message: Message) -> str:
    if message.cure in ("", _WITHIN):
        return "—"
    return f"`{message.cure}`" if message.cure.startswith(("tito ", "pip ", "git ")) else _cell(message.cure)


def _cell(text: str) -> str:
    """Text for a cell of a table; a message is no Markdown."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    for mark in "`*_[]<$#":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped
