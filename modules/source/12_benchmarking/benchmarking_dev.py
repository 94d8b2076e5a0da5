# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,deletable,editable,title,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Benchmarking
#
# > How to measure a model so that the number means something: load, time, chance and an honest report.
#
# **Time:** 8 to 10 hours, in six parts · **Needs:** tensor, activations, layers, networks, dataloader · **Points:** 100, and 10 for the written question
#
# You have a model and someone asks: *how fast is it?* You time one call, you get 3.1 milliseconds, you say
# so. An hour later the same line prints 4.8. In production, users wait for a fifth of a second. Nobody lied,
# and yet every one of these numbers was an answer to a different question.
#
# This module is about asking the right one. You build a small benchmark suite modelled on
# [MLPerf](https://mlcommons.org/benchmarks/), the benchmark that the industry has agreed on:
#
# 1. **Load**: three ways in which queries reach a model, each with a clock that starts at the right moment.
# 2. **Chance**: what may be concluded from numbers that come out differently every time.
# 3. **One place for it all**: an object that runs everything, and compares two models fairly.
# 4. **Reporting**: saying what was measured, and nothing else.
# 5. **All together**: a trained network measured on your machine.
# 6. **Choosing**: which of five networks you would use, by accuracy and latency.
#
# You write twelve methods, all of them in the first four parts. Each one's docstring gives the steps; after each part there is a test to run while
# you work, and then the locked checks that count. Tests run in *simulated time*: a model that "takes 10 ms"
# moves a simulated clock by exactly 10 ms, so that a minute of traffic is over at once and comes out the same
# on every machine. `%tito test` in a cell of your own runs all the checks on what you have saved, `%tito hint`
# gives a hint. Before each picture stands a question, **Predict first**: write your answer down, then run the cell.

# %%
#| default_exp core.benchmarking
# %load_ext tito

# %% given given-imports
#| export
import itertools
import os
import platform
import random
import re
import statistics
import time
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np

# %% given given-testing tags=["hide-input"]
from tito.tools.testing import Check, raises, replaced, run_module_tests_auto, virtual_time

# %% tags=["hide-input"]
MEASURED, HONEST, PALE = "#c1440e", "#1f5f8b", "#b8bfc6"  # the colours of all pictures


def picture(title, x, y, axes=1, **options):
    """An empty plot (or a row of them) with a title and labelled axes."""
    import matplotlib.pyplot as plt

    _, found = plt.subplots(1, axes, figsize=(8.5, 3.6), layout="constrained", squeeze=False)
    for axis in found[0]:
        axis.spines[["top", "right"]].set_visible(False)
        axis.set(title=title, xlabel=x, ylabel=y, **options)
    return found[0] if axes > 1 else found[0][0]


def has_widgets():
    """Is this a notebook in whose page a slider can be shown?"""
    from importlib.util import find_spec

    return "get_ipython" in globals() and hasattr(get_ipython(), "kernel") and find_spec("ipywidgets") is not None


def progress(items, what):
    """The items, one after the other; in a notebook with a bar, for whatever takes seconds."""
    from tqdm.auto import tqdm

    return tqdm(items, desc=what, leave=False) if has_widgets() else items

# %% [markdown]
# ## Part 1: Load
#
# ### A measurement is a crowd, not a number
#
# Before anything else, look at what timing really gives. The next cell computes the tanh of the same 20,000
# numbers 500 times on your machine: same code, same data, nothing random in it.
# **Predict first.** How many times as long as the median does the slowest of the 500 calls take: 1.1, 2, or 10?

# %% figure crowd

# %% [markdown]
# **What to see.** The first calls are often slow (caches are cold, memory is fetched), most lie close
# together, and now and then one takes many times as long: the scheduler gave the processor to somebody else.
# The right-hand picture puts the tail on a logarithmic scale. There is no "the" latency. There is a
# distribution, and it has a long tail.
#
# So a latency is reported by **percentiles**: p90 is the value that 90 % of the queries stay below. The mean
# mixes the many good calls with the few terrible ones and describes neither. Percentiles are counted off in
# *sorted* data:
#
# $$\text{p}_q = x_{(\lfloor q\,n \rfloor + 1)}, \qquad x_{(1)} \le x_{(2)} \le \dots \le x_{(n)}$$
#
# Here $q$ is the share, 0.9 for p90, and $x_{(1)}$ the smallest of $n$ values. That is all that the given function
# `percentile` does. Nor can percentiles be averaged: the mean of two
# machines' p99 is not the p99 of both together.
#
# Four ways to be fooled come back all through this module:
#
# | the slip | what it does to the number |
# |---|---|
# | the clock covers too much (loading data, scoring) or too little (no waiting) | measures something else |
# | one run, one number | chance is taken for speed |
# | machine A in the morning, machine B at night | drift is taken for speed |
# | only what came out well is told | the reader is fooled instead |
#
# ### The four parts of a benchmark
#
# MLPerf keeps four things apart, and so do we. If they blur, nobody can say what was measured.
#
# ```
#    sample library ──── samples ────▶ ┌────────────────┐     log of      metrics,
#                                      │ load generator │ ──▶  all    ──▶  rules,
#    system under test ◀── queries ─── └────────────────┘     times       report
#          (SUT)      ─── answers ───▶
# ```
#
# | part | here | its rule |
# |---|---|---|
# | **SUT**, the system under test | `model` | it knows nothing of the benchmark |
# | **load generator** | `BenchmarkScenarios` | decides *when* queries are sent, and it alone holds the clock |
# | **sample library** | `dataset` | in memory before the clock starts |
# | **log, metrics and rules** | `BenchmarkResult` and what judges it | say what was measured, how, and whether it is enough |
#
# A result carries more than its number: the scenario, every latency, the throughput, the accuracy, and in its
# metadata the conditions of the run. Speed without accuracy is easy to have: answer 0 to everything. So
# accuracy is measured in the very run that is timed (outside the timed region), and where the data carries no
# targets it is `nan`, "not measured". It is never guessed.

# %% given given-results
#| export
class BenchmarkScenario(Enum):
    """How queries reach the model: MLPerf's four scenarios; the last is an optional exercise."""

    SINGLE_STREAM = "single_stream"
    SERVER = "server"
    OFFLINE = "offline"
    MULTI_STREAM = "multi_stream"


@dataclass
class BenchmarkResult:
    """What one run measured.

    `latencies` are in seconds, `throughput` is in samples per second, `accuracy` goes from 0 to 1 and is nan
    when the dataset carries no targets. `metadata` keeps the conditions of the run.
    """

    scenario: BenchmarkScenario
    latencies: list[float]
    throughput: float
    accuracy: float
    metadata: dict | None = None

# %% [markdown]
# ### Four scenarios
#
# The same model can be asked in quite different ways, and each way has a metric of its own:
#
# | scenario | how queries come | like | MLPerf's metric |
# |---|---|---|---|
# | **single-stream** | one; the next when it has been answered | a phone's camera | p90 latency |
# | **multi-stream** | eight samples in one query; the next when it has been answered | a car's eight cameras | p99 latency of a query |
# | **server** | when they please: a Poisson process | a web service | p99 latency within a bound, at the highest rate that still holds it |
# | **offline** | all at once | a night's batch job | samples per second |
#
# You write three of them; multi-stream is an exercise at the end.
#
# **Single-stream** is the simplest clock there is: read it, call the model, read it again. What stands
# between the two readings is what you measure, so nothing else may stand there. Fetching a sample from the
# dataset is not the model's work, nor is comparing the answer with the target.
#
# **Offline** asks for throughput, and there lies its trap. With $n$ samples in batches, answered within $T$
# seconds,
#
# $$\text{throughput} = \frac{n}{T} \;\text{samples/s},
# \qquad\text{not}\quad \frac{\text{batches}}{T}\quad\text{and not}\quad \frac{T}{n}.$$
#
# A batch's latency is no sample's latency: a batch of 32 that takes 40 ms answers 800 samples a second, and
# yet each sample has waited 40 ms. Large batches buy throughput with latency. Whether that is a good deal
# depends on who waits.
#
# ### The server: who decides when the next query comes?
#
# In single-stream the *model* decides: the next query waits politely until the last one is done. That is a
# **closed loop**. Users do not do that. They come when they come, whether the model is busy or not: an **open
# loop**.
#
# If many people act independently of each other, arrivals form a **Poisson process**. With $\lambda$ queries
# a second, the gaps between them are independent and exponential,
#
# $$P(\text{gap} > t) = e^{-\lambda t}, \qquad \mathbb{E}[\text{gap}] = \frac{1}{\lambda},$$
#
# and the number of arrivals in $d$ seconds has mean $\lambda d$ and variance $\lambda d$. So at 10 queries a
# second for a minute you get about 600, give or take 25, and not evenly: they come in bunches. Bunches make
# queues.
#
# Now the question that this module is about: **when does a query's clock start?** When it is *due*, not when
# the model gets round to it. Here are eight queries to a model that takes 10 ms for each.
# **Predict first.** Queries 1 to 4 are due at 2, 17, 20 and 23 ms. When is query 4 answered?

# %% figure queue

# %% [markdown]
# **What to see.** The blue bars are all the same: 10 ms. What a user feels is the whole bar, from the red
# mark on. Query 4 arrives while two others are still ahead of it, and its latency is more than twice its
# service time, though the model was not one bit slower.
#
# Start the clock with the blue bar and the queue vanishes from the numbers. Gil Tene named this slip
# **coordinated omission**: the load generator coordinates with the system that it measures. While the system
# stalls, it sends nothing, and so omits just the queries that would have shown the stall.
#
# **How bad is it?** Let query $n$ be served for $S_n$ seconds, and let $A_n$ be the gap between arrivals $n$
# and $n + 1$. The next query waits for what is left:
#
# $$W_{n+1} = \max(0,\; W_n + S_n - A_n), \qquad L_n = W_n + S_n .$$
#
# That is **Lindley's recursion** (1952), and it is exact: from arrivals and service times alone it gives
# every latency $L_n$. (`waits_in_line`, in the cell that draws the eight queries, is the same,
# unrolled.) For Poisson arrivals and a fixed service time $s$, the mean wait has a closed form (theory calls this
# queue **M/D/1**: memoryless arrivals, deterministic service, one server), with the load
# $\rho = \lambda s$ as the share of time that the model is busy:
#
# $$\mathbb{E}[W] = \frac{\rho\, s}{2(1 - \rho)}$$
#
# At $\rho = 0.5$ that is half a service time; at 0.9 it is four and a half; at 1 it has no bound. Let us
# measure a simulated model both ways.
# **Predict first.** The model takes 10 ms, and is busy nine tenths of the time. What is its p99: 15 ms, 50 ms,
# or 200 ms? And what does the loop say that starts the clock with the service?

# %% figure coordinated-omission

# %% [markdown]
# **What to see.** The red line is flat: measured from the start of service, the model looks equally good at
# every load, even just before it collapses. The blue line is what users get. At 0.9 of capacity its p99 is
# 222 ms, where the naive loop says 10.5 ms: **twenty times too good**. (MLPerf's own load generator, LoadGen, reported
# 212 ms in one run, and theory says 230 ms: near saturation a single bad minute makes a tail, and runs of finite length
# scatter.) The dotted curve shows that even the *mean* departs from the red line.
#
# The next picture shows all latencies of one simulated minute at three loads, as the share of queries that are
# *slower* than x, on a logarithmic scale.
# **Predict first.** From a load of 0.80 to 0.95 traffic grows by less than a fifth. By which factor does p99 grow?

# %% figure tails

# %% [markdown]
# **Try it.** Choose the load. On the left are the latencies of the minute, on the right the queue that makes them:
# how many queries are there at each moment, waiting or served. What you looked at before stays, pale. At which
# load does p99 reach 100 ms? Does the tail come from all of the minute, or from a few seconds of it?

# %% figure slider

# %% [markdown]
# **What to see.** At every load each query is served in the same 10 ms; only the queue differs. At 0.3 the
# line is steep: most queries find the model idle, and even p99 is about three services. Towards 1 the whole
# line moves right: from 0.80 to 0.95, with less than a fifth more traffic, p50, p90 and p99 all double at least.
#
# Hence the rules for your `server`:
#
# - **Draw all arrivals before the run.** Then nothing that the model does can move them. The generator has a
#   seed, so the run can be repeated.
# - **Latency runs from the scheduled arrival to completion.** Keep waiting and service time apart in the
#   metadata; they have different causes.
# - **Serve everyone** who arrived within `duration`, also those still in line at its end. Dropping them is
#   omission again.
# - **Say whether the model kept up.** Its *utilisation*, the sum of service times divided by `duration`,
#   estimates $\rho$. At 1 or more, the line only grows, and the latencies say more about how long you
#   measured than about the model.
#
# One thing is left: *waiting for the next arrival*. `time.sleep` wakes up late. On the machine on which this
# was written (two shared cores, Linux) it was late by 57 µs at the median and 627 µs at p99, which would be blamed on the model.
# Spinning (reading the clock in a loop) is exact but burns a core. So sleep most of the way, and spin the
# last 300 µs: late by 0.9 µs (p50) to 54 µs (p99). `wait_until` does that for you.
#
# *Would threads help?* On a model that computes in Python, worker threads fight for the interpreter lock and
# make the tail longer (p99 of 17 ms against 7 ms at 0.7 of capacity). On one that releases the lock, as NumPy
# does in large products, they help. One loop is fine here.
#
# ### How the load generator talks to a model
#
# So that *any* model and *any* dataset can be measured, the next cells fix a small protocol. They are given;
# read them once.
#
# | a sample is | the model is called with |
# |---|---|
# | a dict with `"data"` and perhaps `"target"` | the dict, as it is |
# | a pair `(x, y)`, a tuple, as a `DataLoader`'s dataset gives | `x` |
# | anything else | the sample itself |
#
# - A **TinyTorch model** (it has `forward` and `parameters`) gets a `Tensor` of the data in each of the three
#   cases.
# - An **answer** is a dict with `"prediction"`, or the prediction itself; a prediction is an array of scores
#   (the highest one wins) or a class.
# - A model that can *also* answer **a whole batch in one call** says so with an attribute,
#   `model.takes_batches = True`. Then, offline, it gets a list of samples (what the table says, for each) and
#   returns one answer for each. TinyTorch models take batches without saying so; they get one stacked
#   `Tensor` of shape `(batch, ...)`.
# - A **dataset** is anything with `len(dataset)` and `dataset[i]`. It may not know slices, so do not slice
#   it.
#
# With `model_input`, `batch_inputs` and `batch_answers` you need not tell these cases apart.

