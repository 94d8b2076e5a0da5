"""tito and plain `nbgrader autograde` give the same marks for honest work, and nbgrader shows what tito recorded."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, hand_in, notebooks, untouched, work
from tests.support.toy_course import PROJECT, write_course
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook import gradebook
from tito.course.course import Course

pytestmark = pytest.mark.slow

LEARNERS = ("full", "half", "untouched")


def nbgrader(course: Course, monkeypatch):
    """nbgrader's own face, with the course's own configuration, as formgrader has it."""
    sys.modules.setdefault("rfc3987_syntax", None)
    from nbgrader.apps import NbGrader, NbGraderAPI

    monkeypatch.chdir(course.root)
    app = NbGrader()
    app.load_config_file()
    return NbGraderAPI(config=app.config)


@pytest.fixture(scope="module")
def two_courses(tmp_path_factory):
    """The same class twice: the first graded by tito, the second not graded yet."""
    ours = write_course(tmp_path_factory.mktemp("ours"))
    module = ours.module("counting")
    hand_in(ours, module, "full", work(ours, module))
    hand_in(ours, module, "half", work(ours, module, write_counter=HALF_COUNTER, write_double=WRONG_DOUBLE))
    hand_in(ours, module, "untouched", untouched(ours, module))
    with gradebook.opened(ours) as book:
        book.enrol(module, notebooks(ours, module)[0])
    theirs = Course(Path(shutil.copytree(ours.root, tmp_path_factory.mktemp("theirs") / "course")))
    list(grade_class(ours, module))
    return ours, theirs


def points(course: Course) -> dict:
    with gradebook.opened(course) as book:
        marks = book.marks(course.module("counting"))
    return {who: {cell: (mark.auto, mark.needs_manual) for cell, mark in m.marks.items()} for who, m in marks.items()}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own way to add a submission
def test_autograde_gives_the_same_marks(two_courses, monkeypatch):
    ours, theirs = two_courses
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    api = nbgrader(theirs, monkeypatch)
    for learner in LEARNERS:
        done = api.autograde("01_counting", learner)
        assert done["success"], done.get("log", "")[-2000:]
    assert points(theirs) == points(ours)
    assert points(ours)["half"] == {"count": (4.0, False), "double": (0.0, False), "why": (None, True)}


def test_formgrader_sees_what_tito_recorded(two_courses, monkeypatch):
    ours, _ = two_courses
    api = nbgrader(ours, monkeypatch)
    (assignment,) = [a for a in api.get_assignments() if a["name"] == "01_counting"]
    assert assignment["num_submissions"] == 3 and assignment["max_score"] == 12
    shown = {s["student"]: s for s in api.get_submissions("01_counting")}
    assert {who: (s["score"], s["autograded"], s["needs_manual_grade"]) for who, s in shown.items()} == {
        "full": (10.0, True, True),
        "half": (4.0, True, True),
        "untouched": (0.0, True, False),
    }
    (notebook,) = api.get_notebooks("01_counting")
    assert notebook["needs_manual_grade"] and notebook["max_score"] == 12
    assert {s["student"] for s in api.get_notebook_submissions("01_counting", "counting_dev")} == set(LEARNERS)
