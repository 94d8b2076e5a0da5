"""A learner's work, packed into one file to hand in: the notebook and a manifest.

The same work handed in at the same time gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tito.course.checks import Grade
from tito.course.course import Module, Workspace
from tito.course.hand_in import MANIFEST, HandInFile
from tito.lesson import notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace import sync


@dataclass(frozen=True)
class PackedWork:
    """A submission on disk, and the size of the notebook in it."""

    path: Path
    notebook_bytes: int


def pack(
    work: Path, workspace: Workspace, module: Module, learner: str, grade: Grade, now: datetime | None = None
) -> PackedWork:
    """Pack `work`, a notebook in either form; `grade` is what its checks gave on this machine.

    Outputs are left out: grading makes its own.
    """
    now = now or datetime.now(UTC)
    content = notebook.as_json(notebook.read(work))
    made = HandInFile(learner, module.folder, module.notebook.name, content, grade.points, grade.max_points, now)
    return PackedWork(_write_new(workspace.submissions / made.file_name, made.packed), len(content))


@dataclass(frozen=True)
class HandedIn:
    """The latest file that was packed: when, with which points here, and whether the work is still the same."""

    path: Path
    at: datetime
    points: float
    is_current: bool


def latest(workspace: Workspace, module: Module) -> HandedIn | None:
    """The latest file that was packed for a module; None when there is none that can be read."""
    paths = sorted(workspace.submissions.glob(f"{module.folder}-*.zip"), key=lambda path: path.stem[-16:])
    for path in reversed(paths):
        try:
            with zipfile.ZipFile(path) as archive:
                said = json.loads(archive.read(MANIFEST))
            at, points = datetime.fromisoformat(said["submitted_at"]), float(said["local_points"])
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
            continue
        return HandedIn(path, at, points, said.get("sha256") == _digest_of_work(workspace, module))
    return None


def _digest_of_work(workspace: Workspace, module: Module) -> str:
    try:
        return sha256(notebook.as_json(notebook.read(sync.newest(workspace, module).path))).hexdigest()
    except UsageError:  # it can't be read, so it is not what was packed
        return ""


def _write_new(path: Path, data: bytes) -> Path:
    if path.exists() and path.read_bytes() != data:
        raise UsageError(f"{path.name} exists already", at=str(path), hint="try again in a second")
    return write_atomic(path, data)
