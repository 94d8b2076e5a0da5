def queries_there(load):
    """How many queries are there, waiting or served, when each one of the minute arrives (itself included)."""
    arrivals_s, latencies_ms = minute_at(load)
    ends_s = arrivals_s + latencies_ms / 1e3
    return arrivals_s, 1 + np.arange(len(arrivals_s)) - np.searchsorted(ends_s, arrivals_s, side="right")


def draw_load(load, before=None):
    """The tail at a load and the queue that makes it; those of the load `before` it, pale."""
    left, right = picture("", "", "", axes=2)
    loads, colours = ([load], [HONEST]) if before is None else ([before, load], [PALE, HONEST])
    _draw_tails(left, loads, colours)
    left.legend(frameon=False, loc="lower left", fontsize=8)  # clear of the curves
    for each, color in zip(loads, colours):
        right.plot(*queries_there(each), color=color, lw=0.8, drawstyle="steps-post")
    right.set(title="The queue that makes the tail", xlabel="time (s)", ylabel="queries there", xlim=(0, 60), ylim=0)


LOADS_SEEN = [None]  # no argument: the slider's library would make a control of it


def show_load(load):
    """What the slider calls: it remembers the load before."""
    draw_load(load, before=LOADS_SEEN[-1])
    LOADS_SEEN.append(load)


if has_widgets():
    from ipywidgets import FloatSlider, Layout, interactive
    from IPython.display import display

    wide = {"layout": Layout(width="95%"), "continuous_update": False}  # a new picture when the mouse lets go
    slider = FloatSlider(0.8, min=0.05, max=0.96, step=0.01, description="load ρ", **wide)
    explored = interactive(show_load, load=slider)
    explored.children[-1].layout.min_height = "370px"  # the page keeps still while a picture is drawn
    display(explored)
else:
    draw_load(0.9, before=0.8)
