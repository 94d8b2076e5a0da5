"""Brightspace (D2L): a folder `123-456 - NAME - Nov 3, 2026 211 PM`, or the same before the file's name.

Source: its "Download" of a submission folder. The two numbers are the course's and the folder's, in some
versions the person's: a number counts where each name has its own. Handing in again makes another folder.
"""

from __future__ import annotations

import re

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner
from tito.classroom.intake.reader import File, Folder
from tito.classroom.intake.times import of_words
from tito.course.course import Module

NAME = "Brightspace"
_NAMED = re.compile(
    r"(?P<one>\d+)-(?P<two>\d+) ?- ?(?P<name>.+?) ?- ?"
    r"(?P<at>\w+\.? \w+,? \d{4},? \d{1,2}:?\d\d(?: ?[AaPp]\.?[Mm]\.?)?)(?: ?- ?(?P<file>.+))?"
)


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    found = [(item, _NAMED.fullmatch(item.name)) for item in folder.items]
    named = [(item, match) for item, match in found if match and as_learner(match["name"])]
    number = _number_of_people([match for _, match in named])
    return [_claim(item, match, number) for item, match in named]


def _number_of_people(matches: list[re.Match[str]]) -> str:
    """The number of the two that tells people apart, "" where none does."""
    names = {match["name"] for match in matches}
    for which in ("one", "two"):
        by_number = {match[which]: match["name"] for match in matches}
        if len(by_number) > 1 and set(by_number.values()) == names and _is_ones(which, matches):
            return which
    return ""


def _is_ones(which: str, matches: list[re.Match[str]]) -> bool:
    """Has each of these numbers one name only?"""
    return len({(match[which], match["name"]) for match in matches}) == len({match[which] for match in matches})


def _claim(item: File | Folder, match: re.Match[str], number: str) -> Claim:
    owner = Owner(match["name"], match[number] if number else "")
    at = of_words(match["at"])
    return Claim(item, NAME, (owner,), match["file"] or "", at, "its name", dated_by_download=True)
