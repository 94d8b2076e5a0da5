"""The closing section of module 12: what it says of the trained networks follows from what was measured."""

import ast
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import tinytorch.core.benchmarking
from tinytorch.core.benchmarking import StatisticalValidation, markdown_table
from tinytorch.core.dataloader import DigitsDataset
from tinytorch.models import load_model
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.magics import without_magics

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
MODULE = COURSE.module("benchmarking")
NETWORKS = ("digits_mlp", "digits_wide", "digits_pruned", "digits_half", "float16 in memory")
LOADS = ("single_stream", "offline")


def code_of_section() -> str:
    """The code from "Now for real" on, but for the exported cells, which the package has."""
    sources = [cell.source for cell in build(MODULE).cells if cell.kind == "code"]
    begin = next(i for i, source in enumerate(sources) if "def held_out_digits" in source)
    colours = next(source for source in sources if "def picture(" in source)
    kept = [source for source in sources[begin:] if not source.startswith("#| export")]
    return "\n\n".join([colours, *(source for source in kept if "run_module_tests_auto" not in source)])


@pytest.fixture(scope="module")
def section():
    """The names of the section's cells, with what they would run by themselves left out."""
    tree = ast.parse(code_of_section())
    definitions = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    named = [node for node in tree.body if isinstance(node, definitions) or is_constant(node)]
    names = dict(vars(tinytorch.core.benchmarking))
    exec(compile(ast.Module(named, []), "closing section", "exec"), names)
    return names