# %% given given-model
#| export
def sample_data(sample):
    """What the model sees of a sample: `sample["data"]`, the x of a pair `(x, y)`, or the sample itself."""
    if isinstance(sample, dict):
        return sample["data"]
    return sample[0] if _is_pair(sample) else sample


def sample_target(sample):
    """The right answer that comes with a sample, or None."""
    if isinstance(sample, dict):
        return sample.get("target")
    return sample[1] if _is_pair(sample) else None


def _is_pair(sample) -> bool:
    return isinstance(sample, tuple) and len(sample) == 2


def load_samples(dataset, count: int | None = None) -> list:
    """The first `count` samples of the dataset (all of them by default), looked up before any clock runs.

    A dataset is anything with `len(dataset)` and `dataset[i]`. ValueError when it is empty.
    """
    size = len(dataset)
    if size < 1:
        raise ValueError(f"dataset must hold at least one sample, but len(dataset) is {size}")
    return [dataset[i] for i in range(size if count is None else min(size, count))]


def is_tinytorch(model) -> bool:
    """Is this a TinyTorch model (it has `forward` and `parameters`), which wants a Tensor?"""
    return hasattr(model, "forward") and hasattr(model, "parameters")


def takes_batches(model) -> bool:
    """Can one call answer a whole batch? TinyTorch models can; others say `model.takes_batches = True`."""
    return is_tinytorch(model) or bool(getattr(model, "takes_batches", False))


def model_input(model, sample):
    """What to call the model with for one sample, made ready before the clock starts.

    A TinyTorch model gets a Tensor of the data. Any other callable gets a dict as it is, and x of a pair.
    """
    if is_tinytorch(model):
        return _tensor(np.asarray(sample_data(sample)))
    return sample if isinstance(sample, dict) else sample_data(sample)


def batch_inputs(model, samples: list) -> list:
    """What to call the model with for a batch: one input a call, so as many calls as there are inputs.

    A model that takes batches gets them all in one call: a TinyTorch model one stacked array of shape (batch,
    ...), any other a list. A model that takes one sample is called once a sample.
    """
    if is_tinytorch(model):
        return [_tensor(np.stack([np.asarray(sample_data(sample)) for sample in samples]))]
    inputs = [model_input(model, sample) for sample in samples]
    return [inputs] if takes_batches(model) else inputs


def batch_answers(model, outputs: list, count: int) -> list:
    """The `count` answers of a batch, one a sample, from what the calls of `batch_inputs` returned."""
    if not takes_batches(model):
        return outputs
    (output,) = outputs
    if isinstance(output, dict):
        output = output["prediction"]
    answers = list(np.asarray(output) if is_tinytorch(model) else output)
    if len(answers) != count:
        raise ValueError(f"the model gave {len(answers)} answers for a batch of {count} samples")
    return answers


def _tensor(array):
    from tinytorch.core.tensor import Tensor

    return Tensor(array)

# %% given given-accuracy
#| export
def predicted_class(answer):
    """The class that an answer names: the place of the highest score, or the class itself.

    An answer is a dict with "prediction", or the prediction itself; a prediction is an array of scores or a
    class.
    """
    if isinstance(answer, dict):
        if "prediction" not in answer:
            raise ValueError(f"an answer needs the key 'prediction'; the model gave {sorted(answer)}")
        answer = answer["prediction"]
    values = np.asarray(answer)
    return int(values.argmax()) if values.size > 1 else values.item()


def measure_accuracy(answers, samples) -> float:
    """The share of right answers, 0 to 1; nan when no sample carries a target.

    Answer i belongs to sample i; when there are more answers than samples, the samples go round.
    """
    targets = map(sample_target, itertools.cycle(samples))
    pairs = [(answer, target) for answer, target in zip(answers, targets) if target is not None]
    right = [predicted_class(answer) == predicted_class(target) for answer, target in pairs]
    return sum(right) / len(right) if right else float("nan")

# %% given given-clock
#| export
SPIN_S = 300e-6  # a sleep wakes up late by up to this much, so the last stretch is spent reading the clock


def wait_until(due_s: float, clock, sleep) -> None:
    """Return when `clock()` has reached `due_s` (seconds): sleep most of the way, spin the last 300 µs."""
    left_s = due_s - clock()
    if left_s > SPIN_S:
        sleep(left_s - SPIN_S)
    while clock() < due_s:
        pass


def require_at_least_one(name: str, value) -> None:
    """ValueError that names the parameter and its value, unless `value` is at least 1."""
    if not value >= 1:
        raise ValueError(f"{name} must be at least 1, got {value}")


def require_positive(name: str, value) -> None:
    """ValueError that names the parameter and its value, unless `value` is a finite number above 0."""
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} must be above 0 and finite, got {value}")


TOO_FAST = "too fast for this clock"


def per_second(count: int, elapsed_s: float) -> float:
    """How many of `count` came in a second; ValueError when the clock did not tick while they came."""
    if not elapsed_s > 0:
        raise ValueError(
            f"{TOO_FAST}: it did not tick during the run ({elapsed_s} s). Make the run longer, or pass a finer clock"
        )
    return count / elapsed_s


def is_too_fast(latencies) -> bool:
    """Do half of the latencies or more read 0, because the clock did not tick while they were measured?"""
    return len(latencies) > 0 and float(np.median(latencies)) <= 0


def require_ticks(latencies) -> None:
    """ValueError when half of the latencies or more read 0: their median says nothing."""
    if is_too_fast(latencies):
        raise ValueError(f"{TOO_FAST}: half of the latencies or more read 0. Let a query hold several samples")


def note_sample(error: Exception, index: int) -> None:
    """Add to an exception for which sample of the dataset the model raised it; the caller raises it again."""
    error.add_note(f"the model raised this for sample {index} of the dataset")


def percentile(latencies, share: float) -> float:
    """The value that a `share` (0.9 for p90) of the latencies stays below; nan when there are none."""
    if len(latencies) == 0:
        return float("nan")
    in_order = sorted(latencies)
    return in_order[min(int(share * len(in_order)), len(in_order) - 1)]

# %% given given-words
#| export
def format_seconds(seconds: float) -> str:
    """Seconds in the unit that suits them: "12.3 ms", "850 µs", "2.5 s"."""
    if np.isnan(seconds):
        return "not measured"
    if np.isinf(seconds):
        return "no bound"
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if abs(seconds) >= factor:
            return f"{seconds / factor:.4g} {unit}"
    return f"{seconds / 1e-9:.4g} ns"


def format_rate(samples_per_s: float) -> str:
    """A throughput: "12.5 samples/s", "455,012 samples/s"."""
    digits = ",.0f" if samples_per_s >= 1000 else ".4g"
    return f"{samples_per_s:{digits}} samples/s"


def format_interval(interval: tuple[float, float], say) -> str:
    """An interval in words, each end written by `say`: "between 9.8 ms and 10.3 ms"."""
    low, high = interval
    if np.isinf(high):
        return f"above {say(low)}, with no upper bound from so few samples"
    return f"between {say(low)} and {say(high)}"


def format_accuracy(accuracy) -> str:
    """An accuracy in percent, or "not measured"."""
    return "not measured" if accuracy is None or np.isnan(accuracy) else f"{accuracy:.1%}"

# %% [markdown]
# ### Write: the three scenarios
#
# Everything that you need has been said. Work from top to bottom, and run the test below as often as you
# like.
#
# A benchmark that goes wrong must say so *before* it has cost an hour. So bad input is refused before the first
# query, by name and value (`num_queries must be at least 1, got 0`). If the model raises, its own exception goes on,
# with a note that says at which sample.

