from tito.tools.benchmarking.runs import RunTrial
from tito.tools.testing import Check


def check_run_single_stream():
    check = Check()
    trial = RunTrial(
        "run_single_stream",
        new=lambda: TinyTorchPerf(),
        set_model=lambda perf, model: perf.set_model(model),
        set_dataset=lambda perf, dataset: perf.set_dataset(dataset),
        run=lambda perf, *settings, **named: perf.run_single_stream(*settings, **named),
        scenarios=BenchmarkScenarios,
        result_type=BenchmarkResult,
        scenario_type=BenchmarkScenario,
    )

    with check.part(1, "runs the scenario with the chosen model, dataset and settings", mistake="settings-not-handed-on"):
        trial.hands_on()
        ### BEGIN HIDDEN TESTS
        fakes = trial.fakes()
        try:
            trial.run(trial.ready(), fakes, 0)
        except ValueError:
            pass
        else:
            assert fakes.asked[0].settings == (0,), "a num_queries of 0 is the scenario's to refuse: hand it on"
        ### END HIDDEN TESTS

    with check.part(1, "returns the scenario's result", mistake="result-not-returned"):
        trial.returns_its_result()

    with check.part(1, "keeps the result under the scenario's value, beside those of other scenarios", mistake="result-not-kept"):
        perf, earlier = trial.keeps_its_result()
        assert dict(perf.results)["single_stream"] != earlier, "the earlier result still stands where the new one belongs"
        trial.leaves_what_was_kept()
        trial.measures_what_is_chosen_now()

    with check.part(1, "without a model or a dataset it says what is missing", beside=True, mistake="missing-unnamed"):
        trial.names_what_is_missing()

    return check.points()


check_run_single_stream()
