"""Canvas: its gradebook's CSV, and the zip of its "Upload Submissions".

Source: instructure/canvas-lms, lib/gradebook_importer.rb. A row is found by `ID`; only where nobody has that number
does it go by logins and then by the name, so the names here have our id behind them, which makes them nobody's. An
empty mark takes a mark away, so who has none is left out. A column is found by the number in `NAME (123)`, then by
its name, and is made anew where there is none. app/models/assignment.rb: a page goes to the submission that the first
two numbers between `_` name, the user's and the attachment's, and is shown under the name of that attachment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from tito.classroom.giving_back.sheet import Cells, Line, Listed, ReturnTask, safe_name
from tito.classroom.intake.people.roster import Person
from tito.classroom.intake.platforms import canvas
from tito.support.errors import UsageError, did_you_mean

KEYS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
_NAMED = re.compile(r"(?P<before>.+?_(?:LATE_)?(?P<number>\d+)_\d+_).+")


class CanvasGradebook:
    """The gradebook's import."""

    name, numbers_change = canvas.NAME, False

    def cells(self, person: Person, number: str) -> Cells:
        return {
            "Student": safe_name(f"{person.name} ({person.id})" if person.name else person.id),
            "ID": number,
            "SIS User ID": "",
            "SIS Login ID": "",
            "Section": safe_name(person.section),
        }

    def listed(self, row: Cells) -> Listed | None:
        number, login = row.get("ID", "").strip(), row.get("SIS Login ID", "").strip()
        return Listed(row, number, login, login if "@" in login else "") if number.isdecimal() else None

    def most_points(self, row: Cells) -> str:
        return ""  # a mark may be higher than the points possible

    def rows(self, lines: Sequence[Line], task: ReturnTask) -> list[list[str]]:
        keys = [key for key in (*KEYS[:4], "Integration ID", "Root Account", KEYS[4]) if key in (task.headings or KEYS)]
        possible = [POINTS_POSSIBLE, *[""] * (len(keys) - 1), task.most]
        people = [[*(line.cells.get(key, "") for key in keys), line.points] for line in lines]
        return [[*keys, heading_of(task)], possible, *people]

    def page_name(self, path: PurePosixPath, number: str, file: str) -> str:
        found = (_NAMED.fullmatch(part) for part in path.parts)
        match = next((match for match in found if match and match["number"] == number), None)
        name = f"{match['before']}{file}" if match else ""
        return name if [word for word in name.split("_") if word.isdecimal()][:1] == [number] else ""


def heading_of(task: ReturnTask) -> str:
    """The assignment's column in the export; without an export as it was named."""
    if not task.headings:
        return task.assignment
    wanted = re.compile(rf"{re.escape(task.assignment)}( \(\d+\))?")
    found = [heading for heading in task.headings if wanted.fullmatch(heading)]
    if len(found) == 1:
        return found[0]
    assignments = [heading for heading in task.headings if re.search(r"\(\d+\)$", heading)]
    what = "several columns are" if found else "no column is"
    raise UsageError(
        f"in the export {what} called '{task.assignment}'.{did_you_mean(task.assignment, assignments)}",
        hint="--assignment 'NAME (123)', as the export has it",
    )
