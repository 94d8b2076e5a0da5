"""The demonstration: the eight hand-ins, and what the way makes of each."""

import tomllib

import pytest

from tests.support.toy_class import notebooks
from tito.classroom.collect import collect
from tito.classroom.grade_class import grade_class
from tito.cli import demo_course
from tito.course.course import Course

pytestmark = pytest.mark.slow

LOOP = "an endless loop"


@pytest.fixture
def made(course):
    module = course.module("counting")
    return module, tuple(demo_course.hand_ins(module, *notebooks(course, module)))


def test_eight_learners_one_of_each_kind(made):
    _, hand_ins = made
    assert [h.learner for h in hand_ins] == [f"s{n:03}" for n in range(1, 9)]
    assert [h.shows for h in hand_ins] == [
        "complete",
        "untouched",
        "half done",
        "wrong in one method",
        LOOP,
        "a syntax error",
        "a tampered locked cell",
        "not a notebook at all",
    ]


def test_the_same_course_makes_the_same_hand_ins(course, made):
    module, hand_ins = made
    assert tuple(demo_course.hand_ins(module, *notebooks(course, module))) == hand_ins


def test_each_comes_to_what_it_shows(course, made):
    module, hand_ins = made
    inbox = course.root / "inbox"
    demo_course.write_hand_ins(tuple(h for h in hand_ins if h.shows != LOOP), inbox)
    collection = collect(course, inbox, module)
    assert not collection.unclaimed
    graded = {g.learner: g.record for g in grade_class(course, module)}
    assert {who: (r.outcome, r.grade.points) for who, r in graded.items()} == {
        "s001": ("graded", 10),
        "s002": ("not started", 0),
        "s003": ("graded", 6),
        "s004": ("graded", 6),
        "s006": ("graded", 6),
        "s007": ("not started", 0),
        "s008": ("could not be read", 0),
    }
    assert len(graded["s007"].grade.notes) == 2 and "count" in graded["s007"].grade.notes[0]


def test_the_endless_loop_is_one(made):
    _, hand_ins = made
    (loop,) = [h for h in hand_ins if h.shows == LOOP]
    assert b"while True:" in loop.content


def test_the_demo_has_what_stands_beside_the_exports(course):
    for name in ("report_page.py", "models/__init__.py", "models/small.npz", "models/notes.txt"):
        path = course.package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    shown = demo_course.demo_course(course)
    given = {path: path.read_bytes() for path in shown.package_extras}
    assert {path.relative_to(shown.package).as_posix(): data for path, data in given.items()} == {
        name: name.encode() for name in ("report_page.py", "models/__init__.py", "models/small.npz")
    }
    assert not (shown.package / "models/notes.txt").exists()


def test_the_demo_leaves_the_course_alone(course):
    (course.root / "tinytorch").mkdir(exist_ok=True)
    before = {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file()}
    shown = demo_course.demo_course(course)
    assert shown == Course(course.root / "demo") and [m.name for m in shown.modules] == ["counting", "adding"]
    assert (shown.root / "nbgrader_config.py").is_file()
    kept = tomllib.loads((shown.module("counting").answers / "count.toml").read_text())
    assert [a["name"] for a in kept["wrong"]] == ["counts distinct items twice"] and len(kept["right"]) == 1
    assert {p: p.read_bytes() for p in before} == before
    assert {p for p in course.root.rglob("*") if p.is_file() and not p.is_relative_to(shown.root)} == set(before)


def test_what_was_graded_stays_while_the_lessons_do(course):
    """Hand-ins to a changed lesson, of the same people at the same times, would be attempts that nothing orders."""
    shown = demo_course.demo_course(course)
    graded = shown.nbgrader_root / "submitted" / "s001"
    graded.mkdir(parents=True)
    demo_course.demo_course(course)
    assert graded.is_dir()
    check = course.module("counting").check_file("count")
    check.write_text(check.read_text() + "\n")
    demo_course.demo_course(course)
    assert not graded.exists()
