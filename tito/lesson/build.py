"""The instructor's notebook, built from a module's folder.

The source has the lesson, `checks/<id>.py` a check each, `tests/<id>.py` a visible
test that is long, and `module.toml` says what the checks are worth. A header in
the source gives the role and the id of a cell:

    # %% solution write-scenarios
    # %% check server

The built notebook has all of it, in the form that nbgrader and nbdev read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tito.course.course import Course, Module
from tito.lesson import lint, notebook
from tito.lesson.cache import Cache, kept
from tito.lesson.cells import endings
from tito.lesson.notebook import (
    FORM_METADATA,
    KERNEL,
    NBGRADER_DEFAULTS,
    ROLES,
    Cell,
    Notebook,
    digest,
    with_unique_ids,
)
from tito.support.errors import CourseError, UsageError

HEADER_METADATA = (*FORM_METADATA, "title")  # what a header says goes into nbgrader's metadata
SOURCE_HIDDEN = {"jupyter": {"source_hidden": True}}  # as JupyterLab itself writes it
COLLAPSED = "hide-input"  # Jupyter Book's tag for a cell whose code is folded; a check is folded without it


def build(module: Module) -> Notebook:
    """Build the module's notebook; CourseError with file and line for a mistake in the lesson or in a check."""
    lesson = _read_lesson(module)
    for error in lint.header_errors(module, lesson):
        raise error
    cells = _cells(module, lesson)
    for error in lint.errors(module, Notebook(cells)):
        raise error
    return Notebook(cells, KERNEL)


def errors_in(module: Module) -> list[CourseError]:
    """Every mistake for which `build` refuses the module, where it raises the first. Wrong headers hide the rest."""
    try:
        lesson = _read_lesson(module)
        if found := list(lint.header_errors(module, lesson)):
            return found
        return list(lint.errors(module, Notebook(_cells(module, lesson))))
    except CourseError as error:
        return [error]


def _cells(module: Module, lesson: Notebook) -> tuple[Cell, ...]:
    worth = {spec.id: spec.points for spec in (*module.checks, *module.questions)}
    return with_unique_ids(_with_role(module, cell, worth) for cell in lesson.cells)


def built(course: Course, module: Module, cache: Cache = kept) -> Notebook:
    """The built notebook: the one in `course/source/` while it is current, else a new one, which `cache` puts there."""
    return cache(course.built(module), _key(module), lambda: build(module))


def _read_lesson(module: Module) -> Notebook:
    try:
        return notebook.read(module.source)
    except UsageError as error:
        raise CourseError(error.message, at=error.at, why=error.why) from None


def _with_role(module: Module, cell: Cell, worth: dict[str, float]) -> Cell:
    """The cell with nbgrader's metadata for the role in its header, and with the text of its file where it has one."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in HEADER_METADATA}
    if COLLAPSED in metadata.get("tags", ()):
        metadata |= SOURCE_HIDDEN
    if not cell.title:
        return replace(cell, metadata=metadata)
    role, cell_id = cell.title.split()
    if role == "figure":
        drawn = _read_cell(lint.file_of(module, role, cell_id))
        return replace(cell, id=cell_id, source=drawn, metadata=metadata | SOURCE_HIDDEN | {"tags": [COLLAPSED]})
    marks: dict[str, object] = NBGRADER_DEFAULTS | dict.fromkeys(ROLES[role], True) | {"grade_id": cell_id}
    if marks["grade"] and cell_id in worth:
        marks["points"] = worth[cell_id]
    source = _read_cell(lint.file_of(module, role, cell_id)) if role in lint.FILED else cell.source
    if marks["locked"]:
        source = endings.with_verdict(module, role, cell_id, source)
    folded = SOURCE_HIDDEN if role == "check" else {}
    return replace(cell, source=source, metadata=metadata | folded | {"nbgrader": marks})


def _read_cell(path: Path) -> str:
    try:
        return notebook.read_text(path).rstrip()
    except UsageError as error:
        raise CourseError(error.message, at=error.at, why=error.why, hint=error.hint) from None


def _key(module: Module) -> str:
    """What decides the built notebook: the lesson, the checks, the points, and the code that builds."""
    try:
        parts = [module.source.read_bytes(), module.toml.read_bytes()]
    except FileNotFoundError as error:
        raise CourseError(f"{module.folder} has no {Path(error.filename).name}", at=str(error.filename)) from None
    cells = [part for path in module.cell_files for part in (path.parent.name, path.name, path.read_bytes())]
    code = [Path(file).read_bytes() for file in (__file__, endings.__file__, lint.__file__, notebook.__file__)]
    return digest(module.folder, *parts, *cells, *code)
