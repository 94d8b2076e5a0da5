def test_statistical_validation():
    """Verdicts on made-up measurements whose truth is known."""
    rng = np.random.default_rng(12)
    fast, slow, slow_again = (rng.normal(mean, 0.5e-3, 300) for mean in (10.0e-3, 10.5e-3, 10.5e-3))
    validator = StatisticalValidator()

    found = validator.validate_comparison(fast, slow)
    assert found.is_significant and found.p_value < 1e-6, "one standard deviation apart is plain at n = 300"
    assert found.recommendation, "a comparison ends with a recommendation"
    assert -1.3 < found.effect_size < -0.7, f"a is lower by 1 standard deviation, not by {found.effect_size}"
    low, high = found.confidence_interval
    assert low < -0.5e-3 < high < 0, "the interval is for mean a - mean b, in seconds, and leaves out 0"
    same = validator.validate_comparison(slow, slow_again)
    assert not same.is_significant, "two samples of one distribution do not differ"
    assert validator.validate_comparison([1, 1, 1], [1, 1]).p_value == 1, "nothing varies and nothing differs"

    steady = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, list(slow), 95.0, float("nan"))
    found = validator.validate_benchmark_result(steady)
    assert found.is_significant, "300 samples are enough when 100 are asked for"
    assert found.recommendation, "the verdict on a single result has a recommendation too"
    low, high = found.confidence_interval
    assert low < high, "an interval has a lower and an upper end"
    few = validator.validate_benchmark_result(replace(steady, latencies=list(slow[:20])))
    assert not few.is_significant, "20 samples are too few when 100 are asked for"
    assert "few" in few.recommendation, f"the recommendation should say so: {few.recommendation}"
    print("✓ the two validations")


test_statistical_validation()
