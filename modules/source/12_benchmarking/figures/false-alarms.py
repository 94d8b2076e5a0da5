def _false_alarms(experiments=300, blocks=20, queries=50):
    rng = np.random.default_rng(11)
    runs = _wandering_machine(rng, experiments, 2 * blocks * queries)
    a, b = np.split(runs, 2, axis=1)
    t = (a.mean(axis=1) - b.mean(axis=1)) / np.sqrt((a.var(axis=1) + b.var(axis=1)) / (blocks * queries))
    medians = np.median(runs.reshape(experiments, blocks, 2, queries), axis=3)
    a_first = rng.choice([-1, 1], (experiments, blocks))
    paired = [signed_rank_p_value(row) for row in (medians[:, :, 0] - medians[:, :, 1]) * a_first]
    return runs[0], np.mean(np.abs(t) > 1.96), np.mean(np.array(paired) < 0.05)


def _draw_false_alarms():
    run, sequential, interleaved = _false_alarms()
    left, right = picture("", "", "", axes=2)
    half = len(run) // 2
    left.plot(run[:half], color=HONEST, lw=0.5)
    left.plot(range(half, len(run)), run[half:], color=MEASURED, lw=0.5)
    left.set(title="One model: first as A, then as B", xlabel="call", ylabel="latency (ms)")
    bars = right.bar(["all of A, then all of B\nWelch's t", "blocks in random order\nsigned-rank test"],
                     [100 * sequential, 100 * interleaved], color=[MEASURED, HONEST])
    right.bar_label(bars, fmt="%.0f %%")
    right.axhline(5, color="black", lw=1, ls="--")
    right.set(title="The same model called different", ylabel="false alarms (%)", ylim=(0, 105))


_draw_false_alarms()
