"""The tables of nbgrader's gradebook that are written and read here, for SQLAlchemy's expressions.

nbgrader 0.9 declares them in `nbgrader.api`, which takes half a second and
75 MB to load. `tests/classroom/gradebook/test_gradebook.py` compares these with its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, DateTime, Float, Interval, String, TableClause, Text, column, table


def _table(called: str, /, **types: Any) -> TableClause:
    return table(called, *(column(name, type_) for name, type_ in types.items()))


_ID = String(32)

student = _table("student", id=String(128), first_name=String(128), last_name=String(128), email=String(128))
assignment = _table("assignment", id=_ID, name=String(128), duedate=DateTime)
notebook = _table("notebook", id=_ID, name=String(128), assignment_id=_ID)
base_cell = _table("base_cell", id=_ID, name=String(128), notebook_id=_ID, type=String(50))
grade_cells = _table("grade_cells", id=_ID, max_score=Float, cell_type=String(8))
solution_cells = _table("solution_cells", id=_ID)
task_cells = _table("task_cells", id=_ID, max_score=Float, cell_type=String(8))
source_cell = _table(
    "source_cell",
    id=_ID,
    name=String(128),
    cell_type=String(8),
    locked=Boolean,
    source=Text,
    checksum=String(128),
    notebook_id=_ID,
)
submitted_assignment = _table(
    "submitted_assignment", id=_ID, assignment_id=_ID, student_id=String(128), timestamp=DateTime, extension=Interval
)
submitted_notebook = _table(
    "submitted_notebook", id=_ID, assignment_id=_ID, notebook_id=_ID, flagged=Boolean, late_submission_penalty=Float
)
grade = _table(
    "grade",
    id=_ID,
    notebook_id=_ID,
    cell_id=_ID,
    auto_score=Float,
    manual_score=Float,
    extra_credit=Float,
    needs_manual_grade=Boolean,
)
comment = _table("comment", id=_ID, notebook_id=_ID, cell_id=_ID, auto_comment=Text, manual_comment=Text)

ALL = (
    student,
    assignment,
    notebook,
    base_cell,
    grade_cells,
    solution_cells,
    task_cells,
    source_cell,
    submitted_assignment,
    submitted_notebook,
    grade,
    comment,
)
