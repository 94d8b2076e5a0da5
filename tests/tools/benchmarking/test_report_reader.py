"""Reports in many layouts, right and wrong; the judge has to tell them apart."""

import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from tito.autograder.cpu_bound import bounded
from tito.tools.benchmarking.report_reader import ParsedReport, read, statistic_bounds, tells_amount, told_levels

NAN = float("nan")


@dataclass
class Result:
    latencies: list
    throughput: float
    accuracy: float


def spread(scale, count):
    return [scale * (1 + 2 * (place * 67 % count / count) ** 3) for place in range(count)]


RESULTS = {
    "single_stream": Result(spread(0.131, 150), 6.43, 0.875),
    "server": Result(spread(0.217, 150), 37.9, NAN),
    "offline": Result(spread(0.386, 40), 412.0, 0.625),
}


def numbers(name):
    """What a report would print of a scenario, in seconds, per second and as a share."""
    result = RESULTS[name]
    ordered, count = sorted(result.latencies), len(result.latencies)
    return {
        "name": name,
        "mean": sum(ordered) / count,
        "p50": ordered[count // 2],
        "p90": ordered[int(0.9 * count)],
        "p99": ordered[int(0.99 * count)],
        "max": ordered[-1],
        "qps": result.throughput,
        "acc": "not measured" if result.accuracy != result.accuracy else f"{result.accuracy:.1%}",
        "share": "n/a" if result.accuracy != result.accuracy else f"{result.accuracy:.3f}",
    }


ROWS = [numbers(name) for name in RESULTS]
MS = [
    {key: value * 1000 if key in ("mean", "p50", "p90", "p99", "max") else value for key, value in row.items()}
    for row in ROWS
]


def lines(template, rows):
    return "\n".join(template.format(**row) for row in rows)


LAYOUTS = {
    "a table of milliseconds": (
        "| scenario | mean | p50 | p90 | p99 | throughput | accuracy |\n|---|---|---|---|---|---|---|\n"
    )
    + lines(
        "| {name} | {mean:.1f} ms | {p50:.1f} ms | {p90:.1f} ms | {p99:.1f} ms | {qps:.2f} samples/s | {acc} |",
        MS,
    ),
    "units in the header": (
        "| Scenario | Mean (ms) | P90 (ms) | P99 (ms) | Throughput (samples/s) | Accuracy |\n"
        "|:--|--:|--:|--:|--:|--:|\n"
    )
    + lines("| **{name}** | {mean:.2f} | {p90:.2f} | {p99:.2f} | {qps:.2f} | {acc} |", MS),
    "units in the header, in seconds": (
        "| Scenario | p90 [s] | p99 [s] | Throughput [1/s] (samples/s) | Accuracy (0-1) |\n|--|--|--|--|--|\n"
    )
    + lines("| {name} | {p90:.4f} | {p99:.4f} | {qps:.2f} | {share} |", ROWS),
    "metrics in rows, scenarios in columns": "| metric | single_stream | server | offline |\n|---|---|---|---|\n"
    + "| p90 latency (ms) | {:.1f} | {:.1f} | {:.1f} |\n".format(*(row["p90"] for row in MS))
    + "| max latency (ms) | {:.1f} | {:.1f} | {:.1f} |\n".format(*(row["max"] for row in MS))
    + "| throughput (QPS) | {:.1f} | {:.1f} | {:.1f} |\n".format(*(row["qps"] for row in MS))
    + "| accuracy | {} | {} | {} |\n".format(*(row["acc"] for row in MS)),
    "bullets under headings": lines(
        "### {name}\n- **Mean latency**: {mean:.3f} ms\n- **90th percentile**: {p90:.3f} ms\n- P99: {p99:.3f}ms\n"
        "- Throughput: {qps:.2f} samples/second\n- Accuracy: {acc}\n",
        MS,
    ),
    "plain text": lines(
        "{name}\n"
        "  average latency ...... {mean:.4f} s\n"
        "  median ............... {p50:.4f} s\n"
        "  p99 .................. {p99:.4f} s\n"
        "  throughput ........... {qps:.2f} samples per second\n  accuracy ............. {acc}\n",
        ROWS,
    ),
    "sentences": lines(
        "In the {name} scenario the median latency was {p50:.1f} ms and the p99 {p99:.1f} ms, at {qps:.4g} queries/s; "
        "accuracy {acc}.",
        MS,
    ),
    "HTML": "<table><tr><th>Scenario</th><th>p50</th><th>p99</th><th>Throughput</th><th>Accuracy</th></tr>"
    + lines(
        "<tr><td>{name}</td><td>{p50:.0f} ms</td><td>{p99:.0f} ms</td><td>{qps:.1f} samples/s</td><td>{acc}</td></tr>",
        MS,
    )
    + "</table>",
    "microseconds and scientific notation": lines(
        "* {name}: p90 = {p90:.3e} us, throughput = {qps:.3e} items/s, accuracy = {acc}",
        [row | {"p90": row["p90"] * 1e6} for row in ROWS],
    ),
    "one unit said for all": "All latencies are given in milliseconds.\n\n"
    + lines(
        "{name}: mean {mean:.1f}, p90 {p90:.1f}, p99 {p99:.1f}; throughput {qps:.2f} inferences/sec; accuracy {share}",
        MS,
    ),
    "columns set apart by spaces": "scenario        p50_ms    p99_ms    throughput_qps   accuracy\n"
    + lines("{name:<14}  {p50:>8.1f}  {p99:>8.1f}  {qps:>8.1f} qps   {acc}", MS),
    "with intervals, targets and other numbers": lines(
        "## {name}\n"
        "- p90 latency {p90:.1f} ms (95 % interval {p50:.1f} to {max:.1f} ms, n = 150)\n"
        "- p99 must stay below 500 ms\n"
        "- throughput {qps:.2f} samples/s, of 64 asked for\n"
        "- accuracy {acc}\n"
        "- Python 3.11, 2 cores, 23,886 queries are "
        "needed for a p90 at 99 % confidence\n",
        MS,
    ),
    "two decimals of a second": lines(
        "- {name}: mean {mean:.2f} s, p99 {p99:.2f} s, {qps:.1f} samples/s, accuracy {acc}", ROWS
    ),
}


def faults(report):
    return [
        found
        for found in (
            report.lacks_throughput(), report.lacks_a_latency(), report.lacks_accuracy(), report.wrong_latency(),
            report.wrong_throughput(), report.wrong_accuracy(), report.invents_a_scenario(),
        )
        if found
    ]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_right_reports_are_right(layout):
    assert faults(ParsedReport(LAYOUTS[layout], RESULTS)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reports_of_other_results_are_wrong(layout):
    others = {name: Result([3.1 * x for x in r.latencies], 1.7 * r.throughput, 0.3) for name, r in RESULTS.items()}
    assert faults(ParsedReport(LAYOUTS[layout], others))


TABLE = LAYOUTS["a table of milliseconds"]
BULLETS = LAYOUTS["bullets under headings"]


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace(" ms", " s"),
        TABLE.replace(" samples/s", ""),
        TABLE.replace(" samples/s", " ms"),
        TABLE.replace("p90", "p95"),
        TABLE.replace("not measured", "0.0%"),
        TABLE.replace("87.5%", "0.875%"),
        TABLE.replace("87.5%", "not measured"),
        TABLE.replace("6.43 samples/s", "0.16 samples/s"),
        TABLE.replace("| server |", "| x |").replace("| offline |", "| server |").replace("| x |", "| offline |"),
        BULLETS.replace("P99", "Mean"),
        BULLETS.replace("ms", "us"),
        re.sub(r"Throughput: .*", "Throughput: high", BULLETS),
        re.sub(r"Accuracy: .*", "Accuracy: 95.0%", BULLETS),
        "The model is fast and accurate.",
        "",
    ],
)
def test_wrong_reports_are_wrong(text):
    assert faults(ParsedReport(text, RESULTS))


