def _families_with_a_false_alarm(families=400, models=6, rounds=20):
    """In how many families some pair is called different: raw, by Holm, by Benjamini and Hochberg."""
    rng = np.random.default_rng(6)
    alarms = np.zeros(3)
    for _ in progress(range(families), "families of comparisons"):
        runs = rng.normal(size=(models, rounds))
        raw = [signed_rank_p_value(a - b) for a, b in itertools.combinations(runs, 2)]
        smallest = [min(raw), *(min(adjust(raw)) for adjust in ADJUSTMENTS.values())]
        alarms += np.array(smallest) < 0.05
    return 100 * alarms / families


def _draw_families():
    title = "Six equal models, fifteen pairs: how often some pair is called different"
    axis = picture(title, "adjustment of the p-values", "families with a false alarm (%)", ylim=(0, 48))
    names = ["none", "Holm", "Benjamini–Hochberg"]
    bars = axis.bar(names, _families_with_a_false_alarm(), color=[MEASURED, HONEST, HONEST], width=0.5)
    axis.bar_label(bars, fmt="%.1f %%", padding=16)
    axis.axhline(5, color="black", lw=1, ls="--", label="α = 5 %")
    axis.legend(frameon=False)


_draw_families()
