"""The learner's cells, run one after the other in a namespace of their own.

A cell that can't be compiled or raises is remembered; it costs only the checks
that need a name which it would have made.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass
from types import CodeType, ModuleType

MODULE_NAME = "submission"
PACKAGE = "tinytorch.core"  # so that an exported file's relative imports work


@dataclass(frozen=True)
class Compiled:
    """A cell ready to run, or the error that keeps it from being so."""

    name: str
    source: str
    code: CodeType | None
    error: SyntaxError | ValueError | RecursionError | MemoryError | None = None


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


class Cells:
    """The learner's code: compiled once, run afresh for each check."""

    def __init__(self, sources: list[tuple[str, str]]):
        self.compiled = [compile_cell(name, source) for name, source in sources]
        self.file_names = {file_name(cell.name) for cell in self.compiled}
        self.namespace: dict = {}
        self.failed: list[tuple[Compiled, BaseException]] = []

    def run(self) -> None:
        """Execute every cell in a fresh module."""
        module = ModuleType(MODULE_NAME)
        module.__package__ = PACKAGE
        sys.modules[MODULE_NAME] = module
        self.namespace = vars(module)
        self.failed = []
        for cell in self.compiled:
            self._run(cell)

    def _run(self, cell: Compiled) -> None:
        try:
            if cell.error is not None:
                raise cell.error.with_traceback(None)
            exec(cell.code, self.namespace)
        except BaseException as error:  # the learner's cell may raise anything, sys.exit() too
            self.failed.append((cell, error))

    def __getitem__(self, name: str):
        """The learner's object of this name; where a cell failed to make it, that cell's error."""
        if name in self.namespace:
            return self.namespace[name]
        cause = self.failed_maker_of(name) or next((error for _, error in self.failed), None)
        if cause is not None:
            raise cause
        raise NameError(f"your code defines no {name!r}", name=name)

    def failed_maker_of(self, name: str) -> BaseException | None:
        """The error of the failed cell that would have defined `name`, if there is one."""
        return next((error for cell, error in self.failed if name in defined_names(cell.source)), None)


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
