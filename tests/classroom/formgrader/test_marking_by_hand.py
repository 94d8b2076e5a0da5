"""Marks and a comment given in formgrader itself, in a browser, on the gradebook that `tito grade` filled.

They are in the report, in the file that goes back and on the learner's page, and stay when all is graded again.
"""

import csv

import pytest

from tests.support.jupyter_server import START_S, running_jupyter
from tests.support.lab_page import launched_browser
from tests.support.toy_class import HALF_COUNTER, hand_in, nbgraders_own, work
from tests.support.toy_course import write_course
from tito.cli.app import main

pytestmark = pytest.mark.slow

COMMENT = "Each different item is one of the items: say so."


@pytest.fixture
def browser():
    with launched_browser() as running:
        yield running


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """A course in which ada and bob are graded, both with a written answer that waits for a person."""
    (tmp_path / "course").mkdir()
    course = write_course(tmp_path / "course")
    module = course.module("counting")
    for who in ("ada", "bob"):
        hand_in(course, module, who, work(course, module, write_counter=HALF_COUNTER))
    monkeypatch.chdir(course.root)
    assert main(["grade", "counting"]) == 0
    return course


def rows(command, path):
    main(command)
    with path.open(encoding="utf-8", newline="") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def test_marks_given_in_formgrader_count(graded, browser, tmp_path):
    with nbgraders_own(graded) as theirs:
        submission = theirs.find_submission_notebook("counting_dev", "01_counting", "ada").id
    (tmp_path / "jupyter").mkdir()
    with running_jupyter(graded.root, tmp_path / "jupyter", "jupyter_server") as address:
        give_marks(browser, address, submission)
        marks_are_everywhere(graded, tmp_path)  # while formgrader is open
    assert main(["grade", "counting", "--again"]) == 0
    marks_are_everywhere(graded, tmp_path)


def give_marks(browser, address, submission):
    """As an instructor does: from the list of assignments to the notebook, points in two boxes, and a comment."""
    page = browser.new_page()
    page.set_default_timeout(1000 * START_S)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/formgrader/gradebook")
    page.get_by_role("link", name="01_counting").click()
    page.get_by_role("link", name="counting_dev").click()
    page.locator(f"a[href*='{submission}']").first.click()
    page.locator("#why.needs_manual_grade").wait_for()
    page.locator("#why-comment[placeholder]").wait_for()
    for box, text, kind in (
        ("#why", "1.5", "grade"),
        ("#double", "3.25", "grade"),
        ("#why-comment", COMMENT, "comment"),
    ):
        page.locator(box).fill(text)
        with page.expect_response(lambda answer, kind=kind: f"/api/{kind}/" in answer.url) as saved:
            page.locator(box).blur()
        assert saved.value.ok
    page.reload()
    page.locator("#double[placeholder]").wait_for()
    assert [page.locator(box).input_value() for box in ("#why", "#double")] == ["1.5", "3.25"]
    assert [fault for fault in faults if "MathJax" not in fault] == []  # which formgrader fetches from elsewhere


def marks_are_everywhere(course, folder):
    report = rows(["report", "counting", "--csv", str(folder / "report.csv")], folder / "report.csv")
    ada, bob = report["ada"], report["bob"]
    assert (ada["status"], ada["double"], ada["points"], ada["written_points"]) == ("graded", "3.25", "7.25", "1.5")
    assert ada["total_points"] == "8.75"
    assert (bob["status"], bob["points"], bob["total_points"]) == ("needs manual grading", "8", "")
    page = (course.reports(course.module("counting")) / "report.html").read_text(encoding="utf-8")
    assert '<td class="n">7.25</td>' in page and '<td class="n">8.75</td>' in page
    (folder / "marks.csv").unlink(missing_ok=True)
    returned = rows(["return", "counting", str(folder / "marks.csv"), "--to", "csv"], folder / "marks.csv")
    assert {who: row["points"] for who, row in returned.items()} == {"ada": "8.75"}
    assert main(["feedback", "counting"]) == 0
    assert COMMENT in course.feedback_page("ada", course.module("counting")).read_text(encoding="utf-8")
