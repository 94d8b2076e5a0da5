"""The public names of a module, read from the source of its exported cells without running solutions.

A dataclass or enum of which the learner writes no part is data: it becomes a real
class here, and its objects travel field by field. Everything else is known by
name and kind alone.
"""

from __future__ import annotations
import __future__ as future_features

import ast
import dataclasses
import enum
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from tito.course.checks import CheckSuite

NAMESPACE = "given"  # what the classes built here say that their module is


@dataclass(frozen=True)
class PublicName:
    """A name that the module exports; `kind` is "class", "function" or "constant"."""

    name: str
    kind: str


@dataclass(frozen=True)
class PublicNames:
    """What a check may name: data classes, which exist here, and `others`, which are proxies for the learner's.

    `imports` are the import statements of the exported cells, by the name that each binds.
    `operators` are the special methods that the lesson's classes define: what their objects answer themselves.
    """

    records: dict[str, type]
    enums: dict[str, type[enum.Enum]]
    others: tuple[PublicName, ...]
    imports: dict[str, str] = field(default_factory=dict)
    operators: frozenset[str] = frozenset()

    @property
    def classes(self) -> dict[str, type]:
        return self.records | self.enums

    def fields(self) -> dict[str, list[str]]:
        """The declared fields of each record, which are what the worker sends."""
        return {name: _init_fields(cls) for name, cls in self.records.items()}

    def learners_classes(self) -> list[str]:
        """The classes that the learner writes: their objects stay in the worker."""
        return [name.name for name in self.others if name.kind == "class"]


def _init_fields(cls: type) -> list[str]:
    return [each.name for each in dataclasses.fields(cls) if each.init]


def read_public_names(suite: CheckSuite) -> PublicNames:
    """The public names of the suite's exported cells."""
    statements = [node for cell in suite.given for node in ast.parse(cell.source).body]
    imports = dict(found for node in statements for found in _imports(node))
    namespace = _namespace()
    classes = [node for node in statements if isinstance(node, ast.ClassDef) and _is_data(node)]
    built = {node.name: _build(node, imports, namespace) for node in classes}
    return PublicNames(
        records={name: cls for name, cls in built.items() if dataclasses.is_dataclass(cls)},
        enums={name: cls for name, cls in built.items() if issubclass(cls, enum.Enum)},
        others=tuple(name for node in statements for name in _names(node) if name.name not in built),
        imports=imports,
        operators=frozenset(name for node in statements for name in _special_methods(node)),
    )


def _special_methods(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            names = [part.name] if isinstance(part, ast.FunctionDef) else _assigned(part)
            yield from (name for name in names if name.startswith("__"))


def _assigned(node: ast.stmt) -> list[str]:
    """The names that an assignment such as `__radd__ = __add__` binds."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _imports(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names that import statements in `node` bind, also in a `try`, each with a statement of its own."""
    for part in ast.walk(node) if isinstance(node, ast.Try) else [node]:
        if isinstance(part, ast.Import):
            for alias in part.names:
                yield alias.asname or alias.name.split(".")[0], ast.unparse(ast.Import([alias]))
        elif isinstance(part, ast.ImportFrom) and part.module != "__future__":
            for alias in part.names:
                statement = ast.ImportFrom(part.module, [alias], part.level)
                yield alias.asname or alias.name, ast.unparse(statement)


def _is_data(node: ast.ClassDef) -> bool:
    if _is_written_by_learner(node):
        return False
    return any(_last_word(d) == "dataclass" for d in node.decorator_list) or any(
        _last_word(base) in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag") for base in node.bases
    )


def _is_written_by_learner(node: ast.ClassDef) -> bool:
    """Does the learner write a part of it? Then the stub raises NotImplementedError somewhere."""
    raised = (part.exc for part in ast.walk(node) if isinstance(part, ast.Raise) and part.exc is not None)
    return any(_last_word(exc) == "NotImplementedError" for exc in raised)


def _last_word(node: ast.expr) -> str:
    """`dataclass` of `dataclass`, `dataclasses.dataclass` and `@dataclass(frozen=True)`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _names(node: ast.stmt) -> Iterator[PublicName]:
    match node:
        case ast.ClassDef(name=name):
            yield PublicName(name, "class")
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield PublicName(name, "function")
        case ast.Assign(targets=targets):
            yield from (PublicName(t.id, "constant") for t in targets if isinstance(t, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield PublicName(name, "constant")


def _namespace() -> dict[str, Any]:
    """A module's namespace; the module is known to Python, since `dataclasses` looks it up by name."""
    module = ModuleType(NAMESPACE)
    sys.modules[NAMESPACE] = module
    return vars(module)


def _build(node: ast.ClassDef, imports: dict[str, str], namespace: dict[str, Any]) -> type:
    """The class itself, from its statement and the imports that it uses."""
    used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for name in used & imports.keys():
        if not _is_learners(imports[name]):
            exec(imports[name], namespace)
    flags = future_features.annotations.compiler_flag
    code = compile(ast.Module([node], type_ignores=[]), NAMESPACE, "exec", flags=flags, dont_inherit=True)
    exec(code, namespace)  # the instructor's own source
    built: type = namespace[node.name]
    return built


def _is_learners(statement: str) -> bool:
    """Does an import lead to code of the learner's? It does not run in the grader."""
    return statement.startswith(("from .", "from tinytorch", "import tinytorch"))
