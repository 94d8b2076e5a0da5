"""What counts as a claim without a measurement behind it, and what does not."""

import pytest

from tito.tools.benchmarking.claims import made_up_claim


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("All results are statistically significant (p < 0.05).", "significance"),
        ("- Multiple independent runs were made for reliability", "repetition"),
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
