import random
import re

from tito.tools.benchmarking.claims import misread_chance
from tito.tools.benchmarking.instruments import KeptModel, TimedModel, Recorder, samples
from tito.tools.benchmarking.measurements import (
    pass_one_of,
    lets_through,
    names_what_is_missing,
    number,
    numbers,
    refuses,
)
from tito.tools.benchmarking.order import Race, always_in_the_same_order
from tito.tools.testing import Check, replaced, virtual_time
from tito.tools.benchmarking.fakes import FakeMethods, LocalFakeMethods
from tito.tools.benchmarking.recommendation import said_to_be_lower, says_nothing_was_found


def check_compare_models():
    check = Check()

    def fast(call):
        return 0.010 + 0.0002 * (call * 37 % 11)

    def slow(call):
        return 0.013 + 0.0002 * (call * 29 % 11)

    def noisy(seed):
        noise = random.Random(seed)
        return lambda call: 0.010 + 0.002 * noise.random()

    def ready(confidence_level=0.95):
        perf = TinyTorchPerf()
        perf.set_model(TimedModel(0.050))
        perf.set_dataset(Recorder().list(samples(12)))
        perf.validator = StatisticalValidator(confidence_level)
        return perf

    fair_validator = {}
    ### BEGIN HIDDEN TESTS
    import math

    from tito.tools.benchmarking.students_t import mean_and_variance, quantile, upper_tail

    def fair_comparison(validator, results_a, results_b):
        """Welch's test, in place of the learner's own."""
        a, b = list(map(float, results_a)), list(map(float, results_b))
        (mean_a, var_a), (mean_b, var_b) = mean_and_variance(a), mean_and_variance(b)
        v, w, difference, alpha = var_a / len(a) or 1e-30, var_b / len(b), mean_a - mean_b, validator.alpha
        df = (v + w) ** 2 / (v**2 / (len(a) - 1) + w**2 / (len(b) - 1))
        p = 2 * upper_tail(abs(difference) / math.sqrt(v + w), df)
        margin = math.sqrt(v + w) * quantile(1 - alpha / 2, df)
        d = difference / math.sqrt((var_a + var_b) / 2 or 1e-30)
        said = "No significant difference." if p >= alpha else f"{'A' if d < 0 else 'B'} is lower."
        return StatisticalValidation(p < alpha, p, d, (difference - margin, difference + margin), said)

    fair_validator = {"validate_comparison": fair_comparison}
    ### END HIDDEN TESTS

    def compared(fakes, model_a, model_b, *scenario, perf=None, **settings):
        """The comparison and its race, with fakes for `fakes` (or without, when it is None)."""
        perf = perf or ready()
        race = Race(model_a, model_b)
        with virtual_time():
            if fakes is None:
                return perf.compare_models(model_a, model_b, *scenario, **settings), race
            with (
                replaced(BenchmarkScenarios, **fakes.scenarios),
                replaced(TinyTorchPerf, **fakes.runs),
                replaced(StatisticalValidator, **fair_validator),
            ):
                return perf.compare_models(model_a, model_b, *scenario, **settings), race

    def with_or_without_fakes(verify):
        fakes = LocalFakeMethods(BenchmarkResult, BenchmarkScenario)
        pass_one_of(lambda: verify(fakes), lambda: verify(None))

    def is_sound(found, alpha=0.05):
        p = number(found.p_value, "p_value")
        assert bool(found.is_significant) is (p < alpha), (
            f"p = {p:.3g} and the validator's alpha is {alpha:.3g}, but is_significant = {found.is_significant}"
        )
        said = found.recommendation
        assert isinstance(said, str), f"the recommendation should be a sentence, got {type(said).__name__}"
        assert said.strip(), "the recommendation is empty: what should the reader do?"
        misread = misread_chance(said)
        assert not misread, (
            "p is the probability of such data if there were no difference. It is not how likely a difference is real or due "
            f"to chance, and a large p proves nothing; but the recommendation says: {misread}"
        )

    def amiss(said):
        """Does it put a number of seconds in another unit, or tell another factor than 14 by 11 ms?"""
        factors = [float(each) for each in re.findall(r"(\d+(?:\.\d+)?)\s?(?:x\b|×|times\b|-?fold\b)", said)]
        small = [float(each) for each in re.findall(r"\b(0\.00[23]\d*)\s?(?:ms|us|µs|ns|millis\w+|micros\w+)\b", said)]
        return bool(small) or any(not (1.15 < each < 1.4 or 0.7 < each < 0.87 or 0.15 < each < 0.4) for each in factors)

    with check.part(3, "tells the faster model from the slower one, by measuring both", mistake="faster-not-told"):
        def verify(fakes):
            perf = ready()  # one for both: what it says of two models must not come from two others
            for models, sign in (((fast, slow), -1), ((slow, fast), 1)):
                if fakes and sign > 0:  # the models' times stay here: who looks for them in a model finds none
                    here = FakeMethods(BenchmarkResult, BenchmarkScenario)
                    found, race = compared(here, *(KeptModel(each) for each in models), perf=perf)
                else:
                    found, race = compared(fakes, *(TimedModel(each) for each in models), perf=perf)
                assert race.fewest >= 10, f"each model should be measured, many times; one was called {race.fewest} times"
                is_sound(found)
                assert found.is_significant, f"11 ms and 14 ms differ, got p = {number(found.p_value, 'p_value'):.3g}"
                assert number(found.effect_size, "effect_size") * sign > 0, (
                    f"model_a is {'faster' if sign < 0 else 'slower'}, so a - b is {'below' if sign < 0 else 'above'} 0; "
                    f"got an effect size of {number(found.effect_size, 'effect_size'):.3g}"
                )
                said = str(found.recommendation)
                assert said_to_be_lower(said) <= {"a" if sign < 0 else "b"}, (
                    f"model_{'a' if sign < 0 else 'b'} is faster, but the recommendation says: {said}"
                )
                assert not re.search(r"\bno (?:statistically )?significant difference|\bno difference (?:was |is )?found", said, re.I), (
                    f"a difference was found, but the recommendation says: {said}"
                )
                percents = [float(each) for each in re.findall(r"(\d+(?:\.\d+)?)\s?%", said)]
                amounts = [each for each in percents if each not in (1, 5, 10, 90, 95, 99)]
                assert not amounts or any(18 < each < 31 for each in amounts), (
                    f"3 ms are 21 to 27 % of 11 or 14 ms, but the recommendation says: {said}"
                )
                assert not amiss(said), f"the models differ by 3 ms, the one takes 1.27 times as long; the recommendation says: {said}"
                low, high = numbers(found.confidence_interval, "confidence_interval")
                assert low <= high and 0.0025 < sign * (low + high) / 2 < 0.0035, (
                    f"the models differ by 3 ms a query, got an interval from {low:.4g} to {high:.4g} s for latency_a - latency_b"
                )

        with_or_without_fakes(verify)

    with check.part(2, "in interleaved random order, so that a machine that slows down is fair to both", mistake="not-interleaved"):
        def verify(fakes):
            races, p_values, widths = [], [], []
            for seed, alpha in enumerate((0.05, 0.9, 0.9)):
                found, race = compared(fakes, TimedModel(noisy(seed)), TimedModel(noisy(~seed)), perf=ready(1 - alpha))
                is_sound(found, alpha)
                assert found.is_significant or says_nothing_was_found(found.recommendation), (
                    f"no difference was found, but the recommendation says: {found.recommendation}"
                )
                low, high = numbers(found.confidence_interval, "confidence_interval")
                assert low < high and abs(low + high) / 2 < 0.001, (
                    f"both models take about 11 ms; the interval for the difference is {low:.4g} to {high:.4g} s"
                )
                races.append(race)
                widths.append(high - low)
                p_values.append(number(found.p_value, "p_value"))
            # Twice as wide is a cautious bound: t at 95 % is 1.96, at 10 % it is 0.13.
            assert widths[0] > 2 * max(widths[1:]), (
                f"an interval of 95 % confidence is {widths[0]:.3g} s wide, intervals of 10 % are {widths[1]:.3g} and "
                f"{widths[2]:.3g} s: it follows the validator's level"
            )
            assert not all(race.is_one_after_the_other for race in races), (
                "first all queries of one model ran, then all of the other: if the machine warms up or slows down meanwhile, "
                "that looks like a difference. Take turns, in small blocks."
            )
            assert not always_in_the_same_order(races), (
                "the models take turns in a fixed order, so whatever comes and goes in step with it favours one: draw the order"
            )
            assert max(p_values) >= 0.05, "equal models are called different every time they are compared"

        with_or_without_fakes(verify)

    with check.part(2, "both on the same dataset; model, dataset and results stay as they were", mistake="dataset-or-results-changed"):
        def verify(fakes):
            recorder, own = Recorder(), TimedModel(0.050)
            perf = TinyTorchPerf()
            perf.set_model(own)
            perf.set_dataset(recorder.list(recorder.dict(row) for row in samples(30)[18:]))
            kept = {"offline": BenchmarkResult(BenchmarkScenario.OFFLINE, [0.25], 4.0, 0.5)}
            perf.results = dict(kept)
            _, race = compared(fakes, TimedModel(fast), TimedModel(slow), perf=perf)
            of_a, of_b = race.samples_of("a"), race.samples_of("b")
            assert of_a == of_b, f"the models got different samples: {sorted(of_a)} and {sorted(of_b)}"
            assert len(of_a) > 3, f"of the dataset's 12 samples, the models were asked about {len(of_a)} only"
            assert of_a <= set(range(18, 30)), f"the dataset's first numbers are 18 to 29, but the models were asked about {sorted(of_a)}"
            assert perf.model is own, "`.model` is another one after the comparison than before"
            assert dict(perf.results) == kept, f"`.results` should still hold {list(kept)}, it holds {list(perf.results)}"
            assert list(perf.dataset) == samples(30)[18:], "`.dataset` is another one after the comparison than before"
            recorder.assert_untouched("the dataset")
            broken = TimedModel(slow, fails_at=race.fewest // 2)
            lets_through(lambda: compared(fakes, TimedModel(fast), broken, perf=perf), "model_b raised an error")
            assert perf.model is own, "when a model raises, `.model` stays another one than before"
            assert dict(perf.results) == kept, "when a model raises, `.results` stays changed"

        with_or_without_fakes(verify)

    with check.part(2, "in the scenario that was asked for", mistake="scenario-ignored"):
        def verify(fakes):
            for scenario in ("server", "offline"):
                models = (TimedModel(each, takes_batches=True) for each in (fast, slow))
                found, race = compared(fakes, *models, scenario)
                is_sound(found)
                assert race.fewest >= 10, f"each model should be measured in the scenario {scenario}"
                assert number(found.effect_size, "effect_size") < 0, f"model_a is faster in the scenario {scenario} too"
                ran = {each.method for each in fakes.asked} if fakes else set()
                assert not ran or ran == {scenario}, f"asked for {scenario}, it ran {sorted(ran)}"
                assert ran or race.looks_like(scenario), f"asked for {scenario}, but the models were called in another way"
                if fakes:
                    fakes.asked.clear()

        with_or_without_fakes(verify)

    with check.part(1, "an unknown scenario is refused with a list of the known; what is missing is named", beside=True, mistake="bad-input-accepted"):
        def verify(fakes):
            perf, models = TinyTorchPerf(), [TimedModel(fast, fails_at=1), TimedModel(slow, fails_at=1)]
            names_what_is_missing(lambda: compared(fakes, *models, perf=perf), "dataset")
            perf.set_dataset(samples(12))
            for name in ("single_stream", "server", "offline"):
                refuses(lambda: compared(fakes, *models, "streaming", perf=perf), "the scenario 'streaming'", name)
            lets_through(lambda: compared(fakes, *models, perf=perf), "a model raised an error")
            assert models[0].calls or models[1].calls, "a comparison needs no model but the two that it is given"

        with_or_without_fakes(verify)

    return check.points()


check_compare_models()
