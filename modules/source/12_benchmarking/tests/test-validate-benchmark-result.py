def test_validate_benchmark_result():
    """300 samples are enough where 100 are asked for, and 20 are not."""
    latencies = list(np.random.default_rng(12).normal(10e-3, 0.5e-3, 300))
    steady = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, latencies, 100.0, float("nan"))
    found = StatisticalValidator().validate_benchmark_result(steady)
    low, high = found.confidence_interval
    assert found.is_significant, "300 samples are enough"
    assert low < percentile(latencies, 0.9) < high, "the interval holds p90, in seconds"
    few = StatisticalValidator().validate_benchmark_result(replace(steady, latencies=latencies[:20]))
    assert not few.is_significant and "few" in few.recommendation, f"20 are too few: {few.recommendation}"


test_validate_benchmark_result()