# %% solution write-scenarios
#| export
class BenchmarkScenarios:
    """The load generator: sends queries to a model in one of three ways and times the answers.

    `results` keeps every result, in the order of the runs.
    """

    def __init__(self):
        self.results: list[BenchmarkResult] = []

    def single_stream(self, model, dataset, num_queries: int = 1000, *, clock=None) -> BenchmarkResult:
        """Ask one query at a time; the next one goes out when the last one has ended.

        Steps:
            1. Refuse bad input before anything runs: `num_queries` below 1 and an empty dataset are a
               `ValueError` that names the parameter and its value (`require_at_least_one`, `load_samples`).
            2. Look the samples up and make them ready (`load_samples`, `model_input`), outside the timed
               region.
            3. For each query take the next sample, starting over at the end of the dataset. Read the clock,
               call the model, read the clock: that is all that is timed. Keep the answer for later.
            4. If the model raises, let its own exception go on, with a note that gives the sample's index:
               catch it, `note_sample(error, index)`, then `raise`.
            5. Score the answers after the last query (`measure_accuracy`).
            6. Build the result, append it to `self.results`, return it.

        The result: `num_queries` latencies in ascending order; throughput is queries / elapsed seconds;
        metadata has "queries", "elapsed_s" and "latencies_in_order", the latencies in the order of arrival.

        Hints:
            - The clock is `time.perf_counter`, unless `clock` is given. Look it up when the method runs.
            - The sample of query q is number `q % len(samples)`.

        Example:
            >>> def model(sample): return {"prediction": sample["data"]}
            >>> result = BenchmarkScenarios().single_stream(model, [{"data": 1, "target": 1}], num_queries=5)
            >>> len(result.latencies), result.accuracy
            (5, 1.0)
        """
        ### BEGIN SOLUTION
        require_at_least_one("num_queries", num_queries)
        clock = clock or time.perf_counter
        samples = load_samples(dataset, num_queries)
        inputs = [model_input(model, sample) for sample in samples]
        latencies, answers, elapsed_s = self._time_queries(model, inputs, num_queries, clock)
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SINGLE_STREAM,
            latencies=sorted(latencies),
            throughput=per_second(num_queries, elapsed_s),
            accuracy=measure_accuracy(answers, samples),
            metadata={"queries": num_queries, "elapsed_s": elapsed_s, "latencies_in_order": latencies},
        )
        self.results.append(result)
        return result

    @staticmethod
    def _time_queries(model, inputs, num_queries, clock):
        """Ask for the inputs in turn: the latencies, the answers, and the seconds that all took."""
        latencies, answers = [], []
        begun = clock()
        try:
            for query in range(num_queries):
                x = inputs[query % len(inputs)]
                start = clock()
                answer = model(x)
                latencies.append(clock() - start)
                answers.append(answer)
        except Exception as error:  # whatever the model raises goes on, and says for which sample
            note_sample(error, len(answers) % len(inputs))
            raise
        elapsed_s = clock() - begun
        return latencies, answers, elapsed_s
        ### END SOLUTION

    def server(
        self, model, dataset, target_qps: float = 10.0, duration: float = 60.0,
        *, rng=None, clock=None, sleep=None,
    ) -> BenchmarkResult:
        """Queries arrive by chance, on average `target_qps` a second, for `duration` seconds: an open loop.

        Steps:
            1. Refuse bad input before anything runs: `target_qps` and `duration` have to be above 0
               (`require_positive`), the dataset not empty (`load_samples`): a `ValueError` that names the
               parameter and its value.
            2. Draw every arrival time before the run. In a Poisson process the gaps between arrivals are
               independent and exponential with mean 1 / target_qps seconds: add gaps up, from 0, as long as
               the sum is below `duration`. How the model does has no say in this.
            3. Serve the arrivals in order, the samples in turn (start over at the end of the dataset). Wait
               until the query is due (`wait_until`); if it is overdue, the model is behind: start at once.
               Serve all of them, also those still in line when `duration` is over.
            4. A query's latency goes from its *scheduled* arrival to its completion. Keep its two parts as
               well: waiting (arrival to start) and service (start to completion).
            5. If the model raises, let its own exception go on, with a note that gives the sample's index
               (`note_sample`).
            6. Score the answers after the last query; build the result, append it to `self.results`, return
               it.

        The result: latencies in ascending order; throughput is completed queries / seconds from the start of
        the run to the last completion. Metadata, in the order of arrival: "arrivals_s", "waiting_s",
        "service_s", "latencies_in_order"; and "queries", "target_qps", "achieved_qps" (the throughput),
        "duration_s", "elapsed_s", "seed", "utilisation" (sum of service times / duration), "kept_up"
        (utilisation below 1). When no query arrives in so short a time, the result has no latencies and
        throughput 0.

        Hints:
            - `rng` is a seed or a NumPy generator: `np.random.default_rng(rng)` takes either. When it is
              None, draw a seed with `random.getrandbits(32)` and keep it, so that the run can be repeated.
            - Scheduled times count from the start of the run: query i is due at `begun + arrivals[i]`.
            - `clock` and `sleep` are `time.perf_counter` and `time.sleep` unless given.

        Example:
            >>> def model(sample): time.sleep(0.001); return {"prediction": 0}
            >>> result = BenchmarkScenarios().server(model, [{"data": 1}], target_qps=50, duration=1, rng=7)
            >>> len(result.latencies) == result.metadata["queries"], result.metadata["kept_up"]
            (True, True)
        """
        ### BEGIN SOLUTION
        require_positive("target_qps", target_qps)
        require_positive("duration", duration)
        clock, sleep = clock or time.perf_counter, sleep or time.sleep
        seed = random.getrandbits(32) if rng is None else rng
        arrivals = self._draw_arrivals(seed, target_qps, duration)
        samples = load_samples(dataset)
        inputs = [model_input(model, sample) for sample in samples]
        starts, ends, answers = self._serve(model, inputs, arrivals, clock, sleep)
        latencies = [end - arrival for end, arrival in zip(ends, arrivals)]
        elapsed_s = ends[-1] if ends else duration
        throughput = len(ends) / elapsed_s
        kept_seed = seed if isinstance(seed, int) else None
        asked = {"target_qps": target_qps, "duration_s": duration, "seed": kept_seed}
        achieved = {"queries": len(latencies), "achieved_qps": throughput, "elapsed_s": elapsed_s}
        queue = self._describe_queue(arrivals, starts, ends, duration)
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SERVER,
            latencies=sorted(latencies),
            throughput=throughput,
            accuracy=measure_accuracy(answers, samples),
            metadata={**asked, **achieved, "latencies_in_order": latencies, **queue},
        )
        self.results.append(result)
        return result

    @staticmethod
    def _draw_arrivals(seed, target_qps, duration):
        """The arrival times of a Poisson process, in seconds from the start of the run."""
        gaps = np.random.default_rng(seed)
        arrivals, due = [], gaps.exponential(1 / target_qps)
        while due < duration:
            arrivals.append(due)
            due += gaps.exponential(1 / target_qps)
        return arrivals

    @staticmethod
    def _serve(model, inputs, arrivals, clock, sleep):
        """Serve the arrivals in order: when each query started and ended (in seconds of the run), and the answers."""
        starts, ends, answers = [], [], []
        begun = clock()
        try:
            for query, arrival in enumerate(arrivals):
                x = inputs[query % len(inputs)]
                wait_until(begun + arrival, clock, sleep)
                start = clock()
                answer = model(x)
                ends.append(clock() - begun)
                starts.append(start - begun)
                answers.append(answer)
        except Exception as error:  # whatever the model raises goes on, and says for which sample
            note_sample(error, len(answers) % len(inputs))
            raise
        return starts, ends, answers

    @staticmethod
    def _describe_queue(arrivals, starts, ends, duration):
        """The metadata on how long each query waited and was served, and whether the model kept up."""
        service_s = [end - start for end, start in zip(ends, starts)]
        utilisation = sum(service_s) / duration
        return {
            "arrivals_s": arrivals,
            "waiting_s": [start - arrival for start, arrival in zip(starts, arrivals)],
            "service_s": service_s,
            "utilisation": utilisation,
            "kept_up": utilisation < 1,
        }
        ### END SOLUTION

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        """All samples are there at once: work through them in batches, as fast as it goes.

        Steps:
            1. Refuse bad input before anything runs: `batch_size` below 1 and an empty dataset are a
               `ValueError` that names the parameter and its value (`require_at_least_one`, `load_samples`).
            2. Look up every sample once, in order; make the batches ready (`batch_inputs`), outside the timed
               region. The last batch is shorter when `batch_size` does not divide the number of samples.
            3. For each batch: read the clock, call the model with each input of the batch, read the clock.
               `batch_inputs` has done the rest: one input for a model that takes batches, else one a sample.
            4. If the model raises, let its own exception go on, with a note that gives the index of the
               sample, for a whole batch that of its first sample (`note_sample`).
            5. Score the answers after the last batch (`batch_answers`, then `measure_accuracy`).
            6. Build the result, append it to `self.results`, return it.

        The result: one latency for each batch, in ascending order; throughput is samples (not batches) /
        elapsed seconds; metadata has "samples", "batch_size", "elapsed_s" and "latencies_in_order".

        Hints:
            - `range(0, len(samples), batch_size)` gives the number of each batch's first sample.
            - `samples` is a list of yours, so slicing it is fine; the dataset need not allow it.

        Example:
            >>> def model(batch): return [{"prediction": 0} for sample in batch]
            >>> model.takes_batches = True
            >>> result = BenchmarkScenarios().offline(model, [{"data": i} for i in range(10)], batch_size=4)
            >>> len(result.latencies), result.metadata["samples"]
            (3, 10)
        """
        ### BEGIN SOLUTION
        require_at_least_one("batch_size", batch_size)
        clock = clock or time.perf_counter
        samples = load_samples(dataset)
        firsts = range(0, len(samples), batch_size)
        batches = [batch_inputs(model, samples[first : first + batch_size]) for first in firsts]
        latencies, outputs, elapsed_s = self._time_batches(model, batches, batch_size, clock)
        answers = []
        for first, batch_outputs in zip(firsts, outputs):
            answers += batch_answers(model, batch_outputs, len(samples[first : first + batch_size]))
        result = BenchmarkResult(
            scenario=BenchmarkScenario.OFFLINE,
            latencies=sorted(latencies),
            throughput=per_second(len(samples), elapsed_s),
            accuracy=measure_accuracy(answers, samples),
            metadata={
                "samples": len(samples),
                "batch_size": batch_size,
                "elapsed_s": elapsed_s,
                "latencies_in_order": latencies,
            },
        )
        self.results.append(result)
        return result

    @staticmethod
    def _time_batches(model, batches, batch_size, clock):
        """Work through the batches: their latencies, what the calls gave, and the seconds that all took."""
        latencies, outputs = [], []
        begun = clock()
        try:
            for batch in batches:
                outputs.append([])
                start = clock()
                for x in batch:
                    outputs[-1].append(model(x))
                latencies.append(clock() - start)
        except Exception as error:  # whatever the model raises goes on, and says for which sample
            index = len(latencies) * batch_size + len(outputs[-1])
            note_sample(error, index)
            raise
        elapsed_s = clock() - begun
        return latencies, outputs, elapsed_s
        ### END SOLUTION

# %% [markdown]
# ### Try it
#
# A test for each method, to be run once that is written, and one for all. (`time.sleep` stands for the model's work.)

# %% test test-single-stream

# %% test test-server

# %% test test-offline

# %% test test-benchmark-scenarios

# %% [markdown]
# ### The checks: single-stream, server, offline

# %% check single_stream

# %% check server

# %% check offline

# %% [markdown]
# ## Part 2: Chance
#
# You have latencies. They came out one way today and will come out differently tomorrow. What do you *know*?
#
# ### How sure is a percentile?
#
# The further out the percentile, the fewer of your samples say anything about it: of 1,000 latencies, only
# ten lie beyond p99. Take 250 runs from one and the same distribution and estimate p99 from each.
# **Predict first.** With 100 queries in a run, is the estimate more often too low or too high?

# %% figure p99-by-sample-size

# %% [markdown]
# **What to see.** With 100 queries the estimated p99 is anywhere in a band of several milliseconds, and it
# leans low: the worst hundredth has hardly been seen. The band narrows with $\sqrt n$: a tenth of its width
# costs a hundred times the queries.
#
# MLPerf asks how many queries pin a percentile $p$ down to a margin of error (MOE) of a twentieth of what lies
# beyond it, with confidence $C$. With $\Phi^{-1}$ for the quantiles of the standard normal distribution:
#
# $$n = \Phi^{-1}\!\left(\tfrac{1 - C}{2}\right)^{2} \cdot \frac{p(1-p)}{\text{MOE}^2}, \qquad
#  \text{MOE} = \frac{1-p}{20}$$
#
# | percentile | the formula, $C = 0.99$ | MLPerf asks for | as a multiple of $2^{13}$ |
# |---|---|---|---|
# | p90 | 23,885.63, so 23,886 | 24,576 | 3 |
# | p95 | 50,425 | 57,344 | 7 |
# | p97 | 85,811 | 90,112 | 11 |
# | p99 | 262,742 | 270,336 | 33 |
#
# (MLPerf rounds up to a multiple of $2^{13} = 8{,}192$. Its printed table rounds the formula to the nearest
# whole number, so you will see p99 given a query lower or higher elsewhere.) Our defaults are far smaller; so
# we say how sure we are instead.
#
# ### An interval for a percentile, without assuming a distribution
#
# Each of $n$ samples falls below the true percentile with probability $p$, like a coin. So the number that do
# is binomial, whatever the distribution looks like:
#
# $$B \sim \text{Binomial}(n, p), \qquad
# P\big(x_{(l)} \le \text{true percentile} \le x_{(u)}\big) = P(l \le B \le u - 1)$$
#
# For 95 % confidence, $\alpha = 0.05$ may be lost. Choose $l$ and $u$ so that it is at most $\alpha/2$ on each side,
# and two of your own latencies are the ends of the interval. If $n$ is so small that there is no such $u$ (for p99, fewer than 368 samples at
# 95 %), then the data do not bound the percentile from above, and the honest upper end is infinity.
#
# ### What 95 % confidence means
#
# It is a promise about the *procedure*. Repeat the whole experiment many times, and 95 % of the intervals
# contain the truth.
# **Predict first.** Of 80 such intervals, how many miss?

# %% figure intervals

# %% [markdown]
# **What to see.** The dashed line is the truth. Each bar is one experiment's interval; the red ones miss it,
# in the long run one in twenty, and nothing in a red experiment tells its owner so. That is what
# $\alpha = 0.05$ buys.
#
# ### Are two means different?
#
# Say $\bar a, \bar b$ are the means of two sets of measurements and $s_a^2, s_b^2$ their variances (divided
# by $n - 1$: `ddof=1`). **Welch's test** measures their distance in units of its own uncertainty:
#
# $$t = \frac{\bar a - \bar b}{\text{se}}, \qquad
# \text{se} = \sqrt{\frac{s_a^2}{n_a} + \frac{s_b^2}{n_b}}, \qquad
# \nu = \frac{\text{se}^4}{\dfrac{(s_a^2/n_a)^2}{n_a - 1} + \dfrac{(s_b^2/n_b)^2}{n_b - 1}}$$
#
# $t$ is compared with Student's $t$ distribution with $\nu$ degrees of freedom, on both sides, since either
# could have been faster. The older pooled test assumes equal variances; a fast model is seldom as jittery as
# a slow one, so we do not.
#
# **The p-value** is the probability of data at least this extreme *if there were no difference*. It is
# **not** the probability that the difference is due to chance, and 1 − p is not the probability that it is
# real. With $p < \alpha$ we call the difference *significant*, and accept being wrong in a share $\alpha$ of
# the cases in which there is none. A larger p shows nothing, not even that the two are alike: how far apart they
# may still be, the interval below says.
#
# **The effect size** answers what p does not: is it *large*? With enough samples, a nanosecond is
# significant. Cohen's $d$ gives the difference in standard deviations:
#
# $$d = \frac{\bar a - \bar b}{s_\text{pooled}}, \qquad
# s_\text{pooled}^2 = \frac{(n_a - 1) s_a^2 + (n_b - 1) s_b^2}{n_a + n_b - 2}$$
#
# Keep the sign: for latencies, a negative $d$ says that *a* is faster. Around 0.2 is called small, 0.5
# medium, 0.8 large.
#
# **The interval** for $\bar a - \bar b$ is $(\bar a - \bar b) \pm t_{1-\alpha/2,\,\nu}\cdot\text{se}$. It
# tells most of all: which way, how much at least, how much at most. It leaves out 0 exactly when
# $p < \alpha$.
#
# **Many comparisons.** Test twenty models that are all the same, at $\alpha = 0.05$ each, and the chance that
# at least one "wins" is $1 - 0.95^{20} = 64\,\%$. Holm's adjustment keeps that at 5 %: sort the $m$ p-values
# and compare the smallest with $\alpha/m$, the next with $\alpha/(m-1)$, and stop at the first that fails.
# Benjamini and Hochberg bound the share of false ones among those called different instead
# (`scipy.stats.false_discovery_control`).

# %% given given-validation
#| export
@dataclass
class StatisticalValidation:
    """What the statistics say, in numbers and in words.

    For a comparison `effect_size` is Cohen's d and `confidence_interval` holds the difference of the means, a
    - b. For a single result `is_significant` says that there are enough samples to rely on,
    `confidence_interval` holds the scenario's metric, and `p_value` and `effect_size` tell whether the
    latency changed during the run.
    """

    is_significant: bool
    p_value: float
    effect_size: float
    confidence_interval: tuple[float, float]
    recommendation: str

# %% [markdown]
# The distributions come from `scipy.special`, wrapped under the names of the formulas. (`scipy.stats` has all
# of it ready-made and is good to check against: `scipy.stats.ttest_ind(a, b, equal_var=False)`. It takes
# seconds to load, so the package does without.)

# %% given given-distributions
#| export
def student_t_cdf(t, df):
    """The probability that Student's t with `df` degrees of freedom (any positive number) is at most `t`."""
    from scipy.special import stdtr

    return stdtr(df, t)


def student_t_quantile(share: float, df: float) -> float:
    """The value that Student's t with `df` degrees of freedom stays below with probability `share`."""
    from scipy.special import stdtrit

    return float(stdtrit(df, share))


def binomial_cdf(k, n: int, p: float):
    """The probability of at most `k` successes in `n` trials of probability `p`; `k` may be an array."""
    from scipy.special import bdtr

    return bdtr(k, n, p)


def normal_quantile(share: float) -> float:
    """The value that a standard normal variable stays below with probability `share`."""
    from scipy.special import ndtri

    return float(ndtri(share))


