"""The package that a learner's code may import while it is graded: the exports of its prerequisites alone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tito.course import Course, Module, Workspace
from tito.files import write_atomic


@contextmanager
def staged_library(
    tree: Course | Workspace, module: Module, instead: Mapping[Module, bytes] = MappingProxyType({})
) -> Iterator[Path]:
    """A temporary folder with `tinytorch/` as far as `module` stands on it; never the module's own export.

    `instead` holds files to take in the place of the tree's own.
    """
    root = Path(tempfile.mkdtemp(prefix="tito-library-"))
    try:
        (root / "tinytorch").mkdir()
        for needed in tree.needed_by(module):
            _stage(root / tree.exported(needed).relative_to(tree.root), tree.exported(needed), instead.get(needed))
        _make_packages(root / "tinytorch")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _stage(place: Path, exported: Path, instead: bytes | None) -> None:
    if instead is not None:
        write_atomic(place, instead)
    elif exported.is_file():  # where it is missing, the learner's import says so
        write_atomic(place, exported.read_bytes())


def _make_packages(package: Path) -> None:
    """Regular packages, so that no other `tinytorch` on the path can add to them."""
    (package / "core").mkdir(exist_ok=True)
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__init__.py").touch()
