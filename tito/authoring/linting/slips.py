"""Every slip of a module that can be told without running it: file, line, what is wrong, what to do.

A rule is a generator of slips; a file that can't be read at all is a slip as well, and
the rules that need it are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tito.authoring.answers import read_answers
from tito.authoring.linting import check_code, lesson_text, module_settings
from tito.authoring.linting.slip import Slip, of_error
from tito.course.course import Course, Module, read_module
from tito.lesson.build import build, errors_in
from tito.lesson.check_suite import reference_work
from tito.support.errors import CourseError, UsageError


def slips_in(course: Course, home: Path) -> list[Slip]:
    """The slips of the module whose folder this is, in order of file and line."""
    try:
        module = read_module(home)
    except CourseError as error:
        return _in_order([of_error(error), *module_settings.slips_in_file(home / "module.toml")])
    found = [*module_settings.slips_in(course, module), *lesson_text.leftovers(module)]
    errors = [of_error(error) for error in errors_in(module)]
    return _in_order([*found, *errors, *(_in_built(module) if not errors else ())])


def _in_order(slips: list[Slip]) -> list[Slip]:
    return sorted(dict.fromkeys(slips), key=lambda slip: (str(slip.path), slip.line, slip.message))


def _in_built(module: Module) -> Iterator[Slip]:
    """The slips that can be told once the notebook is built."""
    notebook = build(module)
    yield from check_code.slips_in(module, notebook)
    yield from lesson_text.slips_in(module, notebook)
    try:
        kept = read_answers(module, reference_work(notebook))
    except (CourseError, UsageError) as error:
        yield of_error(error)
        return
    tried = {answer.check for answer in kept if not answer.right}
    for check in module.checks:
        if check.id not in tried:
            path = module.answers / f"{check.id}.toml"
            yield Slip(f'check "{check.id}" has no wrong answer to reject', path, hint="keep one as [[wrong]]")
