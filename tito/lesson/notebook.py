"""Notebooks as plain values, and their two forms on disk.

A module's source is a percent-format `.py`; Jupyter and nbgrader want `.ipynb`.
Between the two stands `Notebook`, a tuple of frozen cells with stable ids.
Reading an `.ipynb` needs only `json`; jupytext (1.6 s of CPU to import) is
loaded where a `.py` is read or written.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import dropwhile, islice, takewhile
from pathlib import Path

from tito.course.settings import UTF8_HINT
from tito.lesson.cells.directives import export_directive
from tito.lesson.cells.percent import Separators, with_comments, with_escapes, without_escapes
from tito.support.errors import UsageError
from tito.support.files import write_atomic

MAX_BYTES = 20_000_000
MAX_CELLS, MAX_CODE, MAX_CODE_OF_A_CELL = (
    2_000,
    1_000_000,
    200_000,
)  # characters; parsing takes up to 500 bytes for each
MAX_TOKENS = 150_000  # words and signs of the code: what it binds and uses takes 15 to 100 us to find out for each
MAX_FORMATS = 100_000_000  # braces times characters, of cells with f-strings: Python 3.11 goes through all for each
_TOKEN = re.compile(r"\w+|#+|[^\w ]")  # a line's end is one, for a statement may end there
_SIGNS = bytes(97 if chr(n).isalnum() or n == 95 else n if n == 32 else 33 for n in range(128)) + b"!" * 128
_F_STRING = re.compile(r"\b[rR]?[fF][rR]?[\"']")
MAX_HEADER, MAX_BRACKETS = 20_000, 100  # characters, and [ or {; a header that Jupytext writes has 400 and none

KERNEL: dict[str, dict] = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {  # ipykernel's; the version is the learner's (`with_version`)
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
PERCENT_HEADER = {
    "cell_metadata_filter": "nbgrader,jupyter,tags,deletable,editable,-all",
    "text_representation": {"extension": ".py", "format_name": "percent"},
}
NBGRADER_DEFAULTS = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
ROLES = {  # what nbgrader's metadata affirms of a cell of each role
    "check": ("grade", "locked"),
    "test": ("locked",),
    "given": ("locked",),
    "solution": ("solution",),
    "question": ("grade", "solution"),
    "figure": (),  # nbgrader leaves it alone
}
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CODING = re.compile(r"\A((?:#[^\n]*\n)?#[^\n]*?coding[:=][ \t]*)[-\w.]+")  # PEP 263; Jupytext takes UTF-8 alone
MARK = "tito"  # what we write into a notebook's metadata
_KINDS = ("code", "markdown", "raw")
FORM_METADATA = ("lines_to_next_cell",)  # how a .py is laid out; no business of a notebook's


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "code" or "markdown"; `id` is its grade_id, else a stable hash."""

    kind: str
    source: str
    id: str
    metadata: dict = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The words of the cell's header in a `.py`; in a module's source they are its role and its id."""
        return self.metadata.get("title", "")

    @property
    def nbgrader(self) -> dict:
        return self.metadata.get("nbgrader", {})

    @property
    def grade_id(self) -> str:
        """The name that nbgrader knows this cell by; "" for a cell that nbgrader leaves alone."""
        return self.nbgrader.get("grade_id", "")

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
        return self.kind == "code" and export_directive(self.source) != ""


@dataclass(frozen=True)
class Notebook:
    """A notebook: its cells in order, and the metadata that both forms keep."""

    cells: tuple[Cell, ...]
    metadata: dict = field(default_factory=dict)

    def cell(self, cell_id: str) -> Cell | None:
        return next((c for c in self.cells if c.id == cell_id), None)


def read(path: Path) -> Notebook:
    """Read an `.ipynb` or a percent-format `.py`; UsageError says why it can't be read."""
    text = read_text(path)
    if path.suffix != ".py":
        return _of_bounded_size(_from_json(text, path), path)
    if len(text) > 2 * MAX_CODE:  # before Jupytext reads it
        raise _too_much(path, f"it has {len(text):,} characters", 2 * MAX_CODE)
    return _of_bounded_size(_from_percent(text, path), path)


