"""Libraries that a page has not: importing one works, using it says that it isn't here.

So a cell that imports NumPy with other things still brings the others, and a check
whose learner's code needs none runs to its end. What did need one is skipped
with the reason, and so is a cell that uses a name from a skipped one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from tito.tools import environment
from tito.tools.environment import NotRunHere


class AbsentLibrary(NotRunHere):
    """Code used a library that this page hasn't."""

    def __init__(self, library: str):
        super().__init__(f"it needs {library}, which this page does not have; a notebook on your machine has it")
        self.library = library


class _StandIn(ModuleType):
    """What an absent library is imported as."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":  # what the import system and inspection look for
            raise AttributeError(name)
        raise AbsentLibrary(self.__name__.partition(".")[0])


class AbsentFinder(MetaPathFinder, Loader):
    """Finds the absent libraries, and anything in them; stands behind the finders of what is there."""

    def __init__(self, libraries: Iterable[str]):
        self.libraries = frozenset(libraries)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in self.libraries else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class SkippedCells:
    """The names that cells would have bound, had they not been skipped."""

    def __init__(self) -> None:
        self._missing: dict[str, str] = {}  # by name, why it is missing

    def reason(self, error: BaseException) -> str:
        """Why the code that raised this can't run here; "" when it is the code's own fault."""
        if isinstance(error, NotRunHere):
            return str(error)
        if isinstance(error, NameError) and error.name in self._missing:
            return f"it uses {error.name}, from a cell that was skipped: {self._missing[error.name]}"
        return ""

    def skip(self, source: str, reason: str, known: Iterable[str]) -> None:
        """Remember a skipped cell: the names of its text that are not known now."""
        root = reason.rpartition(" skipped: ")[2]
        self._missing |= {name: root for name in names_bound_in(source) if name not in known}

    def forget(self, known: Iterable[str]) -> None:
        """A name that is there after all is missing no longer."""
        for name in self._missing.keys() & set(known):
            del self._missing[name]


def names_bound_in(source: str) -> set[str]:
    """The names that a cell's statements bind at its top level, however deep in its blocks."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with magics; what it binds can't be told
        return set()
    return {name for statement in tree.body for node in ast.walk(statement) for name in _bound_by(node)}


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    return []


def install(shell: Any, libraries: Iterable[str]) -> None:
    """Let the shell know the absent libraries, and skip, with the reason, each cell that needs one."""
    _settle_formats(shell)
    sys.meta_path.append(AbsentFinder(libraries))
    skipped = SkippedCells()
    environment.current().why_not_here = skipped.reason

    def told(shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: Any = None) -> None:
        reason = skipped.reason(error)
        if not reason:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
            return
        skipped.skip(shell.user_ns["In"][-1], reason, shell.user_ns)
        print(f"· skipped: {reason}")

    shell.set_custom_exc((NotRunHere, NameError), told)
    shell.events.register("post_run_cell", lambda result: skipped.forget(shell.user_ns))


def _settle_formats(shell: Any) -> None:
    """Let IPython make up its mind on how numbers look before it finds a NumPy that can't be asked."""
    text = shell.display_formatter.formatters["text/plain"]
    text.float_precision = text.float_precision
    text.type_printers  # noqa: B018  # made when it is first read
