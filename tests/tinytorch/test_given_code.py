"""Module 12's given code where machines and people are odd: clocks that stand, names with signs in them, many pairs."""

import math
import warnings

import numpy as np
import pytest
from scipy.stats import wilcoxon

from tinytorch.core.benchmarking import (
    BenchmarkResult,
    BenchmarkScenario,
    BenchmarkScenarios,
    PerformanceReporter,
    StatisticalValidator,
    TinyTorchPerf,
    in_markdown,
    judge_pairs,
    per_second,
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
        with pytest.raises(ValueError, match="the clock did not tick"):
            run()


@pytest.mark.parametrize("elapsed_s", [0.0, -1.0, math.nan])
def test_no_rate_comes_of_no_time(elapsed_s):
    with pytest.raises(ValueError, match="the clock did not tick"):
        per_second(3, elapsed_s)
    assert per_second(3, 0.5) == 6.0


@pytest.mark.parametrize("scenario", [BenchmarkScenario.OFFLINE, BenchmarkScenario.SINGLE_STREAM])
@pytest.mark.parametrize("latencies", [[0.0] * 200, [0.0] * 2, [0.0], [], [0.0] * 199 + [0.016]])
@pytest.mark.parametrize("throughput", [math.inf, 100.0])
def test_no_sentence_about_a_coarse_clock_says_nan(scenario, latencies, throughput):
    found = StatisticalValidator().validate_benchmark_result(BenchmarkResult(scenario, latencies, throughput, 1.0))
    assert "nan" not in found.recommendation and not any(map(math.isnan, found.confidence_interval))


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


@pytest.mark.parametrize("pairs", [480, 520, 1100])
def test_the_interval_of_many_pairs_holds_their_centre(pairs):
    low, high = signed_rank_interval(np.random.default_rng(3).normal(0.1, 1, pairs), 0.95)
    assert low < 0.1 < high and high - low == pytest.approx(4 / math.sqrt(pairs), rel=0.15)
