"""Our own pages in a real browser, wide and narrow, light and dark: the report, the term, look-alikes, feedback.

The page of a learner's own benchmarks is among them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.browser import VIEWS, faults_of, must_have_axe, opened_chromium
from tests.support.toy_course import write_course
from tests.tinytorch.test_reports import report_on, results
from tinytorch import report_page
from tito.classroom import feedback
from tito.classroom.feedback import CellView, CheckView, Page, QuestionView
from tito.classroom.report import ClassReport, LearnerLine
from tito.classroom.reporting import pages
from tito.classroom.reporting.arrivals import HandInTime
from tito.classroom.reporting.check_counts import CheckLine, MistakeLine, PartLine, Tally
from tito.classroom.reporting.lookalikes import LookAlikes
from tito.classroom.reporting.oddities import Oddity
from tito.classroom.reporting.similarity import alike, code_of, given_by
from tito.classroom.reporting.term import term_report

pytestmark = pytest.mark.slow

AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
LONG = "a_very_long_name_without_any_place_to_break_it_" * 3
CODE = '#| export\nclass Counter:\n    """Counts."""\n\n    def count(self, items):\n        # how many\n'
CODE += '        return 1.5 + len("x")\n'
CODE += f"        {LONG} = r'\\d' @ {{None: True}}\n" * 3

browser = pytest.fixture(scope="module")(opened_chromium)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("course"))


def a_page(course, **changes):
    checks = (
        CheckView("count", "failed", 2.25, 6.0, f"{LONG}: is wrong", f"cell {LONG}, line 3", "think of sets"),
        CheckView("double", "passed", 4.0, 4.0, by_hand=True),
        CheckView("third", "not started", 0.0, 4.0, hint="begin"),
    )
    page = Page(
        course.module("counting"),
        "ada-10101",
        AT,
        checks,
        (QuestionView("why", f"Because {LONG}", 0.0, 2.0, True), QuestionView("how", "", 1.0, 2.0, False, "well said")),
        (CellView("write-counter", feedback.highlighted(CODE), checks, "a comment"), CellView(LONG, "x = 1")),
        ('changed the locked cell "count"', LONG),
        late_penalty=1.5,
    )
    return replace(page, **changes)


def a_report(course, name="counting"):
    module = course.module(name)
    mistakes = (MistakeLine("takes distinct for total", tuple(f"s{n}" for n in range(20))),)
    parts = (PartLine("total and distinct", Tally(10, 20, 5, 2)), PartLine(LONG, Tally(1, 2)))
    checks = tuple(
        CheckLine(c.id, c.points, Tally(10, 20, 7), parts, mistakes, "no items", 20, LONG) for c in module.checks
    )
    lines = [
        LearnerLine("ada", "graded", 7.25, 2.0, (6.0, 1.25), AT, "✗ count: " + LONG, 2, "Ada Loveday",
                    "ada@uni.example", 9.25, 1.0, ("passed", "failed"), True, ('changed the locked cell "count"',)),
        LearnerLine("bob", "needs manual grading", 4.0, None, (4.0, 0.0), AT, statuses=("passed", "not started")),
        LearnerLine("cleo", "not handed in", name="Cleo Marsh", email="cleo@uni.example"),
        LearnerLine("dan", "could not be read", remark="it is not JSON"),
    ]  # fmt: skip
    times = tuple(HandInTime("ada", AT + timedelta(hours=7 * n), "late" if n > 12 else "in time") for n in range(15))
    odd = (Oddity(("ada", "bob"), "the same file, byte for byte"), Oddity((), f"{LONG}: whose is it?", f"{LONG}.ipynb"))
    return ClassReport(module, checks, tuple(lines), times, AT + timedelta(hours=80), odd)


def two_alike():
    code = "\n".join(f"def f{n}(x):\n    return [x + {n}, x * {n}, x - {n}, max(x, {n})][{n} % 4]\n" for n in range(20))
    works = [code_of(who, (("write-counter", code + "\n# " + LONG),), given_by([], [])) for who in ("ada", "bob")]
    return LookAlikes(alike(works), tuple(works))


@pytest.fixture(scope="module")
def written(course):
    """Each page of ours, with everything that it can have, and the same with nothing."""
    reports = [a_report(course), a_report(course, "adding")]
    found = {
        "report": pages.write_report(course, reports[0], two_alike()),
        "term": pages.write_term(course, term_report(reports)),
    }
    found["a learner's report"] = report_page.save_page(report_on(results()), results(), course.root / "learners.html")
    found["alike"] = found["report"].with_name("alike.html")
    empty = ClassReport(course.module("adding"), (), ())
    found["empty report"] = pages.write_report(course, empty)
    texts = {"feedback": a_page(course), "unreadable": a_page(course, problem="it is not JSON", cells=(), notes=())}
    for name, page in texts.items():
        found[name] = course.root / f"{name}.html"
        found[name].write_text(feedback.render(page), encoding="utf-8")
    return found


@pytest.mark.parametrize("width, scheme", VIEWS)
def test_no_page_has_a_fault(browser, written, width, scheme):
    axe = must_have_axe()
    assert {name: faults_of(browser, path.as_uri(), axe, width, scheme) for name, path in written.items()} == {
        name: [] for name in written
    }


def test_a_fault_is_found(browser, tmp_path):
    """So that a browser in which nothing is looked at does not count as one without faults."""
    axe = must_have_axe()
    path = tmp_path / "bad.html"
    path.write_text(
        "<title>x</title><p style='color:#ccc;width:500px'>pale<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    )
    found = " ".join(faults_of(browser, path.as_uri(), axe, 390, "light"))
    assert all(fault in found for fault in ("color-contrast", "image-alt", "html-has-lang", "scrolls sideways"))
