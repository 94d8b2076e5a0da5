"""What a notebook's file holds besides its cells' text: outputs, counts, pasted images. They go with the cells."""

from __future__ import annotations

import json
from pathlib import Path

from tito.course.course import Module
from tito.lesson import notebook
from tito.lesson.cells.origin import with_present_ids
from tito.lesson.notebook import Notebook
from tito.support.errors import UsageError

OF_A_RUN = ("outputs", "execution_count")
OURS = ("cell_type", "id", "metadata", "source")


def with_outputs(merged: Notebook, path: Path, module: Module) -> bytes:
    """The bytes of `merged` as an `.ipynb`, with what the notebook at `path` has for cells that still say the same."""
    data = notebook.as_data(merged)
    earlier = _entries(path, module)
    for entry, cell in zip(data["cells"], merged.cells, strict=True):
        source, rest = earlier.get(cell.id, ("", {}))
        is_same = source == cell.source
        entry |= {key: value for key, value in rest.items() if is_same or key not in OF_A_RUN}
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _entries(path: Path, module: Module) -> dict[str, tuple[str, dict]]:
    """Each cell's text and the rest of its entry, by its id; nothing of a file that is no notebook."""
    try:
        cells = with_present_ids(notebook.read(path), module).cells
    except UsageError:
        return {}
    raw = json.loads(notebook.read_text(path))["cells"]
    return {
        cell.id: (cell.source, {key: value for key, value in entry.items() if key not in OURS})
        for cell, entry in zip(cells, raw, strict=True)
    }
