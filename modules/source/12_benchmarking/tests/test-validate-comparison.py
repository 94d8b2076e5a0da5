def test_validate_comparison():
    """One standard deviation apart is plain at n = 300; the same distribution twice is not."""
    rng = np.random.default_rng(12)
    fast, slow, again = (rng.normal(mean, 0.5e-3, 300) for mean in (10.0e-3, 10.5e-3, 10.5e-3))
    found = StatisticalValidator().validate_comparison(fast, slow)
    assert found.is_significant, f"10.0 and 10.5 ms differ, p = {found.p_value}"
    assert -1.3 < found.effect_size < -0.7, f"a is lower by 1 standard deviation, not by {found.effect_size}"
    low, high = found.confidence_interval
    assert low < -0.5e-3 < high < 0, "the interval is for mean a - mean b, in seconds, and leaves out 0"
    assert not StatisticalValidator().validate_comparison(slow, again).is_significant, "these do not differ"


test_validate_comparison()
