"""Notebooks as plain values, and their two forms on disk.

A module's source is a percent-format `.py`; Jupyter and nbgrader want `.ipynb`.
Between the two stands `Notebook`, a tuple of frozen cells with stable ids.
Reading an `.ipynb` needs only `json`; jupytext (1.6 s of CPU to import) is
loaded where a `.py` is read or written.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "code" or "markdown"; `id` is its grade_id, else a stable hash."""

    kind: str
    source: str
    id: str
    metadata: dict = field(default_factory=dict)

    @property
    def nbgrader(self) -> dict:
        return self.metadata.get("nbgrader", {})

    @property
    def is_check(self) -> bool:
        """A locked test that earns points."""
        return bool(self.nbgrader.get("grade")) and not self.nbgrader.get("solution")

    @property
    def is_question(self) -> bool:
        """An answer in prose that a person grades."""
        return bool(self.nbgrader.get("grade")) and bool(self.nbgrader.get("solution"))

    @property
    def is_solution(self) -> bool:
        """A cell that the learner fills in."""
        return bool(self.nbgrader.get("solution")) and not self.nbgrader.get("grade")

    @property
    def is_locked(self) -> bool:
        return bool(self.nbgrader.get("locked"))

    @property
    def is_exported(self) -> bool:
        """Does nbdev put this cell into the package?"""
        return self.kind == "code" and self.source.lstrip().startswith("#| export")


@dataclass(frozen=True)
class Notebook:
    """A notebook: its cells in order, and the metadata that both forms keep."""

    cells: tuple[Cell, ...]
    metadata: dict = field(default_factory=dict)

    def cell(self, cell_id: str) -> Cell | None:
        return next((c for c in self.cells if c.id == cell_id), None)
