"""tito's own zip, as `tito submit` makes it: `12_benchmarking-LEARNER-20261103T101500Z.zip`.

Source: `tito/course/hand_in.py`. The name and the manifest in it are the learner's: where a platform or a
folder says whose it is, they are not asked.
"""

from __future__ import annotations

import re

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner
from tito.classroom.intake.reader import Folder, Manifest, manifest_in
from tito.course.course import Module
from tito.course.hand_in import MANIFEST
from tito.support.errors import UsageError

NAME = "tito"
_NAMED = re.compile(r"(?P<file>\d+_\w+)-(?P<login>.+)-(?P<at>\d{8}T\d{6}Z)(?: ?\(\d+\))*\.zip")


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    zips = [(item, _NAMED.fullmatch(item.name)) for item in folder.folders if item.packed]
    return [_claim(item, match["login"]) for item, match in zips if match and as_learner(match["login"])]


def _claim(item: Folder, login: str) -> Claim:
    return Claim(item, NAME, (Owner(login=as_learner(login)),), item.name)


def manifest_of(folder: Folder) -> Manifest:
    """What the manifest in a learner's zip claims; nothing where there is none, or none that can be read."""
    file = next((file for file in folder.files if file.name == MANIFEST), None)
    try:
        return manifest_in(file.read()) if file else Manifest()
    except UsageError:
        return Manifest()  # it only makes claims, so that grading goes on without them
