"""What code imports: the files of ours that some modules need, and the libraries that others wrote."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tito.lesson.magics import without_magics
from tito.lesson.notebook import Notebook


def imported_in(source: str) -> set[str]:
    """The dotted names that the code imports, also inside functions; `from a import b` may mean `a.b` too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files_needed(root: Path, package: str, roots: Iterable[Path]) -> list[Path]:
    """The files of `package`, which stands in `root`, that these files of it import, directly or not, and they."""
    queue, needed = list(roots), set[Path]()
    while queue:
        path = queue.pop()
        if path not in needed:
            needed.add(path)
            queue += _packages_around(root, path)
            names = imported_in(path.read_text(encoding="utf-8"))
            queue += [found for name in names if name.split(".")[0] == package for found in _files_of(root, name)]
    return sorted(needed)


def _packages_around(root: Path, path: Path) -> Iterator[Path]:
    for folder in path.relative_to(root).parents:
        if (init := root / folder / "__init__.py").is_file():
            yield init


def _files_of(root: Path, name: str) -> Iterator[Path]:
    place = root.joinpath(*name.split("."))
    return (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file())


def libraries_in(sources: Iterable[str], own: Iterable[str]) -> frozenset[str]:
    """The libraries that these texts import: neither Python's own nor ours."""
    tops = {name.split(".")[0] for source in sources for name in imported_in(source)}
    return frozenset(tops - sys.stdlib_module_names - set(own))


def code_of(lesson: Notebook) -> list[str]:
    """The code cells of a lesson, magics left out."""
    return [without_magics(cell.source)[0] for cell in lesson.cells if cell.kind == "code"]
