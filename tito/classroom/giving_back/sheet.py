"""What a file of marks is made of: a line for each person, and the task that it is for."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from tito.classroom.giving_back.marks import Standing
from tito.classroom.intake.people.roster import Person
from tito.support.errors import UsageError
from tito.support.points import points_text
from tito.support.safe_text import in_one_line, no_formula

Cells = dict[str, str]  # a row, by heading


@dataclass(frozen=True)
class ReturnTask:
    """The assignment that marks are for: its name on the platform, what it is worth, and when this is written.

    `headings` are those of the platform's own export, where there is one.
    """

    assignment: str
    most_points: float
    at: datetime
    with_comments: bool = False
    headings: tuple[str, ...] = ()

    @property
    def most(self) -> str:
        return points_text(self.most_points)


@dataclass(frozen=True)
class Line:
    """One person's mark as it goes out: the cells that say who it is, and where the person stands."""

    cells: Cells
    standing: Standing

    @property
    def points(self) -> str:
        return points_text(self.standing.points)


@dataclass(frozen=True)
class Listed:
    """Who a row of a platform's own export is; what it does not say is ""."""

    row: Cells
    number: str = ""
    login: str = ""
    email: str = ""


class MarksFormat(Protocol):
    """What differs between platforms. `numbers_change` with each assignment where they are Moodle's."""

    @property
    def name(self) -> str: ...

    @property
    def numbers_change(self) -> bool: ...

    def cells(self, person: Person, number: str) -> Cells:
        """The cells that say who this is, where nothing but the number is known of the platform's."""
        ...

    def listed(self, row: Cells) -> Listed | None:
        """Who a row of the platform's export is; None for a row of other things."""
        ...

    def most_points(self, row: Cells) -> str:
        """The highest mark that the platform takes for a row, "" where it says none."""
        ...

    def rows(self, lines: Sequence[Line], task: ReturnTask) -> list[list[str]]:
        """The file: headings, and a row for each line."""
        ...

    def page_name(self, path: PurePosixPath, number: str, file: str) -> str:
        """Where a page for the hand-in that came as `path` stands in the zip to upload, "" where nothing tells."""
        ...


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def safe_name(text: str) -> str:
    """A person's name for a cell: one line, and nothing that a spreadsheet runs."""
    return no_formula(in_one_line(unicodedata.normalize("NFC", text)))


def read_export(path: Path) -> tuple[tuple[str, ...], list[Cells]]:
    """The headings and the rows of a platform's own export; UsageError where it is none."""
    hint = "--like FILE takes the platform's own export of its marks, as CSV"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", hint=hint) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not text in UTF-8", hint=hint) from None
    first = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)))
    if len(rows) < 2:
        raise UsageError(f"{path.name} has no rows", hint=hint)
    headings = tuple(heading.strip() for heading in rows[0])
    return headings, [dict(zip(headings, row, strict=False)) for row in rows[1:] if any(cell.strip() for cell in row)]
