"""From the instructor's notebook to the learners': nbgrader strips solutions and locks cells.

These are nbgrader's own preprocessors, with the delimiters of
`nbgrader_config.py`, in the order of its `generate_assignment` and in one
process: that takes 25 ms where its command takes seconds.
"""

from __future__ import annotations

from tito.course import Course, Module
from tito.errors import CourseError
from tito.notebook import Notebook
from tito.preprocessing import preprocessed, settings

STEPS = (
    "LockCells",
    "ClearSolutions",
    "ClearOutput",
    "ClearHiddenTests",
    "ClearMarkScheme",
    "ComputeChecksums",
    "CheckCellMetadata",
)


def stripped(course: Course, module: Module, built: Notebook) -> Notebook:
    """The notebook that learners get; CourseError with nbgrader's reason when it refuses."""
    try:
        return preprocessed(STEPS, built, settings(course))
    except RuntimeError as error:  # what nbgrader raises when it refuses a notebook
        raise CourseError(f"nbgrader can't strip {module.notebook_name}: {error}", at=str(module.source)) from None
