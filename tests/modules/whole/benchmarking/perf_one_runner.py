# %% write-perf
class TinyTorchPerf:
    """Runs go through one private method; reports are built from a list of section functions."""

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

    def _run(self, name, *load):
        for what in ("model", "dataset"):
            if getattr(self, what) is None:
                raise ValueError(f"no {what} yet: call set_{what}({what}) first")
        self.results[name] = getattr(self.scenarios, name)(self.model, self.dataset, *load)
        return self.results[name]

    def run_single_stream(self, num_queries: int = 1000) -> BenchmarkResult:
        return self._run("single_stream", num_queries)

    def run_server(self, target_qps: float = 10.0, duration: float = 60.0) -> BenchmarkResult:
        return self._run("server", target_qps, duration)

    def run_offline(self, batch_size: int = 32) -> BenchmarkResult:
        return self._run("offline", batch_size)

    def run_all_scenarios(self, quick_test: bool = False) -> dict[str, BenchmarkResult]:
        single = self.run_single_stream(num_queries=40) if quick_test else self.run_single_stream()
        server = self.run_server(target_qps=15.0, duration=1.5) if quick_test else self.run_server()
        offline = self.run_offline()
        return dict(single_stream=single, server=server, offline=offline)

    def compare_models(self, model_a, model_b, scenario: str = "single_stream", *, rng=None) -> StatisticalValidation:
        if self.dataset is None:
            raise ValueError("no dataset yet: call set_dataset(dataset) first")
        loads = {"single_stream": (self.BLOCK_QUERIES,), "server": (10.0, self.BLOCK_S), "offline": ()}
        if scenario not in loads:
            raise ValueError(f"{scenario!r} is no scenario; there are single_stream, server, offline")
        coin = np.random.default_rng(random.getrandbits(32) if rng is None else rng)
        once = lambda model: round(statistics.median(getattr(self.scenarios, scenario)(model, self.dataset, *loads[scenario]).latencies), 9)
        pairs = []
        for _ in range(self.BLOCKS):
            if coin.random() < 0.5:
                a = once(model_a)
                b = once(model_b)
            else:
                b = once(model_b)
                a = once(model_a)
            pairs.append((a, b))
        a, b = map(list, zip(*pairs))
        differences = [x - y for x, y in pairs]
        p = signed_rank_p_value(differences)
        interval = signed_rank_interval(differences, self.validator.confidence_level)
        d = self.validator.validate_comparison(a, b).effect_size if len(set(a)) > 1 or len(set(b)) > 1 else self._constant_d(a, b)
        middle = statistics.median(differences)
        if p < self.validator.alpha:
            fast, slow, slow_s = ("A", "B", statistics.median(b)) if middle < 0 else ("B", "A", statistics.median(a))
            words = (f"Model {fast} has the lower {scenario} latency: {format_seconds(abs(middle))} ({abs(middle) / slow_s:.1%})"
                     f" less than model {slow}, p = {p:.2g}. Choose {fast}.")
        else:
            words = f"No significant difference between A and B was found in {scenario} latency (p = {p:.2g})."
        return StatisticalValidation(p < self.validator.alpha, p, d, interval, words)

    @staticmethod
    def _constant_d(a, b):
        return 0.0 if a[0] == b[0] else float("inf") if a[0] > b[0] else float("-inf")

    def generate_report(self) -> str:
        title = f"# TinyTorch Benchmark Report: {in_markdown(model_name(self.model))}"
        if not self.results:
            return f"{title}\n\nSo far nothing was measured."
        sections = [("Executive Summary", self._summary), ("Methodology", self._methods), ("Detailed Results", self._details),
                    ("Statistical Validation", self._verdicts), ("Recommendations", self._advice_lines)]
        return title + "".join(f"\n\n## {name}\n\n" + "\n".join(make()) for name, make in sections) + "\n"

    def _summary(self):
        return [f"- {name}: {describe_metric(result)}; accuracy {format_accuracy(result.accuracy)}" for name, result in self.results.items()]

    def _methods(self):
        return [f"- {name}: {describe_load(result)}" for name, result in self.results.items()] + ["- " + line for line in conditions()]

    def _details(self):
        for name, result in self.results.items():
            yield f"### {name}\n"
            for share in (0.5, 0.9, 0.99):
                yield f"- p{share * 100:.0f} latency: {format_seconds(percentile(result.latencies, share))}"
            yield f"- throughput: {format_rate(result.throughput)}"
            yield f"- accuracy: {format_accuracy(result.accuracy)}\n"

    def _judged(self):
        return {name: self.validator.validate_benchmark_result(result) for name, result in self.results.items()}

    def _verdicts(self):
        return [f"- {name}: {found.recommendation}" for name, found in self._judged().items()]

    def _advice_lines(self):
        for name, found in self._judged().items():
            warnings = warnings_about(self.results[name], found)
            yield f"- {name}: " + ("; ".join(f"{each}: {ADVICE[each]}" for each in warnings) or "quote the number with its interval")
