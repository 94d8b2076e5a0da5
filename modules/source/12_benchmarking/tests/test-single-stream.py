def ten_ms(sample):
    """A model that takes 10 ms and is always right."""
    time.sleep(0.010)
    return {"prediction": sample["target"]}


TEN = [{"data": i, "target": i % 3} for i in range(10)]


def test_single_stream():
    """25 queries, one after the other: 10 ms each, 100 a second."""
    with virtual_time():
        result = BenchmarkScenarios().single_stream(ten_ms, TEN, num_queries=25)
    assert len(result.latencies) == 25, "one latency for each query"
    assert np.allclose(result.latencies, 0.010, atol=1e-4), f"each takes 10 ms, not {max(result.latencies)} s"
    assert abs(result.throughput - 100) < 2, f"that is 100 queries a second, not {result.throughput}"
    assert result.accuracy == 1.0, "every answer is right"


test_single_stream()
