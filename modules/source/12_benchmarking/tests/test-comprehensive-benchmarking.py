def test_comprehensive_benchmarking():
    """From a model and a dataset to a report, in simulated time."""
    dataset = [([i % 3 == c for c in range(3)], i % 3) for i in range(40)]

    def model(x):
        time.sleep(0.005)
        return np.asarray(x, dtype=float)

    perf = TinyTorchPerf()
    perf.set_model(model)
    perf.set_dataset(dataset)
    with virtual_time():
        results = perf.run_all_scenarios()
    assert len(results["single_stream"].latencies) == 1000, "the defaults are 1000 queries ..."
    assert len(results["offline"].latencies) == 2, "... and batches of 32, the last one shorter"
    assert all(result.accuracy == 1.0 for result in results.values()), "accuracy is measured in each scenario"
    found = perf.validator.validate_benchmark_result(results["single_stream"])
    assert found.is_significant, "1000 samples are enough"
    report = PerformanceReporter().generate_project_report(results, "three classes")
    assert len(report) > 1000, "a report on three scenarios has something to say"
    print("✓ all together")


test_comprehensive_benchmarking()
