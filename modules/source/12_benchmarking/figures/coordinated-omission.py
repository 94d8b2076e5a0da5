def _p99_both_ways(loads, service_s=0.010, queries=100_000):
    """Simulated p99 in ms for each load: from the scheduled arrival, and from the start of service."""
    rng = np.random.default_rng(3)
    unit_gaps = rng.exponential(size=queries)
    jitter_s = service_s * (1 + 0.02 * rng.standard_normal(queries))
    waits = [waits_in_line(np.cumsum(unit_gaps) * service_s / load, jitter_s) for load in loads]
    honest = [1e3 * np.quantile(wait + jitter_s, 0.99) for wait in waits]
    return np.array(honest), np.full(len(loads), 1e3 * np.quantile(jitter_s, 0.99))


def _draw_coordinated_omission():
    loads = np.linspace(0.05, 0.97, 93)[::4]
    loads = np.sort(np.append(loads, 0.9))
    honest, naive = _p99_both_ways(loads)
    mean = 10 + 10 * loads / (2 * (1 - loads))
    title = "A model that takes 10 ms: what do you report?"
    axis = picture(title, "load ρ (share of capacity)", "latency (ms)", yscale="log")
    axis.plot(loads, honest, color=HONEST, lw=2, label="p99 from the scheduled arrival")
    axis.plot(loads, mean, color=HONEST, ls=":", label="mean latency, M/D/1 theory")
    axis.plot(loads, naive, color=MEASURED, lw=2, label="p99 from the start of service")
    at = int(np.argmin(np.abs(loads - 0.9)))
    for value, shift in ((honest[at], (-48, 4)), (naive[at], (-20, -16))):
        axis.annotate(f"{value:.3g} ms", (loads[at], value), xytext=shift, textcoords="offset points")
    axis.set(ylim=(7, 900), yticks=[10, 20, 50, 100, 200, 500], yticklabels=[10, 20, 50, 100, 200, 500])
    axis.minorticks_off()
    axis.legend(frameon=False)


_draw_coordinated_omission()
