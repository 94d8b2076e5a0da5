# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: nbgrader,tags,deletable,editable,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Benchmarking
#
# > How to measure a model so that the number means something: load, time, chance and an honest report.

# %%
#| default_exp core.benchmarking

# %% nbgrader={"grade": false, "grade_id": "given-imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
import itertools
import platform
import random
import statistics
import time
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np

# %% nbgrader={"grade": false, "grade_id": "given-testing", "locked": true, "schema_version": 3, "solution": false, "task": false}
try:
    from tito.tools.testing import Check, raises, replaced, run_module_tests_auto, virtual_time
except ImportError:  # the lesson can be read and run without the course's tool; its tests cannot

    def _needs_tito(*_args, **_kwargs):
        raise RuntimeError("the tests of this notebook need the course's tool: run `pip install -e .` in the course")

    Check = raises = replaced = run_module_tests_auto = virtual_time = _needs_tito

# %% [markdown]
# ## Part 1: What a measurement is

# %% nbgrader={"grade": false, "grade_id": "given-results", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
class BenchmarkScenario(Enum):
    """How queries reach the model: MLPerf's four scenarios. The fourth, multi-stream, is an optional exercise."""

    SINGLE_STREAM = "single_stream"
    SERVER = "server"
    OFFLINE = "offline"
    MULTI_STREAM = "multi_stream"


@dataclass
class BenchmarkResult:
    """What one run measured.

    `latencies` are in seconds, `throughput` is in samples per second, `accuracy` goes from 0 to 1 and is
    nan when the dataset carries no targets. `metadata` keeps the conditions of the run.
    """

    scenario: BenchmarkScenario
    latencies: list[float]
    throughput: float
    accuracy: float
    metadata: dict | None = None

# %% nbgrader={"grade": false, "grade_id": "given-model", "locked": true, "schema_version": 3, "solution": false, "task": false}
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
    """Does one call answer a whole batch? TinyTorch models do; others say so by `model.takes_batches = True`."""
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

    A model that takes batches gets them all in one call: a TinyTorch model one stacked array of shape
    (batch, ...), any other a list. A model that takes one sample is called once a sample.
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

