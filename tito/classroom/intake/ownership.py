"""Finds who owns each thing in a place: the platforms' names first, from the outside in, then people's own."""

from __future__ import annotations

from collections.abc import Callable

from tito.classroom.intake.claims import Claim, Platform
from tito.classroom.intake.platforms import (
    blackboard,
    brightspace,
    canvas,
    drive,
    github,
    gradescope,
    moodle,
    nbgrader,
    plain,
    titos_zip,
)
from tito.classroom.intake.reader import File, Folder
from tito.course.course import Module

PLATFORMS: tuple[Platform, ...] = (
    gradescope,
    moodle,
    nbgrader,
    brightspace,
    blackboard,
    titos_zip,
    canvas,
    drive,
    github,
)


def claims_in(folder: Folder, modules: tuple[Module, ...], is_known: Callable[[str], bool]) -> list[Claim]:
    """A claim for each thing in the folder that is somebody's, or that a person has to be asked about."""
    claims, rest = _of_platforms(folder, modules, is_known)

    def is_crowd(sub: Folder, beside: list[Folder]) -> bool:
        found, _ = _of_platforms(sub, modules, is_known)
        people = {owner for claim in found for owner in claim.owners}
        return len(people) > 1 or plain.is_crowd(sub, beside, modules)

    left = folder.only(rest)
    below = plain.claims_on_folders(
        left.folders, modules, is_crowd, is_known, lambda sub: claims_in(sub, modules, is_known)
    )
    return claims + below + [plain.claim_on_file(file, modules) for file in left.files]


def _of_platforms(
    folder: Folder, modules: tuple[Module, ...], is_known: Callable[[str], bool]
) -> tuple[list[Claim], list[File | Folder]]:
    """The claims of the platforms whose names are in this folder, and the items that none of them knows."""
    claims: list[Claim] = []
    rest = list(folder.items)
    for platform in PLATFORMS:
        left = folder.only(rest)
        found = blackboard.claims(left, modules, is_known) if platform is blackboard else platform.claims(left, modules)
        claims += found
        taken = {claim.item.path for claim in found} | {claim.item.path.parent for claim in found}
        rest = [item for item in rest if item.path not in taken]
    return claims, rest
