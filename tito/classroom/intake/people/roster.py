"""The course's roster: one person, one id, for the whole course.

`course/roster.csv` has a line a person, for an instructor to read and mend: id, name, email, number,
section, group. A person is found by the platform's number, then login, then email, then name. Who is not found
gets a new id, made of what the platform said alone, so that it is the same in whatever order work comes in.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import sha256

from tito.classroom.intake.claims import Owner
from tito.classroom.intake.filenames import as_learner, folded, letters, new_id, skeleton
from tito.course.course import Course
from tito.support.errors import CourseError, UsageError, did_you_mean
from tito.support.files import write_atomic


@dataclass(frozen=True)
class Person:
    """One line of the roster; `number` may hold several numbers, `group` several groups, with spaces between."""

    id: str
    name: str = ""
    email: str = ""
    number: str = ""
    section: str = ""
    group: str = ""

    @property
    def numbers(self) -> list[str]:
        return self.number.split()

    @property
    def label(self) -> str:
        """What to call this person in a message."""
        return self.name or self.id


MOST_PAIRS, MOST_WITH_A_PAIR, MOST_COMPARED = 8, 300, 12  # of letters, of texts, of texts compared in full
Index = dict[str, list[Person]]  # people by something that they are known by


@dataclass(frozen=True)
class Match:
    """Who an owner is: the person; what an instructor should know; `is_new` when the roster had nobody like that."""

    person: Person | None
    notes: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def new(self) -> Person | None:
        return self.person if self.is_new else None

    def of(self, person: Person) -> Match:
        """The same, with the person changed."""
        return replace(self, person=person)


def read_roster(course: Course) -> Roster:
    """The course's roster; one that is not there yet is made of what was handed in before."""
    try:
        text = course.roster.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Roster(_from_earlier(course), is_new=True)
    except UnicodeDecodeError:
        raise CourseError("roster.csv is not text in UTF-8", at=str(course.roster)) from None
    return Roster(_rows(text, str(course.roster)))


def _rows(text: str, at: str) -> list[Person]:
    rows = list(csv.DictReader(io.StringIO(text)))
    known = [field.name for field in fields(Person)]
    people = [Person(**{key: (row.get(key) or "").strip() for key in known}) for row in rows]
    for n, person in enumerate(people, 2):
        if not person.id or person.id != as_learner(person.id):
            raise CourseError(f"line {n} of roster.csv has no id that can name a folder: '{person.id}'", at=at)
    twice = [ids for ids in _by(people, lambda person: [folded(person.id)]).values() if len(ids) > 1]
    if twice:
        raise CourseError(f"roster.csv has two people with the id {twice[0][0].id}", at=at)
    return people


def _from_earlier(course: Course) -> list[Person]:
    """The ids that earlier collections gave: those in `submitted/` and `handins/`, with the platform's word on them."""
    from tito.classroom.intake.archive import owner_before

    ids = [who for who in course.everybody() if who == as_learner(who)]
    owners = {who: owner_before(course, who) for who in ids}
    return [
        Person(who, owner.name if owner else "", number=owner.number if owner else "") for who, owner in owners.items()
    ]


def write_roster(course: Course, people: Iterable[Person]) -> None:
    out = io.StringIO()
    columns = [field.name for field in fields(Person)]
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: getattr(person, key) for key in columns} for person in sorted(people, key=lambda p: p.id))
    write_atomic(course.roster, out.getvalue())


def _by(people: Iterable[Person], keys: Callable[[Person], Iterable[str]]) -> Index:
    found = defaultdict(list)
    for person in people:
        for key in dict.fromkeys(filter(None, keys(person))):
            found[key].append(person)
    return found


def names_of(name: str) -> list[str]:
    """A name's letters with any of its words first: `adaloveday` and `lovedayada` are one name."""
    words = [letters(word) for word in name.replace(",", " ").split()]
    words = [word for word in words if word]
    return ["".join(words[n:] + words[:n]) for n in range(len(words))]


def _pairs_of(text: str) -> list[str]:
    """Its letters two by two, with its start and its end, each pair once."""
    marked = f"^{text}$"
    return list(dict.fromkeys(marked[n : n + 2] for n in range(len(marked) - 1)))


def login_of(email: str) -> str:
    return folded(email.partition("@")[0])


