"""The annotated copy of a submission, which formgrader shows: the learner's cells, our locked cells, our outputs.

The learner's own outputs are left out. From ours nbgrader would read the same
points that we recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from tito.course.checks import Grade, TestResult
from tito.lesson.notebook import Cell, Notebook, as_data
from tito.support.points import points_text

Output = dict[str, Any]  # of a cell, as nbformat has it
_TAG = re.compile(r"<(?=[A-Za-z/!?])")  # what begins one
_PICTURE = re.compile(r"!\[")


def marked_copy(submitted: Notebook, handed_out: Notebook, grade: Grade) -> bytes:
    """The submission as an `.ipynb`, its locked cells restored from `handed_out`, each check with its result."""
    data = as_data(Notebook(_restored(submitted, handed_out), handed_out.metadata))
    results = {result.id: result for result in grade.results}
    for cell in data["cells"]:
        settings = cell["metadata"].get("nbgrader", {})
        if settings.get("grade") and settings["grade_id"] in results:
            cell["outputs"] = _outputs(results[settings["grade_id"]])
    return (
        msgspec.json.format(msgspec.json.encode(data, order="sorted"), indent=1) + b"\n"
    )  # json takes ten times as long


def _restored(submitted: Notebook, handed_out: Notebook) -> tuple[Cell, ...]:
    """The learner's cells in the learner's order; each cell that nbgrader knows is there once, as it must be."""
    ours = {cell.grade_id: cell for cell in handed_out.cells if cell.grade_id}
    last = {cell.grade_id: number for number, cell in enumerate(submitted.cells)}
    placed: list[Cell] = []
    for number, theirs in enumerate(submitted.cells):
        known = ours.get(theirs.grade_id)
        if known is None or known.kind != theirs.kind:
            placed.append(_plain(theirs))
        elif last[theirs.grade_id] == number:
            placed.append(known if _is_ours(known) else _with_text(known, theirs))
        elif not _is_ours(known):
            placed.append(_plain(theirs))
    return tuple(_with_missing(placed, ours))


def _is_ours(cell: Cell) -> bool:
    return cell.is_locked or cell.is_check


def _plain(cell: Cell) -> Cell:
    """A cell of the learner's own, without what nbgrader reads."""
    return _with_text(replace(cell, id=f"own-{cell.id}"[:64], metadata={}), cell)


def _with_text(cell: Cell, theirs: Cell) -> Cell:
    """The cell with the learner's text; of Markdown, HTML and pictures are shown as they were written."""
    source = theirs.source if cell.kind == "code" else _PICTURE.sub(r"!\[", _TAG.sub("&lt;", theirs.source))
    return replace(cell, source=source)


def _with_missing(placed: list[Cell], ours: dict[str, Cell]) -> Iterable[Cell]:
    """Put back each cell that the learner deleted, behind the one that it followed."""
    before = ""
    for name, cell in ours.items():
        names = [c.grade_id for c in placed]
        if name not in names:
            placed.insert(names.index(before) + 1 if before else 0, cell)
        before = name
    return placed


def _outputs(result: TestResult) -> list[Output]:
    """A result as a cell's outputs: a line for all points, a number for some of them, an error for none."""
    if result.status == "passed":
        return [_line(f"✓ passed, {points_text(result.points)} of {points_text(result.max_points)} points\n")]
    if result.points:
        return [
            _line(f"✗ {points_text(result.points)} of {points_text(result.max_points)} points\n{result.message}\n"),
            _value(result.points),
        ]
    if result.status == "not started":
        return [_error("NotImplementedError", "not started")]
    return [_error("Failed", result.message)]


def _line(text: str) -> Output:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _value(points: float) -> Output:
    """The points as nbgrader reads them from a cell: not rounded."""
    return {
        "output_type": "execute_result",
        "execution_count": None,
        "metadata": {},
        "data": {"text/plain": f"{points:.15g}"},
    }


def _error(name: str, text: str) -> Output:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
