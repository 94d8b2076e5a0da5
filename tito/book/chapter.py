"""A chapter: the release of a module with the reference's outputs, laid out for reading.

Its cells are those of the released notebook, so nothing that learners don't get
can be in it. nbdev's directives and nbgrader's marks are left out, code that is
there for checks and pictures is folded, and each check has an anchor. What a
chapter says about itself is in `chapter.toml` beside the lesson.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tito.book.links import Links
from tito.book.reference_run import Outputs
from tito.course.course import Course, Module
from tito.course.settings import Settings, read_settings
from tito.lesson.notebook import Cell, Notebook
from tito.support.errors import CourseError
from tito.support.points import points_text

LESSONS_FACTS = "**Time:**"  # time, needs and points at the head of a lesson; a chapter has links with them
_NOTEBOOKS_OWN = re.compile(r"^[ \t]*(?:#[ \t]*\||%load_ext ).*\n?", re.M)  # nbdev's directives, tito's magic
_LINK_TO_FILE = re.compile(r'<a href="(?![a-z]+:|#)[^"]*">(.*?)</a>')
_TITLE = re.compile(r"\A# (?P<title>.+)\n(?P<rest>(?:.*\n?)*)")
_MAIN_HEADING = re.compile(r"^(#{1,3}) ", re.M)


@dataclass(frozen=True)
class Insert:
    """HTML that stands in a chapter behind the cell whose last line is `after`."""

    after: str
    file: Path


@dataclass(frozen=True)
class ChapterNotes:
    """What `chapter.toml` says: the time it takes, what one can claim afterwards, and what its numbers don't say."""

    time: str = ""
    claims: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    inserts: tuple[Insert, ...] = field(default=())


def read_notes(module: Module) -> ChapterNotes:
    """The notes of a module's chapter; none when it has no `chapter.toml`. CourseError for a wrong value."""
    try:
        settings = read_settings(module.chapter)
    except FileNotFoundError:
        return ChapterNotes()
    inserts = tuple(_insert(module, table) for table in settings.tables("insert"))
    return ChapterNotes(settings.text("time", ""), settings.texts("claims"), settings.texts("unsaid"), inserts)


def _insert(module: Module, settings: Settings) -> Insert:
    path = module.chapter_file(settings.text("file"))
    if not path.is_file():
        raise CourseError(f"{module.chapter.name} names {path.name}, which is not there", at=str(path))
    return Insert(settings.text("after"), path)