def test_nan_is_seen_and_banana_is_not():
    assert ParsedReport("accuracy: nan %", RESULTS).shows_nan
    assert not ParsedReport("a banana, nanoseconds", RESULTS).shows_nan


def test_scenarios_that_were_not_run_are_not_claimed():
    offline = {"offline": RESULTS["offline"]}
    assert ParsedReport("- Server: p99 0.0 ms, throughput 0.0 samples/s", offline).invents_a_scenario()
    assert not ParsedReport("- Server: not run", offline).invents_a_scenario()


def test_numbers_and_their_units():
    found = [
        (reading.value, sorted(reading.units)) for reading in read("1,234.5 samples/s in 12 ms (3.0e-2 s), 87 % of 40")
    ]
    assert found == [(1234.5, ["/s"]), (12.0, ["ms"]), (0.03, ["s"]), (87.0, ["%"]), (40.0, ["%"])] or found[:4] == [
        (1234.5, ["/s"]), (12.0, ["ms"]), (0.03, ["s"]), (87.0, ["%"])
    ]  # fmt: skip


def test_statistics_allow_the_usual_definitions():
    import numpy as np

    values = list(np.random.default_rng(0).exponential(size=101))
    for method in ("linear", "lower", "higher", "nearest", "midpoint", "inverted_cdf"):
        for name, share in (("p50", 50), ("p90", 90), ("p99", 99)):
            low, high = statistic_bounds(values)[name]
            assert low <= np.percentile(values, share, method=method) <= high


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("lower by 0.0020 s (16.7 %)", True),
        ("2.0 ms faster", True),
        ("a 20.0% increase, at 95% confidence", True),
        ("1.20x faster", True),
        ("lower by 0.167 %", False),
        ("16.7 times faster", False),
        ("faster, with 95% confidence", False),
    ],
)
def test_how_far_apart(text, right):
    assert tells_amount(text, 0.010, 0.012) is right


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["1", "01", "1k ", "<td>", "<a", "| 1 ", "mean 1 ms ", "latency in ", "& ", "*_"])
def test_a_report_made_to_be_slow_to_read_is_read_at_once(piece):
    with bounded(10, TimeoutError):
        wrong = ParsedReport((piece * 20_000)[:20_000], RESULTS).wrong_latency()
    assert bool(wrong) is piece.startswith("mean"), wrong


