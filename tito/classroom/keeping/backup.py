"""A whole course in one file: hand-ins, records, gradebook, roster, deadlines, releases, logs.

    tito-backup.json        what is in it: the size, the hash and the time of each file
    course/…                the files as they lie below `course/`; the gradebook as SQLite copies it

What is made from the sources again, and may be large, is left out: caches and the book. The sources themselves are in
the course's repository.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from tito import __version__
from tito.classroom.gradebook.lock import alone
from tito.course.course import Course
from tito.lesson import nbgrader_steps
from tito.support.errors import UsageError
from tito.support.files import PRIVATE

MANIFEST, FOLDER, VERSION = "tito-backup.json", "course", 1
LEFT_OUT = ("book", "compared", "mutated", "verified", "grading.lock")
PIECE = 1 << 20  # bytes that are copied at once
_SIDE_FILES = ("-journal", "-wal", "-shm")


@dataclass(frozen=True)
class BackedUpFile:
    """One file of a backup: bytes, hash, and when it last changed (seconds since 1970)."""

    size: int
    sha256: str
    at: float


@dataclass(frozen=True)
class BackedUp:
    """A backup that was made: where it is, and how much is in it."""

    path: Path
    files: int
    size: int


def back_up(course: Course, path: Path, now: datetime | None = None) -> BackedUp:
    """Write everything of the course to `path`, whole or not at all; UsageError when something is there already.

    Nobody grades meanwhile. CourseError when somebody does.
    """
    if path.exists():
        raise UsageError(f"{path} exists already", hint="name a file that is not there yet")
    if not course.nbgrader_root.is_dir():
        raise UsageError("there is nothing to back up: nothing was released or handed in yet", hint="tito status")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file, alone(course), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
            kept = dict(_written(course, zipped))
            zipped.writestr(MANIFEST, _manifest(kept, now or datetime.now(UTC)))
        os.chmod(temporary, PRIVATE)
        os.replace(temporary, path)
    except BaseException:  # an interrupt too must not leave half a backup behind
        os.unlink(temporary)
        raise
    return BackedUp(path, len(kept), path.stat().st_size)


def _manifest(kept: dict[str, BackedUpFile], now: datetime) -> str:
    files = {name: asdict(each) for name, each in kept.items()}
    data = {"version": VERSION, "tito": __version__, "made_at": now.isoformat(timespec="seconds"), "files": files}
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def _written(course: Course, zipped: zipfile.ZipFile) -> Iterator[tuple[str, BackedUpFile]]:
    """Write each file into the zip, and tell what was written."""
    with tempfile.TemporaryDirectory() as folder:
        for path, name in [*_files(course), *_gradebook(course, Path(folder))]:
            yield name, _write(zipped, path, name)


def _files(course: Course) -> list[tuple[Path, str]]:
    root, book = course.nbgrader_root, course.gradebook
    not_copied = {book, *(book.with_name(book.name + suffix) for suffix in _SIDE_FILES)}
    found = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return [
        (path, (PurePosixPath(FOLDER) / path.relative_to(root).as_posix()).as_posix())
        for path in found
        if path not in not_copied and path.relative_to(root).parts[0] not in LEFT_OUT
    ]


def _gradebook(course: Course, folder: Path) -> list[tuple[Path, str]]:
    """A copy of the gradebook as it is now, also while formgrader has it open (sqlite.org/backup.html)."""
    original = nbgrader_steps.database_path(nbgrader_steps.settings(course).CourseDirectory.db_url)
    if not original.is_file():
        return []
    copy = folder / course.gradebook.name
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return [(copy, f"{FOLDER}/{course.gradebook.name}")]


def _write(zipped: zipfile.ZipFile, path: Path, name: str) -> BackedUpFile:
    """Copy a file in pieces; what is told of it is of the bytes that were copied."""
    at, size, digest = path.stat().st_mtime, 0, sha256()
    with path.open("rb") as source, zipped.open(zipfile.ZipInfo(name, _zip_time(at)), "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return BackedUpFile(size, digest.hexdigest(), at)


def _zip_time(at: float) -> tuple[int, int, int, int, int, int]:
    moment = datetime.fromtimestamp(max(at, 315_619_200), UTC)  # a zip has no earlier time than 1980
    return (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
