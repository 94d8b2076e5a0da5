"""What a code cell may hold that a percent-format file can't: its marks as comments, and characters that end a line.

Jupytext has no escape for a comment like `# %%` inside a cell. We write it as
`# \\%%`, and read that as `# %%` again.
"""

from __future__ import annotations

import re

_MARKS = r"(?:%%|<\w+cell>|In\s*\[)"  # of the formats that Jupytext takes for percent: Spyder's, IPython's, nbconvert's
_MARK = re.compile(rf"^([ \t]*#[ \t]*)(\\*{_MARKS})", re.MULTILINE)
_ESCAPED = re.compile(rf"^([ \t]*#[ \t]*)\\(\\*{_MARKS})", re.MULTILINE)
_COMMAND = re.compile(r"[ \t]*[a-z]+(?:[ \t].*)?$")  # IPython's `ls` and `cat x`, without the %
SEPARATORS = "\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"  # for str.splitlines() they end a line, for Python they don't
_NONCHARACTERS = [chr(code) for code in range(0xFDD0, 0xFDF0)]  # Unicode keeps these for use inside a program


def with_escapes(source: str) -> str:
    """A cell's source with a backslash in each comment that would begin a cell."""
    return _MARK.sub(r"\1\\\2", source)


def without_escapes(source: str) -> str:
    """The same, read again."""
    return _ESCAPED.sub(r"\1\2", source)


def with_comments(source: str, text: str) -> str:
    """A cell in which comments are comments again that Jupytext took for commands: `# cat both` became `cat both`.

    `text` is the file, where they still are comments.
    """
    lines = source.split("\n")
    if not any(map(_COMMAND.match, lines)):
        return source
    there = set(text.split("\n"))
    return "\n".join(_commented(line, there) if _COMMAND.match(line) and line not in there else line for line in lines)


def _commented(line: str, there: set[str]) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    candidates = (f"{indent}{sign}{line.lstrip()}" for sign in ("# ", "#"))
    return next((candidate for candidate in candidates if candidate in there), line)


class Separators:
    """Puts characters that only some programs take for the end of a line out of Jupytext's sight, and back."""

    def __init__(self, text: str):
        free = (character for character in _NONCHARACTERS if character not in text)
        pairs = list(zip(SEPARATORS, free, strict=False))
        self._hide = str.maketrans(dict(pairs))
        self._show = str.maketrans({hidden: shown for shown, hidden in pairs})

    def hidden(self, text: str) -> str:
        return text.translate(self._hide)

    def shown(self, text: str) -> str:
        return text.translate(self._show)
