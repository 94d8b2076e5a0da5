"""A course's data for research: marks, checks and notebooks under pseudonyms, without what names anybody.

marks.csv       a line a person and module
checks.csv      a line a person, module and check or question
parts.csv       a line a person, module and part of a check that was reached
notebooks/PERSON/MODULE.ipynb    the code and the answers; no outputs, no metadata of the learner's
README.md       what is in it, and what to look at before it is given away
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tito.classroom import records
from tito.classroom.deadlines import read_deadlines
from tito.classroom.giving_back.marks import NOTHING_COUNTS, Standing, most_points, standings
from tito.classroom.giving_back.sheet import as_csv
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Mark, Marks
from tito.classroom.intake import archive
from tito.classroom.intake.filenames import is_group
from tito.classroom.intake.people.roster import Person, read_roster
from tito.classroom.keeping.pseudonyms import pseudonyms_of
from tito.classroom.keeping.scrubbing import Scrubber
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.cache import kept_or_made
from tito.lesson.notebook import KERNEL, Cell, Notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.support.points import points_text
from tito.support.safe_text import no_formula

MARKS = ("person", "module", "status", "points", "max_points", "code", "written", "late_penalty", "hours_before_due")
PARTS = ("person", "module", "check", "part", "status")
CHECKS = ("person", "module", "check", "kind", "status", "points", "max_points", "mistake", "message")
README = """\
# Data of a course, under pseudonyms

`marks.csv` has a line for each person and module, `checks.csv` one for each check and written answer, `parts.csv`
one for each part of a check that was reached (their titles tell what hidden tests look for), `notebooks/` what was
handed in and counted: code and prose, without outputs. `hours_before_due` is below 0 for late work.

