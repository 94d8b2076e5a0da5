# %% write-reporter
class PerformanceReporter:
    """Everything in milliseconds, by hand."""

    def __init__(self):
        self.reports = []

    def generate_project_report(self, benchmark_results: dict[str, BenchmarkResult], model_name: str = "TinyTorch Model") -> str:
        validator = StatisticalValidator()
        text = "# Performance Report for " + in_markdown(model_name) + "\n\n"
        text += "## Executive Summary\n\n"
        if len(benchmark_results) == 0:
            text += "Nothing was measured: there are no results.\n"
        for name in benchmark_results:
            result = benchmark_results[name]
            text += "* **" + in_markdown(name) + "**: " + describe_metric(result)
            text += ", accuracy " + self.percent(result.accuracy) + "\n"
        text += "\n## Methodology\n\n"
        for name in benchmark_results:
            text += "* " + in_markdown(name) + ": " + describe_load(benchmark_results[name]) + "\n"
        for line in conditions():
            text += "* " + line + "\n"
        text += "* Not measured: memory, energy, other machines, other loads.\n"
        text += "\n## Detailed Results\n\n"
        for name in benchmark_results:
            result = benchmark_results[name]
            numbers = np.sort(np.array(result.latencies, dtype=float)) * 1000.0
            text += "### " + in_markdown(name) + "\n\n"
            text += "* number of latencies: " + str(numbers.size) + "\n"
            if numbers.size > 0:
                text += "* mean latency: %.6g ms\n" % numbers.mean()
                text += "* p50 latency: %.6g ms\n" % percentile(numbers, 0.50)
                text += "* p90 latency: %.6g ms\n" % percentile(numbers, 0.90)
                text += "* p99 latency: %.6g ms\n" % percentile(numbers, 0.99)
                text += "* maximum latency: %.6g ms\n" % numbers[-1]
            text += "* throughput: %.6g samples per second\n" % result.throughput
            text += "* accuracy: " + self.percent(result.accuracy) + "\n"
            metadata = result.metadata if result.metadata is not None else {}
            if "kept_up" in metadata:
                text += "* the model " + ("kept up" if metadata["kept_up"] else "did not keep up") + " with the load\n"
            text += "\n"
        text += "## Statistical Validation\n\n"
        recommendations = ""
        for name in benchmark_results:
            found = validator.validate_benchmark_result(benchmark_results[name])
            text += "* " + in_markdown(name) + ": " + found.recommendation + "\n"
            warnings = warnings_about(benchmark_results[name], found)
            for warning in warnings:
                recommendations += "* " + in_markdown(name) + ", " + warning + ": " + ADVICE[warning] + "\n"
            if not warnings:
                recommendations += "* " + in_markdown(name) + ": quote the number with its interval\n"
        text += "\n## Recommendations\n\n" + (recommendations or "* Run a scenario.\n")
        self.reports.append(text)
        return text

    def percent(self, accuracy):
        if accuracy is None or accuracy != accuracy:
            return "not measured"
        return "%.2f %%" % (100.0 * accuracy)

    def save_report(self, report: str, filename: str = "benchmark_report.md"):
        with open(filename, "w", encoding="utf-8") as file:
            file.write(report)
