"""Google Drive: `FOLDER/OWNER - FILE`, ` (1)` behind equal names, `Copy of` before copies.

Source: a folder of Google Classroom, or of Drive, downloaded as a zip. Its times are the files' own.
"""

from __future__ import annotations

import re

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner, names_nobody, without_module
from tito.classroom.intake.reader import WORK_SUFFIXES, Folder
from tito.course.course import Module

NAME = "Google Drive"
_NAMED = re.compile(r"(?P<owner>.+?) - (?P<file>.+)")
_KINDS = (*WORK_SUFFIXES, ".zip", ".pdf", ".html", ".gz", ".rar", ".7z", ".docx")


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    items = [item for item in folder.items if item.path.suffix.lower() in _KINDS]
    found = [(item, _NAMED.fullmatch(item.name)) for item in items]
    return [
        Claim(item, NAME, (Owner(match["owner"]),), match["file"])
        for item, match in found
        if match and _is_person(match["owner"], modules)
    ]


def _is_person(name: str, modules: tuple[Module, ...]) -> bool:
    return bool(as_learner(name)) and not names_nobody(name, modules) and without_module(name, modules) == name
