from functools import cache
from tito.tools.benchmarking.instruments import KeptModel, SlowLookup, SlowSample, TimedModel, Recorder, now, samples
from tito.tools.benchmarking.measurements import (
    ServerRun,
    all_near,
    blames_no_other_sample,
    clock_moves,
    is_unmeasured,
    lets_through,
    ms,
    named,
    near,
    number,
    numbers,
    refuses,
)
from tito.tools.benchmarking.queueing import (
    SLACK_S,
    are_on_a_grid,
    are_exponential,
    in_turn,
    latencies_are_feasible,
    queued,
    showing_a_wait,
    starts_without_a_wait,
    variation_of,
    whole_numbers,
    within_chance,
    within_five_sigma,
)
from tito.tools.benchmarking.runs import runs_again
from tito.tools.testing import Check, NamedMistake, virtual_time


def check_server():
    check = Check()

    def serve(model, target_qps, duration, dataset):
        """The plain result, and when the run began."""
        with virtual_time(), clock_moves():
            began = now()
            return BenchmarkScenarios().server(
                model, dataset, target_qps=target_qps, duration=duration
            ), began

    def run(model, target_qps, duration, dataset=None, **settings):
        return ServerRun(model, *serve(model, target_qps, duration, dataset or samples(7)), **settings)

    @cache
    def light():
        """About 3600 queries of a quarter of a millisecond: the device is nearly always idle."""
        return run(TimedModel(0.00025), 75, 48)

    @cache
    def stuck():
        """40 queries a second of 1 ms each; one of the first takes 1.5 s."""
        return run(TimedModel(lambda call: 1.5 if call == 10 else 0.001), 40, 4)

    @cache
    def busy():
        """A device that is busy 80 % of the time."""
        return run(TimedModel(0.020), 40, 3)

    @cache
    def flooded():
        """About 100 queries in half a second, which take 20 s to serve."""
        return run(TimedModel(0.200), 200, 0.5)

    @cache
    def uneven():
        """60 queries of 10 to 40 ms, which only who measures can know; the device is just about busy."""
        return run(KeptModel(lambda call: 0.010 + 0.003 * (call * 7 % 11)), 40, 1.5)

    @cache
    def short():
        """Runs so short that the achieved rate falls short of the target in two of five, and yet an idle model keeps up."""
        unequal = TimedModel(lambda call: 0.0002 * (1 + call * 7 % 5))
        few = [(run(TimedModel(0.0005), 16 + rate, 0.5), 16 + rate, 0.5) for rate in range(8)]
        return [*few, (run(unequal, 40, 1), 40, 1)]

    with check.part(3, "a query that waits in line is already late", mistake="clock-starts-too-late"):
        for device, service in ((stuck, 0.001), (busy, 0.020)):
            server = device()
            calls, latencies = server.calls, server.latencies
            waited, shown = len(queued(calls)), len(showing_a_wait(latencies, service))
            if device is stuck:
                assert len(calls) >= 40, NamedMistake(
                    "wrong-number-of-arrivals", f"40 queries/s for 4 s should bring about 160 queries, got {len(calls)}"
                )
                assert waited >= 20 or in_turn(calls, 7), NamedMistake(  # of about 60
                    "queries-skipped",
                    f"while one query took 1.5 s at 40 queries/s, about 60 others were due, and only {waited} were served "
                    "right after it: queries that were due during the stall were skipped, or not served in turn",
                )
                assert waited >= 20, NamedMistake(
                    "closed-loop",
                    f"while one query took 1.5 s at 40 queries/s, about 60 others were due, and only {waited} were served "
                    "right after it. Do your arrivals wait for the model? In an open loop a query comes when it comes, "
                    "however long the last one takes, and all that are due wait in line.",
                )
                assert shown >= 0.7 * waited - 3, NamedMistake(
                    "coordinated-omission",
                    f"{waited} queries had to wait for the device, but a wait shows in only {shown} of the latencies. "
                    "A query that waits in line is already late: its clock starts at its scheduled arrival, not when the "
                    "model gets to it.",
                )
            assert min(latencies) >= service - 5e-5, NamedMistake(
                "service-left-out",
                f"the shortest latency is {ms(min(latencies))}, but service alone takes {ms(service)}: "
                "a latency runs to the completion of the query",
            )
            assert latencies_are_feasible(calls, latencies), (
                f"the latencies (mean {ms(sum(latencies) / len(latencies))}) do not run from scheduled arrival to completion: "
                "no arrivals served in turn could have left both them and the device's own record"
                if in_turn(calls, 7)
                else NamedMistake("out-of-turn", "queries were not served in turn, the first to come first; nor do they wait so")
            )
        came_s = flooded().mean_arrival_s
        assert -0.01 < came_s < 0.5, NamedMistake(
            "waits-cut-short",
            f"by their latencies about 100 queries came {came_s:.1f} s after the run began, in the mean; all came within 0.5 s, "
            "and most waited many seconds. A wait counts whole, however long it is.",
        )
        assert named(server.result.scenario) == "server", NamedMistake(
            "wrong-scenario", f"the result's scenario should be SERVER, got {server.result.scenario}"
        )
        ### BEGIN HIDDEN TESTS
        server = uneven()
        assert min(server.latencies) >= 0.010 - 5e-5 and latencies_are_feasible(server.calls, server.latencies), (
            "the latencies do not run from scheduled arrival to completion"
        )
        assert server.latencies != sorted(server.latencies, reverse=True), "latencies ascend, or stand as the queries came"
        ### END HIDDEN TESTS

    with check.part(3, "arrivals are a Poisson process at target_qps", mistake="arrivals-not-poisson"):
        starts = [call.asked_s for call in light().calls]
        # 3600 arrivals vary by 60; that they are 5 times as far off has odds of 1 in 10**6.
        assert within_five_sigma(len(starts), 3600), (
            f"75 queries/s for 48 s should bring about 3600 queries, give or take 60, got {len(starts)}: the mean gap "
            "is 1 / target_qps seconds"
        )
        assert not are_on_a_grid(starts_without_a_wait(light().calls)), (
            "all queries come at whole hundredths of a second: gaps are exponential, and not rounded"
        )
        spread = variation_of(light().gaps(75))
        assert 0.8 < spread < 1.25, (  # of 3600 exponential gaps it is 1, give or take 0.024
            f"the gaps between arrivals vary by {spread:.2f} of their mean; in a Poisson process it is 1, "
            "for gaps are exponential: many short ones, some long ones. Regular or uniform gaps hide the queue."
        )
        longest = max(light().gaps(75))  # that none of 3600 is above 5 means has odds of 3 in 10**11
        assert longest > 5, (
            f"the longest gap between arrivals is {longest:.1f} times their mean; among 3600 exponential ones it is about 9: "
            "gaps have no bound"
        )
        ### BEGIN HIDDEN TESTS
        assert within_chance(len(uneven().calls), 60), "target_qps and duration set how many queries arrive"
        ### END HIDDEN TESTS

    with check.part(2, "the queries that arrive within the duration, however many they are", mistake="wrong-number-of-arrivals"):
        server = light()
        late = max(call.asked_s for call in server.calls) - server.began_s - 48
        assert late <= SLACK_S + 0.01, f"a query was sent {late:.2f} s after the duration of 48 s was over"
        ### BEGIN HIDDEN TESTS
        loads = (50, 1), (30, 1), (100, 0.3), (12.5, 2)
        idle = [(run(TimedModel(0.0005), *load), *load) for load in loads]
        runs = [(light(), 75, 48), *idle, (stuck(), 40, 4), (busy(), 40, 3)]
        # Of a mean gap or more beyond the end, what the slack hides is no more than a third: of nine, all have odds of 1 in 10**4.
        late = [server.calls[-1].asked_s - server.began_s - duration for server, _, duration in (*idle, *short()) if server.calls]
        assert max(late) <= SLACK_S + 0.01, "a query was sent after the duration was over"
        assert all(within_chance(len(server.calls), rate * duration) for server, rate, duration in runs), (
            "target_qps and duration set how many queries arrive"
        )
        # Some 4000 arrivals: a rate that is 15 % off is 8 standard deviations away, so that one such run in 4000 gets by.
        arrived = sum(len(server.calls) for server, _, _ in runs)
        assert within_five_sigma(arrived, sum(rate * duration for _, rate, duration in runs)), (
            "target_qps and duration set how many queries arrive"
        )
        # That these 7 Poisson counts are all off their means by the same -1, 0 or 1 has odds of 2 in 10**9.
        offsets = {len(server.calls) - round(rate * duration) for server, rate, duration in runs}
        assert len(offsets) > 1 or abs(offsets.pop()) > 1, (
            "the number of arrivals within a time is chance too"
        )
        # Before the first query of a run, and after its last, there is a gap like any other. The sum of seven has a
        # mean of 7 mean gaps, and odds below 1 in 10**11 to be above 45; that none is above 0.01, below 1 in 10**13.
        before = [rate * (server.calls[0].asked_s - server.began_s) for server, rate, _ in runs]
        after = [rate * (server.began_s + duration - server.calls[-1].asked_s) for server, rate, duration in runs]
        assert max(before) > 0.01, "the first query comes by chance too, not always at the very start"
        assert max(sum(before), sum(after)) < 45, "queries arrive from the start of the duration to its end"
        gaps = [gap for server, rate, _ in runs[:5] for gap in server.gaps(rate)]
        assert are_exponential(gaps), "the gaps between arrivals are not exponential"
        assert variation_of(gaps) > 0.8, "the gaps between arrivals are more regular than those of a Poisson process"
        assert len(stuck().calls) >= 90, "the number of queries does not depend on the model"
        ### END HIDDEN TESTS

    with check.part(2, "throughput is completed queries by the time to complete them; no query is lost", mistake="throughput-or-lost-queries"):
        assert light().has_fair_throughput(48), light().throughput_said(48)
        done = len(flooded().latencies)
        assert within_chance(done, 100) or done < 100 and within_chance(len(busy().calls), 120), NamedMistake(
            "wrong-number-of-arrivals", f"200 queries/s for 0.5 s should bring about 100 queries, got {done}"
        )
        if not within_chance(done, 100):
            dropped = {
                count for count in whole_numbers(flooded().result.metadata) if within_chance(count + done, 100)
            }
            total = {count for count in whole_numbers(flooded().result.metadata) if within_chance(count, 100)}
            assert (dropped | total) - {done, 200}, (
                f"200 queries/s for 0.5 s bring about 100, of which {done} have a latency. Serve those still "
                "in line when the "
                "duration ends; a query that is given up has to be counted as dropped, or the worst ones "
                "vanish."
            )
        assert flooded().has_fair_throughput(0.5), flooded().throughput_said(0.5)
        idle = [(*each, True) for each in short()]
        for server, rate, duration, keeps_up in ((light(), 75, 48, True), (flooded(), 200, 0.5, False), *idle):
            if server.calls and len(server.latencies) == len(server.model.calls):
                server.assert_true_metadata(rate, duration, keeps_up)
        ### BEGIN HIDDEN TESTS
        assert uneven().has_fair_throughput(1.5), "throughput is completed queries by the time to complete them all"
        ### END HIDDEN TESTS

    with check.part(2, "samples in turn, accuracy measured", mistake="samples-or-accuracy"):
        model, recorder = TimedModel(0.002, wrong_every=4), Recorder()
        server = run(model, 20, 2, recorder.samples(6))
        used = {call.samples[0] for call in server.calls}
        assert used == set(range(6)), f"all 6 samples should be used, over and over; used were {sorted(used)}"
        assert server.has_fair_accuracy(6), (
            f"the model is right on {model.accuracy_on(c.samples[0] for c in server.calls):.4f} of the "
            "queries, "
            f"but the accuracy is {server.result.accuracy}"
        )
        recorder.assert_untouched("the dataset")
        got = run(TimedModel(0.002), 40, 0.5, samples(5, targets=False)).result.accuracy
        assert is_unmeasured(got), (
            f"without targets there is nothing to compare with: accuracy should be nan, got {got}"
        )
        ### BEGIN HIDDEN TESTS
        for form, wrong_every, size in (("class", 2, 5), ("bare", 3, 4)):
            server = run(TimedModel(0.001, wrong_every=wrong_every, form=form), 40, 0.5, samples(size))
            assert server.has_fair_accuracy(size), "accuracy is the share of right answers"
        ### END HIDDEN TESTS

    with check.part(1, "a clock that never goes back", beside=True, mistake="wall-clock"):
        with virtual_time() as clock:
            began = now()
            model = TimedModel(0.004, on_call=lambda call: clock.step_wall_clock(-2.5 if call % 2 else 1.5))
            result = BenchmarkScenarios().server(model, samples(4), 40, 1)
        server = ServerRun(model, result, began)
        assert within_chance(len(server.calls), 40), (
            f"about 40 queries should arrive in 1 s, got {len(server.calls)}"
        )
        latencies = server.latencies
        # At this load no wait is as long as half of what the clock is set by; a latency that is wrong otherwise is no
        # matter of the clock.
        assert min(latencies) > -0.5 and max(latencies) < 0.75, (
            f"when the computer's clock is set, as time servers do, the latencies are {min(latencies):.4g} "
            f"to {max(latencies):.4g} s: durations need a monotonic clock"
        )
        assert min(latencies) >= 0.004 - 5e-5 and latencies_are_feasible(server.calls, latencies), NamedMistake(
            "clock-starts-too-late", f"the latencies, {ms(min(latencies))} to {ms(max(latencies))}, do not run from scheduled "
            "arrival to completion, whether the computer's clock is set or not"
        )
        ### BEGIN HIDDEN TESTS
        with virtual_time() as clock:
            began = now()
            model = KeptModel(
                lambda call: 0.004 + 0.001 * (call * 5 % 9),
                on_call=lambda call: clock.step_wall_clock(600 if call % 3 else -1200),
            )
            server = ServerRun(model, BenchmarkScenarios().server(model, samples(5), 30, 1), began)
        assert min(server.latencies) > -100 and max(server.latencies) < 100, "durations need a monotonic clock"
        assert min(server.latencies) >= 0.004 - 5e-5 and latencies_are_feasible(server.calls, server.latencies), (
            "the latencies do not run from scheduled arrival to completion, whether the computer's clock is set or not"
        )
        ### END HIDDEN TESTS

    with check.part(1, "scoring does not hold the queries up", beside=True, mistake="held-up-by-own-work"):
        # At 40 queries/s a query of 2 ms meets another one in 8 % of the cases. With 5 ms more for a look-up, or 12 ms
        # more for scoring, the next one waits in 25 to 45 %: that 30 % of 120 do by chance has odds below 1 in 10**9.
        for dataset, form, what in (
            (SlowLookup(samples(5), 0.015), "scores", "looking a sample up"),
            ([SlowSample(row, 0.0, 0.015) for row in samples(5)], "scores", "making a sample ready"),
            ([SlowSample(row, 0.015) for row in samples(5)], "slow", "scoring an answer"),
        ):
            server = run(TimedModel(0.002, form=form), 40, 3, dataset, pause_s=0.1)
            slow = len(showing_a_wait(server.latencies, 0.002))
            assert slow <= 0.3 * len(server.latencies), (
                f"{slow} of {len(server.latencies)} latencies are far longer than the model's 2 ms, at a load "
                f"that leaves it idle: {what} holds up its own query or the next one"
            )
            low, high = server.fair_throughputs(3)
            assert low * 0.99 <= number(server.result.throughput, "throughput") <= high * 1.01, (
                f"{what} is in the time that throughput is divided by"
            )
        ### BEGIN HIDDEN TESTS
        server = run(KeptModel(lambda call: 0.05 + 0.01 * (call * 7 % 11), form="slow"), 1, 20)
        service_s = {round(call.service_s, 4) for call in server.calls}
        seen = [each for each in service_s if any(-5e-5 < latency - each < SLACK_S for latency in server.latencies)]
        assert len(seen) >= 4, "a query that finds the model idle takes as long as the model does"
        ### END HIDDEN TESTS

    with check.part(1, "an object is used again: nothing is carried over, and `.results` keeps every result", beside=True, mistake="carried-over"):
        found = {}

        def run_on(scenarios, which):
            model, rows = TimedModel(0.001 * (which + 1), wrong_every=which + 2), samples(9)[which : which + 4]
            rate = (30, 150, 75)[which]
            with virtual_time(), clock_moves():
                began = now()
                result = scenarios.server(model, rows, target_qps=rate, duration=1)
            found[which] = ServerRun(model, result, began), rate, range(which, which + 4)
            return result

        def verify(result, which):
            server, rate, rows = found[which]
            asked = [call.samples[0] for call in server.calls]
            assert within_chance(len(asked), rate), (
                f"an object that was used before got {len(asked)} queries at {rate} queries/s for 1 s"
            )
            assert set(asked) <= set(rows), "a run of the same object asked for another run's samples"
            assert min(server.latencies) >= 0.001 * (which + 1) - 5e-5, (
                "in a run of an object that was used before, a latency is shorter than the model's own time"
            )
            right = {round(server.model.accuracy_on(of), 6) for of in (asked, rows)}
            assert round(number(result.accuracy, "accuracy"), 6) in right, (
                "in a run of an object that was used before, the accuracy is not that of its own answers"
            )

        runs_again(lambda: BenchmarkScenarios(), run_on, verify, lambda scenarios: scenarios.results)

        def arrivals(seed):
            model = TimedModel(0.0001)
            with virtual_time(), clock_moves():
                began = now()
                result = BenchmarkScenarios().server(model, samples(3), target_qps=40, duration=0.5, rng=seed)
            server = ServerRun(model, result, began)
            return [call.asked_s - server.began_s for call in server.calls]

        try:
            first, second = map(arrivals, (7, 7))
        except TypeError:
            pass  # no parameter of that name: it was offered, and not asked for
        else:
            assert all_near(first, second, abs_=2e-3), "the same rng gives other arrivals: a run can't be repeated"

    with check.part(1, "bad input is refused, a failing model is not hidden", beside=True, mistake="bad-input-accepted"):
        model = TimedModel()
        refuses(lambda: serve(model, 0, 2, samples(3)), "target_qps=0", "target_qps", "qps", "rate", "target")
        refuses(lambda: serve(model, 10, 0, samples(3)), "duration=0", "duration")
        refuses(lambda: serve(model, 10, 2, []), "an empty dataset", "dataset", "sample", "empty", "data")
        lets_through(lambda: serve(TimedModel(fails_at=3), 20, 2, samples(3)), "the fourth query failed")
        failing = TimedModel(0.001, fails_at=9)
        blames_no_other_sample(
            lambda: serve(failing, 40, 2, samples(4)), lambda: {(failing.calls[-1].samples[0] + 1) % 4}
        )
        ### BEGIN HIDDEN TESTS
        refuses(
            lambda: serve(model, -3, 2, samples(3)), "target_qps=-3", "target_qps", "qps", "rate", "target"
        )
        refuses(lambda: serve(model, 10, -1.5, samples(3)), "duration=-1.5", "duration")
        ### END HIDDEN TESTS

    return check.points()


check_server()
