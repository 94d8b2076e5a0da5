import math
import re
import warnings
from functools import cache
from tito.tools.benchmarking.instruments import Recorder
from tito.tools.benchmarking.measurements import near, number, numbers, refuses
from tito.tools.testing import Check, NamedMistake
from tito.tools.benchmarking.recommendation import said_to_be_lower, says_nothing_was_found


def check_validate_comparison():
    check = Check()

    # The pooled and Welch's test are both right here; their answers, from a table of Student's t.
    a, b = [5.1, 4.9, 5.6, 5.3, 4.7, 5.2], [5.5, 5.9, 5.2, 6.1, 5.4, 5.8]
    p_values = 0.021013, 0.020908
    intervals = {
        0.95: ((-0.937470, -0.095863), (-0.937137, -0.096197)),
        0.99: ((-1.115521, 0.082188), (-1.114737, 0.081404)),
        0.90: ((-0.858897, -0.174436), (-0.858695, -0.174639)),
    }
    # What else is taken for that p-value: SciPy's other tests of a and b, and Welch's with one thing wrong.
    other_tests = (
        (0.010506, "one-sided", "That is one side of the distribution only: both tails of Student's t count."),
        (0.978987, "one-minus-p", "That is 1 - p: p is what lies in the tails."),
        (0.0061831, "normal-distribution", "That is the normal distribution, which is too sure of itself for 6 values."),
        (0.049768, "paired-test", "It looks like that of a paired test, and no value of a belongs to one of b."),
        (0.062500, "paired-test", "It looks like that of Wilcoxon's signed ranks, a paired test."),
        (0.041126, "rank-test", "It looks like that of Mann–Whitney's rank test, which does not ask about the means."),
        (0.037041, "rank-test", "It looks like that of Mann–Whitney's rank test, which does not ask about the means."),
        (0.030348, "rank-test", "It looks like that of Mann–Whitney's rank test, which does not ask about the means."),
        (0.040894, "degrees-of-freedom", "It looks like n - 1 degrees of freedom: both samples bring some."),
        (0.033830, "degrees-of-freedom", "It looks like n degrees of freedom: two samples of n bring about 2n - 2."),
        (0.018001, "degrees-of-freedom", "It looks like 2n degrees of freedom: each mean costs one."),
        (0.019304, "degrees-of-freedom", "It looks like 2n - 1 degrees of freedom: each of the two means costs one."),
        (0.013361, "divided-by-n", "It looks like variances that are divided by n: by n - 1 they are not too small."),
        (0.013444, "divided-by-n", "It looks like variances that are divided by n: by n - 1 they are not too small."),
    )
    fast, slow = (
        [0.0102, 0.0098, 0.0105, 0.0099, 0.0101, 0.0096],
        [0.0121, 0.0116, 0.0127, 0.0119, 0.0112, 0.0125],
    )
    alike = [0.0103, 0.0097, 0.0106, 0.0100, 0.0099, 0.0094]

    @cache
    def validator(level):
        return StatisticalValidator() if level is None else StatisticalValidator(confidence_level=level)

    def validate(first, second, level=None):
        return validator(level).validate_comparison(first, second)

    known = {}

    def compare(first, second, level=None):
        """As `validate`, on copies, for what is right is computed from the lists; several parts ask for the same."""
        key = (*first, None, *second, level)
        if key not in known:
            known[key] = validate([*first], [*second], level)
        return known[key]

    def interval_of(found):
        interval = numbers(found.confidence_interval, "confidence_interval")
        assert len(interval) == 2, f"an interval has a lower and an upper end, got {interval}"
        return interval

    def same(found, expected):
        return any(near(found, each, rel=2e-3, abs_=6e-5) for each in expected)

    def same_interval(found, expected):
        width = expected[0][1] - expected[0][0]
        return any(max(abs(f - e) for f, e in zip(found, each)) < 3e-3 * width for each in expected)

    ### BEGIN HIDDEN TESTS
    from itertools import product
    from random import Random

    from tito.tools.benchmarking.students_t import mean_and_variance, quantile, upper_tail

    def truth(first, second, level):
        """p-values and intervals of Welch's and the pooled test, and Cohen's d."""
        n, m = len(first), len(second)
        (mean_a, v), (mean_b, w) = mean_and_variance(first), mean_and_variance(second)
        difference = mean_a - mean_b
        pooled = ((n - 1) * v + (m - 1) * w) / (n + m - 2)
        welch = (v / n + w / m, (v / n + w / m) ** 2 / ((v / n) ** 2 / (n - 1) + (w / m) ** 2 / (m - 1)))
        tests = [welch, (pooled * (1 / n + 1 / m), n + m - 2)]
        margins = [math.sqrt(square) * quantile((1 + level) / 2, df) for square, df in tests]
        ps = [2 * upper_tail(abs(difference) / math.sqrt(square), df) for square, df in tests]
        ds = {difference / math.sqrt(pooled)} | ({difference / math.sqrt((v + w) / 2)} if n == m else set())
        return ps, [(difference - margin, difference + margin) for margin in margins], ds

    random = Random(2024)
    cases = []
    for n, m, spread, shift in (
        (4, 4, 1.0, 1.5),
        (12, 12, 2.5, 0.9),
        (3, 3, 1.0, 2.0),
        (40, 40, 1.0, 0.4),
        (9, 25, 1.6, 0.8),
        (30, 7, 0.4, -1.1),
    ):
        first, second = (
            [random.gauss(20, 1) for _ in range(n)],
            [random.gauss(20 + shift, spread) for _ in range(m)],
        )
        cases += [(first, second), (second, first)]
    cases += [[[1e-7 * each for each in values] for values in cases[at]] for at in (2, 9)]  # microseconds, told in seconds
    still = [20.4] * 6
    cases += [(still, cases[0][0]), (cases[0][0], still)]  # one of the two varies: there is something to divide by
    ### END HIDDEN TESTS

    with check.part(3, "the p-value is that of a two-sided t-test", mistake="wrong-p-value"):
        got = number(compare(a, b).p_value, "p_value")
        p, name, seen = min(other_tests, key=lambda other: abs(other[0] - got))
        if not near(got, p, 0.01):
            name = "wrong-p-value"
            seen = "Which test is it, with how many degrees of freedom, and is it both tails that you count?"
        assert same(got, p_values), NamedMistake(
            name, f"expected p = 0.0210 (Welch) or 0.0209 (pooled), got {got:.4g}. {seen}"
        )
        got, back = (number(compare(x, y).p_value, "p_value") for x, y in ((fast, alike), (alike, fast)))
        assert near(got, 0.8813, 2e-3) and near(back, got, 1e-9), (
            f"expected p = 0.881 either way round, got {got:.4g} and {back:.4g}"
        )
        ### BEGIN HIDDEN TESTS
        for first, second in cases:
            assert same(number(compare(first, second).p_value, "p_value"), truth(first, second, 0.95)[0]), (
                "the p-value is that of a two-sided t-test"
            )
        ### END HIDDEN TESTS

    with check.part(3, "the effect size is Cohen's d, with its sign", mistake="wrong-effect-size"):
        got, back = (number(compare(x, y).effect_size, "effect_size") for x, y in ((a, b), (b, a)))
        assert near(got, -1.58073, 2e-3), (
            NamedMistake("d-without-its-sign", f"d should be -1.581, got {got:.4g}: it is mean_a - mean_b by the deviation, sign kept")
            if near(got, 1.58073, 2e-3)
            else NamedMistake("divided-by-n", f"d should be -1.581, got {got:.4g}: that is the deviation with ddof = 0; a sample's has ddof = 1")
            if near(got, -1.7316, 3e-3)
            else f"expected d = -1.581, got {got:.4g}: d is the difference of the means in units of the pooled standard deviation"
        )
        assert near(back, 1.58073, 2e-3), (
            f"with a and b changed over d should change its sign, got {back:.4g}"
        )
        ### BEGIN HIDDEN TESTS
        for first, second in cases:
            got = number(compare(first, second).effect_size, "effect_size")
            assert any(near(got, d, rel=2e-3) for d in truth(first, second, 0.95)[2]), (
                "d is the difference of means by the pooled deviation"
            )
        ### END HIDDEN TESTS

    with check.part(2, "the interval is for mean_a - mean_b, at the validator's level", mistake="wrong-interval"):
        for level in (0.95, 0.99, 0.90):
            got = interval_of(compare(a, b, level))
            low, high = intervals[level][0]
            assert same_interval(got, intervals[level]), (
                f"expected the {level:.0%} interval from {low:.3f} to {high:.3f} for mean_a - mean_b = "
                "-0.517, "
                f"got {got[0]:.3f} to {got[1]:.3f}. Its ends are the difference of the means, minus and plus "
                "t at the validator's own level times the standard error."
            )
        ### BEGIN HIDDEN TESTS
        for (first, second), level in product(cases, (0.95, 0.8)):
            assert same_interval(
                interval_of(compare(first, second, level)), truth(first, second, level)[1]
            ), "the interval is for mean_a - mean_b"
        ### END HIDDEN TESTS

    with check.part(1, "significant when p is below the validator's alpha", mistake="wrong-significance"):
        for level, expected in ((None, True), (0.90, True), (0.99, False)):
            found = compare(a, b, level)
            assert bool(found.is_significant) is expected, (
                f"p = 0.021 {'is' if expected else 'is not'} significant at alpha = "
                f"{0.05 if level is None else 1 - level:.2g}, "
                f"got is_significant = {found.is_significant}. alpha comes from the validator's confidence "
                "level."
            )
        assert not compare(fast, alike).is_significant, "p = 0.88 is no evidence of a difference"
        assert compare(fast, slow).is_significant and compare(slow, fast).is_significant, (
            "p < 0.001 is, in either direction"
        )
        ### BEGIN HIDDEN TESTS
        for first, second in cases:
            ps = truth(first, second, 0.95)[0]
            for level in (0.95, 0.8, 1 - 1.04 * max(ps), 1 - 0.96 * min(ps)):
                found = compare(first, second, level)  # by the p-value that it gives: which is right is of the first part
                assert bool(found.is_significant) is (number(found.p_value, "p_value") < 1 - level), (
                    "significant when p < alpha"
                )
        ### END HIDDEN TESTS

    with check.part(1, "the recommendation says which is lower and by how much, or that nothing was found", mistake="wrong-recommendation"):
        from tito.tools.benchmarking.claims import misread_chance
        from tito.tools.benchmarking.report_reader import tells_amount

        for first, second, lower in ((fast, slow, "a"), (slow, fast, "b")):
            said = str(compare(first, second).recommendation)
            assert said_to_be_lower(said) <= {lower}, (
                f"{lower.upper()} is the lower one (10.0 against 12.0 ms), but it says: {said}"
            )
            assert not re.search(r"\b(?:negligible|trivial|hardly)\b|\b(?:small|tiny) (?:effect|difference)|not (?:act|worth)", said), (
                f"d is about 8, a very large effect, but it says: {said}"
            )
            assert tells_amount(said, 0.010017, 0.012), (
                "the difference is 0.00198 s, which is 19.8 % of the lower or 16.5 % of the higher mean; "
                f"it says: {said}"
            )
        for first, second in ((fast, slow), (a, b), (fast, alike)):
            misread = misread_chance(str(compare(first, second).recommendation))
            assert not misread, (
                "p is the probability of such data if there were no difference. It is not how likely a difference is real or "
                f"due to chance, and a large p proves nothing; but the recommendation says: {misread}"
            )
        assert said != str(compare(fast, slow).recommendation), (
            "it says the same whichever of the two is lower"
        )
        said = str(compare(fast, alike).recommendation)
        assert says_nothing_was_found(said), (
            f"p = 0.88 shows no difference, and the recommendation should say so; it says: {said}"
        )
        ### BEGIN HIDDEN TESTS
        for first, second, lower in (
            ([30.5, 31.2, 29.9, 30.1], [40.2, 41.0, 39.5, 40.7], "a"),
            ([220.0, 219.0, 221.5], [180.0, 181.0, 178.5], "b"),
        ):
            said = str(compare(first, second).recommendation)
            assert said_to_be_lower(said) <= {lower}, "the recommendation names the wrong one as lower"
            assert tells_amount(said, sum(first) / len(first), sum(second) / len(second)), (
                "the recommendation gives a wrong amount"
            )
        ### END HIDDEN TESTS

    with check.part(1, "too few values, no spread, nan: a clear refusal or a careful answer", beside=True, mistake="bad-data-accepted"):

        def is_careful(found):
            return (
                0.99 < number(found.p_value, "p_value") <= 1
                and number(found.effect_size, "effect_size") == 0
                and not found.is_significant
            )

        for first, second in (([1.0], [2.0, 2.1, 2.2]), ([], [1.0, 2.0]), ([1.0, 2.0], [1.5])):
            try:
                found = compare(first, second)
            except ValueError:
                continue
            assert is_careful(found), (
                f"{len(first)} against {len(second)} values show nothing: raise a ValueError, got {found}"
            )
        for bad in (float("nan"), float("inf")):
            try:
                found = compare([1.0, 2.0, bad], [1.5, 2.5, 3.5])
            except ValueError:
                continue
            assert is_careful(found), f"{bad} is no measurement: raise a ValueError, got {found}"
        try:
            found = compare([3.0] * 5, [3.0] * 5)
        except ValueError:
            pass
        else:
            assert is_careful(found), (
                f"two sets that are the same and do not vary give p = 1 and d = 0, got {found}"
            )
            low, high = interval_of(found)
            assert low <= 0 <= high, f"the interval leaves out the difference 0: {low} to {high}"
        for first, second, sign in ((3.0, 4.0, -1), (4.0, 3.0, 1)):
            with warnings.catch_warnings(record=True) as escaped:
                warnings.simplefilter("always")
                try:
                    found = validate([first] * 5, [second] * 5)
                except ValueError:
                    continue
            assert not escaped, f"without any spread there is nothing to divide by, and a warning escapes: {escaped[0].message}"
            p, d = number(found.p_value, "p_value"), number(found.effect_size, "effect_size")
            assert is_careful(found) or (0 <= p < 1e-6 and d == sign * math.inf and found.is_significant), (
                f"values of {first} against {second} without any spread give p = 0 and d = "
                f"{sign * math.inf}, got p = {p} and d = {d}"
            )

    with check.part(1, "lists, tuples and arrays alike, left as they were", beside=True, mistake="data-changed"):
        import numpy as np

        recorder = Recorder()
        first, second = recorder.list(a[::-1]), recorder.list(b)
        expected = compare(a, b)
        for x, y in ((first, second), (tuple(a), tuple(b)), (np.array(a), np.array(b)), (np.array(a), b)):
            found = validate(x, y)
            assert near(number(found.p_value, "p_value"), number(expected.p_value, "p_value"), 1e-6), (
                f"the same numbers as {type(x).__name__} should give the same p-value, got {found.p_value}"
            )
        recorder.assert_untouched("the measurements")

    return check.points()


check_validate_comparison()
