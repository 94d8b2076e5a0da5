"""Reports: the verdict first, the page that needs nothing else, and runs kept as JSON."""

import html
import json
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from tinytorch import report_page, saved_runs
from tinytorch.core.benchmarking import BenchmarkResult, BenchmarkScenario, PerformanceReporter
from tito.tools.benchmarking.report_reader import ParsedReport

pytestmark = pytest.mark.slow

NAN = float("nan")
SECTIONS = ["Executive Summary", "Methodology", "Detailed Results", "Statistical Validation", "Recommendations"]
VOID = {"meta", "br", "link", "img", "input", "hr"}


def result_of(scenario, mean_s, count=300, accuracy=0.875, **metadata):
    latencies = (mean_s * np.random.default_rng(5).lognormal(0, 0.1, count)).tolist()
    return BenchmarkResult(
        scenario, sorted(latencies), 0.9 / mean_s, accuracy, {"latencies_in_order": latencies} | metadata
    )


def results():
    load = {"target_qps": 120.0, "achieved_qps": 95.0, "duration_s": 10.0, "seed": 7, "utilisation": 1.25}
    return {
        "single_stream": result_of(BenchmarkScenario.SINGLE_STREAM, 0.010),
        "server": result_of(BenchmarkScenario.SERVER, 0.250, 40, NAN, kept_up=False, **load),
        "offline": result_of(BenchmarkScenario.OFFLINE, 0.032, 120, batch_size=32),
    }


def report_on(results, name="Nimble"):
    return PerformanceReporter().generate_project_report(results, name)


def section(report, title):
    return re.split(r"^## ", report, flags=re.M)[1 + SECTIONS.index(title)]


# -- Markdown ------------------------------------------------------------------


def test_sections_stand_in_their_order():
    assert re.findall(r"^## (.+)$", report_on(results()), flags=re.M) == SECTIONS


def test_the_verdict_comes_first_and_names_the_warnings():
    opening = section(report_on(results()), "Executive Summary").splitlines()[2]
    assert opening.startswith("**Verdict:** do not quote")
    assert "server: too few samples, saturation" in opening and "single_stream" not in opening


def test_without_warnings_the_verdict_is_to_quote():
    steady = {"single_stream": results()["single_stream"]}
    assert "**Verdict:** enough samples and no warning" in report_on(steady)
    assert "quote the metric with its interval" in section(report_on(steady), "Recommendations")


@pytest.mark.parametrize("name", ["drift", "outliers"])
def test_each_warning_is_named(name):
    result = results()["single_stream"]
    values = np.array(result.metadata["latencies_in_order"])
    values = values * np.linspace(1, 3, len(values)) if name == "drift" else np.r_[values[:-5], [1.0] * 5]
    result = BenchmarkResult(result.scenario, sorted(values), 90.0, NAN, {"latencies_in_order": list(values)})
    report = report_on({"single_stream": result})
    assert name in section(report, "Executive Summary") and name in section(report, "Recommendations")


def test_conditions_load_and_gaps_are_in_the_methodology():
    methods = section(report_on(results()), "Methodology")
    for said in (
        "Python 3.",
        "NumPy",
        "clock: ",
        "cores",
        "seed 7",
        "120 queries/s",
        "not measured: accuracy of server",
    ):
        assert said in methods, said


def test_every_interval_stands_beside_its_metric():
    rows = [line for line in section(report_on(results()), "Executive Summary").splitlines() if line.startswith("| s")]
    assert rows[0].startswith("| scenario | metric | 95 % interval |")
    assert "p90 latency" in rows[1] and "between" in rows[1] and "no upper bound" in rows[2]


# -- the page ------------------------------------------------------------------


