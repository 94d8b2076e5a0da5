"""What an instructor reads about a class after grading it."""

from tito.classroom.records import GradedSubmission, Record
from tito.course.checks import Grade
from tito.ui.render_class import grading_notes

LOST = "your editor dropped the marks of 14 cells; known by what they hold"


def graded(notes_of):
    """A class with these notes, by learner."""
    grades = {who: Grade("counting", (), notes) for who, notes in notes_of.items()}
    return [GradedSubmission(who, Record(who, "graded", grade, "", None, {})) for who, grade in grades.items()]


def test_what_most_of_a_class_has_is_said_once():
    notes = grading_notes(graded({f"s{n}": (LOST,) for n in range(7)} | {"s7": (), "s8": (LOST, "deleted the check")}))
    assert notes.splitlines() == [f"8 of 9 learners: {LOST}", "s8 deleted the check"]


def test_what_few_have_is_said_of_each():
    one = grading_notes(graded({"ada": (LOST,), "bea": (LOST,)}))
    few = grading_notes(graded({f"s{n}": ("moved a cell",) if n < 3 else () for n in range(9)}))
    assert one.splitlines() == [f"ada {LOST}", f"bea {LOST}"]
    assert few.splitlines() == [f"s{n} moved a cell" for n in range(3)]


def test_more_than_two_notes_of_one_learner_are_counted():
    assert grading_notes(graded({"ada": ("a", "b", "c", "d")})).splitlines() == [
        "ada a", "ada b", "ada and 2 more like these, in the feedback page"]  # fmt: skip
