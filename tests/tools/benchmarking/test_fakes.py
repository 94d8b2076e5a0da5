"""Methods that stand in for a learner's own: they measure truly and remember what they were asked for."""

from dataclasses import dataclass
from enum import Enum

import pytest

from tito.tools.benchmarking.fakes import FakeMethods, LocalFakeMethods
from tito.tools.benchmarking.instruments import TimedModel, samples
from tito.tools.testing import replaced, virtual_time


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
    """Knows nothing yet."""


class Perf:
    def __init__(self):
        self.model = self.dataset = None
        self.results = {}


@pytest.mark.parametrize(
    ("method", "settings", "latencies"),
    [("single_stream", (3,), [0.010] * 3), ("server", (2, 2), [0.010] * 4), ("offline", (4,), [0.020, 0.040])],
)
@pytest.mark.parametrize("kind", [FakeMethods, LocalFakeMethods])
def test_scenarios_measure_truly(kind, method, settings, latencies):
    cast, model = kind(Result, Scenario), TimedModel(0.010)
    with virtual_time(), replaced(Scenarios, **cast.scenarios):
        result = getattr(Scenarios(), method)(model, samples(6), *settings)
    assert result.scenario.value == method and result.latencies == pytest.approx(latencies)
    assert [(each.method, each.settings) for each in cast.asked] == [(method, settings)]


def test_runs_keep_their_result_beside_the_others():
    cast, perf = FakeMethods(Result, Scenario), Perf()
    perf.results = {"offline": "kept"}
    with virtual_time(), replaced(Perf, **cast.runs):
        with pytest.raises(ValueError, match="set_model"):
            perf.run_server()
        perf.model, perf.dataset = TimedModel(0.010), samples(2)
        result = perf.run_single_stream(5)
    assert perf.results == {"offline": "kept", "single_stream": result}
    assert not hasattr(perf, "run_server")


def test_one_may_fail():
    cast = FakeMethods(Result, Scenario, fails="offline")
    with virtual_time(), replaced(Scenarios, **cast.scenarios), pytest.raises(RuntimeError, match="unplugged"):
        Scenarios().offline(TimedModel(), samples(2))
    assert not cast.asked
