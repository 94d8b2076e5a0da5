"""What is odd about a module's hand-ins, for a person to look at: no verdict on anybody.

Open questions of collecting, one file from several people, a work under a name that does not tell its module. Read
from what was collected; a group's work, which came once for all of them, is odd in nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tito.classroom.intake.archive import HandInRecord
from tito.classroom.intake.filenames import module_named_in
from tito.classroom.intake.people.questions import DIGITS, read_questions
from tito.course.course import Course, Module

Records = Mapping[str, HandInRecord]  # by learner


@dataclass(frozen=True)
class Oddity:
    """What somebody should look at, and whose it is: learners' ids, or a name that a platform gave."""

    who: tuple[str, ...]
    words: str
    file: str = ""


def oddities_of(course: Course, module: Module, records: Records, begun: Iterable[str]) -> tuple[Oddity, ...]:
    """All of a module's; `begun` are those who changed what was given out, since untouched files are all the same."""
    asked = (Oddity((each.person,) if each.person else (), each.words, each.file) for each in
             read_questions(course, module))  # fmt: skip
    begun = set(begun)
    same = (Oddity(who, "the same file, byte for byte") for who in same_files(records) if begun & set(who))
    return (*same, *asked, *_other_names(course, module, records))


def same_files(records: Records) -> list[tuple[str, ...]]:
    """The learners of each file that counts for several and did not come as one hand-in of theirs."""
    owners: dict[str, list[str]] = defaultdict(list)
    paths: dict[str, set[frozenset[str]]] = defaultdict(set)
    for learner, record in records.items():
        if record.placed:
            owners[record.placed[:DIGITS]].append(learner)
            paths[record.placed[:DIGITS]].add(_came_as(record))
    return [tuple(sorted(who)) for digest, who in owners.items() if len(who) > 1 and len(paths[digest]) > 1]


def one_of_each_group(learners: Iterable[str], records: Records) -> list[str]:
    """The learners without those whose work came as one hand-in with an earlier one's."""
    seen, found = set(), []
    for learner in learners:
        record = records.get(learner)
        came_as = (record.placed, _came_as(record)) if record and record.placed else learner
        if came_as not in seen:
            found.append(learner)
        seen.add(came_as)
    return found


def _came_as(record: HandInRecord) -> frozenset[str]:
    """The paths under which the work that counts came."""
    return frozenset(handin.path for handin in record.files.get(record.placed, ()))


def _other_names(course: Course, module: Module, records: Records) -> Iterable[Oddity]:
    for learner, record in records.items():
        names = sorted({handin.file for handin in record.files.get(record.placed, ()) if handin.file})
        if names and not any(module_named_in(name, course.modules) == module for name in names):
            yield Oddity((learner,), "its name does not tell the module", names[0])
