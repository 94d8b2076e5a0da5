"""What the published chapter asserts of the package, in real time: everybody's notes rely on it."""

import time

import numpy as np
import pytest

from tinytorch.core.benchmarking import (
    BenchmarkResult,
    BenchmarkScenario,
    BenchmarkScenarios,
    PerformanceReporter,
    StatisticalValidator,
    TinyTorchPerf,
)

pytestmark = pytest.mark.slow

WORDS = (
    "Performance Report",
    "My Project Model",
    "Executive Summary",
    "Methodology",
    "Detailed Results",
    "Statistical Validation",
    "Recommendations",
)
WITHIN_S = 30  # "within seconds", on a machine that others work on too


def model(sample):
    """Takes 1 ms and is always right."""
    time.sleep(0.001)
    return {"prediction": sample["target"]}


def slower(sample):
    time.sleep(0.003)
    return {"prediction": sample["target"]}


@pytest.fixture
def dataset():
    noise = np.random.default_rng(0)
    return [{"data": noise.normal(size=10), "target": i % 3} for i in range(100)]


@pytest.fixture
def perf(dataset):
    perf = TinyTorchPerf()
    perf.set_model(model)
    perf.set_dataset(dataset)
    return perf


@pytest.fixture
def measured():
    """Results with sub-millisecond noise, as the chapter makes them up."""
    noise = np.random.default_rng(42)
    about = {"single_stream": (0.010, 95.0, 0.942), "server": (0.012, 87.0, 0.938), "offline": (0.008, 120.0, 0.945)}
    return {
        name: BenchmarkResult(BenchmarkScenario(name), [*(mean_s + noise.normal(0, 0.0005, 100))], rate, accuracy)
        for name, (mean_s, rate, accuracy) in about.items()
    }


def test_ten_queries_give_ten_latencies(dataset):
    result = BenchmarkScenarios().single_stream(model, dataset, num_queries=10)
    assert result.scenario is BenchmarkScenario.SINGLE_STREAM
    assert len(result.latencies) == 10 and min(result.latencies) >= 0.001
    assert result.throughput > 0


def test_a_server_of_two_seconds_gives_latencies_and_a_throughput(dataset):
    """No query arrives in one run of 22,000 (e^-10), and the test fails."""
    result = BenchmarkScenarios().server(model, dataset, target_qps=5, duration=2)
    assert result.scenario is BenchmarkScenario.SERVER
    assert len(result.latencies) > 0 and result.throughput > 0


def test_offline_in_batches_of_five_gives_twenty_latencies(dataset):
    result = BenchmarkScenarios().offline(model, dataset, batch_size=5)
    assert result.scenario is BenchmarkScenario.OFFLINE
    assert len(result.latencies) == 20 and result.throughput > 0


def test_a_quick_run_of_all_scenarios_ends_within_seconds(perf):
    begun = time.monotonic()
    results = perf.run_all_scenarios(quick_test=True)
    assert time.monotonic() - begun < WITHIN_S
    assert {*results} == {"single_stream", "server", "offline"}
    assert all(isinstance(result, BenchmarkResult) for result in results.values())


def test_a_comparison_of_models_returns_a_recommendation(perf):
    found = perf.compare_models(model, slower)
    assert isinstance(found.recommendation, str) and found.recommendation


def test_both_validations_return_a_recommendation(measured):
    validator = StatisticalValidator()
    single, server = measured["single_stream"], measured["server"]
    for found in (
        validator.validate_comparison(single.latencies, server.latencies),
        validator.validate_benchmark_result(single),
    ):
        assert isinstance(found.recommendation, str) and found.recommendation


@pytest.mark.parametrize("words", WORDS)
def test_the_project_report_has_the_words(measured, words):
    assert words in PerformanceReporter().generate_project_report(measured, "My Project Model")


def test_the_project_report_is_long_and_saved_as_it_is(measured, tmp_path):
    reporter = PerformanceReporter()
    report = reporter.generate_project_report(measured, "My Project Model")
    assert len(report) > 1000
    reporter.save_report(report, str(tmp_path / "report.md"))
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == report


def test_the_report_of_all_that_was_run_has_its_title(perf):
    perf.run_single_stream(num_queries=10)
    assert "TinyTorch Benchmark Report" in perf.generate_report()
