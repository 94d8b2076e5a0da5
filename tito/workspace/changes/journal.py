"""What a learner's files were before a verb changed them, so that each such verb can be undone.

    entry = keep(workspace, "update", "12 benchmarking", [module.notebook, module.source])
    …                         # write them, each by `write_atomic`
    undo(workspace, entry)    # and back

An entry is a folder in `.tito/kept/`: a copy of each file, and last `entry.json`
that lists them. Whatever is killed, and when: before `entry.json` is there no file
has been changed, and from then on the entry brings back what was there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tito.course.course import Workspace
from tito.lesson.notebook import digest
from tito.support.errors import UsageError
from tito.support.files import write_atomic

LIST = "entry.json"


@dataclass(frozen=True)
class KeptFile:
    """A file below the workspace as it was; `copy` is where that is kept, None if there was no file."""

    name: str
    copy: Path | None


@dataclass(frozen=True)
class JournalEntry:
    """What one verb was about to change, at `at`; `of` says in words what it did it to."""

    folder: Path
    verb: str
    of: str
    at: datetime
    files: tuple[KeptFile, ...]

    @property
    def number(self) -> int:
        return int(self.folder.name)


def keep(
    workspace: Workspace,
    verb: str,
    of: str,
    paths: Iterable[Path],
    now: datetime | None = None,
    *,
    forget: Iterable[Path] = (),
) -> JournalEntry:
    """Keep a copy of these files, which are about to be changed. An undo removes those to `forget`."""
    folder = workspace.kept / f"{_next_number(workspace):04d}"
    files = [_keep_file(workspace, folder, path) for path in dict.fromkeys(paths)]
    files += [KeptFile(path.relative_to(workspace.root).as_posix(), None) for path in forget]
    at = (now or datetime.now(UTC)).astimezone(UTC)
    listed = {file.name: file.copy is not None for file in files}
    data = {"verb": verb, "of": of, "at": at.isoformat(timespec="seconds"), "files": listed}
    write_atomic(folder / LIST, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    return JournalEntry(folder, verb, of, at, tuple(files))


def entries(workspace: Workspace) -> tuple[JournalEntry, ...]:
    """Everything that was kept, the latest first. What can't be read is no entry."""
    found = (_read(path.parent) for path in sorted(workspace.kept.glob(f"*/{LIST}"), reverse=True))
    return tuple(entry for entry in found if entry)


def entry_named(workspace: Workspace, number: int | None) -> JournalEntry:
    """The entry with this number, else the latest; UsageError when there is none."""
    known = entries(workspace)
    found = [entry for entry in known if number in (None, entry.number)]
    if not found:
        what = f"no change {number} was kept" if known else "nothing was changed that could be undone"
        raise UsageError(what, hint="tito undo --list" if known else "tito status")
    return found[0]


def undo(workspace: Workspace, entry: JournalEntry, now: datetime | None = None) -> JournalEntry:
    """Put the files of an entry back as they were; what is there now is kept first, so that this can be undone."""
    missing = [file for file in entry.files if file.copy and not file.copy.is_file()]
    if missing:
        raise UsageError(f"what was kept of {missing[0].name} is gone", at=str(entry.folder), hint="tito undo --list")
    paths = [workspace.root / file.name for file in entry.files]
    kept = keep(workspace, "undo", f"of {entry.number}: {entry.verb} {entry.of}".rstrip(), paths, now)
    for path, file in zip(paths, entry.files, strict=True):
        if file.copy:
            write_atomic(path, file.copy.read_bytes())
        else:
            path.unlink(missing_ok=True)
    return kept


def is_as_now(workspace: Workspace, file: KeptFile) -> bool:
    """Is the file the same as it was kept?"""
    path = workspace.root / file.name
    if file.copy is None or not path.is_file():
        return file.copy is None and not path.is_file()
    return file.copy.is_file() and digest(path.read_bytes()) == digest(file.copy.read_bytes())


def _next_number(workspace: Workspace) -> int:
    return max((int(path.name) for path in workspace.kept.glob("[0-9]*") if path.name.isdecimal()), default=0) + 1


def _keep_file(workspace: Workspace, folder: Path, path: Path) -> KeptFile:
    name = path.relative_to(workspace.root).as_posix()
    if not path.is_file():
        return KeptFile(name, None)
    return KeptFile(name, write_atomic(folder / name, path.read_bytes()))


def _read(folder: Path) -> JournalEntry | None:
    try:
        data = json.loads((folder / LIST).read_text(encoding="utf-8"))
        files = tuple(KeptFile(name, folder / name if was_there else None) for name, was_there in data["files"].items())
        return JournalEntry(folder, data["verb"], data["of"], datetime.fromisoformat(data["at"]), files)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
