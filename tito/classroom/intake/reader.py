"""Reading what was handed in without trusting it: a folder, a download, a zip in a zip.

Nothing is unpacked to disk, links are not followed, and what a file claims about
its size is not believed. A place is a tree: a zip is a folder whose members are
read when somebody asks, one at a time.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import mkstemp
from typing import IO

from tito.classroom.intake.times import of_file, of_member
from tito.lesson import notebook
from tito.lesson.notebook import MAX_BYTES
from tito.support.errors import UsageError

MAX_FILES, MAX_DEPTH = 20_000, 20
WORK_SUFFIXES = (".ipynb", ".py")
NOT_WORK = ("__MACOSX", "__pycache__", "tinytorch", "node_modules", ".ipynb_checkpoints")
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True)
class File:
    """A file in what was collected; `read` gives its bytes, or UsageError with why not."""

    path: PurePosixPath
    at: datetime | None  # its own time; None where there is none
    in_zip: bool
    read: Callable[[], bytes] = field(repr=False, compare=False)
    called: str = ""  # in its zip, where the path does not tell it from all others

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def shown(self) -> str:
        """What to call it in an account; no two files of a place are called the same."""
        return self.called or str(self.path)

    @property
    def is_work(self) -> bool:
        return self.path.suffix.lower() in WORK_SUFFIXES

    @property
    def is_zip(self) -> bool:
        return self.path.suffix.lower() == ".zip"

    @property
    def is_litter(self) -> bool:
        """Does this file belong to a system or a tool, not to the learner?"""
        return any(part in NOT_WORK or (part.startswith(".") and part != "..") for part in self.path.parts)


@dataclass(frozen=True)
class Folder:
    """A folder, or a zip (then `packed` is its file): what lies in it is looked up once, when asked for."""

    path: PurePosixPath
    look: Callable[[], list[File | Folder]] = field(repr=False, compare=False)
    packed: File | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def called(self) -> str:
        """Its name as a folder: a zip's without `.zip`."""
        return self.path.stem if self.packed else self.path.name

    @cached_property
    def content(self) -> tuple[list[File | Folder], str]:
        """What lies in it in order of name, and why a zip can't be looked into."""
        try:
            return sorted(self.look(), key=lambda item: str(item.path)), ""
        except ZIP_FAULTS as fault:
            return [], f"it is not a zip that can be read: {fault}"
        except UsageError as problem:
            return [], problem.message

    @property
    def items(self) -> list[File | Folder]:
        return self.content[0]

    @property
    def files(self) -> list[File]:
        return [item for item in self.items if isinstance(item, File)]

    @property
    def folders(self) -> list[Folder]:
        return [item for item in self.items if isinstance(item, Folder)]

    def only(self, items: list[File | Folder]) -> Folder:
        """The same folder, as if no more than these lay in it."""
        return Folder(self.path, lambda: items, self.packed)

    def has_work(self) -> bool:
        """Is there a notebook, a `.py` or a zip that can't be read below?"""
        return any((file.is_work or file.is_zip) and not file.is_litter for file in self.walk())

    def walk(self) -> Iterator[File]:
        """Every file below, those in zips too; a zip that can't be read, or is empty, is a file itself."""
        if self.packed and not self.items:
            yield self.packed
        for item in self.items:
            if isinstance(item, Folder):
                yield from item.walk()
            else:
                yield item


def look(place: Path) -> Folder:
    """The tree of a folder or a zip; UsageError when there is no such place."""
    if place.is_dir():
        return _disk_folder(place, PurePosixPath(), _Budget(place))
    if place.is_file() and zipfile.is_zipfile(place):
        opened = zipfile.ZipFile(place)
        return Folder(PurePosixPath(), lambda: _zip_items(_Source(lambda: opened), PurePosixPath(), _Budget(place)))
    what = "is neither a folder nor a zip" if place.exists() else "is not there"
    raise UsageError(f"{place} {what}", hint="tito collect FOLDER")


class _Budget:
    """How many files may still be looked at in one place."""

    def __init__(self, place: Path | str) -> None:
        self._place, self._left = place, MAX_FILES

    def spend(self, files: int = 1) -> None:
        self._left -= files
        if self._left < 0:
            raise UsageError(f"{self._place} holds more than {MAX_FILES:,} files", hint="collect a smaller folder")


# -- on disk ----------------------------------------------------------------------------------


def _disk_folder(folder: Path, path: PurePosixPath, budget: _Budget) -> Folder:
    items = list(_disk_items(folder, path, budget)) if len(path.parts) < MAX_DEPTH else []
    return Folder(path, lambda: items)


def _disk_items(folder: Path, path: PurePosixPath, budget: _Budget) -> Iterator[File | Folder]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        budget.spend()
        here, below = Path(entry.path), path / entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name in NOT_WORK or entry.name.startswith("."):
                yield File(below, None, False, lambda: b"")  # one entry for all that lies in it
            else:
                yield _disk_folder(here, below, budget)
            continue
        at = of_file(entry.stat(follow_symlinks=False).st_mtime)
        file = File(below, at, False, partial(_read_plain, here))
        is_zip = file.is_zip and not entry.is_symlink() and not file.is_litter
        yield _packed(file, _Source(partial(zipfile.ZipFile, here)), budget) if is_zip else file


def _read_plain(path: Path) -> bytes:
    if path.is_symlink():
        raise UsageError("it is a link, not a file")
    if not path.is_file():
        raise UsageError("it is not a plain file")
    with path.open("rb") as file:
        return _capped(file)


# -- in a zip ---------------------------------------------------------------------------------


