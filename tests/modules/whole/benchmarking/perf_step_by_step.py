# %% write-perf
class TinyTorchPerf:
    """Long-hand."""

    BLOCKS = 20
    BLOCK_QUERIES = 50
    BLOCK_S = 2.0

    def __init__(self):
        self.scenarios = BenchmarkScenarios()
        self.validator = StatisticalValidator()
        self.model = None
        self.dataset = None
        self.results: dict[str, BenchmarkResult] = {}

    def set_model(self, model):
        self.model = model

    def set_dataset(self, dataset):
        self.dataset = dataset

    def run_single_stream(self, num_queries: int = 1000) -> BenchmarkResult:
        if self.model is None:
            raise ValueError("Please call set_model before run_single_stream.")
        if self.dataset is None:
            raise ValueError("Please call set_dataset before run_single_stream.")
        result = self.scenarios.single_stream(self.model, self.dataset, num_queries=num_queries)
        self.results["single_stream"] = result
        return result

    def run_server(self, target_qps: float = 10.0, duration: float = 60.0) -> BenchmarkResult:
        if self.model is None:
            raise RuntimeError("Please call set_model before run_server.")
        if self.dataset is None:
            raise RuntimeError("Please call set_dataset before run_server.")
        result = self.scenarios.server(self.model, self.dataset, target_qps=target_qps, duration=duration)
        self.results["server"] = result
        return result

    def run_offline(self, batch_size: int = 32) -> BenchmarkResult:
        if self.model is None:
            raise ValueError("Please call set_model before run_offline.")
        if self.dataset is None:
            raise ValueError("Please call set_dataset before run_offline.")
        result = self.scenarios.offline(self.model, self.dataset, batch_size=batch_size)
        self.results["offline"] = result
        return result

    def run_all_scenarios(self, quick_test: bool = False) -> dict[str, BenchmarkResult]:
        all_results = {}
        if quick_test:
            num_queries, duration, batch_size = 25, 1.0, 8
        else:
            num_queries, duration, batch_size = 1000, 60.0, 32
        all_results["single_stream"] = self.run_single_stream(num_queries)
        all_results["server"] = self.run_server(10.0, duration)
        all_results["offline"] = self.run_offline(batch_size)
        return all_results

    def compare_models(self, model_a, model_b, scenario: str = "single_stream", *, rng=None) -> StatisticalValidation:
        known = ["single_stream", "server", "offline"]
        if scenario not in known:
            raise ValueError("Unknown scenario " + repr(scenario) + ", choose from " + ", ".join(known))
        if self.dataset is None:
            raise ValueError("Please call set_dataset before compare_models.")
        generator = np.random.default_rng(random.getrandbits(32) if rng is None else rng)
        models = {"A": model_a, "B": model_b}
        medians = {"A": np.empty(self.BLOCKS), "B": np.empty(self.BLOCKS)}
        for block in range(self.BLOCKS):
            order = ["A", "B"]
            if generator.integers(2) == 1:
                order.reverse()
            for name in order:
                if scenario == "single_stream":
                    result = self.scenarios.single_stream(models[name], self.dataset, num_queries=self.BLOCK_QUERIES)
                elif scenario == "server":
                    result = self.scenarios.server(models[name], self.dataset, target_qps=10.0, duration=self.BLOCK_S)
                else:
                    result = self.scenarios.offline(models[name], self.dataset)
                medians[name][block] = np.round(np.median(result.latencies), 9)
        difference = medians["A"] - medians["B"]
        p_value = float(signed_rank_p_value(difference))
        low, high = signed_rank_interval(difference, self.validator.confidence_level)
        if is_constant(medians["A"]) and is_constant(medians["B"]):
            gap = difference[0]
            effect = 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
        else:
            effect = self.validator.validate_comparison(medians["A"], medians["B"]).effect_size
        significant = p_value < self.validator.alpha
        typical = float(np.median(difference))
        if not significant:
            text = f"No significant difference was found between the models ({scenario}, p = {p_value:.3g})."
        elif typical < 0:
            share = 100 * -typical / float(np.median(medians["B"]))
            text = f"A is faster than B ({scenario}): its latency is lower by {-typical * 1e3:.4g} ms or {share:.3g} % (p = {p_value:.3g})."
        else:
            share = 100 * typical / float(np.median(medians["A"]))
            text = f"B is faster than A ({scenario}): its latency is lower by {typical * 1e3:.4g} ms or {share:.3g} % (p = {p_value:.3g})."
        return StatisticalValidation(significant, p_value, effect, (low, high), text)

    def generate_report(self) -> str:
        lines = []
        lines.append("# TinyTorch Benchmark Report")
        lines.append("")
        lines.append("Model: " + in_markdown(model_name(self.model)))
        lines.append("")
        if len(self.results) == 0:
            lines.append("No results: nothing was measured.")
            return "\n".join(lines)
        lines.append("## Executive Summary")
        lines.append("")
        for name in self.results:
            lines.append("* " + name + ": " + describe_metric(self.results[name]))
        lines.append("")
        lines.append("## Methodology")
        lines.append("")
        for name in self.results:
            lines.append("* " + name + ": " + describe_load(self.results[name]))
        for line in conditions():
            lines.append("* " + line)
        lines.append("")
        lines.append("## Detailed Results")
        lines.append("")
        lines.append("| scenario | count | p50 | p90 | p99 | throughput | accuracy |")
        lines.append("| --- | --- | --- | --- | --- | --- | --- |")
        for name in self.results:
            result = self.results[name]
            ordered = sorted(result.latencies)
            cells = [name, str(len(ordered))]
            for share in (0.5, 0.9, 0.99):
                cells.append("%.5g ms" % (1e3 * percentile(ordered, share)) if ordered else "not measured")
            cells.append("%.5g samples/s" % result.throughput)
            if result.accuracy is None or result.accuracy != result.accuracy:
                cells.append("not measured")
            else:
                cells.append("%.2f %%" % (100 * result.accuracy))
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
        lines.append("## Statistical Validation")
        lines.append("")
        advice = []
        for name in self.results:
            found = self.validator.validate_benchmark_result(self.results[name])
            lines.append("* " + name + ": " + found.recommendation)
            for warning in warnings_about(self.results[name], found):
                advice.append("* " + name + ": " + warning + ", so " + ADVICE[warning] + ".")
        lines.append("")
        lines.append("## Recommendations")
        lines.append("")
        lines.extend(advice if advice else ["* Quote each number with its interval."])
        return "\n".join(lines) + "\n"
