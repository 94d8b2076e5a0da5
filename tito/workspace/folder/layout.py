"""Laying out a workspace: making the files that a learner edits, where they are missing.

The course gives a folder without them, so that a newer one can be unpacked over
an older one and touches no work. The first verb after that lays out what is
missing: a notebook and its `.py` for each module, and the reference's exports.
"""

from __future__ import annotations

from dataclasses import dataclass

from tito.course.course import Module, Workspace
from tito.lesson.notebook import digest
from tito.support.files import write_atomic
from tito.workspace import prerequisites, progress, sync
from tito.workspace.folder import renaming


@dataclass(frozen=True)
class LaidOut:
    """The workspace as it is now, the modules whose notebooks were made, and those that moved to a new name."""

    workspace: Workspace
    made: tuple[Module, ...] = ()
    moved: tuple[renaming.Move, ...] = ()


def lay_out(workspace: Workspace) -> LaidOut:
    """Make what is missing, and nothing else. It takes no time when nothing is."""
    moved = renaming.follow(workspace)
    workspace = Workspace(workspace.root) if moved else workspace
    made = tuple(module for module in workspace.modules if _lay_out_module(workspace, module))
    given = digest(workspace.given.read_bytes()) if workspace.given.is_file() else ""
    if made or not workspace.laid_out.is_file() or workspace.laid_out.read_text(encoding="utf-8") != given:
        _lay_out_references(workspace)
        write_atomic(workspace.laid_out, given)
    return LaidOut(workspace, made, moved)


def _lay_out_module(workspace: Workspace, module: Module) -> bool:
    """Put the released notebook and its `.py` there, if the module has neither."""
    pristine = workspace.pristine(module)
    if module.notebook.is_file() or module.source.is_file() or not pristine.is_file():
        return False
    for path in (module.source, module.notebook):  # the notebook last: with it, the module is laid out
        ours = pristine.with_suffix(path.suffix)
        if ours.is_file():
            write_atomic(path, ours.read_bytes())
    sync.note_synced(workspace, module)
    return True


def _lay_out_references(workspace: Workspace) -> None:
    """Put those references into the package that the learner needs by now, and take back what nobody needs yet."""
    needed = {each for module in progress.reached(workspace) for each in workspace.needed_by(module)}
    for module in workspace.exporting:
        if module in needed or module not in workspace.modules:
            prerequisites.put_reference(workspace, module)
        else:
            prerequisites.take_back_reference(workspace, module)
