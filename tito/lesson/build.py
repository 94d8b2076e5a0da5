"""The instructor's notebook, built from a module's source.

The source says what is in each cell, `module.toml` what it is worth; the built
notebook has both, in the form that nbgrader and nbdev read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tito.course.course import Course, Module
from tito.lesson import lint
from tito.lesson.cache import kept
from tito.lesson.notebook import FORM_METADATA, KERNEL, Cell, Notebook, digest, read
from tito.support.errors import CourseError, UsageError

NBGRADER_DEFAULTS = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}


def build(module: Module) -> Notebook:
    """Build the module's notebook; CourseError with file and line for a mistake in the source."""
    source = _read_source(module)
    lint.refuse_mistakes(module, source)
    worth = {spec.id: spec.points for spec in (*module.checks, *module.questions)}
    return Notebook(tuple(_marked(cell, worth) for cell in source.cells), KERNEL)


def built(course: Course, module: Module) -> Notebook:
    """The built notebook: the one in `course/source/` while it is current, else a new one, put there."""
    return kept(course.built(module), _key(module), lambda: build(module))


def _read_source(module: Module) -> Notebook:
    try:
        return read(module.source)
    except UsageError as error:
        raise CourseError(error.message, at=error.at, why=error.why) from None


def _marked(cell: Cell, worth: dict[str, float]) -> Cell:
    """The cell with nbgrader's metadata whole, points included."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in FORM_METADATA}
    if cell.nbgrader:
        points = {"points": worth[cell.grade_id]} if cell.nbgrader.get("grade") else {}
        metadata["nbgrader"] = NBGRADER_DEFAULTS | cell.nbgrader | points
    return replace(cell, metadata=metadata)


def _key(module: Module) -> str:
    """What decides the built notebook: the source, the points, and the code that builds."""
    try:
        parts = [module.source.read_bytes(), module.toml.read_bytes()]
    except FileNotFoundError as error:
        raise CourseError(f"{module.folder} has no {Path(error.filename).name}", at=str(error.filename)) from None
    code = [Path(__file__).read_bytes(), Path(lint.__file__).read_bytes()]
    return digest(module.folder, *parts, *code)
