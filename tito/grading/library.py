"""The package that a learner's code may import while it is graded: the exports of its prerequisites alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tito.course import Course, Module, Workspace

PACKAGE = Path("tinytorch")


def library_files(tree: Course | Workspace, module: Module) -> dict[str, str]:
    """The text of each file of `tinytorch/` as far as `module` stands on it, by path; never the module's own export."""
    exports = [tree.exported(needed) for needed in tree.needed_by(module)]
    found = {path.relative_to(tree.root): path for path in exports if path.is_file()}  # where one is missing, an import says so
    packages = {parent for place in found for parent in place.parents if parent.parts} | {PACKAGE, PACKAGE / "core"}
    # regular packages, so that no other `tinytorch` on the path can add to them
    texts = {(package / "__init__.py").as_posix(): "" for package in packages}
    return texts | {place.as_posix(): path.read_text(encoding="utf-8") for place, path in found.items()}


@contextmanager
def staged(files: dict[str, str]) -> Iterator[Path]:
    """A temporary folder that holds these files."""
    root = Path(tempfile.mkdtemp(prefix="tito-library-"))
    try:
        for place, text in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def staged_library(tree: Course | Workspace, module: Module):
    """A temporary folder with `tinytorch/` as far as `module` stands on it; never the module's own export."""
    return staged(library_files(tree, module))
