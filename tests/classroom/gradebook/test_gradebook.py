"""nbgrader's gradebook: what is recorded whole, and what a person gave is kept."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from tests.support.toy_class import nbgraders_own, notebooks
from tests.support.toy_course import PROJECT
from tito.classroom.gradebook import gradebook, tables
from tito.classroom.gradebook.models import Entry
from tito.lesson import nbgrader_steps
from tito.lesson.notebook import without_iri_parser
from tito.support.errors import CourseError

pytestmark = pytest.mark.slow

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


def by_hand(course, cell, **values):
    """What formgrader does when a person grades or comments on a cell of s001."""
    with nbgraders_own(course) as theirs:
        grade = theirs.find_grade(cell, "counting_dev", "01_counting", "s001")
        for name, value in values.items():
            setattr(grade, name, value)
        theirs.db.commit()


def test_the_settings_are_nbgraders_own(course, monkeypatch):
    from nbgrader.apps import NbGrader

    config = nbgrader_steps.settings(course)
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


def test_the_tables_are_nbgraders_own():
    without_iri_parser()
    from nbgrader.api import Base

    for ours in tables.ALL:
        theirs = Base.metadata.tables[ours.name].columns
        assert [c.name for c in ours.columns if not isinstance(theirs[c.name].type, type(c.type))] == []


def rows(course, learner):
    """All that the gradebook holds of a learner's submission, but for the ids that are made up."""
    with sqlite3.connect(course.gradebook) as database:
        database.row_factory = sqlite3.Row
        work = database.execute("SELECT * FROM submitted_assignment WHERE student_id = ?", (learner,)).fetchone()
        part = database.execute("SELECT * FROM submitted_notebook WHERE assignment_id = ?", (work["id"],)).fetchone()
        below = [
            database.execute(f"SELECT * FROM {table} WHERE notebook_id = ? ORDER BY cell_id", (part["id"],)).fetchall()
            for table in ("grade", "comment")
        ]
    made_up = {work["id"], part["id"], learner, *(row["id"] for table in below for row in table)}
    rows = (work, part, *below[0], *below[1])
    return [{key: value for key, value in dict(row).items() if value not in made_up} for row in rows]


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own way to add a submission
def test_a_new_submission_has_the_rows_that_nbgrader_makes(course, book, module):
    with nbgraders_own(course) as theirs:
        theirs.add_student("theirs")
        theirs.add_submission("01_counting", "theirs", timestamp=AT)
    book.record(module, Entry("ours", {}, AT))
    assert len(rows(course, "ours")) == 2 + 3 + 3 and rows(course, "ours") == rows(course, "theirs")


