"""What a collection leaves to a person: files that are nobody's yet, and works that somebody should look at.

`questions.csv` beside a module's hand-ins has a line for each, until the same bytes under the same name are collected
without a question, or are taken for somebody. Another file of that name leaves it open. An instructor may take a
line out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from tito.classroom.intake.arrival import ASKED, Arrival
from tito.course.course import Course, Module
from tito.support.errors import CourseError
from tito.support.files import write_atomic
from tito.support.safe_text import in_one_line, no_formula

FILE = "questions.csv"
MOST = 2_000  # characters of a field; a manifest may name anybody, and Python's csv reads no field of 131,073
DIGITS = 16  # of a hash: as many as the name of a kept file begins with


@dataclass(frozen=True)
class OpenQuestion:
    """One file, whose it is as far as that is known, and what is to be decided or looked at.

    `digest` begins the hash of the file; `taken` is "yes" where it was taken in, with a doubt.
    """

    file: str
    person: str = ""
    number: str = ""
    words: str = ""
    digest: str = ""
    taken: str = ""


def read_questions(course: Course, module: Module) -> tuple[OpenQuestion, ...]:
    """The open questions about a module's hand-ins, those about files of no known module among them."""
    found = (*_read(_path(course, module)), *_read(_path(course, None)))
    if all(each.taken for each in found):
        return found
    kept = {path.name[:DIGITS] for path in (course.nbgrader_root / "handins").glob("*/*/*")}
    return tuple(each for each in found if each.taken or each.digest not in kept)


def note_questions(
    course: Course,
    modules: Iterable[Module],
    hash_of: Callable[[str], str | None],
    questions: Sequence[tuple[Module | None, OpenQuestion]],
) -> None:
    """Write the questions of a collection for these modules; earlier ones about the same files go.

    `hash_of` gives the hash of a file of the collection by its name in the table; None where none is called so.
    """
    for module in (*modules, None):
        before = set(_read(_path(course, module)))
        new = {each for about, each in questions if about == module}
        after = {each for each in before if not _is_looked_at(each, hash_of(each.file))} | new
        if after != before:
            _write(_path(course, module), after)


def _is_looked_at(question: OpenQuestion, hash_now: str | None) -> bool:
    return hash_now is not None and hash_now[:DIGITS] == question.digest


def question(arrival: Arrival, words: str, digest: str) -> OpenQuestion:
    """A question as the table has it, which people open in spreadsheets."""
    file, person, number, told = map(as_cell, (arrival.file, arrival.person, arrival.number, words))
    return OpenQuestion(file, person, number, told, digest[:DIGITS], "" if arrival.decision == ASKED else "yes")


def as_cell(text: str) -> str:
    """A text as it stands in the table."""
    return no_formula(in_one_line(text, MOST))


def _path(course: Course, module: Module | None) -> Path:
    return (course.handins(module) if module else course.nbgrader_root / "handins") / FILE


def _read(path: Path) -> tuple[OpenQuestion, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(OpenQuestion(**row) for row in csv.DictReader(file))
    except FileNotFoundError:
        return ()
    except (TypeError, ValueError, csv.Error) as fault:
        headings = ",".join(field.name for field in fields(OpenQuestion))
        raise CourseError(
            f"{FILE} can't be read", at=str(path), why=str(fault), hint=f"a line a file: {headings}; or take it away"
        ) from None


def _write(path: Path, questions: Iterable[OpenQuestion]) -> None:
    """Write the table, or take it away where nothing is left in it."""
    rows = sorted(questions, key=astuple)
    if not rows:
        path.unlink(missing_ok=True)
        return
    out = io.StringIO()
    table = csv.DictWriter(out, [field.name for field in fields(OpenQuestion)], lineterminator="\n")
    table.writeheader()
    table.writerows(map(asdict, rows))
    write_atomic(path, out.getvalue())