class Page(HTMLParser):
    """What a page holds: its text, its tags with attributes, and whether they close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.prose, self.headings = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if not {"style", "svg", "title"} & set(self.open):
            self.prose.append(data)
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(data)


def page_of(results, name="Nimble"):
    report = report_on(results, name)
    return report, report_page.report_page(report, results)


@pytest.fixture(scope="module")
def page():
    """The report on `results()` and its page."""
    return page_of(results())


def words(text):
    return re.findall(r"[\w.,%µ]+", text)


def test_the_page_is_well_formed_and_has_every_section(page):
    read = Page(page[1])
    assert [each for each in read.headings if each in SECTIONS] == SECTIONS
    assert [tag for tag, _ in read.tags].count("svg") == 2


def test_the_page_needs_nothing_from_outside(page):
    text = page[1]
    for tag, attributes in Page(text).tags:
        assert tag not in ("script", "link", "iframe", "img", "object"), tag
        for name, value in attributes.items():
            if name.endswith(("href", "src")):
                assert value.startswith("#"), f"{tag} {name}={value}"
    assert not re.search(r"@import|url\((?!#)", text)


def test_the_page_says_what_the_report_says(page):
    """The page says what the report says, and no number more."""
    report, text = page
    table_rule = re.sub(r"\| ---.*", "", report)
    said = words(re.sub(r"[*#|`]|^- ", " ", table_rule, flags=re.M))
    shown = words(" ".join(Page(text).prose))
    assert shown[: len(said)] == said
    assert not [word for word in shown[len(said) :] if re.search(r"\d", word)]


def test_the_pages_numbers_are_those_that_were_measured(page):
    given = results()
    text = re.sub(r"<(svg|style)\b.*?</\1>", "", page[1], flags=re.S)
    report = ParsedReport(text, given)
    assert not (report.lacks_throughput() or report.lacks_a_latency() or report.lacks_accuracy())
    assert not (report.wrong_latency() or report.wrong_throughput() or report.wrong_accuracy())


def test_figures_show_only_percentiles_borne_out():
    """Figures show only percentiles that some latency lies beyond."""
    few = {"server": results()["server"]}
    svg = report_page.tail_figure(few)
    assert ">p90<" in svg and ">p99<" not in svg
    assert ">p99<" in report_page.tail_figure({"single_stream": results()["single_stream"]})


def test_a_result_without_its_order_has_no_course():
    sorted_only = BenchmarkResult(BenchmarkScenario.OFFLINE, [0.1, 0.2, 0.3], 10.0, NAN)
    assert report_page.course_figure({"offline": sorted_only}) == ""


def test_a_page_of_nothing_has_no_figures():
    _, text = page_of({})
    assert "<svg" not in text and "nothing was measured" in text


def test_a_models_name_is_text_not_markup():
    text = page_of({}, "<script>alert(1)</script>")[1]
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize("name", ["a | b", "<lambda>", "a *b* c", "**x**", "`x`", "__init__", "back\\slash", "R&D"])
def test_names_on_a_page_are_as_they_are(name):
    text = page_of({name: results()["single_stream"]}, name)[1]
    shown = html.escape(name, quote=False)
    assert f"<title>Performance Report: {shown}</title>" in text and f"<h1>Performance Report: {shown}</h1>" in text
    assert f"<td>{shown}</td>" in text and f"<h3>{shown}</h3>" in text


def test_the_same_results_give_the_same_page(page):
    assert page_of(results()) == page


def test_a_page_is_saved_as_utf8(tmp_path):
    path = report_page.save_page("# µ report\n\n12 µs", {}, tmp_path / "page.html")
    assert "12 µs" in path.read_text(encoding="utf-8") and [each.name for each in tmp_path.iterdir()] == ["page.html"]


# -- JSON ----------------------------------------------------------------------

FLOATS = st.floats(allow_nan=True, allow_infinity=True)
KEYS = st.text(max_size=8).filter(lambda key: key != saved_runs.ODD_FLOAT)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
RESULTS = st.dictionaries(
    st.text(max_size=12),
    st.builds(
        BenchmarkResult,
        st.sampled_from(BenchmarkScenario),
        st.lists(FLOATS, max_size=20),
        FLOATS,
        FLOATS,
        st.none() | st.dictionaries(KEYS, PLAIN, max_size=5),
    ),
    max_size=3,
)


def bits(value):
    """A form in which nan equals itself and 0.0 is not -0.0, nor 1 equal to 1.0 or True."""
    if isinstance(value, float):
        return "float", "nan" if math.isnan(value) else value.hex()
    if isinstance(value, list):
        return [bits(each) for each in value]
    if isinstance(value, dict):
        return {key: bits(each) for key, each in value.items()}
    if isinstance(value, BenchmarkResult):
        return bits(vars(value))
    return type(value), value


def refuse(constant):
    raise AssertionError(f"{constant} is not JSON")


@given(RESULTS)
@settings(deadline=None, max_examples=60)
def test_what_is_saved_is_read_back_bit_for_bit(tmp_path_factory, results):
    path = tmp_path_factory.getbasetemp() / "run.json"
    saved_runs.save_results(results, path, "a model", ["a machine"])
    again = saved_runs.load_results(path)
    assert bits(again.results) == bits(results)
    assert (again.model_name, again.conditions) == ("a model", ("a machine",))
    json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_numpy_comes_back_as_pythons_numbers(tmp_path):
    metadata = {"waits": np.array([1.5, np.inf]), "count": np.int64(3), "pair": (1, 2)}
    result = BenchmarkResult(
        BenchmarkScenario.SERVER, np.array([0.1, 0.2]), np.float64(9.5), np.float32("nan"), metadata
    )
    path = saved_runs.save_results({"server": result}, tmp_path / "run.json")
    again = saved_runs.load_results(path).results["server"]
    assert again.latencies == [0.1, 0.2] and again.throughput == 9.5 and math.isnan(again.accuracy)
    assert again.metadata == {"waits": [1.5, math.inf], "count": 3, "pair": [1, 2]}


@pytest.mark.parametrize(
    "metadata, error, words",
    [
        ({"model": object()}, TypeError, "server.metadata.model is a object"),
        ({1: "one"}, ValueError, "has the key 1"),
        ({"$float": "nan"}, ValueError, "keys are strings, other than"),
    ],
)
def test_what_json_cannot_hold_is_named(tmp_path, metadata, error, words):
    """What JSON can't hold is named, and the earlier file stays."""
    path = tmp_path / "run.json"
    path.write_text("earlier")
    result = BenchmarkResult(BenchmarkScenario.SERVER, [0.1], 10.0, NAN, metadata)
    with pytest.raises(error, match=words):
        saved_runs.save_results({"server": result}, path)
    assert path.read_text() == "earlier"


