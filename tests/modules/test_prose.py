"""What the lessons' prose says: the numbers of its figures, the head of each lesson, and no word that was mended.

The figures' numbers are computed by the lessons' own code, from the cells that draw them.
"""

import ast
import itertools
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tinytorch.core.benchmarking
from tito.book.chapter import read_notes
from tito.course.course import Course
from tito.lesson.build import build
from tito.support.points import points_text

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
MODULES = pytest.mark.parametrize("module", COURSE.modules, ids=lambda module: module.folder)
# Stilted English that was found in the lessons once, and what is written instead.
AVOIDED = {
    r"equally well": "equally good",
    r"already the \*?mean": "even the mean",
    r"accept to be": "accept being",
    r"after the model of": "modelled on",
    r"\bthis chapter\b": "this module",
    r"turn a conclusion round": "reverse a conclusion",
    r"\bmakes? 1\b|\b1 in all\b": "sums to 1",
    r"thousand.million": "a billion (10⁹)",
    r"[Mm]easured on a shared machine": "which machine, how many trials",
    r"\b[Ww]hoever\b": "if you",
    r"\bread rightly\b|\breads? rightly\b": "correctly",
    r"\bone understands\b": "shows",
    r"\bweather\b": "conditions",
}


@cache
def cells_of(module):
    return build(module).cells


def prose_of(module) -> str:
    return "\n".join(cell.source for cell in cells_of(module) if cell.kind == "markdown")


@cache
def drawing(module_name: str) -> dict:
    """The names of the functions and constants in a lesson's collapsed cells, none of which has been called."""
    cells = cells_of(COURSE.module(module_name))
    hidden = [cell.source for cell in cells if cell.kind == "code" and "hide-input" in cell.metadata.get("tags", ())]
    nodes = [node for source in hidden for node in ast.parse(source).body]
    kept = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.Import)) or _is_constant(node)]
    names = dict(vars(tinytorch.core.benchmarking)) | {"np": np}
    exec(compile(ast.Module(kept, []), module_name, "exec"), names)
    return names


def _is_constant(node) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    return all(each.id.isupper() for each in ast.walk(node.targets[0]) if isinstance(each, ast.Name))


def benchmarking() -> str:
    return " ".join(prose_of(COURSE.module("benchmarking")).split())


@MODULES
def test_the_head_says_time_needs_and_points(module):
    written = points_text(sum(question.points for question in module.questions))
    needs = ", ".join(m.name for m in COURSE.needed_by(module)) or "nothing before it"
    points = sum(check.points for check in module.checks)
    expected = (
        f"**Time:** {read_notes(module).time} · **Needs:** {needs} · "
        f"**Points:** {points_text(points)}, and {written} for the written question"
    )
    assert expected in cells_of(module)[0].source.split("\n")


@MODULES
def test_each_picture_has_a_question_before_it(module):
    """Each collapsed cell that draws follows a cell of prose with a prediction, or with something to try."""
    for before, cell in itertools.pairwise(cells_of(module)):
        collapsed = "hide-input" in cell.metadata.get("tags", ()) and not cell.is_locked
        if collapsed and before.kind == "markdown" and re.search(r"plt\.show|_draw_\w+\(\w*|draw_\w+\(", cell.source):
            assert re.search(r"\*\*(Predict first|Try it)\.\*\*|^Read the report", before.source, re.M), cell.source[
                :200
            ]


@MODULES
def test_words_that_were_mended_do_not_come_back(module):
    found = {pattern: instead for pattern, instead in AVOIDED.items() if re.search(pattern, prose_of(module))}
    assert found == {}


@MODULES
def test_no_cell_of_a_table_is_blank(module):
    rows = [line for line in prose_of(module).split("\n") if line.startswith("|")]
    assert not [row for row in rows if any(not cell.strip() for cell in row.strip("|").split("|"))]


# -- module 12 ----------------------------------------------------------------------------


def test_the_p99_of_both_clocks_is_the_figures():
    said = re.search(r"At 0\.9 of capacity its p99 is (\S+) ms, where the naive loop says (\S+) ms", benchmarking())
    loads = np.sort(np.append(np.linspace(0.05, 0.97, 93)[::4], 0.9))
    honest, naive = drawing("benchmarking")["_p99_both_ways"](loads)
    at = int(np.argmin(np.abs(loads - 0.9)))
    assert said.groups() == (f"{honest[at]:.3g}", f"{naive[at]:.3g}")
    assert 19.5 < honest[at] / naive[at] < 22, "twenty times too good"


def test_query_four_waits_as_the_prose_says():
    waits = drawing("benchmarking")["waits_in_line"](np.array([2, 17, 20, 23, 34, 52, 74, 77]) / 1e3, 0.010)
    assert waits[3] > 0.010, "its latency is more than twice its service time"
    assert "its latency is more than twice its service time" in benchmarking()


def test_the_tails_grow_as_the_prose_says():
    minute_at = drawing("benchmarking")["minute_at"]
    found = {load: np.quantile(minute_at(load)[1], [0.5, 0.9, 0.99]) for load in (0.3, 0.8, 0.95)}
    assert 25 < found[0.3][2] < 35, "about three services"
    assert (found[0.95] > 2 * found[0.8]).all(), "all double at least"
    assert "even p99 is about three services" in benchmarking() and "p50, p90 and p99 all double" in benchmarking()


def test_the_queue_in_the_slider_counts_who_is_there():
    names = drawing("benchmarking")
    arrivals, there = names["queries_there"](0.9)
    ends = arrivals + names["minute_at"](0.9)[1] / 1e3
    for place in (0, 17, 1000, len(arrivals) - 1):
        assert there[place] == np.sum((arrivals <= arrivals[place]) & (ends > arrivals[place]))


def test_four_in_ten_families_have_a_false_alarm():
    raw, holm, hochberg = drawing("benchmarking")["_families_with_a_false_alarm"]()
    assert 35 < raw < 45 and max(holm, hochberg) <= 5 + 5 * np.sqrt(5 * 95 / 400)


def test_the_table_of_ways_to_compare_is_that_of_the_benchmark():
    """benchmarks/README.md says how it was measured."""
    measured = (COURSE.root / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (\d+) \(\d+%\) \| (\d+) \(\d+%\) \|", measured, re.M)
    by_way = {name.split(" ")[0].strip("`:"): (alarms, found) for name, alarms, found in rows}
    for way, alarms in (("Mann–Whitney", by_way["Mann–Whitney"]), ("Welch's", by_way["Welch's"])):
        assert re.search(rf"\| {way} [^|]+\| {alarms[0]} of 100 \| {alarms[1]} of 100 \|", benchmarking())
    ours = by_way["compare_models"]
    assert f"| **{ours[0]} of 100** | **{ours[1]} of 100** |" in benchmarking()


# -- the others -----------------------------------------------------------------------------


def test_thirty_doublings_are_near_a_billion():
    spread = drawing("layers")["spread_by_layer"]
    assert 10**8.5 < spread(2)[-1] < 10**9.5 and 10**-9.5 < spread(0.5)[-1] < 10**-8.5
    assert "end near a billion" in prose_of(COURSE.module("layers"))
