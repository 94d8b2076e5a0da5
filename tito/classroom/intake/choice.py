"""Chooses which of a learner's hand-ins for a module counts: the latest in time that can be read.

The files alone decide, never the order of collecting, nor a hash. Where nothing tells the later of two, none
counts and a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tito.classroom.intake.arrival import COPY, HandIn
from tito.classroom.intake.filenames import folded, numbers_in

_Ordered = TypeVar("_Ordered", datetime, tuple[int, ...])


@dataclass(frozen=True)
class Candidate:
    """One time that the kept file called `original` was handed in."""

    original: str
    handin: HandIn


@dataclass(frozen=True)
class Choice:
    """What counts, or why nothing does. `is_late`: all came too late. `tie`: hand-ins that nothing puts in order."""

    chosen: Candidate | None
    reason: str = ""
    is_late: bool = False
    tie: tuple[Candidate, ...] = ()


def choose(candidates: Iterable[Candidate], due: datetime | None, has_extension: bool) -> Choice:
    """Choose among all candidates; those with checks of the module go before others, and both before the unreadable."""
    everything = list(candidates)
    in_time = [c for c in everything if lateness(c.handin, due, has_extension) != "late"]
    if not in_time:
        return Choice(None, "handed in after the deadline: kept, not graded", is_late=bool(everything))
    best = max(_rank(c.handin) for c in in_time)
    latest = _latest([c for c in in_time if _rank(c.handin) == best])
    if len({c.original for c in latest}) > 1:
        names = ", ".join(sorted({c.handin.path for c in latest}))
        return Choice(None, f"nothing tells which is the later of {names}", tie=tuple(latest))
    chosen = max(latest, key=lambda c: (c.handin.at is not None, str(c.handin.moment), c.handin.path))
    return Choice(chosen, chosen.handin.problem)


def _rank(handin: HandIn) -> int:
    return 0 if handin.problem else 2 if handin.has_checks else 1


def lateness(handin: HandIn, due: datetime | None, has_extension: bool) -> str:
    """`in time`, `late`, or `unknown`: what can't be told is never called late."""
    if due is None:
        return "in time"
    if handin.at is not None:
        return "in time" if handin.at <= due else "late"
    is_doubtful = handin.late and handin.source == COPY  # a copy's file may have any time
    if handin.seen is not None and handin.seen <= due and not is_doubtful:
        return "in time"
    if handin.late is not None and not has_extension:
        return "late" if handin.late else "in time"  # the platform's word, about its own due date
    if handin.late is None and handin.claim is not None:
        return "in time" if handin.claim <= due else "late"
    return "unknown"


def _latest(candidates: list[Candidate]) -> list[Candidate]:
    """Those that have no later one; all of them where each has a later one."""
    found = [c for c in candidates if not any(_is_later(other.handin, c.handin) for other in candidates)]
    return found or candidates


def _is_later(one: HandIn, other: HandIn) -> bool:
    return _order(one, other) > 0


def _order(one: HandIn, other: HandIn) -> int:
    """Above 0 where `one` is the later attempt, 0 where nothing tells."""
    orders = (_by_resubmission, _by_attempt, _by_moment, _by_name)
    return next((found for order in orders if (found := order(one, other))), 0)


def _compared(one: _Ordered, other: _Ordered) -> int:
    """1, 0 or -1: is `one` the greater, equal, or the smaller?"""
    return (one > other) - (one < other)


def _by_resubmission(one: HandIn, other: HandIn) -> int:
    """Canvas numbers what is handed in anew under the same name: `work.ipynb`, `work-1.ipynb`."""
    if one.platform != other.platform or not (one.attempt and other.attempt):
        return 0
    return _by_name(one, other)


def _by_attempt(one: HandIn, other: HandIn) -> int:
    same = one.platform == other.platform and one.attempt and other.attempt
    return _compared(one.attempt, other.attempt) if same else 0


def _by_moment(one: HandIn, other: HandIn) -> int:
    return _compared(one.moment, other.moment) if one.moment and other.moment else 0


def _by_name(one: HandIn, other: HandIn) -> int:
    """Where names differ in numbers alone, the higher one: `attempt 2/work.ipynb`, `work (1).ipynb`."""
    (plain, numbers), (others_plain, others) = (numbers_in(folded(h.file)) for h in (one, other))
    return _compared(numbers, others) if plain == others_plain else 0


def attempt_of(candidate: Candidate, candidates: list[Candidate]) -> str:
    """`2 of 3`, "" where there is one only."""
    originals = {c.original for c in candidates}
    earlier = {c.original for c in candidates if _is_later(candidate.handin, c.handin)} - {candidate.original}
    return f"{len(earlier) + 1} of {len(originals)}" if len(originals) > 1 else ""