def _of_bounded_size(notebook: Notebook, path: Path) -> Notebook:
    """The notebook, when it has no more cells and code than a person writes; else UsageError."""
    code = [cell for cell in notebook.cells if cell.kind == "code"]
    if len(notebook.cells) > MAX_CELLS:
        raise _too_much(path, f"it has {len(notebook.cells):,} cells", MAX_CELLS)
    for cell in code:
        if len(cell.source) > MAX_CODE_OF_A_CELL:
            raise _too_much(path, f'the cell "{cell.id}" has {len(cell.source):,} characters', MAX_CODE_OF_A_CELL)
    if (total := sum(len(cell.source) for cell in code)) > MAX_CODE:
        raise _too_much(path, f"its code has {total:,} characters", MAX_CODE)
    sources = [cell.source for cell in code]
    if sum(map(_most_tokens, sources)) > MAX_TOKENS and (tokens := sum(map(_tokens, sources))) > MAX_TOKENS:
        raise _too_much(path, f"its code has {tokens:,} words and signs", MAX_TOKENS)
    if sum(map(_most_formats, sources)) > MAX_FORMATS and (formats := sum(map(_formats, sources))) > MAX_FORMATS:
        raise _too_much(path, f"its f-strings come to {formats:,} braces times characters", MAX_FORMATS)
    return notebook


def _tokens(source: str) -> int:
    """The words and signs of a cell."""
    return len(_TOKEN.findall(source))


def _most_tokens(source: str) -> int:
    """No fewer than the words and signs of a cell, found much faster than they are counted."""
    kinds = source.encode("utf-8", "surrogatepass").translate(_SIGNS)  # a letter, a blank, or a sign for each byte
    return kinds.count(b"!") + len(kinds.replace(b"!", b" ").split())


def _formats(source: str) -> int:
    """What reading the f-strings of a cell costs at most."""
    return _most_formats(source) if _F_STRING.search(source) else 0


def _most_formats(source: str) -> int:
    """The same, should it have f-strings."""
    return source.count("{") * len(source)


def _too_much(path: Path, what: str, most: int) -> UsageError:
    return UsageError(
        f"{path.name} holds too much: {what}, and the most is {most:,}",
        at=str(path),
        hint="leave data out of the notebook; put them in a file beside it",
    )


def write(notebook: Notebook, path: Path) -> Path:
    """Write `notebook` in the form that `path` asks for; the same notebook gives the same bytes."""
    form = _to_percent if path.suffix == ".py" else as_json
    return write_atomic(path, form(notebook))


def as_data(notebook: Notebook) -> dict:
    """What the notebook's `.ipynb` holds, outputs empty."""
    data = _as_dict(notebook)
    for entry in data["cells"]:
        entry["source"] = entry["source"].splitlines(keepends=True)
    return data


