"""A class at a glance: the table, the CSV and the page."""

import csv
import io
import os
import re
import subprocess
import sys
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
from tito.classroom.intake.people.roster import Person, write_roster
from tito.classroom.records import Record
from tito.classroom.reporting import csv_table, pages
from tito.classroom.reporting.check_counts import CheckLine, Tally, check_line
from tito.classroom.reporting.term import term_report
from tito.course.checks import Grade, PartResult, TestResult
from tito.support.errors import ExitCode
from tito.ui import render_class

AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)


def a_record(learner, count, double, message="", answer="", outcome="graded"):
    def result(name, points, most):
        status = "passed" if points == most else "failed" if message else "not started"
        return TestResult(name, status, points, most, "" if points == most else message)

    notes = ('changed the locked cell "count"',) if learner == "cleo" else ()
    results = (result("count", count, 6.0), result("double", double, 4.0))
    grade = Grade("counting", results, notes, isolation_level=2)
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
    write_roster(course, [Person("bob", "Bob Kestrel", "bob@uni.example"), Person("ivy", "Ivy <b>Quill</b>")])
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
        "ivy": "not handed in",
    }
    assert [line.learner for line in made.missing] == ["finn", "ivy"], "who is on the roster alone is missing too"


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
    assert (count.tally, count.mistake, count.times) == (Tally(1, 2, 1), "counts 3 twice", 2)
    assert (double.tally, double.times) == (Tally(2, 1, 1), 1)


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
    rows = {row["learner"]: row for row in csv.DictReader(io.StringIO(csv_table.as_csv(made)))}
    assert rows["bob"] | {"submitted_at": ""} == {
        "learner": "bob",
        "name": "Bob Kestrel",
        "email": "bob@uni.example",
        "status": "graded",
        "points": "4",
        "max_points": "10",
        "written_points": "0",
        "max_written_points": "2",
        "late_penalty": "0",
        "total_points": "4",
        "max_total_points": "12",
        "count": "4",
        "double": "0",
        "submitted_at": "",
        "late": "yes",
        "isolation_level": "2",
        "remark": "✗ count: counts 3 twice",
        "attempt": "",
        "put_right": "",
        "to_look_at": "",
    }
    assert rows["cleo"]["put_right"] == 'changed the locked cell "count"'
    assert (rows["ada"]["points"], rows["ada"]["written_points"], rows["ada"]["total_points"]) == ("10", "", "")
    assert rows["finn"]["status"] == "not handed in" and rows["finn"]["points"] == ""
    assert rows["eve"]["remark"] == "'=it is not JSON", "a spreadsheet must not run it"
    assert csv_table.write_csv(course, made).read_text(encoding="utf-8") == csv_table.as_csv(made)


@pytest.mark.slow
def test_the_table(made, snapshot):
    assert render_class.report(made) == snapshot


@pytest.mark.slow
def test_the_page(course, made):
    page = pages.write_report(course, made).read_text(encoding="utf-8")
    assert "mean 4.5 · median 4 of 10 points" in page and "counts 3 twice" in page and "not handed in" in page
    assert "<script" not in page and page.count('<svg viewBox="0 0 360 150"') == 3
    assert "mailto:bob@uni.example" in page and "Ivy &lt;b&gt;Quill" in page
    assert "changed the locked cell &#34;count&#34;" in page
    assert "../../feedback/" not in page, "no feedback page is there yet"
    course.feedback_page("bob", made.module).parent.mkdir(parents=True)
    course.feedback_page("bob", made.module).write_text("")
    page = pages.write_report(course, made).read_text(encoding="utf-8")
    assert 'href="../../feedback/bob/01_counting/counting_dev.html">bob</a>' in page


def of_one_check(learner, status, *parts, mistake=""):
    """A record with one check, and how its parts went."""
    found = tuple(PartResult(title, how) for title, how in parts)
    result = TestResult("count", status, 0.0, 6.0, f"{learner} has words of their own", parts=found, mistake=mistake)
    return Record(learner, "graded", Grade("counting", (result,)), "key")


