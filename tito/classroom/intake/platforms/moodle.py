"""Moodle: `NAME_NUMBER_assignsubmission_file/FILE`, the same with a `_` behind it (older), or flat.

Source: moodle/moodle, mod/assign/classes/downloader.php and locallib.php (`download_submissions`). With blind
marking the name is `Participant`; with groups it is `GROUP-NAME`. The number is the participant's in this
assignment. Every file of the zip has the time of the download.
"""

from __future__ import annotations

import re
from collections import Counter

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import is_group
from tito.classroom.intake.reader import File, Folder
from tito.course.course import Module

NAME = "Moodle"
_NAMED = re.compile(r"(?P<name>.*?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+?)(?:_(?P<file>.*))?")
_BLIND = re.compile(r"participant|teilnehmer(?:/in|_in|in)?|participante|deelnemer|partecipante|uczestnik", re.I)


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    found = [(item, _NAMED.fullmatch(item.name)) for item in folder.items]
    named = [(item, match) for item, match in found if match]
    groups = _groups([match["name"] for _, match in named])
    return [_claim(item, match, groups) for item, match in named]


def _groups(names: list[str]) -> set[str]:
    """What several different names begin with, before a `-`: the groups in whose names Moodle puts people."""
    begins = Counter(name.partition("-")[0] for name in set(names) if "-" in name)
    several = {group for group, times in begins.items() if times > 1 and re.search(r"\s|\d", group)}
    return several | {group for group in begins if is_group(group)}


def _claim(item: File | Folder, match: re.Match[str], groups: set[str]) -> Claim:
    name = match["name"]
    if name.partition("-")[0] in groups:
        name = name.partition("-")[2]
    blind = bool(_BLIND.fullmatch(name))
    owner = Owner(name, match["number"], is_anonymous=blind, numbers_change=True)
    is_text = match["kind"] == "onlinetext"
    return Claim(
        item,
        NAME,
        (owner,),
        match["file"] or "",
        dated_by_download=True,
        problem="a text entry, no notebook" if is_text else "",
    )