def measured_values(name: str, values, at_least: int = 2) -> np.ndarray:
    """The measurements as an array of floats; ValueError when they are too few or not all finite.

    `values` is a sequence of numbers or a `BenchmarkResult`, whose latencies are taken.
    """
    array = np.asarray(getattr(values, "latencies", values), dtype=float).ravel()
    if len(array) < at_least:
        raise ValueError(f"{name} needs at least {at_least} values, got {len(array)}")
    odd = array[~np.isfinite(array)]
    if len(odd):
        raise ValueError(f"{name} holds values that are not finite (nan or inf): the first is {odd[0]}")
    return array


def deviation(values: np.ndarray) -> float:
    """The standard deviation (ddof = 1) of values of any size: the squares of 1e-300 and 1e200 are no numbers."""
    from_mean = values - values.mean()
    size = np.abs(from_mean).max()
    return float(size * np.sqrt(np.sum((from_mean / size) ** 2) / (len(values) - 1))) if size else 0.0


def is_constant(values: np.ndarray) -> bool:
    """Are all values the same, but for the rounding of floating-point numbers?"""
    return bool(np.ptp(values) <= 1e-10 * np.abs(values).max())


def ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value, 1 for the smallest; equal values share the mean of their ranks."""
    in_order = np.sort(values)
    return (np.searchsorted(in_order, values, "left") + np.searchsorted(in_order, values, "right") + 1) / 2

# %% [markdown]
# A single run can deceive as well: the machine warms up, a clock frequency drops, another program starts.
# `drift_test` tells whether latency rises or falls along the run. It needs the latencies *in the order of
# arrival*, which is why your scenarios keep them in the metadata: sorted latencies always rise.

# %% given given-drift
#| export
# The latency percentile that MLPerf judges each scenario by; offline is judged by its throughput.
OWN_PERCENTILE = {
    BenchmarkScenario.SINGLE_STREAM: 0.90,
    BenchmarkScenario.MULTI_STREAM: 0.99,
    BenchmarkScenario.SERVER: 0.99,
}


def latencies_in_order(result: BenchmarkResult) -> np.ndarray | None:
    """The latencies in the order of arrival, or None when only sorted ones were kept."""
    kept = (result.metadata or {}).get("latencies_in_order")
    if kept is not None:
        return np.asarray(kept, dtype=float)
    values = np.asarray(result.latencies, dtype=float)
    return None if (np.diff(values) >= 0).all() else values


def bound_throughput(latencies) -> bool:
    """Do the latencies bound a throughput: two or more of them, and the clock ticked while they were measured?"""
    return len(latencies) > 1 and float(np.mean(latencies)) > 0


def drift_test(values, blocks: int = 20) -> tuple[float, float]:
    """Do measurements change over a run? The p-value, and the change from first to second half.

    The change is in standard deviations, positive when the values rise; the p-value is two-sided.

    Cuts the run into blocks, takes each block's median (neighbouring latencies are alike, medians of blocks
    hardly so) and asks whether the medians rise or fall with time: Spearman's rank correlation, judged by t =
    r * sqrt((n - 2) / (1 - r**2)). Fewer than 5 blocks of 5 tell nothing: p = 1.
    """
    values = np.round(np.asarray(values, dtype=float), 9)  # the clock knows nothing below a nanosecond
    blocks = min(blocks, len(values) // 5)
    if blocks < 5 or is_constant(values):
        return 1.0, 0.0
    medians = np.array([np.median(block) for block in np.array_split(values, blocks)])
    if is_constant(medians):
        return 1.0, 0.0
    r = np.corrcoef(np.arange(blocks), ranks(medians))[0, 1]
    t = abs(r) * np.sqrt((blocks - 2) / max(1 - r**2, 1e-12))
    first, second = np.array_split(values, 2)
    change = (second.mean() - first.mean()) / values.std(ddof=1)
    return float(2 * student_t_cdf(-t, blocks - 2)), float(change)

# %% [markdown]
# ### Write: the two validations

# %% solution write-validator
#| export
class StatisticalValidator:
    """Judges measurements at a level of confidence; `alpha` is the rate of false alarms that this accepts."""

    def __init__(self, confidence_level: float = 0.95):
        if not 0 < confidence_level < 1:
            raise ValueError(f"confidence_level must lie between 0 and 1, got {confidence_level}")
        self.confidence_level = confidence_level
        self.alpha = 1 - confidence_level

    def validate_comparison(self, results_a, results_b) -> StatisticalValidation:
        """Do two sets of measurements differ in their mean, by more than chance?

        Steps:
            1. `measured_values("results_a", results_a)` and the same for b: fewer than two values, nan or inf
               are a `ValueError` that names the cause.
            2. Means, variances (ddof = 1) and the standard error of the difference, se = sqrt(var_a / n_a +
               var_b / n_b).
            3. Welch's t = (mean_a - mean_b) / se, with df = se**4 / ((var_a / n_a)**2 / (n_a - 1) + (var_b /
               n_b)**2 / (n_b - 1)).
            4. The two-sided p-value, 2 * P(T <= -|t|), and the interval for mean_a - mean_b at the
               validator's own confidence level, with the t quantile at 1 - alpha / 2.
            5. Cohen's d = (mean_a - mean_b) / pooled standard deviation, sign kept; the pooled variance is
               ((n_a - 1) * var_a + (n_b - 1) * var_b) / (n_a + n_b - 2).
            6. Significant when p < alpha.
            7. The recommendation: which one is lower, by how much, in the unit of the data and in percent,
               and whether to act on it. No difference is said to be no difference.

        When neither varies at all (`is_constant`) there is nothing to divide by: equal means give p = 1, d =
        0, the interval (0, 0); different ones p = 0, d = +inf or -inf and an interval of just that
        difference. No warning may escape.

        Hints:
            - `student_t_cdf`, `student_t_quantile`; or compare with
              `scipy.stats.ttest_ind(a, b, equal_var=False)`.
            - |d| around 0.2 is called small, 0.5 medium, 0.8 large.

        Example:
            >>> found = StatisticalValidator().validate_comparison([1.0, 1.1, 0.9, 1.0], [2.0, 2.1, 1.9, 2.0])
            >>> found.is_significant, round(found.effect_size, 2)
            (True, -12.25)
        """
        ### BEGIN SOLUTION
        a = measured_values("results_a", results_a)
        b = measured_values("results_b", results_b)
        difference = float(a.mean() - b.mean())
        if is_constant(a) and is_constant(b):
            difference, p_value, effect_size = self._compare_constants(difference, a, b)
            margin = 0.0
        else:
            p_value, margin = self._welch_test(difference, a, b)
            effect_size = self._cohens_d(difference, a, b)
        interval = (difference - margin, difference + margin)
        significant = p_value < self.alpha
        if not significant:
            recommendation = (
                f"No significant difference (p = {p_value:.3g}): the data do not show that A and B differ."
                f" Treat them as equal, or measure more: A - B is {interval[0]:.4g} to {interval[1]:.4g}."
            )
        else:
            recommendation = self._recommend_lower(difference, a, b, p_value, effect_size)
        return StatisticalValidation(significant, p_value, effect_size, interval, recommendation)

    @staticmethod
    def _compare_constants(difference, a, b):
        """The difference, the p-value and Cohen's d of two samples that do not vary."""
        same = is_constant(np.array([a[0], b[0]]))
        difference = 0.0 if same else difference
        p_value, effect_size = (1.0, 0.0) if same else (0.0, float(np.copysign(np.inf, difference)))
        return difference, p_value, effect_size

    def _welch_test(self, difference, a, b):
        """Welch's t-test of two means: the two-sided p-value, and half the width of the interval."""
        error_a, error_b = deviation(a) / np.sqrt(len(a)), deviation(b) / np.sqrt(len(b))
        se = np.hypot(error_a, error_b)  # the root of the sum of their squares, which may be no numbers
        part_a = (error_a / se) ** 2
        df = 1 / (part_a**2 / (len(a) - 1) + (1 - part_a) ** 2 / (len(b) - 1))
        p_value = float(2 * student_t_cdf(-abs(difference / se), df))
        margin = float(student_t_quantile(1 - self.alpha / 2, df) * se)
        return p_value, margin

    @staticmethod
    def _cohens_d(difference, a, b):
        """The difference of the means in pooled standard deviations."""
        spread = np.hypot(np.sqrt(len(a) - 1) * deviation(a), np.sqrt(len(b) - 1) * deviation(b))
        return float(difference / (spread / np.sqrt(len(a) + len(b) - 2)))

    @staticmethod
    def _recommend_lower(difference, a, b, p_value, effect_size):
        """Which of two samples is lower, by how much, and whether to act on it."""
        lower, higher = ("A", "B") if difference < 0 else ("B", "A")
        reference = abs(a.mean() if higher == "A" else b.mean())
        percent = f"{abs(difference) / reference:.1%}" if reference else "the other is 0"
        advice = f"Act on it: prefer {lower} where lower is better."
        if abs(effect_size) < 0.2:
            advice = "The effect is so small that it hardly matters in use; do not act on this alone."
        return (
            f"{lower} is lower than {higher} by {abs(difference):.4g} ({percent}), p = {p_value:.3g},"
            f" effect size d = {effect_size:.2f}. {advice}"
        )
        ### END SOLUTION

    def validate_benchmark_result(self, result, min_samples: int = 100) -> StatisticalValidation:
        """Can one result be relied on: enough samples, no drift, no outliers, and how sure is its metric?

        Steps:
            1. The latencies have to be finite: `measured_values("latencies", result, at_least=0)`.
               `is_significant` is True when there are at least `min_samples` of them.
            2. The interval for the scenario's own metric, at the validator's confidence level. For a latency
               percentile p (`OWN_PERCENTILE`) use order statistics: the number of n samples that fall below
               the true percentile is binomial(n, p). With `cdf = binomial_cdf(np.arange(n), n, p)`, the lower
               end is the l-th smallest latency, l = how many cdf values are <= alpha / 2 (0.0 seconds when l
               is 0); the upper end is the (k + 1)-th smallest, k = how many are < 1 - alpha / 2 (inf when k
               is n: so few samples do not bound it from above). Offline is judged by throughput: take the t
               interval of the mean batch latency, m - h to m + h, and scale: throughput * m / (m + h) to
               throughput * m / (m - h) (inf when h >= m; with fewer than two batches: 0 to inf).
            3. Drift: `latencies_in_order(result)`, then `drift_test` gives `p_value` and `effect_size`.
               Latencies sorted by size would always "rise", so when the order was not kept: p = 1, effect 0.
            4. Outliers: latencies above Q3 + 3 * (Q3 - Q1), and by more than a microsecond.
            5. The recommendation gives the metric's interval with its unit, and names what is wrong, if it
               is: "too few samples", "drift" (p_value < alpha), "outliers" (how many).

        Any sound rule for outliers will do; the interval may be for the mean instead.

        Example:
            >>> few = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.010, 0.011], 95.0, float("nan"))
            >>> StatisticalValidator().validate_benchmark_result(few).is_significant
            False
        """
        ### BEGIN SOLUTION
        values = np.sort(measured_values("latencies", result, at_least=0))
        n = len(values)
        share = OWN_PERCENTILE.get(result.scenario)
        if share is not None:
            interval = self._percentile_interval(values, share)
            metric = f"p{share * 100:.0f} latency {format_interval(interval, format_seconds)}"
        else:
            interval = self._throughput_interval(values, result.throughput)
            metric = f"throughput {format_interval(interval, format_rate)}"
        in_order = latencies_in_order(result)
        p_value, effect_size = (1.0, 0.0) if in_order is None else drift_test(in_order)
        faults = self._find_faults(values, min_samples, p_value, effect_size)
        if not faults:
            bounded = np.isfinite(interval[1])
            faults = ["enough samples and steady" if bounded else "steady; measure longer for an upper bound"]
        verdict = "; ".join(faults)
        recommendation = f"{metric} ({self.confidence_level * 100:.4g} % confidence, n = {n}): {verdict}."
        return StatisticalValidation(n >= min_samples, p_value, effect_size, interval, recommendation)

    def _percentile_interval(self, values, share):
        """The order statistics that a percentile of the sorted latencies lies between, in seconds."""
        n = len(values)
        cdf = binomial_cdf(np.arange(n), n, share)
        low, high = int(np.sum(cdf <= self.alpha / 2)), int(np.sum(cdf < 1 - self.alpha / 2))
        bounded = np.concatenate([[0.0], values, [np.inf]])
        return float(bounded[low]), float(bounded[high + 1])

    def _throughput_interval(self, values, throughput):
        """The t interval of the mean batch latency, turned into samples per second."""
        n = len(values)
        if not bound_throughput(values):
            return 0.0, float("inf")
        mean, se = values.mean(), values.std(ddof=1) / np.sqrt(n)
        half = student_t_quantile(1 - self.alpha / 2, n - 1) * se
        fastest = throughput * mean / (mean - half) if half < mean else float("inf")
        return float(throughput * mean / (mean + half)), float(fastest)

    def _find_faults(self, values, min_samples, p_value, effect_size):
        """What is wrong with the sorted latencies of a run, if it is: too few samples, drift, outliers."""
        n = len(values)
        faults = []
        if is_too_fast(values):
            faults.append(f"{TOO_FAST} (half of the latencies or more read 0): let a query hold several samples")
        if n < min_samples:
            faults.append(f"too few samples ({n}, at least {min_samples} are needed): measure longer")
        if p_value < self.alpha:
            course = "rose" if effect_size > 0 else "fell"
            faults.append(f"drift: latency {course} during the run (p = {p_value:.2g}); find out why")
        quarter, three_quarters = np.quantile(values, [0.25, 0.75]) if n else (0.0, 0.0)
        fence = three_quarters + max(3 * (three_quarters - quarter), 1e-6)
        outliers = int(np.sum(values > fence))
        if outliers:
            faults.append(f"outliers ({outliers} of {n} above {format_seconds(fence)}); look what else ran")
        return faults
        ### END SOLUTION

