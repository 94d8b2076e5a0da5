"""When a class handed in: each hand-in once, with its time and whether it was late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tito.classroom.deadlines import Deadlines
from tito.classroom.intake.archive import HandInRecord
from tito.classroom.intake.choice import lateness
from tito.course.course import Module

MOST_SPANS = 40  # bars of a figure
STEPS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24))


@dataclass(frozen=True)
class HandInTime:
    """One time that a learner handed something in; `lateness` is `in time`, `late` or `unknown`."""

    learner: str
    at: datetime
    lateness: str = "in time"

    @property
    def is_late(self) -> bool:
        return self.lateness == "late"


@dataclass(frozen=True)
class Span:
    """A stretch of time, and how many hand-ins came in it, those that were late apart."""

    start: datetime
    in_time: int
    late: int

    @property
    def count(self) -> int:
        return self.in_time + self.late


def arrivals_of(record: HandInRecord, module: Module, learner: str, deadlines: Deadlines) -> tuple[HandInTime, ...]:
    """Every hand-in in a learner's record whose time is known, the first one first."""
    due, extended = deadlines.of(module, learner), deadlines.has_extension(module, learner)
    handins = {handin for found in record.files.values() for handin in found}
    found = {HandInTime(learner, handin.at, lateness(handin, due, extended)) for handin in handins if handin.at}
    return tuple(sorted(found, key=lambda arrival: (arrival.at, arrival.lateness)))


def spans(arrivals: tuple[HandInTime, ...]) -> tuple[Span, ...]:
    """The hand-ins over time: in steps of an hour, a day, a week, as many as a figure can show."""
    if not arrivals:
        return ()
    first, last = min(a.at for a in arrivals), max(a.at for a in arrivals)
    step = next((step for step in STEPS if (last - first) / step < MOST_SPANS - 1), (last - first) / (MOST_SPANS - 2))
    start = _floor(first, step)
    counts = [[0, 0] for _ in range(int((last - start) / step) + 1)]
    for arrival in arrivals:
        counts[int((arrival.at - start) / step)][arrival.is_late] += 1
    return tuple(Span(start + number * step, *pair) for number, pair in enumerate(counts))


def _floor(at: datetime, step: timedelta) -> datetime:
    """The beginning of the step that a time lies in, counted from local midnight."""
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // step) * step