class Roster:
    """Everybody who is known, to be looked up; growing it gives another roster."""

    def __init__(self, people: Iterable[Person], is_new: bool = False):
        self.people, self.is_new = tuple(people), is_new

    @cached_property
    def _numbers(self) -> Index:
        return _by(self.people, lambda person: person.numbers)

    @cached_property
    def _logins(self) -> Index:
        return _by(self.people, lambda person: [folded(person.id), login_of(person.email)])

    @cached_property
    def _ids(self) -> Index:
        return _by(self.people, lambda person: [folded(person.id)])

    @cached_property
    def _emails(self) -> Index:
        return _by(self.people, lambda person: [folded(person.email)])

    @cached_property
    def _names(self) -> Index:
        return _by(self.people, lambda person: names_of(person.name or person.id.replace("_", " ")))

    @cached_property
    def _looks(self) -> Index:
        return _by(self.people, lambda person: [skeleton(text) for text in (person.id, person.name)])

    @cached_property
    def _groups(self) -> Index:
        return _by(self.people, lambda person: [letters(group) for group in person.group.split(";")])

    def is_known(self, name: str) -> bool:
        """Does this name, as a folder has it, name somebody?"""
        return folded(as_learner(name)) in self._logins or letters(name) in self._names

    def members(self, group: str) -> list[Person]:
        return self._groups.get(letters(group), [])

    def by_id(self, who: str) -> Person | None:
        return next(iter(self._ids.get(folded(who), [])), None)

    def must_have(self, who: str) -> None:
        """UsageError, with the nearest id, when nobody has this one."""
        if self.by_id(who) is None:
            guess = did_you_mean(who, (person.id for person in self.people))
            raise UsageError(f"nobody on the roster has the id '{who}'.{guess}", hint="tito roster")

    def find(self, owner: Owner, keys_compare: bool = True) -> Match:
        """Who this is. A new person where nobody fits; nobody where several do.

        Where `keys_compare` is false the platform's numbers and logins are others than the roster's: a name is enough.
        """
        by_name = self.by_name(owner, keys_compare)
        for several in (*self.by_keys(owner), by_name):
            if len(several) == 1:
                return Match(several[0], tuple(self._doubts(owner, several[0])))
            if several:
                return Match(None, (f"{owner.label} may be {_listed(several)}",))
        person = self._new(owner)
        if not person.id:
            return Match(None, (f"nothing in the name '{owner.label}' can be somebody's id",))
        return Match(person, tuple(self._about_new(owner, person.id)), is_new=True)

    def by_keys(self, owner: Owner) -> list[list[Person]]:
        """Who has this number, this login, this email."""
        return [self._by_number(owner), self._by_login(owner), self._by_email(owner)]

    def _by_number(self, owner: Owner) -> list[Person]:
        """Who has this number; if several have, because platforms number on their own, who of them has this name."""
        several = self._numbers.get(owner.number, []) if owner.number else []
        named = [person for person in several if owner.name and letters(owner.name) in names_of(person.name)]
        return named if len(several) > 1 and named else several

    def _by_login(self, owner: Owner) -> list[Person]:
        login = folded(as_learner(owner.login) if self.is_new else owner.login)
        exact = self._ids.get(login, []) if login else []
        return exact or (self._logins.get(login, []) if login else [])

    def _by_email(self, owner: Owner) -> list[Person]:
        return self._emails.get(folded(owner.email), []) if owner.email else []

    def by_name(self, owner: Owner, keys_compare: bool = False) -> list[Person]:
        """Who has this name; where keys can be compared, only those whose own do not contradict.

        Of several, those who are written in the same way.
        """
        if owner.is_anonymous:
            return []
        several = self._names.get(letters(owner.name or owner.login), [])
        several = [p for p in several if not (_is_another_login(owner, p) or (keys_compare and _contradicts(owner, p)))]
        alike = [p for p in several if _words(p.name) == _words(owner.name or owner.login)]
        return alike or several

    def _doubts(self, owner: Owner, person: Person) -> Iterator[str]:
        if owner.is_anonymous or not owner.name:
            return
        if not person.name and not self.is_new and letters(owner.name) in names_of(person.id.replace("_", " ")):
            yield f"the roster has no name for {person.id}, here it is '{owner.name}'"
        elif person.name and _is_another_name(owner.name, person.name):
            yield f"the roster calls {owner.number or owner.label} '{person.name}', here it is '{owner.name}'"

    def _new(self, owner: Owner) -> Person:
        text = owner.login or owner.email.partition("@")[0] or owner.name
        who = new_id(text)
        if owner.number:
            who = as_learner(f"{as_learner(owner.name or who)[:40]}-{new_id(owner.number)}")
        if folded(who) in self._ids:  # somebody else's, or the match would have found it
            who = f"{who[:50]}-{sha256(repr(owner).encode()).hexdigest()[:6]}"
        written = owner.name or (text if text == owner.login and text != who else "")
        return Person(who, "" if owner.is_anonymous else written, owner.email, owner.number)

    def _about_new(self, owner: Owner, who: str) -> Iterator[str]:
        if self.people and not self.is_new and not owner.is_anonymous:
            near = self.nearest(owner)
            yield "not on the roster" + (f"; nearest: {near.id}" if near else "")

    def look_alike(self, person: Person) -> str:
        """Whose name looks the same though it is somebody else's, and how they differ; "" where nobody's does."""
        found = [p for text in (person.id, person.name) if text for p in self._looks.get(skeleton(text), [])]
        others = [p for p in found if folded(p.id) != folded(person.id)]
        for other in others:
            if letters(other.label) != letters(person.label) and letters(other.id) != letters(person.id):
                return f"looks like {other.id}, in letters of another script"
        other_sign = next((p for p in others if letters(p.id) == letters(person.id)), None)
        return f"differs from {other_sign.id} in signs between letters alone" if other_sign else ""

    def nearest(self, owner: Owner) -> Person | None:
        """Whose name or id is the most like this one, if any is like it at all."""
        text = letters(owner.name or owner.login)
        likely = Counter(other for pair in self._rarest_pairs(text) for other in self._pairs[pair])
        likely_texts = [other for other, _ in likely.most_common(MOST_COMPARED)]
        near = difflib.get_close_matches(text, likely_texts, n=1, cutoff=0.6)
        return self._by_letters[near[0]] if near else None

    def _rarest_pairs(self, text: str) -> list[str]:
        """Those pairs of letters in a text that tell most about it: comparing with all of a class costs too much."""
        found = sorted((pair for pair in _pairs_of(text) if pair in self._pairs), key=lambda p: len(self._pairs[p]))
        return [pair for pair in found[:MOST_PAIRS] if len(self._pairs[pair]) <= MOST_WITH_A_PAIR or pair == found[0]]

    @cached_property
    def _by_letters(self) -> dict[str, Person]:
        return {letters(text): person for person in self.people for text in (person.id, person.name) if text}

    @cached_property
    def _pairs(self) -> dict[str, list[str]]:
        """The letters of names and ids, by each pair of letters in them."""
        found = defaultdict(list)
        for text in self._by_letters:
            for pair in _pairs_of(text):
                found[pair].append(text)
        return found

    def grown(self, new: Iterable[Person], numbers: dict[str, str]) -> Roster:
        """With these people too, and with these numbers, by id, behind those that are known."""
        known = (
            replace(p, number=" ".join([*p.numbers, numbers[p.id]])) if p.id in numbers else p for p in self.people
        )
        return Roster((*known, *new), self.is_new)


