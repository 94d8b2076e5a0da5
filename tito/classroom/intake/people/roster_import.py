"""Reads a list of the class from elsewhere: nbgrader's, a platform's (Canvas, Moodle, …), or a plain CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tito.classroom.gradebook.up_to_date import bring_up_to_date
from tito.classroom.intake.filenames import as_learner, folded, letters
from tito.classroom.intake.people.roster import Person, Roster, names_of, read_roster, write_roster
from tito.course.course import Course
from tito.support.errors import UsageError

# the headings of each column: nbgrader's `id`, Canvas's `SIS Login ID`, Moodle's `Email address`, …
COLUMNS = {
    "id": ("sis login id", "login id", "login", "username", "user name", "netid", "learner", "student_id"),
    "name": ("full name", "name", "student", "student name", "learner name", "display name"),
    "first": ("first name", "first_name", "firstname", "given name", "forename"),
    "last": ("last name", "last_name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail"),
    "number": (
        "number",
        "lms_user_id",
        "identifier",
        "sid",
        "student number",
        "id number",
        "sis user id",
        "orgdefinedid",
    ),
    "section": ("section", "sections", "class", "tutorial"),
    "group": ("group", "groups", "team", "group name"),
}


def import_roster(course: Course, path: Path) -> Imported:
    """Take the people in a CSV file into the course's roster, and into its gradebook if there is one."""
    done = imported(read_roster(course), read_people(path))
    write_roster(course, done.roster.people)
    bring_up_to_date(course, course.modules[:1])
    return done


def read_people(path: Path) -> list[Person]:
    """The people in a CSV file; UsageError when it holds none."""
    rows = _rows(path)
    people = [person for row in rows if (person := _person(row)) is not None]
    if not people:
        raise UsageError(f"{path.name} names nobody", why="it needs a column id, name, email or number", hint=str(path))
    return people


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", hint="tito roster import FILE") from None
    text = _text(data, path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [{folded(str(key or "")).strip(): str(value or "").strip() for key, value in row.items()} for row in reader]


def _text(data: bytes, path: Path) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not text in UTF-8", hint="save it as CSV in UTF-8") from None


def _cell(row: dict[str, str], column: str) -> str:
    """What a row says in a column; Brightspace puts a `#` before ids, so that spreadsheets leave them as they are."""
    return next((row[key].removeprefix("#") for key in COLUMNS[column] if row.get(key)), "")


def _person(row: dict[str, str]) -> Person | None:
    name = _cell(row, "name") or " ".join(filter(None, (_cell(row, "first"), _cell(row, "last"))))
    if name.strip().casefold() in ("points possible", "student, test", "test student"):
        return None  # Canvas's line of points, and its test student
    who, number = _id_and_number(row)
    email, login = _cell(row, "email"), _cell(row, "id")
    email = email or (login if "@" in login else "")
    who = as_learner(who or login.partition("@")[0] or email.partition("@")[0] or name)
    if not who:
        return None
    return Person(who, " ".join(name.split()), email, number, _cell(row, "section"), _cell(row, "group"))


def _id_and_number(row: dict[str, str]) -> tuple[str, str]:
    """What `id` means: nbgrader's and ours is the learner's id, Canvas's is its number of the person."""
    number = re.sub(r"^participant\s+", "", _cell(row, "number"), flags=re.I)
    is_canvas = "student" in row and "sis login id" in row
    if is_canvas:
        return "", row.get("id", "")
    return row.get("id", ""), number


@dataclass(frozen=True)
class Imported:
    """The roster after an import, how many people are new and how many were known, and what has to be looked at."""

    roster: Roster
    new: int
    known: int
    doubts: tuple[str, ...] = ()


def imported(roster: Roster, people: list[Person]) -> Imported:
    """Take these people into the roster; who is known keeps the id, and blanks are filled."""
    known = _Known(roster.people)
    new = 0
    doubts: list[str] = []
    for person in people:
        several = known.same(person)
        if len(several) > 1:
            doubts.append(f"{person.label} may be {' or '.join(p.id for p in several)}: mend the roster by hand")
        elif several:
            known.put(_filled(several[0], person))
        else:
            new += 1
            known.put(replace(person, id=known.free_id(person)))
    return Imported(Roster(known.people.values()), new, len(people) - new - len(doubts), tuple(doubts))


class _Known:
    """The people so far, by id and by all that they are known by."""

    def __init__(self, people: Iterable[Person]):
        self.people: dict[str, Person] = {}
        self._ids: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for person in people:
            self.put(person)

    def put(self, person: Person) -> None:
        self.people[person.id] = person
        for key in _keys(person):
            self._ids[key][person.id] = None

    def same(self, person: Person) -> list[Person]:
        """Who this is: by number, id, email, then by a name; by id and name only who has no other number or email."""
        numbers = [other for number in person.numbers for other in self._with("number", number)]
        others = (
            list({other.id: other for other in numbers}.values()),
            [other for other in self._with("id", folded(person.id)) if not _differ(other, person)],
            self._with("email", folded(person.email)),
            [other for other in self._with("name", letters(person.name)) if not _differ(other, person)],
        )
        return next((found for found in others if found), [])

    def free_id(self, person: Person) -> str:
        """The person's id, if nobody has it; else another."""
        if not self._with("id", folded(person.id)):
            return person.id
        who = as_learner(f"{person.id}-{person.number or len(self.people)}")
        return f"{who}-{len(self.people)}" if self._with("id", folded(who)) else who

    def _with(self, kind: str, key: str) -> list[Person]:
        return [self.people[who] for who in self._ids.get((kind, key), ())] if key else []


def _keys(person: Person) -> Iterator[tuple[str, str]]:
    yield "id", folded(person.id)
    yield "email", folded(person.email)
    yield from (("number", number) for number in person.numbers)
    yield from (("name", name) for name in names_of(person.name))


def _differ(one: Person, other: Person) -> bool:
    """Have both a number, or both an email, and not the same?"""
    numbers = one.numbers and other.numbers and not set(one.numbers) & set(other.numbers)
    return bool(numbers or (one.email and other.email and folded(one.email) != folded(other.email)))


def _filled(known: Person, said: Person) -> Person:
    blanks = ("name", "email", "number", "section", "group")
    return replace(known, **{key: getattr(known, key) or getattr(said, key) for key in blanks})
