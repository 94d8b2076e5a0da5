# %% write-perf
import contextlib


def _describe(name, result, validator):
    """Everything that a report says about one result, as a dict of texts."""
    found = validator.validate_benchmark_result(result)
    return {
        "name": name, "metric": describe_metric(result), "load": describe_load(result), "count": str(len(result.latencies)),
        **{f"p{share}": format_seconds(percentile(result.latencies, share / 100)) for share in (50, 90, 99)},
        "throughput": format_rate(result.throughput), "accuracy": format_accuracy(result.accuracy),
        "verdict": found.recommendation, "warnings": warnings_about(result, found),
    }


class TinyTorchPerf:
    """Uses its own run methods for comparing, inside a context that puts everything back."""

    BLOCKS, BLOCK_QUERIES, BLOCK_S = 20, 50, 2.0

    def __init__(self):
        self.scenarios, self.validator = BenchmarkScenarios(), StatisticalValidator()
        self.model = self.dataset = None
        self.results: dict[str, BenchmarkResult] = {}

    def set_model(self, model):
        self.model = model

    def set_dataset(self, dataset):
        self.dataset = dataset

    def _ready(self):
        if self.model is None:
            raise ValueError("set_model(model) has not been called")
        if self.dataset is None:
            raise ValueError("set_dataset(dataset) has not been called")
        return self.model, self.dataset

    def _store(self, result):
        self.results[result.scenario.value] = result
        return result

    def run_single_stream(self, num_queries: int = 1000) -> BenchmarkResult:
        return self._store(self.scenarios.single_stream(*self._ready(), num_queries))

    def run_server(self, target_qps: float = 10.0, duration: float = 60.0) -> BenchmarkResult:
        return self._store(self.scenarios.server(*self._ready(), target_qps, duration))

    def run_offline(self, batch_size: int = 32) -> BenchmarkResult:
        return self._store(self.scenarios.offline(*self._ready(), batch_size))

    def run_all_scenarios(self, quick_test: bool = False) -> dict[str, BenchmarkResult]:
        queries, load = ((50,), (10.0, 2.0)) if quick_test else ((), ())
        return {each.scenario.value: each for each in (
            self.run_single_stream(*queries), self.run_server(*load), self.run_offline())}

    @contextlib.contextmanager
    def _as_it_was(self):
        model, results = self.model, self.results
        self.results = dict(results)
        try:
            yield
        finally:
            self.model, self.results = model, results

    def compare_models(self, model_a, model_b, scenario: str = "single_stream", *, rng=None) -> StatisticalValidation:
        runs = {
            "single_stream": lambda: self.run_single_stream(self.BLOCK_QUERIES),
            "server": lambda: self.run_server(10.0, self.BLOCK_S),
            "offline": self.run_offline,
        }
        if scenario not in runs:
            raise ValueError(f"scenario must be one of {sorted(runs)}, got {scenario!r}")
        if self.dataset is None:
            raise ValueError("set_dataset(dataset) has not been called")
        coin = np.random.default_rng(random.getrandbits(32) if rng is None else rng)
        table = np.zeros((self.BLOCKS, 2))
        with self._as_it_was():
            for row in table:
                for which in coin.permutation(2):
                    self.model = (model_a, model_b)[which]
                    row[which] = round(float(np.median(runs[scenario]().latencies)), 9)
        return self._judge(table, scenario)

    def _judge(self, table, scenario):
        differences = table[:, 0] - table[:, 1]
        base = self.validator
        p, interval = signed_rank_p_value(differences), signed_rank_interval(differences, base.confidence_level)
        try:
            d = base.validate_comparison(table[:, 0], table[:, 1]).effect_size
        except ValueError:
            d = float(np.sign(differences[0]) * np.inf) if differences[0] else 0.0
        gap = float(np.median(differences))
        names = ("A", "B") if gap < 0 else ("B", "A")
        slow = float(np.median(table, axis=0).max())
        words = f"No significant difference in latency ({scenario}; p = {p:.2g})."
        if p < base.alpha:
            words = (f"{names[0]} is faster than {names[1]} in {scenario}: latency lower by {format_seconds(abs(gap))},"
                     f" that is {abs(gap) / slow:.1%} (p = {p:.2g}).")
        return StatisticalValidation(bool(p < base.alpha), p, d, interval, words)

    def generate_report(self) -> str:
        said = [_describe(name, result, self.validator) for name, result in self.results.items()]
        out = [f"# TinyTorch Benchmark Report: {in_markdown(model_name(self.model))}"]
        if not said:
            return out[0] + "\n\nnothing was measured\n"
        out += ["## Executive Summary", "\n".join("- {name}: {metric}".format(**each) for each in said)]
        out += ["## Methodology", "\n".join(["- {name}: {load}".format(**each) for each in said] + [f"- {c}" for c in conditions()])]
        keys = ["name", "count", "p50", "p90", "p99", "throughput", "accuracy"]
        out += ["## Detailed Results", markdown_table(keys, [[each[key] for key in keys] for each in said])]
        out += ["## Statistical Validation", "\n".join("- {name}: {verdict}".format(**each) for each in said)]
        todo = [f"- {each['name']}: {ADVICE[w]}" for each in said for w in each["warnings"]]
        out += ["## Recommendations", "\n".join(todo or ["- nothing stands against quoting these numbers"])]
        return "\n\n".join(out) + "\n"
