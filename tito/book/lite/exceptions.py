"""What the search for leaks may find in the lab: files of others as we got them, and what lessons stand on."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from tito.book.lite import LAB, python_folder
from tito.book.lite.python_folder import KERNELS_OWN, NPM, WHEELS
from tito.book.lite.wheels import export_of
from tito.book.scan import Exceptions
from tito.course.course import Course, Module
from tito.lesson.build import built
from tito.lesson.leaks import solution_of
from tito.page.lesson import LESSONS, wheel_name


def exceptions(course: Course) -> Exceptions:
    """A lesson's wheel may have the solutions of the modules that its own needs, as a workspace has them."""
    weights = {sha256(path.read_bytes()).hexdigest() for path in course.package_extras if path.suffix == ".npz"}
    given = {place: lines for module in course.modules for place, lines in _given(course, module)}
    return Exceptions(others() | weights, given)


def others() -> frozenset[str]:
    """The SHA-256 of each file that JupyterLite, its kernel and Pyodide brought."""
    folders = [folder for folder in (NPM, WHEELS, KERNELS_OWN.parents[1], python_folder.full_folder()) if folder]
    paths = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return frozenset({sha256(path.read_bytes()).hexdigest() for path in paths} | set(_of_jupyterlite()))


def _of_jupyterlite() -> Iterator[str]:
    (archive,) = Path(str(files("jupyterlite_core"))).glob("jupyterlite-app-*.tgz")
    with tarfile.open(archive) as app:
        for member in app:
            if content := app.extractfile(member):
                yield sha256(content.read()).hexdigest()


def _given(course: Course, module: Module) -> Iterator[tuple[str, frozenset[str]]]:
    """The places in a lesson's wheel with what its module needs, and the lines that may stand there."""
    wheel = f"{LAB}/{LESSONS}/{wheel_name(export_of(module))}"
    for needed in course.needed_by(module):
        path = course.exported(needed).relative_to(course.root).as_posix()
        yield f"{wheel}: {path}", solution_of(built(course, needed))
