"""Decides what happens to each file of a collection, with the whole list in view and before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import PurePosixPath

from tito.classroom.deadlines import Deadlines
from tito.classroom.intake.archive import REMOVED, HandInRecord, find_kept, name_of, read_record
from tito.classroom.intake.archive import UNREADABLE as NOT_READ
from tito.classroom.intake.arrival import ASKED, COUNTS, KEPT, LEFT, UNREADABLE, Arrival
from tito.classroom.intake.choice import Candidate, Choice, attempt_of, lateness
from tito.classroom.intake.claims import Claim
from tito.classroom.intake.filenames import as_learner, folded, is_group, letters, owner_in, stem_of
from tito.classroom.intake.ownership import claims_in
from tito.classroom.intake.people.identify import People, identify
from tito.classroom.intake.people.questions import OpenQuestion, as_cell, question
from tito.classroom.intake.people.roster import Person, Roster, login_of, names_of, read_roster
from tito.classroom.intake.reader import File, Folder
from tito.classroom.intake.sorting import sort, without_time
from tito.classroom.intake.times import in_words
from tito.classroom.intake.works import WorkFile, digest_of, empty_work, files_of, work_of
from tito.course.course import Course, Module
from tito.support.progress import Tracker

Key = tuple[str, Module]  # a learner's id, and what they handed in for
COPIED_WITHIN_S, COPIED_WITHIN_A_LEARNER_S = 5, 2  # files of three learners or more, this close, were copied then
FEWEST_COPIED = 3
NO_MODULE = "its name and its cells do not tell which module it is for: tito collect FOLDER MODULE"


@dataclass(frozen=True)
class Taken:
    """One work, as whose it is taken, what an instructor should know of it, and under which name it is kept."""

    work: WorkFile
    person: Person
    original: str
    doubts: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        assert self.work.module is not None
        return self.person.id, self.work.module


@dataclass(frozen=True)
class CollectionPlan:
    """Everything that is decided about a collection."""

    arrivals: tuple[Arrival, ...]
    files: int
    roster: Roster  # with those who are new
    new_people: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()
    records: dict[Key, HandInRecord] = field(default_factory=dict)
    choices: dict[Key, Choice] = field(default_factory=dict)
    questions: tuple[tuple[Module | None, OpenQuestion], ...] = ()  # each with the module that it is about, if known
    looked_at: dict[str, File] = field(default_factory=dict)  # by their names in the table of questions

    def hash_of(self, name: str) -> str | None:
        """The hash of the file that the table of questions calls so; None where it is not of this collection."""
        return digest_of(self.looked_at[name]) if name in self.looked_at else None


def plan_collection(
    course: Course, folder: Folder, module: Module | None, deadlines: Deadlines, progress: Tracker
) -> CollectionPlan:
    """Look at everything in the folder, and decide."""
    roster = read_roster(course)
    claims = claims_in(folder, course.modules, roster.is_known)
    people = identify((owner for claim in claims for owner in claim.owners if not _members(claim, roster)), roster)
    reading = _Reading(course, module, roster, people)
    for claim in progress(claims, len(claims), "reading"):
        reading.read(claim)
    files = list(folder.walk())
    lines = reading.lines + _unclaimed(files, claims)
    taken, left = _sorted(reading)
    records = _records(course, taken)
    choices = {key: record.choice(key[1], key[0], deadlines) for key, record in records.items()}
    arrivals = [*(_arrival(each, records, choices, deadlines) for each in taken), *left, *lines]
    new = {each.person.id for each in taken} - {person.id for person in roster.people}
    grown = Roster(p for p in people.roster.people if p.id in new or roster.by_id(p.id))
    told_new = () if roster.is_new else tuple(sorted(new))
    first_time = {note for match in people.found.values() if match.is_new for note in match.notes}
    first_time |= {note for claim in claims for note in claim.notes}
    shown = {as_cell(file.shown): file for file in files}
    questions = tuple(_questions(course, module, arrivals, shown, first_time))
    account = tuple(arrivals), len(files), grown, told_new
    return CollectionPlan(*account, tuple(taken), records, choices, questions, shown)


def _questions(
    course: Course, module: Module | None, arrivals: list[Arrival], files: dict[str, File], first_time: set[str]
) -> Iterator[tuple[Module | None, OpenQuestion]]:
    """What the report has to name later: files that were asked about, and works with a doubt.

    What is said of people the `first_time` that they come is not kept: it would depend on the order of collecting.
    """
    for each in arrivals:
        about = module or (course.module(each.module) if each.module else None)
        asked = [each.reason] if each.decision == ASKED else []
        for words in (*asked, *(note for note in each.notes if note not in first_time)):
            file = files.get(as_cell(each.file))
            yield about, question(each, words, digest_of(file) if file else "")


def _members(claim: Claim, roster: Roster) -> list[Person]:
    """The people of a group, where the roster has them."""
    return roster.members(claim.owners[0].name) if len(claim.owners) == 1 and claim.owners[0].name else []


def _unclaimed(files: list[File], claims: list[Claim]) -> list[Arrival]:
    """Files that nobody claims."""
    claimed = {file.path for claim in claims for file in claim.files}
    return [Arrival(file.shown, reason="no hand-in") for file in files if file.path not in claimed]


class _Reading:
    """The works of a place as they are read, by person, and a line for each file that is none."""

    def __init__(self, course: Course, module: Module | None, roster: Roster, people: People):
        self.course, self.module, self._roster, self.people = course, module, roster, people
        self.works: dict[str, list[WorkFile]] = defaultdict(list)
        self.persons: dict[str, Person] = {}
        self.doubts: dict[str, set[str]] = defaultdict(set)
        self.lines: list[Arrival] = []

    def read(self, claim: Claim) -> None:
        """Read every file of a claim, or ask about it."""
        members = _members(claim, self._roster)
        found = [self.people.found[owner] for owner in claim.owners if not members]
        question = claim.question or next((f.notes[0] for f in found if f.person is None), "")
        if question or not (claim.owners or members):
            self.lines += [_asked(claim, file, question) for file in claim.files]
            return
        works = [work_of(self.course, claim, each, self.module) for each in files_of(claim)]
        works = works or [empty_work(claim, self.module)]
        persons = members or [each.person for each in found if each.person]
        for person in persons:
            self.persons[person.id] = person
            self.works[person.id] += works
        for each in found:
            if each.person:
                self.doubts[each.person.id] |= {*each.notes, *_notes_on(claim), *(claim.notes if each.is_new else ())}

    def doubts_of(self, person: Person, work: WorkFile) -> Iterator[str]:
        """What does not agree: the roster, the manifest, the name that the learner gave."""
        yield from sorted(self.doubts[person.id])
        yield from work.notes
        said = work.manifest.learner
        if said and not _is_name_of(said, person, work):
            yield f"its zip says '{said}': taken as {person.id}"
        for owner in work.claim.inside:
            if not _is_name_of(owner.label, person, work):
                yield f"a name in it says '{owner.label}': taken as {person.id}"
        other = self._other_named(person, work)
        if other:
            yield f"its name says '{other.id}': taken as {person.id}"

    def _other_named(self, person: Person, work: WorkFile) -> Person | None:
        """Somebody else whom the file's own name names."""
        if work.file is work.claim.item and not work.claim.file:
            return None
        said = owner_in(stem_of(PurePosixPath(work.name).name), self.course.modules)
        other = self.people.roster.by_id(as_learner(said)) if said else None
        return other if other and other.id != person.id and not _is_name_of(said, person, work) else None


