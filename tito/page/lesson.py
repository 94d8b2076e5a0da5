"""The lesson of a page: what the site says of it, and the modules that it needs, from the site that the page is on."""

from __future__ import annotations

import io
import json
import re
import sysconfig
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

from tito.support.errors import CourseError

LESSONS = "lessons"  # the folder of the lab that has a wheel for each lesson
FACTS = "tito_lesson.json"
_EXPORTS_TO = re.compile(r"^#[ \t]*\|[ \t]*default_exp[ \t]+(?P<name>[\w.]+)", re.M)


@dataclass(frozen=True)
class PageLesson:
    """What a page knows of its lesson; `absent` are the libraries that the site does not bring."""

    name: str
    folder: str
    notebook_name: str
    max_points: float
    hints: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...]

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> PageLesson:
        """From JSON's values, as `tito.book.lite.wheels` writes them."""
        hints = {name: tuple(texts) for name, texts in facts["hints"].items()}
        return cls(**{**facts, "hints": hints, "absent": tuple(facts["absent"])})


def lesson_in(cell: str) -> str:
    """The lesson whose first code cell this is: `#| default_exp core.tensor` says it; "" if none does."""
    match = _EXPORTS_TO.search(cell)
    return match["name"] if match else ""


def brought(export: str, fetch: Callable[[str], bytes], folder: Path | None = None) -> PageLesson:
    """Unpack the wheel of the lesson that exports to `export`, and read what it says; CourseError if there is none."""
    folder = folder or Path(sysconfig.get_path("purelib"))
    with zipfile.ZipFile(io.BytesIO(fetch(f"{LESSONS}/{wheel_name(export)}"))) as wheel:
        wheel.extractall(folder)
        facts = json.loads(wheel.read(FACTS))
    invalidate_caches()
    return PageLesson.of(facts)


def wheel_name(export: str) -> str:
    """`core.tensor` has `lesson_core_tensor-1-py3-none-any.whl`."""
    return f"lesson_{export.replace('.', '_')}-1-py3-none-any.whl"


def fetch_from_site(path: str) -> bytes:
    """A file of the lab, by its path in it. It is waited for, as a magic can't do anything else."""
    import js  # type: ignore[import-not-found]  # Pyodide's: the worker that the kernel runs in

    request = js.XMLHttpRequest.new()
    request.open("GET", f"{js.location.href.partition('/extensions/')[0]}/{path}", False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise CourseError(f"the site has no {path.rpartition('/')[2]}", hint="open the lesson from its chapter")
    return bytes(request.response.to_py())