# %% [markdown]
# ### Try it

# %% test test-validate-comparison

# %% test test-validate-benchmark-result

# %% test test-statistical-validation

# %% [markdown]
# ### The checks: comparison and single result

# %% check validate_comparison

# %% check validate_benchmark_result

# %% [markdown]
# ## Part 3: One place for it all
#
# ### Comparing models on a machine that is never the same
#
# Welch's test assumes that the measurements are independent of each other. Latencies are not. A slow moment
# lasts longer than one call, so neighbours resemble each other: they are **autocorrelated**. And they drift.
# Then 1,000 latencies are worth far fewer than 1,000 independent ones, the standard error is too small, and a
# test sees differences everywhere.
#
# Is that so on your machine? The next picture correlates each latency with the one $k$ calls later: on your
# machine, on a simulated one whose speed wanders slowly, and on that one's latencies in shuffled order.
# **Predict first.** On your machine, is the call after a slow one likely to be slow? And the hundredth after it?

# %% figure autocorrelation

# %% [markdown]
# **What to see.** Independent measurements would stay within the grey band, as the shuffled ones do. The
# simulated machine's resemble each other over hundreds of calls, so a run of 1,000 holds only a handful of
# independent looks at its speed. Where your own machine's line lies depends on what else it is doing.
#
# ### A test that only counts
#
# What helps is to measure in short blocks, A and B next to each other in random order, and to judge the
# *pairs*. Let $d_i$ be the difference of the two models in pair $i$. If neither were faster, each $d_i$ would
# be as likely to be positive as negative, so all $2^n$ ways to give signs to the ranks of $|d_i|$ would be
# equally likely, and one can simply *count* how many are at least as lopsided as what was seen. That is
# Wilcoxon's signed-rank test. No normal distribution, no variance, and one wild block does little harm.

# %% given given-signed-rank
#| export
MOST_EXACT = 500  # pairs; with more of them the normal distribution is as good, and far quicker


def signed_rank_shares(doubled_ranks) -> np.ndarray:
    """Which share of the 2**n ways to give signs to the ranks yields each sum of the positive ones.

    Index i is for a doubled rank sum of i (doubled, so that shared ranks like 2.5 are whole).
    """
    shares = np.ones(1)
    for rank in doubled_ranks:
        gap = np.zeros(rank)
        shares = (np.concatenate([shares, gap]) + np.concatenate([gap, shares])) / 2
    return shares


def rank_sum_spread(in_ranks) -> float:
    """The standard deviation of the sum of the positive ranks, when each sign is as likely as the other."""
    return float(np.sqrt(np.sum(np.square(in_ranks, dtype=float)) / 4))


def signed_rank_p_value(differences) -> float:
    """Wilcoxon's signed-rank test, exact and two-sided: are paired differences centred on zero?

    If neither model were faster, each difference would be as likely to have either sign, so all 2**n ways to
    give signs to the ranks of their sizes would be equally likely. The p-value is the share of ways at least
    as lopsided; of many pairs the normal distribution gives it. Differences of zero are left out; p = 1 when
    nothing else is there. (F. Wilcoxon, Biometrics Bulletin 1, 1945.)
    """
    differences = measured_values("differences", differences, at_least=0)
    differences = np.round(differences, 12)  # a rounding error of seconds is no difference
    differences = differences[differences != 0]
    doubled = np.rint(2 * ranks(np.abs(differences))).astype(int)
    smaller = min(doubled[differences > 0].sum(), doubled[differences < 0].sum())
    if len(differences) > MOST_EXACT:
        z = (smaller - doubled.sum() / 2) / rank_sum_spread(doubled)
        return min(1.0, 2 * statistics.NormalDist().cdf(z))
    return min(1.0, float(2 * signed_rank_shares(doubled)[: smaller + 1].sum()))


def signed_rank_interval(differences, confidence_level: float) -> tuple[float, float]:
    """The interval for the typical difference that belongs to the signed-rank test.

    Its ends are order statistics of the means of all pairs of differences (Hodges and Lehmann, 1963); so few
    differences that the test can never reject give no bounds.
    """
    differences = measured_values("differences", differences, at_least=0)
    n = len(differences)
    rows, columns = np.triu_indices(n)
    means = np.sort((differences[rows] + differences[columns]) / 2)
    bounded = np.concatenate([[-np.inf], means, [np.inf]])
    alpha = 1 - confidence_level
    if n > MOST_EXACT:
        z = statistics.NormalDist().inv_cdf(1 - alpha / 2)
        cut = int(n * (n + 1) / 4 - z * rank_sum_spread(np.arange(1, n + 1)))
    else:
        cut = int(np.sum(np.cumsum(signed_rank_shares(2 * np.arange(1, n + 1))[::2]) <= alpha / 2))
    return float(bounded[cut]), float(bounded[-1 - cut])

# %% [markdown]
# Now measure *one* model against *itself* on a simulated machine whose speed wanders, 300 times: first all of
# A and then all of B; and once more in blocks.
# **Predict first.** In how many of 100 experiments will each way call the model different from itself, at 5 %?

# %% figure false-alarms

# %% [markdown]
# **What to see.** Left, the machine wanders while you measure, and its two halves happen to meet different
# conditions. Right, what comes of it: tested one after the other, two runs of the *same* model are called different most
# of the time, although $\alpha$ promises 5 % (dashed). In short blocks, in random order, both models meet the
# same conditions; pairing takes them out.
#
# It is no artefact of a simulation. Real calls, 1,000 against 1,000, on two cores that other jobs kept busy; 100 trials:
#
# | method | the same model called different | a true 5 % slowdown found |
# |---|---|---|
# | Mann–Whitney on all latencies, A first, then B | 84 of 100 | 67 of 100 |
# | Welch's t on all latencies, A first, then B | 8 of 100 | 1 of 100 |
# | **signed-rank test on paired medians of blocks in random order** | **3 of 100** | **62 of 100** |
#
# So `compare_models` interleaves blocks. (Why medians? One interrupt in a block of 50 moves its mean, not its
# median. Why is the order within each pair random? Since a fixed order, always A first, would let anything
# periodic side with one of them.)
#
# ### What the object does
#
# `TinyTorchPerf` holds a model, a dataset and what was measured with them. Its methods are short: they check
# that there is something to measure, hand on the parameters, keep the result. The last cell of helpers turns
# results into words.

# %% given given-report
#| export
def model_name(model) -> str:
    """What a report calls a model: its attribute `name`, the name of a function, or the name of its class."""
    if model is None:
        return "unnamed model"
    return str(getattr(model, "name", None) or getattr(model, "__name__", type(model).__name__))


def in_markdown(name) -> str:
    """A name in one line, with a backslash before what Markdown would take for its own: `<lambda>`, `a|b`."""
    return re.sub(r"[\\`*<>|\[\]&~$]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", " ".join(str(name).split()))


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every cell is text already, and in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def conditions() -> list[str]:
    """Where a benchmark ran, a line each: what a reader needs in order to repeat it."""
    resolution_s = time.get_clock_info("perf_counter").resolution
    return [
        f"Python {platform.python_version()}, NumPy {np.__version__}",
        f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores",
        f"clock: time.perf_counter, resolution {format_seconds(resolution_s)}",
    ]


def describe_load(result: BenchmarkResult) -> str:
    """How the queries of a result were sent and timed, as far as its metadata tells."""
    known = result.metadata or {}
    if result.scenario is BenchmarkScenario.SERVER:
        load = "Poisson arrivals (open loop), latency from the scheduled arrival to completion"
        if "target_qps" in known and "duration_s" in known:
            load += f"; {known['target_qps']:.4g} queries/s for {format_seconds(known['duration_s'])}"
        return load + (f"; seed {known['seed']}" if known.get("seed") is not None else "")
    if result.scenario is BenchmarkScenario.OFFLINE:
        load = "all samples at once, one latency a batch"
        return load + (f" of {known['batch_size']} samples" if "batch_size" in known else "")
    return "one query after the other (closed loop), only the call of the model is timed"


def describe_metric(result: BenchmarkResult) -> str:
    """The number that MLPerf judges the result's scenario by, with its unit."""
    share = OWN_PERCENTILE.get(result.scenario)
    if share is None:
        return f"throughput {format_rate(result.throughput)}"
    return f"p{share * 100:.0f} latency {format_seconds(percentile(result.latencies, share))}"


def describe_interval(result: BenchmarkResult, found: StatisticalValidation) -> str:
    """The interval that a validation of the result gives, in the unit of the scenario's metric."""
    say = format_seconds if result.scenario in OWN_PERCENTILE else format_rate
    return format_interval(found.confidence_interval, say)


# What to do about each warning; a report calls them by these names.
ADVICE = {
    TOO_FAST: "let a query hold several samples, or measure with a finer clock",
    "too few samples": "measure longer before quoting a number",
    "drift": "find out what changed during the run (warm-up, heat, a neighbour) and measure again",
    "outliers": "look what else ran on the machine; quote percentiles, not the mean",
    "saturation": "the model did not keep up; lower the load or speed it up",
}


def warnings_about(result: BenchmarkResult, found: StatisticalValidation) -> list[str]:
    """The warnings about a result, by name: those that its validation names, and saturation."""
    said = found.recommendation.lower()
    named = [name for name in ADVICE if name in said and f"no {name}" not in said]
    saturated = (result.metadata or {}).get("kept_up") is False
    return [name for name in named if name != "saturation"] + ["saturation"] * saturated


def describe_verdict(warnings: dict[str, list[str]]) -> str:
    """The sentence that a report begins with, from the warnings about each scenario."""
    said = [f"{scenario}: {', '.join(names)}" for scenario, names in warnings.items() if names]
    if said:
        return f"**Verdict:** do not quote these numbers without their warnings ({'; '.join(said)})."
    return "**Verdict:** enough samples and no warning; quote each number with its interval."


def describe_gaps(results: dict[str, BenchmarkResult]) -> list[str]:
    """What was not measured, a line each."""
    unscored = [in_markdown(name) for name, each in results.items() if format_accuracy(each.accuracy) == "not measured"]
    unordered = [in_markdown(name) for name, each in results.items() if latencies_in_order(each) is None]
    gaps = [f"accuracy of {', '.join(unscored)}"] * bool(unscored)
    gaps += [f"drift of {', '.join(unordered)}: the order of arrival was not kept"] * bool(unordered)
    return gaps + ["any other load, machine or time of day; memory; energy"]

# %% [markdown]
# ### Write: TinyTorchPerf