Names, emails, logins and numbers that the course knew are pseudonyms here, `person_…`, the same in every export of
this course. People are told again with the course's `pseudonyms.secret`, or by what they wrote: read free text before
you give this away. In code, words of the course and of Python were left, also where somebody is called that.
"""


@dataclass(frozen=True)
class ExportedData:
    """What was exported."""

    folder: Path
    people: int
    notebooks: int


def export_data(course: Course, modules: Sequence[Module], folder: Path) -> ExportedData:
    """Write the data of these modules into a new folder; UsageError when there is one already, or nothing to export."""
    if folder.exists():
        raise UsageError(f"{folder} exists already", hint="name a folder that is not there yet")
    scrubber = _scrubber(course, modules)
    found = {module: [s for s in standings(course, module) if s.why_not != NOTHING_COUNTS] for module in modules}
    if not any(found.values()):
        raise UsageError("nothing was handed in that counts", hint="tito report")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.", suffix=".tmp"))
    try:
        notebooks = _write(course, found, scrubber, temporary)
        os.rename(temporary, folder)
    except BaseException:  # an interrupt too must not leave half an export behind
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return ExportedData(folder, len({s.learner for several in found.values() for s in several}), notebooks)


def _scrubber(course: Course, modules: Iterable[Module]) -> Scrubber:
    texts = [cell.source for module in modules for cell in built(course, module, kept_or_made).cells]
    return Scrubber(_everybody(course), pseudonyms_of(course).of, texts)


def _everybody(course: Course) -> Iterator[Person]:
    """Everybody whom the course knows, under every name and number by which platforms told of them."""
    people = read_roster(course).people
    yield from people
    known = {person.id for person in people}
    yield from (Person(who) for who in course.everybody() if who not in known)
    for module in course.modules:
        for learner in course.handed_in(module):
            for handins in archive.read_record(course, learner, module).files.values():
                named = {(h.name, h.number) for h in handins if h.name and not is_group(h.name)}
                yield from (Person(learner, name, number=number) for name, number in sorted(named))


def _write(course: Course, found: dict[Module, list[Standing]], scrubber: Scrubber, folder: Path) -> int:
    """Write every file, and tell how many notebooks there are."""
    name_of = pseudonyms_of(course).of
    marks, checks, parts, notebooks = [list(MARKS)], [list(CHECKS)], [list(PARTS)], 0
    for module, several in found.items():
        with gradebook.opened(course) as book:
            recorded = book.marks(module)
        for standing in sorted(several, key=lambda each: name_of(each.learner)):
            person = name_of(standing.learner)
            marks.append([person, module.name, *_marks(course, module, standing)])
            checks += [[person, module.name, *row] for row in _checks(course, module, standing, recorded, scrubber)]
            parts += [[person, module.name, *row] for row in _parts(course, module, standing)]
            notebooks += _write_notebook(course, module, standing.learner, scrubber, folder / "notebooks" / person)
    write_atomic(folder / "marks.csv", as_csv(marks))
    write_atomic(folder / "checks.csv", as_csv(checks))
    write_atomic(folder / "parts.csv", as_csv(parts))
    write_atomic(folder / "README.md", README)
    return notebooks


def _marks(course: Course, module: Module, standing: Standing) -> list[str]:
    """The cells behind person and module; no points where there is no mark at all."""
    has_mark = standing.is_final or standing.is_partial
    points = (standing.points, most_points(module), standing.code, standing.written, standing.late_penalty)
    told = map(points_text, points) if has_mark else ["", points_text(most_points(module)), "", "", ""]
    return [standing.why_not or "final", *told, _hours(course, module, standing.learner)]


def _hours(course: Course, module: Module, learner: str) -> str:
    """How long before its deadline a work came; no date tells who was where."""
    record, due = records.read(course, module, learner), read_deadlines(course).of(module, learner)
    at: datetime | None = record.submitted_at if record else None
    return f"{(due - at).total_seconds() / 3600:.1f}" if due and at else ""


def _parts(course: Course, module: Module, standing: Standing) -> Iterator[list[str]]:
    """A row for each part of a check that was reached: its title, and how it went."""
    record = records.read(course, module, standing.learner)
    for result in record.grade.results if record else ():
        yield from ([result.id, no_formula(part.title), part.status] for part in result.parts)


def _checks(
    course: Course, module: Module, standing: Standing, recorded: dict[str, Marks], scrubber: Scrubber
) -> Iterator[list[str]]:
    """A row for each check and question."""
    record = records.read(course, module, standing.learner)
    marks = recorded.get(standing.learner, Marks()).marks
    for result in record.grade.results if record else ():
        points = marks[result.id].points if result.id in marks else result.points
        told = [points_text(points), points_text(result.max_points), result.mistake]
        yield [result.id, "check", result.status, *told, no_formula(scrubber.in_text(result.message))]
    for question in module.questions if record else ():
        mark = marks.get(question.id, Mark())
        status = "waits" if mark.needs_manual else "marked"
        yield [question.id, "question", status, points_text(mark.points), points_text(question.points), "", ""]


def _write_notebook(course: Course, module: Module, learner: str, scrubber: Scrubber, folder: Path) -> int:
    try:
        submitted = notebook.read(course.submitted_notebook(learner, module))
    except (UsageError, FileNotFoundError):
        return 0  # its mark says that it could not be read
    write_atomic(folder / f"{module.name}.ipynb", notebook.as_json(without_people(submitted, scrubber)))
    return 1


def without_people(submitted: Notebook, scrubber: Scrubber) -> Notebook:
    """The notebook's cells, scrubbed; their ids are new ones but for those of the course, and so is all metadata."""
    cells = tuple(_scrubbed(cell, n, scrubber) for n, cell in enumerate(submitted.cells))
    return Notebook(cells, json.loads(json.dumps(KERNEL)))


def _scrubbed(cell: Cell, place: int, scrubber: Scrubber) -> Cell:
    scrub = scrubber.in_code if cell.kind == "code" else scrubber.in_text
    marks = cell.nbgrader if isinstance(cell.nbgrader, dict) else {}
    grade_id = scrubber.in_text(str(marks.get("grade_id", "")))
    plain = {key: value for key, value in marks.items() if isinstance(value, bool | int | float)}
    metadata = {"nbgrader": plain | {"grade_id": grade_id}} if grade_id else {}
    return Cell(cell.kind, scrub(cell.source), grade_id or f"cell-{place}", metadata)
