# %% write-reporter
class PerformanceReporter:
    """One generator of lines."""

    def __init__(self):
        self.reports: list[str] = []

    def generate_project_report(self, benchmark_results: dict[str, BenchmarkResult], model_name: str = "TinyTorch Model") -> str:
        report = "\n".join(self._lines(dict(benchmark_results), in_markdown(model_name))) + "\n"
        self.reports.append(report)
        return report

    def _lines(self, results, name):
        validator = StatisticalValidator()
        found = {key: validator.validate_benchmark_result(result) for key, result in results.items()}
        warned = {key: warnings_about(result, found[key]) for key, result in results.items()}
        yield from (f"# Performance Report: {name}", "", "## Executive Summary", "")
        if not results:
            yield "No results were given, so nothing was measured."
        else:
            yield describe_verdict({in_markdown(key): names for key, names in warned.items()})
        for key, result in results.items():
            yield f"- {in_markdown(key)}: {describe_metric(result)}, {describe_interval(result, found[key])} ({validator.confidence_level:.0%} confidence); accuracy {format_accuracy(result.accuracy)}"
        yield from ("", "## Methodology", "")
        for key, result in results.items():
            yield f"- {in_markdown(key)}: {describe_load(result)}"
        yield from (f"- {line}" for line in conditions())
        yield from (f"- not measured: {gap}" for gap in describe_gaps(results))
        yield from ("", "## Detailed Results", "")
        for key, result in results.items():
            yield from self._numbers(in_markdown(key), result)
        yield from ("## Statistical Validation", "")
        for key, each in found.items():
            yield f"- {in_markdown(key)}: {each.recommendation}"
        yield from ("", "## Recommendations", "")
        for key, names in warned.items():
            yield f"- {in_markdown(key)}: " + ("; ".join(f"{n}: {ADVICE[n]}" for n in names) or "quote the metric together with its interval")
        if not results:
            yield "- Measure something first."

    def _numbers(self, key, result):
        known = result.metadata or {}
        yield f"### {key}"
        yield ""
        rows = [["latencies", f"{len(result.latencies)}"]]
        if len(result.latencies):
            rows.append(["mean", format_seconds(float(np.mean(result.latencies)))])
            rows += [[f"p{share}", format_seconds(percentile(result.latencies, share / 100))] for share in (50, 90, 99)]
            rows.append(["maximum", format_seconds(float(np.max(result.latencies)))])
        rows += [["throughput", format_rate(result.throughput)], ["accuracy", format_accuracy(result.accuracy)]]
        if "target_qps" in known:
            rows.append(["target rate", f"{known['target_qps']:.4g} queries/s"])
        if "utilisation" in known:
            rows.append(["utilisation", f"{known['utilisation']:.1%}"])
        yield markdown_table(["quantity", "value"], rows)
        yield ""

    def save_report(self, report: str, filename: str = "benchmark_report.md"):
        Path(filename).write_text(report, encoding="utf-8")
