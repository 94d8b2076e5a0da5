"""Canvas: `SORTABLENAME[_LATE]_USER_ATTACHMENT_FILE`, flat.

Source: instructure/canvas-lms, lib/content_zipper.rb. A file handed in anew gets `-1`, `-2`; attachments are
numbered in the order of their coming. Text boxes become `…_text.html`, links `…_link.html`; with anonymous
grading the name is `anon_ID`. Every file of the zip has the time of the download.
"""

from __future__ import annotations

import re

from tito.classroom.intake.claims import Claim, Owner
from tito.classroom.intake.filenames import as_learner, is_group, names_nobody
from tito.classroom.intake.reader import File, Folder
from tito.course.course import Module

NAME = "Canvas"
_ANONYMOUS = re.compile(
    r"anon(?:ymous)?_(?:(?P<late>LATE)_)?(?P<anonymous>\w+?)_(?:(?P<late2>LATE)_)?(?P<attachment>\d+)_(?P<file>.+)"
)
_FILE = re.compile(r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_(?P<attachment>\d+)_(?P<file>.+)")
_TEXT = re.compile(r"(?P<name>.+?)_(?:(?P<late>LATE)_)?(?P<number>\d+)_(?P<file>(?:text|link|url|media)\.html?)")
_NOTHING = {"text": "a text entry, no notebook", "link": "a link, no notebook", "url": "a link, no notebook"}


def claims(folder: Folder, modules: tuple[Module, ...]) -> list[Claim]:
    found = [(item, _match(item.name, modules)) for item in folder.items]
    return [_claim(item, match) for item, match in found if match]


def _match(name: str, modules: tuple[Module, ...]) -> re.Match[str] | None:
    match = _ANONYMOUS.fullmatch(name) or _TEXT.fullmatch(name) or _FILE.fullmatch(name)
    if not match or match.groupdict().get("anonymous"):
        return match
    name = match["name"]
    is_somebody = is_group(name) or not names_nobody(name, modules)
    return match if as_learner(name) and is_somebody else None


def _claim(item: File | Folder, match: re.Match[str]) -> Claim:
    said = match.groupdict()
    anonymous = said.get("anonymous")
    owner = Owner("anonymous", anonymous, is_anonymous=True) if anonymous else Owner(said["name"], said["number"])
    kind = said["file"].split(".")[0]
    return Claim(
        item,
        NAME,
        (owner,),
        said["file"],
        late=bool(said["late"] or said.get("late2")),
        source="Canvas",
        attempt=(int(said.get("attachment") or 0),),
        dated_by_download=True,
        problem=_NOTHING.get(kind, "") if "attachment" not in said else "",
    )
