"""What a learner reads of their files: what was made, corrected, kept, and what they have changed."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tito.lesson.notebook import Cell
from tito.ui.render import PLAIN, WIDTH, Style, count, indented, listed, module_name, when
from tito.workspace.changes.difference import CellDifference
from tito.workspace.changes.journal import JournalEntry
from tito.workspace.changes.parts import definitions
from tito.workspace.changes.reset import Reset
from tito.workspace.folder.layout import LaidOut
from tito.workspace.update.merge import CellChange, What
from tito.workspace.update.update import Updated

WORDS: dict[What, str] = {
    "corrected": "corrected",
    "new": "new",
    "taken out": "taken out",
    "merged": "corrected, with your own lines in it; look at it",
    "conflict": "corrected, and changed by you: both are in your notebook",
    "brought back": "was deleted; it is back",
    "kept": "is no more; what you wrote in it is a cell of your own now",
}
WHOSE = {"answer": "your answer", "given": "changed", "own": "yours", "deleted": "deleted"}


def laid_out(found: LaidOut, style: Style = PLAIN) -> str:
    """What was made in a workspace; "" for nothing."""
    lines = [f"{move.old} is {move.module.folder} now: your work has moved along" for move in found.moved]
    if found.made:
        lines.append(f"made the notebooks of {listed(module_name(module) for module in found.made)}")
    return "\n".join(style.dim(line) for line in lines)


def taken(found: LaidOut, source: str, style: Style = PLAIN) -> str:
    """What a zip of the course brought."""
    lines = [f"took what {source} gives: {count(len(found.workspace.modules), 'module')}"]
    return "\n".join([*lines, *filter(None, [laid_out(found, style)])]) + "\n"


def corrected(module, names: tuple[str, ...]) -> str:
    """`your course has corrected 'construct' and 2 more cells of 12 benchmarking: tito update`"""
    more = f" and {count(len(names) - 1, 'more cell', 'more cells')}" if len(names) > 1 else ""
    return f"your course has corrected {names[0]}{more} of {module_name(module)}: tito update"


def updated(each: Updated, width: int = WIDTH, style: Style = PLAIN) -> str:
    """One module after an update: what the course has changed, what is in it of the learner's, what is kept."""
    changes = list(dict.fromkeys(each.merge.changes))
    head = f"{module_name(each.module)}: your course has corrected {count(len(changes), 'cell')}"
    lines = [style.bold(head), "", *(_change(change, width, style) for change in changes)]
    theirs = [count(n, noun) for n, noun in ((each.merge.answers, "answer"), (each.merge.own_cells, "own cell")) if n]
    if theirs:
        lines.append(f"  {style.green('✓')} your {listed(theirs)} {_are(each)} in the new notebook")
    if each.rival:
        text = f"{each.rival.name} had changes too, which are older; they are kept, and not in it"
        lines.append(_item("!", text, width, style))
    return "\n".join([*lines, f"  {_kept_words(each.kept)}", ""])


def _are(each: Updated) -> str:
    return "is" if each.merge.answers + each.merge.own_cells == 1 else "are"


def _change(change: CellChange, width: int, style: Style) -> str:
    sign = "!" if change.what in ("conflict", "merged", "kept") else "↻"
    return _item(sign, f"{change.name}: {WORDS[change.what]}", width, style)


def _item(sign: str, text: str, width: int, style: Style) -> str:
    coloured = style.yellow(sign) if sign == "!" else sign
    lines = textwrap.wrap(text, max(20, width - 4), break_long_words=False, break_on_hyphens=False)
    return f"  {coloured} " + "\n    ".join(lines)


def _kept_words(entry: JournalEntry) -> str:
    return f"what you had is kept: tito undo {entry.number}"


def kept(entry: JournalEntry, root: Path, style: Style = PLAIN) -> str:
    """Where the files are as they were, and how they come back."""
    return style.dim(f"{_kept_words(entry)}  ({entry.folder.relative_to(root).as_posix()})")


def difference(each: CellDifference, style: Style = PLAIN) -> str:
    """One changed cell, as a unified diff."""
    head = f"{style.bold(each.name)} · {WHOSE[each.kind]} · +{each.added} -{each.removed}"
    return "\n".join([head, *(_diff_line(line, style) for line in each.lines), ""])


def _diff_line(line: str, style: Style) -> str:
    paint = {"+": style.green, "-": style.red, "@": style.dim}.get(line[:1], str)
    return "  " + paint(line)


def parts(cells: dict[str, Cell], width: int = WIDTH, style: Style = PLAIN) -> str:
    """What can be put back as it was given: the cells to fill in, and below each the functions and methods in it."""
    inside = {name: [part for part in definitions(cell.source) if _is_public(part)] for name, cell in cells.items()}
    times = Counter(_short(part) for found in inside.values() for part in found)
    lines = []
    for name, found in inside.items():
        said = ", ".join(_short(part) if times[_short(part)] == 1 else part for part in found)
        lines += [style.bold(name), *([indented(said, 4, width)] if said else [])]
    return "\n".join(lines)


def _short(part: str) -> str:
    return part.rpartition(".")[2]


def _is_public(part: str) -> bool:
    return not _short(part).startswith("_")


def was_reset(done: Reset, style: Style = PLAIN) -> str:
    """`write-double is as it was given again`"""
    return f"{style.bold(done.part.name)} is as it was given again"


def entries(known: Iterable[JournalEntry], style: Style = PLAIN) -> str:
    """What was kept, a line for each change, the latest first."""
    rows = [(entry.number, when(entry.at), f"{entry.verb} {entry.of}") for entry in known]
    return "\n".join(f"{number:>4}  {style.dim(at)}  {what}" for number, at, what in rows)


def undone(entry: JournalEntry, kept_now: JournalEntry, width: int = WIDTH, style: Style = PLAIN) -> str:
    """What was brought back, and how to undo that."""
    works = [Path(file.name).name for file in entry.files if file.copy and not file.name.startswith(".tito/")]
    names = listed(works) if works else "nothing"
    text = f"undone: {entry.verb} {entry.of}. Brought back: {names}, as of {when(entry.at)}"
    return "\n".join([*textwrap.wrap(text, width, break_on_hyphens=False), style.dim(_kept_words(kept_now))])