def test_scores_and_time_are_recorded(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    marks = book.marks(module)["s001"].marks
    assert (marks["count"].auto, marks["count"].max_points, marks["count"].needs_manual) == (6.0, 6.0, False)
    assert marks["why"].auto is None and marks["why"].needs_manual
    with nbgraders_own(course) as theirs:
        assert theirs.find_submission("01_counting", "s001").timestamp == AT.replace(tzinfo=None)
    assert book.learners == ("s001",)


def test_recording_twice_is_recording_once(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    before = book.marks(module)
    book.record(module, Entry("s001", POINTS, AT))
    assert book.marks(module) == before
    with nbgraders_own(course) as theirs:
        assert len(theirs.assignment_submissions("01_counting")) == 1


def test_an_empty_answer_gets_nothing_without_a_person(book, module):
    book.record(module, Entry("s001", POINTS | {"why": 0.0}, AT))
    marks = book.marks(module)["s001"]
    assert not marks.needs_manual and marks.comments == {"why": "No response."}


def test_what_a_person_gave_is_kept(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(course, "why", manual_score=1.5, needs_manual_grade=False)
    book.record(module, Entry("s001", POINTS, AT))
    mark = book.marks(module)["s001"].marks["why"]
    assert mark.points == 1.5 and not mark.needs_manual


def test_new_work_asks_for_another_look_and_keeps_the_score(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(course, "why", manual_score=1.5, needs_manual_grade=False)
    book.record(module, Entry("s001", POINTS, AT, looked_at_again=True))
    mark = book.marks(module)["s001"].marks["why"]
    assert mark.points == 1.5 and mark.needs_manual


def test_a_persons_points_go_before_ours(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    by_hand(course, "double", manual_score=3.0, extra_credit=0.5)
    assert book.marks(module)["s001"].marks["double"].points == 3.5


@pytest.mark.parametrize("extra", [None, 0.5])
@pytest.mark.parametrize("manual", [None, 0.0, 3.0])
@pytest.mark.parametrize("auto", [None, 1.0])
def test_points_add_up_as_nbgrader_adds_them(course, book, module, auto, manual, extra):
    book.record(module, Entry("s001", {"count": 6.0, "double": auto, "why": None}, AT))
    by_hand(course, "double", manual_score=manual, extra_credit=extra)
    with nbgraders_own(course) as theirs:
        expected = theirs.find_submission("01_counting", "s001").score
    assert sum(mark.points for mark in book.marks(module)["s001"].marks.values()) == expected


def test_a_submission_is_recorded_whole_or_not_at_all(book, module, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(gradebook.Gradebook, "_penalise", stopped)
    with pytest.raises(KeyboardInterrupt):
        book.record(module, Entry("s001", POINTS, AT))
    assert book.learners == () and book.marks(module) == {}


def test_lateness_costs_what_the_courses_plugin_says(course, module):
    (course.root / nbgrader_steps.SETTINGS).open("a").write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        with nbgraders_own(course) as theirs:
            theirs.update_or_create_assignment("01_counting", duedate=AT.replace(hour=9))
        book.record(module, Entry("s001", POINTS, AT))
        book.record(module, Entry("s002", POINTS, AT.replace(hour=8)))
        marks = book.marks(module)
    assert (marks["s001"].late_penalty, marks["s002"].late_penalty) == (7.0, 0.0)


def test_an_extension_counts_as_nbgrader_counts_it(course, book, module):
    book.record(module, Entry("s001", POINTS, AT))
    with nbgraders_own(course) as theirs:
        theirs.update_or_create_assignment("01_counting", duedate=AT.replace(hour=9))
        theirs.grant_extension("01_counting", "s001", minutes=15)
        expected_s = theirs.find_submission("01_counting", "s001").total_seconds_late
    with book._module_rows(module) as rows:
        assert rows.submissions()["s001"].seconds_late == expected_s == 2700.0


def test_what_is_there_already_is_enrolled_without_nbgrader(course, book, module):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"""
import sys
sys.path[:0] = [{str(PROJECT)!r}]
from pathlib import Path
from tito.classroom.gradebook import gradebook
from tito.lesson.build import built
from tito.course.course import Course
course = Course(Path({str(course.root)!r}))
module = course.module("counting")
with gradebook.opened(course) as book:
    book.enrol(module, built(course, module))
    book.record(module, gradebook.Entry("s001", {{"count": 6.0}}))
    assert book.marks(module)["s001"].marks["count"].points == 6.0
assert "nbgrader" not in sys.modules
""",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "change",
    [{"source": "assert double(2) == 4"}, {"points": 9.0}, {"grade": False}, {"kind": "markdown"}, {"solution": True}],
)
def test_a_cell_that_changed_is_enrolled_anew(course, book, module, change):
    def changed(cell):
        its = {name: change[name] for name in ("points", "grade", "solution") if name in change}
        plain = {name: change[name] for name in ("source", "kind") if name in change}
        return replace(cell, metadata=cell.metadata | {"nbgrader": cell.nbgrader | its}, **plain)

    handed_out = book.enrol(module, notebooks(course, module)[0])
    other = replace(handed_out, cells=tuple(changed(c) if c.id == "double" else c for c in handed_out.cells))
    with book._module_rows(module) as rows:
        assert rows.has_cells(handed_out) and not rows.has_cells(other)
        assert not rows.has_cells(replace(handed_out, cells=handed_out.cells[:-1]))


def test_new_worth_reaches_the_gradebook(course, book, module):
    source = notebooks(course, module)[0]
    check = source.cell("double")
    dearer = replace(check, metadata=check.metadata | {"nbgrader": check.nbgrader | {"points": 7.0}})
    book.enrol(module, replace(source, cells=tuple(dearer if cell is check else cell for cell in source.cells)))
    book.record(module, Entry("s001", POINTS, AT))
    assert book.marks(module)["s001"].marks["double"].max_points == 7.0


@pytest.mark.parametrize(("content", "words"), [(b"grades, they say " * 100, "is no database"), (None, "is damaged")])
def test_a_file_that_is_no_gradebook_is_said_to_be_none(course, book, content, words):
    whole = course.gradebook.read_bytes()
    course.gradebook.write_bytes(content or whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(CourseError, match=words), gradebook.opened(course):
        pass


def test_a_gradebook_of_another_version_is_said_to_be_one(course, book):
    with sqlite3.connect(course.gradebook) as database:
        database.execute("ALTER TABLE comment RENAME COLUMN manual_comment TO comment")
    with pytest.raises(CourseError, match=r"none of nbgrader 0\.9"), gradebook.opened(course) as other:
        other.marks(course.module("counting"))


def test_a_gradebook_in_use_is_said_to_be(course, module):
    """While another program writes it, nothing is recorded by half."""
    with pytest.raises(CourseError, match="in use by another program"), gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        event.listen(book._engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
        book._engine.dispose()  # so that the next connection is one that waits no longer than that
        with closing(sqlite3.connect(course.gradebook, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            book.record(module, Entry("s001", POINTS, AT))
    with gradebook.opened(course) as book:
        assert book.learners == () and book.marks(module) == {}


def test_no_table_that_grows_with_the_class_is_read_whole(book, module):
    """For each submission, that is; `marks` reads them all, once a run."""
    book.record(module, Entry("ada", POINTS, AT))
    engine, asked = book._engine, []

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
