"""Well-behaved methods that stand in for a learner's own, so that one thing is graded at a time.

`run_all_scenarios` is right or wrong by itself: what the learner's `server`
does must not matter. So the check replaces `server` by a fake, which measures
the model truly and remembers what it was asked for.

`FakeMethods` run where the check runs, so their record of calls is certain.
`LocalFakeMethods` run in the process of the learner's code, and report their
calls. That is quicker for many calls, but only as certain as that process is honest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from tito.tools import environment
from tito.tools.benchmarking.instruments import Device, TimedModel, identify, now
from tito.tools.by_value import by_value, posted


@dataclass(frozen=True)
class Asked:
    """One call of a fake: which method, with what, and the result that it gave."""

    method: str
    model: object
    dataset: Any
    settings: tuple
    result: object | None


class FakeMethods:
    """Fakes of `BenchmarkScenarios` and of `TinyTorchPerf`'s `run_*` methods; `asked` remembers every call.

    `result_type` and `scenario_type` are the module's `BenchmarkResult` and
    `BenchmarkScenario`. The method called `fails` raises instead. Each result has the given `accuracy`.
    """

    def __init__(self, result_type, scenario_type, fails: str = "", accuracy: float = 0.75):
        self._result_type, self._scenario_type, self._fails = result_type, scenario_type, fails
        self._accuracy = accuracy
        self.asked: list[Asked] = []
        self._found: tuple[object, list] = (object(), [])

    def _remember(self, method: str, model, dataset, settings: tuple, result) -> None:
        self.asked.append(Asked(method, model, dataset, settings, result))

    @property
    def scenarios(self) -> dict:
        """Methods for `BenchmarkScenarios`."""
        return {"single_stream": self.single_stream, "server": self.server, "offline": self.offline}

    @property
    def runs(self) -> dict:
        """Methods for `TinyTorchPerf`."""
        methods = self.run_single_stream, self.run_server, self.run_offline
        return {method.__name__: method for method in methods}

    @by_value
    def single_stream(self, scenarios, model, dataset, num_queries=1000, **_):
        return self._run("single_stream", model, dataset, (num_queries,))

    @by_value
    def server(self, scenarios, model, dataset, target_qps=10.0, duration=60.0, **_):
        return self._run("server", model, dataset, (target_qps, duration))

    @by_value
    def offline(self, scenarios, model, dataset, batch_size=32, **_):
        return self._run("offline", model, dataset, (batch_size,))

    @by_value
    def run_single_stream(self, perf, num_queries=1000, **_):
        return self._run_and_keep(perf, "single_stream", (num_queries,))

    @by_value
    def run_server(self, perf, target_qps=10.0, duration=60.0, **_):
        return self._run_and_keep(perf, "server", (target_qps, duration))

    @by_value
    def run_offline(self, perf, batch_size=32, **_):
        return self._run_and_keep(perf, "offline", (batch_size,))

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
        in_order, count = getattr(self, f"_run_as_{method}")(model, dataset, *settings)
        elapsed = now() - began
        result = self._result_type(
            scenario=self._scenario_type(method),
            latencies=sorted(in_order),
            throughput=count / elapsed if elapsed else 0.0,
            accuracy=self._accuracy,
            metadata={"latencies_in_order": in_order, "elapsed_s": elapsed},
        )
        self._remember(method, model, dataset, settings, result)
        return result

    def _run_as_single_stream(self, model, dataset, num_queries):
        return self._times_of(model, dataset, num_queries), num_queries

    def _run_as_server(self, model, dataset, target_qps, duration):
        over_at = now() + duration
        count = max(1, round(target_qps * duration))
        latencies = self._times_of(model, dataset, count)
        environment.current().spend(max(0.0, over_at - now()))
        return latencies, count

    def _run_as_offline(self, model, dataset, batch_size):
        size = len(dataset)
        times = self._times_of(model, dataset, size)
        return [sum(times[first : first + batch_size]) for first in range(0, size, batch_size)], size

    def _times_of(self, model, dataset, count: int) -> list[float]:
        """Seconds of each of `count` calls, the samples taken in turn.

        A `TimedModel` computes no answers for it, since no fake reads them.
        """
        if isinstance(model, (TimedModel, Device)):
            return model.work_through(self._samples_in(dataset), count)
        return [_time_of(model, row) for row in islice(cycle(list(dataset)), count)]

    def _samples_in(self, dataset) -> list[int]:
        """The numbers of the samples; block after block is run on the same dataset."""
        known, found = self._found
        if dataset is not known:
            found = [identify(row)[0][0] for row in dataset]
            self._found = (dataset, found)
        return found


@by_value
class LocalFakeMethods(FakeMethods):
    """The same in the process of the learner's code: `tell` gets each call, but not its result."""

    def __init__(self, result_type, scenario_type, fails: str = "", tell=None):
        super().__init__(result_type, scenario_type, fails)
        self._tell = tell or self.hear

    def as_sent(self) -> tuple[str, dict]:
        """What to make beside the learner's code, and from which fields."""
        return "LocalFakeMethods", {
            "result_type": self._result_type, "scenario_type": self._scenario_type, "fails": self._fails,
            "tell": self.hear,
        }  # fmt: skip

    @posted
    def hear(self, method: str, model, dataset, settings: tuple) -> None:
        """Remember a call that a fake has answered."""
        super()._remember(method, model, dataset, settings, None)

    def _remember(self, method: str, model, dataset, settings: tuple, result) -> None:
        self._tell(method, model, dataset, settings)


def _time_of(model, sample) -> float:
    clock = environment.current().now
    start = clock()
    model(sample)
    return clock() - start
