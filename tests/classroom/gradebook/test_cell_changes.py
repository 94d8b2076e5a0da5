"""Cells that are renamed, added or taken out in mid-term: marks and comments by hand survive."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.toy_class import mark_by_hand, nbgraders_own, notebooks
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry
from tito.lesson.notebook import NBGRADER_DEFAULTS, Cell
from tito.support.errors import CourseError

pytestmark = pytest.mark.slow

AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
POINTS = {"count": 6.0, "double": 1.0, "why": None}


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture
def lesson(course, module):
    return notebooks(course, module)[0]


@pytest.fixture
def book(course, module, lesson):
    """Ada and bea graded; an instructor gave ada marks and a comment by hand, in this module and in the next."""
    adding = course.module("adding")
    with gradebook.opened(course) as open_book:
        for each in (module, adding):
            open_book.enrol(each, notebooks(course, each)[0])
        open_book.record(module, *(Entry(who, POINTS, AT) for who in ("ada", "bea")))
        open_book.record(adding, Entry("ada", {"add": 2.0}, AT))
        mark_by_hand(course, "write-double", "neat")
        yield open_book


def by_hand(book, module):
    """Manual marks and comments, by learner and cell."""
    marks = book.marks(module)
    scores = {
        (who, cell): m.manual for who, its in marks.items() for cell, m in its.marks.items() if m.manual is not None
    }
    return scores | {(who, cell): text for who, its in marks.items() for cell, text in its.comments.items()}


GIVEN = {("ada", "double"): 3.0, ("ada", "why"): 1.5, ("ada", "write-double"): "neat"}


def under(lesson, old, new):
    """The lesson with a cell under another id."""
    return replace(lesson, cells=tuple(_under(cell, new) if cell.id == old else cell for cell in lesson.cells))


def _under(cell, name):
    return replace(cell, id=name, metadata=cell.metadata | {"nbgrader": cell.nbgrader | {"grade_id": name}})


def without(lesson, cell_id):
    return replace(lesson, cells=tuple(cell for cell in lesson.cells if cell.id != cell_id))


@pytest.mark.parametrize("cell", ["double", "why", "write-double", "given-count"])
def test_a_renamed_cell_keeps_what_was_given_by_hand(course, book, module, lesson, cell):
    renamed = replace(module, renamed=((cell, "pairs"),))
    for _ in range(2):
        book.enrol(renamed, under(lesson, cell, "pairs"))
    expected = {(who, "pairs" if name == cell else name): given for (who, name), given in GIVEN.items()}
    assert by_hand(book, renamed) == expected
    assert by_hand(book, course.module("adding")) == {("ada", "add"): 4.0}
    with nbgraders_own(course) as theirs:
        names = {c.name for c in theirs.find_notebook("counting_dev", "01_counting").source_cells}
    assert "pairs" in names and cell not in names


@pytest.mark.parametrize(
    ("cell", "words"), [("double", "double = "), ("why", "why = "), ("write-double", "write-double = ")]
)
def test_what_has_marks_by_hand_is_not_taken_out(book, module, lesson, cell, words):
    with pytest.raises(
        CourseError, match=f'no cell "{cell}" any more, and it has marks or comments by hand, of ada'
    ) as told:
        book.enrol(module, without(lesson, cell))
    assert words in told.value.hint and "gradebook.db" not in str(told.value) + told.value.hint
    assert by_hand(book, module) == GIVEN


def test_a_renamed_check_that_nobody_declared_loses_nothing(book, module, lesson):
    with pytest.raises(CourseError, match='no cell "double"'):
        book.enrol(module, under(lesson, "double", "pairs"))
    assert by_hand(book, module) == GIVEN
    book.enrol(replace(module, renamed=(("double", "pairs"),)), under(lesson, "double", "pairs"))
    assert by_hand(book, module)["ada", "pairs"] == 3.0


def test_a_check_that_nobody_graded_by_hand_is_taken_out(book, module, lesson):
    book.enrol(module, without(lesson, "count"))
    marks = book.marks(module)
    assert set(marks["ada"].marks) == set(marks["bea"].marks) == {"double", "why"} and by_hand(book, module) == GIVEN


@pytest.mark.parametrize(
    "role", [{"grade": True, "locked": True}, {"solution": True}, {"locked": True}, {"grade": True, "solution": True}]
)
def test_a_cell_may_come_later(course, book, module, lesson, role):
    """Its rows are those that nbgrader makes for a submission that comes after it."""
    marks = NBGRADER_DEFAULTS | {"grade_id": "later", "points": 3} | role
    more = replace(lesson, cells=(*lesson.cells, Cell("code", "x = 1", "later", {"nbgrader": marks})))
    book.enrol(module, more)
    book.record(module, Entry("ada", POINTS | {"later": 2.0}, AT), Entry("new", POINTS | {"later": 2.0}, AT))
    found = book.marks(module)
    assert found["ada"].marks.get("later") == found["new"].marks.get("later")
    assert by_hand(book, module) == GIVEN
    with nbgraders_own(course) as theirs:
        for who in ("ada", "new"):
            work = theirs.find_submission_notebook("counting_dev", "01_counting", who)
            assert ("later" in {g.name for g in work.grades}) == ("grade" in role)
            assert ("later" in {c.name for c in work.comments}) == ("solution" in role)
        assert theirs.find_source_cell("later", "counting_dev", "01_counting").source == "x = 1" or "solution" in role
        assert theirs.find_submission("01_counting", "ada").score is not None


def test_before_any_submission_cells_change_freely(course, module, lesson):
    with gradebook.opened(course) as book:
        book.enrol(module, lesson)
        book.enrol(module, under(without(lesson, "count"), "double", "pairs"))
        book.record(module, Entry("ada", {"pairs": 1.0}, AT))
        assert set(book.marks(module)["ada"].marks) == {"pairs", "why"}
