"""What the course knows stands in nbgrader's gradebook, as nbgrader reads it: names, due dates, extensions."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.inbox import a_folder
from tests.support.toy_class import nbgraders_own, notebooks
from tito.classroom.collect import collect, set_deadline
from tito.classroom.deadlines import Deadlines, write_deadlines
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry
from tito.classroom.intake.people.roster_import import import_roster

DUE = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture
def graded(course, module):
    """Grade s001 and s002, whom the roster knows, an hour after the deadline; s002 has two hours more."""
    course.roster.parent.mkdir(exist_ok=True)
    course.roster.write_text('id,name,email\ns001,Ada Loveday,ada@uni.example\ns002,"Brook, Kim",\n')
    deadlines = Deadlines({}).changed(module, DUE).changed(module, DUE + timedelta(hours=2), "S002")
    write_deadlines(course, deadlines)
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        entries = [Entry(who, {"count": 6.0}, DUE + timedelta(hours=1)) for who in ("s001", "s002")]
        book.record(module, *entries)


@pytest.mark.slow
def test_nbgrader_knows_names_and_emails(course, graded):
    with nbgraders_own(course) as theirs:
        ada, kim = (theirs.find_student(who) for who in ("s001", "s002"))
        assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Loveday", "ada@uni.example")
        assert (kim.first_name, kim.last_name, kim.email) == ("Kim", "Brook", None)


@pytest.mark.slow
def test_nbgrader_knows_due_dates_and_extensions(course, graded):
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate == DUE.replace(tzinfo=None)
        late = {who: theirs.find_submission("01_counting", who).total_seconds_late for who in ("s001", "s002")}
        assert late == {"s001": 3600.0, "s002": 0.0}


@pytest.mark.slow
def test_a_due_date_that_only_nbgrader_has_stays(course, module, graded):
    write_deadlines(course, Deadlines({}))
    with gradebook.opened(course) as book:
        book.take_over(module)
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate == DUE.replace(tzinfo=None)
    with gradebook.opened(course) as book:
        book.take_over(module, also_no_due_date=True)
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate is None


@pytest.mark.slow
def test_the_library_keeps_nbgrader_up_to_date(course, module, graded, tmp_path):
    """Setting a deadline, collecting with one and importing a roster, without any command."""
    later = DUE + timedelta(days=1)
    set_deadline(course, module, later)
    set_deadline(course, module, later + timedelta(hours=3), "s001")
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate == later.replace(tzinfo=None)
        assert theirs.find_submission("01_counting", "s001").extension == timedelta(hours=3)
    collect(course, a_folder(tmp_path / "inbox", {"s001/counting_dev.ipynb": b"{}"}), module, DUE)
    (tmp_path / "class.csv").write_text("id,name,email\ns003,Cid Rush,cid@uni.example\n")
    import_roster(course, tmp_path / "class.csv")
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate == DUE.replace(tzinfo=None)
        assert theirs.find_student("s003").email == "cid@uni.example"
    set_deadline(course, module, None)
    with nbgraders_own(course) as theirs:
        assert theirs.find_assignment("01_counting").duedate is None
