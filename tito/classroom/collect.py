"""Collects hand-ins. Nobody is lost, mixed up or misdated in silence.

    look at the place ─▶ whose each thing is ─▶ what each file is ─▶ decide on the whole list ─▶ the account ─▶ write

Nothing is written before all is decided, so that an account without the last step (`--dry-run`) is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tito.classroom.collection_plan import CollectionPlan, plan_collection
from tito.classroom.deadlines import Deadlines, read_deadlines, write_deadlines
from tito.classroom.gradebook.up_to_date import bring_up_to_date
from tito.classroom.intake import archive
from tito.classroom.intake.arrival import ASKED, Arrival
from tito.classroom.intake.choice import Choice
from tito.classroom.intake.people.questions import note_questions
from tito.classroom.intake.people.roster import write_roster
from tito.classroom.intake.reader import look
from tito.course.course import Course, Module
from tito.support.errors import UsageError
from tito.support.progress import Tracker, untracked


@dataclass(frozen=True)
class Collection:
    """What a place of hand-ins came to: a line for each file in it, and what is to be said of them together."""

    arrivals: tuple[Arrival, ...]
    files: int
    module: Module | None = None
    due: datetime | None = None
    new_people: tuple[str, ...] = ()

    @property
    def taken(self) -> tuple[Arrival, ...]:
        return tuple(arrival for arrival in self.arrivals if arrival.is_taken)

    @property
    def unclaimed(self) -> tuple[Arrival, ...]:
        return tuple(arrival for arrival in self.arrivals if arrival.decision == ASKED)

    @property
    def of_unknown_time(self) -> tuple[Arrival, ...]:
        """What counts though nobody knows whether it was in time."""
        return tuple(a for a in self.arrivals if a.decision == "counts" and a.reason == "time unknown")

    @property
    def needs_person(self) -> bool:
        return bool(self.of_unknown_time) or any(arrival.needs_person for arrival in self.arrivals)

    @property
    def is_empty(self) -> bool:
        """Was nothing handed in, and is nothing to be asked?"""
        return not (self.taken or self.unclaimed or self.needs_person)

    def as_json(self) -> dict[str, Any]:
        """The account for other programs: `tito collect --json`."""
        return {
            "module": self.module.name if self.module else None,
            "due": self.due.isoformat() if self.due else None,
            "files": self.files,
            "needs_person": self.needs_person,
            "new_people": self.new_people,
            "arrivals": [asdict(each) | {"at": each.at.isoformat() if each.at else None} for each in self.arrivals],
        }


def collect(
    course: Course,
    place: Path,
    module: Module | None = None,
    deadline: datetime | None = None,
    dry_run: bool = False,
    progress: Tracker = untracked,
    tell: Callable[[Collection], None] = lambda collection: None,
) -> Collection:
    """Take in everything under `place` (a folder or a zip), for `module` or for the one that each work's cells name.

    A `deadline` becomes the module's own. `tell` gets the account before anything is written; with `dry_run`
    nothing is. UsageError when there is no such place, or when a deadline has no module.
    """
    deadlines = read_deadlines(course)
    if deadline is not None:
        if module is None:
            raise UsageError("a deadline is a module's: name it", hint="tito collect FOLDER MODULE --deadline TIME")
        deadlines = deadlines.changed(module, deadline)
    planned = plan_collection(course, look(place), module, deadlines, progress)
    due = deadlines.of(module) if module else None
    collection = Collection(planned.arrivals, planned.files, module, due, planned.new_people)
    tell(collection)
    if not dry_run:
        _write(course, planned, progress)
        note_questions(course, [module] if module else course.modules, planned.hash_of, planned.questions)
        if deadline is not None and module is not None:
            set_deadline(course, module, deadline)
    return collection


def _write(course: Course, planned: CollectionPlan, progress: Tracker) -> None:
    """Keep every original, then what counts, with the records; the roster first, so that ids stay."""
    if planned.taken:
        write_roster(course, planned.roster.people)
    for each in progress(planned.taken, len(planned.taken), "keeping"):
        work, (learner, module) = each.work, each.key
        content = work.handin.problem.encode() if work.is_without_content else work.file.read()
        archive.keep(course, learner, module, each.original, content)
    for (learner, module), record in progress(planned.records.items(), len(planned.records), "sorting"):
        archive.put(course, learner, module, record, planned.choices[learner, module])


def set_deadline(course: Course, module: Module, at: datetime | None, learner: str = "") -> dict[str, Choice]:
    """Set, change or (None) remove a deadline or an extension, and settle who counts now.

    Gives the choice for each learner of whom something else counts now.
    """
    before = _settled(course, module, read_deadlines(course))
    deadlines = read_deadlines(course).changed(module, at, learner)
    write_deadlines(course, deadlines)
    after = archive.settle(course, module, deadlines, course.handed_in(module))
    bring_up_to_date(course, [module], also_no_due_date=not learner, no_extension_of="" if at else learner)
    changed = {who for who, choice in after.items() if choice.chosen != before[who].chosen}
    return {who: after[who] for who in sorted(changed)}


def _settled(course: Course, module: Module, deadlines: Deadlines) -> dict[str, Choice]:
    records = {who: archive.read_record(course, who, module) for who in course.handed_in(module)}
    return {who: record.choice(module, who, deadlines) for who, record in records.items() if record.files}


def withdraw(course: Course, module: Module, learner: str, file: str = "", undo: bool = False) -> Choice:
    """Take a learner's hand-ins back, all or those with `file` in their name; with `undo` let them count again.

    UsageError when nothing of that learner was collected for the module. What is handed in later counts again.
    """
    record = archive.read_record(course, learner, module)
    paths = {name: [name, *(handin.path for handin in handins)] for name, handins in record.files.items()}
    names = {name for name, known_as in paths.items() if any(file in each for each in known_as)}
    if not names:
        what = (
            f"no file of {learner}'s is called {file}"
            if record.files
            else f"nothing of {learner}'s was collected for it"
        )
        raise UsageError(f"{module.name}: {what}", hint="tito report " + module.name)
    withdrawn = record.withdrawn - names if undo else record.withdrawn | names
    archive.write_record(course, learner, module, archive.HandInRecord(record.files, frozenset(withdrawn)))
    return archive.settle(course, module, read_deadlines(course), [learner])[learner]
