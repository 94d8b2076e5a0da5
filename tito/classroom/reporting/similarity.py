"""Hand-ins that are much alike: a hint where to look, never a verdict.

The measure is that of winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003), on the learner's own cells. Comments, docstrings and white space are left out. A name
stays where it is Python's own, or called or an attribute and the release has it; every other one reads the same, and
so does every text, so that renaming changes nothing. Of each `GRAM` tokens in a row a hash is made, and of each
`WINDOW` hashes in a row the smallest is kept: whatever two works share over `GRAM + WINDOW - 1` tokens of a function is
found, wherever it stands in each.

What the release or the reference solution has too is taken out, and so is what more than a tenth of the class
has, or more than `MANY_HAVE` people. Two works are alike when of the rest of the shorter one at least `SHARE` stands
in the other, and at least `FEWEST` fingerprints: short works of the same task look alike by themselves. Time grows
with the fingerprints, not with pairs.
"""

from __future__ import annotations

import builtins
import keyword
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING

from tito.lesson.notebook import Cell, Notebook

if TYPE_CHECKING:
    import numpy as np

GRAM, WINDOW = 12, 8  # tokens, hashes
SHARE, FEWEST = 0.6, 15
COMMON, FEW_HAVE = 0.1, 5  # what this share of a class has is common, and what so few have never is
MANY_HAVE = 30  # however large the class: pairs grow with the square of it
FACTOR = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio, odd: Knuth, "The Art of Computer Programming" 3, 6.4
MOST_TOKENS = 40_000  # of a cell; nobody writes more, and what follows is not compared
_PYTHON = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins)))
_TOKEN = re.compile(
    r"""[ \t]*(?:
    (?P<name>(?>[^\W\d]\w*)(?!['"]))
    |(?P<line>\n)
    |(?P<comment>\#[^\n]*)
    |(?P<text>[rbfuRBFU]{0,2}(?:
        '(?>''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*''')
        |"(?>""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\")
        |'(?>[^'\\\n]*(?:\\.[^'\\\n]*)*')
        |"(?>[^"\\\n]*(?:\\.[^"\\\n]*)*")))
    |(?P<number>\d[\w.]*)
    |(?P<sign>[^\w\s]))""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Fingerprint:
    """A kept hash, and the lines of the cell that it was made of, counted from 0."""

    hash: int
    cell: str
    first: int
    last: int


@dataclass(frozen=True)
class OwnCode:
    """The cells of a work that its learner wrote: the name and the source of each, and the fingerprints of all."""

    learner: str
    cells: tuple[tuple[str, str], ...]
    prints: tuple[Fingerprint, ...]


@dataclass(frozen=True)
class Pair:
    """Two works that are alike: the share of the shorter one that both have, and in which cells of the first."""

    first: str
    second: str
    share: float
    common: frozenset[int]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """What a class has in common from the start: the names and the fingerprints of the release and the reference."""

    names: frozenset[str]
    hashes: frozenset[int]


def given_by(release: Sequence[str], reference: Sequence[str]) -> Given:
    """What the sources of a release's cells and of its reference solution give to everybody."""
    names = frozenset(match["name"] for source in release for match in _TOKEN.finditer(source) if match["name"])
    found = [_hashes(codes) for source in (*release, *reference) for codes, _ in _definitions(source, names)]
    return Given(names, frozenset(int(each) for hashes in found for each in hashes))


def own_code(learner: str, submitted: Notebook, trusted: Notebook, given: Given) -> OwnCode:
    """The code that a learner wrote: every cell but those that the course handed out locked."""
    locked = {cell.grade_id for cell in trusted.cells if cell.is_locked}
    return code_of(learner, tuple((cell.id, cell.source) for cell in submitted.cells if _is_own(cell, locked)), given)


def code_of(learner: str, cells: tuple[tuple[str, str], ...], given: Given) -> OwnCode:
    """These cells as somebody's own code."""
    return OwnCode(learner, cells, tuple(_fingerprints(cells, given)))


def _is_own(cell: Cell, locked: set[str]) -> bool:
    return cell.kind == "code" and not (cell.grade_id and cell.grade_id in locked)


def alike(works: Iterable[OwnCode]) -> tuple[Pair, ...]:
    """The pairs of works that are alike, those that share most first."""
    by_learner = {work.learner: work for work in works}
    holders = _holders_of_telling(by_learner)
    sizes = Counter(learner for learners in holders.values() for learner in learners)
    shared: dict[tuple[str, str], set[int]] = defaultdict(set)
    for each, learners in holders.items():
        for first, second in combinations(sorted(learners), 2):
            shared[first, second].add(each)
    pairs = (
        _pair(by_learner[first], second, frozenset(found), min(sizes[first], sizes[second]))
        for (first, second), found in shared.items()
        if len(found) >= FEWEST
    )
    return tuple(sorted((p for p in pairs if p.share >= SHARE), key=lambda p: (-p.share, p.first, p.second)))


def _holders_of_telling(works: dict[str, OwnCode]) -> dict[int, list[str]]:
    """Who has each fingerprint, without those that many have."""
    holders: dict[int, list[str]] = defaultdict(list)
    for learner, work in works.items():
        for each in {one.hash for one in work.prints}:
            holders[each].append(learner)
    most = min(max(FEW_HAVE, int(COMMON * len(works))), MANY_HAVE)
    return {each: learners for each, learners in holders.items() if len(learners) <= most}


def _pair(first: OwnCode, second: str, common: frozenset[int], size: int) -> Pair:
    cells = dict.fromkeys(one.cell for one in first.prints if one.hash in common)
    return Pair(first.learner, second, len(common) / size, common, tuple(cells))


def _fingerprints(cells: Iterable[tuple[str, str]], given: Given) -> Iterator[Fingerprint]:
    """The fingerprints of a work, without those that the release or the reference has."""
    for name, source in cells:
        for found, first, last in _prints_of(source, given.names):
            if found not in given.hashes:
                yield Fingerprint(found, name, first, last)


@lru_cache(2_000)  # many cells of a class are the same: those that nobody has begun
def _prints_of(source: str, names: frozenset[str]) -> tuple[tuple[int, int, int], ...]:
    """The kept hashes of a cell, each with its first and last line."""
    return tuple(
        (int(hashes[place]), lines[place], lines[place + GRAM - 1])
        for codes, lines in _definitions(source, names)
        for hashes in [_hashes(codes)]
        for place in _winnowed(hashes)
    )


def _definitions(source: str, names: frozenset[str]) -> list[tuple[list[int], list[int]]]:
    """The tokens of a source, those of each function apart, so that their order is of no matter.

    Each token is a code and its line, counted from 0. Comments, docstrings and parentheses are left out.
    """
    found: list[tuple[list[int], list[int]]] = [([], [])]
    line, begins, before = 0, True, ""  # does a statement begin here? a text that stands there is a docstring
    for match in islice(_TOKEN.finditer(source), MOST_TOKENS):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "line":
            line, begins = line + 1, True
            continue
        if kind != "comment" and text not in "()" and not (kind == "text" and begins):
            if begins and text in ("def", "class", "@"):
                found.append(([], []))
            is_use = before == "." or source.startswith("(", match.end())
            found[-1][0].append(_code(_said(kind, text, names if is_use else _PYTHON)))
            found[-1][1].append(line)
            begins, before = False, text
        if kind == "text":
            line += text.count("\n")
    return found


def _said(kind: str, text: str, names: frozenset[str]) -> str:
    """A token as it is compared."""
    if kind == "name":
        return text if text in names or text in _PYTHON else "N"
    return "T" if kind == "text" else text


@lru_cache(20_000)
def _code(token: str) -> int:
    """A number for a token, the same on every machine."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass"))


def _hashes(codes: list[int]) -> np.ndarray:
    """A hash of each `GRAM` tokens in a row, by a polynomial in 64 bits whose upper half is mixed into the lower."""
    import numpy as np

    if len(codes) < GRAM:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(np.array(codes, np.uint64), GRAM)
    factors = np.array([pow(FACTOR, power, 2**64) for power in range(GRAM)], np.uint64)
    total = (windows * factors).sum(axis=1, dtype=np.uint64)
    mixed: np.ndarray = (total ^ (total >> np.uint64(32))) * np.uint64(FACTOR)
    return mixed


def _winnowed(hashes: np.ndarray) -> list[int]:
    """The places of the smallest hash of each window; the last of equal ones."""
    import numpy as np

    if len(hashes) <= WINDOW:
        return [int(hashes.argmin())] if len(hashes) else []
    windows = np.lib.stride_tricks.sliding_window_view(hashes, WINDOW)[:, ::-1]
    places = np.arange(len(windows)) + WINDOW - 1 - windows.argmin(axis=1)
    return [int(place) for place in np.unique(places)]
