"""From notebooks to what is graded: the check suite of a module, and the work of a learner.

A `CheckSuite` comes from a notebook that we trust. A `Work` comes from one that we
don't: the learner's own cells are kept, wherever they stand, and every locked
cell is put back as it was handed out. What had to be put back is told in words.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tito.course.checks import CheckCell, CheckSuite, CodeCell, Work
from tito.course.course import Module
from tito.lesson.cells.matching import NOTHING_EARLIER, Earlier
from tito.lesson.cells.work import learners_work
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook, read_text
from tito.lesson.regions import stubbed
from tito.support.errors import CourseError

_DEFINITIONS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


def suite_of(module: Module, notebook: Notebook) -> CheckSuite:
    """The check suite of `module` in `notebook`, built or released.

    Only a built notebook has the hidden parts of checks. Solutions are left
    out of both. CourseError when a check of the module has no cell.
    """
    return CheckSuite(
        module=module.name,
        checks=tuple(_check(module, notebook, spec) for spec in module.checks),
        given=tuple(_handed_out(cell) for cell in notebook.cells if cell.is_exported),
        helpers=tuple(CodeCell(cell.id, cell.source) for cell in notebook.cells if _is_helper(cell)),
    )


def work_of(submitted: Notebook, trusted: Notebook, earlier: Earlier = NOTHING_EARLIER) -> tuple[Work, tuple[str, ...]]:
    """The learner's code that counts, its given cells restored from `trusted`, and notes on what was put right.

    Cells are matched as `tito.lesson.cells.matching` says; `earlier` has those of the release that the learner had,
    if it is known (`tito.lesson.cells.origin`). Cells of the
    learner's own count where nbdev exports them, else as far as the others need them.
    """
    return learners_work(submitted, trusted, earlier)


def reference_work(built: Notebook) -> Work:
    """The instructor's own solution, as a work."""
    return Work(tuple(CodeCell(cell.id, without_magics(cell.source)[0]) for cell in built.cells if cell.is_exported))


def work_from_code(path: Path) -> Work:
    """A Python file as a work of one cell; UsageError when it can't be read as text."""
    return Work((CodeCell(path.name, read_text(path)),))


def _check(module: Module, notebook: Notebook, spec) -> CheckCell:
    cell = next((c for c in notebook.cells if c.is_check and c.grade_id == spec.id), None)
    if cell is None:
        raise CourseError(
            f'the notebook of {module.name} has no check "{spec.id}"',
            at=str(module.toml),
            hint=f"tito build {module.name}",
        )
    return CheckCell(spec.id, cell.source, spec.points, spec.hints)


def _handed_out(cell: Cell) -> CodeCell:
    """An exported cell as learners get it: without magics, a stub for each solution."""
    return CodeCell(cell.id, stubbed(without_magics(cell.source)[0]))


def _is_helper(cell: Cell) -> bool:
    """Is it a locked cell that only defines things for checks? One that runs something is for the notebook alone."""
    if cell.kind != "code" or not cell.is_locked or cell.is_exported or cell.is_check:
        return False
    return all(isinstance(node, _DEFINITIONS) for node in ast.parse(without_magics(cell.source)[0]).body)
