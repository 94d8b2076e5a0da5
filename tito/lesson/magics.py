"""IPython's own lines in a code cell: `%matplotlib inline`, `!pip install`, `%%time`.

They mean something to a notebook and nothing to a Python module, so they are
left out of exported code.
"""

from __future__ import annotations

import ast
import re

_LINE = re.compile(r"^(\s*+)(?:[\w, ]++=\s*+)?+([%!].*)$")  # never goes back: a line may be a million spaces
_WRAPPERS = ("%%time", "%%timeit", "%%capture", "%%prun")  # their cells are Python all the same


def without_magics(source: str) -> tuple[str, tuple[str, ...]]:
    """The Python of a cell, line for line, and the magic lines that were blanked out.

    A cell that parses has no magics: `% b` may well begin a line of arithmetic.
    """
    if not any(_LINE.match(line) for line in source.split("\n")) or parses(source):
        return source, ()
    lines = source.split("\n")
    if lines[0].startswith("%%") and lines[0].split()[0] not in _WRAPPERS:
        return "\n" * source.count("\n"), (lines[0],)
    found = {number: match for number, line in enumerate(lines) if (match := _LINE.match(line))}
    for number, match in found.items():
        lines[number] = f"{match[1]}pass" if match[1] else ""
    return "\n".join(lines), tuple(match[2] for match in found.values())


def parses(source: str) -> bool:
    """Is `source` Python?"""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a learner's cell may hold anything
        return False
    return True
