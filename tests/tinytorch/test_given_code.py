"""Module 12's given code where machines and people are odd: clocks that stand, names with signs in them, many pairs."""

import functools
import itertools
import math
import warnings

import numpy as np
import pytest
from scipy.special import betainc
from scipy.stats import rankdata, ttest_ind, wilcoxon

from tinytorch.core.benchmarking import (
    BenchmarkResult,
    BenchmarkScenario,
    BenchmarkScenarios,
    PerformanceReporter,
    StatisticalValidator,
    TinyTorchPerf,
    early_stopping_queries,
    in_markdown,
    judge_pairs,
    per_second,
    queries_for_percentile,
    signed_rank_interval,
    signed_rank_p_value,
)

SAMPLES = [{"data": i, "target": i} for i in range(10)]


@pytest.fixture(autouse=True)
def every_warning_is_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("at", [0.0, 1000.0, -5.0])
def test_a_clock_that_stands_is_told(at):
    for run in (
        lambda: BenchmarkScenarios().single_stream(lambda sample: 0, SAMPLES, 10, clock=lambda: at),
        lambda: BenchmarkScenarios().offline(lambda sample: 0, SAMPLES, clock=lambda: at),
    ):
        with pytest.raises(ValueError, match="too fast for this clock: it did not tick"):
            run()


@pytest.mark.parametrize("elapsed_s", [0.0, -1.0, math.nan])
def test_no_rate_comes_of_no_time(elapsed_s):
    with pytest.raises(ValueError, match="too fast for this clock: it did not tick"):
        per_second(3, elapsed_s)
    assert per_second(3, 0.5) == 6.0


@pytest.mark.parametrize("scenario", [BenchmarkScenario.OFFLINE, BenchmarkScenario.SINGLE_STREAM])
@pytest.mark.parametrize("latencies", [[0.0] * 200, [0.0] * 2, [0.0], [], [0.0] * 199 + [0.016]])
@pytest.mark.parametrize("throughput", [math.inf, 100.0])
def test_no_sentence_about_a_coarse_clock_says_nan(scenario, latencies, throughput):
    found = StatisticalValidator().validate_benchmark_result(BenchmarkResult(scenario, latencies, throughput, 1.0))
    assert "nan" not in found.recommendation and not any(map(math.isnan, found.confidence_interval))
    assert ("too fast for this clock" in found.recommendation) == (len(latencies) > 0)


@pytest.mark.parametrize("tick_s", [0.0156, 100e-6])
def test_a_comparison_by_a_coarse_clock_is_refused(tick_s):
    """A model of a tenth of a tick: whole blocks tick, and most of their latencies read 0."""
    now = itertools.count(step=tick_s / 20)
    perf = TinyTorchPerf()
    perf.set_dataset(SAMPLES)
    perf.scenarios = type(
        "Coarse",
        (BenchmarkScenarios,),
        {
            "single_stream": functools.partialmethod(
                BenchmarkScenarios.single_stream, clock=lambda: next(now) // tick_s * tick_s
            )
        },
    )()
    with pytest.raises(ValueError, match="too fast for this clock: half of the latencies or more read 0"):
        perf.compare_models(lambda sample: 0, lambda sample: 0)


def test_a_report_on_a_coarse_clock_says_what_to_do():
    run = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.0] * 199 + [0.016], 1e4, math.nan)
    report = PerformanceReporter().generate_project_report({"single_stream": run}, "a model")
    assert "too fast for this clock: let a query hold several samples, or measure with a finer clock" in report


NAMES = {
    "<lambda>": "&lt;lambda&gt;",
    "small | int8": "small | int8",
    "two\nlines": "two lines",
    "a *b* c": "a *b* c",
    "`x`": "`x`",
    "[a](b)": "[a](b)",
    "__init__": "__init__",
    "resnet_50_int8": "resnet_50_int8",
    "R&amp;D": "R&amp;amp;D",
    "back\\slash": "back\\slash",
    "~~old~~": "~~old~~",
    "$x$": "$x$",
}


@pytest.mark.parametrize("name, shown", NAMES.items())
def test_a_name_is_shown_as_it_is(name, shown):
    from nbconvert.filters import markdown2html

    run = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.01] * 200, 100.0, math.nan)
    report = PerformanceReporter().generate_project_report({name: run}, name)
    html = markdown2html(report)
    assert f"Performance Report: {shown}" in html.split("\n")[0]
    assert f"<td>{shown}</td>" in html and f"<strong>{shown}</strong>" in html
    rows = [line.replace("\\|", "").count("|") for line in report.splitlines() if line.startswith("|")]
    assert set(rows[:3]) == {7}

    perf = TinyTorchPerf()
    perf.set_model(type("Model", (), {"name": name, "__call__": lambda self, sample: 0})())
    perf.set_dataset([{"data": 1}])
    perf.run_single_stream(100)
    assert f"TinyTorch Benchmark Report: {shown}" in markdown2html(perf.generate_report()).split("\n")[0]


@pytest.mark.parametrize("name", ["single_stream", "my model", "Tiny-MLP 2.0 (int8)", "batch=32"])
def test_a_plain_name_stays_plain(name):
    assert in_markdown(name) == name


