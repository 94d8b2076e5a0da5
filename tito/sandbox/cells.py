"""The learner's cells, run one after the other in a namespace of their own.

A cell that can't be compiled or raises is remembered; it costs only the checks
that need a name which it would have made.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass, field
from types import CodeType, ModuleType
from typing import Any

MODULE_NAME = "submission"
PACKAGE = "tinytorch.core"  # so that an exported file's relative imports work


@dataclass(frozen=True)
class Compiled:
    """A cell ready to run, or the error that keeps it from being so."""

    name: str
    source: str
    code: CodeType | None
    error: SyntaxError | ValueError | RecursionError | MemoryError | None = None

    def runnable(self) -> CodeType:
        """The code; the error raised where there is none."""
        if self.code is None:
            assert self.error is not None, "a cell has code or an error"
            raise self.error.with_traceback(None)
        return self.code


def file_name(cell: str) -> str:
    """What tracebacks call a cell: `cell "server"`, or the name of the file that it is."""
    return cell if cell.endswith(".py") else f'cell "{cell}"'


def compile_cell(name: str, source: str) -> Compiled:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Compiled(name, source, compile(source, file_name(name), "exec", dont_inherit=True))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Compiled(name, source, None, error)


@dataclass(frozen=True)
class _Run:
    """The module of one run, the cells that stopped in it, and the names that these did not make."""

    module: ModuleType
    stopped: list[tuple[str, BaseException]] = field(default_factory=list)
    not_made: dict[str, tuple[object, BaseException]] = field(default_factory=dict)


class Cells:
    """The learner's code: compiled once, run afresh for each check."""

    def __init__(self, sources: list[tuple[str, str]]):
        self.compiled = [compile_cell(name, source) for name, source in sources]
        self.file_names = {file_name(cell.name) for cell in self.compiled}
        self._runs = [_Run(ModuleType(MODULE_NAME))]
        self.resume(0)

    def run(self) -> None:
        """Execute every cell in a fresh module."""
        self._runs.append(_Run(ModuleType(MODULE_NAME)))
        self.resume(len(self._runs) - 1)
        for cell in self.compiled:
            self._run(cell)

    def resume(self, number: int) -> None:
        """Go on with the module of the `number`th run."""
        run = self._runs[number]
        run.module.__package__ = PACKAGE
        sys.modules[MODULE_NAME] = run.module
        self.namespace: dict[str, Any] = vars(run.module)
        self.stopped, self._not_made = run.stopped, run.not_made

    def _run(self, cell: Compiled) -> None:
        before = dict(self.namespace)
        try:
            exec(cell.runnable(), self.namespace)
        except BaseException as error:  # the learner's cell may raise anything, sys.exit() too
            self.stopped.append((cell.name, error))
            for name in defined_names(cell.source):
                if self.namespace.get(name, _ABSENT) is before.get(name, _ABSENT):
                    self._not_made[name] = (before.get(name, _ABSENT), error)

    def __getitem__(self, name: str) -> Any:
        """The learner's object of this name; where a cell failed to make it, that cell's error."""
        cause = self.why_not_made(name)
        if cause is None and name in self.namespace:
            return self.namespace[name]
        if cause or self.stopped:
            raise cause or self.stopped[0][1]
        raise NameError(f"your code defines no {name!r}", name=name)

    def why_not_made(self, name: str) -> BaseException | None:
        """The error of the cell that failed before it made `name`, unless another cell has made it since."""
        value, error = self._not_made.get(name, (None, None))
        return error if error is not None and self.namespace.get(name, _ABSENT) is value else None


_ABSENT = object()
_DEFINITION = re.compile(r"^(?:class|def|async def)\s+(\w+)|^(\w+)\s*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def defined_names(source: str) -> set[str]:
    """The top-level names that `source` defines or imports, told from its text where it can't be parsed."""
    found = {name for pair in _DEFINITION.findall(source) for name in pair if name}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return found | {(a.asname or a.name).split(".")[0] for node in imports for a in node.names}
