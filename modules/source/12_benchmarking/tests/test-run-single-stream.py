def scenario_gives(scenario):
    """A stand-in for a scenario's method: takes no time, and says what it was asked."""
    return lambda self, model, dataset, *settings, **named: BenchmarkResult(
        scenario, [0.010], 100.0, 1.0, {"asked": (model, dataset, *settings, *named.values())}
    )


def with_ten():
    """A TinyTorchPerf that has a model and a dataset."""
    perf = TinyTorchPerf()
    perf.set_model(ten_ms)
    perf.set_dataset(TEN)
    return perf


def test_run_single_stream():
    """The scenario is run with what was chosen, and its result is kept."""
    perf = with_ten()
    with replaced(BenchmarkScenarios, single_stream=scenario_gives(BenchmarkScenario.SINGLE_STREAM)):
        result = perf.run_single_stream(num_queries=7)
    assert result.metadata["asked"] == (ten_ms, TEN, 7), f"model, dataset, 7; not {result.metadata['asked']}"
    assert perf.results["single_stream"] is result, "the result is kept"


test_run_single_stream()
