import math
import re
from bisect import bisect_left
from functools import cache
from random import Random

from tito.tools.benchmarking.instruments import TimedModel, Recorder, samples
from tito.tools.benchmarking.measurements import number, numbers
from tito.tools.benchmarking.report_reader import misses_its_unit
from tito.tools.benchmarking.students_t import mean_and_variance
from tito.tools.testing import Check, NamedMistake, virtual_time
from tito.tools.benchmarking.recommendation import clauses_about, count_named, names

FEW = (
    r"\bfew|insufficient|more (?:samples|measurements|queries|runs|data)|at least|too (?:small|short|little)|collect"
    r"|(?:not|n['’]t) (?:yet )?(?:enough|sufficient|reliable)|increase|longer|below|minimum|under\b|only \d|less than"
    r"|short of|need|require|\d\s*(?:<|of|/)\s*\d"
)
OUTLIER = r"outlier|spike|extreme|anomal|abnormal|straggler|unusual|\btail|far (?:above|from)"
DRIFT = (
    r"drift|trend|warm|\bris(?:e|es|ing)\b|rose|increas|slow(?:s|ed|ing|er)\b|degrad|over time|autocorr|half|throttl"
    r"|grow|grew|chang|shift|creep|climb|beginning|during the run|unstead|unstable|non-?stationar"
    r"|(?:not|n['’]t) (?:be |quite )?(?:stead|stable|stationar)"
)