def is_constant(node) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    names = [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return all(name.isupper() for name in names)


# -- its statistics --------------------------------------------------------------


@pytest.mark.parametrize(("both", "only_a", "only_b"), [(300, 9, 1), (300, 1, 9), (0, 0, 6), (355, 2, 0), (10, 4, 4)])
def test_mcnemar_is_a_binomial_test(section, both, only_a, only_b):
    """McNemar's test is the binomial test of the digits that only one network reads."""
    a = np.repeat([True, True, False, False], [both, only_a, only_b, 5])
    b = np.repeat([True, False, True, False], [both, only_a, only_b, 5])
    expected = stats.binomtest(only_a, only_a + only_b, 0.5).pvalue
    assert section["mcnemar_p_value"](a, b) == pytest.approx(expected)


def test_mcnemar_of_the_same_answers_is_one(section):
    right = np.array([True, False, True])
    assert section["mcnemar_p_value"](right, right.copy()) == 1


def test_fewer_than_six_digits_tell_nothing_apart(section):
    """As the lesson says."""
    p = {k: section["mcnemar_p_value"](np.ones(k, bool), np.zeros(k, bool)) for k in (5, 6)}
    assert p == {k: pytest.approx(2.0 ** (1 - k)) for k in p} and p[6] < 0.05 < p[5]


@pytest.mark.parametrize(("k", "n"), [(355, 364), (364, 364), (0, 20), (10, 20)])
def test_the_interval_of_a_share_is_wilsons(section, k, n):
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    found = section["share_interval"](np.arange(n) < k)
    assert found == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("n", [20, 21, 101])
def test_a_medians_interval_is_that_of_order_statistics(section, n):
    """A median's interval lies between two order statistics."""
    values = np.random.default_rng(n).exponential(size=n)
    low, high = section["median_interval"](values)
    in_order = np.sort(values).tolist()
    below = in_order.index(low)
    assert in_order.index(high) == n - 1 - below, "both ends lie equally deep"
    missed = [stats.binom.cdf(rank, n, 0.5) for rank in (below, below + 1)]
    assert missed[0] <= 0.025 < missed[1], "as deep as 95 % allow, and no deeper"


# -- the front -------------------------------------------------------------------


def test_the_front_holds_what_none_beats_in_both(section):
    points = {
        "quick": (1, 90),
        "good": (2, 95),
        "its twin": (2, 95),
        "late": (3, 95),
        "worse": (2, 94),
        "best": (9, 99),
    }
    front = section["on_the_front"](points)
    assert (
        front[0] == "quick" and front[-1] == "best" and sorted(front[1:3]) == ["good", "its twin"] and len(front) == 4
    )


def test_the_front_is_what_a_count_of_all_pairs_finds(section):
    rng = np.random.default_rng(5)
    points = {f"n{i}": tuple(point) for i, point in enumerate(rng.integers(0, 6, (30, 2)).tolist())}
    beaten = set()
    for a, b in itertools.permutations(points, 2):
        (x, y), (u, v) = points[a], points[b]
        if (u < x and v >= y) or (u <= x and v > y):
            beaten.add(a)
    assert set(section["on_the_front"](points)) == points.keys() - beaten


def test_the_picture_is_drawn_also_where_nothing_varies(section, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    right = {name: np.ones(50, bool) for name in NETWORKS}
    medians = {load: {name: [2e-5] * 20 for name in NETWORKS} for load in LOADS}
    section["draw_networks"](right, medians)
    titles = [axis.get_title() for axis in plt.gcf().axes]
    plt.close("all")
    assert titles == ["Accuracy against latency: one query", "Accuracy against latency: batch of 32"]


# -- what it says ----------------------------------------------------------------


class Perf:
    """Stands for `TinyTorchPerf`: finds what it is told, and remembers what it compared."""

    def __init__(self, p_value, interval):
        self.p_value, self.interval, self.asked = p_value, interval, []

    def compare_models(self, model_a, model_b, scenario="single_stream"):
        self.asked.append((model_a, model_b, scenario))
        return StatisticalValidation(self.p_value < 0.05, self.p_value, 0.0, self.interval, "")


def compared(section, p_value, interval, right):
    perf = Perf(p_value, interval)
    found = section["compare_with_digits_mlp"](perf, {name: name for name in NETWORKS}, right)
    return perf, found


def test_each_network_is_compared_with_digits_mlp(section):
    """Each other network is compared with `digits_mlp` at each load."""
    right = {name: np.ones(364, bool) for name in NETWORKS}
    perf, _ = compared(section, 1.0, (-1e-6, 1e-6), right)
    assert sorted(perf.asked) == sorted((name, "digits_mlp", load) for name in NETWORKS[1:] for load in LOADS)


def test_twelve_p_values_are_adjusted_together(section):
    """Each 2 % alone, and none of them shown."""
    right = {name: np.ones(364, bool) for name in NETWORKS}
    _, found = compared(section, 0.02, (1e-6, 2e-6), right)
    assert len(found) == 12 and not any(each.is_shown() for each in found)
    latency = [each.p_value for each in found if each.about != "accuracy"]
    assert latency == pytest.approx([0.24] * 8), "the least of twelve is multiplied by twelve, and none falls below"
    assert "**" not in section["table_of_differences"](found)


@pytest.mark.parametrize(
    ("interval", "better", "worse"), [((-3e-6, -1e-6), "all", "none"), ((1e-6, 3e-6), "none", "all")]
)
def test_sentences_follow_the_sign_of_what_is_shown(section, interval, better, worse):
    right = {name: np.arange(364) < (364 if name != "digits_pruned" else 340) for name in NETWORKS}
    _, found = compared(section, 1e-6, interval, right)
    medians = {load: {name: [place + 1.0] * 20 for place, name in enumerate(NETWORKS[::-1])} for load in LOADS}
    medians["single_stream"]["digits_pruned"] = [0.5] * 20  # the quickest, but it reads worse
    named = {"all": ", ".join(NETWORKS[1:]), "none": "none"}
    assert section["what_is_shown"](found, medians).splitlines() == [
        f"- one query: shown to be better than digits_mlp: {named[better]}; worse: {named[worse]}",
        f"- batch of 32: shown to be better than digits_mlp: {named[better]}; worse: {named[worse]}",
        "- held-out digits: shown to be better than digits_mlp: none; worse: digits_pruned",
        "- lowest median of one query, of those not shown to read worse: float16 in memory",
    ]
    rows = section["table_of_differences"](found).splitlines()
    assert "**0 gained, 24 lost**" in rows[3] and "| 0 gained, 0 lost (p = 1) |" in rows[2]
    assert (
        rows[0]
        == markdown_table(
            ["beside digits_mlp", "one query, slower by", "batch of 32, slower by", "held-out digits"], []
        ).splitlines()[0]
    )


def test_right_answers_are_those_that_the_network_gives(section):
    digits, network = DigitsDataset(train=False), load_model("digits_pruned")
    expected = np.asarray(network(digits.x)).argmax(axis=1) == digits.y
    assert np.array_equal(section["right_answers"](network, section["held_out_digits"]()), expected)


def test_one_network_keeps_float16(section):
    """One network keeps float16 and the others compute in float32."""
    types = {name: {str(p.dtype) for p in each.parameters()} for name, each in section["digit_networks"]().items()}
    assert tuple(types) == NETWORKS
    assert types.pop("float16 in memory") == {"float16"} and set().union(*types.values()) == {"float32"}


# -- where something is missing --------------------------------------------------


@pytest.fixture
def run_without(tmp_path):
    """Run the section as a script, in a workspace's package that is changed first."""

    def run(change) -> str:
        shutil.copytree(COURSE.package, tmp_path / "tinytorch", ignore=shutil.ignore_patterns("__pycache__"))
        change(tmp_path / "tinytorch" / "core")
        script = tmp_path / "section.py"
        script.write_text("from tinytorch.core.benchmarking import *\nimport random, itertools, time\n"
                          "import numpy as np\nfrom dataclasses import dataclass, replace\nfrom pathlib import Path\n"
                          + code_of_section(), encoding="utf-8")  # fmt: skip
        env = os.environ | {"PYTHONPATH": str(tmp_path), "MPLBACKEND": "agg"}
        command = [sys.executable, str(script)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120)
        assert done.returncode == 0 and not done.stderr, done.stderr[-2000:]
        return done.stdout

    return run


def stub(path: Path, function: str) -> None:
    """Put what a release has in place of a function's body."""
    text = path.read_text(encoding="utf-8")
    (found,) = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef) and n.name == function]
    lines = text.splitlines()
    lines[found.body[0].lineno - 1 : found.end_lineno] = [
        " " * found.body[0].col_offset + "raise NotImplementedError()"
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("file", "function", "said"), [
    ("benchmarking.py", "single_stream", "BenchmarkScenarios.single_stream is not written yet."),
    ("layers.py", "forward", "Dense.forward is not written yet."),
    ("networks.py", "load", "load is not written yet."),
])  # fmt: skip
def test_what_is_not_written_is_said_in_a_sentence(run_without, file, function, said):
    lines = [line for line in run_without(lambda core: stub(core / file, function)).splitlines() if "Nothing" in line]
    assert lines == [f"Nothing is measured: {said} Run this cell again once it is."] * 2