def as_json(notebook: Notebook) -> bytes:
    """The bytes of the notebook's `.ipynb`, outputs empty."""
    text = json.dumps(as_data(notebook), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def with_version(data: dict, version: str) -> dict:
    """A notebook's data as JupyterLab has it once a Python of this version is its kernel."""
    language = {**KERNEL["language_info"], "version": version}
    return data | {"metadata": data.get("metadata", {}) | {"language_info": language}}


def read_text(path: Path) -> str:
    """The text of a file that somebody gave us: no link, not empty, not huge, in UTF-8 or an encoding that it names."""
    if path.is_symlink():
        raise UsageError(f"{path.name} is a link, not a file", at=str(path), hint="put the file itself there")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UsageError(
                f"{path.name} is {size / 1e6:.0f} MB; the most is {MAX_BYTES / 1e6:.0f} MB",
                at=str(path),
                hint="clear the outputs and save it again",
            )
        data = path.read_bytes()
        text = data.decode(_encoding_of(data, path))
    except OSError as error:
        raise UsageError(f"{path.name} can't be read: {error.strerror}", at=str(path)) from None
    except (UnicodeDecodeError, SyntaxError):  # SyntaxError: a .py that names an encoding which there is not
        raise UsageError(f"{path.name} is not text in UTF-8", at=str(path), hint=UTF8_HINT) from None
    if not text.strip():
        raise UsageError(f"{path.name} is empty", at=str(path))
    return text


def _encoding_of(data: bytes, path: Path) -> str:
    """UTF-8, or what a byte order mark, JSON's first bytes (RFC 4627) or Python's `# -*- coding` line (PEP 263) say."""
    if path.suffix != ".py" or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return json.detect_encoding(data)
    return tokenize.detect_encoding(BytesIO(data).readline)[0]


def digest(*parts: str | bytes) -> str:
    """SHA-256 of `parts`, each with its length, so that no two lists of parts read alike."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(b"%d:" % len(data) + data)
    return total.hexdigest()


def without_iri_parser() -> None:
    """Call it before Jupyter's libraries load: jsonschema's IRI check takes seconds to load, and nothing needs it."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None makes its import fail


def to_nbformat(notebook: Notebook):
    """The notebook as nbformat 4.5's object, for nbgrader, nbclient and nbdev."""
    without_iri_parser()
    import nbformat

    return nbformat.from_dict(_as_dict(notebook))


def from_nbformat(node) -> Notebook:
    """The notebook that an nbformat object holds; outputs are left behind."""
    return _from_dict(json.loads(json.dumps(node)), Path("notebook.ipynb"))


def _from_json(text: str, path: Path) -> Notebook:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path.name} is not a notebook: its text is not JSON", at=str(path), why=str(error)) from None
    return _from_dict(data, path)


def _from_dict(data, path: Path) -> Notebook:
    _require(isinstance(data, dict) and isinstance(data.get("cells", []), list), path, "it has no list of cells")
    major = data.get("nbformat")
    if major != 4:
        raise UsageError(
            f"{path.name} is in notebook format {ascii(major)[:20]}; format 4 is what can be read",
            at=str(path),
            hint="open it in JupyterLab and save it again",
        )
    _require("cells" in data, path, "it has no list of cells")
    metadata = data.get("metadata", {})
    _require(isinstance(metadata, dict), path, "its metadata is not an object")
    return Notebook(with_unique_ids(_cell(entry, path) for entry in data["cells"]), metadata)


def _cell(entry, path: Path) -> Cell:
    _require(isinstance(entry, dict) and entry.get("cell_type") in _KINDS, path, "a cell is of no known type")
    source = entry.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    _require(isinstance(source, str), path, "a cell's source is not text")
    metadata = entry.get("metadata", {})
    _require(isinstance(metadata, dict), path, "a cell's metadata is not an object")
    source = source.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is not text
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads it
    return Cell(entry["cell_type"], source, str(entry.get("id", "")), _sound(metadata))


def _sound(metadata: dict) -> dict:
    """The metadata, without nbgrader's part if that has not the shape that nbgrader gives it."""
    marks = metadata.get("nbgrader", {})
    if isinstance(marks, dict) and isinstance(marks.get("grade_id", ""), str):
        return metadata
    return {key: value for key, value in metadata.items() if key != "nbgrader"}


def _require(condition: bool, path: Path, why: str) -> None:
    if not condition:
        raise UsageError(f"{path.name} is not a notebook: {why}", at=str(path))


