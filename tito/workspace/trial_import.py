"""A learner's export, imported once behind walls before it is announced; what can't be imported is not put there."""

from __future__ import annotations

import re

from tito.autograder.grader import Grader, ImportFault
from tito.course.course import Module, Workspace
from tito.sandbox.library import folder_with, library_files
from tito.support.errors import UsageError
from tito.support.safe_text import in_one_line

_CELL = re.compile(r"^# %% .*#(\S+)$")  # how nbdev heads what it takes from a cell


def require_import(workspace: Workspace, module: Module, text: str) -> None:
    """UsageError with the cell and its line when `text` can't be imported as the module, or isn't silent."""
    path = workspace.exported(module).relative_to(workspace.root).as_posix()
    with folder_with(library_files(workspace, module) | {path: text}) as library, Grader(library) as grader:
        fault = grader.why_not_imported(module.exports, path)
    if fault is not None:
        raise UsageError(_in_words(fault, text), at=str(module.notebook), hint=_cure(fault))


def _in_words(fault: ImportFault, text: str) -> str:
    if not fault.words:
        return f"importing it prints: {in_one_line(fault.printed.strip(), 60)}"
    words = f"importing it fails with {in_one_line(fault.words, 160)}"
    lines = text.split("\n")
    if not 0 < fault.line <= len(lines):
        return words
    heads = (match[1] for line in reversed(lines[: fault.line]) if (match := _CELL.match(line)))
    return f'{words} in the cell "{next(heads, "?")}": {in_one_line(lines[fault.line - 1].strip(), 80)}'


def _cure(fault: ImportFault) -> str:
    if not fault.words:
        return "print in a cell without #| export"
    return "take that out of the exported cell, or put it in one without #| export"