class _Source:
    """A zip that is opened when it is needed; the last few stay open, so that a member after another is cheap."""

    _open: dict[int, tuple[_Source, zipfile.ZipFile]] = {}  # noqa: RUF012  # shared by all on purpose
    MOST_OPEN = 2

    def __init__(self, opener: Callable[[], zipfile.ZipFile]):
        self._opener = opener

    def archive(self) -> zipfile.ZipFile:
        kept = self._open.pop(id(self), None) or (self, self._opener())
        self._open[id(self)] = kept
        while len(self._open) > self.MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        return kept[1]


def _packed(file: File, source: _Source, budget: _Budget) -> Folder:
    return Folder(file.path, lambda: _zip_items(source, file.path, budget, file.called), packed=file)


def _zip_items(source: _Source, root: PurePosixPath, budget: _Budget, called: str = "") -> list[File | Folder]:
    """The members of a zip as a tree of folders below `root`."""
    content: dict[PurePosixPath, list[File | Folder]] = {root: []}
    members = [member for member in source.archive().infolist() if member.filename and not member.is_dir()]
    budget.spend(len(members))
    for file in _told_apart([_member(source, root, member) for member in members], members, called, root):
        _folder_for(content, root, file.path.parent).append(_as_item(file, budget))
    return content[root]


def _told_apart(files: list[File], members: list[zipfile.ZipInfo], called: str, root: PurePosixPath) -> Iterator[File]:
    """The files, each to be called something else: by its name in the zip where the path does not tell it."""
    paths, names = Counter(file.path for file in files), Counter[str]()
    start = f"{called}/" if called else f"{root / '_'}"[:-1]
    for file, member in zip(files, members, strict=True):
        names[member.filename] += 1
        again = f" ({names[member.filename]})" if names[member.filename] > 1 else ""
        is_unclear = paths[file.path] > 1 or _is_unsafe(member) or bool(called)
        yield replace(file, called=f"{start}{_escaped(member.filename)}{again}") if is_unclear else file


def _as_item(file: File, budget: _Budget) -> File | Folder:
    if not file.is_zip or file.is_litter or len(file.path.parts) > MAX_DEPTH:
        return file
    return _packed(file, _Source(lambda: zipfile.ZipFile(BytesIO(file.read()))), budget)


def _folder_for(
    content: dict[PurePosixPath, list[File | Folder]], root: PurePosixPath, path: PurePosixPath
) -> list[File | Folder]:
    """The list of what lies in the folder at `path`, entered into its parents' lists if it is new."""
    if path not in content:
        items: list[File | Folder] = []
        content[path] = items
        _folder_for(content, root, path.parent).append(Folder(path, lambda: items))
    return content[path]


def _member(source: _Source, root: PurePosixPath, member: zipfile.ZipInfo) -> File:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    inside = PurePosixPath(name.name) if _is_unsafe(member) else name
    return File(root / inside, of_member(member), True, lambda: _read_member(source, member))


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    """Does its path lead out of the zip, or nowhere?"""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    return ".." in name.parts or name.is_absolute() or not name.parts


def _escaped(name: str) -> str:
    """A member's name as its zip has it, with signs that are no letters of a line, and `\\`, written out."""
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in name)


def _read_member(source: _Source, member: zipfile.ZipInfo) -> bytes:
    if _is_unsafe(member):
        raise UsageError("its path leads out of the zip")
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise UsageError("it is a link, not a file")
    try:
        with source.archive().open(member) as file:
            return _capped(file)
    except ZIP_FAULTS as fault:
        raise UsageError(f"the zip is damaged or locked here: {fault}") from None


def _capped(file: IO[bytes]) -> bytes:
    """The file's bytes, never more than MAX_BYTES of them whatever it says it holds."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"it is larger than {MAX_BYTES / 1e6:.0f} MB")
    return data


# -- what is in a file ------------------------------------------------------------------------


@dataclass(frozen=True)
class Manifest:
    """What a learner's zip says of itself: claims, no more."""

    learner: str = ""
    module: str = ""
    submitted_at: str = ""


def manifest_in(data: bytes) -> Manifest:
    """The claims in a manifest's bytes; UsageError when it has none."""
    try:
        claims = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError("its manifest.json is not JSON") from None
    if not isinstance(claims, dict):
        raise UsageError("its manifest.json is not an object")
    return Manifest(*(str(claims.get(key) or "") for key in ("learner", "module", "submitted_at")))


def notebook_in(name: str, content: bytes) -> notebook.Notebook:
    """The notebook in the bytes of a file called `name`, whatever form it has; UsageError when there is none."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        found = _only_notebook(content)
        return notebook_in(found.name, found.read())
    if suffix not in WORK_SUFFIXES:
        raise UsageError(f"{name} is not a notebook")
    handle, copy = mkstemp(suffix=suffix)  # one file, no folder: this is done for each hand-in of a class
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return notebook.read(Path(copy))
    except UsageError as problem:
        raise UsageError(problem.message.replace(Path(copy).name, name), why=problem.why) from None
    finally:
        os.unlink(copy)


def _only_notebook(data: bytes) -> File:
    """The notebook in a learner's zip; a file called `…_dev` goes before others, and an `.ipynb` before a `.py`."""
    root = PurePosixPath()
    folder = Folder(root, lambda: _zip_items(_Source(lambda: zipfile.ZipFile(BytesIO(data))), root, _Budget("the zip")))
    if folder.content[1]:
        raise UsageError(folder.content[1])
    work = [file for file in folder.walk() if file.is_work and not file.is_litter]
    called = [file for file in work if file.path.stem.endswith("_dev")] or work
    found = [file for file in called if file.path.suffix == ".ipynb"] or called
    if len(found) != 1:
        raise UsageError(f"the zip holds {len(found) or 'no'} notebooks; one is wanted")
    return found[0]
