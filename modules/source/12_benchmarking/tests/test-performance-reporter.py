import tempfile


def test_performance_reporter():
    """A report of known numbers holds these numbers, with units."""
    latencies = [0.010 + 0.0001 * i for i in range(101)]
    single = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, latencies, 66.6, float("nan"))
    offline = BenchmarkResult(BenchmarkScenario.OFFLINE, [0.32] * 10, 100.0, 0.875)
    reporter = PerformanceReporter()
    report = reporter.generate_project_report({"single_stream": single, "offline": offline}, "Nimble 3")
    for section in ["Executive Summary", "Methodology", "Detailed Results", "Statistical Validation"]:
        assert section in report, f"the report lacks the section {section!r}"
    assert "Nimble 3" in report, "the title gives the name of the model"
    assert "not measured" in report, "an accuracy of nan was not measured, and the report says so"
    assert "server" not in report.lower(), "no server scenario was run, so the report must not mention one"
    assert reporter.reports == [report], "`reports` keeps what was made"

    noise = np.random.default_rng(4)
    measured = {
        scenario.value: BenchmarkResult(scenario, list(mean + noise.normal(0, 0.2e-3, 100)), rate, accuracy)
        for scenario, mean, rate, accuracy in (
            (BenchmarkScenario.SINGLE_STREAM, 0.010, 100.0, 0.95),
            (BenchmarkScenario.SERVER, 0.012, 80.0, 0.94),
            (BenchmarkScenario.OFFLINE, 0.008, 125.0, 0.95),
        )
    }
    report = reporter.generate_project_report(measured, "My Project Model")
    for words in ["Performance Report", "My Project Model", "Executive Summary", "Methodology",
                  "Detailed Results", "Statistical Validation", "Recommendations"]:
        assert words in report, f"the report lacks the words {words!r}"
    assert len(report) > 1000, f"a report on three scenarios has more to say than {len(report)} characters"
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "report.md")
        reporter.save_report(report, file)
        assert Path(file).read_text(encoding="utf-8") == report, "the file holds the report"
    print("✓ PerformanceReporter")


test_performance_reporter()