ASSERTS = ("rates_are_told", "latencies_are_told", "nothing_else_is_told", "accuracies_are_told")


@pytest.mark.parametrize(
    ("old", "new", "fails"),
    [
        ("", "", ()),
        ("412 samples/s", "fast", ("rates_are_told",)),
        ("p50 ", "p50 is missing ", ()),
        ("87.5%", "high", ("accuracies_are_told",)),
        ("not measured", "nan", ("accuracies_are_told",)),
        ("throughput 6.43", "throughput 7.43", ("rates_are_told", "nothing_else_is_told")),
    ],
)
def test_each_kind_of_number_is_asserted_apart(old, new, fails):
    text = lines("- {name}: p50 {p50:.1f} ms, p90 {p90:.1f} ms, throughput {qps:.4g} samples/s, accuracy {acc}", MS)
    assert old in text
    report = ParsedReport(text.replace(old, new) if old else text, RESULTS)
    found = []
    for name in ASSERTS:
        try:
            getattr(report, f"assert_{name}")()
        except AssertionError:
            found.append(name)
    assert tuple(found) == fails


def test_a_report_without_latencies_lacks_them():
    text = lines("- {name}: throughput {qps:.4g} samples/s, accuracy {acc}", MS)
    with pytest.raises(AssertionError, match="of single_stream, no latency"):
        ParsedReport(text, RESULTS).assert_latencies_are_told()


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("| load achieved | 40 queries/s |", False),
        ("| load achieved | 100 queries/s |", True),
        ("- utilisation: 250 %", False),
        ("- utilisation: 100 %", True),
        ("- utilisation must stay below 1", False),
        ("- mean wait in line: 20 ms", False),
        ("- mean wait in line: 40 ms", True),
    ],
)
def test_what_is_said_of_a_load_stands_in_the_metadata(line, is_wrong):
    known = {
        "achieved_qps": 40.0,
        "duration_s": 1.0,
        "elapsed_s": 4.0,
        "service_s": [1.25] * 2,
        "waiting_s": [0.01, 0.03],
    }
    (name, result), *_ = RESULTS.items()
    report = ParsedReport(line, {name: SimpleNamespace(**vars(result) | {"metadata": known})})
    assert bool(report.wrong_load()) is is_wrong


def test_levels_of_confidence():
    assert told_levels("p90 between 1 and 2 ms (95 % confidence), 99% interval, 12 % less") == {95.0, 99.0}


def test_lines_in_a_list_are_read_and_told_to_be_no_text():
    text = "## single_stream\n- throughput: 6.43 samples/s"
    results = {"single_stream": RESULTS["single_stream"]}
    for given in (text, text.splitlines()):
        ParsedReport(given, results).assert_rates_are_told()
    ParsedReport(text, results).assert_is_text()
    with pytest.raises(AssertionError, match="got a list"):
        ParsedReport(text.splitlines(), results).assert_is_text()
    for nothing in (None, [None], ["a line", 1]):
        with pytest.raises(AssertionError, match="a report is text"):
            ParsedReport(nothing, results)