def test_a_module_that_is_missing_is_said_in_a_sentence(run_without):
    said = run_without(lambda core: (core / "dataloader.py").unlink())
    assert said.count("part of TinyTorch is not here yet (No module named 'tinytorch.core.dataloader')") == 2


def test_a_mistake_is_not_taken_for_something_missing(section):
    def measure():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        section["if_it_is_there"](measure)


# -- what a workspace needs for it -----------------------------------------------


def imported(source: str) -> set[str]:
    """The modules of `tinytorch` that a text imports anywhere in it."""
    code, _ = without_magics(source)
    nodes = list(ast.walk(ast.parse(code)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name for name in names if name.startswith("tinytorch.")}


@pytest.mark.parametrize("module", COURSE.modules, ids=lambda module: module.folder)
def test_a_workspace_has_all_that_a_lesson_imports(module):
    """A workspace has all of tinytorch that a lesson imports."""
    given = {needed.exports for needed in COURSE.needed_by(module)}
    extras = {path: ".".join(path.relative_to(COURSE.root).with_suffix("").parts).removesuffix(".__init__")
              for path in COURSE.package_extras if path.suffix == ".py"}  # fmt: skip
    wanted = set().union(*(imported(cell.source) for cell in build(module).cells if cell.kind == "code"))
    for path, name in extras.items():
        if name in wanted:
            wanted |= imported(path.read_text(encoding="utf-8"))
    assert wanted - {module.exports} <= given | set(extras.values())