def with_unique_ids(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells, each named by its grade_id, its own id or its hash; repeats get -2, -3, …"""
    named: dict[str, Cell] = {}
    repeats: Counter[str] = Counter()
    for cell in cells:
        name = free = _name(cell)
        while free in named:
            repeats[name] += 1
            free = f"{name[:56]}-{repeats[name] + 1}"
        named[free] = replace(cell, id=free)
    return tuple(named.values())


def _name(cell: Cell) -> str:
    candidates = (cell.grade_id, cell.id)
    return next((c for c in candidates if VALID_ID.fullmatch(c)), digest(cell.kind, cell.source)[:8])


def _as_dict(notebook: Notebook) -> dict:
    metadata = {key: value for key, value in notebook.metadata.items() if key != "jupytext"}
    return {
        "cells": [_entry(cell) for cell in notebook.cells],
        "metadata": KERNEL | metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _entry(cell: Cell) -> dict:
    metadata = {key: value for key, value in cell.metadata.items() if key not in FORM_METADATA}
    entry = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": cell.source}
    return entry | {"execution_count": None, "outputs": []} if cell.kind == "code" else entry


def _from_percent(text: str, path: Path) -> Notebook:
    jupytext = _jupytext()
    text = _CODING.sub(r"\1utf-8", text.replace("\r\n", "\n"), count=1)
    separators = Separators(text)
    try:
        _refuse_bombs(text)
        node = jupytext.reads(separators.hidden(text), fmt="py:percent")
        parts = ((c.cell_type, separators.shown(c.source), c.metadata) for c in node.cells)
        cells = [Cell(kind, _from_form(kind, source, text), "", _sound(_plain(meta))) for kind, source, meta in parts]
        metadata = _plain(node.metadata)
    except Exception as error:  # jupytext takes any header's shape for granted, and a learner may write any
        raise UsageError(f"{path.name} is not a percent-format notebook", at=str(path), why=str(error)) from None
    return Notebook(with_unique_ids(cells), metadata)


def _from_form(kind: str, source: str, text: str) -> str:
    """A cell as the learner means it, from what Jupytext made of it; `text` is the whole file."""
    return with_comments(without_escapes(source), text) if kind == "code" else source


def _refuse_bombs(text: str) -> None:
    """ValueError for a YAML header that would take minutes or gigabytes to read: many brackets, or any alias."""
    import yaml

    comment = (line[1:].removeprefix(" ") for line in takewhile(lambda line: line.startswith("#"), text.splitlines()))
    between = islice(dropwhile(lambda line: line.strip() != "---", comment), 1, None)
    header = "\n".join(takewhile(lambda line: line.strip() != "---", between))
    if len(header) > MAX_HEADER or sum(map(header.count, "[{")) > MAX_BRACKETS:
        raise ValueError("its header is too long or too deep")
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(header)):
        raise ValueError("its header has YAML aliases")


def _to_percent(notebook: Notebook) -> str:
    jupytext = _jupytext()
    header = notebook.metadata.get("jupytext", {})
    if "nbgrader" not in str(header.get("cell_metadata_filter")):
        header = PERCENT_HEADER  # with any other filter the cells would lose their grade_ids
    if MARK in notebook.metadata:
        header = _with_mark(header)
    metadata = {key: value for key, value in notebook.metadata.items() if key != "language_info"}
    separators = Separators("".join(cell.source for cell in notebook.cells))
    node = to_nbformat(notebook)
    for cell in node.cells:
        cell.source = separators.hidden(with_escapes(cell.source) if cell.cell_type == "code" else cell.source)
    node.metadata = _plain({"kernelspec": KERNEL["kernelspec"]} | metadata | {"jupytext": header})
    for cell, form in zip(node.cells, notebook.cells, strict=True):
        cell.metadata.update({key: form.metadata[key] for key in FORM_METADATA if key in form.metadata})
    return _without_versions(separators.shown(jupytext.writes(node, fmt="py:percent")), header)


def _with_mark(header: dict) -> dict:
    """Jupytext's header, with our mark among what it keeps of a notebook's metadata."""
    kept = str(header.get("notebook_metadata_filter", "")).split(",")
    names = [name for name in kept if name] + ([] if MARK in kept or "all" in kept else [MARK])
    return header | {"notebook_metadata_filter": ",".join(names)}


def _without_versions(text: str, header: dict) -> str:
    """Leave out the versions that jupytext adds to a header which had none."""
    added = {"format_version", "jupytext_version"} - set(header.get("text_representation", {}))
    return re.sub(rf"^#       (?:{'|'.join(added)}): .*\n", "", text, count=len(added), flags=re.M) if added else text


def _jupytext():
    without_iri_parser()
    import jupytext

    return jupytext


def _plain(node) -> dict:
    """As JSON has it; a date in a header becomes text."""
    return json.loads(json.dumps(node, default=str))
