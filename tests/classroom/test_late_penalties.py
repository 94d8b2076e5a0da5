"""Due dates and extensions that change after grading: late penalties follow at the next `tito grade`, and are told."""

import shutil
from datetime import UTC, datetime

import pytest

from tests.support.fake_pool import FakePool, all_passed
from tests.support.toy_class import hand_in, nbgraders_own, work
from tests.support.toy_course import write_course
from tito.classroom.deadlines import read_deadlines, write_deadlines
from tito.classroom.grade_class import grade_class, preview
from tito.classroom.gradebook import gradebook
from tito.classroom.history import log
from tito.classroom.history.changes import PenaltyChange
from tito.cli import app, instructor
from tito.course.course import Course

pytestmark = pytest.mark.slow

PASSED = FakePool(all_passed)
PLUGIN = """
from nbgrader.plugins import BasePlugin

class OneAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600

c.AssignLatePenalties.plugin_class = OneAnHour
"""
BEA, CYD = "2026-01-14 12:00:00 UTC", "2026-01-14 14:00:00 UTC"  # ada hands in at 10:15
NOON = datetime(2026, 1, 14, 12)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    course = write_course(tmp_path_factory.mktemp("course"))
    (course.root / "nbgrader_config.py").open("a").write(PLUGIN)
    module = course.module("counting")
    for learner, at in {"ada": "2026-01-14 10:15:00 UTC", "bea": BEA, "cyd": CYD}.items():
        hand_in(course, module, learner, work(course, module), at)
    list(grade_class(course, module, pool=PASSED))
    return course


@pytest.fixture
def graded(graded_once, tmp_path):
    return Course(shutil.copytree(graded_once.root, tmp_path / "course"))


def set_in_formgrader(course, due):
    with nbgraders_own(course) as theirs:
        theirs.update_or_create_assignment("01_counting", duedate=due)


def penalties(course):
    with gradebook.opened(course) as book:
        return {who: marks.late_penalty for who, marks in book.marks(course.module("counting")).items()}


def run(course, grade=grade_class):
    told = []
    done = list(grade(course, course.module("counting"), pool=PASSED, tell_penalties=told.extend))
    return told, [each.learner for each in done if each.fresh]


TWO_LATE = [PenaltyChange("bea", 0, 1), PenaltyChange("cyd", 0, 3)]


def test_a_due_date_set_in_formgrader_counts_with_the_next_grading(graded):
    set_in_formgrader(graded, NOON.replace(hour=11))
    assert run(graded) == (TWO_LATE, []), "told, and nobody graded again"
    assert penalties(graded) == {"ada": 0, "bea": 1, "cyd": 3}
    assert run(graded) == ([], [])
    set_in_formgrader(graded, NOON.replace(hour=13))
    assert run(graded)[0] == [PenaltyChange("bea", 1, 0), PenaltyChange("cyd", 3, 1)]
    assert [run.penalties for run in log.runs_of(graded, graded.module("counting"))][-1] == (
        PenaltyChange("bea", 1, 0),
        PenaltyChange("cyd", 3, 1),
    )


def test_the_penalties_are_those_of_nbgraders_own_autograde(graded):
    set_in_formgrader(graded, NOON.replace(hour=11))
    run(graded)
    with nbgraders_own(graded) as theirs:
        for learner, hours in {"ada": 0, "bea": 1, "cyd": 3}.items():
            assert theirs.find_submission("01_counting", learner).total_seconds_late == hours * 3600


def test_a_preview_tells_penalties_and_writes_none(graded):
    set_in_formgrader(graded, NOON.replace(hour=11))
    before = graded.gradebook.read_bytes()
    assert run(graded, preview) == (TWO_LATE, [])
    assert graded.gradebook.read_bytes() == before and penalties(graded) == {"ada": 0, "bea": 0, "cyd": 0}


def test_a_deadline_of_the_course_counts_in_a_preview_too(graded):
    """It is in `deadlines.csv`, mended by hand, and not yet in the gradebook."""
    module = graded.module("counting")
    write_deadlines(graded, read_deadlines(graded).changed(module, NOON.replace(hour=11, tzinfo=UTC)))
    assert run(graded, preview)[0] == TWO_LATE == run(graded)[0]


def test_an_extension_taken_back_is_taken_out_of_the_gradebook(graded, tito):
    assert tito("deadline", "counting", "2026-01-14T11:00+00:00")[0] == 0
    assert tito("deadline", "counting", "2026-01-14T15:00+00:00", "--learner", "CYD")[0] == 0
    assert run(graded)[0] == [PenaltyChange("bea", 0, 1)]
    assert tito("deadline", "counting", "none", "--learner", "cyd")[0] == 0
    with nbgraders_own(graded) as theirs:
        assert theirs.find_submission("01_counting", "cyd").extension is None
    assert run(graded)[0] == [PenaltyChange("cyd", 0, 3)]


def test_points_by_hand_count_for_the_penalty(graded):
    """As in nbgrader no penalty is larger than the points."""
    set_in_formgrader(graded, NOON.replace(hour=11))
    with nbgraders_own(graded) as theirs:
        for cell in ("count", "double", "why"):
            theirs.find_grade(cell, "counting_dev", "01_counting", "cyd").manual_score = 0.5
        theirs.db.commit()
    assert run(graded)[0] == [PenaltyChange("bea", 0, 1), PenaltyChange("cyd", 0, 1.5)]


@pytest.fixture
def tito(graded, monkeypatch, capsys):
    monkeypatch.chdir(graded.root)
    monkeypatch.setattr("tito.autograder.probe.must_grade", lambda: None)
    monkeypatch.setattr(instructor, "_pool", lambda args: PASSED)
    graded.roster.write_text("id,name\ncyd,Cyd Marsh\n")

    def run(*words):
        code = app.main(list(words))
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("also", [(), ("--preview",)])
def test_the_command_says_whose_penalty_changed(graded, tito, also):
    set_in_formgrader(graded, NOON.replace(hour=11))
    code, out, err = tito("grade", "counting", *also)
    assert code == 0 and out.endswith("  bea     0 → 1\n  cyd     0 → 3\n") and "changed late penalties:" in err
    assert ("2 late penalties" in tito("log", "counting")[1]) == (not also)


def test_without_a_change_nothing_is_said(tito):
    assert "penalt" not in "".join(tito("grade", "counting")[1:])
