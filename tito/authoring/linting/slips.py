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
from tito.lesson.notebook import Notebook
from tito.support.errors import CourseError, UsageError


def refuse_slips(course: Course, module: Module) -> None:
    """Raise a CourseError for the first slip that stops a release; answers are read by the release itself."""
    found = [slip for slip in slips_in(course, module.home, with_answers=False) if not slip.draft]
    if found:
        first, more = found[0].error, len(found) - 1
        told = f"; {more} more: tito lint {module.name}" if more else ""
        raise CourseError(first.message, at=first.at, hint=f"{first.hint}{told}".lstrip("; "))


def refuse_drafts(course: Course, module: Module) -> None:
    """Raise a CourseError where `tito new` has left something to be written: no class is to meet it."""
    for slip in slips_in(course, module.home, with_answers=False):
        if slip.draft:
            raise CourseError(slip.message, at=slip.place, hint=f"tito lint {module.name} names every place")


def slips_in(course: Course, home: Path, with_answers: bool = True) -> list[Slip]:
    """The slips of the module whose folder this is, in order of file and line."""
    try:
        module = read_module(home)
    except CourseError as error:
        return _in_order([of_error(error), *module_settings.slips_in_file(home / "module.toml")])
    found = [*module_settings.slips_in(course, module), *lesson_text.leftovers(module)]
    errors = [of_error(error) for error in errors_in(module)]
    return _in_order([*found, *errors, *(_in_built(module, with_answers) if not errors else ())])


def _in_order(slips: list[Slip]) -> list[Slip]:
    return sorted(dict.fromkeys(slips), key=lambda slip: (str(slip.path), slip.line, slip.message))


def _in_built(module: Module, with_answers: bool) -> Iterator[Slip]:
    """The slips that can be told once the notebook is built."""
    notebook = build(module)
    yield from check_code.slips_in(module, notebook)
    yield from lesson_text.slips_in(module, notebook)
    if with_answers:
        yield from _in_answers(module, notebook)


def _in_answers(module: Module, notebook: Notebook) -> Iterator[Slip]:
    """Answers that don't apply, and checks that have none to reject."""
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
