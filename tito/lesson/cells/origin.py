"""The release that a notebook was made from: its hash travels in the notebook's metadata, its text is kept.

So a work is compared with what its learner had, and a cell that was corrected
later is not called the learner's change. The hash only chooses among releases
that were given out; what a work is graded by never depends on it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tito.course.course import Module, ModuleTree
from tito.lesson.cells.matching import NOTHING_EARLIER, Earlier
from tito.lesson.notebook import MARK, Cell, Notebook, as_json, digest, read, write
from tito.support.errors import CourseError, UsageError

HASH_DIGITS = 12
_HASH = re.compile(rf"[0-9a-f]{{{HASH_DIGITS}}}")


def with_hash(released: Notebook) -> Notebook:
    """The release with its own hash in its metadata."""
    bare = {key: value for key, value in released.metadata.items() if key != MARK}
    released = replace(released, metadata=bare)
    return replace(released, metadata=bare | {MARK: {"release": digest(as_json(released))[:HASH_DIGITS]}})


def hash_of(notebook: Notebook) -> str:
    """The hash of the release that a notebook says it was made from; "" where it says none, or nonsense."""
    mark = notebook.metadata.get(MARK)
    said = mark.get("release") if isinstance(mark, dict) else None
    return said if isinstance(said, str) and _HASH.fullmatch(said) else ""


def keep(tree: ModuleTree, module: Module, released: Notebook) -> Path:
    """Keep a release that has its hash: there may be works that were made from it."""
    return write(released, tree.given_out(module, hash_of(released)))


class GivenOut:
    """The kept releases of one module, each read once."""

    def __init__(self, tree: ModuleTree, module: Module):
        self._tree, self._module = tree, module
        self._read: dict[str, Earlier] = {"": NOTHING_EARLIER}

    def had_by(self, submitted: Notebook) -> Earlier:
        """The cells of the release that a work was made from; none where that is not known."""
        said = hash_of(submitted)
        if said not in self._read:
            path = self._tree.given_out(self._module, said)
            self._read[said] = self._cells_of(path) if path.is_file() else NOTHING_EARLIER
        return self._read[said]

    def _cells_of(self, path: Path) -> Earlier:
        try:
            released = with_present_ids(read(path), self._module)
        except UsageError as error:  # of the course's own file, and no fault of the learner's
            raise CourseError(
                f"a release that was kept can't be read: {error.message}",
                at=str(path),
                hint="put it back as it was; without it, works are compared with the current release",
            ) from None
        return {cell.id: cell for cell in released.cells}


def with_present_ids(notebook: Notebook, module: Module) -> Notebook:
    """A notebook that was given out earlier, its cells under the ids that they have now."""
    if not module.renamed:
        return notebook
    return replace(notebook, cells=tuple(_under_present_id(cell, module) for cell in notebook.cells))


def _under_present_id(cell: Cell, module: Module) -> Cell:
    new = module.present_id(cell.grade_id)
    if new == cell.grade_id:
        return cell
    return replace(cell, id=new, metadata=cell.metadata | {"nbgrader": cell.nbgrader | {"grade_id": new}})
