"""The parts that a check goes through, and what they earn together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class NamedMistake(str):
    """The words of an assert about a mistake that has a name, such as "closed-loop"."""

    name: str

    def __new__(cls, name: str, words: str):
        mistake = super().__new__(cls, words)
        mistake.name = name
        return mistake


def mistake_named_by(error: BaseException, usual: str) -> str:
    """The name that the words of an assert give to the mistake; `usual`, its part's, where they give none."""
    words = error.args[0] if error.args else ""
    return words.name if isinstance(words, NamedMistake) else usual


@dataclass(frozen=True)
class Part:
    """A part of a check once it has run: what it is worth and the error that lost it, if any.

    One that is `beside` others counts only with one of them. `mistake` is the name of what loses it as a rule.
    """

    points: float
    title: str
    error: BaseException | None = None
    beside: bool = False
    mistake: str = ""

    @property
    def held(self) -> bool:
        return self.error is None


def points_earned(parts: Iterable[Part]) -> float:
    """The points of the parts that held; nothing as long as only parts beside others did."""
    held = [part for part in parts if part.held]
    return sum(part.points for part in held) if any(not part.beside for part in held) else 0.0
