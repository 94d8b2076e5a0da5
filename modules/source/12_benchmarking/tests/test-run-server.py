def test_run_server():
    """The scenario is run with what was chosen, and its result is kept."""
    perf = with_ten()
    with replaced(BenchmarkScenarios, server=scenario_gives(BenchmarkScenario.SERVER)):
        result = perf.run_server(target_qps=100, duration=2)
    assert result.metadata["asked"] == (ten_ms, TEN, 100, 2), f"not {result.metadata['asked']}"
    assert perf.results["server"] is result, "the result is kept"


test_run_server()
