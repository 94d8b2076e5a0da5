"""What the reference shows when a lesson is run: each cell's outputs, computed once and kept.

The built notebook is run in a kernel of its own, with the folder of the course
first on its path. What comes out is kept under the book's folder until the lesson,
a module that it needs, or the way it is run changes. Of the notebook itself nothing is
kept but the ids of its cells.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tito.course.course import Course, Module
from tito.lesson.build import built
from tito.lesson.export import export
from tito.lesson.notebook import Notebook, as_json, digest, to_nbformat
from tito.support.errors import CourseError
from tito.support.files import write_atomic

TIMEOUT_S = 300  # for one cell; the longest takes some 15 s
Outputs = dict[str, list[dict[str, Any]]]  # by id of the cell, in nbformat's form

# A figure is kept as PNG at twice the page's resolution, with its titles and axes in words: its alternative text.
FIGURES = """
from IPython import get_ipython
from IPython.core.pylabtools import print_figure

get_ipython().run_line_magic("matplotlib", "inline")
from matplotlib.figure import Figure


def _words(figure):
    described = []
    for axes in figure.axes:
        title, x, y = axes.get_title(), axes.get_xlabel(), axes.get_ylabel()
        named = [f"{y} against {x}" if x and y else x or y]
        drawn = [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
        described.append(": ".join(part for part in (title, "; ".join(part for part in named + drawn if part)) if part))
    main = figure.get_suptitle()
    return "Figure. " + " | ".join(dict.fromkeys(part for part in [main, *described] if part))


def _as_png(figure):
    data = print_figure(figure, "png", dpi=144, base64=True, bbox_inches="tight")
    return data, {"alt": " ".join(_words(figure).split())}


get_ipython().display_formatter.formatters["image/png"].for_type(Figure, _as_png)
"""


def reference_outputs(course: Course, module: Module) -> Outputs:
    """The outputs of the reference's run of `module`: kept ones while they are current, else from a new run.

    CourseError when a cell of the lesson raises.
    """
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))
    lesson = built(course, module)
    path, key = course.book_outputs(module), _key(course, module, lesson)
    if (kept := _read(path)) and kept["key"] == key:
        return dict(kept["outputs"])
    outputs = _run(course, module, lesson)
    write_atomic(path, json.dumps({"key": key, "outputs": outputs}, indent=1, sort_keys=True, ensure_ascii=False))
    return outputs


def _key(course: Course, module: Module, lesson: Notebook) -> str:
    """What decides the outputs: the lesson, the modules that it needs, and how it is run."""
    needed = (course.exported(needed).read_bytes() for needed in course.needed_by(module))
    return digest(as_json(lesson), *needed, FIGURES)


def _read(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None  # whatever it is, it can be made again
    return kept if isinstance(kept, dict) and {"key", "outputs"} <= kept.keys() else None


def _run(course: Course, module: Module, lesson: Notebook) -> Outputs:
    node = to_nbformat(lesson)
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    node.cells.insert(0, nbformat.v4.new_code_cell(FIGURES, id="figures"))
    environment = os.environ | {"PYTHONPATH": str(course.root), "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(node, timeout=TIMEOUT_S, resources={"metadata": {"path": folder}})
        client.extra_arguments = ["--Application.log_level=40"]  # a kernel warns of each TCP connection
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise CourseError(
                f"the reference of {module.name} stops with {error.ename}: {error.evalue}", at=str(module.source)
            ) from None
    return {cell.id: kept for cell in node.cells[1:] if (kept := _worth_keeping(cell.get("outputs", [])))}


def _worth_keeping(outputs: Iterable[Any]) -> list[dict[str, Any]]:
    """The outputs that a page can show: no widget, and of a figure no text beside its picture."""
    kept = []
    for output in json.loads(json.dumps(list(outputs))):
        if output["output_type"] == "stream" and output["name"] == "stdout":
            kept.append(output)
        elif data := _shown(output.get("data", {})):
            kept.append({"output_type": "display_data", "data": data, "metadata": output["metadata"]})
    return kept


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    if "application/vnd.jupyter.widget-view+json" in data:
        return {}
    best = next((kind for kind in ("image/png", "text/html", "text/markdown", "text/plain") if kind in data), None)
    return {best: data[best]} if best else {}
