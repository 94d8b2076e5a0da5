# %% write-validator
@dataclass(frozen=True)
class Sample:
    """Measurements, and what the formulas need of them."""

    values: np.ndarray

    @property
    def n(self):
        return self.values.size

    @property
    def mean(self):
        return float(np.mean(self.values))

    @property
    def variance(self):
        return float(np.var(self.values, ddof=1))

    @property
    def constant(self):
        return is_constant(self.values)


@dataclass(frozen=True)
class Comparison:
    a: Sample
    b: Sample
    alpha: float

    @property
    def difference(self):
        return self.a.mean - self.b.mean

    @property
    def standard_error(self):
        return float(np.sqrt(self.a.variance / self.a.n + self.b.variance / self.b.n))

    @property
    def df(self):
        u, v = self.a.variance / self.a.n, self.b.variance / self.b.n
        u, v = u / (u + v), v / (u + v)
        return 1 / (u**2 / (self.a.n - 1) + v**2 / (self.b.n - 1))

    @property
    def p_value(self):
        return float(2 * student_t_cdf(-abs(self.difference) / self.standard_error, self.df))

    @property
    def effect(self):
        weights = self.a.n - 1, self.b.n - 1
        return self.difference / float(np.sqrt(np.average([self.a.variance, self.b.variance], weights=weights)))

    @property
    def interval(self):
        half = student_t_quantile(1 - self.alpha / 2, self.df) * self.standard_error
        return self.difference - half, self.difference + half

    def winner(self):
        gap, (low, high) = self.difference, (self.a, self.b) if self.difference < 0 else (self.b, self.a)
        names = ("A", "B") if gap < 0 else ("B", "A")
        share = f" or {abs(gap) / high.mean:.1%}" if high.mean > 0 else ""
        return f"{names[0]} is lower than {names[1]} by {abs(gap):.4g}{share}"


class StatisticalValidator:
    def __init__(self, confidence_level: float = 0.95):
        if not 0 < confidence_level < 1:
            raise ValueError(f"confidence_level must lie between 0 and 1, got {confidence_level}")
        self.confidence_level = confidence_level
        self.alpha = 1 - confidence_level

    def validate_comparison(self, results_a, results_b) -> StatisticalValidation:
        pair = Comparison(Sample(measured_values("results_a", results_a)), Sample(measured_values("results_b", results_b)), self.alpha)
        if pair.a.constant and pair.b.constant:
            gap = pair.difference
            if np.isclose(pair.a.mean, pair.b.mean, rtol=1e-10, atol=0):
                return StatisticalValidation(False, 1.0, 0.0, (0.0, 0.0), "No difference: both always give the same value.")
            return StatisticalValidation(True, 0.0, float(np.sign(gap) * np.inf), (gap, gap), pair.winner() + "; always. Act on it.")
        p, found = pair.p_value, pair.p_value < self.alpha
        words = f"{pair.winner()}, p = {p:.3g}. It is worth acting on." if found else f"No significant difference, p = {p:.3g}. Nothing to act on."
        if found and abs(pair.effect) < 0.2:
            words = f"{pair.winner()}, p = {p:.3g}. So small an effect is hardly worth acting on."
        return StatisticalValidation(found, p, pair.effect, pair.interval, words)

    def validate_benchmark_result(self, result, min_samples: int = 100) -> StatisticalValidation:
        values = measured_values("latencies", result, at_least=0)
        values = values[np.argsort(values)]
        share = OWN_PERCENTILE.get(result.scenario)
        if share is None:
            interval, say, metric = self._rates(Sample(values), result.throughput), format_rate, "throughput"
        else:
            k = np.arange(values.size)
            below = binomial_cdf(k, values.size, share)
            ends = np.r_[0.0, values, np.inf]
            interval = (float(ends[np.count_nonzero(below <= self.alpha / 2)]),
                        float(ends[np.count_nonzero(below < 1 - self.alpha / 2) + 1]))
            say, metric = format_seconds, f"p{100 * share:.0f} latency"
        order = latencies_in_order(result)
        p, change = (1.0, 0.0) if order is None else drift_test(order)
        verdict = {
            f"too few samples ({values.size} < {min_samples})": values.size < min_samples,
            f"drift (latency {'rose' if change > 0 else 'fell'}, p = {p:.2g})": p < self.alpha,
            f"{self._far_out(values)} outliers": self._far_out(values) > 0,
        }
        bad = [words for words, holds in verdict.items() if holds]
        return StatisticalValidation(bool(values.size >= min_samples), p, change, interval,
                                     f"{metric} {format_interval(interval, say)}: {', '.join(bad) or 'reliable'}.")

    def _rates(self, sample, throughput):
        if sample.n < 2 or not sample.mean > 0:
            return (0.0, float("inf"))
        half = student_t_quantile(1 - self.alpha / 2, sample.n - 1) * np.sqrt(sample.variance / sample.n)
        with np.errstate(divide="ignore"):
            high = throughput * sample.mean / (sample.mean - half) if sample.mean > half else np.inf
        return float(throughput * sample.mean / (sample.mean + half)), float(high)

    @staticmethod
    def _far_out(values):
        if not values.size:
            return 0
        q1, q3 = np.percentile(values, [25, 75])
        return int((values > q3 + max(3 * (q3 - q1), 1e-6)).sum())
