"""All slips of a module: those that can be read, and where there are none that stop a run, those that a run shows."""

from __future__ import annotations

from pathlib import Path

from tito.authoring.linting.reference_run import slips_of_run
from tito.authoring.linting.slip import Slip, of_error
from tito.authoring.linting.slips import slips_in
from tito.course.course import Course, read_module
from tito.support.errors import TitoError


def slips_of_module(course: Course, home: Path) -> list[Slip]:
    """The slips of the module in this folder. Nothing that stands there is an error: it is a slip."""
    found = slips_in(course, home)
    if any(not slip.draft for slip in found):
        return found
    try:
        return [*found, *slips_of_run(course, read_module(home))]
    except TitoError as error:  # of a module that this one needs
        return [*found, of_error(error)]
