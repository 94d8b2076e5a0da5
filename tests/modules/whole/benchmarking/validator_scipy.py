# %% write-validator
class StatisticalValidator:
    """SciPy does the statistics."""

    def __init__(self, confidence_level: float = 0.95):
        if not 0 < confidence_level < 1:
            raise ValueError(f"confidence_level must lie between 0 and 1, got {confidence_level}")
        self.confidence_level = confidence_level
        self.alpha = 1 - confidence_level

    def validate_comparison(self, results_a, results_b) -> StatisticalValidation:
        from scipy import stats

        a = np.copy(measured_values("results_a", results_a))
        b = np.copy(measured_values("results_b", results_b))
        if is_constant(a) and is_constant(b):
            raise ValueError("results_a and results_b have zero variance: nothing can be tested")
        test = stats.ttest_ind(a, b, equal_var=True)
        interval = test.confidence_interval(confidence_level=self.confidence_level)
        difference = a.mean() - b.mean()
        dof = len(a) + len(b) - 2
        pooled = np.sqrt((np.sum((a - a.mean()) ** 2) + np.sum((b - b.mean()) ** 2)) / dof)
        significant = test.pvalue < self.alpha
        if significant:
            if difference < 0:
                text = f"results_a is lower than results_b by {-difference:.6g} ({-100 * difference / b.mean():.2f} percent), use A."
            else:
                text = f"results_b is lower than results_a by {difference:.6g} ({100 * difference / a.mean():.2f} percent), use B."
        else:
            text = "There is no significant difference between A and B; there is no reason to choose one over the other."
        return StatisticalValidation(bool(significant), float(test.pvalue), float(difference / pooled),
                                     (float(interval.low), float(interval.high)), text + f" p={test.pvalue:.3g}")

    def validate_benchmark_result(self, result, min_samples: int = 100) -> StatisticalValidation:
        from scipy import stats

        latencies = measured_values("latencies", result, at_least=0).copy()
        n = len(latencies)
        enough = n >= min_samples
        remarks = [] if enough else [f"too few samples ({n}; {min_samples} wanted)"]
        interval = (0.0, float("inf"))
        offline = result.scenario == BenchmarkScenario.OFFLINE
        if n >= 2 and np.std(latencies) > 0:
            low, high = stats.t.interval(self.confidence_level, n - 1, loc=latencies.mean(), scale=stats.sem(latencies))
            interval = (float(low), float(high))
        elif n >= 2:
            interval = (float(latencies.mean()), float(latencies.mean()))
        name = "mean latency"
        if offline:
            name = "throughput"
            mean = latencies.mean() if n else 0.0
            rates = [result.throughput * mean / end if 0 < end < np.inf else (0.0 if end else np.inf) for end in interval[::-1]]
            interval = (float(rates[0]), float(rates[1]))
            if interval[0] == 0 or interval[1] == 0 or interval[0] > interval[1]:
                interval = (interval[0], float("inf"))
        in_order = latencies_in_order(result)
        p_value, effect = (1.0, 0.0) if in_order is None else drift_test(in_order)
        if p_value < self.alpha:
            remarks.append(f"drift over the run (p = {p_value:.2g}), latency {'rose' if effect > 0 else 'fell'}")
        if n >= 4:
            box = stats.iqr(latencies)
            strange = latencies[latencies > np.percentile(latencies, 75) + np.maximum(3 * box, 1e-6)]
            if strange.size:
                remarks.append(f"{strange.size} outliers")
        words = format_interval(interval, format_rate if offline else format_seconds)
        text = f"n = {n}; {name} {words} ({100 * self.confidence_level:g} % confidence). " + (" ".join(r + "." for r in remarks) or "Looks fine.")
        return StatisticalValidation(enough, p_value, effect, interval, text)
