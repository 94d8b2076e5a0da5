def _draw_intervals(experiments=80, n=25, truth=10.0):
    rng = np.random.default_rng(5)
    runs = rng.normal(truth, 1.0, (experiments, n))
    t_at_975 = 2.0639  # Student's t with 24 degrees of freedom
    means, half = runs.mean(axis=1), t_at_975 * runs.std(axis=1, ddof=1) / np.sqrt(n)
    missed = np.abs(means - truth) > half
    title = f"95 % intervals from {experiments} experiments: {missed.sum()} miss"
    axis = picture(title, "experiment", "mean latency (ms)")
    for miss, colour in ((False, HONEST), (True, MEASURED)):
        where = np.flatnonzero(missed == miss)
        axis.errorbar(where, means[where], half[where], fmt=".", color=colour, elinewidth=1.2)
    axis.axhline(truth, color="black", lw=1, ls="--")


_draw_intervals()
