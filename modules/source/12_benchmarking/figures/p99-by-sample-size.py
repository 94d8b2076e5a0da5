def _draw_p99_by_sample_size():
    rng = np.random.default_rng(8)
    truth = 10 * np.exp(0.25 * 2.3263)  # p99 of the lognormal distribution below
    sizes = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
    runs = (10 * np.exp(0.25 * rng.standard_normal((250, n))) for n in progress(sizes, "sizes"))
    estimates = [np.quantile(run, 0.99, axis=1) for run in runs]
    low, middle, high = np.transpose([np.quantile(estimate, [0.05, 0.5, 0.95]) for estimate in estimates])
    title = "One model, p99 estimated from n queries"
    axis = picture(title, "n: queries in a run", "estimated p99 (ms)", xscale="log")
    axis.fill_between(sizes, low, high, color=HONEST, alpha=0.25, label="where 90 % of the runs land")
    axis.plot(sizes, middle, color=HONEST, label="median of the runs")
    axis.axhline(truth, color=MEASURED, ls="--", label="the truth")
    axis.legend(frameon=False)


_draw_p99_by_sample_size()
