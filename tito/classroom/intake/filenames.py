"""Whose a file is and which module it is for, as far as its name tells.

Learners' work comes as tito's own zip, as bare notebooks with a name in the
file name, as a folder for each learner, or as the download of a learning
platform.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from tito.course.course import Module
from tito.lesson.notebook import Notebook

# Canvas: lastfirst_12345_67890_name.ipynb, lastfirst_LATE_12345_67890_name.ipynb
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<file>.+)")
# Moodle: a folder "Full Name_12345_assignsubmission_file_", or the same before the file's name
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
# Blackboard: Assignment_name_attempt_2026-01-14-10-15-00_name.ipynb
_BLACKBOARD = re.compile(r"(?:.+_)?(?P<name>[^_]+)_attempt_\d{4}(?:-\d\d){5}_?(?P<file>.*)")
# tito: 12_benchmarking-s001-20260114T101500Z.zip
_TITO = re.compile(r"(?P<file>\d+_\w+)-(?P<name>.+)-\d{8}T\d{6}Z\.zip")
_PLATFORMS = (_MOODLE, _BLACKBOARD, _CANVAS, _TITO)

_COPY = re.compile(r" ?\(\d+\)$")  # a browser's mark of a second download
_AGAIN = re.compile(r"\d{1,2}|[Cc]opy\d*|final")  # a second upload or a copy, as in benchmarking_dev-1.ipynb
_NOBODY = {"modules", "submissions", "submitted", "source", "handins"}  # folders that name no learner


@dataclass(frozen=True)
class Owner:
    """Whose a file is: the learner's id, and a learning platform's number and mark of lateness."""

    learner: str
    number: str = ""
    late: bool = False


def owner_of(path: PurePosixPath, modules: tuple[Module, ...], folder: str = "") -> Owner | None:
    """Whose the file at `path` is, or None when nothing tells.

    A learning platform's pattern wins, in the nearest part of the path; then
    `folder`, a folder that is known to be a learner's; then a name in the file's name.
    """
    platform = platform_owner(path)
    name = as_learner(folder) or as_learner(without_module(path.stem, modules))
    return platform or (Owner(name) if name else None)


def platform_owner(path: PurePosixPath) -> Owner | None:
    """Whose the file is if its path follows the pattern of Canvas, Moodle, Blackboard or tito."""
    matches = (pattern.fullmatch(part) for part in reversed(path.parts) for pattern in _PLATFORMS)
    found = next((match.groupdict() for match in matches if match), None)
    if found is None or not as_learner(found["name"]):
        return None
    return Owner(as_learner(found["name"]), found.get("number") or "", bool(found.get("late")))


def learner_folders(paths: Iterable[PurePosixPath], modules: tuple[Module, ...]) -> dict[PurePosixPath, str]:
    """For each path, the folder in it that can name its learner: the outermost that they don't all share."""
    named = {path: [part for part in path.parts[:-1] if _can_name(part, modules)] for path in paths}
    while all(len(parts) > 1 for parts in named.values()) and len({parts[0] for parts in named.values()}) == 1:
        named = {path: parts[1:] for path, parts in named.items()}
    return {path: parts[0] if parts else "" for path, parts in named.items()}


def _can_name(folder: str, modules: tuple[Module, ...]) -> bool:
    return folder not in _NOBODY and bool(without_module(folder, modules))


def without_module(stem: str, modules: tuple[Module, ...]) -> str:
    """The part of a name that is not a module's: `s001` of `s001_benchmarking_dev`, "" of `12_benchmarking`."""
    stem = _COPY.sub("", stem) or stem
    for word in _words(modules):
        if match := re.fullmatch(rf"(?:(?P<before>.+)[-_. ])?{re.escape(word)}(?:[-_. ](?P<after>.+))?", stem):
            after = match["after"] or ""
            return match["before"] or ("" if _AGAIN.fullmatch(after) else after)
    return stem


def _words(modules: tuple[Module, ...]) -> list[str]:
    return sorted({word for m in modules for word in (m.folder, m.notebook_name, m.name)}, key=len, reverse=True)


def is_called_after(path: PurePosixPath, modules: tuple[Module, ...]) -> bool:
    """Has this file just its module's name, as the release gave it?"""
    return not without_module(path.stem, modules)


def as_learner(name: str) -> str:
    """A name as a learner's id: one folder name, at most 64 characters."""
    plain = unicodedata.normalize("NFKC", name)
    return re.sub(r"[^\w.@-]+", "_", plain).strip("._-")[:64]


def module_named_in(text: str, modules: tuple[Module, ...]) -> Module | None:
    """The module whose name stands in a file's name or path, as a word of it."""
    named = (m for m in modules if re.search(rf"(?<![A-Za-z]){re.escape(m.name)}(?![A-Za-z])", text))
    return next(named, None)


def module_with_cells_of(notebook: Notebook, modules: tuple[Module, ...]) -> Module | None:
    """The module most of whose checks a notebook holds, if it holds any."""
    ids = {cell.grade_id for cell in notebook.cells}
    held = {module: sum(check.id in ids for check in module.checks) for module in modules}
    best = max(modules, key=held.__getitem__, default=None)
    return best if best and held[best] else None
