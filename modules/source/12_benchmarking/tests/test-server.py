def test_server():
    """50 queries a second for 20 seconds at half load: some of them wait."""
    with virtual_time():
        result = BenchmarkScenarios().server(ten_ms, TEN, target_qps=50, duration=20, rng=1)
    arrived = len(result.latencies)
    assert 800 < arrived < 1200, f"50 queries/s for 20 s is about 1000 queries, not {arrived}"
    assert min(result.latencies) > 0.009, "no query is faster than the model"
    assert max(result.latencies) > 0.020, "some wait in line, and their wait counts"
    assert 0.4 < result.metadata["utilisation"] < 0.6, "the model is busy half of the time"


test_server()
