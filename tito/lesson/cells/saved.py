"""How old the saved notebook is, and whether a cell was run with a text that is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tito.support.errors import UsageError

JUST_NOW_S = 10  # a file saved so lately needs no word


def remember_cells(shell: Any) -> Mapping[str, str]:
    """The text of each cell that the shell runs from now on, by the cell's id: the one that it was last run with."""
    cells_run: dict[str, str] = {}

    def remember(info: Any) -> None:
        if cell_id := getattr(info, "cell_id", None) or _asked_for(shell):
            cells_run[cell_id] = info.raw_cell

    shell.events.register("pre_run_cell", remember)
    return cells_run


def _asked_for(shell: Any) -> str:
    """The id of the cell in the request, for a kernel that doesn't tell its shell: Pyodide's."""
    request = getattr(getattr(shell, "kernel", None), "_parent_header", None)
    return str(request.get("metadata", {}).get("cellId", "")) if isinstance(request, dict) else ""


def age_note(file: Path, cells_run: Mapping[str, str], now_s: float) -> str:
    """What to say of the age of the notebook's file; "" when it was saved just now and nothing is missing in it."""
    age_s = now_s - file.stat().st_mtime
    saved = f"saved {_ago(age_s)}"
    if unsaved := _unsaved(file, cells_run):
        cells = "a cell that you ran since is" if unsaved == 1 else f"{unsaved} cells that you ran since are"
        return f"{file.name}: {saved}, and {cells} not in it as you see it: press Ctrl+S, then again"
    return "" if age_s < JUST_NOW_S else f"{file.name}: {saved}"


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now" if seconds < JUST_NOW_S else f"{int(seconds)} s ago"


def _unsaved(file: Path, cells_run: Mapping[str, str]) -> int:
    """How many cells of the file were run last with another text; none can be told where cells have other ids."""
    from tito.lesson import notebook  # 50 ms, which the first cell of a lesson need not wait for

    if file.suffix != ".ipynb":
        return 0
    try:
        cells = notebook.read(file).cells
    except UsageError:  # the verb itself says how the file is broken
        return 0
    run = {cell.id: cells_run[cell.id] for cell in cells if cell.id in cells_run}
    return sum(cell.source.strip() != run[cell.id].strip() for cell in cells if cell.id in run)
