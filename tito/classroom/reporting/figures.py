"""The pictures of a report, as numbers: where each bar stands, and what is said of it in words.

The template `figures.html` draws them as inline SVG, so that a page needs no script and prints as it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from tito.classroom.intake.times import in_words
from tito.classroom.reporting.arrivals import HandInTime, Span, spans
from tito.classroom.reporting.check_counts import Tally
from tito.support.points import points_text

WIDTH, HEIGHT, BASE, TOP = 360.0, 150.0, 126.0, 16.0  # of a figure; where its bars stand, and how far they reach
BINS = 10
KINDS = ("passed", "failed", "not-started", "not-reached")


@dataclass(frozen=True)
class Bar:
    """A rectangle of a figure; `label` is what stands above it."""

    x: float
    y: float
    width: float
    height: float
    kind: str = "passed"
    label: str = ""


@dataclass(frozen=True)
class Tick:
    """A word on a figure's axis; `anchor` is SVG's `start`, `middle` or `end`."""

    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Figure:
    """A picture: bars, words under them, and `words` for who can't see it; `lines` are moments such as a deadline."""

    words: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Tick, ...] = field(default=())


def distribution(points: Sequence[float], max_points: float) -> Figure | None:
    """How many learners have how many points, in ten steps; None for nobody, or where nothing can be earned."""
    if not points or max_points <= 0:
        return None
    most = max(max_points, *points)  # extra credit goes beyond the maximum
    edges = [most * number / BINS for number in range(BINS + 1)]
    counts = [0] * BINS
    for each in points:
        counts[min(BINS - 1, int(BINS * each / most))] += 1
    said = [
        f"{count} from {points_text(low)} to {points_text(high)}"
        for count, (low, high) in zip(counts, pairwise(edges), strict=True)
        if count
    ]
    width = WIDTH / BINS
    bars = tuple(_column(number * width, width, count, max(counts)) for number, count in enumerate(counts) if count)
    ticks = tuple(Tick(number * width, points_text(edges[number]), _anchor(number)) for number in range(0, BINS + 1, 2))
    return Figure(f"Points of {len(points)}: {', '.join(said)}", bars, ticks)


def _anchor(number: int) -> str:
    return {0: "start", BINS: "end"}.get(number, "middle")


def _column(x: float, width: float, count: int, most: int, below: int = 0, kind: str = "passed") -> Bar:
    """A bar of `count`, on top of one of `below`; `most` reaches to the top."""
    unit = (BASE - TOP) / most
    label = str(count + below)
    return Bar(x + 1, BASE - unit * (count + below), width - 2, unit * count, kind, label)


def over_time(arrivals: tuple[HandInTime, ...], due: datetime | None) -> Figure | None:
    """When hand-ins came, the late ones on top of the others; None where no time is known."""
    steps = spans(arrivals)
    if not steps:
        return None
    width, most = min(WIDTH / len(steps), 60.0), max(step.count for step in steps)
    bars = [bar for number, step in enumerate(steps) for bar in _stacked(number * width, width, step, most)]
    late = sum(step.late for step in steps)
    words = f"{len(arrivals)} hand-ins from {in_words(steps[0].start)}, {late} of them late"
    first, last = (in_words(at).partition(",")[0] for at in (steps[0].start, max(a.at for a in arrivals)))
    ticks = (Tick(0, first, "start"), *((Tick(WIDTH, last, "end"),) if last != first else ()))
    return Figure(words, tuple(bars), ticks, _deadline(due, steps, width))


def _stacked(x: float, width: float, step: Span, most: int) -> list[Bar]:
    bars = []
    if step.in_time:
        bars.append(_column(x, width, step.in_time, most))
    if step.late:
        bars.append(_column(x, width, step.late, most, below=step.in_time, kind="failed"))
    return bars


def _deadline(due: datetime | None, steps: tuple[Span, ...], width: float) -> tuple[Tick, ...]:
    """The deadline's line, where it falls among the bars."""
    if due is None or len(steps) < 2:
        return ()
    at = (due - steps[0].start) / (steps[1].start - steps[0].start) * width
    return (Tick(at, "due", "end" if at > WIDTH / 2 else "start"),) if 0 <= at <= WIDTH else ()


def shares(tally: Tally, width: float = 120.0) -> tuple[Bar, ...]:
    """A tally as the pieces of one lying bar."""
    counts = (tally.passed, tally.failed, tally.not_started, tally.not_reached)
    bars, x = [], 0.0
    for kind, count in zip(KINDS, counts, strict=True):
        if count:
            share = width * count / tally.total
            bars.append(Bar(round(x, 2), 0.0, round(share, 2), 10.0, kind))
            x += share
    return tuple(bars)