@pytest.mark.slow
@pytest.mark.parametrize("unit_s", [1.0, 1e-3, 1e-6, 1e-9])
def test_ties_do_not_depend_on_the_unit(unit_s):
    rng = np.random.default_rng(0)
    for _ in range(100):
        a, b = rng.integers(10, 14, 20), rng.integers(10, 15, 20)
        assert signed_rank_p_value(a * unit_s - b * unit_s) == signed_rank_p_value(a - b)


def test_medians_that_were_rounded_share_their_ranks():
    a, b = [0.0500, 0.0825, 0.0375, 0.0500], [0.0525, 0.0775, 0.0325, 0.0550]
    found = judge_pairs({"a": a, "b": b}, StatisticalValidator())["a", "b"].p_value
    assert found == signed_rank_p_value([-25, 50, 50, -50])


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [20, 49, 499, 500, 501, 1100, 5000])
@pytest.mark.parametrize("centre", [0.0, 0.03, 0.3])
def test_the_p_value_is_scipys(pairs, centre):
    differences = np.random.default_rng(2).normal(centre, 1, pairs)
    assert signed_rank_p_value(differences) == pytest.approx(wilcoxon(differences).pvalue, abs=2e-3)


@pytest.mark.parametrize("pairs", [1, 5, 11])
def test_the_exact_p_value_counts_every_way_of_signs(pairs):
    """Ties and zeros too: all 2**n ways are tried."""
    differences = np.random.default_rng(pairs).integers(-9, 12, pairs) / 1e3
    kept = differences[differences != 0]
    sizes = rankdata(np.round(np.abs(kept), 9))
    sums = [sum(ways) for ways in itertools.product(*((0, size) for size in sizes))]
    off = abs(sizes[kept > 0].sum() - sizes.sum() / 2)
    expected = np.mean(np.abs(np.subtract(sums, sizes.sum() / 2)) >= off)
    assert signed_rank_p_value(differences) == pytest.approx(expected)


@pytest.mark.parametrize("pairs", [20, 40])
def test_the_exact_p_value_is_scipys(pairs):
    differences = np.random.default_rng(pairs).normal(2e-4, 1e-3, pairs)
    assert signed_rank_p_value(differences) == pytest.approx(wilcoxon(differences, method="exact").pvalue)


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_differences_that_are_no_numbers_are_refused(odd):
    for judge in (signed_rank_p_value, lambda values: signed_rank_interval(values, 0.95)):
        with pytest.raises(ValueError, match="differences holds values that are not finite"):
            judge([0.1, odd, 0.2])


@pytest.mark.parametrize("pairs", [1023, 1024, 1025, 3000])
def test_many_pairs_with_ties_do_not_overflow(pairs):
    differences = np.random.default_rng(pairs).integers(-40, 43, pairs) / 1e3
    expected = wilcoxon(differences, method="approx", correction=False).pvalue
    assert signed_rank_p_value(differences) == pytest.approx(expected, abs=2e-3)


# -- Welch's test, and how many queries ----------------------------------------


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e-9, 1.0, 1e150, 1e200, 1e300])
def test_welch_does_not_depend_on_the_unit(unit):
    rng = np.random.default_rng(5)
    a, b = rng.normal(10, 1, 12), rng.normal(10.7, 2, 30)
    found, expected = StatisticalValidator().validate_comparison(a * unit, b * unit), ttest_ind(a, b, equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    low, high = expected.confidence_interval(0.95)
    assert np.divide(found.confidence_interval, unit) == pytest.approx([low, high], rel=1e-9)
    pooled = math.sqrt((11 * a.var(ddof=1) + 29 * b.var(ddof=1)) / 40)
    assert found.effect_size == pytest.approx((a.mean() - b.mean()) / pooled, rel=1e-9)


def test_welch_of_a_constant_beside_tiny_values():
    found = StatisticalValidator().validate_comparison([1.0] * 5, [1e-200, 2e-200, 4e-200])
    assert found.p_value == 0 and found.is_significant and found.confidence_interval == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("slow", [0, 1, 5])
def test_early_stopping_asks_for_the_fewest_queries(share, slow):
    """By the binomial tail as SciPy's beta function has it."""
    fast = early_stopping_queries(share, slow) - slow
    assert betainc(fast, slow + 1, share) <= 0.01
    assert fast == 1 or betainc(fast - 1, slow + 1, share) > 0.01


@pytest.mark.parametrize("share", [1.0, 0.0, -0.1, 1.5, math.nan])
def test_a_share_that_no_run_can_show_is_refused(share):
    for queries in (early_stopping_queries, queries_for_percentile):
        with pytest.raises(ValueError, match=f"share must lie between 0 and 1, got {share}"):
            queries(share)
        with pytest.raises(ValueError, match="confidence_level must lie between 0 and 1"):
            queries(0.9, confidence_level=share)


@pytest.mark.parametrize("pairs", [480, 520, 1100])
def test_the_interval_of_many_pairs_holds_their_centre(pairs):
    low, high = signed_rank_interval(np.random.default_rng(3).normal(0.1, 1, pairs), 0.95)
    assert low < 0.1 < high and high - low == pytest.approx(4 / math.sqrt(pairs), rel=0.15)
