"""nbdev's directives: the comments at the top of a cell that say where it goes.

nbdev takes `#| export`, `#|export`, `# | export` (what formatters make of it),
`exporti` and `exports`, below blank lines, other directives and a cell magic.
Here they may also stand below a plain comment, such as Colab's `# @title`.
"""

from __future__ import annotations

import re

EXPORT = "#| export"
_EXPORT = re.compile(r"[ \t]*#[ \t]*\|[ \t]*(export[is]?)(?:[ \t:].*)?$")
_BEFORE_CODE = re.compile(r"[ \t]*(?:[#%].*)?$")  # blank, a comment, a magic


def export_directive(source: str) -> str:
    """The directive by which nbdev exports this cell: export, exporti or exports; "" when there is none."""
    found = _find(source)
    return found[1] if found else ""


def with_directive_first(source: str) -> str:
    """The cell with its directive in the first line, in the spelling and the place that nbdev always takes."""
    if source.startswith(f"{EXPORT}\n"):
        return source
    lines, found = source.split("\n"), _find(source)
    number, word = found or (None, "export")
    rest = [line for place, line in enumerate(lines) if place != number]
    return "\n".join([f"#| {word}", *rest])


def _find(source: str) -> tuple[int, str] | None:
    """The line of the export directive, counted from 0, and its word."""
    for number, line in enumerate(source.split("\n")):
        if match := _EXPORT.match(line):
            return number, match[1]
        if not _BEFORE_CODE.match(line):
            return None
    return None