def test_a_part_is_counted_whatever_the_words(course):
    """One wording each, one part: the part is lost by three, one came to no part, and one has not begun."""
    records = [
        of_one_check("ada", "passed", ("total", "passed"), ("none", "passed")),
        *(of_one_check(who, "failed", ("total", "passed"), ("none", "failed")) for who in ("bob", "cleo", "dan")),
        of_one_check("eve", "failed", ("total", "failed")),
        of_one_check("finn", "failed", ("total", "passed"), ("none", "not started")),
        of_one_check("gus", "not started"),
    ]
    line = check_line(course.module("counting").check("count"), records)
    assert line.tally == Tally(1, 5, 1)
    assert {part.title: part.tally for part in line.parts} == {"total": Tally(5, 1, 1), "none": Tally(1, 3, 2, 1)}
    assert (line.mistake, line.times) == ("none", 3)


def test_a_mistake_with_a_name_is_counted_by_it(course):
    records = [
        of_one_check("ada", "failed", ("total", "failed"), mistake="takes distinct for total"),
        of_one_check("bob", "failed", ("none", "failed"), mistake="takes distinct for total"),
        of_one_check("cleo", "failed", ("none", "failed")),
    ]
    line = check_line(course.module("counting").check("count"), records)
    assert (line.mistake, line.times) == ("takes distinct for total", 2)
    assert line.mistakes[0].learners == ("ada", "bob")


@pytest.mark.slow
def test_reports_are_written_whatever_the_reader_of_stdout_does(course, made):
    """Both modules' CSV and pages, and the term's, though nobody reads a line: as with `| head -1`."""
    hand_in(course, course.module("adding"), "ada", untouched(course, course.module("adding")))
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "tito", "report", "--csv"]
    done = subprocess.run(command, cwd=course.root, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert done.returncode == ExitCode.NO_READER, done.stderr
    for module in course.modules:
        assert (course.reports(module) / "report.html").is_file()
        lines = (course.reports(module) / "grades.csv").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1 + len({line.learner for line in report.report(course, module).learners})
    assert course.term_report.is_file()


@pytest.mark.slow
def test_a_term_adds_up(course, made):
    """Points of all modules; a written answer that waits leaves the points of the code."""
    adding = course.module("adding")
    line = report.LearnerLine("ada", "graded", points=7.25, total=7.25, manual_points=0.0)
    term = term_report([made, report.ClassReport(adding, (), (line,))])
    found = {each.learner: each for each in term.learners}
    assert (found["ada"].points, found["bob"].points, found["ivy"].points) == (17.25, 4.0, 0.0)
    assert (found["bob"].missing, found["ivy"].missing, term.max_points) == (1, 2, 17.0)
    assert re.search(r"ada +10 \+ +7.25 +17.25$", render_class.term(term), re.M)
    page = pages.write_term(course, term).read_text(encoding="utf-8")
    assert ">17.25</td>" in page and "01_counting/report.html" in page and "<script" not in page


POINTS = {7.25: "7.25", 1 / 3: "0.33", 0.1 + 0.2: "0.3", 100.0: "100"}


@pytest.mark.parametrize("points, text", POINTS.items())
def test_points_read_alike_everywhere(course, points, text):
    """Terminal, page and CSV write a score, the mean and the median in one way."""
    module = course.module("counting")
    line = report.LearnerLine(
        "ada", "graded", points=points, manual_points=points, total=points, by_check=(points, points)
    )
    made = report.ClassReport(module, (CheckLine("count", points, Tally(passed=1)),), (line,))
    page = pages.write_report(course, made).read_text(encoding="utf-8")
    assert f"mean {text} · median {text} of 10 points" in page and page.count(f'<td class="n">{text}</td>') == 4
    (row,) = csv.DictReader(io.StringIO(csv_table.as_csv(made)))
    assert [row[name] for name in ("points", "written_points", "total_points", "count", "double")] == [text] * 5
    shown = render_class.report(made)
    assert f"mean {text} · median {text}" in shown and re.search(
        rf"ada .* {re.escape(text)} +{re.escape(text)}$", shown, re.M
    )


def test_a_class_of_nobody(course):
    with gradebook.opened(course):
        empty = report.report(course, course.module("counting"))
    assert empty.mean is None and "0 graded" in render_class.report(empty)
