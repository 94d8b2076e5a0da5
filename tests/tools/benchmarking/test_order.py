"""Who was measured when, told from the models' own records."""

import random

from tito.tools.benchmarking.instruments import TimedModel, samples
from tito.tools.benchmarking.order import Race, always_in_the_same_order
from tito.tools.testing import virtual_time


def raced(turns, calls_a_turn=5):
    """A race in which "a" and "b" get their turns as told."""
    models = {"a": TimedModel(0.010), "b": TimedModel(0.012)}
    with virtual_time():
        for who in turns:
            for sample in samples(calls_a_turn):
                models[who](sample)
    return Race(models["a"], models["b"])


def test_spells():
    race = raced("abba", 2)
    assert race.spells == [("a", 2), ("b", 4), ("a", 2)]
    assert race.fewest == 4 and race.samples_of("a") == {0, 1}


def test_one_after_the_other():
    assert raced("aaaabbbb").is_one_after_the_other
    assert raced("a" + "b" + "a" * 20 + "b" * 20).is_one_after_the_other, "a warm-up does not make it interleaved"
    assert not raced("abab").is_one_after_the_other


def test_a_fixed_order_is_told_from_chance():
    assert always_in_the_same_order([raced("ab" * 12) for _ in range(3)])
    assert not always_in_the_same_order([raced("ab" * 3) for _ in range(3)]), "too few turns to tell"
    coin = random.Random(0)
    assert not always_in_the_same_order(
        [raced("".join(coin.choice(["ab", "ba"]) for _ in range(12))) for _ in range(3)]
    )


def test_how_a_scenario_looks():
    single = raced("ab")
    assert single.looks_like("single_stream") and not single.looks_like("server") and not single.looks_like("offline")
