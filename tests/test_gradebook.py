"""nbgrader's gradebook: what is recorded whole, and what a person gave is kept."""

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from classroom import notebooks
from sqlalchemy import event

from tito import gradebook
from tito.errors import CourseError
from tito.gradebook import Entry

AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
POINTS = {"count": 6.0, "double": 1.0, "why": None}


@pytest.fixture
def book(course):
    """The toy course's gradebook, which knows the module `counting`."""
    with gradebook.opened(course) as open_book:
        open_book.enrol(course.module("counting"), notebooks(course, course.module("counting"))[0])
        yield open_book


@pytest.fixture
def module(course):
    return course.module("counting")


def by_hand(book, cell, **values):
    """What formgrader does when a person grades or comments on a cell of s001."""
    grade = book._book.find_grade(cell, "counting_dev", "01_counting", "s001")
    for name, value in values.items():
        setattr(grade, name, value)
    book._book.db.commit()


def test_the_settings_are_nbgraders_own(course, monkeypatch):
    from nbgrader.apps import NbGrader

    config = gradebook.settings(course)
    assert config.CourseDirectory.root == str(course.nbgrader_root)
    assert config.CourseDirectory.db_url == f"sqlite:///{course.gradebook}"
    monkeypatch.chdir(course.root)
    app = NbGrader()
    app.load_config_file()
    assert app.config.CourseDirectory == config.CourseDirectory and app.config.ClearSolutions == config.ClearSolutions


def test_the_database_has_nbgraders_schema_version(course, book):
    with sqlite3.connect(course.gradebook) as database:
        ((version,),) = database.execute("SELECT version_num FROM alembic_version")
    assert len(version) == 12


def test_scores_and_time_are_recorded(book, module):
    book.record(module, Entry("s001", POINTS, AT))
    marks = book.marks(module)["s001"].marks
    assert (marks["count"].auto, marks["count"].max_points, marks["count"].needs_manual) == (6.0, 6.0, False)
    assert marks["why"].auto is None and marks["why"].needs_manual
    assert book._book.find_submission("01_counting", "s001").timestamp == AT.replace(tzinfo=None)
    assert book.learners == ("s001",)


def test_recording_twice_is_recording_once(book, module):
    book.record(module, Entry("s001", POINTS, AT))
    before = book.marks(module)
    book.record(module, Entry("s001", POINTS, AT))
    assert book.marks(module) == before
    assert len(book._book.assignment_submissions("01_counting")) == 1


def test_an_empty_answer_gets_nothing_without_a_person(book, module):
    book.record(module, Entry("s001", POINTS | {"why": 0.0}, AT))
    marks = book.marks(module)["s001"]
    assert not marks.needs_manual and marks.comments == {"why": "No response."}


def test_what_a_person_gave_is_kept(book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(book, "why", manual_score=1.5, needs_manual_grade=False)
    book.record(module, Entry("s001", POINTS, AT))
    mark = book.marks(module)["s001"].marks["why"]
    assert mark.points == 1.5 and not mark.needs_manual


def test_new_work_asks_for_another_look_and_keeps_the_score(book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(book, "why", manual_score=1.5, needs_manual_grade=False)
    book.record(module, Entry("s001", POINTS, AT, looked_at_again=True))
    mark = book.marks(module)["s001"].marks["why"]
    assert mark.points == 1.5 and mark.needs_manual


def test_a_persons_points_go_before_ours(book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(book, "double", manual_score=3.0, extra_credit=0.5)
    assert book.marks(module)["s001"].marks["double"].points == 3.5


def test_a_submission_is_recorded_whole_or_not_at_all(book, module, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(gradebook.Gradebook, "_penalise", stopped)
    with pytest.raises(KeyboardInterrupt):
        book.record(module, Entry("s001", POINTS, AT))
    assert book.learners == () and book.marks(module) == {}


def test_lateness_costs_what_the_courses_plugin_says(course, module):
    (course.root / gradebook.SETTINGS).open("a").write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        book._book.update_or_create_assignment("01_counting", duedate=AT.replace(hour=9))
        book.record(module, Entry("s001", POINTS, AT))
        book.record(module, Entry("s002", POINTS, AT.replace(hour=8)))
        marks = book.marks(module)
    assert (marks["s001"].late_penalty, marks["s002"].late_penalty) == (7.0, 0.0)


def test_cells_that_change_under_recorded_grades_are_refused(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    source, _ = notebooks(course, module)
    fewer = replace(source, cells=tuple(cell for cell in source.cells if cell.id != "double"))
    with pytest.raises(CourseError, match="can't take 01_counting"):
        book.enrol(module, fewer)


def test_no_table_that_grows_with_the_class_is_read_whole(book, module):
    """For each submission, that is; `marks` reads them all, once a run."""
    book.record(module, Entry("ada", POINTS, AT))
    engine, asked = book._book.engine, []

    def note(_connection, _cursor, statement, values, _context, many):
        asked.append((statement, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", note)
    book.record(module, Entry("grace", POINTS, AT))
    book.record(module, Entry("ada", POINTS, AT))
    event.remove(engine, "before_cursor_execute", note)
    cursor, plans = engine.raw_connection().cursor(), []
    for statement, values in asked:
        if not statement.startswith("INSERT"):
            plans += [step for *_, step in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("SEARCH grade USING" in step for step in plans)
    assert not [step for step in plans if re.search(r"SCAN (grade|comment|submitted_\w+|student|base_cell)\b", step)]
