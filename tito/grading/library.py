"""The package that a learner's code may import while it is graded: the exports of its prerequisites alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tito.course import Course, Module, Workspace


@contextmanager
def staged_library(tree: Course | Workspace, module: Module) -> Iterator[Path]:
    """A temporary folder with `tinytorch/` as far as `module` stands on it; never the module's own export."""
    root = Path(tempfile.mkdtemp(prefix="tito-library-"))
    try:
        (root / "tinytorch").mkdir()
        for needed in tree.needed_by(module):
            _stage(tree, needed, root)
        _make_packages(root / "tinytorch")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _stage(tree: Course | Workspace, needed: Module, root: Path) -> None:
    exported = tree.exported(needed)
    if exported.is_file():  # where it is missing, the learner's import says so
        place = root / exported.relative_to(tree.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(exported, place)


def _make_packages(package: Path) -> None:
    """Regular packages, so that no other `tinytorch` on the path can add to them."""
    (package / "core").mkdir(exist_ok=True)
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").touch()
