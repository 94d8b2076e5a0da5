def test_generate_report():
    """What was measured stands in the report with its unit, and what was not does not."""
    perf = with_ten()
    assert "nothing was measured" in perf.generate_report(), "without results it says so"
    perf.results["single_stream"] = BenchmarkResult(
        BenchmarkScenario.SINGLE_STREAM, [0.0123] * 200, 81.3, float("nan"), {"queries": 200}
    )
    report = perf.generate_report()
    assert "TinyTorch Benchmark Report" in report and "12.3 ms" in report, "the title, and the latency with its unit"
    assert "not measured" in report, "an accuracy that is nan was not measured"
    assert "offline" not in report, "a scenario that was not run does not appear"


test_generate_report()
