def on_the_front(points):
    """The names of the points (latency, accuracy) that none beats in both; the fastest first."""
    beaten = {name for name, other in itertools.permutations(points, 2) if points[other] != points[name]
              and points[other][0] <= points[name][0] and points[other][1] >= points[name][1]}
    return sorted(points.keys() - beaten, key=points.get)


def draw_front(axis, right, medians, load):
    """Accuracy against latency, with intervals, and the front as a line."""
    points = {name: (1e6 * np.median(medians[name]), 100 * np.mean(right[name])) for name in right}
    front = zip(*(points[name] for name in on_the_front(points)))
    axis.plot(*front, color=PALE, lw=6, zorder=0, label="front, by the points")
    for (name, (x, y)), marker in zip(points.items(), "osDvX"):
        (left, below), (beyond, above) = zip(median_interval(medians[name]), share_interval(right[name]))
        spread = [[x - 1e6 * left], [1e6 * beyond - x]], [[y - 100 * below], [100 * above - y]]
        color = MEASURED if name == "digits_mlp" else HONEST
        axis.errorbar(x, y, spread[1], spread[0], fmt=marker, ms=8, color=color, mfc="none", lw=1, label=name)
    axis.set(title=f"Accuracy against latency: {LOADS[load]}", xlabel="median latency (µs, log scale)",
             ylabel="accuracy on held-out digits (%)", xscale="log")
    ticks = [float(f"{tick:.2g}") for tick in np.geomspace(*axis.get_xlim(), 6)[1:-1]]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()


def draw_networks(right, medians):
    """One picture of accuracy against latency for each load."""
    axes = picture("", "", "", axes=2)
    for axis, load in zip(axes, LOADS):
        draw_front(axis, right, medians[load], load)
    lines, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(lines, labels, loc="outside lower center", ncols=3, frameon=False)


if compared:
    draw_networks(*compared[:2])
