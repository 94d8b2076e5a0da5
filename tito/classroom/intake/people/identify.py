"""Finds the owners of one collection on the roster: all together, so that their order makes no difference."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tito.classroom.intake.claims import Owner
from tito.classroom.intake.filenames import folded, new_id
from tito.classroom.intake.people.roster import Match, Person, Roster, login_of

ENOUGH = 3  # names that are known under other numbers, before these are taken for another kind of number


@dataclass(frozen=True)
class People:
    """Who each owner is, and the roster with those who are new."""

    found: dict[Owner, Match]
    roster: Roster


def identify(owners: Iterable[Owner], roster: Roster) -> People:
    """Look everybody up on the roster; who is not there is new, under one id however often named."""
    owners = sorted(set(owners), key=repr)
    compare = _keys_compare(owners, roster)
    found = {owner: roster.find(owner, compare) for owner in owners}
    found |= _separated(found, roster)
    found = _told_apart(found)
    found |= _written_differently(found)
    new = _merged([each.new for each in found.values() if each.new])
    found = {owner: each.of(new[folded(each.new.id)]) if each.new else each for owner, each in found.items()}
    grown = roster.grown(new.values(), _learned(found))
    return People({owner: _with_look_alike(each, grown) for owner, each in found.items()}, grown)


def _keys_compare(owners: list[Owner], roster: Roster) -> bool:
    """Are these numbers and logins of the roster's kind? Not if several known names have others, as in Moodle."""
    keyed = [owner for owner in owners if (owner.number or owner.login or owner.email) and not owner.is_anonymous]
    if any(several for owner in keyed for several in roster.by_keys(owner)):
        return True
    return sum(len(roster.by_name(owner)) == 1 for owner in keyed) < ENOUGH


def _separated(found: dict[Owner, Match], roster: Roster) -> dict[Owner, Match]:
    """No person for owners of different numbers who share one person's name: nothing tells which of them it is."""
    same = defaultdict(list)
    for owner, each in found.items():
        if each.person and not each.is_new and owner.number and owner.number not in each.person.numbers:
            same[each.person.id].append(owner)
    unclear = [
        (who, owner) for who, several in same.items() if len({o.number for o in several}) > 1 for owner in several
    ]
    return {
        owner: Match(None, (f"there are several called {owner.label}; one of them is {who}",)) for who, owner in unclear
    }


def _told_apart(found: dict[Owner, Match]) -> dict[Owner, Match]:
    """New people of one id with several emails get these for ids."""
    emails = defaultdict(set)
    for each in found.values():
        if each.new and each.new.email:
            emails[folded(each.new.id)].add(folded(each.new.email))
    unclear = {who for who, several in emails.items() if len(several) > 1}

    def apart(each: Match) -> Match:
        new = each.new
        is_unclear = new and new.email and folded(new.id) in unclear
        return each.of(replace(new, id=new_id(new.email))) if new and is_unclear else each

    return {owner: apart(each) for owner, each in found.items()}


def _written_differently(found: dict[Owner, Match]) -> dict[Owner, Match]:
    """No person for owners who are written in several ways and would have one id: nobody knows if they are one.

    Who is written as the roster has it is that person. A number and a name, say, are no two ways of writing.
    """
    owners = defaultdict(list)
    for owner, each in found.items():
        if each.person:
            kind = "" if each.is_new else _written(owner)[0]
            owners[folded(each.person.id), kind].append(owner)
    several = [some for some in owners.values() if len({_written(owner)[1] for owner in some}) > 1]
    return {owner: _which_of(some) for some in several for owner in some if not _is_known_so(owner, found[owner])}


def _is_known_so(owner: Owner, match: Match) -> bool:
    """Has the roster just this of the person?"""
    kind, text = _written(owner)
    person = match.person
    if person is None or match.is_new:
        return False
    known = {
        "number": person.numbers,
        "login": [person.id, person.name, login_of(person.email)],
        "email": [folded(person.email)],
        "name": [person.name],
    }
    return text in known[kind]


def _written(owner: Owner) -> tuple[str, str]:
    """What tells who it is, and how it is written."""
    kinds = {"number": owner.number, "login": owner.login, "email": folded(owner.email), "name": owner.name}
    kind, text = next(((kind, text) for kind, text in kinds.items() if text), ("name", ""))
    return kind, unicodedata.normalize("NFC", text)


def _which_of(owners: list[Owner]) -> Match:
    names = " and ".join(sorted({f"'{_written(owner)[1]}'" for owner in owners}))
    return Match(None, (f"{names} would have one id: write one of them anew, or each into roster.csv as a name",))


def _merged(people: list[Person]) -> dict[str, Person]:
    """One person an id, whatever its case, with what any of them says."""
    new: dict[str, Person] = {}
    for person in sorted(people, key=repr):
        known = new.setdefault(folded(person.id), person)
        new[folded(person.id)] = replace(known, email=known.email or person.email, name=known.name or person.name)
    return new


def _learned(found: dict[Owner, Match]) -> dict[str, str]:
    """Numbers of people who were found by something else."""
    pairs = [(each.person, owner) for owner, each in found.items() if each.person and not each.is_new and owner.number]
    return {person.id: owner.number for person, owner in pairs if owner.number not in person.numbers}


def _with_look_alike(found: Match, roster: Roster) -> Match:
    note = roster.look_alike(found.new) if found.new else ""
    return replace(found, notes=(*found.notes, note)) if note else found
