def test_offline():
    """Ten samples in batches of 4: batches of 40, 40 and 20 ms, and 100 samples a second."""
    with virtual_time():
        result = BenchmarkScenarios().offline(ten_ms, TEN, batch_size=4)
    assert np.allclose(sorted(result.latencies), [0.020, 0.040, 0.040], atol=1e-4), "a latency for each batch"
    assert abs(result.throughput - 100) < 2, f"throughput counts samples, not batches: {result.throughput}"


test_offline()
