"""A new module: its folder, with a small lesson in it that already passes a release.

The new lesson is complete and works, so an author begins by changing it. The
word REPLACE marks what is to be replaced.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import Path

from tito.course.course import Course, Module
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.support.templates import filled

CHECK = "spread"  # the one check of the skeleton
LARGEST_NUMBER = 99  # a folder's name begins with two digits, so that folders sort in the order of the course


def new(course: Course, name: str, *, number: int | None = None, title: str = "", needs: Sequence[str] = ()) -> Module:
    """Make the folder of a module called `name`, and return the module.

    `number` is its place in the course, by default behind the last one; `title`
    defaults to the name in words; `needs` are the modules that it needs.
    UsageError when a name or number is taken or can't be one.
    """
    _refuse_name(course, name)
    number = _next_number(course) if number is None else number
    _refuse_number(course, number)
    module = Module(
        folder=f"{number:02d}_{name}",
        title=_checked_title(title or name.replace("_", " ").capitalize()),
        exports=f"{course.package.name}.core.{name}",
        home=course.home(f"{number:02d}_{name}"),
        needs=tuple(dict.fromkeys(_earlier(course, needed, number) for needed in needs)),
    )
    _refuse_export(course, module)
    _write(module)
    return module


def _refuse_name(course: Course, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(
            f"'{name}' can't be a module's name",
            why="it is imported, so: small letters, digits and _, a letter first, no word of Python's",
            hint="tito new training --number 7",
        )
    for module in course.modules:
        if name in (module.name, module.notebook_name):
            raise UsageError(f"there is a module {module.number} {module.name} already", at=str(module.home))


def _taken(course: Course) -> dict[int, Path]:
    """The modules' folders by number; a folder without a `module.toml` counts too."""
    numbered = ((home.name.split("_")[0], home) for home in course.homes)
    return {int(number): home for number, home in numbered if number.isdecimal()}


def _next_number(course: Course) -> int:
    return max(_taken(course), default=0) + 1


def _refuse_number(course: Course, number: int) -> None:
    if not 1 <= number <= LARGEST_NUMBER:
        raise UsageError(
            f"a module's number goes from 1 to {LARGEST_NUMBER}, and {number} doesn't",
            hint="tito new training --number 7",
        )
    if home := _taken(course).get(number):
        raise UsageError(
            f"number {number} is taken by {home.name}",
            at=str(home),
            hint=f"leave --number out, which gives {_next_number(course)}",
        )


def _earlier(course: Course, needed: str, number: int) -> str:
    """The name of the module `needed`; UsageError when it comes after this number."""
    module = course.module(needed)
    if int(module.number) > number:
        raise UsageError(
            f"number {number} can't need {module.folder}, which comes after it",
            hint=f"leave --number out, which gives {_next_number(course)}",
        )
    return module.name


def _checked_title(title: str) -> str:
    if not title.strip() or not title.isprintable():
        raise UsageError(f"{title!r} can't be a title: it is one line of text")
    return title.strip()


def _refuse_export(course: Course, module: Module) -> None:
    exported = course.exported(module)
    if exported.exists():
        raise UsageError(
            f"{exported.name} is in the package already, and no module of the course makes it",
            at=str(exported),
            hint="move it away, or take another name",
        )


def _write(module: Module) -> None:
    """Write the files of the module; `module.toml` last, since without it the folder is no module."""
    places = {
        "lesson.py": module.source,
        "check.py": module.check_file(CHECK),
        "answers.toml": module.answers / f"{CHECK}.toml",
        "module.toml": module.toml,
    }
    for template, path in places.items():
        write_atomic(path, filled("tito.authoring", f"module/{template}.jinja", module=module))
