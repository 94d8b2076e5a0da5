"""Two people's edits of one text put together, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple


class _Edit(NamedTuple):
    """The lines from `first` up to `last` of the old text, counted from 0, become `lines`."""

    first: int
    last: int
    lines: tuple[str, ...]


def merged_lines(old: str, mine: str, new: str) -> str | None:
    """`old` with both edits in it; None where the two touch the same lines and don't agree."""
    before = old.split("\n")
    ours, theirs = set(_edits(before, mine.split("\n"))), set(_edits(before, new.split("\n")))
    if any(_clash(one, other) for one in ours for other in theirs):
        return None
    for edit in sorted(ours | theirs, reverse=True):  # from the end, so that numbers of lines stay true
        before[edit.first : edit.last] = edit.lines
    return "\n".join(before)


def _edits(old: list[str], new: list[str]) -> Iterator[_Edit]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (_Edit(i, j, tuple(new[k:m])) for tag, i, j, k, m in blocks if tag != "equal")


def _clash(one: _Edit, other: _Edit) -> bool:
    """Do two different edits touch a line in common, or insert at one place?"""
    if one == other:
        return False
    both_insert = one.first == one.last == other.first == other.last
    return both_insert or max(one.first, other.first) < min(one.last, other.last)