# %% nbgrader={"grade": false, "grade_id": "given-accuracy", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
def predicted_class(answer):
    """The class that an answer names: the place of the highest score, or the class itself.

    An answer is a dict with "prediction", or the prediction itself; a prediction is an array of scores or a class.
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
    asked = [(answer, sample_target(sample)) for answer, sample in zip(answers, itertools.cycle(samples))]
    right = [predicted_class(answer) == predicted_class(target) for answer, target in asked if target is not None]
    return sum(right) / len(right) if right else float("nan")

# %% nbgrader={"grade": false, "grade_id": "given-clock", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
SPIN_S = 300e-6  # a sleep wakes up late by up to this much, so the last stretch is spent reading the clock


def wait_until(due_s: float, clock, sleep) -> None:
    """Return when `clock()` has reached `due_s` (seconds): sleep most of the way, spin the last 300 microseconds."""
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


def percentile(latencies, share: float) -> float:
    """The value that a `share` (0.9 for p90) of the latencies stays below; nan when there are none."""
    if len(latencies) == 0:
        return float("nan")
    in_order = sorted(latencies)
    return in_order[min(int(share * len(in_order)), len(in_order) - 1)]

# %% nbgrader={"grade": false, "grade_id": "given-words", "locked": true, "schema_version": 3, "solution": false, "task": false}
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


def format_accuracy(accuracy) -> str:
    """An accuracy in percent, or "not measured"."""
    return "not measured" if accuracy is None or np.isnan(accuracy) else f"{accuracy:.1%}"

# %% [markdown]
# ### Write: the three scenarios

# %% nbgrader={"grade": false, "grade_id": "write-scenarios", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
            2. Look the samples up and make them ready (`load_samples`, `model_input`), outside the timed region.
            3. For each query take the next sample, starting over at the end of the dataset. Read the clock,
               call the model, read the clock: that is all that is timed. Keep the answer for later.
            4. If the model raises, let its own exception go on, with a note that gives the sample's index:
               `error.add_note(f"raised for sample {index} of the dataset")`, then `raise`.
            5. Score the answers after the last query (`measure_accuracy`).
            6. Build the result, append it to `self.results`, return it.

        The result: `num_queries` latencies in ascending order; throughput is queries / elapsed seconds; metadata
        has "queries", "elapsed_s" and "latencies_in_order", the latencies in the order of arrival.

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
            error.add_note(f"raised for sample {len(answers) % len(inputs)} of the dataset (query {len(answers)})")
            raise
        elapsed_s = clock() - begun
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SINGLE_STREAM,
            latencies=sorted(latencies),
            throughput=num_queries / elapsed_s,
            accuracy=measure_accuracy(answers, samples),
            metadata={"queries": num_queries, "elapsed_s": elapsed_s, "latencies_in_order": latencies},
        )
        self.results.append(result)
        return result
        ### END SOLUTION

    def server(self, model, dataset, target_qps: float = 10.0, duration: float = 60.0, *,
               rng=None, clock=None, sleep=None) -> BenchmarkResult:
        """Queries arrive by chance, at `target_qps` a second on average, for `duration` seconds: an open loop.

        Steps:
            1. Refuse bad input before anything runs: `target_qps` and `duration` have to be above 0
               (`require_positive`), the dataset not empty (`load_samples`): a `ValueError` that names the
               parameter and its value.
            2. Draw every arrival time before the run. In a Poisson process the gaps between arrivals are
               independent and exponential with mean 1 / target_qps seconds: add gaps up, from 0, as long as
               the sum is below `duration`. How the model does has no say in this.
            3. Serve the arrivals in order, the samples in turn (start over at the end of the dataset). Wait until
               the query is due (`wait_until`); if it is overdue, the model is behind: start at once.
               Serve all of them, also those still in line when `duration` is over.
            4. A query's latency goes from its *scheduled* arrival to its completion. Keep its two parts as well:
               waiting (arrival to start) and service (start to completion).
            5. If the model raises, let its own exception go on, with a note that gives the sample's index.
            6. Score the answers after the last query; build the result, append it to `self.results`, return it.

        The result: latencies in ascending order; throughput is completed queries / seconds from the start of the
        run to the last completion. Metadata, in the order of arrival: "arrivals_s", "waiting_s", "service_s",
        "latencies_in_order"; and "queries", "target_qps", "achieved_qps" (the throughput), "duration_s",
        "elapsed_s", "seed", "utilisation" (sum of service times / duration), "kept_up" (utilisation below 1).
        When no query arrives in so short a time, the result has no latencies and throughput 0.

        Hints:
            - `rng` is a seed or a NumPy generator: `np.random.default_rng(rng)` takes either. When it is None,
              draw a seed with `random.getrandbits(32)` and keep it, so that the run can be repeated.
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
        gaps = np.random.default_rng(seed)
        arrivals, due = [], gaps.exponential(1 / target_qps)
        while due < duration:
            arrivals.append(due)
            due += gaps.exponential(1 / target_qps)
        samples = load_samples(dataset)
        inputs = [model_input(model, sample) for sample in samples]
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
            error.add_note(f"raised for sample {len(answers) % len(inputs)} of the dataset (query {len(answers)})")
            raise
        latencies = [end - arrival for end, arrival in zip(ends, arrivals)]
        service_s = [end - start for end, start in zip(ends, starts)]
        elapsed_s = ends[-1] if ends else duration
        throughput = len(ends) / elapsed_s
        utilisation = sum(service_s) / duration
        result = BenchmarkResult(
            scenario=BenchmarkScenario.SERVER,
            latencies=sorted(latencies),
            throughput=throughput,
            accuracy=measure_accuracy(answers, samples),
            metadata={
                "queries": len(latencies),
                "target_qps": target_qps,
                "achieved_qps": throughput,
                "duration_s": duration,
                "elapsed_s": elapsed_s,
                "seed": seed if isinstance(seed, int) else None,
                "arrivals_s": arrivals,
                "waiting_s": [start - arrival for start, arrival in zip(starts, arrivals)],
                "service_s": service_s,
                "latencies_in_order": latencies,
                "utilisation": utilisation,
                "kept_up": utilisation < 1,
            },
        )
        self.results.append(result)
        return result
        ### END SOLUTION

    def offline(self, model, dataset, batch_size: int = 32, *, clock=None) -> BenchmarkResult:
        """All samples are there at once: work through them in batches, as fast as it goes.

        Steps:
            1. Refuse bad input before anything runs: `batch_size` below 1 and an empty dataset are a
               `ValueError` that names the parameter and its value (`require_at_least_one`, `load_samples`).
            2. Look up every sample once, in order; make the batches ready (`batch_inputs`), outside the timed region.
               The last batch is shorter when `batch_size` does not divide the number of samples.
            3. For each batch: read the clock, call the model with each input of the batch, read the clock.
               `batch_inputs` has done the rest: one input for a model that takes batches, else one a sample.
            4. If the model raises, let its own exception go on, with a note that gives the index of the sample
               (for a whole batch, of its first sample).
            5. Score the answers after the last batch (`batch_answers`, then `measure_accuracy`).
            6. Build the result, append it to `self.results`, return it.

        The result: one latency for each batch, in ascending order; throughput is samples (not batches) / elapsed
        seconds; metadata has "samples", "batch_size", "elapsed_s" and "latencies_in_order".

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
            error.add_note(f"raised for sample {index} of the dataset (batch {len(latencies)})")
            raise
        elapsed_s = clock() - begun
        answers = []
        for first, batch_outputs in zip(firsts, outputs):
            answers += batch_answers(model, batch_outputs, len(samples[first : first + batch_size]))
        result = BenchmarkResult(
            scenario=BenchmarkScenario.OFFLINE,
            latencies=sorted(latencies),
            throughput=len(samples) / elapsed_s,
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
        ### END SOLUTION

# %% [markdown]
# ### See it work

# %% nbgrader={"grade": false, "grade_id": "test-benchmark-scenarios", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_benchmark_scenarios():
    """Each scenario on a model that takes exactly 10 ms of simulated time."""
    dataset = [{"data": [i % 3 == c for c in range(3)], "target": i % 3} for i in range(10)]

    def model(sample):
        time.sleep(0.010)
        return {"prediction": sample["data"]}

    scenarios = BenchmarkScenarios()
    with virtual_time():
        single = scenarios.single_stream(model, dataset, num_queries=25)
        server = scenarios.server(model, dataset, target_qps=50, duration=20)
        offline = scenarios.offline(model, dataset, batch_size=4)

    assert len(single.latencies) == 25, "one latency for each query"
    assert np.allclose(single.latencies, 0.010, atol=1e-4), f"each query takes 10 ms, not {max(single.latencies)} s"
    assert abs(single.throughput - 100) < 2, f"10 ms a query is 100 queries a second, not {single.throughput}"
    assert single.accuracy == 1.0, "the highest score is always the target"
    assert 800 < len(server.latencies) < 1200, f"50 queries/s for 20 s is about 1000, not {len(server.latencies)}"
    assert min(server.latencies) > 0.009, "no query is faster than the model"
    assert max(server.latencies) > 0.020, "at half load some queries wait in line, and their wait counts"
    assert np.allclose(sorted(offline.latencies), [0.020, 0.040, 0.040], atol=1e-4), "batches of 4, 4 and 2"
    assert abs(offline.throughput - 100) < 2, "throughput counts samples, not batches"
    print("✓ the three scenarios")


test_benchmark_scenarios()

# %% [markdown]
# ### Checked: the three scenarios

# %% nbgrader={"grade": true, "grade_id": "single_stream", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: single_stream

# %% nbgrader={"grade": true, "grade_id": "server", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: server

# %% nbgrader={"grade": true, "grade_id": "offline", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: offline

# %% [markdown]
# ## Part 2: Chance

# %% nbgrader={"grade": false, "grade_id": "given-validation", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
@dataclass
class StatisticalValidation:
    """What the statistics say, in numbers and in words.

    For a comparison `effect_size` is Cohen's d and `confidence_interval` holds the difference of the means, a - b.
    For a single result `is_significant` says that there are enough samples to rely on, `confidence_interval` holds
    the scenario's metric, and `p_value` and `effect_size` tell whether the latency changed during the run.
    """

    is_significant: bool
    p_value: float
    effect_size: float
    confidence_interval: tuple[float, float]
    recommendation: str

# %% nbgrader={"grade": false, "grade_id": "given-distributions", "locked": true, "schema_version": 3, "solution": false, "task": false}
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
    """The probability of at most `k` successes in `n` trials that succeed with probability `p`; `k` may be an array."""
    from scipy.special import bdtr

    return bdtr(k, n, p)


def normal_quantile(share: float) -> float:
    """The value that a standard normal variable stays below with probability `share`."""
    from scipy.special import ndtri

    return float(ndtri(share))


def measured_values(name: str, values, at_least: int = 2) -> np.ndarray:
    """The measurements as an array of floats; ValueError when they are too few, or not all of them are finite.

    `values` is a sequence of numbers or a `BenchmarkResult`, whose latencies are taken.
    """
    array = np.asarray(getattr(values, "latencies", values), dtype=float).ravel()
    if len(array) < at_least:
        raise ValueError(f"{name} needs at least {at_least} values, got {len(array)}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite (nan or inf): {array[~np.isfinite(array)][:3]}")
    return array


def is_constant(values: np.ndarray) -> bool:
    """Are all values the same, but for the rounding of floating-point numbers?"""
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value, 1 for the smallest; equal values share the mean of their ranks."""
    in_order = np.sort(values)
    return (np.searchsorted(in_order, values, "left") + np.searchsorted(in_order, values, "right") + 1) / 2

