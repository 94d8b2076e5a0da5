"""Judging a server run from the device's own record: who waited, and is the wait in the latencies?

A device that serves one query at a time decides by itself who waits. A query
that was asked for while the device was busy has waited; one that found it idle
has not (D. V. Lindley, "The theory of queues with a single server", 1952).
Latencies may be sorted, so they are matched to queries as a whole.
"""

from __future__ import annotations

import heapq
import math
from itertools import pairwise

from tito.tools.benchmarking.instruments import Call

SLACK_S = 0.006
"""How late an idle device may be asked: for servers that poll every few milliseconds."""

_TINY_S = 5e-5

SIGMAS = 6.5
"""How wide bounds for chance are, in standard deviations: the odds of a false alarm are below 1 in 10**9."""


def queued(calls: list[Call]) -> list[Call]:
    """The calls that were asked for before or just when the device became free: these have waited."""
    return [call for before, call in pairwise(calls) if call.asked_s <= before.end_s + _TINY_S]


def starts_without_a_wait(calls: list[Call]) -> list[float]:
    """When the queries were asked that found the device free: the others start when it is, not when they arrive."""
    return [call.asked_s for before, call in pairwise(calls) if call.asked_s > before.end_s + SLACK_S]


def in_turn(calls: list[Call], size: int) -> bool:
    """Did each call ask for the sample after the last call's, of `size` that go round?"""
    return all(after.samples[0] == (before.samples[0] + 1) % size for before, after in pairwise(calls))


def showing_a_wait(latencies: list[float], service_s: float) -> list[float]:
    """The latencies that are longer than service alone can explain."""
    return [latency for latency in latencies if latency > service_s + SLACK_S]


def latencies_are_feasible(calls: list[Call], latencies: list[float]) -> bool:
    """Can the latencies run from arrivals that, served in turn, left this record?

    Each call bounds its own latency: from below by the moment it was asked
    for, from above by the arrival that ended the device's last idle spell.
    Feasible when every latency finds a call of its own.
    """
    bounds = sorted(_latency_bounds(calls))
    waiting: list[float] = []
    place = 0
    for latency in sorted(latencies):
        while place < len(bounds) and bounds[place][0] <= latency:
            heapq.heappush(waiting, bounds[place][1])
            place += 1
        if not waiting or heapq.heappop(waiting) < latency:
            return False
    return place == len(bounds) and not waiting


def _latency_bounds(calls: list[Call]) -> list[tuple[float, float]]:
    """The least and the most that each call's latency can be.

    After a stall a long line has come due. Who reads a clock for each query of it asks the device a few milliseconds
    late, and that is no idle spell.
    """
    bounds = []
    spell_began, free_at, before_s = -math.inf, -math.inf, 0.0
    for call in calls:
        after_a_stall = before_s > 10 * call.service_s
        if call.asked_s > free_at + (SLACK_S if after_a_stall else _TINY_S):
            spell_began = call.asked_s
        free_at, before_s = call.end_s, call.service_s
        bounds.append((call.end_s - call.asked_s - _TINY_S, call.end_s - spell_began + SLACK_S))
    return bounds


def within_chance(count: int, expected: float) -> bool:
    """Can a Poisson count be this far from what is expected? False at odds below 1 in 10**9."""
    return abs(count - expected) <= SIGMAS * math.sqrt(expected) + 5


def within_five_sigma(count: int, expected: float) -> bool:
    """As `within_chance`, for counts so large that nothing has to be added: false at odds below 1 in 10**6."""
    return abs(count - expected) <= 5 * math.sqrt(expected)


def are_on_a_grid(times: list[float], grid_s: float = 0.01) -> bool:
    """Are four of five times whole multiples of `grid_s` after the first, to 0.3 ms? By chance 6 % are."""
    off = [abs((time - times[0] + grid_s / 2) % grid_s - grid_s / 2) for time in times[1:]]
    return len(off) >= 20 and sum(each < 3e-4 for each in off) > 0.8 * len(off)


def gaps_between(times: list[float], rate: float = 1.0) -> list[float]:
    """The gaps between arrivals, in mean gaps of a process with this rate."""
    return [(after - before) * rate for before, after in pairwise(times)]


def variation_of(gaps: list[float]) -> float:
    """The gaps' standard deviation by their mean: 1 for exponential gaps, 0.58 for uniform, 0 for equal ones."""
    mean = sum(gaps) / len(gaps)
    return math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean


def are_exponential(gaps: list[float]) -> bool:
    """Do as many gaps as should exceed 1/4, 1 and 2.2 mean gaps? Polling may shift the shares a little.

    From 450 gaps on the last can fail from below too: 0.111 is more than what chance and polling may take.
    """
    for mean_gaps, polled in ((0.25, 0.05), (1.0, 0.05), (2.2, 0.01)):
        share = math.exp(-mean_gaps)
        found = sum(gap > mean_gaps for gap in gaps) / len(gaps)
        if abs(found - share) > SIGMAS * math.sqrt(share * (1 - share) / len(gaps)) + polled:
            return False
    return True


def whole_numbers(metadata) -> set[int]:
    """Every whole number that a run's metadata names, in dicts of dicts too."""
    found: set[int] = set()
    if isinstance(metadata, dict):
        found.update(*(whole_numbers(value) for value in metadata.values()))
    elif hasattr(metadata, "item") and getattr(metadata, "size", 0) == 1:
        found |= whole_numbers(metadata.item())
    elif isinstance(metadata, (int, float)) and not isinstance(metadata, bool) and float(metadata).is_integer():
        found.add(int(metadata))
    return found
