"""Makes room in the gradebook for cells of a module that have another id, are new, or are gone.

nbgrader's `SaveCells` refuses any such change once there are submissions. Here a
cell that `module.toml` declares as renamed keeps its grades and comments under
its new id, a new one is added to each submission, and one that is gone is taken
out, unless somebody gave marks or comments by hand there.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, TableClause, delete, func, insert, or_, select, update

from tito.classroom.gradebook.rows import COMMENTED, GRADED, new_id
from tito.classroom.gradebook.tables import (
    assignment,
    base_cell,
    comment,
    grade,
    grade_cells,
    notebook,
    solution_cells,
    source_cell,
    submitted_assignment,
    submitted_notebook,
    task_cells,
)
from tito.course.course import Module
from tito.lesson.notebook import Cell, Notebook
from tito.support.errors import CourseError

MOST_NAMED = 5
Kind = tuple[str, str]  # a cell's id, and nbgrader's type of it: an answered question is of two types


def make_room(database: Connection, module: Module, handed_out: Notebook) -> None:
    """Fit the module's rows to the cells of this notebook, so that nbgrader takes them.

    CourseError when a cell is gone that has marks or comments by hand; nothing is changed then.
    """
    place = database.scalar(
        select(notebook.c.id)
        .join_from(notebook, assignment, assignment.c.id == notebook.c.assignment_id)
        .where(assignment.c.name == module.folder, notebook.c.name == module.notebook_name)
    )
    works = list(database.scalars(select(submitted_notebook.c.id).where(submitted_notebook.c.notebook_id == place)))
    if place is None:
        return
    _rename(database, module, place)
    if works:  # else nbgrader puts in everything anew
        _take_out_what_is_gone(database, module, place, handed_out)
        _add_what_is_new(database, place, works, handed_out)


def rename_module(database: Connection, earlier: Module, module: Module) -> None:
    """Have a module's rows under its new name; rows that are there under it, without submissions, give way."""
    name = assignment.c.name
    if database.scalar(select(assignment.c.id).where(name == earlier.folder)) is None:
        return
    _give_way(database, module)
    database.execute(update(assignment).where(name == earlier.folder).values(name=module.folder))
    place = select(assignment.c.id).where(name == module.folder).scalar_subquery()
    theirs = (notebook.c.assignment_id == place, notebook.c.name == earlier.notebook_name)
    database.execute(update(notebook).where(*theirs).values(name=module.notebook_name))


def _give_way(database: Connection, module: Module) -> None:
    """Take out a module that nobody handed anything in for."""
    row = database.scalar(select(assignment.c.id).where(assignment.c.name == module.folder))
    if row is None:
        return
    work = submitted_assignment.c
    if database.scalar(select(work.id).where(work.assignment_id == row).limit(1)):
        raise CourseError(
            f"the gradebook has submissions of {module.folder} under its earlier name and under this one",
            at=str(module.toml),
            hint="give the module back its earlier name",
        )
    notebooks = select(notebook.c.id).where(notebook.c.assignment_id == row)
    cells = select(base_cell.c.id).where(base_cell.c.notebook_id.in_(notebooks))
    for table in (grade_cells, solution_cells, task_cells):
        database.execute(delete(table).where(table.c.id.in_(cells)))
    for table in (base_cell, source_cell):
        database.execute(delete(table).where(table.c.notebook_id.in_(notebooks)))
    database.execute(delete(notebook).where(notebook.c.assignment_id == row))
    database.execute(delete(assignment).where(assignment.c.id == row))


def _rename(database: Connection, module: Module, place: str) -> None:
    """Give renamed cells their new ids, where those are free."""
    for table in (base_cell, source_cell):
        known = set(database.scalars(select(table.c.name).where(table.c.notebook_id == place)))
        for old, new in module.renamed:
            if old in known and new not in known:
                database.execute(
                    update(table).where(table.c.notebook_id == place, table.c.name == old).values(name=new)
                )
                known = known - {old} | {new}


def _kinds(cell: Cell) -> list[Kind]:
    """The rows that nbgrader keeps of a cell, beside that of its text."""
    its = cell.nbgrader
    kinds = {"GradeCell": its["grade"], "SolutionCell": its["solution"], "TaskCell": its.get("task")}
    return [(cell.grade_id, kind) for kind, is_one in kinds.items() if is_one]


