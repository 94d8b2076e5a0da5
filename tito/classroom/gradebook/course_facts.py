"""Writes what the course knows into nbgrader's gradebook: names and emails, due dates, extensions.

Only what the course says is written. A due date that somebody set in formgrader stays where the course has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from tito.classroom.gradebook.tables import assignment, student, submitted_assignment
from tito.classroom.intake.filenames import folded
from tito.classroom.intake.people.roster import Person


def write_people(database: Connection, people: Iterable[Person]) -> None:
    """Have everybody there, with name and email where the roster has them."""
    known = set(database.scalars(select(student.c.id)))
    for person in people:
        if person.id not in known:
            database.execute(insert(student).values(id=person.id))
        if said := _columns(person):
            database.execute(update(student).where(student.c.id == person.id).values(**said))


def _columns(person: Person) -> dict[str, str]:
    """A name as nbgrader keeps it, first and last; `Loveday, Ada` is one, too."""
    last, comma, first = person.name.partition(",")
    if not comma:
        first, _, last = person.name.rpartition(" ")
    said = {"first_name": first.strip(), "last_name": last.strip(), "email": person.email}
    return {key: value for key, value in said.items() if value}


def write_due_date(database: Connection, assignment_name: str, due: datetime | None) -> None:
    """Set when an assignment is due; it is not there before its first grading, which sets it then."""
    at = due.astimezone(UTC).replace(tzinfo=None) if due else None
    database.execute(update(assignment).where(assignment.c.name == assignment_name).values(duedate=at))


def take_back_extension(database: Connection, assignment_name: str, learner: str) -> None:
    """Let the due date count for this learner, too."""
    work = submitted_assignment.c
    ours = select(assignment.c.id).where(assignment.c.name == assignment_name)
    found = database.execute(select(work.id, work.student_id).where(work.assignment_id.in_(ours))).all()
    rows = [row for row, who in found if folded(who) == folded(learner)]
    database.execute(update(submitted_assignment).where(work.id.in_(rows)).values(extension=None))


def write_extensions(database: Connection, assignment_name: str, due: datetime, until: dict[str, datetime]) -> None:
    """Set who has longer, by folded id, as time behind the due date; what others have stays."""
    work = submitted_assignment.c
    found = database.execute(
        select(work.id, work.student_id, work.extension)
        .join_from(submitted_assignment, assignment, assignment.c.id == work.assignment_id)
        .where(assignment.c.name == assignment_name)
    ).all()
    for row, learner, extension in found:
        longer = until[folded(learner)] - due if folded(learner) in until else None
        if longer is not None and longer != extension:
            database.execute(update(submitted_assignment).where(work.id == row).values(extension=longer))
