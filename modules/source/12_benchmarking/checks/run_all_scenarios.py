from tito.tools.benchmarking.instruments import TimedModel, now, samples
from tito.tools.benchmarking.measurements import named, names_what_is_missing, pass_one_of, raises_anything
from tito.tools.testing import Check, replaced, virtual_time
from tito.tools.benchmarking.fakes import FakeMethods


def check_run_all_scenarios():
    check = Check()
    known = ["offline", "server", "single_stream"]

    def ready(dataset=None):
        perf = TinyTorchPerf()
        perf.set_model(TimedModel(0.002))
        perf.set_dataset(dataset or samples(40))
        return perf

    def run(fakes, perf, **settings):
        """What `perf` returned, what it kept, and how long it took, with fakes for `fakes`."""
        with virtual_time():
            began = now()
            if fakes is None:
                results = perf.run_all_scenarios(**settings)
            else:
                with replaced(BenchmarkScenarios, **fakes.scenarios), replaced(TinyTorchPerf, **fakes.runs):
                    results = perf.run_all_scenarios(**settings)
            return results, dict(perf.results), now() - began

    def as_dict(results):
        try:
            return dict(results)
        except (TypeError, ValueError):  # that it is a dict is asked for in one part alone
            return {}

    def by_scenario(results, kept):
        """The results in whatever was returned, under whatever keys; those that were kept, where it holds none."""
        given = list(as_dict(results).values()) or (results if isinstance(results, (list, tuple)) else [])
        given = [each for each in given if hasattr(each, "latencies")] or kept.values()
        return {named(each.scenario): each for each in given}

    def with_or_without_fakes(verify):
        """A part is graded with fakes for what it calls; failing that, as it was written."""
        pass_one_of(lambda: verify(FakeMethods(BenchmarkResult, BenchmarkScenario)), lambda: verify(None))

    with check.part(2, "three entries, each under its scenario's value", mistake="entries-wrong"):
        def verify(fakes):
            perf = ready()
            returned, kept, _ = run(fakes, perf, quick_test=True)
            results = as_dict(returned)
            is_dict = results or isinstance(returned, dict)
            assert is_dict, f"a dict of three results should be returned, got {type(returned).__name__}"
            assert perf.model.calls, "the scenarios should run, and the model was asked nothing"
            assert list(perf.dataset) == samples(40), "`.dataset` is another one after the run than before"
            assert sorted(map(str, results)) == known, f"expected the keys {known}, got {sorted(map(str, results))}"
            for name, result in results.items():
                scenario = getattr(result, "scenario", None)
                assert getattr(scenario, "value", scenario) == name, f'under "{name}" stands the result of {scenario}'
            assert {name: kept.get(name) for name in known} == results, "`.results` should hold the three results as well"
            if fakes is not None:
                runs = sorted(each.method for each in fakes.asked)
                assert runs == known, f"each scenario should run once; it ran {runs}"

        with_or_without_fakes(verify)

    with check.part(1, "whatever ran before: the results of this run, and no others", mistake="earlier-results-handed-out"):
        def verify(fakes):
            earlier, perf = BenchmarkResult(BenchmarkScenario.SERVER, [0.25], 4.0, 0.5), ready()
            perf.results = {"server": earlier}
            results, kept, _ = run(fakes, perf, quick_test=True)
            calls = len(perf.model.calls)
            assert calls, "the scenarios should run, and the model was asked nothing"
            assert earlier not in by_scenario(results, kept).values(), (
                "the result of an earlier run was handed out: each scenario runs anew"
            )
            returned, kept, _ = run(fakes, perf, quick_test=True)
            again = by_scenario(returned, kept)
            assert all(result in kept.values() for result in again.values()), (
                "called again on the same object, it should run the three scenarios again and return what they measured"
            )
            ran = [each.result for each in fakes.asked[3:]] if fakes else list(again.values())
            assert len(ran) == len(again) and all(result in ran for result in again.values()), (
                "called again on the same object, it should run the three scenarios again, and no other"
            )
            assert len(perf.model.calls) > calls, "called again on the same object, it asked the model nothing"

        with_or_without_fakes(verify)

    with check.part(2, "quick_test ends within seconds, the full run takes its time", mistake="quick-test-not-quick"):
        def verify(fakes):
            (_, _, quick), (results, kept, full) = (run(fakes, ready(), quick_test=chosen) for chosen in (True, False))
            counts = {name: len(result.latencies) for name, result in by_scenario(results, kept).items()}
            assert sorted(counts) == known, f"the full run too has three results, {known}, got {sorted(counts)}"
            assert counts["single_stream"] >= 500 and counts["server"] >= 250, (
                "the full run is as long as the scenarios' defaults make it, 1000 queries and about 600 arrivals; "
                f"it has {counts} latencies"
            )
            assert quick <= 30, f"with a model of 2 ms the quick test takes {quick:.0f} s: give it fewer queries and a shorter duration"
            assert full >= 1.5 * quick, (
                f"the full run takes {full:.1f} s, the quick one {quick:.1f} s: without quick_test the scenarios run in full"
            )
            assert abs(run(fakes, ready())[2] - full) < 0.2 * full, "the full run is the default"

        with_or_without_fakes(verify)

    with check.part(1, "what is missing is named; a failing scenario is not hidden, and costs the others nothing", beside=True, mistake="failure-hidden"):
        with_or_without_fakes(
            lambda fakes: names_what_is_missing(lambda: run(fakes, TinyTorchPerf(), quick_test=True), "model")
        )
        ### BEGIN HIDDEN TESTS
        perf = ready()
        run(FakeMethods(BenchmarkResult, BenchmarkScenario), perf, quick_test=True)
        assert all(call.start_s == call.asked_s for call in perf.model.calls), (
            "the scenarios run at the same time and wait for each other's queries: run them one after the other"
        )
        for name in known:
            failing, perf = FakeMethods(BenchmarkResult, BenchmarkScenario, fails=name), ready()
            earlier = BenchmarkResult(BenchmarkScenario.SERVER, [0.25], 4.0, 0.5)
            perf.results = {each: earlier for each in known}
            assert raises_anything(lambda: run(failing, perf, quick_test=True)), (
                "a scenario failed, and nobody heard of it: let its error out"
            )
            before = {each.method for each in failing.asked}
            assert all(perf.results.get(each) not in (None, earlier) for each in before), (
                "a scenario failed, and the results of those before it are gone"
            )
            assert set(perf.results) == set(known), "a scenario failed, and the results of earlier runs are gone"
        ### END HIDDEN TESTS

    return check.points()


check_run_all_scenarios()
