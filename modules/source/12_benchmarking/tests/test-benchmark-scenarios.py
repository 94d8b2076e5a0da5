def test_benchmark_scenarios():
    """Each scenario on a model that takes exactly 10 ms of simulated time."""
    dataset = [{"data": [i % 3 == c for c in range(3)], "target": i % 3} for i in range(10)]

    def model(sample):
        time.sleep(0.010)
        return {"prediction": sample["data"]}

    scenarios = BenchmarkScenarios()
    with virtual_time():
        single = scenarios.single_stream(model, dataset, num_queries=25)
        server = scenarios.server(model, dataset, target_qps=50, duration=20)
        offline = scenarios.offline(model, dataset, batch_size=4)

    assert len(single.latencies) == 25, "one latency for each query"
    slowest_s = max(single.latencies)
    assert np.allclose(single.latencies, 0.010, atol=1e-4), f"each query takes 10 ms, not {slowest_s} s"
    assert abs(single.throughput - 100) < 2, f"10 ms a query is 100 queries a second, not {single.throughput}"
    assert single.accuracy == 1.0, "the highest score is always the target"
    arrived = len(server.latencies)
    assert 800 < arrived < 1200, f"50 queries/s for 20 s is about 1000 queries, not {arrived}"
    assert min(server.latencies) > 0.009, "no query is faster than the model"
    assert max(server.latencies) > 0.020, "at half load some queries wait in line, and their wait counts"
    assert np.allclose(sorted(offline.latencies), [0.020, 0.040, 0.040], atol=1e-4), "batches of 4, 4 and 2"
    assert abs(offline.throughput - 100) < 2, "throughput counts samples, not batches"

    hundred = [{"data": [i], "target": i} for i in range(100)]

    def quick(sample):
        time.sleep(0.001)
        return {"prediction": sample["data"]}

    with virtual_time():
        found = [
            scenarios.single_stream(quick, hundred, num_queries=10),
            scenarios.server(quick, hundred, target_qps=5, duration=2),
            scenarios.offline(quick, hundred, batch_size=5),
        ]
    for result, name in zip(found, ("single_stream", "server", "offline")):
        assert result.scenario is BenchmarkScenario(name), f"the result says that it is of {name}"
        assert len(result.latencies) > 0 and result.throughput > 0, f"{name} measured something"
    assert len(found[0].latencies) == 10, "ten queries give ten latencies"
    print("✓ the three scenarios")


test_benchmark_scenarios()
