"""What counts as a claim without a measurement behind it, and what does not."""

import pytest

from tito.tools.benchmarking.claims import (
    assert_no_load_made_up,
    calls_enough,
    made_up_claim,
    misread_chance,
    other_conditions,
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("All results are statistically significant (p < 0.05).", "significance"),
        ("- Multiple independent runs were made for reliability", "repetition"),
        ("- each scenario was repeated three times, and averaged", "repetition"),
        ("✅ **All latency targets** were met.", "a target"),
        ("The model meets the SLA in every scenario.", "a target"),
        ("It is 2.3x faster than the PyTorch baseline.", "a comparison"),
        ("| status | production-ready |", "readiness"),
        ("- peak memory usage: 128 MB", "resources"),
        ("server: 10 queries/s for 60 s", "conditions"),
        ("offline: batch size 32", "conditions"),
        ("- server: the model did not keep up; lower the load.", "overload"),
        ("The server was saturated.", "overload"),
    ],
)
def test_what_no_result_tells_is_a_claim(text, what):
    assert made_up_claim(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "No target was set, so none was met or missed.",
        "Significance testing was not done.",
        "Whether a difference is statistically significant needs a comparison.",
        "Repeat the run; several independent runs would show the spread.",
        "Run at least 1,000 queries before you quote a p99.",
        "not measured: any other load, machine or time of day; memory; energy",
        "Offline throughput is 64 times that of single-stream.",
        "p90 latency 131 ms, throughput 6.43 samples/s, accuracy 87.5 %",
        "Check whether the model meets your latency target.",
        "If the model can't keep up, lower the load.",
        "The server was not saturated.",
        "Python 3.11.2, NumPy 2.1, 4 cores, 16 GB memory",
    ],
)
def test_advice_denials_and_measurements_are_none(text):
    assert made_up_claim(text) == ""


@pytest.mark.parametrize(
    ("text", "kept_up", "mistake"),
    [
        ("| server | it kept up |", None, "kept-up-made-up"),
        ("The model handled the load.", False, "kept-up-made-up"),
        ("utilisation: 48 %", None, "utilisation-made-up"),
        ("The model did not keep up.", False, ""),
        ("Whether it kept up is unknown.", None, ""),
        ("It kept up with the load.", True, ""),
    ],
)
def test_what_is_said_of_the_load_needs_a_result(text, kept_up, mistake):
    if not mistake:
        return assert_no_load_made_up(text, kept_up)
    with pytest.raises(AssertionError) as told:
        assert_no_load_made_up(text, kept_up)
    assert told.value.args[0].name == mistake


@pytest.mark.parametrize(
    "text",
    [
        "There is a 95 % chance that the difference is real.",
        "With probability 0.99 model A is faster.",
        "The chance that this is due to chance is 2 %.",
        "p = 0.7 proves that both are equal.",
    ],
)
def test_a_p_value_taken_for_what_it_is_not(text):
    assert misread_chance(text)


@pytest.mark.parametrize(
    "text",
    [
        "If there were no difference, data like these would have a probability of 2 %.",
        "A is lower by 2 ms; p = 0.01, unlikely to be chance.",
        "p = 0.7 does not prove that they are equal.",
        "95 % confidence interval: 1.2 to 3.4 ms",
    ],
)
def test_a_p_value_taken_for_what_it_is(text):
    assert misread_chance(text) == ""


@pytest.mark.parametrize(
    ("text", "is_misread"),
    [
        ("No significant difference (p = 0.88): this proves that A and B are equally fast.", True),
        ("No significant difference; this does not prove that they are equal.", False),
        ("There is no proof that A and B are the same.", False),
    ],
)
def test_denying_a_difference_is_not_denying_a_proof(text, is_misread):
    assert bool(misread_chance(text)) is is_misread


def test_a_version_that_was_not_there_is_told():
    import platform

    assert other_conditions("- Python 2.7.18, 4 cores") == "Python 2.7.18"
    major, minor, _ = platform.python_version_tuple()
    assert not other_conditions(f"- Python {platform.python_version()}; Python {major}.{minor}; NumPy is there")


def test_only_what_calls_the_samples_enough_does():
    assert calls_enough("- **server**: enough samples and steady.")
    assert not calls_enough("- server: not enough samples. Measure until there are more, for enough samples.")
