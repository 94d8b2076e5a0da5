"""Takes over a course that nbgrader made: a copy of it, and what its reference solutions earn behind the walls.

The original is only read.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tito.autograder.grader import Grader
from tito.autograder.notebooks.run import LIMITS, NotebookJob, NotebookRunner
from tito.classroom.assignments.nbgrader_course import Assignment, NbgraderCourse
from tito.support.errors import CourseError, UsageError
from tito.support.tempdirs import TempDir

_SIDE_FILES = (".git", ".tito", "__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class LostCell:
    """A graded cell at which a reference solution loses points behind the walls, and what it showed."""

    notebook: str
    cell: str
    earned: float
    max_points: float
    why: str


@dataclass(frozen=True)
class AdoptedAssignment:
    """An assignment of an adopted course: the points of its tests, and where its own solutions lose some."""

    assignment: Assignment
    learners: int
    points: float
    lost: tuple[LostCell, ...]


def copy_course(original: Path, target: Path) -> NbgraderCourse:
    """A copy of the course at `original`, whole or not at all; UsageError where there is none, or no place."""
    if not NbgraderCourse.is_root(original):
        raise UsageError(
            f"{original} is no nbgrader course", why="it has no nbgrader_config.py", hint="name its course directory"
        )
    if target.exists():
        raise UsageError(f"{target} is there already", hint="name another folder for the copy")
    if target.resolve().is_relative_to(original.resolve()):
        raise UsageError("the copy can't lie in the course itself", at=str(target))
    source = NbgraderCourse(original.resolve())
    _must_be_at_home(source)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        _copy(source, draft)
        os.replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return NbgraderCourse(target.resolve())


def _must_be_at_home(course: NbgraderCourse) -> None:
    """CourseError where the settings name places outside the course: the copy would write into them."""
    root = Path(course.directory.root).resolve()
    for place, setting in ((root, "root"), (course.gradebook.resolve(), "db_url")):
        if not place.is_relative_to(course.root):
            raise CourseError(
                f"its settings name a place of its own for CourseDirectory.{setting}: {place}",
                why="a copy would write there, into the original",
                hint=f"grade the course where it is: tito grade, in {course.root}",
            )


def _copy(course: NbgraderCourse, draft: Path) -> None:
    gradebook = course.gradebook
    shutil.copytree(
        course.root,
        draft,
        symlinks=True,
        ignore=lambda folder, names: [
            name for name in names if name in _SIDE_FILES or Path(folder, name) in (gradebook, *_journals(gradebook))
        ],
    )
    if gradebook.is_file():
        copy = draft / gradebook.relative_to(course.root)
        with closing(sqlite3.connect(f"{gradebook.as_uri()}?mode=ro", uri=True)) as original:
            original.execute("VACUUM INTO ?", [str(copy)])


def _journals(gradebook: Path) -> list[Path]:
    return [gradebook.with_name(gradebook.name + suffix) for suffix in ("-journal", "-wal", "-shm")]


def try_references(course: NbgraderCourse) -> Iterator[AdoptedAssignment]:
    """Run each assignment's own solutions behind the walls: what its tests give there, they give anybody."""
    with TempDir("library") as library, Grader(library, limits=LIMITS) as grader:
        runner = NotebookRunner(grader)
        for assignment in course.assignments:
            yield _tried(course, assignment, runner)


def _tried(course: NbgraderCourse, assignment: Assignment, runner: NotebookRunner) -> AdoptedAssignment:
    from tito.classroom.assignments.grading import cell_cpu_s, files_beside

    points, lost = 0.0, list[LostCell]()
    for name in assignment.notebooks:
        path = course.source(assignment.name) / f"{name}.ipynb"
        if path.is_file():
            files = files_beside(course, assignment.name, path.parent)
            its_points, its_lost = _try_notebook(path, files, cell_cpu_s(course), runner)
            points, lost = points + its_points, [*lost, *its_lost]
    return AdoptedAssignment(assignment, len(course.learners(assignment.name)), points, tuple(lost))


def _try_notebook(
    path: Path, files: dict[str, bytes], cpu_s: float, runner: NotebookRunner
) -> tuple[float, list[LostCell]]:
    """The points that the tests of a reference give at most, and the cells where they give less."""
    import nbformat
    from nbgrader.utils import determine_grade, is_grade, is_solution

    from tito.autograder.notebooks.cell_outputs import as_nbformat
    from tito.classroom.assignments.converter import executed

    notebook = nbformat.read(path, as_version=4)
    cells = executed(notebook)
    run = runner.run(NotebookJob(tuple(cell.source for cell in cells), files, cpu_s))
    points, lost = 0.0, []
    for cell, outputs in zip(cells, run.outputs, strict=True):
        if is_grade(cell) and not is_solution(cell):
            cell.outputs = nbformat.from_dict(as_nbformat(outputs))
            earned, most = determine_grade(cell)
            points += most
            if earned is not None and earned < most:
                lost.append(LostCell(path.stem, cell.metadata.nbgrader.grade_id, earned, most, _why(cell.outputs)))
    return points, lost


def _why(outputs: list[dict[str, Any]]) -> str:
    """What a cell showed last, in one line."""
    last = outputs[-1] if outputs else {}
    return f"{last.get('ename', '')}: {last.get('evalue', '')}".strip(": ") or str(last.get("text", "")).strip()[:200]
