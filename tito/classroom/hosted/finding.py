"""Finds the one notebook in what was pushed or uploaded: a file, tito's zip, a whole repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tito.classroom.intake.filenames import side_file
from tito.classroom.intake.reader import File, look, notebook_in
from tito.course.course import Module
from tito.lesson.notebook import Notebook, digest
from tito.support.errors import UsageError

MOST_TRIED = 200  # files of a hand-in that may be its work


@dataclass(frozen=True)
class FoundWork:
    """The work, and what its file is called."""

    name: str
    notebook: Notebook


def find_work(folder: Path, module: Module) -> FoundWork:
    """The notebook of `module` in `folder`; UsageError where there is none, or nothing tells which of several it is."""
    files = [file for file in look(folder).walk() if file.is_work and not file.is_litter and not side_file(file.name)]
    called = [file for file in files if file.path.stem in module.names] or files
    notebooks = [file for file in called if file.path.suffix.lower() == ".ipynb"] or called
    if not notebooks:
        raise UsageError(f"there is no {module.notebook_name}.ipynb in what was handed in")
    return _only(_with_checks(notebooks[:MOST_TRIED], module), module)


def _with_checks(files: list[File], module: Module) -> list[tuple[File, bytes, FoundWork]]:
    """The files that hold a check of the module; all of them where none does. UsageError where none can be read."""
    read, problems = [], []
    for file in files:
        try:
            content = file.read()
            read.append((file, content, FoundWork(str(file.path), notebook_in(file.name, content))))
        except UsageError as problem:
            problems.append(f"{file.path}: {problem.message}")
    if not read:
        raise UsageError(problems[0])
    ids = {check.id for check in module.checks}
    with_checks = [each for each in read if ids & {module.present_id(cell.grade_id) for cell in each[2].notebook.cells}]
    return with_checks or read


def _only(found: list[tuple[File, bytes, FoundWork]], module: Module) -> FoundWork:
    """The one of these that is nearest to the top; those with the same bytes are one."""
    depth = min(len(file.path.parts) for file, _, _ in found)
    top = {digest(content): work for file, content, work in found if len(file.path.parts) == depth}
    if len(top) > 1:
        names = ", ".join(sorted(work.name for work in top.values())[:4])
        raise UsageError(f"several notebooks may be the work for {module.name}: {names}. Hand in one of them")
    return next(iter(top.values()))
