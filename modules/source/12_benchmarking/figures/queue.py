def waits_in_line(arrivals_s, service_s):
    """Lindley's recursion: how long each query waits before its service starts, in seconds."""
    service_s = np.broadcast_to(service_s, len(arrivals_s))
    walk = np.concatenate([[0.0], np.cumsum(service_s[:-1] - np.diff(arrivals_s))])
    return walk - np.minimum.accumulate(walk)


def _draw_the_queue():
    arrivals_ms = np.array([2, 17, 20, 23, 34, 52, 74, 77])
    start_ms = arrivals_ms + 1e3 * waits_in_line(arrivals_ms / 1e3, 0.010)
    axis = picture("Eight queries, 10 ms of service each", "time (ms)", "query", yticks=range(1, 9))
    queries = np.arange(1, 9)
    axis.barh(queries, start_ms - arrivals_ms, left=arrivals_ms, color=PALE, label="waits in line")
    axis.barh(queries, 10, left=start_ms, color=HONEST, label="is served")
    axis.plot(arrivals_ms, queries, "|", color=MEASURED, markersize=14, markeredgewidth=2, label="is due")
    for query, due, start in zip(queries, arrivals_ms, start_ms):
        axis.text(start + 10.6, query + 0.15, f"{start + 10 - due:.0f} ms")
    axis.set_xlim(0, 102)
    axis.invert_yaxis()
    axis.legend(frameon=False, loc="lower left")


_draw_the_queue()
