"""The package that a learner's code may import while it is graded: the exports of its prerequisites alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType

from tito.course.course import Module, ModuleTree
from tito.support.tempdirs import TempDir

Instead = Mapping[Module, str]
NOTHING: Instead = MappingProxyType({})
PACKAGE = Path("tinytorch")


def library_files(tree: ModuleTree, module: Module, instead: Instead = NOTHING) -> dict[str, str]:
    """The text of each file of `tinytorch/` as far as `module` builds on it, by path; never the module's own export.

    `instead` has texts that replace the tree's own files.
    """
    exports = {needed: tree.exported(needed) for needed in tree.needed_by(module)}
    found = {
        path.relative_to(tree.root): instead[needed] if needed in instead else _text(path)
        for needed, path in exports.items()
        if needed in instead or path.is_file()
    }  # where one is missing, an import says so
    packages = {parent for place in found for parent in place.parents if parent.parts} | {PACKAGE, PACKAGE / "core"}
    # regular packages, so that no other `tinytorch` on the path can add to them
    texts = {(package / "__init__.py").as_posix(): "" for package in packages}
    return texts | {place.as_posix(): text for place, text in found.items()}


def _text(path: Path) -> str:
    # a learner may have put a file there that is not UTF-8
    return path.read_text(encoding="utf-8", errors="replace")


@contextmanager
def folder_with(files: Mapping[str, str]) -> Iterator[Path]:
    """A temporary folder that holds these files."""
    with TempDir("library") as root:
        for place, text in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root


def staged_library(tree: ModuleTree, module: Module, instead: Instead = NOTHING) -> AbstractContextManager[Path]:
    """A temporary folder with `tinytorch/` as far as `module` builds on it; never the module's own export."""
    return folder_with(library_files(tree, module, instead))
