def _times_of_one_layer(count=500, size=20_000):
    x = np.random.default_rng(0).normal(size=size)
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        np.tanh(x)
        taken.append(time.perf_counter() - start)
    return 1e6 * np.array(taken)


def _draw_the_crowd(taken_us):
    from matplotlib.ticker import LogFormatter

    left, right = picture("", "", "", axes=2)
    left.plot(taken_us, ".", color=HONEST, markersize=3)
    left.set(title="The same call, 500 times", xlabel="call", ylabel="latency (µs)", yscale="log")
    in_order = np.sort(taken_us)
    right.step(in_order, 1 - np.arange(len(in_order)) / len(in_order), color=HONEST)
    right.set(title="How many calls are slower than x", xlabel="x: latency (µs)", ylabel="share of calls",
              xscale="log", yscale="log")
    for share in (0.5, 0.9, 0.99):
        value = in_order[int(share * len(in_order))]
        right.plot(value, 1 - share, "o", color=MEASURED)
        place = {"xy": (value, 1 - share), "xytext": (8, 4), "textcoords": "offset points"}
        right.annotate(f"p{share * 100:.0f}: {value:,.0f} µs", **place)
    for scale in (left.yaxis, right.xaxis):
        scale.set_major_formatter(LogFormatter())
        scale.set_minor_formatter(LogFormatter())
        scale.set_tick_params(which="both", labelsize=7)


_draw_the_crowd(_times_of_one_layer())
