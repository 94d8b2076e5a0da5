"""A module whose folder has another name than before: what was handed in and graded goes with it.

`was = ["12_benchmark"]` in `module.toml` declares it. The gradebook first, then
the folders below `course/`; whoever is interrupted goes on with the next command.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from tito.classroom.deadlines import read_deadlines, write_deadlines
from tito.classroom.gradebook.lock import alone
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.support.errors import CourseError, UsageError


@dataclass(frozen=True)
class Rename:
    """A module that has another folder now, and the module as it was, of which something lies in the course."""

    module: Module
    earlier: Module


def renames(course: Course) -> tuple[Rename, ...]:
    """The declared renames that the course has yet to follow; CourseError for one that was not declared."""
    declared = (Rename(module, replace(module, folder=old)) for module in course.modules for old in module.was)
    found = tuple(rename for rename in declared if course.places(rename.earlier))
    _refuse_undeclared(course)
    return found


def follow(course: Course, rename: Rename) -> None:
    """Have everything in the course under the new name.

    CourseError, and nothing is moved, where that is in use, or while another process grades.
    """
    with alone(course):
        _follow(course, rename)


def _follow(course: Course, rename: Rename) -> None:
    module, earlier = rename.module, rename.earlier
    moves = {place: _renamed(place, rename) for place in course.places(earlier)}
    made = {place for place in moves if place in course.made_again(earlier)}
    for place, target in moves.items():
        if target.exists() and place not in made:
            raise CourseError(
                f"{earlier.folder} is {module.folder} now, and something is there under both names",
                at=f"{place} and {target}",
                hint="look at both, and leave what counts under one of them",
            )
    if course.gradebook.exists():
        from tito.classroom.gradebook import gradebook

        with gradebook.opened(course) as book:
            book.rename_module(earlier, module)
    _rename_deadlines(course, earlier, module)
    for place, target in moves.items():
        _move(place, target, rename)


def _rename_deadlines(course: Course, earlier: Module, module: Module) -> None:
    deadlines = read_deadlines(course)
    renamed = deadlines.under_new_name(earlier, module)
    if renamed != deadlines:
        write_deadlines(course, renamed)


def _renamed(place: Path, rename: Rename) -> Path:
    return place.with_name(rename.module.folder + place.name.removeprefix(rename.earlier.folder))


def _move(place: Path, target: Path, rename: Rename) -> None:
    """Move a folder or a file, and rename the notebook in it; what is made again anyway gives way."""
    if target.exists():
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        return
    for file in place.glob(f"{rename.earlier.notebook_name}.*"):
        file.rename(file.with_name(rename.module.notebook_name + file.suffix))
    place.rename(target)


def _refuse_undeclared(course: Course) -> None:
    """CourseError when hand-ins lie there of no module, and a module without any has the same name or checks."""
    known = {folder for module in course.modules for folder in (module.folder, *module.was)}
    for orphan in course.module_folders_used:
        if orphan in known:
            continue
        for module in course.modules:
            if _is_another_name_of(course, module, replace(module, folder=orphan)):
                raise CourseError(
                    f"there are hand-ins or grades of {orphan}, and no such module",
                    at=str(course.nbgrader_root),
                    hint=f'if it is {module.folder} now, write at the top of its module.toml: was = ["{orphan}"]',
                )


def _is_another_name_of(course: Course, module: Module, orphan: Module) -> bool:
    if course.handins(module).exists() or course.learners(module):
        return False
    return module.name == orphan.name or 2 * _shared_checks(course, module, orphan) >= len(module.checks) > 0


def _shared_checks(course: Course, module: Module, orphan: Module) -> int:
    """How many checks of the module are in the notebook that the gradebook has of the other one."""
    try:
        cells = notebook.read(course.enrolled(orphan)).cells
    except UsageError:
        return 0
    return len({module.present_id(cell.grade_id) for cell in cells} & {check.id for check in module.checks})
