"""Reading what was handed in without trusting it: a folder, a download, a zip in a zip.

Nothing is unpacked to disk, links are not followed, and what a file claims
about its size is not believed.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from tito.lesson import notebook
from tito.lesson.notebook import MAX_BYTES
from tito.support.errors import UsageError

MAX_FILES = 20_000
WORK_SUFFIXES = (".ipynb", ".py")
NOT_WORK = ("__MACOSX", "__pycache__", "tinytorch")
MANIFEST = "manifest.json"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of a zip's member whose packer gave none
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True)
class File:
    """A file in what was collected; `read` gives its bytes, or UsageError with why not."""

    path: PurePosixPath
    at: datetime
    read: Callable[[], bytes]

    @property
    def is_work(self) -> bool:
        return self.path.suffix.lower() in WORK_SUFFIXES

    @property
    def is_zip(self) -> bool:
        return self.path.suffix.lower() == ".zip"


def files_in(place: Path) -> Iterator[File]:
    """Every file in a folder or a zip, in order of name; UsageError when there is no such place."""
    if place.is_dir():
        yield from _files_in_folder(place)
    elif place.is_file() and zipfile.is_zipfile(place):
        yield from _files_in_zip(place, datetime.fromtimestamp(place.stat().st_mtime, UTC))
    else:
        what = "is neither a folder nor a zip" if place.exists() else "is not there"
        raise UsageError(f"{place} {what}", hint="tito collect FOLDER")


def _files_in_folder(root: Path) -> Iterator[File]:
    paths = (path for path in sorted(root.rglob("*")) if path.is_symlink() or not path.is_dir())
    for path in _few_enough(paths, root):
        relative = PurePosixPath(path.relative_to(root).as_posix())
        if not _is_litter(relative):
            at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
            yield File(relative, at, lambda path=path: _read_plain(path))


def _read_plain(path: Path) -> bytes:
    if path.is_symlink():
        raise UsageError("it is a link, not a file")
    if not path.is_file():
        raise UsageError("it is not a plain file")
    with path.open("rb") as file:
        return _capped(file)


def _files_in_zip(source, packed_at: datetime) -> Iterator[File]:
    """The members of a zip (a path or a file object), in order of name."""
    archive = zipfile.ZipFile(source)
    named = (member for member in archive.infolist() if member.filename)
    members = sorted((member for member in named if not member.is_dir()), key=lambda member: member.filename)
    for member in _few_enough(members, archive.filename or "the zip"):
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if not _is_litter(path):
            at = packed_at if member.date_time == _ZIP_EPOCH else _zip_time(member, packed_at)
            yield File(path, at, lambda member=member: _read_member(archive, member))


def _zip_time(member: zipfile.ZipInfo, packed_at: datetime) -> datetime:
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:  # a month 0 and the like
        return packed_at


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if ".." in path.parts or path.is_absolute():
        raise UsageError("its path leads out of the zip")
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise UsageError("it is a link, not a file")
    try:
        with archive.open(member) as file:
            return _capped(file)
    except _ZIP_FAULTS as fault:
        raise UsageError(f"the zip is damaged or locked here: {fault}") from None


def _capped(file) -> bytes:
    """The file's bytes, never more than MAX_BYTES of them whatever it says it holds."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"it is larger than {MAX_BYTES / 1e6:.0f} MB")
    return data


def _few_enough(files, place) -> Iterator:
    for number, file in enumerate(files):
        if number == MAX_FILES:
            raise UsageError(f"{place} holds more than {MAX_FILES:,} files", hint="collect a smaller folder")
        yield file


def _is_litter(path: PurePosixPath) -> bool:
    return any(part in NOT_WORK or (part.startswith(".") and part != "..") for part in path.parts)


@dataclass(frozen=True)
class Unpacked:
    """The notebook in a zip that a learner handed in, and what its manifest claims."""

    name: str
    content: bytes
    learner: str = ""
    module: str = ""
    at: datetime | None = None


def unpack(data: bytes) -> Unpacked:
    """The notebook in a learner's zip, tito's own or home-made; UsageError when there is none, or several.

    A file called `…_dev` goes before others, and an `.ipynb` before a `.py`.
    """
    try:
        files = list(_files_in_zip(BytesIO(data), datetime.fromtimestamp(0, UTC)))
    except _ZIP_FAULTS as fault:
        raise UsageError(f"it is not a zip that can be read: {fault}") from None
    work = [file for file in files if file.is_work]
    called = [file for file in work if file.path.stem.endswith("_dev")] or work
    found = [file for file in called if file.path.suffix == ".ipynb"] or called
    if len(found) != 1:
        raise UsageError(f"the zip holds {len(found) or 'no'} notebooks; one is wanted")
    packed = Unpacked(found[0].path.name, found[0].read())
    manifest = next((file for file in files if file.path.name == MANIFEST), None)
    return _with_manifest(packed, manifest.read()) if manifest else packed


def _with_manifest(packed: Unpacked, data: bytes) -> Unpacked:
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError("its manifest.json is not JSON") from None
    if not isinstance(manifest, dict):
        raise UsageError("its manifest.json is not an object")
    claims = {key: str(manifest.get(key) or "") for key in ("learner", "module")}
    return replace(packed, **claims, at=_time(manifest.get("submitted_at")))


def _time(text) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC)


def notebook_in(name: str, content: bytes) -> notebook.Notebook:
    """The notebook in the bytes of a file called `name`, whatever form it has; UsageError when there is none."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        packed = unpack(content)
        return notebook_in(packed.name, packed.content)
    if suffix not in WORK_SUFFIXES:
        raise UsageError(f"{name} is not a notebook")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / f"notebook{suffix}"
        copy.write_bytes(content)
        try:
            return notebook.read(copy)
        except UsageError as problem:
            raise UsageError(problem.message.replace(copy.name, name), why=problem.why) from None
