"""Recommendations in other people's words."""

import pytest

from tito.autograder.cpu_bound import bounded
from tito.tools.benchmarking.recommendation import LONGEST, count_named, names, said_to_be_lower, says_nothing_was_found


@pytest.mark.parametrize(
    ("text", "lower"),
    [
        ("A is lower than B by 0.0020 (16.5%).", "a"),
        ("Model B is significantly faster than model A.", "b"),
        ("A (10.0 ms) is 16.5 % faster than B (12.0 ms).", "a"),
        ("The mean of results_a is higher by 2 ms. Use B.", "b"),
        ("A significant difference was found: B is lower by 2 ms.", "b"),
        ("A lower latency was measured for B: B has the lower mean.", "b"),
        ("The first is lower, by 0.002 s.", "a"),
        ("With 95% confidence: model B was slower by 16.5% (0.00198 s).", "a"),
        ("System A outperforms system B.", "a"),
        ("There is a difference of 2 ms; prefer model B.", "b"),
    ],
)
def test_the_lower_one_is_understood(text, lower):
    assert said_to_be_lower(text) == {lower}


def test_words_that_tell_nothing_are_not_guessed_at():
    assert said_to_be_lower("There is a difference of 2.0 ms (16.5 %), p = 0.001.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "No significant difference (p = 0.88).",
        "The difference is not statistically significant.",
        "There is insufficient evidence to prefer one.",
        "A and B can't be told apart; A is lower by 0.3 % but that may be chance.",
        "The models are equivalent within the noise.",
        "Inconclusive: keep measuring.",
    ],
)
def test_no_difference_is_understood(text):
    assert says_nothing_was_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "B is lower than A by 0.00003 (0.3%), p = 0.88. Do not act on this alone.",
        "Model A is faster.",
        "Significant difference: use A.",
    ],
)
def test_a_claimed_difference_is_understood(text):
    assert not says_nothing_was_found(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("5 outliers found.", True),
        ("There are no outliers.", False),
        ("Outliers: 0. Latency drifts.", False),
        ("50 % of the outliers, 0.00 % drift", True),
        ("The run was fine, without outliers", False),
    ],
)
def test_named_or_denied(text, named):
    assert names(text, "outlier") is named


def test_not_steady_is_drift_named():
    assert names("The latency is not stable", "stable")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("5 outliers found", 5),
        ("outliers: 7 of 300; drift: no", 7),
        ("Outliers (12 of 300 above 20 ms)", 12),
        ("3 extreme outliers", 3),
        ("Outliers: 0 of 300", 0),
        ("no outliers beyond 3 IQR", 0),
        ("outliers (3 IQR): none; outliers (1.5 IQR): none", 0),
        ("300 latencies, steady", 0),
    ],
)
def test_how_many_are_named(text, count):
    assert count_named(text, "outliers?") == count


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["any-", "no-a ", "A (", "1", "9,", "outliers 5 ", "A is "])
@pytest.mark.parametrize(
    "reader",
    [
        says_nothing_was_found,
        said_to_be_lower,
        lambda text: names(text, "outlier"),
        lambda text: count_named(text, "outliers?"),
    ],
)
def test_a_text_made_slow_to_read_is_read_or_refused_soon(piece, reader):
    """Each took seconds to hours in an earlier form; a signal would end this test."""
    with bounded(5, TimeoutError):
        reader((piece * LONGEST)[:LONGEST])
        with pytest.raises(AssertionError, match="too long to be read"):
            reader(piece * (LONGEST + 1))
