"""What three platforms make of a file of marks and of a zip of pages: readers that refuse what these would refuse.

Written from their sources and documentation, which `docs/giving-back.md` names, and from nothing of `tito`.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime


class Refused(Exception):
    """The platform does not take the file."""


@dataclass
class CanvasCourse:
    """`people` by the user's number; `assignments` by their own; `attachments`: which numbers belong to whom."""

    people: dict[str, str]
    assignments: dict[str, str]
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)

    def import_marks(self, text: str) -> dict[str, str]:
        """Take the marks, and return those that the file has, by the user's number."""
        header, *rows = csv.reader(io.StringIO(text))
        if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
            raise Refused("Invalid header row")
        keys = 5 if re.search(r"SIS\s+Login\s+ID", header[3]) else 3
        if "Section" not in header[keys - 1]:
            raise Refused("Invalid header row")
        if len({len(row) for row in (header, *rows)}) != 1:
            raise Refused("Gradebook import did not parse cleanly")
        columns = {place: self._assignment(name) for place, name in enumerate(header) if place >= keys}
        taken = {}
        for row in rows:
            if "Points Possible" not in row[0]:
                who = self._person(row)
                for place, assignment in columns.items():
                    self.marks[who, assignment] = row[place]  # an empty cell takes a mark away
                    taken[who] = row[place]
        return taken

    def _assignment(self, heading: str) -> str:
        match = re.fullmatch(r"(.*) \((\d+)\)", heading)
        if match and match[2] in self.assignments:
            return match[2]
        return next((number for number, name in self.assignments.items() if name == heading), f"new: {heading}")

    def _person(self, row: list[str]) -> str:
        if row[1] in self.people:
            return row[1]
        if row[2] or row[3]:
            raise AssertionError("goes by a login, which the download never told")
        named = [number for number, name in self.people.items() if name == row[0]]
        if named:
            return named[0]  # the first of that name, as Canvas has it
        raise Refused(f"who is {row[0]}?")

    def upload_pages(self, content: bytes) -> dict[str, str]:
        """Take a zip of files, and return the name of each person's; Canvas leaves out what it can't place."""
        found = {}
        for path in zipfile.ZipFile(io.BytesIO(content)).namelist():
            name = path.rpartition("/")[2]
            user, attachment = [*[word for word in name.split("_") if word.isdecimal()], "", ""][:2]
            if user not in self.people or self.attachments.get(attachment) != user:
                raise Refused(f"{name} would be ignored")
            found[user] = name
        return found


@dataclass
class MoodleAssignment:
    """`participants` by the number in this assignment; `graded`: when a mark was last changed in Moodle."""

    participants: dict[str, str]
    maximum: float
    graded: dict[str, datetime] = field(default_factory=dict)

    def import_marks(self, text: str) -> dict[str, str]:
        header, *rows = csv.reader(io.StringIO(text))
        needed = ("Identifier", "Grade", "Last modified (grade)")
        if not set(needed) <= set(header):
            raise Refused("Uploaded CSV does not contain the required columns")
        if any(len(row) != len(header) for row in rows):
            raise Refused("csvfewcolumns")
        taken = {}
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            who = cells["Identifier"][len("Participant ") :]
            if who not in self.participants:
                raise Refused(f"{cells['Identifier']} would be skipped")
            grade = float(cells["Grade"])
            if not 0 <= grade <= self.maximum:
                raise Refused("out of range: would be skipped")
            changed = datetime.strptime(cells["Last modified (grade)"], "%Y-%m-%d %H:%M %Z")
            if who in self.graded and (self.graded[who] - changed).total_seconds() > 60:
                raise Refused("changed since: would be skipped")
            taken[who] = cells["Grade"]
        return taken

    def upload_pages(self, content: bytes) -> dict[str, str]:
        found = {}
        for path in zipfile.ZipFile(io.BytesIO(content)).namelist():
            parts = path.split("/")
            info = parts[0].split("_", 4)
            if len(info) < 4 or not info[1].isdecimal() or info[1] not in self.participants:
                raise Refused(f"{path} would be ignored")
            if info[2:4] != ["assignsubmission", "file"]:
                raise Refused(f"{path} names no plugin")
            found[info[1]] = "/".join([*info[4:], *parts[1:]]).strip("/")
        return found


@dataclass
class BrightspaceCourse:
    """`people` by OrgDefinedId, with the login of each; `items`: the grade items and their maxima."""

    people: dict[str, str]
    items: dict[str, float]

    def import_marks(self, text: str) -> dict[str, str]:
        header, *rows = csv.reader(io.StringIO(text))
        if not {"OrgDefinedId", "Username"} & set(header):
            raise Refused("OrgDefinedId or Username is required")
        if header[-1] != "End-of-Line Indicator" or any(row[-1] != "#" for row in rows):
            raise Refused("End-of-Line Indicator is missing")
        keys = [name for name in header if name in ("OrgDefinedId", "Username")]
        columns = {name: self._item(name) for name in header if name not in (*keys, "End-of-Line Indicator")}
        taken = {}
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            who = self._person(cells)
            for heading, item in columns.items():
                if float(cells[heading]) > self.items[item]:
                    raise Refused("the grade would be capped")
                taken[who] = cells[heading]
        return taken

    def _item(self, heading: str) -> str:
        match = re.fullmatch(r"(.+?) Points Grade(?: <.*>)?", heading)
        if not match or match[1] not in self.items:
            raise Refused(f"no grade item for {heading}")
        return match[1]

    def _person(self, cells: dict[str, str]) -> str:
        number, login = (cells.get(key, "").removeprefix("#") for key in ("OrgDefinedId", "Username"))
        found = number if number in self.people else next((n for n, who in self.people.items() if who == login), "")
        if not found or (login and self.people[found] != login):
            raise Refused(f"no user {number} {login}")
        return found

    def upload_pages(self, content: bytes) -> dict[str, str]:
        found = {}
        for path in zipfile.ZipFile(io.BytesIO(content)).namelist():
            match = re.fullmatch(r"(\d+)-\d+ - .+/(.+)", path)
            if not match or match[1] not in self.people:
                raise Refused(f"{path} is in no folder of the download")
            found[match[1]] = match[2]
        return found
