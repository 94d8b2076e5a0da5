"""Finds who owns each thing in a place: the platforms' names first, from the outside in, then people's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

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

TELL_NAMES = (canvas.NAME, moodle.NAME, gradescope.NAME, nbgrader.NAME, brightspace.NAME, blackboard.NAME)
MAKE_FOLDERS = (gradescope.NAME, moodle.NAME, nbgrader.NAME, brightspace.NAME)


def claims_in(folder: Folder, modules: tuple[Module, ...], is_known: Callable[[str], bool]) -> list[Claim]:
    """A claim for each thing in the folder that is somebody's, or that a person has to be asked about."""
    claims, rest = _of_platforms(folder, modules, is_known)

    @cache
    def inside(sub: Folder) -> list[Claim]:
        return _of_platforms(sub, modules, is_known)[0]

    def crowds_of(folders: list[Folder]) -> list[Folder]:
        if all(any(_is_platforms_folder(claim) for claim in inside(sub)) for sub in folders):
            return folders  # sections, each of its own download
        several = {sub for sub in folders if len({o for claim in inside(sub) for o in claim.owners}) > 1}
        others = [sub for sub in folders if sub not in several]
        return [*several, *plain.crowds_of(others, folders, modules)]

    left = folder.only(rest)
    below = plain.claims_on_folders(
        left.folders, modules, crowds_of, is_known, lambda sub: claims_in(sub, modules, is_known)
    )
    owned = [_with_names_inside(claim, inside) if isinstance(claim.item, Folder) else claim for claim in claims + below]
    return owned + [plain.claim_on_file(file, modules) for file in left.files]


def _is_platforms_folder(claim: Claim) -> bool:
    """Is this a folder that a platform made for one hand-in? Where all folders hold one, these are sections."""
    return isinstance(claim.item, Folder) and not claim.item.packed and claim.platform in MAKE_FOLDERS


def _with_names_inside(claim: Claim, inside: Callable[[Folder], list[Claim]]) -> Claim:
    """The claim on a learner's folder or zip, with whom platforms' names in it name; these never override it."""
    assert isinstance(claim.item, Folder)
    found = (each for each in inside(claim.item) if each.platform in TELL_NAMES)
    return replace(claim, inside=tuple(owner for each in found for owner in each.owners))


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
