from tito.tools.benchmarking.instruments import KeptModel, SlowLookup, SlowSample, TimedModel, Recorder, samples
from tito.tools.benchmarking.measurements import (
    all_near,
    assert_reads_the_given_clock,
    assert_steady_clock,
    beside_the_model,
    blames_no_other_sample,
    clock_moves,
    counted,
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


def check_single_stream():
    check = Check()

    def uneven(call):
        """Seconds that differ from call to call, so that a latency tells which call it belongs to."""
        return 0.010 + 0.0003 * (call * 7 % 31)

    def run(model, dataset, num_queries):
        with virtual_time(), clock_moves():
            return BenchmarkScenarios().single_stream(model, dataset, num_queries=num_queries)

    def timed_calls(model, result, num_queries=None):
        """The calls that the latencies stand for; their number is of the first part, and of no other."""
        latencies = numbers(result.latencies, "latencies")
        assert num_queries is None or len(latencies) == num_queries, (
            f"{num_queries} queries should give {num_queries} latencies, got {len(latencies)}"
        )
        assert model.calls, "the model was never called: a latency has to be measured"
        calls = counted(model.calls, latencies)
        assert calls, what_is_wrong(latencies, [call.service_s for call in model.calls[-len(latencies) :]])
        return one_by_one(calls)

    def one_by_one(calls):
        assert all(after.asked_s >= before.end_s - 1e-5 for before, after in zip(calls, calls[1:])), (
            "queries overlapped: the next one is sent when the last one has ended"
        )
        return calls

    def queries_of(model, result, num_queries):
        """The calls of the run without a warm-up, whatever was made of their times, and how many: that is of other parts."""
        latencies = numbers(result.latencies, "latencies")
        assert 0 < len(latencies) <= len(model.calls), (
            f"the model was called {len(model.calls)} times, and there are {len(latencies)} latencies: one for each query"
        )
        if len(latencies) != num_queries:
            return one_by_one(model.calls)
        return one_by_one(counted(model.calls, latencies) or model.calls[-num_queries:])

    with check.part(1, "as many latencies as queries were asked for", beside=True, mistake="wrong-number-of-latencies"):
        stalls = lambda call: 0.6 if call == 9 else 0.010  # what is far from the others was measured all the same
        for queries, service_s in ((20, 0.010), (1, 0.010), (7, 2.0), (20, stalls)):
            found = len(numbers(run(TimedModel(service_s), samples(8), queries).latencies, "latencies"))
            assert found == queries, f"{queries} queries should give {queries} latencies, got {found}"

    with check.part(3, "a latency is the time of its own call, in seconds", mistake="not-its-own-time"):
        model = KeptModel(lambda call: 0.010 + 0.001 * (call * 7 % 13))
        result = run(model, samples(8), 20)
        keeps_an_order(result.latencies, [call.service_s for call in timed_calls(model, result)])
        assert named(result.scenario) == "single_stream", NamedMistake(
            "wrong-scenario", f"the result's scenario should be SINGLE_STREAM, got {result.scenario}"
        )
        ### BEGIN HIDDEN TESTS
        for queries, size, service in (
            (2, 5, lambda call: 0.004 + 0.001 * (call % 2)),
            (7, 30, lambda call: 0.002 + 0.0005 * (call * 5 % 7)),
            (31, 4, lambda call: 0.3 + 0.1 * (call * 11 % 31)),
            (12, 12, lambda call: 0.0008 + 0.0003 * (call * 5 % 12)),
            (40, 9, lambda call: 0.7 if call % 40 == 17 else 0.010 + 0.0002 * (call * 7 % 13)),
        ):
            model = TimedModel(service)
            timed_calls(model, run(model, samples(size), queries))
        ### END HIDDEN TESTS

    with check.part(1, "samples in turn, the dataset cycled and left as it was", beside=True, mistake="samples-out-of-turn"):
        model, recorder = KeptModel(uneven), Recorder()
        result = run(model, recorder.samples(6), 15)
        calls = queries_of(model, result, 15)
        asked = [call.samples[0] for call in calls]
        start = asked[0] if len(model.calls) > 15 else 0
        expected = [(start + query) % 6 for query in range(len(asked))]
        assert asked == expected, f"15 queries on 6 samples should ask for samples {expected}, got {asked}"
        assert len(asked) > 6, f"15 queries were asked for, and only {len(asked)} were sent: the samples go round"
        recorder.assert_untouched("the dataset")
        ### BEGIN HIDDEN TESTS
        for queries, size in ((9, 1), (5, 9), (23, 7), (14, 7)):
            model = TimedModel(uneven)
            calls = queries_of(model, run(model, samples(size), queries), queries)
            asked = [call.samples[0] for call in calls]
            assert asked == [(asked[0] + query) % size for query in range(len(asked))], (
                "samples are taken in turn"
            )
            assert len(model.calls) > queries or asked[0] == 0, "the first query asks for the first sample"
        ### END HIDDEN TESTS

    with check.part(1, "throughput is queries per second of elapsed time", mistake="wrong-throughput"):
        model = TimedModel(0.020)
        result = run(model, samples(5), 30)
        got, calls = number(result.throughput, "throughput"), queries_of(model, result, 30)
        assert any(near(got, count / (0.020 * len(calls))) for count in (len(calls), min(30, len(calls)))), (
            f"30 queries of 20 ms take 0.6 s, which is 50 queries a second; got {got:.4g}. "
            "Throughput is queries that were answered, divided by elapsed seconds."
        )
        model = KeptModel(uneven)
        result = run(model, samples(5), 9)
        if counted(model.calls, numbers(result.latencies, "latencies")):  # else they are wrong in any order
            in_order = [call.service_s for call in model.calls[-9:]]
            tells_no_untruth(result.metadata, latencies_in_order=in_order, queries=(9, 9))
        ### BEGIN HIDDEN TESTS
        model = KeptModel(lambda call: 0.001 if call % 3 else 0.199)
        result = run(model, samples(3), 10)
        calls = queries_of(model, result, 10)
        each = [call.service_s for call in calls]
        spent, asked = sum(each), len(each)
        tells_no_untruth(result.metadata, queries=(asked, asked), elapsed_s=(spent, spent))
        if counted(calls, numbers(result.latencies, "latencies")):
            tells_no_untruth(result.metadata, latencies_in_order=each)
        assert any(near(number(result.throughput, "throughput"), count / spent) for count in (asked, min(10, asked))), (
            "throughput is queries by elapsed time"
        )
        model = TimedModel(2.0)
        result = run(model, samples(3), 4)
        asked = len(queries_of(model, result, 4))
        counts = asked, min(4, asked)
        assert any(near(number(result.throughput, "throughput"), count / (2 * asked)) for count in counts), (
            "2 s a query is half a query a second"
        )
        ### END HIDDEN TESTS

    with check.part(2, "accuracy is measured, and is nan without targets", mistake="accuracy-not-measured"):
        model = KeptModel(wrong_every=4)
        result = run(model, samples(8), 16)
        got, share = result.accuracy, model.accuracy_on(call.samples[0] for call in queries_of(model, result, 16))
        assert got is not None and any(near(number(got, "accuracy"), each) for each in (0.75, share)), (
            f"the model is right on 12 of 16 queries, an accuracy of 0.75; got {got}. Compare each "
            "prediction (the class "
            "with the highest score) with its sample's target."
        )
        got = run(TimedModel(), samples(8, targets=False), 8).accuracy
        assert is_unmeasured(got), (
            f"without targets there is nothing to compare with: accuracy should be nan, got {got}"
        )
        ### BEGIN HIDDEN TESTS
        for form, wrong_every, size, queries in (
            ("scores", 2, 5, 8),
            ("class", 3, 7, 20),
            ("bare", 5, 6, 13),
            ("scores", 1, 4, 6),
        ):
            model = KeptModel(uneven, wrong_every=wrong_every, form=form)
            result = run(model, samples(size), queries)
            calls = queries_of(model, result, queries)
            fair = {model.accuracy_on(call.samples[0] for call in calls), model.accuracy_on(range(size))}
            got = number(result.accuracy, "accuracy")
            assert any(near(got, expected, abs_=1e-9, rel=1e-6) for expected in fair), (
                "accuracy is the share of right answers"
            )
        ### END HIDDEN TESTS

    with check.part(1, "only the model call is timed", beside=True, mistake="timed-too-much"):
        model = KeptModel(0.010, form="slow")
        dataset = SlowLookup([SlowSample(row, 0.007, 0.003) for row in samples(4)], 0.005)
        result = run(model, dataset, 12)
        latencies = numbers(result.latencies, "latencies")
        assert all_near(latencies, [0.010] * len(latencies)), beside_the_model(latencies, 0.010)
        got = number(result.throughput, "throughput")
        assert got > 90, (
            f"the model answers 100 queries of 10 ms a second, and throughput is {got:.4g}: the time of looking samples "
            "up, of making them ready or of scoring is in the time that it is divided by"
        )
        ### BEGIN HIDDEN TESTS
        model = KeptModel(uneven, form="slow")
        timed_calls(model, run(model, dataset, 9))
        ### END HIDDEN TESTS

    with check.part(1, "a clock that never goes back", beside=True, mistake="wall-clock"):
        with virtual_time() as clock:
            model = TimedModel(0.010, on_call=lambda call: clock.step_wall_clock(-3600 if call % 2 else 1800))
            result = BenchmarkScenarios().single_stream(model, samples(4), 6)
        assert_steady_clock(numbers(result.latencies, "latencies"), [0.010])

        def run_by(clock):
            with virtual_time():
                return BenchmarkScenarios().single_stream(KeptModel(0.010), samples(2), num_queries=2, clock=clock)

        assert_reads_the_given_clock(run_by, 0.010)
        ### BEGIN HIDDEN TESTS
        with virtual_time() as clock:
            model = KeptModel(uneven, on_call=lambda call: clock.step_wall_clock(600 if call % 3 else -1200))
            result = BenchmarkScenarios().single_stream(model, samples(5), 8)
        timed_calls(model, result)
        ### END HIDDEN TESTS

    with check.part(1, "an object is used again: nothing is carried over, and `.results` keeps every result", beside=True, mistake="carried-over"):
        models = {}

        def run_on(scenarios, which):
            models[which] = TimedModel(lambda call: 0.005 * (which + 1) + 0.001 * (call * 5 % 7), wrong_every=which + 2)
            with virtual_time(), clock_moves():
                rows = [*samples(5 + which), *samples(9)[6 + which :]]
                return scenarios.single_stream(models[which], rows, 10)

        def verify(result, which):
            calls = queries_of(models[which], result, 10)
            last = {call.samples[0] for call in calls} - set(range(5 + which))
            assert last == set(range(6 + which, 9)), "a run of the same object asked for another run's samples"
            assert calls[0].samples == (0,) or len(models[which].calls) > len(calls), (
                "a run of an object that was used before did not begin with the first sample"
            )
            got, true = number(result.accuracy, "accuracy"), models[which].accuracy_on(c.samples[0] for c in calls)
            whole = models[which].accuracy_on([*range(5 + which), *range(6 + which, 9)])
            assert near(got, true, abs_=1e-6) or near(got, whole, abs_=1e-6), (
                f"in a run of an object that was used before, the accuracy is {got:.4g}, and not {true:.4g}"
            )

        runs_again(lambda: BenchmarkScenarios(), run_on, verify, lambda scenarios: scenarios.results)

    with check.part(1, "bad input is refused, a failing model is not hidden", beside=True, mistake="bad-input-accepted"):
        model = TimedModel()
        refuses(lambda: run(model, samples(3), 0), "num_queries=0", "num_queries", "queries", "0")
        refuses(lambda: run(model, [], 5), "an empty dataset", "dataset", "sample", "empty", "data")
        lets_through(lambda: run(TimedModel(fails_at=3), samples(3), 8), "the fourth query failed")
        failing = TimedModel(fails_at=9)
        blames_no_other_sample(lambda: run(failing, samples(4), 12), lambda: {(failing.calls[-1].samples[0] + 1) % 4})
        ### BEGIN HIDDEN TESTS
        refuses(lambda: run(model, samples(3), -4), "num_queries=-4", "num_queries", "queries", "-4")
        lets_through(lambda: run(TimedModel(fails_at=0), samples(3), 1), "the only query failed")
        ### END HIDDEN TESTS

    return check.points()


check_single_stream()
