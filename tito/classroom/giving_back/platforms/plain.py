"""A plain CSV, for other places: who, by every key that is known, and where the points come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from tito.classroom.giving_back.sheet import Cells, Line, Listed, ReturnTask, safe_name
from tito.classroom.intake.people.roster import Person
from tito.support.points import points_text

KEYS = ("learner", "name", "email", "number", "section")


class PlainTable:
    """Everybody who has a mark, whatever platform they are on."""

    name, numbers_change = "", False

    def cells(self, person: Person, number: str) -> Cells:
        return {
            "learner": safe_name(person.id),
            "name": safe_name(person.name),
            "email": safe_name(person.email),
            "number": safe_name(person.number),
            "section": safe_name(person.section),
        }

    def listed(self, row: Cells) -> Listed | None:
        return Listed(row, row.get("number", ""), row.get("learner", ""), row.get("email", ""))

    def most_points(self, row: Cells) -> str:
        return ""

    def rows(self, lines: Sequence[Line], task: ReturnTask) -> list[list[str]]:
        marks = ["points", "max_points", "code_points", "written_points", "late_penalty"]
        return [[*KEYS, *marks], *([*(line.cells.get(key, "") for key in KEYS), *_marks(line, task)] for line in lines)]

    def page_name(self, path: PurePosixPath, number: str, file: str) -> str:
        return f"{number}/{file}"


def _marks(line: Line, task: ReturnTask) -> list[str]:
    stands = line.standing
    return [line.points, task.most, *map(points_text, (stands.code, stands.written, stands.late_penalty))]
