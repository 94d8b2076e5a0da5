"""Brightspace (D2L): the import of grades, and the upload of feedback files.

Source: D2L's "Importing grades" (community.d2l.com/brightspace/kb/articles/3538-importing-grades): `OrgDefinedId` or
`Username` or both, columns called `ITEM Points Grade`, and at the end `End-of-Line Indicator` with a `#`. A mark above
the item's maximum is cut to it. Exports put a `#` before ids and logins. What its upload of feedback asks of names is
published nowhere that we found; folders keep the names that the download gave them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from tito.classroom.giving_back.sheet import Cells, Line, Listed, ReturnTask, safe_name
from tito.classroom.intake.people.roster import Person
from tito.classroom.intake.platforms import brightspace
from tito.support.errors import UsageError, did_you_mean

KEYS = ("OrgDefinedId", "Username")
POINTS, END = "Points Grade", "End-of-Line Indicator"
_FOLDER = re.compile(r"\d+-\d+ ?- ?.+")


class BrightspaceGrades:
    """The import of grades."""

    name, numbers_change = brightspace.NAME, False

    def cells(self, person: Person, number: str) -> Cells:
        return {"OrgDefinedId": number}

    def listed(self, row: Cells) -> Listed | None:
        number, login = (row.get(key, "").strip().removeprefix("#") for key in KEYS)
        return Listed(row, number, login, row.get("Email", "").strip()) if number or login else None

    def most_points(self, row: Cells) -> str:
        return ""

    def rows(self, lines: Sequence[Line], task: ReturnTask) -> list[list[str]]:
        keys = [key for key in KEYS if key in (task.headings or KEYS[:1])]
        headings = [*keys, heading_of(task), END]
        return [headings, *([*(safe_name(line.cells[key]) for key in keys), line.points, "#"] for line in lines)]

    def page_name(self, path: PurePosixPath, number: str, file: str) -> str:
        folder = next((part for part in path.parts[:-1] if _FOLDER.fullmatch(part)), "")
        return f"{folder}/{file}" if folder else ""


def heading_of(task: ReturnTask) -> str:
    """The grade item's column: in an export its heading may tell more of the item."""
    plain = f"{task.assignment} {POINTS}"
    if not task.headings:
        return plain
    found = [heading for heading in task.headings if heading == plain or heading.startswith(f"{plain} <")]
    if len(found) == 1:
        return found[0]
    items = [heading.partition(f" {POINTS}")[0] for heading in task.headings if POINTS in heading]
    raise UsageError(
        f"the export has no column '{plain}'.{did_you_mean(task.assignment, items)}",
        hint="--assignment NAME, as the grade item is called in Brightspace",
    )
