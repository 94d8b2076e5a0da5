"""The order in which two models were measured, from their own records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby, pairwise


class Race:
    """Two models that are measured against each other: who was called when, and with which samples."""

    def __init__(self, model_a, model_b):
        self._models = {"a": model_a, "b": model_b}

    @cached_property
    def spells(self) -> list[tuple[str, int]]:
        """Whose turn it was, "a" or "b", and for how many calls before the other had one; once both have run."""
        calls = sorted(
            (call.asked_s, i, who) for who, model in self._models.items() for i, call in enumerate(model.calls)
        )
        return [(who, len(list(spell))) for who, spell in groupby(who for _, _, who in calls)]

    @property
    def fewest(self) -> int:
        """Calls of the model that was called less."""
        return min(len(model.calls) for model in self._models.values())

    @property
    def is_one_after_the_other(self) -> bool:
        """Did each model get nearly all of its calls in one go?"""
        return all(
            max((length for who, length in self.spells if who == name), default=0) >= 0.9 * len(model.calls)
            for name, model in self._models.items()
        )

    def looks_like(self, scenario: str) -> bool:
        """Were the models called as in `scenario`: after pauses in "server", with batches in "offline"?"""
        calls = sorted((call for model in self._models.values() for call in model.calls), key=lambda call: call.asked_s)
        pauses = [later.asked_s - sooner.end_s for sooner, later in pairwise(calls)]
        if scenario == "server":
            return sum(pause > 1e-3 for pause in pauses) >= 3
        return any(len(call.samples) > 1 for call in calls) is (scenario == "offline")

    def samples_of(self, who: str) -> set[int]:
        return {index for call in self._models[who].calls for index in call.samples}


def always_in_the_same_order(races: Sequence[Race]) -> bool:
    """Do the turns of all races alternate so strictly that no chance can be behind it?

    With a coin for who goes first in each pair, two turns of one model meet in
    half of the pairs and make a longer spell; that none do in 30 pairs has odds
    below 1 in 10**9. The first two spells may be warm-up.
    """
    middles = [race.spells[2:-1] for race in races]
    lengths = {length for middle in middles for _, length in middle}
    turns = sum(map(len, middles))
    return len(lengths) == 1 and (turns >= 60 or (turns >= 30 and _ends_in_half_a_spell(races)))


def _ends_in_half_a_spell(races: Sequence[Race]) -> bool:
    """Is the last spell of each race half as long as the one before: A BB AA BB … B, which is ABBA over and over?

    There each spell is the end of one pair and the beginning of the next, so that all are so long takes a coin that
    falls to the other side every time: in 30 pairs the odds are below 1 in 10**9.
    """
    return all(len(race.spells) > 2 and 2 * race.spells[-1][1] == race.spells[-2][1] for race in races)
