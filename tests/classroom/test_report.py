"""A class at a glance: the table, the CSV and the page."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.toy_class import hand_in, nbgraders_own, notebooks, untouched
from tito.classroom import records, report
from tito.classroom.deadlines import Deadlines, write_deadlines
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry
from tito.classroom.intake import archive
from tito.classroom.intake.archive import HandInRecord
from tito.classroom.intake.arrival import HandIn
from tito.classroom.records import Record
from tito.course.checks import Grade, TestResult
from tito.ui import render_class

AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)


def a_record(learner, count, double, message="", answer="", outcome="graded"):
    def result(name, points, most):
        status = "passed" if points == most else "failed" if message else "not started"
        return TestResult(name, status, points, most, "" if points == most else message)

    grade = Grade("counting", (result("count", count, 6.0), result("double", double, 4.0)), isolation_level=2)
    return Record(learner, outcome, grade, "key", AT, {"why": answer})


@pytest.fixture
def made(course):
    """The report of a class with a learner of each kind."""
    module = course.module("counting")
    graded = [
        a_record("ada", 6.0, 4.0, answer="hash"),
        a_record("bob", 4.0, 0.0, "counts 3 twice\nand more words"),
        a_record("cleo", 0.0, 4.0, "counts 4 twice"),
        a_record("dan", 0.0, 0.0, outcome="not started"),
        records.unreadable("eve", module, "key", AT, "=it is not JSON"),
    ]
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        for record in graded:
            hand_in(course, module, record.learner, untouched(course, module))
            records.write(course, module, record)
            points = {r.id: r.points for r in record.grade.results}
            book.record(module, Entry(record.learner, points | {"why": None if record.answers["why"] else 0.0}, AT))
    with nbgraders_own(course) as theirs:
        theirs.add_student("finn")
    hand_in(course, module, "gus", untouched(course, module))
    late = HandIn("hal/counting_dev.ipynb", "counting_dev.ipynb", at=AT, has_checks=True)
    archive.write_record(course, "hal", module, HandInRecord().adding("late.ipynb", late))
    archive.keep(course, "hal", module, "late.ipynb", b"{}")
    write_deadlines(course, Deadlines({}).changed(module, AT - timedelta(hours=1)))
    return report.report(course, module)


@pytest.mark.slow
def test_every_learner_has_a_status(made):
    assert {line.learner: line.status for line in made.learners} == {
        "ada": "needs manual grading",
        "bob": "graded",
        "cleo": "graded",
        "dan": "not started",
        "eve": "could not be read",
        "finn": "not handed in",
        "gus": "not graded yet",
        "hal": "handed in late",
    }


@pytest.mark.slow
def test_a_hand_in_that_was_stopped_says_so(course, made):
    module = course.module("counting")
    record = records.read(course, module, "bob")
    stopped = replace(record, grade=replace(record.grade, stopped="stopped after 120 s in all"))
    records.write(course, module, stopped)
    remarks = {line.learner: line.remark for line in report.report(course, module).learners}
    records.write(course, module, record)
    assert remarks["bob"] == "stopped after 120 s in all" and remarks["cleo"].startswith("✗ count")


@pytest.mark.slow
def test_mean_and_median_are_of_those_who_could_be_graded(made):
    assert made.scores == [10.0, 4.0, 4.0, 0.0]
    assert (made.mean, made.median) == (4.5, 4.0)


@pytest.mark.slow
def test_the_commonest_mistake_of_each_check(made):
    count, double = made.checks
    assert (count.passed, count.graded, count.mistake, count.times) == (1, 4, "counts 3 twice", 2)
    assert (double.passed, double.graded, double.times) == (2, 4, 1)


@pytest.mark.slow
def test_points_that_a_person_gave_count(course, made):
    module = course.module("counting")
    with nbgraders_own(course) as theirs:
        theirs.find_grade("double", "counting_dev", "01_counting", "bob").manual_score = 3.0
        grade = theirs.find_grade("why", "counting_dev", "01_counting", "ada")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        theirs.db.commit()
    lines = {line.learner: line for line in report.report(course, module).learners}
    assert lines["bob"].points == 7.0
    assert (lines["ada"].status, lines["ada"].manual_points) == ("graded", 2.0)


@pytest.mark.slow
def test_the_csv_has_a_line_for_each_learner(course, made):
    rows = {row["learner"]: row for row in csv.DictReader(io.StringIO(report.as_csv(made)))}
    assert rows["bob"] | {"submitted_at": ""} == {
        "learner": "bob",
        "status": "graded",
        "points": "4",
        "max_points": "10",
        "written_points": "0",
        "count": "4",
        "double": "0",
        "submitted_at": "",
        "isolation_level": "2",
        "remark": "✗ count: counts 3 twice",
    }
    assert rows["finn"]["status"] == "not handed in" and rows["finn"]["points"] == ""
    assert rows["eve"]["remark"] == "'=it is not JSON", "a spreadsheet must not run it"
    assert report.write_csv(course, made).read_text(encoding="utf-8") == report.as_csv(made)


@pytest.mark.slow
def test_the_table(made, snapshot):
    assert render_class.report(made) == snapshot


@pytest.mark.slow
def test_the_page(course, made):
    page = report.write_html(course, made).read_text(encoding="utf-8")
    assert "mean 4.5 · median 4 of 10 points" in page and "counts 3 twice" in page and "not handed in" in page


POINTS = {7.25: "7.25", 1 / 3: "0.33", 0.1 + 0.2: "0.3", 100.0: "100"}


@pytest.mark.parametrize("points, text", POINTS.items())
def test_points_read_alike_everywhere(course, points, text):
    """Terminal, page and CSV write a score, the mean and the median in one way."""
    module = course.module("counting")
    line = report.LearnerLine("ada", "graded", points=points, manual_points=points, by_check=(points, points))
    made = report.ClassReport(module, (report.CheckLine("count", points, 1, 1),), (line,))
    page = report.write_html(course, made).read_text(encoding="utf-8")
    assert f"mean {text} · median {text} of 10 points" in page and page.count(f'<td class="n">{text}</td>') == 3
    (row,) = csv.DictReader(io.StringIO(report.as_csv(made)))
    assert [row[name] for name in ("points", "written_points", "count", "double")] == [text] * 4
    shown = render_class.report(made)
    assert f"mean {text} · median {text}" in shown and re.search(rf"ada .* {re.escape(text)}$", shown, re.M)


def test_a_class_of_nobody(course):
    with gradebook.opened(course):
        empty = report.report(course, course.module("counting"))
    assert empty.mean is None and "0 graded" in render_class.report(empty)
