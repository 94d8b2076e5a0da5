def test_run_offline():
    """The scenario is run with what was chosen, and its result is kept."""
    perf = with_ten()
    with replaced(BenchmarkScenarios, offline=scenario_gives(BenchmarkScenario.OFFLINE)):
        result = perf.run_offline(batch_size=4)
    assert result.metadata["asked"] == (ten_ms, TEN, 4), f"model, dataset, 4; not {result.metadata['asked']}"
    assert perf.results["offline"] is result, "the result is kept"


test_run_offline()