def check_validate_benchmark_result():
    check = Check()

    def steady(count):
        """Latencies around 10 ms, evenly spread and in random order: no outliers, no drift."""
        values = [0.0095 + 0.001 * (i + 0.5) / count for i in range(count)]
        Random(5).shuffle(values)
        return values

    def result_of(latencies):
        return BenchmarkResult(
            BenchmarkScenario.SINGLE_STREAM, latencies, len(latencies) / max(sum(latencies), 1e-9), 0.75
        )

    @cache
    def validator(level):
        """One for all results: what it says of one must not come from another."""
        return StatisticalValidator(confidence_level=level)

    def judged(latencies, level=0.95, **least):
        """The verdict on a copy of `latencies`, for what is right is computed from them."""
        return validator(level).validate_benchmark_result(result_of([*latencies]), **least)

    @cache
    def said(*latencies):
        """What is recommended; where too few latencies are refused instead, what the refusal says."""
        try:
            return str(judged([*latencies]).recommendation)
        except ValueError as refusal:
            return str(refusal)

    def is_enough(count, **least):
        """The verdict on the number of samples; refusing too few is a verdict too."""
        try:
            return bool(judged(steady(count), **least).is_significant)
        except ValueError:
            return False

    with check.part(2, "enough samples are those that min_samples asks for", mistake="min-samples-ignored"):
        for count, least, enough in (
            (200, {}, True),
            (60, {}, False),
            (60, {"min_samples": 50}, True),
            (200, {"min_samples": 300}, False),
        ):
            assert is_enough(count, **least) is enough, (
                f"{count} steady latencies with min_samples={least.get('min_samples', 100)}: expected "
                f"is_significant = {enough}. "
                "It says whether there are enough samples to rely on."
            )
        ### BEGIN HIDDEN TESTS
        for count, least, enough in (
            (100, {}, True),
            (99, {}, False),
            (120, {"min_samples": 120}, True),
            (119, {"min_samples": 120}, False),
        ):
            assert is_enough(count, **least) is enough, "min_samples are enough, one less is not"
        ### END HIDDEN TESTS

    Z = {0.80: 1.2816, 0.95: 1.9600, 0.99: 2.5758}

    def is_interval_of_mean(low, high, values, level):
        middle, variance = mean_and_variance(values)
        half = Z[level] * math.sqrt(variance / len(values))
        return abs(low - (middle - half)) < 0.1 * half and abs(high - (middle + half)) < 0.1 * half

    def is_interval_of_percentile(low, high, values, level, share):
        """Do its ends lie where they should among the ordered values, give or take four places?"""
        n = len(values)
        half = Z[level] * math.sqrt(n * share * (1 - share))
        first, last = (bisect_left(sorted(values), end) for end in (low, high))
        return abs(first - (share * n - half)) < 4.5 and abs(last - (share * n + half)) < 4.5

    with check.part(3, "an interval for the scenario's metric, or for the mean, at the validator's level", mistake="wrong-interval"):
        values = steady(1600)
        for level in (0.95, 0.99, 0.80):
            interval = numbers(judged(values, level).confidence_interval, "confidence_interval")
            assert len(interval) == 2, f"an interval has a lower and an upper end, got {interval}"
            low, high = interval
            assert is_interval_of_mean(low, high, values, level) or is_interval_of_percentile(
                low, high, values, level, 0.9
            ), (
                "1600 latencies from 9.5 to 10.5 ms have a mean of 10.000 ms and a p90 of 10.400 ms; an "
                f"interval of {level:.0%} "
                f"confidence for one of them is a small part of the whole range, got {low * 1000:.4f} to "
                f"{high * 1000:.4f} ms. "
                "It says how sure the metric is, not how widely the latencies spread, and it follows the "
                "validator's level."
            )
        for level in (0.95, 0.99):
            verdict = judged(values, level)
            told = str(verdict.recommendation)
            ends = numbers(verdict.confidence_interval, "confidence_interval")
            assert not misses_its_unit(told, *ends), (
                f"the interval ends at {ends[0]:.6g} and {ends[1]:.6g} s, but the recommendation puts these in another unit: {told}"
            )
            levels = re.findall(r"(\d+(?:\.\d+)?)\s?%\s(?:confiden|ci\b|interval|level)", told.lower())
            assert all(abs(float(each) - 100 * level) < 0.6 for each in levels), (
                f"the validator's level is {level:.0%}, but the recommendation says: {told}"
            )
        ### BEGIN HIDDEN TESTS
        values = [0.002 + 200 * each**2 for each in steady(1000)]
        mean = mean_and_variance(values)[0]
        for scenario, share, level in ((BenchmarkScenario.SERVER, 0.99, 0.95), (BenchmarkScenario.OFFLINE, 0.9, 0.80)):
            result = BenchmarkResult(scenario, [*values], 37.5 / mean, 0.75)
            found = StatisticalValidator(confidence_level=level).validate_benchmark_result(result)
            low, high = numbers(found.confidence_interval, "confidence_interval")
            if low > 1:  # of the throughput: turned back into the mean latency that it belongs to
                low, high = 37.5 / high, 37.5 / low
            assert is_interval_of_mean(low, high, values, level) or (
                is_interval_of_percentile(low, high, values, level, share)
            ), "the interval is for the scenario's own metric, or for the mean of its latencies"
        unlike = BenchmarkResult(BenchmarkScenario.OFFLINE, [0.001, 0.2, 0.0015], 14.8, 0.75)
        try:
            low, high = numbers(validator(0.95).validate_benchmark_result(unlike).confidence_interval, "confidence_interval")
        except ValueError:
            pass  # refused as too few
        else:
            assert low <= high or math.isnan(low) or math.isnan(high), "the lower end of the interval is above its upper end"
        values = [0.002 + 200 * each**2 for each in steady(1600)]
        for level in (0.80, 0.95, 0.99):
            low, high = numbers(judged(values, level).confidence_interval, "confidence_interval")
            assert is_interval_of_mean(low, high, values, level) or is_interval_of_percentile(
                low, high, values, level, 0.9
            ), "the interval is for p90 or the mean"
        ### END HIDDEN TESTS

    with check.part(1, "outliers are named, where there are any", mistake="outliers-unnamed"):
        clean = steady(300)
        spiky = [0.2 if place % 60 == 17 else value for place, value in enumerate(clean)]
        with_them, without = said(*spiky), said(*clean)
        assert names(with_them, OUTLIER), (
            "5 of 300 latencies are 200 ms where the others are 10 ms: the recommendation should name the "
            f"outliers; it says: {with_them}"
        )
        assert count_named(with_them, "outliers?") in (0, 5), (
            f"5 of 300 latencies are 200 ms where the others are 10 ms, and the recommendation counts others: {with_them}"
        )
        assert clauses_about(with_them, OUTLIER) != clauses_about(without, OUTLIER), (
            f"it says the same about outliers whether there are any or not: {without}"
        )
        assert not count_named(without, "outliers?"), (
            f"300 latencies that are spread evenly from 9.5 to 10.5 ms have no outliers; it says: {without}"
        )
        assert judged(spiky).is_significant, (
            "300 latencies are enough where 100 are asked for, with or without outliers: is_significant is about their number"
        )
        ### BEGIN HIDDEN TESTS
        outlying = [0.045 if place % 40 == 3 else value for place, value in enumerate(steady(240))]
        assert names(said(*outlying), OUTLIER), "the recommendation should name the outliers"
        ### END HIDDEN TESTS

    with check.part(1, "drift is named, where there is any", mistake="drift-unnamed"):
        steps = steady(300)
        drifting = [value * (1 + place / 150) for place, value in enumerate(steps)]

        def in_own_form():
            """The same as a run of the learner's own records it, for the order may be kept in metadata."""
            with virtual_time():
                return BenchmarkScenarios().single_stream(
                    TimedModel(lambda call: drifting[call % 300]), samples(10), 300
                )

        texts = [said(*drifting)]
        if not names(texts[0], DRIFT) or clauses_about(texts[0], DRIFT) == clauses_about(said(*steps), DRIFT):
            texts.append(str(validator(0.95).validate_benchmark_result(in_own_form()).recommendation))
        assert names(texts[-1], DRIFT), (
            "the latencies rise from 10 to 30 ms during the run: the recommendation should name the drift; "
            f"it says: {texts[0]}"
        )
        assert not names(texts[-1], r"\blatenc\w*\W+(?:\w+\W+){0,2}(?:fell|fall(?:s|ing)|decreas\w+|dropp\w+)\b"), (
            f"the latencies rise during the run, but the recommendation says: {texts[-1]}"
        )
        falling = said(*drifting[::-1])
        assert names(falling, DRIFT + r"|\bfell\b|\bfall|decreas|dropp|faster|improv|speed"), (
            f"the latencies fall from 30 to 10 ms during the run, which is drift as well; it says: {falling}"
        )
        plain = re.sub(r"\d+\.\d+", "", said(*steps))
        assert not names(plain, r"\b(?:rose|fell|ris(?:es|ing)|fall(?:s|ing)|drift(?:s|ed|ing)|slowed|degrad\w+)\b"), (
            f"300 steady latencies are said to drift: {plain}"
        )
        plain = re.sub(r"\d+\.\d+", "", said(*sorted(steps)))
        assert not names(plain, r"\b(?:rose|fell|ris(?:es|ing)|fall(?:s|ing)|drift(?:s|ed|ing)|slowed|degrad\w+)\b"), NamedMistake(
            "drift-of-sorted-latencies",
            "300 steady latencies that ascend, as a result keeps them, and no order of arrival beside them: they rise because "
            f"they are sorted, and are said to drift: {said(*sorted(steps))}",
        )
        for values in (drifting, steps):
            p = number(judged(values).p_value, "p_value")
            assert math.isnan(p) or 0 <= p <= 1, f"a p-value is a probability, got {p}"
        assert clauses_about(texts[-1], DRIFT) != clauses_about(said(*steps), DRIFT), (
            f"it says the same about drift whether there is any or not: {texts[0]}"
        )

    with check.part(1, "too few samples are named; the result is left as it was", mistake="too-few-unnamed-or-changed"):
        few, many = said(*steady(70)), said(*steady(300))
        assert clauses_about(few, FEW), (
            f"70 latencies where 100 are asked for: the recommendation should say so; it says: {few}"
        )
        assert not names(many, r"\btoo (?:few|small)\b|\binsufficient"), (
            f"300 latencies are said to be too few where 100 are asked for: {many}"
        )
        assert clauses_about(few, FEW) != clauses_about(many, FEW), (
            f"it says the same for 70 samples as for 300: {few}"
        )
        recorder = Recorder()
        StatisticalValidator().validate_benchmark_result(result_of(recorder.list(steady(150))))
        recorder.assert_untouched("the result's list of latencies")
        result, kept = result_of(spiky), [*spiky]
        result.metadata = {"latencies_in_order": [*spiky], "note": "of the caller"}
        validator(0.95).validate_benchmark_result(result)
        assert list(result.latencies) == kept, "the result has other latencies after the validation than before"
        assert dict(result.metadata) == {"latencies_in_order": kept, "note": "of the caller"}, (
            "the result has other metadata after the validation than before"
        )
        for tiny in ([], [0.010], [0.010] * 3):
            try:
                found = judged(tiny)
            except ValueError:
                continue
            assert not found.is_significant, f"{len(tiny)} latencies are not enough, got {found}"

    return check.points()


check_validate_benchmark_result()