def chapter(course: Course, module: Module, released: Notebook, outputs: Outputs, links: Links) -> bytes:
    """The chapter's source for myst-nb: a notebook that is shown and never run."""
    notes = read_notes(module)
    cells = [*_head(course, module, released.cells[0], notes, links)]
    waiting = {insert.after: insert for insert in notes.inserts}
    for cell in released.cells[1:]:
        insert = waiting.pop(cell.source.rstrip().split("\n")[-1], None)
        cells += _cells(module, cell, outputs.get(cell.id, []), "Code in the notebook" if insert else "")
        if insert:
            cells.append(_markdown(f"```{{raw}} html\n{insert.file.read_text(encoding='utf-8').rstrip()}\n```"))
    if waiting:
        raise CourseError(f"no cell of {module.name} ends with {next(iter(waiting))!r}", at=str(module.chapter))
    cells += _tail(course, module, notes)
    cells = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
    data = {"cells": cells, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def _head(course: Course, module: Module, first: Cell, notes: ChapterNotes, links: Links) -> list[dict[str, Any]]:
    """The title with its summary, the facts, the buttons, and then the rest of the lesson's first cell."""
    match = _TITLE.match(first.source)
    if not match:
        raise CourseError(f"the lesson of {module.name} does not begin with '# ' and its title", at=str(module.source))
    lines = match["rest"].strip("\n").split("\n")
    summary = [line.removeprefix(">").strip() for line in lines if line.startswith(">")]
    rest = "\n".join(line for line in lines if not line.startswith((">", LESSONS_FACTS)))
    needs = ", ".join(f"[{m.title}]({m.name}.ipynb)" for m in course.needed_by(module)) or "nothing before it"
    facts = [f"**Needs** {needs}", f"**Points** {points_text(module.max_points)}"]
    facts = ([f"**Time** {notes.time}"] if notes.time else []) + facts
    claims = "".join(f"- {claim}\n" for claim in notes.claims)
    claimed = f":::{{admonition}} What you will be able to claim\n:class: tip\n\n{claims}:::\n\n" if claims else ""
    text = (
        f"# {module.number} · {match['title']}\n\n*{' '.join(summary)}*\n\n"
        f"{' · '.join(facts)}\n\n{links.buttons(module)}\n\n{claimed}{rest}"
    )
    return [_markdown(text)]


def _tail(course: Course, module: Module, notes: ChapterNotes) -> list[dict[str, Any]]:
    """What the chapter's numbers don't say, and where to go on."""
    cells = []
    if notes.unsaid:
        unsaid = "".join(f"- {line}\n" for line in notes.unsaid)
        cells.append(_markdown(f"## What this number does not say\n\n{unsaid}"))
    later = [m for m in course.modules if m.folder > module.folder]
    if later:
        cells.append(_markdown(f"**Next chapter:** [{later[0].title}]({later[0].name}.ipynb)"))
    return cells


def _cells(module: Module, cell: Cell, outputs: list[dict[str, Any]], folded: str) -> list[dict[str, Any]]:
    """A cell of the release as the chapter has it, a check behind its anchor; `folded` is the name of a folded one."""
    if cell.kind == "markdown":
        return [_markdown(f"> {line}" if cell.is_question else line for line in cell.source.split("\n"))]
    source = _NOTEBOOKS_OWN.sub("", cell.source).strip("\n")
    if not source:
        return []
    prompt = folded or _prompt(module, cell, outputs)
    metadata: dict[str, Any] = {"mystnb": {"code_prompt_show": prompt, "code_prompt_hide": prompt}} if prompt else {}
    if prompt:
        metadata["tags"] = ["hide-input"]
    if alt := next((text for output in outputs if (text := _alt(output))), ""):
        metadata.setdefault("mystnb", {})["image"] = {"alt": alt}
    code = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [_output(output) for output in outputs],
        "source": source,
    }
    anchor = _markdown(f'```{{raw}} html\n<span class="anchor" id="check-{cell.id}"></span>\n```')
    return [anchor, code] if cell.is_check else [code]


def _prompt(module: Module, cell: Cell, outputs: list[dict[str, Any]]) -> str:
    """What stands on the folded cell; "" for one that stays open."""
    if cell.is_check:
        return f"Check {cell.id}, {points_text(module.check(cell.id).points)} points"
    if cell.id.startswith("test"):
        return f"Test {cell.id.removeprefix('test-')}"
    if "tito.tools.testing" in cell.source:
        return "Tools of the tests"
    return "Code of the figure" if any(map(_alt, outputs)) else ""


def _alt(output: dict[str, Any]) -> str:
    return str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))


def _output(output: dict[str, Any]) -> dict[str, Any]:
    """An output as myst-nb takes it; Markdown becomes HTML, its headings below those of the chapter."""
    markdown = output.get("data", {}).get("text/markdown")
    if markdown is None:
        return output
    from markdown_it import MarkdownIt

    lowered = _MAIN_HEADING.sub(r"###\1 ", "".join(markdown))
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(lowered)
    page = _LINK_TO_FILE.sub(r"\1", page)  # what the run kept beside the notebook is not on the site
    return output | {"data": {"text/html": f'<div class="report">{page}</div>'}, "metadata": {}}


def _markdown(lines: Any) -> dict[str, Any]:
    text = lines if isinstance(lines, str) else "\n".join(lines)
    return {"cell_type": "markdown", "metadata": {}, "source": text}
