"""Making strangers' text safe to show: it can't move the cursor, colour a line or reverse the writing.

What a learner's code prints, the names of files and the texts of notebooks are
shown on a terminal and in pages, next to our own texts.
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
    """`text` with a � for each unsafe character, cut after `most` characters."""
    kept = _UNFIT.sub("�", text)
    return kept if most is None or len(kept) <= most else kept[: most - 1] + "…"


def in_one_line(text: str, most: int | None = None) -> str:
    """The same without line breaks and tabs, so that one entry of a list can't look like two."""
    return plain(re.sub(r"[\n\t]+", " ", text), most)


def with_colours_only(text: str) -> str:
    """`text` for a terminal: colours stay, every other unsafe character becomes a �."""
    return _BARE_ESCAPE.sub(lambda found: found[1] or "�", text)


def no_formula(text: str) -> str:
    """Text that no spreadsheet runs as a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text