def _notes_on(claim: Claim) -> Iterator[str]:
    if any(owner.is_anonymous for owner in claim.owners):
        yield "anonymous: the platform does not say whose it is"
    elif len(claim.owners) == 1 and is_group(claim.owners[0].name):
        yield "a group: write its name into the column group of its members in roster.csv"


def _asked(claim: Claim, file: File, question: str) -> Arrival:
    """A line for a file that is nobody's, or about which a person has to be asked."""
    asks = bool(question) and not file.is_litter and (file.is_work or file.is_zip or file is claim.item)
    whose = claim.owners[0].label if claim.owners else ""
    number = claim.owners[0].number if claim.owners else ""
    reason = question if asks else "no hand-in"
    return Arrival(
        file.shown,
        given=claim.file,
        person=whose,
        platform=claim.platform,
        number=number,
        at=claim.at,
        decision=ASKED if asks else LEFT,
        reason=reason,
        needs_person=asks,
    )


def _is_name_of(said: str, person: Person, work: WorkFile) -> bool:
    """Can these be the same person: an id, a login, a name, or a login made of the name?"""
    text = folded(as_learner(said))
    owners = work.claim.owners
    ids = {folded(person.id), *map(folded, person.numbers), login_of(person.email), folded(person.email)}
    ids |= {folded(key) for o in owners for key in (o.login, o.number, o.email, login_of(o.email)) if key}
    plain = letters(said)
    names = [name for source in (person.name, *(o.name for o in owners)) for name in names_of(source)]
    return text in ids or plain in names or any(_is_made_of(plain, name) for name in names)


