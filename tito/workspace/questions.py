"""The written questions of a module, which a person marks: has the learner answered them?"""

from __future__ import annotations

from dataclasses import dataclass

from tito.course.course import CheckSpec, Module, Workspace
from tito.lesson.notebook import Cell
from tito.support.errors import UsageError
from tito.workspace.update.pairing import same_text
from tito.workspace.update.releases import Sides, sides_of


@dataclass(frozen=True)
class Question:
    """A written question, and whether its cell says anything that was not given."""

    spec: CheckSpec
    is_answered: bool


def questions(workspace: Workspace, module: Module) -> tuple[Question, ...]:
    """The module's questions, in their order; none answered in a work that can't be read."""
    if not module.questions:
        return ()
    try:
        sides = sides_of(workspace, module)
    except UsageError:  # its own test says how it is broken
        return tuple(Question(spec, False) for spec in module.questions)
    return tuple(Question(spec, _is_answered(spec.id, sides)) for spec in module.questions)


def _is_answered(question: str, sides: Sides) -> bool:
    given = [cell for each in (sides.old, sides.new) if each and (cell := each.cell(question))]
    return any(_says_something(cell, given) for cell in sides.mine.cells if cell.grade_id == question)


def _says_something(cell: Cell, given: list[Cell]) -> bool:
    return bool(cell.source.strip()) and not any(same_text(cell, each) for each in given)
