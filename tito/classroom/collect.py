"""Taking in what was handed in: every original kept, each learner's latest put where nbgrader grades it.

    hand-ins ─▶ course/handins/<module>/<learner>/<time>-<hash>-<name>   all of them, never overwritten
             ─▶ course/submitted/<learner>/<module>/<name>_dev.ipynb     the one that counts

What counts is chosen from everything kept, so that collecting twice, or once
more with another deadline, ends the same as doing it right at first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from tito.classroom.intake.archive import Counted, HandIn, keep, settle
from tito.classroom.intake.filenames import (
    Owner,
    as_learner,
    is_called_after,
    learner_folders,
    module_named_in,
    module_with_cells_of,
    owner_of,
    platform_owner,
)
from tito.classroom.intake.reader import File, Unpacked, files_in, notebook_in, unpack
from tito.course.course import Course, Module
from tito.support.errors import UsageError


@dataclass(frozen=True)
class Taken:
    """What one learner's hand-ins for a module came to; `notes` is what else the instructor should know."""

    learner: str
    module: Module
    counted: Counted
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unclaimed:
    """A file for which no learner, or no module, could be found."""

    original: PurePosixPath
    why: str


@dataclass(frozen=True)
class Collection:
    """What a folder of hand-ins came to."""

    taken: tuple[Taken, ...]
    unclaimed: tuple[Unclaimed, ...]


def collect(course: Course, place: Path, module: Module | None = None, deadline: datetime | None = None) -> Collection:
    """Take in every hand-in under `place` (a folder or a zip), for `module` or for the one each names.

    A hand-in that can't be read is recorded as its learner's and stops no other.
    With a `deadline` (time zone included) only what was handed in by then counts; the rest is kept.
    """
    handins, unclaimed = [], []
    for file, folder in _with_folders(list(files_in(place)), course.modules):
        try:
            handins += [understood(file, folder, course, module)]
        except UsageError as problem:
            unclaimed += [Unclaimed(file.path, problem.message)]
    kept = [keep(course, handin) for handin in handins]
    return Collection(tuple(_settled(course, kept, deadline)), tuple(unclaimed))


def _settled(course: Course, handins: list[HandIn], deadline: datetime | None) -> list[Taken]:
    """For each learner and module that something was handed in for: what counts now."""
    notes: dict[tuple[str, Module], list[str]] = {}
    for handin in handins:
        notes.setdefault((handin.owner.learner, handin.module), []).extend(filter(None, [handin.note]))
    order = sorted(notes, key=lambda key: (key[1].folder, key[0]))
    return [Taken(who, what, settle(course, who, what, deadline), tuple(notes[who, what])) for who, what in order]


def _with_folders(files: list[File], modules: tuple[Module, ...]) -> list[tuple[File, str]]:
    """Each file that may be somebody's work, with the folder that names its learner, if one does."""
    folders = learner_folders([file.path for file in files], modules)
    work = [file for file in files if file.is_work or file.is_zip]
    claimed = {owner_of(file.path, modules, folders[file.path]) for file in work}
    others = [file for file in files if file not in work and _is_meant_as_work(file, modules)]
    others = [file for file in others if owner_of(file.path, modules, folders[file.path]) not in claimed]
    return [(file, _folder_of(file, work, folders, modules)) for file in work + others]


def _is_meant_as_work(file: File, modules: tuple[Module, ...]) -> bool:
    return bool(platform_owner(file.path) or module_named_in(file.path.stem, modules))


def _folder_of(file: File, work: list[File], folders: dict[PurePosixPath, str], modules: tuple[Module, ...]) -> str:
    """The file's folder where that is one learner's: it holds one hand-in, or one called after its module."""
    here = [other for other in work if folders[other.path] == folders[file.path]]
    ours = len(here) < 2 or any(is_called_after(other.path, modules) for other in here)
    return folders[file.path] if ours else ""


def understood(file: File, folder: str, course: Course, module: Module | None) -> HandIn:
    """Whose `file` is and what for; UsageError when that can't be told. What can't be read is told in `problem`."""
    content, packed, problem = _opened(file)
    owner, note = _owner(file, folder, packed, course.modules)
    found = _module(file, packed, content, course)
    if module and found and found != module:
        raise UsageError(f"it is for {found.number} {found.name}, not for {module.number} {module.name}")
    if not (module or found):
        raise UsageError("its name does not tell which module it is for: tito collect FOLDER MODULE")
    at = min(file.at, packed.at) if packed and packed.at else file.at
    return HandIn(owner, module or found, file.path, at, content, problem, note)


def _opened(file: File) -> tuple[bytes, Unpacked | None, str]:
    """The file's bytes, what is packed in it if it is a zip, and what is wrong with it."""
    content = b""
    try:
        content = file.read()
        return content, unpack(content) if file.is_zip else None, ""
    except UsageError as problem:
        return content, None, problem.message


def _owner(file: File, folder: str, packed: Unpacked | None, modules: tuple[Module, ...]) -> tuple[Owner, str]:
    """A learning platform knows best, then tito's manifest, then the names; and a note where they differ."""
    named = owner_of(file.path, modules, folder)
    claimed = as_learner(packed.learner) if packed else ""
    owner = named if platform_owner(file.path) or not claimed else Owner(claimed)
    if owner is None:
        raise UsageError("its name does not tell whose it is: name it learner_module.ipynb, or put it in a folder")
    differs = claimed and named and named.learner != claimed
    return owner, f"{file.path.name}: its manifest says {claimed}, its name {named.learner}" if differs else ""


def _module(file: File, packed: Unpacked | None, content: bytes, course: Course) -> Module | None:
    """The module that the manifest, the path or the notebook's own cells name."""
    if packed and packed.module in {name for m in course.modules for name in (m.name, m.folder)}:
        return course.module(packed.module)
    found = module_named_in(file.path.as_posix(), course.modules)
    if found or not content:
        return found
    try:
        return module_with_cells_of(notebook_in(file.path.name, content), course.modules)
    except UsageError:
        return None
