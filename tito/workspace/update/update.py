"""`tito update`: what the course gives now comes into the workspace, and corrected lessons into the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tito.course.course import Module, Workspace
from tito.lesson import notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace import sync
from tito.workspace.changes import journal
from tito.workspace.changes.journal import JournalEntry
from tito.workspace.folder.given import put, read_given
from tito.workspace.folder.layout import LaidOut, lay_out
from tito.workspace.update.merge import Merge, merge
from tito.workspace.update.outputs import with_outputs
from tito.workspace.update.releases import Sides, sides_of


@dataclass(frozen=True)
class Updated:
    """One module's work after a merge: `kept` has its files as they were, `rival` is a form that was left out."""

    module: Module
    merge: Merge
    kept: JournalEntry
    rival: Path | None = None


def take(workspace: Workspace, source: Path) -> LaidOut:
    """Take what a course's zip or folder gives; UsageError when it is no workspace. No work is touched by it."""
    put(workspace, read_given(source))
    return lay_out(Workspace(workspace.root))


@dataclass(frozen=True)
class NotUpdated:
    """A module whose work can't be read, so that nothing was merged into it."""

    module: Module
    problem: UsageError


def update(workspace: Workspace, now: datetime | None = None) -> Iterator[Updated | NotUpdated]:
    """Merge the current release into each work that was made from another one."""
    for module in workspace.modules:
        try:
            if done := _update_module(workspace, module, sides_of(workspace, module), now):
                yield done
        except UsageError as problem:
            yield NotUpdated(module, problem)


def _update_module(workspace: Workspace, module: Module, sides: Sides, now: datetime | None) -> Updated | None:
    if sides.is_current:
        return None
    merged = merge(sides.old, sides.mine, sides.new)
    kept = write_work(workspace, module, merged.notebook, "update", now)
    return Updated(module, merged, kept, sides.rival)


def write_work(
    workspace: Workspace, module: Module, work: notebook.Notebook, verb: str, now: datetime | None = None
) -> JournalEntry:
    """Write a work in both forms; what both were is kept. Outputs of cells that say the same stay."""
    files = (module.notebook, module.source, workspace.synced(module))
    kept = journal.keep(workspace, verb, f"{module.number} {module.name}", files, now)
    write_atomic(module.notebook, with_outputs(work, module.notebook, module))
    notebook.write(work, module.source)
    sync.note_synced(workspace, module)
    return kept