# %% solution write-perf
#| export
class TinyTorchPerf:
    """A model, a dataset, and everything that was measured with them.

    `results` is a dict of results by scenario value ("single_stream", "server", "offline").
    """

    BLOCKS = 20  # pairs of blocks in a comparison
    BLOCK_QUERIES = 50  # queries in a single-stream block
    BLOCK_S = 2.0  # seconds in a server block, at 10 queries a second

    def __init__(self):
        self.scenarios = BenchmarkScenarios()
        self.validator = StatisticalValidator()
        self.model = None
        self.dataset = None
        self.results: dict[str, BenchmarkResult] = {}

    def set_model(self, model):
        """Choose the model to measure."""
        self.model = model

    def set_dataset(self, dataset):
        """Choose the samples to ask it about."""
        self.dataset = dataset

    def _require_dataset(self):
        """ValueError that names what to call, when there is no dataset yet."""
        if self.dataset is None:
            raise ValueError("no dataset to measure with: call set_dataset(dataset) first")

    def _require_model_and_dataset(self):
        """ValueError that names what to call, when something is missing."""
        if self.model is None:
            raise ValueError("no model to measure: call set_model(model) first")
        self._require_dataset()

    def run_single_stream(self, num_queries: int = 1000) -> BenchmarkResult:
        """Run the single-stream scenario on the chosen model and dataset, and keep its result.

        Steps:
            1. `self._require_model_and_dataset()`.
            2. Run `self.scenarios.single_stream` with what was chosen and with `num_queries`.
            3. Keep the result in `self.results` under the scenario's value; return it. When the run raises,
               results of earlier runs stay as they are.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_model(lambda sample: 0); perf.set_dataset([{"data": 1}])
            >>> result = perf.run_single_stream(num_queries=10)
            >>> perf.results["single_stream"] is result
            True
        """
        ### BEGIN SOLUTION
        self._require_model_and_dataset()
        result = self.scenarios.single_stream(self.model, self.dataset, num_queries)
        self.results[BenchmarkScenario.SINGLE_STREAM.value] = result
        return result
        ### END SOLUTION

    def run_server(self, target_qps: float = 10.0, duration: float = 60.0) -> BenchmarkResult:
        """Run the server scenario on the chosen model and dataset, and keep its result.

        Steps:
            1. `self._require_model_and_dataset()`.
            2. Run `self.scenarios.server` with what was chosen, `target_qps` and `duration`.
            3. Keep the result in `self.results` under the scenario's value; return it.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_model(lambda sample: 0); perf.set_dataset([{"data": 1}])
            >>> perf.run_server(target_qps=100, duration=0.5).scenario.value
            'server'
        """
        ### BEGIN SOLUTION
        self._require_model_and_dataset()
        result = self.scenarios.server(self.model, self.dataset, target_qps, duration)
        self.results[BenchmarkScenario.SERVER.value] = result
        return result
        ### END SOLUTION

    def run_offline(self, batch_size: int = 32) -> BenchmarkResult:
        """Run the offline scenario on the chosen model and dataset, and keep its result.

        Steps:
            1. `self._require_model_and_dataset()`.
            2. Run `self.scenarios.offline` with what was chosen and with `batch_size`.
            3. Keep the result in `self.results` under the scenario's value; return it.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_model(lambda sample: 0); perf.set_dataset([{"data": i} for i in range(10)])
            >>> len(perf.run_offline(batch_size=4).latencies)
            3
        """
        ### BEGIN SOLUTION
        self._require_model_and_dataset()
        result = self.scenarios.offline(self.model, self.dataset, batch_size)
        self.results[BenchmarkScenario.OFFLINE.value] = result
        return result
        ### END SOLUTION

    def run_all_scenarios(self, quick_test: bool = False) -> dict[str, BenchmarkResult]:
        """Run the three scenarios one after the other; return their results by scenario value, three entries.

        Steps:
            1. Call `run_single_stream`, `run_server` and `run_offline`: with their defaults, or, when
               `quick_test` is True, so small that all of it ends within seconds (say 50 queries, and 2 s at
               10 queries a second).
            2. Return a dict of the three results.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_model(lambda sample: 0); perf.set_dataset([{"data": 1}])
            >>> sorted(perf.run_all_scenarios(quick_test=True))
            ['offline', 'server', 'single_stream']
        """
        ### BEGIN SOLUTION
        if quick_test:
            results = [self.run_single_stream(50), self.run_server(10.0, 2.0), self.run_offline()]
        else:
            results = [self.run_single_stream(), self.run_server(), self.run_offline()]
        return {result.scenario.value: result for result in results}
        ### END SOLUTION

    def compare_models(
        self, model_a, model_b, scenario: str = "single_stream", *, rng=None
    ) -> StatisticalValidation:
        """Which of two models is faster on the chosen dataset, and can the difference be chance?

        Steps:
            1. `self._require_dataset()`; a scenario other than "single_stream", "server" and "offline" is a
               `ValueError` that lists the known ones.
            2. Measure both in `BLOCKS` pairs of short blocks. In each pair toss a coin for who goes first. A
               block is one short run of the scenario with `self.scenarios` on `self.dataset`: `BLOCK_QUERIES`
               queries, or `BLOCK_S` seconds at 10 queries a second, or one pass offline.
            3. Keep each block's median latency, rounded to whole nanoseconds: the clock knows no finer ones.
            4. Judge the paired differences, a - b: `signed_rank_p_value` and `signed_rank_interval` at the
               validator's level; significant when p < `self.validator.alpha`. The effect size is Cohen's d of
               the block medians (`self.validator.validate_comparison` computes it).
            5. The recommendation says which model has the lower latency, by how much and in percent, or that
               no difference was found.

        `self.model` and `self.results` stay as they were, also when a model raises.

        Hints:
            - `rng` is a seed or a NumPy generator, as in `server`:
              `np.random.default_rng(seed).permutation(2)` tosses the coin.
            - `dataclasses.replace(found, p_value=...)` copies a validation with some fields changed.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_dataset([{"data": 1}])
            >>> fast, slow = lambda sample: time.sleep(0.001), lambda sample: time.sleep(0.002)
            >>> found = perf.compare_models(fast, slow)
            >>> found.is_significant, found.confidence_interval[1] < 0
            (True, True)
        """
        ### BEGIN SOLUTION
        self._require_dataset()
        medians = self.block_medians((model_a, model_b), scenario, rng)
        differences = np.subtract(*medians)
        found = self.validator.validate_comparison(*medians)
        p_value = signed_rank_p_value(differences)
        low, high = signed_rank_interval(differences, self.validator.confidence_level)
        typical_s, slower_s = float(np.median(differences)), max(np.median(medians, axis=1))
        if p_value < self.validator.alpha:
            recommendation = self._recommend_faster(scenario, typical_s, slower_s, p_value)
        else:
            recommendation = (
                f"No significant difference in {scenario} latency (p = {p_value:.2g}): A - B lies"
                f" {format_interval((low, high), format_seconds)}. Choose by something else."
            )
        return replace(
            found,
            is_significant=p_value < self.validator.alpha,
            p_value=p_value,
            confidence_interval=(low, high),
            recommendation=recommendation,
        )

    def block_medians(self, models, scenario, rng):
        """Each model's median latency in each of `BLOCKS` rounds, in seconds; the order is drawn anew each round."""
        runs = {
            "single_stream": (self.scenarios.single_stream, [self.BLOCK_QUERIES]),
            "server": (self.scenarios.server, [10.0, self.BLOCK_S]),
            "offline": (self.scenarios.offline, []),
        }
        if scenario not in runs:
            raise ValueError(f"unknown scenario {scenario!r}; known are {', '.join(runs)}")
        run, load = runs[scenario]
        coin = np.random.default_rng(random.getrandbits(32) if rng is None else rng)
        medians = [[] for _ in models]
        for _ in range(self.BLOCKS):
            for which in coin.permutation(len(models)):
                block = run(models[which], self.dataset, *load)
                require_ticks(block.latencies)
                medians[which].append(round(statistics.median(block.latencies), 9))
        return medians

    @staticmethod
    def _recommend_faster(scenario, typical_s, slower_s, p_value):
        """Which of two models is faster, by how much, and which to prefer."""
        faster, other = ("A", "B") if typical_s < 0 else ("B", "A")
        return (
            f"Model {faster} is faster: its {scenario} latency is lower than that of {other}"
            f" by {format_seconds(abs(typical_s))} ({abs(typical_s) / slower_s:.1%}), p = {p_value:.2g}."
            f" Prefer {faster} for speed."
        )
        ### END SOLUTION

    def generate_report(self) -> str:
        """What was measured, as Markdown under the title "TinyTorch Benchmark Report".

        Steps:
            1. The title, with the model's name (`model_name`, `in_markdown`).
            2. The sections, each headed by `## `: Executive Summary, Methodology, Detailed Results,
               Statistical Validation, Recommendations.
            3. All numbers come from `self.results` and are written with their unit: p50, p90 and p99 latency,
               throughput, accuracy ("not measured" when it is nan). `conditions()` belongs to the
               methodology, and so does each scenario's load; `self.validator.validate_benchmark_result`
               judges each result.
            4. A scenario that was not run does not appear. With no results the report says that nothing was
               measured.

        Hints:
            - `describe_metric`, `describe_load`, `percentile`, `format_seconds`, `format_accuracy` and
              `markdown_table` are there to be used.

        Example:
            >>> "nothing was measured" in TinyTorchPerf().generate_report()
            True
        """
        ### BEGIN SOLUTION
        if not self.results:
            return "# TinyTorch Benchmark Report\n\nNo scenario has been run yet: nothing was measured."
        summary, methods, rows, verdicts, advice = [], [], [], [], []
        for scenario, result in self.results.items():
            found = self.validator.validate_benchmark_result(result)
            accuracy = format_accuracy(result.accuracy)
            percentiles = [format_seconds(percentile(result.latencies, share)) for share in (0.5, 0.9, 0.99)]
            summary.append(f"- {scenario}: {describe_metric(result)}, accuracy {accuracy}")
            methods.append(f"- {scenario}: {describe_load(result)}")
            throughput = format_rate(result.throughput)
            rows.append([scenario, str(len(result.latencies)), *percentiles, throughput, accuracy])
            verdicts.append(f"- {scenario}: {found.recommendation}")
            advice += self._advise(scenario, result, found)
        header = ["scenario", "latencies", "p50", "p90", "p99", "throughput", "accuracy"]
        sections = {
            "Executive Summary": summary,
            "Methodology": methods + [f"- {line}" for line in conditions()],
            "Detailed Results": [markdown_table(header, rows)],
            "Statistical Validation": verdicts,
            "Recommendations": advice,
        }
        parts = [f"# TinyTorch Benchmark Report: {in_markdown(model_name(self.model))}"]
        parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
        return "\n\n".join(parts) + "\n"

    @staticmethod
    def _advise(scenario, result, found):
        """What follows from a result, a line each."""
        advice = []
        overloaded = (result.metadata or {}).get("kept_up") is False
        if overloaded:
            advice.append(f"- {scenario}: the model did not keep up; lower the load or speed it up.")
        advice.append(f"- {scenario}: {'use the numbers' if found.is_significant else 'measure longer'}.")
        return advice
        ### END SOLUTION

# %% [markdown]
# ### Try it

# %% test test-run-single-stream

# %% test test-run-server

# %% test test-run-offline

# %% test test-run-all-scenarios

# %% test test-compare-models

# %% test test-generate-report

# %% test test-tinytorch-perf

# %% [markdown]
# ### The checks: running, comparing, reporting

# %% check run_single_stream

# %% check run_server

# %% check run_offline

# %% check run_all_scenarios

# %% check compare_models

# %% check generate_report

# %% [markdown]
# ## Part 4: Reporting
#
# A report is read by someone who was not there. They will quote one number from it, so each number has to
# survive being quoted. A good report
#
# - gives the **verdict first**, then the conditions, then the details;
# - names the **metric of the scenario** (p90, p99 or samples per second), not whichever came out best;
# - writes every number **with its unit** and with no more digits than it deserves;
# - gives **uncertainty** next to it: an interval, and how many samples it rests on;
# - says **how** it was measured, so that it can be repeated: load, seed, machine, versions;
# - says what was **not** measured. "Accuracy: not measured" is a fine sentence. An invented 95 % is not.
#
# Georges, Buytaert and Eeckhout looked at how papers on Java performance treat their data, and showed that
# the customary ways can mislead and even reverse a conclusion. The remedy is not much work: it is what you
# wrote in Part 2.
#
# ### Write: the report

# %% solution write-reporter
#| export
class PerformanceReporter:
    """Writes reports that claim what was measured, and nothing else. `reports` keeps what it made."""

    def __init__(self):
        self.reports: list[str] = []

    def generate_project_report(
        self, benchmark_results: dict[str, BenchmarkResult], model_name: str = "TinyTorch Model"
    ) -> str:
        """A full report as Markdown, made from the results given and from nothing else.

        Steps:
            1. A title (`# `) with the words "Performance Report" and the model's name, then the sections
               (`## `): Executive Summary, Methodology, Detailed Results, Statistical Validation,
               Recommendations.
            2. Executive Summary: the verdict first (`describe_verdict`), then a table of each scenario's own
               metric, its interval, the number of latencies, the accuracy and the warnings. Methodology: how
               each load was made and timed, on what machine, and what was not measured (`describe_gaps`).
               Detailed Results: for each scenario how many latencies, their mean, p50, p90, p99 and maximum,
               the throughput and the accuracy, all with units. Statistical Validation: what
               `StatisticalValidator().validate_benchmark_result` says about each. Recommendations: what
               follows for each scenario: quote the number, or what to do about each warning (`ADVICE`).
            3. Only what was measured: a scenario that is not among the results is not mentioned, an accuracy
               of nan (or None) is "not measured", and with no results at all the report says so.
            4. Append the report to `self.reports`; return it. The results stay as they are.

        Hints:
            - `describe_metric`, `describe_interval`, `describe_load`, `warnings_about`, `percentile`,
              `format_seconds`, `format_accuracy`, `markdown_table` and `conditions` are there to be used.
            - The metadata of a server result may have "kept_up", "utilisation", "target_qps", "achieved_qps"
              and "waiting_s"; it may also be None.

        Example:
            >>> result = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.010] * 100, 99.0, float("nan"))
            >>> report = PerformanceReporter().generate_project_report({"single_stream": result}, "my model")
            >>> "not measured" in report
            True
        """
        ### BEGIN SOLUTION
        results, validator = benchmark_results, StatisticalValidator()
        methodology = self._methodology(results)
        results = {in_markdown(scenario): result for scenario, result in results.items()}
        found = {scenario: validator.validate_benchmark_result(result) for scenario, result in results.items()}
        warnings = {scenario: warnings_about(result, found[scenario]) for scenario, result in results.items()}
        verdicts = [f"- **{scenario}**: {each.recommendation}" for scenario, each in found.items()]
        sections = {
            "Executive Summary": self._executive_summary(results, found, warnings, validator),
            "Methodology": methodology,
            "Detailed Results": self._detailed_results(results),
            "Statistical Validation": verdicts or ["None."],
            "Recommendations": self._recommendations(warnings),
        }
        parts = [f"# Performance Report: {in_markdown(model_name)}"]
        parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
        report = "\n\n".join(parts) + "\n"
        self.reports.append(report)
        return report

    @staticmethod
    def _executive_summary(results, found, warnings, validator):
        """The verdict, and a table of each scenario's own metric."""
        level = f"{validator.confidence_level * 100:.4g} % interval"
        header = ["scenario", "metric", level, "latencies", "accuracy", "warnings"]
        summary = [
            [
                scenario, describe_metric(result), describe_interval(result, found[scenario]),
                str(len(result.latencies)), format_accuracy(result.accuracy),
                ", ".join(warnings[scenario]) or "none",
            ]
            for scenario, result in results.items()
        ]
        opening = [describe_verdict(warnings), "", markdown_table(header, summary)]
        return opening if summary else ["No results were given: nothing was measured."]

    @staticmethod
    def _methodology(results):
        """How each load was made, on what machine, and what was not measured."""
        methods = [f"- **{in_markdown(scenario)}**: {describe_load(result)}." for scenario, result in results.items()]
        methods += [f"- {line}" for line in conditions()]
        methods += [f"- not measured: {gap}" for gap in describe_gaps(results)]
        return methods

    def _detailed_results(self, results):
        """A table of everything measured, for each scenario."""
        details = []
        for scenario, result in results.items():
            rows = self._latency_rows(result) + self._load_rows(result.metadata or {})
            details.append(f"### {scenario}\n\n{markdown_table(['quantity', 'value'], rows)}\n")
        return details or ["None."]

    @staticmethod
    def _latency_rows(result):
        """What every scenario measures: latencies, throughput and accuracy."""
        mean_s = statistics.fmean(result.latencies) if len(result.latencies) else float("nan")
        return [
            ["latencies measured", str(len(result.latencies))],
            ["mean latency", format_seconds(mean_s)],
            *([f"p{share * 100:.0f} latency", format_seconds(percentile(result.latencies, share))]
              for share in (0.5, 0.9, 0.99)),
            ["maximum latency", format_seconds(max(result.latencies, default=float("nan")))],
            ["throughput", format_rate(result.throughput)],
            ["accuracy", format_accuracy(result.accuracy)],
        ]

    @staticmethod
    def _load_rows(known):
        """What the metadata of a server run tells of its load; no rows for the other scenarios."""
        rows = []
        if "target_qps" in known and "achieved_qps" in known:
            rows.append(["load asked for", f"{known['target_qps']:.4g} queries/s"])
            rows.append(["load achieved", f"{known['achieved_qps']:.4g} queries/s"])
        if len(known.get("waiting_s", ())):
            rows.append(["mean wait in line", format_seconds(statistics.fmean(known["waiting_s"]))])
        if "utilisation" in known:
            rows.append(["utilisation", f"{known['utilisation']:.1%}"])
        return rows

    @staticmethod
    def _recommendations(warnings):
        """What to do about each warning, or that the number may be quoted."""
        advice = []
        for scenario in warnings:
            advice += [f"- **{scenario}**: {name}: {ADVICE[name]}." for name in warnings[scenario]]
            if not warnings[scenario]:
                advice.append(f"- **{scenario}**: quote the metric with its interval.")
        return advice or ["- Run a scenario first."]
        ### END SOLUTION

    def save_report(self, report: str, filename: str = "benchmark_report.md"):
        """Write a report to a file, as UTF-8."""
        Path(filename).write_text(report, encoding="utf-8")

