# %% write-reporter
@dataclass
class _Section:
    title: str
    lines: list

    def __str__(self):
        return f"## {self.title}\n\n" + "\n".join(self.lines)


class PerformanceReporter:
    """A report is a title and sections that know how to write themselves."""

    def __init__(self):
        self.reports: list[str] = []

    def generate_project_report(self, benchmark_results: dict[str, BenchmarkResult], model_name: str = "TinyTorch Model") -> str:
        import copy

        results = copy.deepcopy(benchmark_results)
        validator = StatisticalValidator()
        judged = [(in_markdown(name), result, validator.validate_benchmark_result(result)) for name, result in results.items()]
        warned = {name: warnings_about(result, found) for name, result, found in judged}
        sections = [
            _Section("Executive Summary", [describe_verdict(warned), "", *(
                f"1. {name}: {describe_metric(result)} (95 % interval: {describe_interval(result, found)})" for name, result, found in judged
            )] if judged else ["Nothing was measured."]),
            _Section("Methodology", [f"- {name}: {describe_load(result)}" for name, result, _ in judged]
                     + [f"- {line}" for line in conditions()] + [f"- not measured: {gap}" for gap in describe_gaps(results)]),
            _Section("Detailed Results", [self._table(judged)] if judged else ["None."]),
            _Section("Statistical Validation", [f"- {name}: {found.recommendation}" for name, _, found in judged] or ["None."]),
            _Section("Recommendations", [
                f"- {name}: " + (". ".join(ADVICE[each] for each in names) or "nothing speaks against quoting it")
                for name, names in warned.items()] or ["Run a scenario."]),
        ]
        report = "\n\n".join([f"# {in_markdown(model_name)}: Performance Report", *map(str, sections)]) + "\n"
        self.reports += [report]
        return report

    def _table(self, judged):
        quantities = {
            "latencies": lambda r: str(len(r.latencies)),
            "mean latency": lambda r: format_seconds(float(np.mean(r.latencies)) if len(r.latencies) else float("nan")),
            **{f"p{s} latency": (lambda r, s=s: format_seconds(percentile(r.latencies, s / 100))) for s in (50, 90, 99)},
            "maximum latency": lambda r: format_seconds(float(max(r.latencies, default=float("nan")))),
            "throughput": lambda r: format_rate(r.throughput),
            "accuracy": lambda r: format_accuracy(r.accuracy),
        }
        rows = [[title, *(say(result) for _, result, _ in judged)] for title, say in quantities.items()]
        return markdown_table(["", *(name for name, _, _ in judged)], rows)

    def save_report(self, report: str, filename: str = "benchmark_report.md"):
        Path(filename).write_text(report, encoding="utf-8")