def _take_out_what_is_gone(database: Connection, module: Module, place: str, handed_out: Notebook) -> None:
    wanted = {kind for cell in handed_out.cells if cell.grade_id for kind in _kinds(cell)}
    found = database.execute(
        select(base_cell.c.id, base_cell.c.name, base_cell.c.type).where(base_cell.c.notebook_id == place)
    )
    known = {row: (name, type_) for row, name, type_ in found}
    gone = {row: kind for row, kind in known.items() if kind not in wanted}
    _refuse_to_lose_marks(database, module, gone, wanted - set(known.values()))
    for table in (grade, comment):
        database.execute(delete(table).where(table.c.cell_id.in_(gone)))
    for table in (grade_cells, solution_cells, task_cells, base_cell):
        database.execute(delete(table).where(table.c.id.in_(gone)))
    present = [cell.grade_id for cell in handed_out.cells if cell.grade_id]
    database.execute(delete(source_cell).where(source_cell.c.notebook_id == place, source_cell.c.name.not_in(present)))


def _refuse_to_lose_marks(database: Connection, module: Module, gone: dict[str, Kind], new: set[Kind]) -> None:
    """CourseError when somebody gave marks or comments by hand in one of these cells; one that is `new` may be it."""
    by_hand = (
        (grade, or_(grade.c.manual_score.is_not(None), grade.c.extra_credit.is_not(None))),
        (comment, func.coalesce(comment.c.manual_comment, "") != ""),
    )
    found = {(gone[cell], learner) for table, given in by_hand for cell, learner in _of(database, table, gone, given)}
    if not found:
        return
    kind, _ = min(found)
    name = kind[0]
    learners = sorted({learner for each, learner in found if each == kind})
    candidates = [other for other, type_ in new if type_ == kind[1]]
    guess = candidates[0] if len(candidates) == 1 else "ITS NEW ID"
    raise CourseError(
        f'{module.name} has no cell "{name}" any more, and it has marks or comments by hand, of {_listed(learners)}',
        at=str(module.toml),
        hint=f"if it has another id now, write at the end of module.toml a line [renamed], and below it "
        f'{name} = "{guess}"; else put it back, or take those marks back in formgrader',
    )


def _of(
    database: Connection, table: TableClause, cells: Iterable[str], given: ColumnElement[bool]
) -> list[tuple[str, str]]:
    """Cell and learner of each grade or comment in these cells for which `given` holds."""
    part, work = submitted_notebook, submitted_assignment
    found = database.execute(
        select(table.c.cell_id, work.c.student_id)
        .join_from(table, part, part.c.id == table.c.notebook_id)
        .join(work, work.c.id == part.c.assignment_id)
        .where(table.c.cell_id.in_(cells), given)
    )
    return [(cell, learner) for cell, learner in found]


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _add_what_is_new(database: Connection, place: str, works: list[str], handed_out: Notebook) -> None:
    """Add rows for new cells, and below them one for each submission; nbgrader fills in what they hold."""
    known = set(
        map(tuple, database.execute(select(base_cell.c.name, base_cell.c.type).where(base_cell.c.notebook_id == place)))
    )
    texts = set(database.scalars(select(source_cell.c.name).where(source_cell.c.notebook_id == place)))
    for cell in handed_out.cells:
        for name, type_ in _kinds(cell) if cell.grade_id else ():
            if (name, type_) not in known:
                _add_cell(database, place, works, cell, type_)
        if cell.grade_id and cell.grade_id not in texts:
            values = {
                "id": new_id(),
                "name": cell.grade_id,
                "cell_type": cell.kind,
                "locked": True,
                "notebook_id": place,
            }
            database.execute(insert(source_cell).values(**values))


def _add_cell(database: Connection, place: str, works: list[str], cell: Cell, type_: str) -> None:
    row = new_id()
    database.execute(insert(base_cell).values(id=row, name=cell.grade_id, notebook_id=place, type=type_))
    worth = {"max_score": cell.nbgrader.get("points"), "cell_type": cell.kind}
    tables = {"GradeCell": (grade_cells, worth), "SolutionCell": (solution_cells, {}), "TaskCell": (task_cells, worth)}
    table, values = tables[type_]
    database.execute(insert(table).values(id=row, **values))
    if type_ in GRADED:
        rows = [{"id": new_id(), "notebook_id": work, "cell_id": row, "needs_manual_grade": True} for work in works]
        database.execute(insert(grade), rows)
    if type_ in COMMENTED:
        database.execute(insert(comment), [{"id": new_id(), "notebook_id": work, "cell_id": row} for work in works])