# %% [markdown]
# ### Try it

# %% test test-performance-reporter

# %% [markdown]
# ### The check: the report

# %% check generate_project_report

# %% [markdown]
# ## Part 5: All together
#
# From a model and a dataset to a report, first in simulated time:

# %% test test-comprehensive-benchmarking

# %% [markdown]
# Now for real. `tinytorch.models` holds networks that have been trained on the hand-written digits of module
# 06. The one to measure, `digits_mlp`, takes the 64 pixels of a digit to 128 hidden units and to ten scores,
# and it runs on the package in your workspace, tensor, layers and all. It is asked about the 364 digits that
# no training has seen: one by one, three times each; as a server; and ten times each in batches of 32.
# Nothing is simulated here, so the numbers are *yours*, and they will be a little different every time.
# **Predict first.** How long does one query take, in µs? How many digits a second are answered in batches of 32?

# %% tags=["hide-input"]
import traceback


def held_out_digits():
    """The hand-written digits that no network was trained on, as pairs (x, y)."""
    from tinytorch.core.dataloader import DigitsDataset

    digits = DigitsDataset(train=False)
    return [digits[i] for i in range(len(digits))]


def measure_digits(target_qps=500.0, duration=3.0):
    """The name, the results and the report of `digits_mlp`: every scenario in real time, in a few seconds."""
    from tinytorch.models import load_model

    digits, model = held_out_digits(), load_model("digits_mlp")
    model.name = f"digits_mlp on {len(digits)} held-out digits"
    perf = TinyTorchPerf()
    perf.set_model(model)
    perf.set_dataset(10 * digits)
    runs = [(perf.run_single_stream, 3 * len(digits)), (perf.run_server, target_qps, duration), (perf.run_offline, 32)]
    for run, *settings in progress(runs, "three scenarios"):
        run(*settings)
    return model.name, perf.results, PerformanceReporter().generate_project_report(perf.results, model.name)


def show_report(report):
    """A report as a notebook renders it, or as plain text where there is no notebook."""
    try:
        from IPython import get_ipython
        from IPython.display import Markdown, display
    except ImportError:
        get_ipython = lambda: None
    display(Markdown(report)) if get_ipython() else print(report)


def if_it_is_there(measure):
    """What `measure` returns; or None, and a sentence that says what is not written or not installed yet."""
    try:
        return measure()
    except NotImplementedError as error:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        missing = f"{frame.f_code.co_qualname} is not written yet."
    except ImportError as error:
        missing = f"part of TinyTorch is not here yet ({error})."
    print(f"Nothing is measured: {missing} Run this cell again once it is.")


measured = if_it_is_there(measure_digits)
real_name, real_results, real_report = measured or ("", {}, "")
if measured:
    show_report(real_report)

# %% [markdown]
# Read the report as a stranger would: the verdict first. Which of its sentences would you dare to put on a
# slide? Then compare the medians of single-stream and server, and look how busy the model was (utilisation).
# If it was idle most of the time and still took longer for a query, what may have become of its caches
# meanwhile, and how exactly does the load generator wake up?
#
# A report is for people. Two more forms of it are given with the package. `save_page` writes a **page** that
# holds the report and figures of the same results, in one file that needs nothing else. `save_results` writes
# **JSON**, from which `load_results` reads back the very same numbers. Both are kept beside this notebook, in the
# folder `my_report`; the next run replaces them. One run against one run tells nothing: a model differs from itself
# from one run to the next by more than its latencies within a run show. So `compare_runs`, which holds next month's
# runs against these, wants three or more of each, made in turn.

# %% tags=["hide-input"]
def keep_a_run(name, results, report, folder):
    """Keep a run as a page and as JSON in `folder`; read it back, and ask what it tells beside another run."""
    from tinytorch.report_page import save_page
    from tinytorch.saved_runs import compare_runs, load_results, save_results

    page = save_page(report, results, Path(folder) / "benchmark_report.html")
    saved = save_results(results, Path(folder) / "benchmark_results.json", name, conditions())
    again = load_results(saved, BenchmarkResult, BenchmarkScenario)
    same = all(again.results[key].latencies == list(results[key].latencies) for key in results)
    print(f"{page.name}: {page.stat().st_size / 1e3:.0f} kB; {saved.name}: {saved.stat().st_size / 1e3:.0f} kB")
    print("read back: the very same numbers" if same else "read back: other numbers!")
    for key, found in compare_runs(again, again, StatisticalValidator()).items():
        print(f"{key}: {found.recommendation}")


if real_results:
    Path("my_report").mkdir(exist_ok=True)
    keep_a_run(real_name, real_results, real_report, "my_report")
    show_report("Your report as a page: [my_report/benchmark_report.html](my_report/benchmark_report.html)")

# %% [markdown]
# ### Going further (optional, ungraded)
#
# **How many queries?** MLPerf's two rules as code. `early_stopping_queries` lets a run end sooner than the
# formula above: it asks for the fewest queries $h + t$ such that, with only $t$ of them slower than the
# bound, a model that misses its percentile would have been this lucky in at most 1 % of runs: the smallest
# $h$ with $I_p(h, t + 1) \le 0.01$, where $I$ is the regularised incomplete beta function, in other words a
# binomial tail.

# %% given given-sample-size
#| export
def require_share(name: str, value) -> None:
    """ValueError that names the parameter and its value, unless `value` lies between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {value}")


def queries_for_percentile(share: float, confidence_level: float = 0.99) -> float:
    """How many queries pin down a percentile to a twentieth of what lies beyond it (MLPerf inference rules).

    MLPerf rounds this up to a multiple of 2**13. No run is long enough for the 100th percentile: ValueError.
    """
    require_share("share", share)
    require_share("confidence_level", confidence_level)
    margin = (1 - share) / 20
    return normal_quantile((1 - confidence_level) / 2) ** 2 * share * (1 - share) / margin**2


def early_stopping_queries(share: float, slow: int = 1, confidence_level: float = 0.99) -> int:
    """The fewest queries after which a run may stop, when `slow` of them took longer than the bound.

    If the percentile really were above the bound, so few slow ones would be seen with a probability of at
    most 1 - confidence_level. No run may stop early for the 100th percentile: ValueError.
    """
    require_share("share", share)
    require_share("confidence_level", confidence_level)

    def is_enough(fast):
        return binomial_cdf(slow, fast + slow, 1 - share) <= 1 - confidence_level

    too_few, enough = 0, 1
    while not is_enough(enough):  # twice as many each time, then halve what is left
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_enough(middle) else (middle, enough)
    return enough + slow

# %% tags=["hide-input"]
for share in (0.90, 0.95, 0.97, 0.99):
    print(f"p{share * 100:.0f}: {queries_for_percentile(share):10,.0f} queries by the formula,"
          f" {early_stopping_queries(share):4} at the least with early stopping")

# %% [markdown]
# **Many models.** Extend your `compare_models` to any number of models: in each round every model runs one
# block, in a freshly drawn order; then each pair is judged by the signed-rank test, and the p-values are
# adjusted for how many pairs there are. The adjustments are given; an adjusted p-value is compared with
# $\alpha$ itself. `judge_pairs` and `compare_many` are yours to write, if you like.

# %% given given-many
#| export
def adjust_holm(p_values) -> np.ndarray:
    """Holm's adjustment: below alpha, at most a share alpha of *families* has any false alarm.

    The k-th smallest of m p-values is multiplied by m - k + 1, and none falls below the one before it.
    (S. Holm, Scandinavian Journal of Statistics 6, 1979.)
    """
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values)
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def adjust_benjamini_hochberg(p_values) -> np.ndarray:
    """Benjamini and Hochberg's adjustment: below alpha, at most a share alpha of the *findings* is false.

    The k-th smallest of m p-values is multiplied by m / k, and none exceeds the one after it. (Journal of the
    Royal Statistical Society B 57, 1995.)
    """
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values)[::-1]
    steps = p_values[order] * len(p_values) / np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.minimum.accumulate(steps), 1)
    return adjusted


ADJUSTMENTS = {"holm": adjust_holm, "benjamini-hochberg": adjust_benjamini_hochberg}


def describe_pair(a: str, b: str, differences, interval, p_value: float, alpha: float) -> str:
    """Which of two models is faster and by how much, or that no difference was found."""
    typical_s = float(np.median(differences))
    if p_value >= alpha:
        bounds = format_interval(interval, format_seconds)
        return f"No difference found between {a} and {b} (adjusted p = {p_value:.2g}): it lies {bounds}."
    faster, slower = (a, b) if typical_s < 0 else (b, a)
    amount = format_seconds(abs(typical_s))
    return f"{faster} is faster than {slower} by {amount} (adjusted p = {p_value:.2g})."

# %% solution write-many
#| export
def judge_pairs(
    medians: dict, validator, adjust: str = "holm"
) -> dict[tuple[str, str], StatisticalValidation]:
    """Compare each pair of models by their block medians (seconds): place i of each is from round i.

    `medians` maps a model's name to its medians. The p-values are those of the signed-rank test, adjusted
    (`ADJUSTMENTS`); the intervals are for a - b, each at the level 1 - alpha / pairs, so that all of them
    hold together at the validator's level. `effect_size` is Cohen's d of the medians.
    """
    ### BEGIN SOLUTION
    pairs = list(itertools.combinations(medians, 2))
    differences = {pair: np.subtract(medians[pair[0]], medians[pair[1]]) for pair in pairs}
    p_values = ADJUSTMENTS[adjust]([signed_rank_p_value(differences[pair]) for pair in pairs])
    level = 1 - validator.alpha / len(pairs)
    found = {}
    for (a, b), p_value in zip(pairs, p_values.tolist()):
        interval = signed_rank_interval(differences[a, b], level)
        d = validator.validate_comparison(medians[a], medians[b]).effect_size
        said = describe_pair(a, b, differences[a, b], interval, p_value, validator.alpha)
        found[a, b] = StatisticalValidation(p_value < validator.alpha, p_value, d, interval, said)
    return found
    ### END SOLUTION


def compare_many(
    perf, models: dict, scenario: str = "single_stream", *, adjust: str = "holm", rng=None
) -> dict[tuple[str, str], StatisticalValidation]:
    """Compare several models on `perf.dataset`: a validation for each pair of names, p-values adjusted.

    `models` maps names to models, two or more; `perf.BLOCKS` rounds are run, and in each round every model
    runs one block, as in `compare_models`, in an order drawn for that round. `adjust` is "holm" or
    "benjamini-hochberg"; `rng` is a seed or a NumPy generator. `perf.model` and `perf.results` stay as they
    are. ValueError for no dataset, fewer than two models, or an unknown scenario or adjustment.
    """
    ### BEGIN SOLUTION
    if perf.dataset is None:
        raise ValueError("no dataset to measure with: call set_dataset(dataset) first")
    if len(models) < 2:
        raise ValueError(f"models must hold at least two models to compare, got {len(models)}")
    if adjust not in ADJUSTMENTS:
        raise ValueError(f"unknown adjustment {adjust!r}; known are {', '.join(ADJUSTMENTS)}")
    medians = perf.block_medians(list(models.values()), scenario, rng)
    return judge_pairs(dict(zip(models, medians)), perf.validator, adjust)
    ### END SOLUTION

# %% [markdown]
# Six models that are all the same, 400 times over, judged from 20 simulated rounds each.
# **Predict first.** Fifteen pairs, each tested at 5 %: in how many of 100 families does some pair look different?

# %% figure families

# %% [markdown]
# **What to see.** Without an adjustment, four in ten comparisons of six equal models find a "winner". With
# one, no more than $\alpha = 5\,\%$ of them do (dashed). The price is that a small difference
# needs more rounds to be found.
#
# **Multi-stream.** Write a function `multi_stream(model, dataset, num_queries=100)`: each query holds eight
# samples that belong together, the next query goes out when all eight are answered, the metric is the p99
# latency of a *query*. (`batch_inputs` makes a query's inputs; `OWN_PERCENTILE` knows the scenario already.)
# What is its throughput in samples per second?
#
# **The highest load.** MLPerf's server metric is not a latency but a *rate*: the highest `target_qps` whose
# p99 stays within a bound. Find it by bisection. How does the width of p99's interval decide how finely you
# can search?
#
# ## Part 6: Which one would you use?
#
# One number never decides. A larger network may read more digits correctly, and take longer; a smaller one may
# be quick, and wrong. So each is a point in a plane, accuracy against latency, and the interesting ones are
# those that no other beats in both: the **Pareto front**. To choose on the front is to say what a point of
# accuracy is worth to you; off the front there is nothing to choose.
#
# Besides `digits_mlp` there are four ways to be different:
#
# | network | hidden units | what is different |
# |---|---|---|
# | `digits_wide` | 256, 256 | nine times the parameters |
# | `digits_pruned` | 16 | the eighth of `digits_mlp`'s hidden units with the largest weights, trained on |
# | `digits_half` | 128 | its file holds float16, half the bytes; loaded, its numbers are float32 again |
# | `float16 in memory` | 128 | the same, but never turned back into float32 |
#
# **Predict first.** Half the bytes, half the time? Write down your guess for the last two before you run the cells.

# %% tags=["hide-input"]
def digit_networks():
    """The trained networks by name, and one that keeps its parameters in float16."""
    from tinytorch.models import CARDS, load_model

    kept = load_model("digits_half")
    for parameter in kept.parameters():
        parameter.data = parameter.data.astype(np.float16)
    return {name: load_model(name) for name in CARDS} | {"float16 in memory": kept}


def right_answers(network, digits):
    """Which digits a network reads correctly: an array of booleans, one a digit."""
    outputs = [network(x) for x in batch_inputs(network, digits)]
    answers = batch_answers(network, outputs, len(digits))
    return np.array([predicted_class(a) == sample_target(digit) for a, digit in zip(answers, digits)])


def measure_in_rounds(networks, run, rounds=20):
    """Median latencies in seconds by name, `rounds` each; `run` measures a network for a short while."""
    names = list(networks)
    found = [{name: np.median(run(networks[name]).latencies) for name in random.sample(names, len(names))}
             for _ in progress(range(rounds), "rounds")]
    return {name: [medians[name] for medians in found] for name in names}

# %% [markdown]
# **Accuracy is measured too, so chance is in it too.** On 364 digits one more or less is 0.27 points. How
# sure is a share of $k$ out of $n$? Wilson's interval holds every true share under which the one seen is not
# surprising. But to *compare* two networks it is too coarse, for both were asked the *same* digits, and most
# digits are easy for both. Those say nothing. What tells two networks apart is the digits that only one of
# them reads correctly. If neither were better, each of these would be a coin toss, and how lopsided the tosses
# of a fair coin may be, a binomial tail says: that is **McNemar's test**. It judges pairs, as part 3 does.

# %%
def share_interval(right, confidence_level=0.95):
    """Wilson's interval for the share that `right`, an array of booleans, estimates. (E. B. Wilson, 1927.)"""
    n, share, z = len(right), np.mean(right), normal_quantile((1 + confidence_level) / 2)
    centre, margin = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (centre - margin) / (1 + z**2 / n), (centre + margin) / (1 + z**2 / n)


