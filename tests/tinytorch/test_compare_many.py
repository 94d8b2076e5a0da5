"""Several models at once: adjusted p-values, false alarms held at alpha, real differences found."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import bdtri

from tinytorch.core.benchmarking import (
    ADJUSTMENTS,
    StatisticalValidator,
    TinyTorchPerf,
    adjust_benjamini_hochberg,
    adjust_holm,
    compare_many,
    judge_pairs,
)
from tito.tools.testing import virtual_time

pytestmark = pytest.mark.slow

FAMILIES, ROUNDS = 300, 20
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def most_alarms(families: int, alpha: float) -> int:
    """The count that a binomial of `families` and `alpha` exceeds with a probability of at most 1 %."""
    return next(k for k in range(families + 1) if bdtri(k, families, 0.99) >= alpha)


def simulated_rounds(rng, slowdowns, jitter=0.02):
    """Block medians in seconds, about 10 ms: the machine wanders from round to round, for all models alike."""
    weather = 1 + 0.1 * np.cumsum(rng.normal(size=ROUNDS)) / np.sqrt(ROUNDS)
    return {
        name: 0.010 * slowdown * weather * (1 + jitter * rng.normal(size=ROUNDS))
        for name, slowdown in slowdowns.items()
    }


def test_holm_by_hand():
    assert adjust_holm([0.03, 0.01, 0.04]) == pytest.approx([0.06, 0.03, 0.06])
    assert adjust_holm([0.6, 0.9]) == pytest.approx([1, 1])


def test_benjamini_hochberg_by_hand():
    assert adjust_benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


@given(P_VALUES)
@settings(deadline=None)
def test_adjusted_p_values_keep_their_order_and_lie_between(p_values):
    raw, bonferroni = np.array(p_values), np.minimum(np.array(p_values) * len(p_values), 1)
    for adjust in ADJUSTMENTS.values():
        adjusted = adjust(p_values)
        assert (adjusted >= raw - 1e-15).all() and (adjusted <= bonferroni + 1e-15).all()
        order = np.argsort(raw, kind="stable")
        assert (np.diff(adjusted[order]) >= -1e-15).all()
    assert (adjust_benjamini_hochberg(p_values) <= adjust_holm(p_values) + 1e-15).all()


def test_benjamini_hochberg_agrees_with_scipy():
    from scipy.stats import false_discovery_control

    p_values = np.random.default_rng(2).random(30) ** 3
    assert adjust_benjamini_hochberg(p_values) == pytest.approx(false_discovery_control(p_values))


@pytest.mark.parametrize("adjust", ADJUSTMENTS)
def test_equal_models_differ_in_at_most_alpha_of_families(adjust):
    """Equal models are called different in at most alpha of the families."""
    rng, validator = np.random.default_rng(41), StatisticalValidator()
    alarms = 0
    for _ in range(FAMILIES):
        found = judge_pairs(simulated_rounds(rng, dict.fromkeys("abcd", 1.0)), validator, adjust)
        alarms += any(each.is_significant for each in found.values())
    assert alarms <= most_alarms(FAMILIES, validator.alpha)


def test_without_adjustment_there_would_be_more():
    """The bound above is one that a comparison without adjustment breaks."""
    rng, validator = np.random.default_rng(41), StatisticalValidator()
    alarms = 0
    for _ in range(FAMILIES):
        medians = simulated_rounds(rng, dict.fromkeys("abcd", 1.0))
        pairs = (judge_pairs({a: medians[a], b: medians[b]}, validator) for a, b in itertools.combinations(medians, 2))
        alarms += any(each.is_significant for pair in pairs for each in pair.values())
    assert alarms > most_alarms(FAMILIES, validator.alpha)


@pytest.mark.parametrize("adjust", ADJUSTMENTS)
def test_a_slowdown_of_five_percent_is_found(adjust):
    """A slowdown of five percent is found, with the right sign."""
    rng, validator = np.random.default_rng(9), StatisticalValidator()
    found = 0
    for _ in range(60):
        verdicts = judge_pairs(simulated_rounds(rng, {"a": 1.0, "b": 1.0, "c": 1.05}), validator, adjust)
        slower = [verdicts["a", "c"], verdicts["b", "c"]]
        found += all(each.is_significant for each in slower)
        assert all(each.effect_size < 0 for each in slower if each.is_significant)
    assert found >= 48, f"found in {found} of 60"


def test_all_intervals_hold_together():
    rng, validator = np.random.default_rng(17), StatisticalValidator()
    missed = 0
    for _ in range(FAMILIES):
        medians = {name: 0.010 + 1e-4 * rng.normal(size=ROUNDS) for name in "abcd"}
        found = judge_pairs(medians, validator)
        missed += any(not low <= 0 <= high for low, high in (each.confidence_interval for each in found.values()))
    assert missed <= most_alarms(FAMILIES, validator.alpha)


# -- with models that run, in virtual time -------------------------------------


class Timed:
    """A model that takes `seconds`, and notes its name in a log that all share."""

    def __init__(self, name, seconds, log):
        self.name, self.seconds, self.log = name, seconds, log

    def __call__(self, sample):
        import time

        time.sleep(self.seconds)
        self.log.append(self.name)
        return 0


def ready():
    perf = TinyTorchPerf()
    perf.set_dataset([{"data": 1}, {"data": 2}])
    return perf


def models_of(seconds, log):
    return {name: Timed(name, each, log) for name, each in seconds.items()}


@pytest.mark.parametrize("scenario", ["single_stream", "server", "offline"])
def test_models_are_told_apart(scenario):
    models = models_of({"quick": 0.010, "twin": 0.010, "slow": 0.012}, [])
    with virtual_time():
        found = compare_many(ready(), models, scenario, rng=1)
    assert list(found) == [("quick", "twin"), ("quick", "slow"), ("twin", "slow")]
    assert not found["quick", "twin"].is_significant or scenario == "server"
    assert found["quick", "slow"].is_significant and found["twin", "slow"].is_significant
    assert "quick is faster than slow" in found["quick", "slow"].recommendation


def test_blocks_are_interleaved_anew_in_each_round():
    """Blocks are interleaved in an order drawn for each round."""
    log = []
    with virtual_time():
        compare_many(ready(), models_of({"a": 0.010, "b": 0.010, "c": 0.011}, log), rng=3)
    blocks = log[:: TinyTorchPerf.BLOCK_QUERIES]
    rounds = {tuple(blocks[i : i + 3]) for i in range(0, len(blocks), 3)}
    assert len(log) == 3 * TinyTorchPerf.BLOCKS * TinyTorchPerf.BLOCK_QUERIES
    assert all(sorted(each) == ["a", "b", "c"] for each in rounds) and len(rounds) > 3


def test_model_and_results_stay_as_they_are():
    perf, own = ready(), Timed("own", 0.010, [])
    perf.set_model(own)
    perf.results = {"offline": "kept"}
    with virtual_time():
        compare_many(perf, models_of({"a": 0.010, "b": 0.011}, []), rng=1)
    assert perf.model is own and perf.results == {"offline": "kept"}


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"models": {"a": len}}, "at least two"),
        ({"models": {"a": len, "b": len}, "scenario": "streaming"}, "single_stream, server, offline"),
        ({"models": {"a": len, "b": len}, "adjust": "none"}, "holm, benjamini-hochberg"),
    ],
)
def test_bad_input_is_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        compare_many(ready(), **arguments)


def test_no_dataset_is_named():
    with pytest.raises(ValueError, match="set_dataset"):
        compare_many(TinyTorchPerf(), {"a": len, "b": len})