@pytest.mark.parametrize("text, words", [("{", "not a JSON file"), ("[]", "holds no"), ("{}", "holds no")])
def test_another_file_is_refused(tmp_path, text, words):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        saved_runs.load_results(path)


def test_a_newer_format_is_refused(tmp_path):
    path = saved_runs.save_results({}, tmp_path / "run.json")
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(ValueError, match="version 2"):
        saved_runs.load_results(path)


@pytest.mark.parametrize(
    "old, new",
    [
        ('"scenario"', '"scene"'),
        ('"latencies"', '"lat"'),
        ('"server"', '"serving"'),
        ('"results"', '"res"'),
        ('"conditions": []', '"conditions": 3'),
    ],
)
def test_a_file_with_a_part_missing_is_refused(tmp_path, old, new):
    path = saved_runs.save_results({"a": BenchmarkResult(BenchmarkScenario.SERVER, [0.1], 1.0, NAN)}, tmp_path / "run")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match="is not whole"):
        saved_runs.load_results(path)


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    path = saved_runs.save_results(results(), tmp_path / "run.json")
    whole = path.read_text(encoding="utf-8").rstrip()
    for end in range(0, len(whole), 97):
        path.write_text(whole[:end], encoding="utf-8")
        with pytest.raises(ValueError):
            saved_runs.load_results(path)


# -- some runs against others --------------------------------------------------


def run_at(mean_s, seed, conditions=("machine one",)):
    values = (mean_s * np.random.default_rng(seed).lognormal(0, 0.1, 400)).tolist()
    result = BenchmarkResult(
        BenchmarkScenario.SINGLE_STREAM, sorted(values), 1 / mean_s, NAN, {"latencies_in_order": values}
    )
    return saved_runs.SavedRun({"single_stream": result}, "m", conditions)


def runs_at(mean_s, seed, count=5, spread=0.05):
    """Runs of one model on a machine that is 5 % faster or slower from run to run."""
    rng = np.random.default_rng(seed)
    return [run_at(mean_s * math.exp(spread * rng.standard_normal()), rng) for _ in range(count)]


def test_a_slower_model_is_found_from_runs_in_turn(tmp_path):
    sides = []
    for mean_s in (0.010, 0.015):
        sides.append([])
        for number, run in enumerate(runs_at(mean_s, 1)):
            path = saved_runs.save_results(run.results, tmp_path / f"{mean_s}-{number}")
            sides[-1].append(saved_runs.load_results(path))
    found = saved_runs.compare_runs(*sides, in_turn=True)["single_stream"]
    assert found.is_significant and found.effect_size < 0 and found.confidence_interval[1] < 0
    medians = [[np.median(run.results["single_stream"].latencies) for run in side] for side in sides]
    assert found.p_value == pytest.approx(ttest_ind(*medians, equal_var=False).pvalue)


@pytest.mark.parametrize(
    "before, after, in_turn, missing",
    [
        (run_at(0.010, 1), run_at(0.020, 2), False, "save 3 runs or more of each"),
        (run_at(0.010, 1), run_at(0.020, 2), True, "save 3 runs or more of each"),
        (runs_at(0.010, 1), runs_at(0.020, 2, 2), True, "save 3 runs or more of each"),
        (runs_at(0.010, 1), runs_at(0.020, 2), False, "make the runs of both in turn"),
    ],
)
def test_too_few_runs_or_one_after_the_other_tell_nothing(before, after, in_turn, missing):
    """However large the difference: it may be the machine's."""
    found = saved_runs.compare_runs(before, after, in_turn=in_turn)["single_stream"]
    assert not found.is_significant and math.isnan(found.p_value) and found.confidence_interval == (-math.inf, math.inf)
    assert found.recommendation.startswith("Cannot tell: ") and missing in found.recommendation


@pytest.mark.slow
def test_a_model_differs_from_itself_no_more_than_alpha_between_runs():
    """On a machine that differs from run to run: 200 comparisons of one model with itself."""
    alarms = sum(
        saved_runs.compare_runs(runs_at(0.010, 2 * i), runs_at(0.010, 2 * i + 1), in_turn=True)[
            "single_stream"
        ].is_significant
        for i in range(200)
    )
    assert alarms <= 18  # at a rate of 5 % there are more in 1 of 100 cases


def test_changed_conditions_are_told():
    found = saved_runs.compare_runs(run_at(0.010, 1), run_at(0.010, 3, ("machine two",)))["single_stream"]
    assert "The conditions differ: machine two" in found.recommendation


def test_only_what_all_measured_is_compared():
    before, after = run_at(0.010, 1), saved_runs.SavedRun(results())
    assert list(saved_runs.compare_runs(before, after)) == ["single_stream"]
    assert saved_runs.compare_runs(before, saved_runs.SavedRun({"offline": results()["offline"]})) == {}
    assert saved_runs.compare_runs([], []) == {}