def mcnemar_p_value(right_a, right_b):
    """McNemar's test, exact and two-sided: are two networks, asked the same, wrong equally often?"""
    only_a, only_b = np.sum(right_a & ~right_b), np.sum(right_b & ~right_a)
    return min(1.0, 2 * float(binomial_cdf(min(only_a, only_b), only_a + only_b, 0.5)))


def median_interval(values, confidence_level=0.95):
    """The interval for a median by order statistics, as for p90 in part 2 but with a share of one half."""
    in_order, n = sorted(values), len(values)
    below = int(np.sum(binomial_cdf(np.arange(n), n, 0.5) <= (1 - confidence_level) / 2))
    return in_order[below - 1], in_order[n - below]

# %% [markdown]
# Everything is measured first: in rounds, so that all of them meet the same conditions, and on every held-out
# digit. NumPy is held to one core: it would spread larger products over all of them, and on a busy machine
# wait milliseconds for one that another program holds. Then your `compare_models` judges each of the four
# beside `digits_mlp`, one query at a time and in batches, and McNemar's test judges what they read. That is
# twelve questions at once, so the twelve p-values are adjusted together, by Holm's rule from above.

# %% tags=["hide-input"]
LOADS = {"single_stream": "one query", "offline": "batch of 32"}


@dataclass(frozen=True)
class Difference:
    """What sets a network apart from `digits_mlp`: `about` a load or "accuracy"; the p-value is adjusted."""

    network: str
    about: str
    amount: str
    p_value: float
    is_better: bool

    def is_shown(self, alpha=0.05):
        return self.p_value < alpha


def latency_difference(perf, networks, name, load):
    """By how much a network is slower (+) or faster (-) than `digits_mlp`: your own `compare_models`."""
    found = perf.compare_models(networks[name], networks["digits_mlp"], load)
    low, high = found.confidence_interval
    amount = f"{format_seconds(low)} to {format_seconds(high)}"
    return Difference(name, load, amount, found.p_value, low + high < 0)


def accuracy_difference(right, name):
    """How many digits a network reads that `digits_mlp` misses, and the other way round."""
    a, b = right[name], right["digits_mlp"]
    gained, lost = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    return Difference(name, "accuracy", f"{gained} gained, {lost} lost", mcnemar_p_value(a, b), gained > lost)


def compare_with_digits_mlp(perf, networks, right):
    """The differences of each other network, p-values adjusted for all of them together."""
    others = [name for name in networks if name != "digits_mlp"]
    pairs = [(name, load) for load in LOADS for name in others]
    found = [latency_difference(perf, networks, name, load) for name, load in progress(pairs, "comparisons")]
    found += [accuracy_difference(right, name) for name in others]
    adjusted = adjust_holm([each.p_value for each in found]).tolist()
    return [replace(each, p_value=p) for each, p in zip(found, adjusted)]


def measure_networks():
    """Accuracy, latency and differences of all the networks, measured here and now on one core."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn, as the digits do

    networks, digits, perf = digit_networks(), held_out_digits(), TinyTorchPerf()
    perf.set_dataset(digits)
    right = {name: right_answers(network, digits) for name, network in networks.items()}
    runs = {
        "single_stream": lambda network: perf.scenarios.single_stream(network, digits, 50),
        "offline": lambda network: perf.scenarios.offline(network, digits),
    }
    with threadpool_limits(1):
        medians = {load: measure_in_rounds(networks, run) for load, run in runs.items()}
        return right, medians, compare_with_digits_mlp(perf, networks, right)


compared = if_it_is_there(measure_networks)

# %% figure front

# %% [markdown]
# **What to see.** Better is up and to the left; the grey line joins the networks that none beats in both. A
# bar across a point is how far it may be off by chance (95 %): look how long the upright ones are beside the
# differences in accuracy, and how the level ones compare with those in latency. A front drawn through points
# alone claims more than was measured.
#
# So what is real? In **bold** stands what is shown, with an adjusted p below 5 %.

# %% tags=["hide-input"]
def describe(found):
    """A cell of the table: the amount, bold if it is shown, and the adjusted p-value."""
    return f"{f'**{found.amount}**' if found.is_shown() else found.amount} (p = {found.p_value:.2g})"


def table_of_differences(differences):
    """The differences, a row for each network."""
    by_network = {}
    for found in differences:
        by_network.setdefault(found.network, []).append(describe(found))
    header = ["beside digits_mlp", *(f"{words}, slower by" for words in LOADS.values()), "held-out digits"]
    return markdown_table(header, [[name, *said] for name, said in by_network.items()])


def shown(differences, about):
    """The names of the networks that are shown to be better, and of those shown to be worse."""
    real = [found for found in differences if found.about == about and found.is_shown()]
    return [d.network for d in real if d.is_better], [d.network for d in real if not d.is_better]


def what_is_shown(differences, medians):
    """What may be said of the networks after this run: a line for each question that was asked."""
    lines = []
    for about, words in (LOADS | {"accuracy": "held-out digits"}).items():
        better, worse = (", ".join(names) or "none" for names in shown(differences, about))
        lines.append(f"- {words}: shown to be better than digits_mlp: {better}; worse: {worse}")
    kept = medians["single_stream"].keys() - shown(differences, "accuracy")[1]
    quickest = min(kept, key=lambda name: np.median(medians["single_stream"][name]))
    return "\n".join([*lines, f"- lowest median of one query, of those not shown to read worse: {quickest}"])


if compared:
    right, medians, differences = compared
    show_report(table_of_differences(differences) + "\n\n" + what_is_shown(differences, medians))

# %% [markdown]
# **How to read it.**
# - *Shown is not large, and not shown is not equal.* Read the amounts. When one network reads $k$ digits more
#   and none fewer, McNemar's p is $2^{1-k}$: with fewer than six such digits it can never fall below 5 %,
#   even without an adjustment. Half a point would need more than a thousand held-out digits at the least.
# - *`digits_half` is a control.* It is loaded into float32, so it multiplies as `digits_mlp` does and should
#   take as long. If it is shown to differ all the same, that is a false alarm, or the place in memory where
#   its numbers happen to lie: where this was written, two copies of the very same network differed by a tenth
#   of a microsecond in one run of six. Whatever the control does without a reason, the others may do too.
# - *Half the bytes are half the file, not half the time.* NumPy's fast products are for float32 and float64.
#   Numbers that stay float16 in memory are turned into float32 anew in each call, and where this was written
#   that made a query take three times as long. Hardware made for half precision is another matter: measure.
# - *An eighth of the multiplications is not an eighth of the time.* Compare `digits_pruned` in the two
#   columns. One query at a time, most of a call is Python; a batch shares that among its samples. Which of
#   the two you should quote depends on how the queries of your users arrive.
#
# If you wrote `compare_many`, let it judge every pair of the five: which of its verdicts are new?
#
# ## Everything once more
#
# The five tests, found and run together:

# %% given test-all
assert run_module_tests_auto("Benchmarking"), "not every test passes yet: the table says which"

# %% [markdown]
# ## Reflection
#
# A colleague shows you this: *"I ran the old model 1,000 times in a loop: mean 9.8 ms. Then the new one: mean
# 9.5 ms, p = 0.0001. So the new one is faster with 99.99 % probability, and at 100 queries a second our users
# will see about 9.5 ms."*
#
# Name at least three things that are wrong with this conclusion, and for each say what you would measure
# instead and what you would report.

# %% question reflection [markdown]
# *Write your answer here: a paragraph or two.*

# %% [markdown]
# ## Summary
#
# - A benchmark has four parts: the system under test, the load generator with the only clock, the samples in
#   memory, and a log with its rules.
# - How queries arrive decides what you measure. Closed loop: the model sets the pace. Open loop: the world
#   does, and waiting counts from the *scheduled* arrival.
# - Near saturation the queue is everything: mean wait $\rho s / 2(1 - \rho)$, and the tail far beyond it.
# - Percentiles from sorted data, with an interval by order statistics; extreme ones need very many samples.
# - A p-value is about data if there were no difference. Read it with the effect size and the interval, and
#   adjust it when you ask many questions.
# - Latencies resemble their neighbours and drift: interleave, randomise, pair.
# - Accuracy is a measurement too: two models asked the same questions differ in those that one alone gets
#   right. Accuracy against latency is a plane, and a choice on its front is yours.
# - Report what was measured, how, how sure, and what was not.
#
# ### Sources
#
# - V. J. Reddi et al., *MLPerf Inference Benchmark*, ISCA 2020, and the MLPerf inference rules
#   (github.com/mlcommons/inference_policies): scenarios, metrics, query counts, early stopping.
# - P. Mattson et al., *MLPerf Training Benchmark*, MLSys 2020.
# - G. Tene, *How NOT to Measure Latency*, talk, 2013 and later: coordinated omission.
# - B. Schroeder, A. Wierman, M. Harchol-Balter, *Open Versus Closed: A Cautionary Tale*, NSDI 2006.
# - D. V. Lindley, *The theory of queues with a single server*, Mathematical Proceedings of the Cambridge
#   Philosophical Society 48, 1952.
# - A. Georges, D. Buytaert, L. Eeckhout, *Statistically Rigorous Java Performance Evaluation*, OOPSLA 2007.
# - T. Kalibera, R. Jones, *Rigorous Benchmarking in Reasonable Time*, ISMM 2013.
# - B. L. Welch, *The generalization of "Student's" problem when several different population variances are
#   involved*, Biometrika 34, 1947. F. Wilcoxon, *Individual comparisons by ranking methods*, Biometrics
#   Bulletin 1, 1945. Q. McNemar, *Note on the sampling error of the difference between correlated
#   proportions*, Psychometrika 12, 1947. E. B. Wilson, *Probable inference, the law of succession, and
#   statistical inference*, Journal of the American Statistical Association 22, 1927.
# - T. Mytkowicz et al., *Producing Wrong Data Without Doing Anything Obviously Wrong!*, ASPLOS 2009: how where
#   things lie in memory passes for a difference.
