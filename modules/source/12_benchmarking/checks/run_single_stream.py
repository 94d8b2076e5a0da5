from tito.tools.benchmarking.instruments import TimedModel, samples
from tito.tools.benchmarking.measurements import names_what_is_missing
from tito.tools.testing import Check, replaced, virtual_time
from tito.tools.benchmarking.fakes import FakeMethods


def check_run_single_stream():
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
            (lambda perf: perf.run_single_stream(num_queries=40), (40,)),
            (lambda perf: perf.run_single_stream(7), (7,)),
            (lambda perf: perf.run_single_stream(), (1000,)),
        ):
            understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
            perf, result = played(understudies, action)
            assert [each.method for each in understudies.asked] == ["single_stream"], (
                f"run_single_stream should run the scenario single_stream once; it ran {[each.method for each in understudies.asked]}"
            )
            asked = understudies.asked[0]
            assert asked.settings == expected, f"expected num_queries {expected}, got {asked.settings}: pass on what was asked for"
            assert asked.model is model and list(asked.dataset) == samples(6), "the scenario got another model or dataset than was set"
            assert result == asked.result, f"it should return the scenario's result, got {type(result).__name__}"
        ### BEGIN HIDDEN TESTS
        understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
        try:
            played(understudies, lambda perf: perf.run_single_stream(0))
        except ValueError:
            pass
        else:
            assert understudies.asked[0].settings == (0,), "a num_queries of 0 is the scenario's to refuse: hand it on"
        ### END HIDDEN TESTS

    with check.part(1, "keeps the result under the scenario's value, beside those of other scenarios"):
        understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
        perf = TinyTorchPerf()
        perf.set_model(model)
        perf.set_dataset(samples(6))
        other = BenchmarkResult(BenchmarkScenario.OFFLINE, [0.25], 4.0, 0.5)
        perf.results = {"offline": other, "single_stream": other}
        with virtual_time(), replaced(BenchmarkScenarios, **understudies.scenarios):
            perf.run_single_stream(5)
        kept = dict(perf.results)
        assert kept.get("single_stream") == understudies.asked[0].result, f'results["single_stream"] should hold the result; results has {list(kept)}'
        assert kept.get("offline") == other, "the result of an earlier scenario is gone"
        ### BEGIN HIDDEN TESTS
        failing = FakeMethods(BenchmarkResult, BenchmarkScenario, fails="single_stream")
        with virtual_time(), replaced(BenchmarkScenarios, **failing.scenarios):
            try:
                perf.run_single_stream(5)
            except NotImplementedError:
                raise
            except Exception:
                pass
            else:
                raise AssertionError("the scenario failed, but nobody heard of it")
        assert dict(perf.results).get("offline") == other, "a failing run leaves earlier results"
        ### END HIDDEN TESTS

    with check.part(1, "without a model or a dataset it says what is missing", beside=True):
        understudies = FakeMethods(BenchmarkResult, BenchmarkScenario)
        with virtual_time(), replaced(BenchmarkScenarios, **understudies.scenarios):
            perf = TinyTorchPerf()
            perf.set_dataset(samples(6))
            names_what_is_missing(lambda: perf.run_single_stream(5), "model")
            perf = TinyTorchPerf()
            perf.set_model(model)
            names_what_is_missing(lambda: perf.run_single_stream(5), "dataset")
        assert not understudies.asked, "the scenario was run although something is missing"

    return check.points()


check_run_single_stream()
