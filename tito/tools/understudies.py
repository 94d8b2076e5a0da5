"""Well-behaved methods that stand in for a learner's own, so that one thing is graded at a time.

`run_all_scenarios` is right or wrong by itself: what the learner's `server`
does must not matter. So the check plays it with understudies, which remember
what they were asked for and measure the model truly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tito.tools import stage
from tito.tools.instruments import TimedModel, identify, now


@dataclass(frozen=True)
class Asked:
    """One call of an understudy: which method, with what, and the result that it gave."""

    method: str
    model: object
    dataset: object
    settings: tuple
    result: object


class Understudies:
    """Plays `BenchmarkScenarios` and the `run_*` methods of `TinyTorchPerf`; `asked` remembers every call.

    `result_type` and `scenario_type` are the module's `BenchmarkResult` and
    `BenchmarkScenario`. The method called `fails` raises instead.
    """

    def __init__(self, result_type, scenario_type, fails: str = ""):
        self._result_type, self._scenario_type, self._fails = result_type, scenario_type, fails
        self.asked: list[Asked] = []

    @property
    def scenarios(self) -> dict:
        """Methods for `BenchmarkScenarios`."""

        def single_stream(scenarios, model, dataset, num_queries=1000, **_):
            return self._run("single_stream", model, dataset, (num_queries,))

        def server(scenarios, model, dataset, target_qps=10.0, duration=60.0, **_):
            return self._run("server", model, dataset, (target_qps, duration))

        def offline(scenarios, model, dataset, batch_size=32, **_):
            return self._run("offline", model, dataset, (batch_size,))

        return {"single_stream": single_stream, "server": server, "offline": offline}

    @property
    def runs(self) -> dict:
        """Methods for `TinyTorchPerf`."""

        def run_single_stream(perf, num_queries=1000, **_):
            return self._run_and_keep(perf, "single_stream", (num_queries,))

        def run_server(perf, target_qps=10.0, duration=60.0, **_):
            return self._run_and_keep(perf, "server", (target_qps, duration))

        def run_offline(perf, batch_size=32, **_):
            return self._run_and_keep(perf, "offline", (batch_size,))

        return {"run_single_stream": run_single_stream, "run_server": run_server, "run_offline": run_offline}

    def _run_and_keep(self, perf, method: str, settings: tuple):
        if perf.model is None or perf.dataset is None:
            raise ValueError("no model or no dataset: call set_model and set_dataset first")
        result = self._run(method, perf.model, perf.dataset, settings)
        perf.results = {**(perf.results or {}), method: result}
        return result

    def _run(self, method: str, model, dataset, settings: tuple):
        if method == self._fails:
            raise RuntimeError("the model's device was unplugged")
        began = now()
        latencies, count = getattr(self, f"_{method}")(model, list(dataset), *settings)
        elapsed = now() - began
        result = self._result_type(
            scenario=self._scenario_type(method),
            latencies=sorted(latencies),
            throughput=count / elapsed if elapsed else 0.0,
            accuracy=0.75,
            metadata={"latencies_in_order": latencies, "elapsed_s": elapsed},
        )
        self.asked.append(Asked(method, model, dataset, settings, result))
        return result

    def _single_stream(self, model, rows, num_queries):
        queries = [_query(model, row) for row in rows]
        return [_time_of(queries[number % len(rows)]) for number in range(num_queries)], num_queries

    def _server(self, model, rows, target_qps, duration):
        over_at = now() + duration
        count = max(1, round(target_qps * duration))
        latencies, _ = self._single_stream(model, rows, count)
        stage.current().spend(max(0.0, over_at - now()))
        return latencies, count

    def _offline(self, model, rows, batch_size):
        times = [_time_of(_query(model, row)) for row in rows]
        return [sum(times[first : first + batch_size]) for first in range(0, len(times), batch_size)], len(
            rows
        )


def _query(model, sample) -> Callable[[], object]:
    """A call of `model` with `sample`; a `TimedModel` is spared its answer, which no understudy reads."""
    if type(model) is TimedModel:
        return partial(model.work_on, tuple(identify(sample)[0]))
    return partial(model, sample)


def _time_of(query: Callable[[], object]) -> float:
    clock = stage.current().now
    start = clock()
    query()
    return clock() - start
