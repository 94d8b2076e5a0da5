"""The parts that a check goes through, and what they earn together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A part of a check once it has run: what it is worth and the error that lost it, if any.

    One that is `beside` others counts only with one of them.
    """

    points: float
    title: str
    error: BaseException | None = None
    beside: bool = False

    @property
    def held(self) -> bool:
        return self.error is None


def points_earned(parts: Iterable[Part]) -> float:
    """The points of the parts that held; nothing as long as only parts beside others did."""
    held = [part for part in parts if part.held]
    return sum(part.points for part in held) if any(not part.beside for part in held) else 0.0
