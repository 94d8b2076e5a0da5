"""Text of strangers, fit to be shown: nothing in it moves the cursor, colours a line, or turns its letters round.

What a learner's code says, what a file is called and what a notebook claims all
end up on a terminal and in pages beside what we say ourselves.
"""

from __future__ import annotations

import re

# Control characters but for tab and line feed; separators of lines that only some programs know; what has no
# width or turns the direction of writing, as in "Trojan Source" (CVE-2021-42574); tags; half surrogate pairs.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_COLOUR = r"\x1b\[[0-9;]*m"
_BARE_ESCAPE = re.compile(rf"({_COLOUR})|{_UNFIT.pattern}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain(text: str, most: int | None = None) -> str:
    """`text` with a � for each character that is not fit to be shown, cut after `most` characters."""
    kept = _UNFIT.sub("�", text)
    return kept if most is None or len(kept) <= most else kept[: most - 1] + "…"


def in_one_line(text: str, most: int | None = None) -> str:
    """The same, without line breaks and tabs: a line of a list can't look like two."""
    return plain(re.sub(r"[\n\t]+", " ", text), most)


def with_colours_only(text: str) -> str:
    """`text` for a terminal: of all that is not fit to be shown, colours alone are let through."""
    return _BARE_ESCAPE.sub(lambda found: found[1] or "�", text)


def no_formula(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text