# %% nbgrader={"grade": false, "grade_id": "given-drift", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
OWN_PERCENTILE = {  # the latency percentile that MLPerf judges each scenario by; offline is judged by throughput
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


def drift_test(values, blocks: int = 20) -> tuple[float, float]:
    """Do measurements change over a run? Two-sided p-value, and the change from first to second half in standard deviations.

    Cuts the run into blocks, takes each block's median (neighbouring latencies are alike, medians of blocks
    hardly so) and asks whether the medians rise or fall with time: Spearman's rank correlation, judged by
    t = r * sqrt((n - 2) / (1 - r**2)). Fewer than 5 blocks of 5 tell nothing: p = 1.
    """
    values = np.asarray(values, dtype=float)
    blocks = min(blocks, len(values) // 5)
    if blocks < 5 or is_constant(values):
        return 1.0, 0.0
    medians = np.array([np.median(block) for block in np.array_split(values, blocks)])
    if is_constant(medians):
        return 1.0, 0.0
    r = np.corrcoef(np.arange(blocks), ranks(medians))[0, 1]
    t = abs(r) * np.sqrt((blocks - 2) / max(1 - r**2, 1e-12))
    first, second = np.array_split(values, 2)
    return float(2 * student_t_cdf(-t, blocks - 2)), float((second.mean() - first.mean()) / values.std(ddof=1))

# %% [markdown]
# ### Write: the two validations

# %% nbgrader={"grade": false, "grade_id": "write-validator", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
            2. Means, variances (ddof = 1) and the standard error of the difference,
               se = sqrt(var_a / n_a + var_b / n_b).
            3. Welch's t = (mean_a - mean_b) / se, with
               df = se**4 / ((var_a / n_a)**2 / (n_a - 1) + (var_b / n_b)**2 / (n_b - 1)).
            4. The two-sided p-value, 2 * P(T <= -|t|), and the interval for mean_a - mean_b at the validator's
               own confidence level, with the t quantile at 1 - alpha / 2.
            5. Cohen's d = (mean_a - mean_b) / pooled standard deviation, sign kept; the pooled variance is
               ((n_a - 1) * var_a + (n_b - 1) * var_b) / (n_a + n_b - 2).
            6. Significant when p < alpha.
            7. The recommendation: which one is lower, by how much, in the unit of the data and in percent, and
               whether to act on it. No difference is said to be no difference.

        When neither varies at all (`is_constant`) there is nothing to divide by: equal means give p = 1, d = 0,
        the interval (0, 0); different ones p = 0, d = +inf or -inf and an interval of just that difference.
        No warning may escape.

        Hints:
            - `student_t_cdf`, `student_t_quantile`; or compare with `scipy.stats.ttest_ind(a, b, equal_var=False)`.
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
            same = is_constant(np.array([a[0], b[0]]))
            difference = 0.0 if same else difference
            p_value, effect_size, margin = (1.0, 0.0, 0.0) if same else (0.0, float(np.copysign(np.inf, difference)), 0.0)
        else:
            error_a, error_b = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
            se = np.sqrt(error_a + error_b)
            part_a = error_a / (error_a + error_b)  # df by shares, so that tiny variances do not underflow
            df = 1 / (part_a**2 / (len(a) - 1) + (1 - part_a) ** 2 / (len(b) - 1))
            p_value = float(2 * student_t_cdf(-abs(difference / se), df))
            margin = float(student_t_quantile(1 - self.alpha / 2, df) * se)
            spread = (len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)
            effect_size = float(difference / np.sqrt(spread / (len(a) + len(b) - 2)))
        interval = (difference - margin, difference + margin)
        significant = p_value < self.alpha
        if not significant:
            recommendation = (
                f"No significant difference (p = {p_value:.3g}): the data do not show that A and B differ. Treat them as"
                f" equal, or measure more; A - B lies between {interval[0]:.4g} and {interval[1]:.4g}."
            )
        else:
            lower, higher = ("A", "B") if difference < 0 else ("B", "A")
            reference = abs(a.mean() if higher == "A" else b.mean())
            percent = f"{abs(difference) / reference:.1%}" if reference else "no percentage, the other mean is 0"
            advice = f"Act on it: prefer {lower} where lower is better." if abs(effect_size) >= 0.2 else (
                "The effect is so small that it hardly matters in use; do not act on this alone.")
            recommendation = (
                f"{lower} is lower than {higher} by {abs(difference):.4g} ({percent}), p = {p_value:.3g},"
                f" effect size d = {effect_size:.2f}. {advice}"
            )
        return StatisticalValidation(significant, p_value, effect_size, interval, recommendation)
        ### END SOLUTION

    def validate_benchmark_result(self, result, min_samples: int = 100) -> StatisticalValidation:
        """Can one result be relied on: enough samples, no drift, no outliers, and how sure is its metric?

        Steps:
            1. The latencies have to be finite: `measured_values("latencies", result, at_least=0)`.
               `is_significant` is True when there are at least `min_samples` of them.
            2. The interval for the scenario's own metric, at the validator's confidence level.
               For a latency percentile p (`OWN_PERCENTILE`) use order statistics: the number of n samples that
               fall below the true percentile is binomial(n, p). With `cdf = binomial_cdf(np.arange(n), n, p)`, the lower end is
               the l-th smallest latency, l = how many cdf values are <= alpha / 2 (0.0 seconds when l is 0); the
               upper end is the (k + 1)-th smallest, k = how many are < 1 - alpha / 2 (inf when k is n: so few
               samples do not bound it from above).
               Offline is judged by throughput: take the t interval of the mean batch latency, m - h to m + h,
               and scale: throughput * m / (m + h) to throughput * m / (m - h) (inf when h >= m; with fewer than two batches: 0 to inf).
            3. Drift: `latencies_in_order(result)`, then `drift_test` gives `p_value` and `effect_size`. Latencies sorted by
               size would always "rise", so when the order was not kept: p = 1, effect 0.
            4. Outliers: latencies above Q3 + 3 * (Q3 - Q1), and by more than a microsecond.
            5. The recommendation gives the metric's interval with its unit, and names what is wrong, if it is: "too few samples",
               "drift" (p_value < alpha), "outliers" (how many).

        Any sound rule for outliers will do; the interval may be for the mean instead.

        Example:
            >>> short = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.010, 0.011, 0.012], 90.0, float("nan"))
            >>> StatisticalValidator().validate_benchmark_result(short).is_significant
            False
        """
        ### BEGIN SOLUTION
        values = np.sort(measured_values("latencies", result, at_least=0))
        n = len(values)
        share = OWN_PERCENTILE.get(result.scenario)
        if share is not None:
            cdf = binomial_cdf(np.arange(n), n, share)
            low, high = int(np.sum(cdf <= self.alpha / 2)), int(np.sum(cdf < 1 - self.alpha / 2))
            interval = (float(values[low - 1]) if low else 0.0, float(values[high]) if high < n else float("inf"))
            metric = f"p{share * 100:.0f} latency between {format_seconds(interval[0])} and {format_seconds(interval[1])}"
        else:
            mean = values.mean() if n else 0.0
            half = student_t_quantile(1 - self.alpha / 2, n - 1) * values.std(ddof=1) / np.sqrt(n) if n > 1 else mean
            slowest = result.throughput * mean / (mean + half) if n > 1 else 0.0
            fastest = result.throughput * mean / (mean - half) if half < mean else float("inf")
            interval = (float(slowest), float(fastest))
            metric = f"throughput between {interval[0]:.4g} and {interval[1]:.4g} samples/s"
        in_order = latencies_in_order(result)
        p_value, effect_size = (1.0, 0.0) if in_order is None else drift_test(in_order)
        faults = []
        if n < min_samples:
            faults.append(f"too few samples ({n} of at least {min_samples}): measure longer before relying on this")
        if p_value < self.alpha:
            course = "rose" if effect_size > 0 else "fell"
            faults.append(f"drift (p = {p_value:.2g}): latency {course} during the run; find the cause and measure again")
        quarter, three_quarters = np.quantile(values, [0.25, 0.75]) if n else (0.0, 0.0)
        fence = three_quarters + max(3 * (three_quarters - quarter), 1e-6)
        outliers = int(np.sum(values > fence))
        if outliers:
            faults.append(f"outliers ({outliers} of {n} above {format_seconds(fence)}): look for what else ran")
        verdict = "; ".join(faults) if faults else "enough samples and steady: this can be relied on"
        recommendation = f"{self.confidence_level:.0%} interval from n = {n}: {metric}. {verdict[0].upper()}{verdict[1:]}."
        return StatisticalValidation(n >= min_samples, p_value, effect_size, interval, recommendation)
        ### END SOLUTION

# %% [markdown]
# ### See it work

# %% nbgrader={"grade": false, "grade_id": "test-statistical-validation", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_statistical_validation():
    """Verdicts on made-up measurements whose truth is known."""
    rng = np.random.default_rng(12)
    fast, slow, slow_again = (rng.normal(mean, 0.5e-3, 300) for mean in (10.0e-3, 10.5e-3, 10.5e-3))
    validator = StatisticalValidator()

    found = validator.validate_comparison(fast, slow)
    assert found.is_significant and found.p_value < 1e-6, "0.5 ms apart with a spread of 0.5 ms is plain at n = 300"
    assert -1.3 < found.effect_size < -0.7, f"a is lower by one standard deviation, so d is near -1, not {found.effect_size}"
    low, high = found.confidence_interval
    assert low < -0.5e-3 < high < 0, "the interval is for mean a - mean b, in seconds, and leaves out 0"
    assert not validator.validate_comparison(slow, slow_again).is_significant, "two samples of one distribution"
    assert validator.validate_comparison([1, 1, 1], [1, 1]).p_value == 1, "nothing varies and nothing differs"

    steady = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, list(slow), 95.0, float("nan"))
    found = validator.validate_benchmark_result(steady)
    assert found.is_significant, "300 samples are enough when 100 are asked for"
    assert found.confidence_interval[0] < found.confidence_interval[1], "an interval has a lower and an upper end"
    few = validator.validate_benchmark_result(replace(steady, latencies=list(slow[:20])))
    assert not few.is_significant and "few" in few.recommendation, "20 samples of 100 are too few, and it says so"
    print("✓ the two validations")


test_statistical_validation()

# %% [markdown]
# ### Checked: the two validations

# %% nbgrader={"grade": true, "grade_id": "validate_comparison", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: validate_comparison

# %% nbgrader={"grade": true, "grade_id": "validate_benchmark_result", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: validate_benchmark_result

# %% [markdown]
# ## Part 3: One place for it all

# %% nbgrader={"grade": false, "grade_id": "given-signed-rank", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
def signed_rank_counts(doubled_ranks) -> np.ndarray:
    """How many of the 2**n ways to give signs to the ranks yield each sum of the positive ones.

    Index i counts the ways for a doubled rank sum of i (doubled, so that shared ranks like 2.5 are whole).
    """
    counts = np.ones(1)
    for rank in doubled_ranks:
        gap = np.zeros(rank)
        counts = np.concatenate([counts, gap]) + np.concatenate([gap, counts])
    return counts


def signed_rank_p_value(differences) -> float:
    """Wilcoxon's signed-rank test, exact and two-sided: are paired differences centred on zero?

    If neither model were faster, each difference would be as likely to have either sign, so all 2**n ways to give
    signs to the ranks of their sizes would be equally likely. The p-value is the share of ways at least as lopsided.
    Differences of zero are left out; p = 1 when nothing else is there. (F. Wilcoxon, Biometrics Bulletin 1, 1945.)
    """
    differences = np.asarray(differences, dtype=float)
    differences = differences[differences != 0]
    doubled = np.rint(2 * ranks(np.abs(differences))).astype(int)
    smaller = min(doubled[differences > 0].sum(), doubled[differences < 0].sum())
    counts = signed_rank_counts(doubled)
    return min(1.0, float(2 * counts[: smaller + 1].sum() / counts.sum()))


def signed_rank_interval(differences, confidence_level: float) -> tuple[float, float]:
    """The interval for the typical difference that belongs to the signed-rank test.

    Its ends are order statistics of the means of all pairs of differences (Hodges and Lehmann, 1963).
    """
    differences = np.asarray(differences, dtype=float)
    n = len(differences)
    rows, columns = np.triu_indices(n)
    means = np.sort((differences[rows] + differences[columns]) / 2)
    counts = signed_rank_counts(2 * np.arange(1, n + 1))[::2]
    tail = np.cumsum(counts) / counts.sum()
    cut = int(np.sum(tail <= (1 - confidence_level) / 2))
    return float(means[cut]), float(means[-1 - cut])

# %% nbgrader={"grade": false, "grade_id": "given-report", "locked": true, "schema_version": 3, "solution": false, "task": false}
#| export
def model_name(model) -> str:
    """What a report calls a model: its attribute `name`, the name of a function, or the name of its class."""
    if model is None:
        return "unnamed model"
    return str(getattr(model, "name", None) or getattr(model, "__name__", type(model).__name__))


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; every cell is text already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def conditions() -> list[str]:
    """Where a benchmark ran, a line each: what a reader needs in order to repeat it."""
    return [
        f"Python {platform.python_version()}, NumPy {np.__version__}",
        f"{platform.system()} on {platform.machine()}",
        f"clock: time.perf_counter, resolution {format_seconds(time.get_clock_info('perf_counter').resolution)}",
    ]


def describe_load(result: BenchmarkResult) -> str:
    """How the queries of a result were sent and timed, as far as its metadata tells."""
    known = result.metadata or {}
    if result.scenario is BenchmarkScenario.SERVER:
        load = "Poisson arrivals (open loop), latency from the scheduled arrival to completion"
        if "target_qps" in known and "duration_s" in known:
            load += f"; {known['target_qps']:.4g} queries/s asked for during {format_seconds(known['duration_s'])}"
        return load + (f"; seed {known['seed']}" if known.get("seed") is not None else "")
    if result.scenario is BenchmarkScenario.OFFLINE:
        load = "all samples at once, one latency a batch"
        return load + (f"; {known['samples']} samples, batch size {known['batch_size']}" if "batch_size" in known else "")
    return "one query after the other (closed loop), only the call of the model is timed"


def describe_metric(result: BenchmarkResult) -> str:
    """The number that MLPerf judges the result's scenario by, with its unit."""
    share = OWN_PERCENTILE.get(result.scenario)
    if share is None:
        return f"{result.throughput:.4g} samples/s"
    return f"p{share * 100:.0f} latency {format_seconds(percentile(result.latencies, share))}"

# %% [markdown]
# ### Write: TinyTorchPerf

# %% nbgrader={"grade": false, "grade_id": "write-perf", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
            1. Call `run_single_stream`, `run_server` and `run_offline`: with their defaults, or, when `quick_test`
               is True, so small that all of it ends within seconds (say 50 queries, and 2 s at 10 queries a second).
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

    def compare_models(self, model_a, model_b, scenario: str = "single_stream", *, rng=None) -> StatisticalValidation:
        """Which of two models is faster on the chosen dataset, and can the difference be chance?

        Steps:
            1. `self._require_dataset()`; a scenario other than "single_stream", "server" and "offline" is a
               `ValueError` that lists the known ones.
            2. Measure both in `BLOCKS` pairs of short blocks. In each pair toss a coin for who goes first. A
               block is one short run of the scenario with `self.scenarios` on `self.dataset`: `BLOCK_QUERIES` queries, or
               `BLOCK_S` seconds at 10 queries a second, or one pass offline.
            3. Keep each block's median latency, rounded to whole nanoseconds: the clock knows no finer ones.
            4. Judge the paired differences, a - b: `signed_rank_p_value` and `signed_rank_interval` at the
               validator's level; significant when p < `self.validator.alpha`. The effect size is Cohen's d of the
               block medians (`self.validator.validate_comparison` computes it).
            5. The recommendation says which model has the lower latency, by how much and in percent, or that no difference
               was found.

        `self.model` and `self.results` stay as they were, also when a model raises.

        Hints:
            - `rng` is a seed or a NumPy generator, as in `server`: `np.random.default_rng(seed).permutation(2)` tosses the coin.
            - `dataclasses.replace(found, p_value=...)` copies a validation with some fields changed.

        Example:
            >>> perf = TinyTorchPerf()
            >>> perf.set_dataset([{"data": 1}])
            >>> found = perf.compare_models(lambda sample: time.sleep(0.001), lambda sample: time.sleep(0.002))
            >>> found.is_significant, found.confidence_interval[1] < 0
            (True, True)
        """
        ### BEGIN SOLUTION
        self._require_dataset()
        runs = {
            "single_stream": lambda model: self.scenarios.single_stream(model, self.dataset, self.BLOCK_QUERIES),
            "server": lambda model: self.scenarios.server(model, self.dataset, 10.0, self.BLOCK_S),
            "offline": lambda model: self.scenarios.offline(model, self.dataset),
        }
        if scenario not in runs:
            raise ValueError(f"unknown scenario {scenario!r}; known are {', '.join(runs)}")
        coin = np.random.default_rng(random.getrandbits(32) if rng is None else rng)
        models, medians = (model_a, model_b), ([], [])
        for _ in range(self.BLOCKS):
            for which in coin.permutation(2):
                block = runs[scenario](models[which])
                medians[which].append(round(statistics.median(block.latencies), 9))
        differences = np.subtract(*medians)
        found = self.validator.validate_comparison(*medians)
        p_value = signed_rank_p_value(differences)
        low, high = signed_rank_interval(differences, self.validator.confidence_level)
        typical_s, slower_s = float(np.median(differences)), max(np.median(medians, axis=1))
        if p_value < self.validator.alpha:
            faster, other = ("A", "B") if typical_s < 0 else ("B", "A")
            recommendation = (
                f"Model {faster} is faster: its {scenario} latency is lower than that of {other} by"
                f" {format_seconds(abs(typical_s))} ({abs(typical_s) / slower_s:.1%}), p = {p_value:.2g}. Prefer {faster} for speed."
            )
        else:
            recommendation = (
                f"No significant difference in {scenario} latency (p = {p_value:.2g}): A - B lies between"
                f" {format_seconds(low)} and {format_seconds(high)}. Choose by something else."
            )
        return replace(
            found,
            is_significant=p_value < self.validator.alpha,
            p_value=p_value,
            confidence_interval=(low, high),
            recommendation=recommendation,
        )
        ### END SOLUTION

    def generate_report(self) -> str:
        """What was measured, as Markdown under the title "TinyTorch Benchmark Report".

        Steps:
            1. The title, with the model's name (`model_name`).
            2. The sections, each headed by `## `: Executive Summary, Methodology, Detailed Results, Statistical
               Validation, Recommendations.
            3. All numbers come from `self.results` and are written with their unit: p50, p90 and p99 latency,
               throughput, accuracy ("not measured" when it is nan). `conditions()` belongs to the methodology,
               and so does each scenario's load; `self.validator.validate_benchmark_result` judges each result.
            4. A scenario that was not run does not appear. With no results the report says that nothing was measured.

        Hints:
            - `describe_metric`, `describe_load`, `percentile`, `format_seconds`, `format_accuracy` and `markdown_table`
              are there to be used.

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
            overloaded = (result.metadata or {}).get("kept_up") is False
            percentiles = [format_seconds(percentile(result.latencies, share)) for share in (0.5, 0.9, 0.99)]
            summary.append(f"- {scenario}: {describe_metric(result)}, accuracy {accuracy}")
            methods.append(f"- {scenario}: {describe_load(result)}")
            rows.append([scenario, str(len(result.latencies)), *percentiles, f"{result.throughput:.4g} samples/s", accuracy])
            verdicts.append(f"- {scenario}: {found.recommendation}")
            advice.append(
                f"- {scenario}: "
                + ("the model did not keep up with the load; lower it or speed the model up. " if overloaded else "")
                + ("Use these numbers." if found.is_significant else "Measure longer before using these numbers.")
            )
        header = ["scenario", "latencies", "p50", "p90", "p99", "throughput", "accuracy"]
        sections = {
            "Executive Summary": summary,
            "Methodology": methods + [f"- {line}" for line in conditions()],
            "Detailed Results": [markdown_table(header, rows)],
            "Statistical Validation": verdicts,
            "Recommendations": advice,
        }
        parts = [f"# TinyTorch Benchmark Report: {model_name(self.model)}"]
        parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
        return "\n\n".join(parts) + "\n"
        ### END SOLUTION

# %% [markdown]
# ### See it work

# %% nbgrader={"grade": false, "grade_id": "test-tinytorch-perf", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_tinytorch_perf():
    """One object runs everything, and tells a slower model from a faster one."""

    def fast(sample):
        time.sleep(0.010)
        return {"prediction": sample["target"]}

    def slow(sample):
        time.sleep(0.012)
        return {"prediction": sample["target"]}

    perf = TinyTorchPerf()
    with raises(ValueError, naming="set_model"):
        perf.run_single_stream()
    perf.set_model(fast)
    with raises(ValueError, naming="set_dataset"):
        perf.run_single_stream()
    perf.set_dataset([{"data": i, "target": i % 2} for i in range(20)])
    with virtual_time():
        results = perf.run_all_scenarios(quick_test=True)
        found = perf.compare_models(fast, slow)
    assert sorted(results) == ["offline", "server", "single_stream"], "three entries, one for each scenario"
    assert perf.results["server"] is results["server"], "the results are kept under their scenario's value"
    assert found.is_significant, "10 ms and 12 ms differ"
    assert found.confidence_interval[1] < 0, "a is faster, so a - b is below 0"
    assert perf.model is fast and len(perf.results) == 3, "a comparison leaves model and results as they were"
    assert "TinyTorch Benchmark Report" in perf.generate_report(), "the report has its title"
    print("✓ TinyTorchPerf")


test_tinytorch_perf()

# %% [markdown]
# ### Checked: TinyTorchPerf

# %% nbgrader={"grade": true, "grade_id": "run_single_stream", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: run_single_stream

# %% nbgrader={"grade": true, "grade_id": "run_server", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: run_server

# %% nbgrader={"grade": true, "grade_id": "run_offline", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: run_offline

# %% nbgrader={"grade": true, "grade_id": "run_all_scenarios", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: run_all_scenarios

# %% nbgrader={"grade": true, "grade_id": "compare_models", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: compare_models

# %% nbgrader={"grade": true, "grade_id": "generate_report", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: generate_report

# %% [markdown]
# ## Part 4: Reporting

# %% [markdown]
# ### Write: the report

# %% nbgrader={"grade": false, "grade_id": "write-reporter", "locked": false, "schema_version": 3, "solution": true, "task": false}
#| export
class PerformanceReporter:
    """Writes reports that claim what was measured, and nothing else. `reports` keeps what it made."""

    def __init__(self):
        self.reports: list[str] = []

    def generate_project_report(self, benchmark_results: dict[str, BenchmarkResult],
                                model_name: str = "TinyTorch Model") -> str:
        """A full report as Markdown, made from the results given and from nothing else.

        Steps:
            1. A title (`# `) with the model's name, then the sections (`## `): Executive Summary, Methodology,
               Detailed Results, Statistical Validation, Recommendations.
            2. Executive Summary: each scenario's own metric and the accuracy. Methodology: how each load was made
               and timed, and on what machine. Detailed Results: for each scenario how many latencies, their mean,
               p50, p90, p99 and maximum, the throughput and the accuracy, all with units. Statistical Validation:
               what `StatisticalValidator().validate_benchmark_result` says about each. Recommendations: what
               follows for each scenario: use the numbers, measure longer, lower the load.
            3. Only what was measured: a scenario that is not among the results is not mentioned, an accuracy
               of nan (or None) is "not measured", and with no results at all the report says so.
            4. Append the report to `self.reports`; return it. The results stay as they are.

        Hints:
            - `describe_metric`, `describe_load`, `percentile`, `format_seconds`, `format_accuracy`,
              `markdown_table` and `conditions` are there to be used.
            - The metadata of a server result may have "kept_up", "utilisation", "target_qps", "achieved_qps" and
              "waiting_s"; it may also be None.

        Example:
            >>> result = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.010] * 100, 99.0, float("nan"))
            >>> "not measured" in PerformanceReporter().generate_project_report({"single_stream": result}, "my model")
            True
        """
        ### BEGIN SOLUTION
        validator = StatisticalValidator()
        summary, methods, details, verdicts, advice = [], [], [], [], []
        for scenario, result in benchmark_results.items():
            known = result.metadata or {}
            found = validator.validate_benchmark_result(result)
            mean_s = statistics.fmean(result.latencies) if len(result.latencies) else float("nan")
            rows = [
                ["latencies measured", str(len(result.latencies))],
                ["mean latency", format_seconds(mean_s)],
                *([f"p{share * 100:.0f} latency", format_seconds(percentile(result.latencies, share))]
                  for share in (0.5, 0.9, 0.99)),
                ["maximum latency", format_seconds(max(result.latencies, default=float("nan")))],
                ["throughput", f"{result.throughput:.4g} samples/s"],
                ["accuracy", format_accuracy(result.accuracy)],
            ]
            if "target_qps" in known and "achieved_qps" in known:
                rows.append(["load asked for", f"{known['target_qps']:.4g} queries/s"])
                rows.append(["load achieved", f"{known['achieved_qps']:.4g} queries/s"])
            if len(known.get("waiting_s", ())):
                rows.append(["mean wait in line", format_seconds(statistics.fmean(known["waiting_s"]))])
            if "utilisation" in known:
                rows.append(["utilisation", f"{known['utilisation']:.0%}"])
            summary.append(
                f"- **{scenario}**: {describe_metric(result)}; {result.throughput:.4g} samples/s;"
                f" accuracy {format_accuracy(result.accuracy)}."
            )
            methods.append(f"- **{scenario}**: {describe_load(result)}.")
            details.append(f"### {scenario}\n\n{markdown_table(['quantity', 'value'], rows)}\n")
            verdicts.append(f"- **{scenario}**: {found.recommendation}")
            if known.get("kept_up") is False:
                advice.append(f"- **{scenario}**: the model did not keep up; lower the load or speed the model up.")
            advice.append(f"- **{scenario}**: " + (
                "there are enough samples; quote the metric with its interval." if found.is_significant
                else "too few samples; measure longer before quoting a number."))
        sections = {
            "Executive Summary": summary or ["No results were given: nothing was measured."],
            "Methodology": methods + [f"- {line}" for line in conditions()],
            "Detailed Results": details or ["None."],
            "Statistical Validation": verdicts or ["None."],
            "Recommendations": advice or ["- Run a scenario first."],
        }
        parts = [f"# Benchmark Report: {model_name}"]
        parts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
        report = "\n\n".join(parts) + "\n"
        self.reports.append(report)
        return report
        ### END SOLUTION

    def save_report(self, report: str, filename: str = "benchmark_report.md"):
        """Write a report to a file, as UTF-8."""
        Path(filename).write_text(report, encoding="utf-8")

# %% [markdown]
# ### See it work

# %% nbgrader={"grade": false, "grade_id": "test-performance-reporter", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_performance_reporter():
    """A report of known numbers holds these numbers, with units."""
    latencies = [0.010 + 0.0001 * i for i in range(101)]
    single = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, latencies, 66.6, float("nan"))
    offline = BenchmarkResult(BenchmarkScenario.OFFLINE, [0.32] * 10, 100.0, 0.875)
    reporter = PerformanceReporter()
    report = reporter.generate_project_report({"single_stream": single, "offline": offline}, "Nimble 3")
    for wanted in ("Nimble 3", "Executive Summary", "Methodology", "Detailed Results", "Statistical Validation",
                   "Recommendations", "not measured"):
        assert wanted in report, f"the report lacks {wanted!r}"
    assert "server" not in report.lower(), "the server scenario was not run, so the report must not mention it"
    assert reporter.reports == [report], "`reports` keeps what was made"
    print("✓ PerformanceReporter")


test_performance_reporter()

# %% [markdown]
# ### Checked: the report

# %% nbgrader={"grade": true, "grade_id": "generate_project_report", "locked": true, "schema_version": 3, "solution": false, "task": false}
# check: generate_project_report

# %% [markdown]
# ## Part 5: All together

# %% nbgrader={"grade": false, "grade_id": "test-comprehensive-benchmarking", "locked": true, "schema_version": 3, "solution": false, "task": false}
def test_comprehensive_benchmarking():
    """From a model and a dataset to a report, in simulated time."""
    dataset = [([i % 3 == c for c in range(3)], i % 3) for i in range(40)]

    def model(x):
        time.sleep(0.005)
        return np.asarray(x, dtype=float)

    perf = TinyTorchPerf()
    perf.set_model(model)
    perf.set_dataset(dataset)
    with virtual_time():
        results = perf.run_all_scenarios()
    assert len(results["single_stream"].latencies) == 1000, "the defaults are 1000 queries ..."
    assert len(results["offline"].latencies) == 2, "... and batches of 32, the last one shorter"
    assert all(result.accuracy == 1.0 for result in results.values()), "accuracy is measured in every scenario"
    assert perf.validator.validate_benchmark_result(results["single_stream"]).is_significant, "1000 samples are enough"
    report = PerformanceReporter().generate_project_report(results, "three classes")
    assert len(report) > 1000, "a report on three scenarios has something to say"
    print("✓ all together")


test_comprehensive_benchmarking()

# %% nbgrader={"grade": false, "grade_id": "test-all", "locked": true, "schema_version": 3, "solution": false, "task": false}
assert run_module_tests_auto("Benchmarking")

# %% [markdown] nbgrader={"grade": true, "grade_id": "reflection", "locked": false, "schema_version": 3, "solution": true, "task": false}
# *Write your answer here: a paragraph or two.*

# %% [markdown]
# ## Summary
