"""The demonstration's real model: the trained digits network, and its variants beside it."""

import re

import pytest

from tinytorch.core.benchmarking import StatisticalValidation
from tinytorch.models import CARDS
from tito.cli import demo_model

pytestmark = pytest.mark.slow

ONE_DIGIT = 100 / 364


@pytest.fixture(scope="module")
def digits():
    return demo_model.held_out_digits()


def rows_of(text: str) -> dict[str, list[str]]:
    """The rows of a Markdown table, by their first cell."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first: rest for first, *rest in rows}


def test_the_comparison_has_a_row_for_each_network(digits):
    """Each row has the accuracy as it was measured."""
    rows = rows_of(demo_model.comparison(digits))
    for name, card in CARDS.items():
        parameters, size, accuracy = rows[name][:3]
        assert parameters == f"{card.parameters:,}" and size == f"{card.file_bytes / 1000:.1f} kB"
        assert float(accuracy.rstrip("%")) == pytest.approx(100 * card.accuracy, abs=1.1 * ONE_DIGIT)
    amount = re.compile(r"(\*\*)?-?[\d.e-]+ (ns|µs|ms|s) to -?[\d.e-]+ (ns|µs|ms|s)(\*\*)?")
    for name in CARDS.keys() - {demo_model.SHOWN}:
        assert len(rows[name]) == 5 and all(amount.fullmatch(cell.strip()) for cell in rows[name][3:]), rows[name]


def test_accuracy_is_that_of_the_digits_given(digits):
    """Asked about sevens that are called eights, each network is wrong almost always."""
    renamed = [(x, 8) for x, y in digits if y == 7]
    rows = rows_of(demo_model.comparison(renamed))
    assert all(float(rows[name][2].rstrip("%")) < 10 for name in CARDS)


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((1e-6, 2e-6), "**1 µs to 2 µs**"),
        ((-2e-6, -1e-6), "**-2 µs to -1 µs**"),
        ((-1e-6, 2e-6), "-1 µs to 2 µs"),
    ],
)
def test_an_interval_is_bold_where_it_leaves_zero_out(interval, said):
    assert demo_model._slower_by(StatisticalValidation(True, 0.01, 0.0, interval, "")) == said


def test_the_report_has_the_network_in_all_scenarios(digits, monkeypatch):
    monkeypatch.setattr(demo_model, "SERVER_S", 0.1)
    report = demo_model.report(digits)
    assert report.startswith("# Performance Report: digits_mlp on 364 held-out digits")
    assert {"### single_stream", "### server", "### offline"} <= set(report.splitlines())
    rows = rows_of(report.split("## Methodology")[0])
    assert rows["single_stream"][3] == rows["offline"][3] == f"{CARDS['digits_mlp'].accuracy:.1%}"
