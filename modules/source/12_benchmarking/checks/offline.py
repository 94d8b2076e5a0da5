from tito.tools.benchmarking.instruments import KeptModel, SlowLookup, SlowSample, TimedModel, Recorder, samples
from tito.tools.benchmarking.measurements import (
    all_near,
    assert_reads_the_given_clock,
    assert_steady_clock,
    blames_no_other_sample,
    clock_moves,
    counted,
    group_times,
    keeps_an_order,
    is_unmeasured,
    lets_through,
    named,
    near,
    number,
    numbers,
    refuses,
    tells_no_untruth,
    what_is_wrong,
)
from tito.tools.benchmarking.runs import runs_again
from tito.tools.testing import Check, NamedMistake, virtual_time


def check_offline():
    check = Check()

    def run(model, dataset, batch_size):
        with virtual_time(), clock_moves():
            return BenchmarkScenarios().offline(model, dataset, batch_size=batch_size)

    def batch_calls(model, result, size, batch_size):
        """The calls behind the latencies, one latency for each batch."""
        latencies, batches = numbers(result.latencies, "latencies"), -(-size // batch_size)
        assert model.calls, "the model was never called: a latency has to be measured"
        group = 1 if len(model.calls[-1].samples) > 1 else batch_size
        true = group_times(model.calls[-size:], group)
        assert len(latencies) == batches, (
            f"{size} samples in batches of {batch_size} are {batches} batches, the last one shorter if need "
            "be; "
            f"got {len(latencies)} latencies: there is one for each batch"
        )
        calls = counted(model.calls, latencies, group)
        about = "there is one latency for each batch, the time of all its calls. "
        if not calls and sorted(asked_of(model, 0)) != list(range(size)):  # which samples are in a batch is of another part
            calls = model.calls if near(sum(latencies), sum(call.service_s for call in model.calls)) else []
        assert calls, what_is_wrong(latencies, true, about)
        return calls

    def asked_of(model, size):
        """What the model was asked for in its last `size` calls; how its latencies were kept is of the first part."""
        assert model.calls, "the model was never called"
        return [index for call in model.calls for index in call.samples][-size:]

    def answered(model, size):
        """The samples that were answered, and the seconds it took: each once, without a warm-up, or whatever it was."""
        asked, calls = asked_of(model, size), model.calls[-size:]
        if sorted(asked) != list(range(size)):
            asked, calls = asked_of(model, 0), model.calls
        return asked, sum(call.service_s for call in calls)

    def is_fair_throughput(model, result, size):
        """Of all samples, or of those that were answered: whether each was, and once, is of the part on samples."""
        asked, spent = answered(model, size)
        counts = {len(asked), min(size, len(asked))}  # what was not answered does not count
        return any(near(number(result.throughput, "throughput"), count / spent) for count in counts)

    with check.part(2, "one latency for each batch, the last one shorter", mistake="not-one-latency-a-batch"):
        model = KeptModel(lambda call: 0.010 + 0.001 * (call * 5 % 11))
        result = run(model, samples(22), 8)
        calls = batch_calls(model, result, 22, 8)
        assert named(result.scenario) == "offline", NamedMistake(
            "wrong-scenario", f"the result's scenario should be OFFLINE, got {result.scenario}"
        )
        if len(calls) in (3, 22):  # else other samples are in the batches
            in_order = group_times(calls, 1 if len(calls) == 3 else 8)
            tells_no_untruth(result.metadata, samples=(22, 22), batch_size=(8, 8), latencies_in_order=in_order)
        model = TimedModel(lambda call: 0.002 + 0.0007 * (call * 5 % 13), takes_batches=True)
        batch_calls(model, run(model, samples(310), 300), 310, 300)
        sizes = [len(call.samples) for call in model.calls[-2:]]
        assert sizes in ([300, 10], [1, 1]), f"310 samples in batches of 300 are batches of 300 and 10; the model got {sizes}"
        ### BEGIN HIDDEN TESTS
        for size, batch_size in ((10, 32), (12, 4), (9, 1), (1, 3), (33, 32)):
            model = TimedModel(lambda call: 0.002 + 0.0007 * (call * 5 % 13))
            batch_calls(model, run(model, samples(size), batch_size), size, batch_size)
        model = TimedModel(0.001)
        with virtual_time():
            batch_calls(model, BenchmarkScenarios().offline(model, samples(40)), 40, 32)
        model = TimedModel(lambda call: 0.9 if call % 64 == 21 else 0.003 + 0.0007 * (call * 5 % 13))
        result = run(model, samples(64), 4)
        keeps_an_order(result.latencies, group_times(batch_calls(model, result, 64, 4), 4))
        ### END HIDDEN TESTS

    with check.part(2, "every sample once, none dropped or repeated, the dataset left as it was", beside=True, mistake="samples-dropped-or-repeated"):
        model, recorder = KeptModel(), Recorder()
        run(model, recorder.samples(10), 4)
        asked = asked_of(model, 10)
        assert sorted(asked) == list(range(10)), (
            f"each of the 10 samples should be asked for once, got {asked}"
        )
        recorder.assert_untouched("the dataset")
        ### BEGIN HIDDEN TESTS
        for size, batch_size in ((7, 3), (6, 3), (5, 9), (1, 1), (17, 16)):
            model = KeptModel(lambda call: 0.003 + 0.0009 * (call * 5 % 13))
            run(model, samples(size), batch_size)
            asked = asked_of(model, size)
            assert sorted(asked) == list(range(size)), "each sample is asked for once"
        model = TimedModel(takes_batches=True)
        run(model, samples(11), 4)
        assert sorted(asked_of(model, 11)) == list(range(11)), "each sample is asked for once, in batches too"
        ### END HIDDEN TESTS

    with check.part(2, "throughput is samples per second", mistake="wrong-throughput"):
        model = TimedModel(0.010)
        result = run(model, samples(30), 8)
        assert is_fair_throughput(model, result, 30), (
            f"30 samples of 10 ms take 0.3 s, which is 100 samples a second; got {number(result.throughput, 'throughput'):.4g}. "
            "Count samples, not batches, and divide by elapsed seconds."
        )
        ### BEGIN HIDDEN TESTS
        for size, batch_size, service in ((7, 3, 0.5), (9, 2, 0.002), (5, 50, 0.03)):
            model = KeptModel(service)
            result = run(model, samples(size), batch_size)
            assert is_fair_throughput(model, result, size), "throughput is samples by elapsed time"
        model = KeptModel(lambda call: 0.002 if call < 8 else 0.05)  # a batch of four times two, and one of half that size
        result = run(model, samples(14), 4)
        assert is_fair_throughput(model, result, 14), "throughput is all samples by all the time, also when batches differ in speed"
        ### END HIDDEN TESTS

    with check.part(1, "accuracy is measured, and is nan without targets", mistake="accuracy-not-measured"):
        model = TimedModel(wrong_every=4)
        got = run(model, samples(10), 4).accuracy
        fair = 0.7, model.accuracy_on(answered(model, 10)[0])
        assert got is not None and any(near(number(got, "accuracy"), share) for share in fair), (
            f"the model is right on 7 of 10 samples, an accuracy of 0.7; got {got}. Compare each prediction "
            "(the class "
            "with the highest score) with its sample's target."
        )
        got = run(TimedModel(), samples(8, targets=False), 4).accuracy
        assert is_unmeasured(got), (
            f"without targets there is nothing to compare with: accuracy should be nan, got {got}"
        )
        ### BEGIN HIDDEN TESTS
        for form, wrong_every, size, batch_size, takes_batches in (
            ("class", 2, 7, 3, False),
            ("bare", 3, 9, 4, False),
            ("scores", 1, 4, 4, False),
            ("scores", 3, 11, 4, True),
        ):
            model = TimedModel(wrong_every=wrong_every, form=form, takes_batches=takes_batches)
            got = number(run(model, samples(size), batch_size).accuracy, "accuracy")
            fair = (model.accuracy_on(rows) for rows in (range(size), answered(model, size)[0]))
            assert any(near(got, share, abs_=1e-9, rel=1e-6) for share in fair), (
                "accuracy is the share of right answers"
            )
        ### END HIDDEN TESTS

    with check.part(1, "only the model is timed, by a clock that never goes back", beside=True, mistake="timed-too-much"):
        model = TimedModel(0.010, form="slow")
        result = run(model, SlowLookup([SlowSample(row, 0.030, 0.003) for row in samples(8)], 0.005), 4)
        latencies = sorted(numbers(result.latencies, "latencies"))
        about = "two batches of 4 samples of 10 ms take 40 ms each, whatever looking up and scoring take. "
        assert all_near(latencies, [0.040, 0.040]), what_is_wrong(latencies, [0.040, 0.040], about)
        got = number(result.throughput, "throughput")
        assert got > 90, (
            f"8 samples of 10 ms take 0.08 s, which is 100 samples a second, and throughput is {got:.4g}: the time of "
            "looking samples up, of making them ready or of scoring is in the time that it is divided by"
        )
        with virtual_time() as clock:
            model = TimedModel(0.010, on_call=lambda call: clock.step_wall_clock(-3600 if call % 2 else 1800))
            latencies = numbers(BenchmarkScenarios().offline(model, samples(7), 3).latencies, "latencies")
        assert_steady_clock(latencies, [0.010, 0.030])

        def run_by(clock):
            with virtual_time():
                return BenchmarkScenarios().offline(KeptModel(0.010), samples(2), batch_size=1, clock=clock)

        assert_reads_the_given_clock(run_by, 0.010)
        ### BEGIN HIDDEN TESTS
        with virtual_time() as clock:
            model = KeptModel(
                lambda call: 0.010 + 0.001 * (call * 5 % 11),
                form="slow",
                on_call=lambda call: clock.step_wall_clock(600 if call % 3 else -1200),
            )
            dataset = [SlowSample(row, 0.030) for row in samples(12)]
            batch_calls(model, BenchmarkScenarios().offline(model, dataset, 4), 12, 4)
        ### END HIDDEN TESTS

    with check.part(1, "an object is used again: nothing is carried over, and `.results` keeps every result", beside=True, mistake="carried-over"):
        models = {}

        def run_on(scenarios, which):
            models[which] = TimedModel(lambda call: 0.005 * (which + 1) + 0.001 * (call * 5 % 7), wrong_every=which + 2)
            with virtual_time(), clock_moves():
                return scenarios.offline(models[which], [*samples(5 + which), *samples(9)[6 + which :]], 3)

        def verify(result, which):
            rows = [*range(5 + which), *range(6 + which, 9)]
            assert sorted(asked_of(models[which], 8)) == rows, "a run of the same object asked for another run's samples"
            assert all_near(
                sorted(numbers(result.latencies, "latencies")), sorted(group_times(models[which].calls[-8:], 3))
            ), "in a run of an object that was used before, the latencies are not those of its own calls"
            got, true = number(result.accuracy, "accuracy"), models[which].accuracy_on(rows)
            assert near(got, true, abs_=1e-6), (
                f"in a run of an object that was used before, the accuracy is {got:.4g}, and not {true:.4g}"
            )

        runs_again(lambda: BenchmarkScenarios(), run_on, verify, lambda scenarios: scenarios.results)

    with check.part(1, "bad input is refused, a failing model is not hidden", beside=True, mistake="bad-input-accepted"):
        refuses(lambda: run(TimedModel(), samples(3), 0), "batch_size=0", "batch_size", "batch", "0")
        refuses(lambda: run(TimedModel(), [], 4), "an empty dataset", "dataset", "sample", "empty", "data")
        lets_through(lambda: run(TimedModel(fails_at=3), samples(8), 4), "the fourth sample failed")
        failing = TimedModel(fails_at=6)
        blames_no_other_sample(lambda: run(failing, samples(9), 4), lambda: {failing.calls[-1].samples[0] + 1})
        ### BEGIN HIDDEN TESTS
        refuses(lambda: run(TimedModel(), samples(3), -2), "batch_size=-2", "batch_size", "batch", "-2")
        ### END HIDDEN TESTS

    return check.points()


check_offline()
