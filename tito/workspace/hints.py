"""Three hints for each check, from a question to nearly the answer; each `tito hint` tells one more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import singledispatch

from tito.course.course import CheckSpec, Module, ModuleTree, Workspace
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace import progress


@dataclass(frozen=True)
class Hint:
    """Hint `number` (from 1) of `total` for a check."""

    check: str
    text: str
    number: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.number == self.total


def next_hint(workspace: Workspace, module: Module, check: CheckSpec, mistake: str = "") -> Hint:
    """The next hint for `check`, and remember that it was told; after the last one, the last again.

    A `mistake` that has a hint of its own begins with that one.
    """
    if not check.hints.texts:
        raise UsageError(f"{check.id} has no hints", hint=f"tito test {module.name} --check {check.id}")
    told = _told(workspace)
    texts = check.hints.on(mistake)
    key = f"{module.folder}/{check.id}" + (f"/{mistake}" if texts != check.hints.texts else "")
    number = min(told.get(key, 0) + 1, len(texts))
    write_atomic(workspace.hints_told, json.dumps(told | {key: number}, indent=1, sort_keys=True) + "\n")
    return Hint(check.id, texts[number - 1], number, len(texts))


@singledispatch
def hint_on_open_check(tree: ModuleTree, module: Module) -> Hint | None:
    """The next hint for the check to work on; None when all have passed, and in a course, which keeps no results."""
    return None


@hint_on_open_check.register(Workspace)
def _hint_in_workspace(workspace: Workspace, module: Module) -> Hint | None:
    last = progress.last_test(workspace, module)
    check = last.first_not_passed(module) if last else ""
    return next_hint(workspace, module, module.check(check), last.mistake_in(check)) if last and check else None


def _told(workspace: Workspace) -> dict[str, int]:
    try:
        told = json.loads(workspace.hints_told.read_text(encoding="utf-8"))
        return {key: number for key, number in told.items() if isinstance(number, int) and number >= 0}
    except (FileNotFoundError, ValueError, AttributeError):
        return {}
