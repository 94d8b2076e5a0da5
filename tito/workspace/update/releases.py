"""Which release a learner's notebook was made from, and whether the course has given a newer one since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tito.course.course import Module, Workspace
from tito.lesson import notebook
from tito.lesson.cells.origin import hash_of, with_present_ids
from tito.lesson.notebook import Notebook
from tito.support.errors import UsageError
from tito.workspace import sync
from tito.workspace.local_run import lesson
from tito.workspace.update.merge import corrected


@dataclass(frozen=True)
class Sides:
    """The three sides of a module's work, cells under their present ids: `old` is None where it is not known."""

    old: Notebook | None
    mine: Notebook
    new: Notebook
    file: Path
    rival: Path | None = None

    @property
    def is_current(self) -> bool:
        """Was the work made from the release that the course gives now?"""
        return self.old is not None and hash_of(self.old) == hash_of(self.new)


def sides_of(workspace: Workspace, module: Module) -> Sides:
    """The work in its newest form, what it was made from, and what is given now; UsageError when one can't be read."""
    newest = sync.newest(workspace, module)
    mine = notebook.read(newest.path)
    new = lesson(workspace, module)
    old = _made_from(workspace, module, mine)
    present = [with_present_ids(each, module) if each else None for each in (old, mine)]
    return Sides(present[0], present[1] or mine, new, newest.path, newest.rival)


def corrections(workspace: Workspace, module: Module) -> tuple[str, ...]:
    """The names of the cells that the course has corrected since this work was given; none where it can't be told."""
    try:
        if _says_current(workspace, module):
            return ()
        sides = sides_of(workspace, module)
    except UsageError:  # a work or a release that can't be read; its own test says how it is broken
        return ()
    return () if sides.is_current or sides.old is None else corrected(sides.old, sides.new)


def _says_current(workspace: Workspace, module: Module) -> bool:
    """Is there nothing but the current release to be made from?"""
    pristine = workspace.pristine(module)
    return len({path.stem for path in pristine.parent.glob("*.ipynb")} - {pristine.stem}) < 2


def _made_from(workspace: Workspace, module: Module, mine: Notebook) -> Notebook | None:
    """The kept release that the work names, else, where an editor has lost the name, the one that it is most like."""
    said = workspace.given_out(module, hash_of(mine) or "-")
    if said.is_file():
        return notebook.read(said)
    texts = {cell.source for cell in mine.cells}
    kept = [notebook.read(path) for path in sorted(said.parent.glob("*.ipynb"))]
    likeness = {n: sum(cell.source in texts for cell in each.cells) for n, each in enumerate(kept)}
    best = max(likeness, key=lambda n: likeness[n], default=None)
    return kept[best] if best is not None and likeness[best] else None
