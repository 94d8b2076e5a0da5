# %% write-validator
def _moments(values):
    """How many, mean, variance."""
    return len(values), statistics.fmean(values), statistics.variance(values)


class StatisticalValidator:
    """The statistics module and small pure functions."""

    def __init__(self, confidence_level: float = 0.95):
        if not 0 < confidence_level < 1:
            raise ValueError(f"confidence_level must lie between 0 and 1, got {confidence_level}")
        self.confidence_level = confidence_level
        self.alpha = 1 - confidence_level

    def validate_comparison(self, results_a, results_b) -> StatisticalValidation:
        a = [float(value) for value in measured_values("results_a", results_a)]
        b = [float(value) for value in measured_values("results_b", results_b)]
        (n_a, mean_a, var_a), (n_b, mean_b, var_b) = _moments(a), _moments(b)
        gap = mean_a - mean_b
        lower, higher, base = ("A", "B", mean_b) if gap < 0 else ("B", "A", mean_a)
        percent = f" ({abs(gap / base):.2%})" if base else ""
        if is_constant(np.array(a)) and is_constant(np.array(b)):
            if is_constant(np.array([mean_a, mean_b])):
                return StatisticalValidation(False, 1.0, 0.0, (0.0, 0.0), "No difference at all: all values are the same.")
            return StatisticalValidation(True, 0.0, math_copysign(float("inf"), gap), (gap, gap),
                                         f"{lower} is lower than {higher} by {abs(gap):.5g}{percent}, without exception: prefer {lower}.")
        share_a, share_b = var_a / n_a, var_b / n_b
        se = (share_a + share_b) ** 0.5
        ratio = share_a / (share_a + share_b)
        df = 1 / (ratio * ratio / (n_a - 1) + (1 - ratio) * (1 - ratio) / (n_b - 1))
        p = 2 * float(student_t_cdf(-abs(gap) / se, df))
        reach = student_t_quantile(1 - self.alpha / 2, df) * se
        d = gap / (((n_a - 1) * var_a + (n_b - 1) * var_b) / (n_a + n_b - 2)) ** 0.5
        if p < self.alpha:
            size = next(word for limit, word in ((0.2, "negligible"), (0.5, "small"), (0.8, "medium"), (float("inf"), "large")) if abs(d) < limit)
            act = f"Prefer {lower}." if abs(d) >= 0.2 else "Too small to act on."
            words = f"{lower} is lower than {higher} by {abs(gap):.5g}{percent}; p = {p:.2g}, d = {d:.2f} ({size}). {act}"
        else:
            words = f"No significant difference (p = {p:.2g}). Keep what you have, or collect more data."
        return StatisticalValidation(p < self.alpha, p, d, (gap - reach, gap + reach), words)

    def validate_benchmark_result(self, result, min_samples: int = 100) -> StatisticalValidation:
        values = sorted(float(value) for value in measured_values("latencies", result, at_least=0))
        n = len(values)
        offline = result.scenario not in OWN_PERCENTILE
        interval = self._rate(values, result.throughput) if offline else self._order_statistics(values, OWN_PERCENTILE[result.scenario])
        metric = "throughput" if offline else f"p{100 * OWN_PERCENTILE[result.scenario]:.0f} latency"
        order = latencies_in_order(result)
        p, change = drift_test(order) if order is not None else (1.0, 0.0)
        complaints = list(filter(None, [
            n < min_samples and f"too few samples: {n} of {min_samples}",
            p < self.alpha and f"drift: latencies {'rose' if change > 0 else 'fell'} (p = {p:.2g})",
            self._outliers(values),
        ]))
        words = f"{metric} is {format_interval(interval, format_rate if offline else format_seconds)} at {self.confidence_level:.1%} confidence"
        return StatisticalValidation(n >= min_samples, p, change, interval, "; ".join([words, *(complaints or ["no objections"])]) + ".")

    def _order_statistics(self, values, share):
        n = len(values)
        ends = [0.0, *values, float("inf")]
        low = sum(1 for k in range(n) if binomial_cdf(k, n, share) <= self.alpha / 2)
        high = sum(1 for k in range(n) if binomial_cdf(k, n, share) < 1 - self.alpha / 2)
        return ends[low], ends[high + 1]

    def _rate(self, values, throughput):
        if len(values) < 2 or statistics.fmean(values) <= 0:
            return 0.0, float("inf")
        mean = statistics.fmean(values)
        half = student_t_quantile(1 - self.alpha / 2, len(values) - 1) * statistics.stdev(values) / len(values) ** 0.5
        return throughput * mean / (mean + half), throughput * mean / (mean - half) if mean > half else float("inf")

    @staticmethod
    def _outliers(values):
        if len(values) < 4:
            return ""
        q1, _, q3 = statistics.quantiles(values, n=4, method="inclusive")
        far = [value for value in values if value > q3 + max(3 * (q3 - q1), 1e-6)]
        return f"{len(far)} outliers, the slowest {format_seconds(far[-1])}" if far else ""


def math_copysign(size, sign):
    import math

    return math.copysign(size, sign)
