"""What is asked of whatever runs more than once: of the scenarios, and of the `run_*` methods of `TinyTorchPerf`.

A `run_*` method hands model, dataset and settings to a scenario, keeps the result and returns it: one function for
all three, and a table of what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tito.tools.benchmarking.fakes import FakeMethods
from tito.tools.benchmarking.instruments import TimedModel, samples
from tito.tools.benchmarking.measurements import (
    is_unmeasured,
    named,
    names_what_is_missing,
    number,
    numbers,
    raises_anything,
)
from tito.tools.testing import replaced, virtual_time


def runs_again(new: Callable, run: Callable, verify: Callable, kept: Callable) -> None:
    """Assert that nothing is carried over from one run of an object to its next, or to another object.

    `run(made, number)` is a run of `made`, one of the objects that `new()` makes, on data that belong to the number
    0, 1 or 2; `verify(result, number)` asserts that the result is that of these data; `kept(made)` is the list that
    the object keeps its results in.
    """
    first, second = new(), new()
    earliest = run(first, 0)
    remembered = _figures(earliest)
    verify(earliest, 0)
    found = [earliest]
    for made, which in ((first, 1), (second, 2), (first, 2)):
        result = run(made, which)
        verify(result, which)
        found.append(result)
    assert _figures(earliest) == remembered, "a later run changed the result that an earlier one had given"
    for made, own in ((first, [found[0], found[1], found[3]]), (second, [found[2]])):
        results = [_figures(each) for each in list(kept(made))]
        assert results == [_figures(each) for each in own], (
            f"after {len(own)} runs of one object, `.results` should hold their {len(own)} results in the order of the "
            f"runs; it holds {len(results)}" + (", others or in another order" if len(results) == len(own) else "")
        )


def _figures(result) -> tuple:
    """What tells a result from another."""
    return numbers(result.latencies, "latencies"), number(result.throughput, "throughput")


@dataclass(frozen=True)
class CallSettings:
    """How a `run_*` method is called, and the settings that its scenario should get."""

    positional: tuple
    named: dict[str, float]
    expected: tuple


@dataclass(frozen=True)
class RunMethod:
    """A `run_*` method: its scenario, its parameters in words, ways to call it, a short run, another scenario."""

    scenario: str
    parameters: str
    ways: tuple[CallSettings, ...]
    short: tuple
    other: str


RUN_METHODS = {
    "run_single_stream": RunMethod(
        "single_stream",
        "num_queries",
        (
            CallSettings((), {"num_queries": 40}, (40,)),
            CallSettings((7,), {}, (7,)),
            CallSettings((), {}, (1000,)),
            CallSettings((1001,), {}, (1001,)),
        ),
        short=(5,),
        other="offline",
    ),
    "run_server": RunMethod(
        "server",
        "(target_qps, duration)",
        (
            CallSettings((), {"target_qps": 12.5, "duration": 3.5}, (12.5, 3.5)),
            CallSettings((4, 8), {}, (4, 8)),
            CallSettings((), {}, (10.0, 60.0)),
            CallSettings((11, 61), {}, (11, 61)),
        ),
        short=(5, 2),
        other="single_stream",
    ),
    "run_offline": RunMethod(
        "offline",
        "batch_size",
        (
            CallSettings((), {"batch_size": 4}, (4,)),
            CallSettings((3,), {}, (3,)),
            CallSettings((), {}, (32,)),
            CallSettings((500,), {}, (500,)),
        ),
        short=(5,),
        other="server",
    ),
}


class RunTrial:
    """A learner's `run_*` method, tried with fakes in the place of the scenarios.

    The check spells what it needs of the learner's class in `new`, `set_model`,
    `set_dataset` and `run`: what a check can reach is read off its own text.
    `scenarios`, `result_type` and `scenario_type` are the module's classes.
    """

    def __init__(
        self,
        name: str,
        *,
        new: Callable,
        set_model: Callable,
        set_dataset: Callable,
        run: Callable,
        scenarios,
        result_type,
        scenario_type,
    ):
        self._name, self._method = name, RUN_METHODS[name]
        self._new, self._set_model, self._set_dataset, self._run = new, set_model, set_dataset, run
        self._scenarios, self._result_type, self._scenario_type = scenarios, result_type, scenario_type
        self._model = TimedModel(0.001)

    def fakes(self, fails: str = "", accuracy: float = 0.75) -> FakeMethods:
        """Scenarios that measure truly; the one that `fails` raises."""
        return FakeMethods(self._result_type, self._scenario_type, fails, accuracy)

    def ready(self):
        """A TinyTorchPerf with a model and a dataset."""
        perf = self._new()
        self._set_model(perf, self._model)
        self._set_dataset(perf, samples(6))
        return perf

    def run(self, perf, fakes: FakeMethods, *positional, **named):
        """What the method returns with fakes for the scenarios, in simulated time."""
        with virtual_time(), replaced(self._scenarios, **fakes.scenarios):
            return self._run(perf, *positional, **named)

    def hands_on(self) -> None:
        """Assert that the scenario gets what was set and asked for."""
        for way in self._method.ways:
            fakes = self.fakes()
            self.run(self.ready(), fakes, *way.positional, **way.named)
            self._assert_handed_on(fakes, way.expected)

    def returns_its_result(self) -> None:
        """Assert that the scenario's result comes back, from each run of an object its own."""
        perf, fakes = self.ready(), self.fakes()
        for _ in range(2):
            result = self.run(perf, fakes, *self._method.short)
            assert fakes.asked, f"{self._name} should run the scenario {self._method.scenario}; it ran none"
            assert result == fakes.asked[-1].result, (
                f"it should return the scenario's result, got {type(result).__name__}: each run returns its own"
            )
            assert named(result.scenario) == self._method.scenario, (
                f"it should return a result of {self._method.scenario}, and returned one of {named(result.scenario)}"
            )
        result = self.run(self.ready(), self.fakes(accuracy=float("nan")), *self._method.short)
        assert is_unmeasured(result.accuracy), (
            f"the scenario measured no accuracy, and its result came back with one of {result.accuracy}"
        )

    def _assert_handed_on(self, fakes: FakeMethods, expected: tuple) -> None:
        ran, scenario = [each.method for each in fakes.asked], self._method.scenario
        assert ran == [scenario], f"{self._name} should run the scenario {scenario} once; it ran {ran}"
        asked = fakes.asked[0]
        assert asked.settings == expected, (
            f"expected {self._method.parameters} {expected}, got {asked.settings}: pass on what was asked for"
        )
        assert asked.model is self._model and list(asked.dataset) == samples(6), (
            "the scenario got another model or dataset than was set"
        )

    def keeps_its_result(self):
        """Assert that the result is kept, and another's too; the TinyTorchPerf and that other result."""
        scenario, other, fakes, perf = self._method.scenario, self._method.other, self.fakes(), self.ready()
        earlier = self._result_type(self._scenario_type(other), [0.25], 4.0, 0.5)
        perf.results = {other: earlier, scenario: earlier}
        self.run(perf, fakes, *self._method.short)
        kept = dict(perf.results)
        assert fakes.asked and kept.get(scenario) == fakes.asked[-1].result, (
            f'results["{scenario}"] should hold the result; results has {list(kept)}'
        )
        assert kept.get(other) == earlier, "the result of an earlier scenario is gone"
        return perf, earlier

    def leaves_what_was_kept(self) -> None:
        """Assert that a run that fails is heard of, and takes no earlier result away: not its own scenario's either."""
        perf, _ = self.keeps_its_result()
        before = dict(perf.results)
        failing = self.fakes(fails=self._method.scenario)
        assert raises_anything(lambda: self.run(perf, failing, *self._method.short)), (
            "the scenario failed, but nobody heard of it"
        )
        assert dict(perf.results) == before, "a run that fails leaves the earlier results, of its own scenario too"

    def measures_what_is_chosen_now(self) -> None:
        """Assert that a later choice of model and dataset counts: nothing of an earlier run is used again."""
        perf, fakes = self.ready(), self.fakes()
        self.run(perf, fakes, *self._method.short)
        other, rows = TimedModel(0.003), samples(9)[4:]
        self._set_model(perf, other)
        self._set_dataset(perf, rows)
        before = len(fakes.asked)
        self.run(perf, fakes, *self._method.short)
        assert len(fakes.asked) > before, "the second run of the same object did not run the scenario"
        asked = fakes.asked[-1]
        assert asked.model is other, "after another set_model, the run still measured the model chosen before"
        assert list(asked.dataset) == rows, "after another set_dataset, the run still used the dataset chosen before"
        assert asked.result == dict(perf.results).get(self._method.scenario), (
            "the second run of the same object should keep its own result, not the first one's"
        )

    def names_what_is_missing(self) -> None:
        """Assert that nothing runs without a model or a dataset, and that the error says which is missing."""
        fakes = self.fakes()
        with virtual_time(), replaced(self._scenarios, **fakes.scenarios):
            perf = self._new()
            self._set_dataset(perf, samples(6))
            names_what_is_missing(lambda: self._run(perf, *self._method.short), "model")
            perf = self._new()
            self._set_model(perf, self._model)
            names_what_is_missing(lambda: self._run(perf, *self._method.short), "dataset")
        assert not fakes.asked, "the scenario was run although something is missing"
