UNIT_GAPS, SERVICE_S = np.random.default_rng(21).exponential(size=5_800), 0.010


def minute_at(load):
    """Poisson arrivals (s) of one minute at a model that takes 10 ms, and their latencies (ms), in their order."""
    arrivals_s = np.cumsum(UNIT_GAPS) * SERVICE_S / load
    arrivals_s = arrivals_s[arrivals_s < 60]
    return arrivals_s, 1e3 * (waits_in_line(arrivals_s, SERVICE_S) + SERVICE_S)


def _draw_tails(axis, loads, colours):
    """The latencies at each load, as the share that is slower than x, with a dot on each percentile."""
    for load, color in zip(loads, colours):
        latencies_ms = np.sort(minute_at(load)[1])
        slower = 1 - np.arange(len(latencies_ms)) / len(latencies_ms)
        p50, p90, p99 = np.quantile(latencies_ms, [0.5, 0.9, 0.99])
        name = f"load {load:.2f}: p50 {p50:.0f}, p90 {p90:.0f}, p99 {p99:.0f} ms"
        axis.step(latencies_ms, slower, where="post", color=color, label=name)
        axis.plot([p50, p90, p99], [0.5, 0.1, 0.01], "o", color=color)
    ticks = [10, 20, 50, 100, 200, 500]
    axis.set(title="One minute of queries to a model that takes 10 ms", xlabel="x: latency (ms)",
             ylabel="share of queries slower than x", xscale="log", yscale="log",
             xlim=(9, 600), ylim=(8e-4, 1.3), xticks=ticks, xticklabels=ticks)
    axis.minorticks_off()
    axis.legend(frameon=False, loc="upper right")


_draw_tails(picture("", "", ""), [0.95, 0.8, 0.3], [MEASURED, HONEST, PALE])
