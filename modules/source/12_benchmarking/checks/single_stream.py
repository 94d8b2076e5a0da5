from tito.tools.benchmarking.instruments import KeptModel, SlowLookup, SlowTarget, TimedModel, Recorder, samples
from tito.tools.benchmarking.measurements import (
    all_near,
    clock_moves,
    counted,
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
from tito.tools.testing import Check, virtual_time


def check_single_stream():
    check = Check()

    def uneven(call):
        """Seconds that differ from call to call, so that a latency tells which call it belongs to."""
        return 0.010 + 0.0003 * (call * 7 % 31)

    def run(model, dataset, num_queries):
        with virtual_time(), clock_moves():
            return BenchmarkScenarios().single_stream(model, dataset, num_queries=num_queries)

    def timed_calls(model, result, num_queries):
        latencies = numbers(result.latencies, "latencies")
        assert len(latencies) == num_queries, (
            f"{num_queries} queries should give {num_queries} latencies, got {len(latencies)}"
        )
        expected = [call.service_s for call in model.calls[-num_queries:]]
        assert expected, "the model was never called: a latency has to be measured"
        calls = counted(model.calls, latencies)
        assert calls, what_is_wrong(latencies, expected)
        assert all(after.asked_s >= before.end_s - 1e-5 for before, after in zip(calls, calls[1:])), (
            "queries overlapped: the next one is sent when the last one has ended"
        )
        return calls

    with check.part(3, "one latency for each query: the time of its own call, in seconds"):
        model = KeptModel(lambda call: 0.010 + 0.001 * (call * 7 % 13))
        result = run(model, samples(8), 20)
        timed_calls(model, result, 20)
        assert named(result.scenario) == "single_stream", (
            f"the result's scenario should be SINGLE_STREAM, got {result.scenario}"
        )
        ### BEGIN HIDDEN TESTS
        for queries, size, service in (
            (1, 5, lambda call: 0.004),
            (7, 30, lambda call: 0.002 + 0.0005 * (call * 5 % 7)),
            (31, 4, lambda call: 0.3 + 0.1 * (call * 11 % 31)),
            (12, 12, lambda call: 0.0008 + 0.0003 * (call * 5 % 12)),
        ):
            model = TimedModel(service)
            timed_calls(model, run(model, samples(size), queries), queries)
        ### END HIDDEN TESTS

    with check.part(2, "samples in turn, the dataset cycled and left as it was"):
        model, recorder = KeptModel(uneven), Recorder()
        result = run(model, recorder.samples(6), 15)
        calls = timed_calls(model, result, 15)
        asked = [call.samples[0] for call in calls]
        start = asked[0] if len(model.calls) > 15 else 0
        expected = [(start + query) % 6 for query in range(15)]
        assert asked == expected, f"15 queries on 6 samples should ask for samples {expected}, got {asked}"
        recorder.assert_untouched("the dataset")
        ### BEGIN HIDDEN TESTS
        for queries, size in ((9, 1), (5, 9), (23, 7), (14, 7)):
            model = TimedModel(uneven)
            calls = timed_calls(model, run(model, samples(size), queries), queries)
            asked = [call.samples[0] for call in calls]
            assert asked == [(asked[0] + query) % size for query in range(queries)], (
                "samples are taken in turn"
            )
            assert len(model.calls) > queries or asked[0] == 0, "the first query asks for the first sample"
        ### END HIDDEN TESTS

    with check.part(2, "throughput is queries per second of elapsed time"):
        model = TimedModel(0.020)
        result = run(model, samples(5), 30)
        got = number(result.throughput, "throughput")
        assert near(got, 50.0), (
            f"30 queries of 20 ms take 0.6 s, which is 50 queries a second; got {got:.4g}. "
            "Throughput is queries divided by elapsed seconds."
        )
        ### BEGIN HIDDEN TESTS
        model = KeptModel(lambda call: 0.001 if call % 3 else 0.199)
        result = run(model, samples(3), 10)
        calls = timed_calls(model, result, 10)
        spent = sum(call.service_s for call in calls)
        each = [call.service_s for call in calls]
        tells_no_untruth(result.metadata, queries=(10, 10), elapsed_s=(spent, spent), latencies_in_order=each)
        assert near(number(result.throughput, "throughput"), 10 / spent), (
            "throughput is queries by elapsed time"
        )
        model = TimedModel(2.0)
        assert near(number(run(model, samples(3), 4).throughput, "throughput"), 0.5), (
            "2 s a query is half a query a second"
        )
        ### END HIDDEN TESTS

    with check.part(2, "accuracy is measured, and is nan without targets"):
        model = KeptModel(wrong_every=4)
        got = run(model, samples(8), 16).accuracy
        assert got is not None and near(number(got, "accuracy"), 0.75), (
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
            calls = timed_calls(model, result, queries)
            fair = {model.accuracy_on(call.samples[0] for call in calls), model.accuracy_on(range(size))}
            got = number(result.accuracy, "accuracy")
            assert any(near(got, expected, abs_=1e-9, rel=1e-6) for expected in fair), (
                "accuracy is the share of right answers"
            )
        ### END HIDDEN TESTS

    with check.part(1, "only the model call is timed", beside=True):
        model = KeptModel(0.010, form="slow")
        dataset = SlowLookup([SlowTarget(row, 0.007) for row in samples(4)], 0.005)
        latencies = numbers(run(model, dataset, 12).latencies, "latencies")
        assert all_near(latencies, [0.010] * 12), (
            f"the model takes 10 ms, the latencies go up to {max(latencies) * 1000:.1f} ms: the time of "
            "looking up the sample "
            "or of scoring the answer is in them. Only the call of the model belongs between the two "
            "readings of the clock."
        )
        ### BEGIN HIDDEN TESTS
        model = KeptModel(uneven, form="slow")
        timed_calls(model, run(model, dataset, 9), 9)
        ### END HIDDEN TESTS

    with check.part(1, "a clock that never goes back", beside=True):
        with virtual_time() as clock:
            model = TimedModel(0.010, on_call=lambda call: clock.step_wall_clock(-3600 if call % 2 else 1800))
            result = BenchmarkScenarios().single_stream(model, samples(4), 6)
        latencies = numbers(result.latencies, "latencies")
        assert all_near(latencies, [0.010] * 6), (
            f"when the computer's clock is set, as time servers do, the latencies are {min(latencies):.4g} "
            "to "
            f"{max(latencies):.4g} s: durations need a monotonic clock"
        )
        ### BEGIN HIDDEN TESTS
        with virtual_time() as clock:
            model = KeptModel(uneven, on_call=lambda call: clock.step_wall_clock(600 if call % 3 else -1200))
            result = BenchmarkScenarios().single_stream(model, samples(5), 8)
        timed_calls(model, result, 8)
        ### END HIDDEN TESTS

    with check.part(1, "bad input is refused, a failing model is not hidden", beside=True):
        model = TimedModel()
        refuses(lambda: run(model, samples(3), 0), "num_queries=0", "num_queries", "queries", "0")
        refuses(lambda: run(model, [], 5), "an empty dataset", "dataset", "sample", "empty", "data")
        lets_through(lambda: run(TimedModel(fails_at=3), samples(3), 8), "the fourth query failed")
        ### BEGIN HIDDEN TESTS
        refuses(lambda: run(model, samples(3), -4), "num_queries=-4", "num_queries", "queries", "-4")
        lets_through(lambda: run(TimedModel(fails_at=0), samples(3), 1), "the only query failed")
        ### END HIDDEN TESTS

    return check.points()


check_single_stream()