def _words(name: str) -> list[str]:
    """The words of a name, for comparing, in any order."""
    return sorted(folded(name).replace(",", " ").split())


def _is_another_name(one: str, other: str) -> bool:
    """Is it more than the order of the words? Where one has no spaces, as Canvas writes names, letters alone tell."""
    if letters(one) not in names_of(other):
        return True
    return len(_words(one)) > 1 < len(_words(other)) and _words(one) != _words(other)


def _is_another_login(owner: Owner, person: Person) -> bool:
    """Do a login and a person's id differ in case and separators only? `ann.lee` and `ann_lee` are two people."""
    login = folded(owner.login)
    is_same = login in (folded(person.id), folded(person.name))
    return bool(login) and not is_same and letters(login) == letters(person.id)


def _contradicts(owner: Owner, person: Person) -> bool:
    """Have both a number, an email or a login, and not the same?"""
    is_login = person.id and not any(letters(person.id).startswith(name) for name in names_of(person.name))
    return bool(
        (owner.number and person.numbers and owner.number not in person.numbers)
        or (owner.email and person.email and folded(owner.email) != folded(person.email))
        or (owner.login and owner.name and is_login and folded(as_learner(owner.login)) != folded(person.id))
    )


def _listed(people: list[Person]) -> str:
    return " or ".join(person.id for person in people)
