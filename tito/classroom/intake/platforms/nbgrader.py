"""nbgrader: the exchange's `inbound/LEARNER+ASSIGNMENT+TIME+RANDOM/`, and `submitted/LEARNER/ASSIGNMENT/`.

Source: jupyter/nbgrader, exchange/default/submit.py and collect.py. `timestamp.txt` is nbgrader's word where
nbgrader made the folders; a file of that name in anybody's folder is a learner's.
"""

from __future__ import annotations

import re
from datetime import datetime

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner
from tito.classroom.intake.reader import File, Folder
from tito.classroom.intake.times import of_stamp
from tito.course.course import Module
from tito.support.errors import UsageError

NAME = "nbgrader"
TIMESTAMP = "timestamp.txt"
_INBOUND = re.compile(
    r"(?P<login>[^+]+)\+(?P<assignment>[^+]+)\+(?P<at>\d{4}-\d\d-\d\d[ T][^+]*(?:\+\d\d:?\d\d)?)(?:\+[^+]+)?"
)


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    found = [(item, _INBOUND.fullmatch(item.called)) for item in folder.folders]
    inbound = [_inbound(item, match) for item, match in found if match and as_learner(match["login"])]
    return inbound or _submitted(folder, modules)


def _inbound(item: Folder, match: re.Match[str]) -> Claim:
    at = of_stamp(match["at"]) or _stamped(item)
    owner = Owner(login=match["login"])
    return Claim(item, NAME, (owner,), at=at, source="its name", dated_by_download=True, assignment=match["assignment"])


def _submitted(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    """Each learner's assignments, where the folder is nbgrader's: called `submitted`, or timed throughout."""
    names = {name for module in modules for name in (module.folder, *module.was)}
    learners = [item for item in folder.folders if any(below.name in names for below in item.folders)]
    timed = [learner for learner in learners if any(_stamped(below) for below in learner.folders)]
    is_nbgraders = folder.name == "submitted" or (len(timed) > 1 and 2 * len(timed) >= len(folder.folders))
    works = [(who, below) for who in learners if is_nbgraders and not who.packed for below in who.folders]
    return [_of_submitted(who, below) for who, below in works if below.name in names]


def _of_submitted(learner: Folder, work: Folder) -> Claim:
    at, owner = _stamped(work), Owner(login=learner.name)
    return Claim(work, NAME, (owner,), at=at, source=TIMESTAMP if at else "", assignment=work.name)


def _stamped(folder: Folder) -> datetime | None:
    """The time in the folder's timestamp.txt, None where there is none."""
    stamp = next((file for file in folder.files if file.name == TIMESTAMP), None)
    try:
        return of_stamp(stamp.read().decode("utf-8-sig", "replace")) if stamp else None
    except UsageError:
        return None


def is_stamp(file: File) -> bool:
    return file.name == TIMESTAMP
