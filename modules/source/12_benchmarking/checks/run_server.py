from tito.tools.benchmarking.instruments import TimedModel, samples
from tito.tools.benchmarking.measurements import names_what_is_missing
from tito.tools.testing import Check, replaced, virtual_time
from tito.tools.benchmarking.fakes import FakeMethods


def check_run_server():
    check = Check()

    def played(understudies, action):
        """`action` on a TinyTorchPerf that is ready to run, with understudies for the scenarios."""
        perf = TinyTorchPerf()
        perf.set_model(model)
        perf.set_dataset(samples(6))
        with virtual_time(), replaced(BenchmarkScenarios, **understudies.scenarios):
            return perf, action(perf)

    model = TimedModel(0.001)

    with check.part(2, "runs the scenario with the chosen model, dataset and settings, and returns its result"):
        for action, expected in (
            (lambda perf: perf.run_server(target_qps=12.5, duration=3.5), (12.5, 3.5)),
            (lambda perf: perf.run_server(4, 8), (4, 8)),
            (lambda perf: perf.run_server(), (10.0, 60.0)),
        ):
            understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
            perf, result = played(understudies, action)
            assert [each.method for each in understudies.asked] == ["server"], (
                f"run_server should run the scenario server once; it ran {[each.method for each in understudies.asked]}"
            )
            asked = understudies.asked[0]
            assert asked.settings == expected, f"expected (target_qps, duration) {expected}, got {asked.settings}: pass on what was asked for"
            assert asked.model is model and list(asked.dataset) == samples(6), "the scenario got another model or dataset than was set"
            assert result == asked.result, f"it should return the scenario's result, got {type(result).__name__}"

    with check.part(1, "keeps the result under the scenario's value, beside those of other scenarios"):
        understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
        perf = TinyTorchPerf()
        perf.set_model(model)
        perf.set_dataset(samples(6))
        other = BenchmarkResult(BenchmarkScenario.SINGLE_STREAM, [0.25], 4.0, 0.5)
        perf.results = {"single_stream": other, "server": other}
        with virtual_time(), replaced(BenchmarkScenarios, **understudies.scenarios):
            perf.run_server(5, 2)
        kept = dict(perf.results)
        assert kept.get("server") == understudies.asked[0].result, f'results["server"] should hold the result; results has {list(kept)}'
        assert kept.get("single_stream") == other, "the result of an earlier scenario is gone"
        ### BEGIN HIDDEN TESTS
        failing = FakeMethods(BenchmarkResult, BenchmarkScenario, fails="server")
        with virtual_time(), replaced(BenchmarkScenarios, **failing.scenarios):
            try:
                perf.run_server(5, 2)
            except NotImplementedError:
                raise
            except Exception:
                pass
            else:
                raise AssertionError("the scenario failed, but nobody heard of it")
        assert dict(perf.results).get("single_stream") == other, "a failing run leaves earlier results"
        ### END HIDDEN TESTS

    with check.part(1, "without a model or a dataset it says what is missing", beside=True):
        understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
        with virtual_time(), replaced(BenchmarkScenarios, **understudies.scenarios):
            perf = TinyTorchPerf()
            perf.set_dataset(samples(6))
            names_what_is_missing(lambda: perf.run_server(5, 2), "model")
            perf = TinyTorchPerf()
            perf.set_model(model)
            names_what_is_missing(lambda: perf.run_server(5, 2), "dataset")
        assert not understudies.asked, "the scenario was run although something is missing"

    return check.points()


check_run_server()
