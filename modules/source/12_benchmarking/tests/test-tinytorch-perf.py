def test_tinytorch_perf():
    """One object runs everything, and tells a slower model from a faster one."""

    def fast(sample):
        time.sleep(0.010)
        return {"prediction": sample["target"]}

    def slow(sample):
        time.sleep(0.012)
        return {"prediction": sample["target"]}

    perf = TinyTorchPerf()
    with raises(ValueError, naming="set_model"):
        perf.run_single_stream()
    perf.set_model(fast)
    with raises(ValueError, naming="set_dataset"):
        perf.run_single_stream()
    perf.set_dataset([{"data": i, "target": i % 2} for i in range(20)])
    with virtual_time():
        start = time.perf_counter()
        results = perf.run_all_scenarios(quick_test=True)
        taken_s = time.perf_counter() - start
        found = perf.compare_models(fast, slow)
    assert taken_s < 30, f"a quick test ends within seconds, not after {taken_s:.0f} s"
    assert sorted(results) == ["offline", "server", "single_stream"], "three entries, one for each scenario"
    assert perf.results["server"] is results["server"], "the results are kept under their scenario's value"
    assert found.is_significant, "10 ms and 12 ms differ"
    assert found.recommendation, "a comparison ends with a recommendation"
    assert found.confidence_interval[1] < 0, "a is faster, so a - b is below 0"
    assert perf.model is fast and len(perf.results) == 3, "a comparison leaves model and results as they were"
    assert "TinyTorch Benchmark Report" in perf.generate_report(), "the report has its title"
    print("✓ TinyTorchPerf")


test_tinytorch_perf()
