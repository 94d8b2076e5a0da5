"""Fingerprints of the last report, so that the next one makes those of new hand-ins alone.

`course/compared/<module>.json` has those of the hand-ins that were compared last, by a hash of all that they are made
of: the file, the lesson, and the code that makes them. It may be removed at any time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tito.classroom.reporting import similarity
from tito.classroom.reporting.similarity import Fingerprint
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.notebook import Notebook, digest
from tito.support.files import write_atomic

Prints = tuple[Fingerprint, ...]
KeptPrints = Mapping[str, Prints]  # by key


def lesson_key(module: Module, trusted: Notebook) -> str:
    """What stands for all that fingerprints are made of but the hand-in."""
    code = Path(similarity.__file__).read_bytes()
    return digest(code, notebook.as_json(trusted), repr(module.renamed))


def key_of(lesson: str, content: bytes) -> str:
    """What stands for the fingerprints of a hand-in with these bytes."""
    return digest(lesson, content)


def read_kept(course: Course, module: Module) -> KeptPrints:
    """The fingerprints of the last report; none where there is no such file, or one that can't be read."""
    try:
        data = json.loads(course.compared(module).read_bytes())
        return {key: tuple(_from_lists(cells)) for key, cells in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # they are made again


def write_kept(course: Course, module: Module, kept: KeptPrints) -> None:
    """Keep these, and none of before."""
    text = json.dumps({key: _as_lists(prints) for key, prints in sorted(kept.items())}, separators=(",", ":"))
    write_atomic(course.compared(module), text)


def _as_lists(prints: Prints) -> dict[str, list[int]]:
    """By cell: hash, first and last line of each, one after the other."""
    found: dict[str, list[int]] = defaultdict(list)
    for each in prints:
        found[each.cell] += (each.hash, each.first, each.last)
    return found


def _from_lists(cells: dict[str, list[int]]) -> Iterator[Fingerprint]:
    for cell, numbers in cells.items():
        for hash_, first, last in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            yield Fingerprint(int(hash_), cell, int(first), int(last))