def _is_made_of(login: str, name: str) -> bool:
    """Is a login like `tpacker` made of `packertom`: five letters or more of it in one piece?"""
    pieces = (login[n : n + 5] for n in range(len(login) - 4))
    return any(piece in name for piece in pieces)


# -- sorting ----------------------------------------------------------------------------------


def _sorted(reading: _Reading) -> tuple[list[Taken], list[Arrival]]:
    """What is taken of everybody's files, and lines for what is left alone."""
    works = _without_times_of_copies(reading.works)
    taken: list[Taken] = []
    lines: list[Arrival] = []
    for who in works:
        some, others = _taken_of(reading, reading.persons[who], works[who])
        taken += some
        lines += others
    return taken, lines


def _without_times_of_copies(works: dict[str, list[WorkFile]]) -> dict[str, list[WorkFile]]:
    """Files of a class whose times are all the same were copied at that time: their times say no more than this."""
    times = [w.handin.at for several in works.values() for w in several if w.handin.at and not w.claim.at and not w.why]
    allowed = max(COPIED_WITHIN_S, COPIED_WITHIN_A_LEARNER_S * len(works))
    if len(works) < FEWEST_COPIED or not times or max(times) - min(times) > timedelta(seconds=allowed):
        return works
    return {
        who: [w if w.claim.at or not w.handin.at else without_time(w) for w in several]
        for who, several in works.items()
    }


def _taken_of(reading: _Reading, person: Person, works: list[WorkFile]) -> tuple[list[Taken], list[Arrival]]:
    by_module, lines = _by_module(reading, person, works)
    taken = []
    for several in by_module.values():
        done = sort(several)
        doubts = (done.question,) if done.question else ()
        for work in done.works:
            about = (*reading.doubts_of(person, work), *doubts)
            original = name_of(work.digest, work.name) + (f".{NOT_READ}" if work.is_without_content else "")
            taken.append(Taken(work, person, original, tuple(dict.fromkeys(about))))
        needs = not done.works and bool(done.left)
        lines += [_left_alone(work, person, why, needs) for work, why in done.left]
    return taken, lines


