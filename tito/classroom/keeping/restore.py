"""Puts a backup's files below `course/`, all or none: into a folder beside it first, which gets the name at the end.

A backup may come from anywhere: every path, size and hash in it is checked, and nothing is written elsewhere.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from tito.classroom.keeping.backup import FOLDER, MANIFEST, PIECE, VERSION, BackedUpFile
from tito.course.course import Course
from tito.support.errors import UsageError
from tito.support.files import PRIVATE

MOST_MANIFEST = 200_000_000  # bytes
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Restored:
    """A course that was restored: how many files, when it was backed up, and modules that the course has not."""

    files: int
    made_at: str
    unknown_modules: tuple[str, ...]


def restore(course: Course, path: Path) -> Restored:
    """Put the backup at `path` into the course; UsageError when there is something already, or it is no backup."""
    target = course.nbgrader_root
    if target.exists() and any(target.iterdir()):
        raise UsageError(
            f"{target} is there already, and nothing is overwritten",
            hint=f"move {target.name}/ away, and try again",
        )
    try:
        zipped = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise UsageError(f"{path} is not there", hint="tito restore FILE") from None
    except (*_FAULTS, OSError) as fault:
        raise _no_backup(path, str(fault)) from None
    with zipped:
        made_at, files = _manifest(zipped, path)
        _put(zipped, path, files, target)
    known = {name for module in course.modules for name in (module.folder, *module.was)}
    return Restored(len(files), made_at, tuple(sorted(set(course.module_folders_used) - known)))


def _put(zipped: zipfile.ZipFile, path: Path, files: dict[str, BackedUpFile], target: Path) -> None:
    """Have all files in a new folder beside the target, then give it the target's name."""
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".restoring"))
    try:
        for name, kept in files.items():
            _extract(zipped, path, name, kept, temporary)
        if target.exists():
            target.rmdir()  # an empty one
        os.rename(temporary, target)
    except BaseException:  # an interrupt too must not leave half a course behind
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _extract(zipped: zipfile.ZipFile, path: Path, name: str, kept: BackedUpFile, root: Path) -> None:
    """Write one file, if it is what the backup says."""
    target = root.joinpath(*PurePosixPath(name).parts[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    try:
        with zipped.open(name) as source, target.open("xb") as file:
            while size <= kept.size and (piece := source.read(PIECE)):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
    except (*_FAULTS, FileExistsError) as fault:
        raise _no_backup(path, f"{name}: {fault}") from None
    if (size, digest.hexdigest()) != (kept.size, kept.sha256):
        raise _no_backup(path, f"{name} is not as it was when it was backed up")
    target.chmod(PRIVATE)
    os.utime(target, (kept.at, kept.at))


def _manifest(zipped: zipfile.ZipFile, path: Path) -> tuple[str, dict[str, BackedUpFile]]:
    """When the backup was made, and what it holds; UsageError unless that is just what is in the zip."""
    import msgspec

    class Said(msgspec.Struct):
        version: int
        made_at: str
        files: dict[str, BackedUpFile]

    names = [member.filename for member in zipped.infolist()]
    try:
        with zipped.open(MANIFEST) as file:
            said = msgspec.json.decode(file.read(MOST_MANIFEST), type=Said)
    except (KeyError, msgspec.DecodeError, *_FAULTS) as fault:
        raise _no_backup(path, str(fault)) from None
    if said.version != VERSION:
        raise UsageError(
            f"{path.name} is a backup of version {said.version}; this tito reads {VERSION}", hint="tito --version"
        )
    if sorted(names) != sorted([MANIFEST, *said.files]):
        raise _no_backup(path, "what is in it is not what it says")
    unsafe = next((name for name in said.files if not _is_safe(name)), None)
    if unsafe is not None:
        raise _no_backup(path, f"{unsafe!r} leads out of the course")
    return said.made_at, said.files


def _is_safe(name: str) -> bool:
    """Does this name lead into the course's folder, on every system?"""
    parts = name.split("/")
    return parts[0] == FOLDER and len(parts) > 1 and not any(_is_unsafe_part(part) for part in parts)


def _is_unsafe_part(part: str) -> bool:
    return part in ("", ".", "..") or any(sign in part for sign in "\\\0") or (os.name == "nt" and ":" in part)


def _no_backup(path: Path, why: str) -> UsageError:
    return UsageError(f"{path.name} is no whole backup of a course", why=why, hint="tito backup FILE makes one")
