def _wandering_machine(rng, experiments, calls):
    """Latencies in ms of one 10 ms model, a row an experiment: jitter, and a speed that wanders slowly."""
    wander, speed = np.empty((experiments, calls)), 0.1 * rng.standard_normal(experiments)
    for call in progress(range(calls), "simulated calls"):
        speed = 0.998 * speed + 0.1 * np.sqrt(1 - 0.998**2) * rng.standard_normal(experiments)
        wander[:, call] = speed
    return 10 + wander + 0.1 * rng.exponential(size=wander.shape)


def autocorrelation(values, lags):
    """The correlation of a series with itself, for each lag in calls."""
    values = np.asarray(values) - np.mean(values)
    return [np.mean(values[:-lag] * values[lag:]) / np.mean(values**2) for lag in lags]


def _draw_autocorrelation(calls=3000):
    rng = np.random.default_rng(13)
    (simulated,) = _wandering_machine(rng, 1, calls)
    lags = np.unique(np.geomspace(1, 500, 40).astype(int))
    axis = picture("How much a latency resembles the one k calls later", "k: lag (calls)",
                   "correlation (1 is the same)", xscale="log", ylim=(-0.3, 1))
    axis.plot(lags, autocorrelation(_times_of_one_layer(calls), lags), color=MEASURED, label="your machine")
    axis.plot(lags, autocorrelation(simulated, lags), color=HONEST, label="simulated, its speed wanders")
    axis.plot(lags, autocorrelation(rng.permutation(simulated), lags), color=PALE, label="the same, shuffled")
    axis.axhspan(-1.96 / np.sqrt(calls), 1.96 / np.sqrt(calls), color=PALE, alpha=0.4, lw=0)
    axis.legend(frameon=False, loc="upper right")


_draw_autocorrelation()
