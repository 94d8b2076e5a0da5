"""The feedback pages as one zip, each under the name by which the platform's upload knows whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tito.classroom.giving_back.returning import PLATFORMS, LeftOut
from tito.classroom.giving_back.sheet import Line
from tito.classroom.intake import archive
from tito.classroom.intake.arrival import HandIn
from tito.course.course import Course, Module
from tito.support.zips import packed

NO_PAGE = "has no feedback page: tito feedback"


@dataclass(frozen=True)
class PagesZip:
    """The zip's bytes, the names in it, and who has no page in it."""

    content: bytes
    names: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def pages_zip(course: Course, module: Module, to: str, lines: Sequence[Line]) -> PagesZip:
    """The pages of those whose marks go out."""
    pages: dict[str, Path] = {}
    left_out = []
    for line in lines:
        who = line.standing.learner
        name, page = _name(course, module, to, who), course.feedback_page(who, module)
        if page.is_file() and name and name not in pages:
            pages[name] = page
        else:
            why = "came under no name that the upload knows" if page.is_file() else f"{NO_PAGE} {module.name}"
            left_out.append(LeftOut(who, why))
    return PagesZip(packed(dict(sorted(pages.items()))), tuple(sorted(pages)), tuple(left_out))


def _name(course: Course, module: Module, to: str, learner: str) -> str:
    """The name of a learner's page, made of how the hand-in that counts came from this platform."""
    platform, file = PLATFORMS[to], f"{module.name}-feedback.html"
    if not platform.name:
        return platform.page_name(PurePosixPath(), learner, file)
    ways = [handin for handin in _ways(course, module, learner) if handin.platform == platform.name]
    names = [platform.page_name(PurePosixPath(handin.path), handin.number, file) for handin in ways]
    return next(filter(None, sorted(names, reverse=True)), "")


def _ways(course: Course, module: Module, learner: str) -> list[HandIn]:
    """How the file that counts was handed in; where that is not known, how any was."""
    record = archive.read_record(course, learner, module)
    placed = record.files.get(record.placed)
    return sorted(placed or {handin for handins in record.files.values() for handin in handins}, key=repr)
