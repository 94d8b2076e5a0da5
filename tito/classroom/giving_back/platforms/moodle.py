"""Moodle: the grading worksheet of an assignment, and its zip of feedback files.

Source: moodle/moodle, mod/assign/feedback/offline/importgradeslib.php and locallib.php. The columns `Identifier`,
`Grade` and `Last modified (grade)` have to be there, called as in the language of who uploads. A mark above the
maximum, and one older than the last change in Moodle, is left out without a word; an empty comment deletes one.
mod/assign/feedback/file/importziplib.php: a path's part is `NAME_NUMBER_assignsubmission_file`, split at its `_`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from pathlib import PurePosixPath

from tito.classroom.giving_back.sheet import Cells, Line, Listed, ReturnTask, safe_name
from tito.classroom.intake.people.roster import Person
from tito.classroom.intake.platforms import moodle
from tito.support.errors import UsageError

PARTICIPANT = "Participant "
KEYS = ("Identifier", "Full name", "Email address")
GRADE, MAXIMUM, CHANGED, COMMENTS = "Grade", "Maximum grade", "Last modified (grade)", "Feedback comments"
_FOLDER = re.compile(r"(?P<before>[^_]*_(?P<number>\d+)_assignsubmission_file)(?P<behind>_.*)?")


class MoodleWorksheet:
    """The grading worksheet."""

    name, numbers_change = moodle.NAME, True

    def cells(self, person: Person, number: str) -> Cells:
        return {
            "Identifier": f"{PARTICIPANT}{number}",
            "Full name": safe_name(person.name or person.id),
            "Email address": safe_name(person.email),
        }

    def listed(self, row: Cells) -> Listed | None:
        match = re.fullmatch(rf"{PARTICIPANT}(\d+)", row.get("Identifier", ""))
        return Listed(row, match[1], email=row.get("Email address", "").strip()) if match else None

    def most_points(self, row: Cells) -> str:
        return row.get(MAXIMUM, "").replace(",", ".")

    def rows(self, lines: Sequence[Line], task: ReturnTask) -> list[list[str]]:
        headings = _headings(task)
        return [headings, *([_cells(line, task).get(heading, "") for heading in headings] for line in lines)]

    def page_name(self, path: PurePosixPath, number: str, file: str) -> str:
        found = (_FOLDER.fullmatch(part) for part in path.parts)
        match = next((match for match in found if match and match["number"] == number), None)
        if not match:
            return ""
        is_flat = match["behind"] not in (None, "_")
        return f"{match['before']}_{file}" if is_flat else f"{match[0]}/{file}"


def _headings(task: ReturnTask) -> list[str]:
    if not task.headings:
        return [*KEYS, GRADE, MAXIMUM, CHANGED, *([COMMENTS] if task.with_comments else [])]
    missing = [heading for heading in (KEYS[0], GRADE, CHANGED) if heading not in task.headings]
    if missing:
        raise UsageError(
            f"the worksheet has no column {missing[0]}",
            why="Moodle calls the columns as in the language of who downloads it",
            hint="in Moodle, Preferences: set your language to English for the download and the upload",
        )
    return list(task.headings)


def _cells(line: Line, task: ReturnTask) -> Cells:
    changed = f"{task.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"  # as PHP's strtotime reads it
    cells = {MAXIMUM: task.most} | line.cells | {GRADE: line.points, CHANGED: changed}
    return cells | ({COMMENTS: line.standing.in_words} if task.with_comments else {})