def _by_module(
    reading: _Reading, person: Person, works: list[WorkFile]
) -> tuple[dict[Module, list[WorkFile]], list[Arrival]]:
    """The works for each module; those for another than the instructor's, and for none, are lines."""
    usable = {work.module for work in works if work.is_usable and work.module}
    default = reading.module or (next(iter(usable)) if len(usable) == 1 else None)
    found: dict[Module, list[WorkFile]] = defaultdict(list)
    lines = []
    for work in works:
        module = work.module or default
        if work.why:
            lines.append(_left_alone(work, person, work.why))
        elif not work.file.is_work and usable:
            lines.append(_left_alone(work, person, work.handin.problem))
        elif module is None:
            lines.append(replace(_left_alone(work, person, NO_MODULE, True), decision=ASKED))
        elif reading.module and module != reading.module:
            wrong = f"it is for {module.number} {module.name}, not for {reading.module.number} {reading.module.name}"
            lines.append(replace(_left_alone(work, person, wrong, reading.module not in usable), decision=ASKED))
        else:
            found[module].append(replace(work, module=module))
    return found, lines


def _left_alone(work: WorkFile, person: Person, why: str, needs_person: bool = False) -> Arrival:
    return Arrival(
        work.file.shown,
        given=work.name,
        person=person.id,
        platform=work.claim.platform,
        number=work.handin.number,
        at=work.handin.at,
        at_source=work.handin.source,
        late=work.handin.late,
        module=work.module.name if work.module else "",
        reason=why,
        needs_person=needs_person,
    )


# -- deciding ---------------------------------------------------------------------------------


def _records(course: Course, taken: list[Taken]) -> dict[Key, HandInRecord]:
    """What is kept of each learner once these are, too."""
    records: dict[Key, HandInRecord] = {}
    for n, each in enumerate(taken):
        record = records.get(each.key) or read_record(course, *each.key)
        original = find_kept(record, each.work.digest) or each.original
        taken[n] = replace(each, original=original)
        records[each.key] = record.adding(original, each.work.handin)
    return records


def _arrival(
    taken: Taken, records: dict[Key, HandInRecord], choices: dict[Key, Choice], deadlines: Deadlines
) -> Arrival:
    work, handin, module = taken.work, taken.work.handin, taken.work.module
    assert module is not None
    choice, record = choices[taken.key], records[taken.key]
    due, extension = deadlines.of(module, taken.person.id), deadlines.has_extension(module, taken.person.id)
    state = lateness(handin, due, extension)
    decision, reason, needs = _decision(taken, choice, record, state)
    return Arrival(
        handin.path,
        given=handin.file,
        person=taken.person.id,
        platform=work.claim.platform,
        number=handin.number,
        at=handin.at,
        at_source=handin.source,
        late={"late": True, "in time": False}.get(state) if due else handin.late,
        module=module.name,
        attempt=attempt_of(Candidate(taken.original, handin), record.candidates),
        decision=decision,
        reason=reason,
        needs_person=needs or bool(taken.doubts),
        notes=taken.doubts,
    )


def _decision(taken: Taken, choice: Choice, record: HandInRecord, state: str) -> tuple[str, str, bool]:
    """What becomes of a work, why, and whether a person has to look at it."""
    handin = taken.work.handin
    if taken.original in record.withdrawn and record.removed_by_hand:
        return KEPT, REMOVED, True
    if taken.original in record.withdrawn:
        return KEPT, "withdrawn: kept, does not count", False
    if choice.chosen and choice.chosen.original == taken.original:
        return (UNREADABLE, handin.problem, True) if handin.problem else (COUNTS, _when(taken, state), False)
    if taken.original in {candidate.original for candidate in choice.tie}:
        return KEPT, choice.reason, True
    if handin.problem:
        return KEPT, handin.problem, True
    if state == "late":
        how = "LATE" if handin.at is None and handin.late else _when(taken, "")
        return KEPT, f"late ({how}): kept, not graded", choice.chosen is None
    return KEPT, "an earlier attempt", False


def _when(taken: Taken, state: str) -> str:
    handin = taken.work.handin
    if handin.at is not None:
        return in_words(handin.at)
    if handin.claim is not None and handin.late is None:
        return f"{in_words(handin.claim)} by the learner's clock"
    if handin.late:
        return "LATE"
    return "in time" if handin.late is False else "time unknown" if state == "unknown" else ""
