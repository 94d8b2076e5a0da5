"""One trial for the three `run_*` methods: right ones pass, and each slip is told in its own words."""

from dataclasses import dataclass
from enum import Enum

import pytest

from tito.tools.benchmarking.measurements import raises_anything
from tito.tools.benchmarking.runs import RUN_METHODS, RunTrial


class Scenario(Enum):
    SINGLE_STREAM = "single_stream"
    SERVER = "server"
    OFFLINE = "offline"


@dataclass
class Result:
    scenario: Scenario
    latencies: list
    throughput: float
    accuracy: float
    metadata: dict | None = None


class Scenarios:
    """Knows nothing yet: fakes take its methods' places."""


class Perf:
    def __init__(self):
        self.model = self.dataset = None
        self.results = {}


def right(perf, scenario, settings):
    for what in ("model", "dataset"):
        if getattr(perf, what) is None:
            raise ValueError(f"no {what}: call set_{what} first")
    result = getattr(Scenarios(), scenario)(perf.model, perf.dataset, **settings)
    perf.results[scenario] = result
    return result


def trial_of(name, run):
    """A trial of `run(perf, scenario, settings)` in the place of the method called `name`."""
    scenario = RUN_METHODS[name].scenario
    parameters = {"single_stream": ("num_queries",), "server": ("target_qps", "duration"), "offline": ("batch_size",)}
    return RunTrial(
        name,
        new=Perf,
        set_model=lambda perf, model: setattr(perf, "model", model),
        set_dataset=lambda perf, dataset: setattr(perf, "dataset", dataset),
        # fewer may be given than there are
        run=lambda perf, *given, **named: run(perf, scenario, dict(zip(parameters[scenario], given)) | named),  # noqa: B905
        scenarios=Scenarios,
        result_type=Result,
        scenario_type=Scenario,
    )


@pytest.mark.parametrize("name", RUN_METHODS)
def test_a_right_method_passes(name):
    trial = trial_of(name, right)
    trial.hands_on()
    perf, earlier = trial.keeps_its_result()
    assert perf.results[RUN_METHODS[name].other] == earlier
    trial.names_what_is_missing()
    failing = trial.fakes(fails=RUN_METHODS[name].scenario)
    assert raises_anything(lambda: trial.run(perf, failing, *RUN_METHODS[name].short))


def without_settings(perf, scenario, settings):
    return right(perf, scenario, {})


def another_scenario(perf, scenario, settings):
    return right(perf, "server" if scenario == "offline" else "offline", {})


def no_result(perf, scenario, settings):
    right(perf, scenario, settings)


def other_dataset(perf, scenario, settings):
    perf.dataset = perf.dataset[:2]
    return right(perf, scenario, settings)


def forgets_the_others(perf, scenario, settings):
    perf.results = {}
    return right(perf, scenario, settings)


def keeps_nothing(perf, scenario, settings):
    kept = dict(perf.results)
    result = right(perf, scenario, settings)
    perf.results = kept
    return result


def goes_on(perf, scenario, settings):
    return perf.model and right(perf, scenario, settings)


@pytest.mark.parametrize("name", RUN_METHODS)
@pytest.mark.parametrize(
    ("run", "part", "message"),
    [
        (without_settings, "hands_on", "pass on what was asked for"),
        (another_scenario, "hands_on", "once; it ran"),
        (no_result, "returns_its_result", "should return the scenario's result, got NoneType"),
        (other_dataset, "hands_on", "another model or dataset than was set"),
        (forgets_the_others, "keeps_its_result", "the result of an earlier scenario is gone"),
        (keeps_nothing, "keeps_its_result", "should hold the result"),
        (goes_on, "names_what_is_missing", "set_model"),
    ],
)
def test_each_slip_is_told(name, run, part, message):
    with pytest.raises(AssertionError, match=message):
        getattr(trial_of(name, run), part)()


def test_what_is_not_written_yet_is_no_error_of_a_run():
    def not_written():
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        raises_anything(not_written)
    assert raises_anything(lambda: 1 / 0) and not raises_anything(lambda: 1)
