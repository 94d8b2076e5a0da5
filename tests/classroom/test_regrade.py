"""Corrections in mid-term: whose marks a regrade changes, what a preview says of it, and the log of the runs."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from tests.support.fake_pool import FakePool
from tests.support.toy_class import hand_in, nbgraders_own, work
from tests.support.toy_course import COUNTING_TOML, write_course
from tito.classroom import records
from tito.classroom.grade_class import checks_changed, grade_class, preview
from tito.classroom.gradebook import gradebook
from tito.classroom.history import log
from tito.classroom.history.changes import Change, CheckChange, change_between, changes_in
from tito.classroom.history.log import GradingRun
from tito.classroom.records import Record
from tito.cli import app, instructor
from tito.course.checks import Grade, TestResult
from tito.course.course import Course
from tito.support.errors import CourseError
from tito.ui import render_class
from tito.workers.job import JobOutcome

pytestmark = pytest.mark.slow

BOTH = {"ada": {"count": 6, "double": 4}, "bea": {"count": 4, "double": 4}, "cyd": {"count": 0, "double": 0}}
CORRECTED = BOTH | {"bea": {"count": 6, "double": 4}, "cyd": {"count": 0, "double": 3}}
BEA = Change("bea", 8, 10, (CheckChange("count", 4, 6),))
CYD = Change("cyd", 0, 3, (CheckChange("double", 0, 3),))


def pool_of(points, level=2):
    """A pool where each learner earns these points; whoever has none there is a fault of ours."""

    def outcome_of(spec, job):
        if job.key not in points:
            return JobOutcome(job.key, None, "ZeroDivisionError: of ours")
        if points[job.key] is None:
            return None
        earned = points[job.key]
        results = [
            TestResult(c.id, "passed" if earned[c.id] == c.points else "failed", earned[c.id], c.points)
            for c in spec.suite.checks
        ]
        return JobOutcome(job.key, Grade("counting", tuple(results), isolation_level=level))

    return FakePool(outcome_of)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    course = write_course(tmp_path_factory.mktemp("course"))
    module = course.module("counting")
    for learner in BOTH:
        hand_in(course, module, learner, work(course, module))
    list(grade_class(course, module, pool=pool_of(BOTH)))
    return course


@pytest.fixture
def graded(graded_once, tmp_path):
    """A class of three that is graded, in a course of the test's own."""
    return Course(shutil.copytree(graded_once.root, tmp_path / "course"))


def correct(course, check="double"):
    """The instructor corrects the text of a check."""
    path = course.module("counting").check_file(check)
    path.write_text(path.read_text().replace('"twice', '"two times').replace('"three items', '"the three items'))
    return course.module("counting")


def tree_of(course):
    """Every file and folder of the course but the lock, with its bytes and when it last changed."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [course.root, *course.root.rglob("*")]
        if path not in (course.grading_lock, course.grading_lock.parent)
    }


# -- changes --------------------------------------------------------------------------------------------


def record(**points):
    grade = Grade("counting", tuple(TestResult(name, "failed", earned, 6) for name, earned in points.items()))
    return Record("ada", "graded", grade, "key")


def test_a_change_names_the_checks_that_differ():
    assert change_between(record(count=4, double=4), record(count=6, double=4)) == Change(
        "ada", 8, 10, (CheckChange("count", 4, 6),)
    )
    assert change_between(record(count=4), record(count=4)) is None


def test_points_that_read_alike_are_no_change():
    assert change_between(record(count=0.1 + 0.2), record(count=0.3)) is None


def test_the_same_total_by_other_checks_is_a_change():
    change = change_between(record(count=4, double=0), record(count=0, double=4))
    assert (change.before, change.after, change.difference) == (4, 4, 0) and len(change.checks) == 2


def test_a_check_that_is_new_or_gone_is_a_change():
    change = change_between(record(count=4, old=0), record(count=4, new=2))
    assert change.checks == (CheckChange("new", None, 2), CheckChange("old", 0, None))
    assert "new none → 2, old 0 → none" in render_class.mark_changes((change,))


def test_a_corrected_check_changes_marks(graded):
    again = list(grade_class(graded, correct(graded), pool=pool_of(CORRECTED)))
    assert all(g.fresh for g in again) and changes_in(again) == (BEA, CYD)


def test_first_grades_and_kept_records_are_no_changes(graded):
    module = graded.module("counting")
    hand_in(graded, module, "dan", work(graded, module))
    again = list(grade_class(graded, module, pool=pool_of({"dan": {"count": 6, "double": 4}})))
    assert [g.learner for g in again if g.fresh] == ["dan"] and changes_in(again) == ()


def test_marks_given_by_hand_survive_a_regrade(graded):
    with nbgraders_own(graded) as theirs:
        theirs.find_grade("count", "counting_dev", "01_counting", "bea").manual_score = 5.0
        theirs.find_grade("why", "counting_dev", "01_counting", "bea").manual_score = 1.5
        theirs.db.commit()
    list(grade_class(graded, correct(graded), pool=pool_of(CORRECTED)))
    with gradebook.opened(graded) as book:
        marks = book.marks(graded.module("counting"))["bea"].marks
    assert (marks["count"].auto, marks["count"].manual, marks["count"].points) == (6, 5, 5)
    assert marks["why"].manual == 1.5


# -- the preview ------------------------------------------------------------------------------------------


def test_a_preview_says_what_a_regrade_would_change_and_writes_nothing(graded):
    module, before = correct(graded), tree_of(graded)
    told = changes_in(preview(graded, module, pool=pool_of(CORRECTED)))
    assert tree_of(graded) == before
    assert told == changes_in(grade_class(graded, module, pool=pool_of(CORRECTED))) == (BEA, CYD)
    assert tree_of(graded) != before, "a regrade does write"


def test_a_preview_of_a_first_grading_writes_nothing(course):
    module = course.module("counting")
    hand_in(course, module, "ada", work(course, module))
    hand_in(course, module, "bad", b"\x00")
    course.built(module).unlink()
    before = tree_of(course)
    assert [g.learner for g in preview(course, module, pool=pool_of(BOTH))] == ["bad", "ada"]
    assert tree_of(course) == before and not course.gradebook.exists() and not course.built(module).exists()


def test_a_preview_takes_the_lock_of_grading(graded):
    run = grade_class(graded, graded.module("counting"), again=True, pool=pool_of(BOTH))
    next(run)
    with pytest.raises(CourseError, match="somebody is grading"):
        next(preview(graded, graded.module("counting"), pool=pool_of(BOTH)))
    run.close()


def test_it_is_known_which_checks_changed(graded):
    assert checks_changed(graded, graded.module("counting")).names == ()
    found = checks_changed(graded, correct(graded))
    assert found.names == ("double",) and found.since == log.runs_of(graded, graded.module("counting"))[-1].at


def test_other_points_for_a_check_are_a_change_of_it(graded):
    graded.module("counting").toml.write_text(COUNTING_TOML.replace("points = 4", "points = 5"))
    fresh = Course(graded.root)
    assert checks_changed(fresh, fresh.module("counting")).names == ("double",)


@pytest.mark.parametrize("points", [BOTH | {"bea": None}, {"ada": BOTH["ada"]}], ids=["interrupted", "with faults"])
def test_after_a_run_that_graded_not_all_no_change_is_guessed(graded, points):
    module = graded.module("counting")
    run = grade_class(graded, module, again=True, pool=pool_of(points))
    next(run)
    if None in points.values():
        run.close()
    else:
        list(run)
    assert checks_changed(graded, correct(graded)) is None


# -- the log ----------------------------------------------------------------------------------------------


def test_each_run_has_a_line(graded):
    module = correct(graded)
    list(grade_class(graded, module, pool=pool_of(CORRECTED, level=1)))
    list(grade_class(graded, module, pool=pool_of({})))
    first, second, third = log.runs_of(graded, module)
    assert (first.graded, first.changes, first.isolation_level) == (3, (), 2)
    assert (second.graded, second.changes, second.isolation_level) == (3, (BEA, CYD), 1)
    assert (third.graded, third.changes, third.isolation_level) == (0, (), None)
    assert first.tests != second.tests == third.tests and first.checks["count"] == second.checks["count"]
    assert abs((datetime.now(UTC) - third.at).total_seconds()) < 100 and third.at.utcoffset().total_seconds() == 0
    assert not any(run.interrupted or run.faults for run in (first, second, third))
    lines = graded.grading_log(module).read_text().splitlines()
    assert [json.loads(line)["module"] for line in lines] == ["counting"] * 3


def test_an_interrupted_run_is_logged_with_what_it_changed(graded):
    module = correct(graded)
    run = grade_class(graded, module, pool=pool_of({"ada": {"count": 5, "double": 4}, "bea": None}))
    assert next(run).learner == "ada"
    with pytest.raises(KeyboardInterrupt):
        run.throw(KeyboardInterrupt)
    last = log.runs_of(graded, module)[-1]
    assert last.interrupted and last.graded == 1
    assert last.changes == (Change("ada", 10, 9, (CheckChange("count", 6, 5),)),)
    assert records.read(graded, module, "ada").grade.points == 9


def test_a_fault_is_counted(graded):
    module = correct(graded)
    list(grade_class(graded, module, pool=pool_of({"ada": BOTH["ada"]})))
    last = log.runs_of(graded, module)[-1]
    assert (last.graded, last.faults, last.interrupted) == (1, 2, False)


def test_a_run_that_can_not_begin_is_not_logged(graded):
    module = graded.module("counting")
    run = grade_class(graded, module, again=True, pool=pool_of(BOTH))
    next(run)
    with pytest.raises(CourseError):
        list(grade_class(graded, module, pool=pool_of(BOTH)))
    assert len(log.runs_of(graded, module)) == 1
    run.close()


def test_half_a_line_is_ignored_then_removed(graded):
    module = graded.module("counting")
    path = graded.grading_log(module)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(log.runs_of(graded, module)) == 1
    list(grade_class(graded, module, pool=pool_of(BOTH)))
    assert len(log.runs_of(graded, module)) == 2 and path.read_bytes().startswith(whole)


def test_a_whole_line_that_can_not_be_read_is_told(graded):
    module = graded.module("counting")
    path = graded.grading_log(module)
    path.write_bytes(path.read_bytes() + b'{"module": 1}\n')
    with pytest.raises(CourseError, match="can't be read") as told:
        log.runs_of(graded, module)
    assert told.value.at == f"{path}:2"


# -- the command line -------------------------------------------------------------------------------------


@pytest.fixture
def tito(graded, monkeypatch, capsys):
    """Run `tito` in the course, with a pool that gives `points`; its exit code, stdout and stderr."""
    monkeypatch.chdir(graded.root)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("tito.autograder.probe.must_grade", lambda: None)

    def run(*words, points=CORRECTED):
        monkeypatch.setattr(instructor, "_pool", lambda args: pool_of(points))
        code = app.main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return run


CHANGED = "  bea     8 → 10   count 4 → 6\n  cyd     0 → 3    double 0 → 3\n"


def test_grade_tells_the_changes_after_the_class(tito, graded):
    correct(graded)
    code, out, err = tito("grade", "counting")
    assert code == 0 and out.endswith(CHANGED) and "  1 other stays\n" in err


def test_grade_without_changes_says_nothing_of_them(tito):
    code, out, err = tito("grade", "counting", "--again", points=BOTH)
    assert code == 0 and "→" not in out + err and "stay" not in err and "changed" not in err


def test_the_preview_in_words(tito, graded):
    correct(graded)
    before = tree_of(graded)
    code, out, err = tito("grade", "counting", "--preview")
    assert (code, out) == (0, CHANGED) and tree_of(graded) == before
    assert "01 counting: the check 'double' has changed since " in err and "  1 other stays\n" in err
    assert err.endswith("nothing written. To regrade: tito grade counting\n")


def test_a_preview_of_no_changes_and_of_first_grades(tito, graded):
    module = graded.module("counting")
    hand_in(graded, module, "dan", work(graded, module))
    code, out, err = tito("grade", "counting", "--preview", "--again", points=BOTH | {"dan": BOTH["ada"]})
    assert (code, out) == (0, "") and "no check has changed since" in err
    assert "  no marks change, 1 is graded for the first time\n" in err
    assert err.endswith("To regrade: tito grade counting --again\n")


def test_a_fault_in_a_preview_is_told(tito, graded):
    correct(graded)
    code, out, _ = tito("grade", "counting", "--preview", points={"ada": BOTH["ada"], "bea": CORRECTED["bea"]})
    assert code == 3 and "cyd  not graded: a fault of tito's own" in out and "bea     8 → 10" in out


def test_an_interrupted_preview_says_that_nothing_was_written(tito, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("tito.classroom.grade_class.preview", interrupt)
    code, _, err = tito("grade", "counting", "--preview")
    assert code == 130 and "interrupted: nothing was written" in err


def test_a_preview_is_of_a_class(tito):
    code, _, err = tito("grade", "counting", "--preview", "--code", "x.py")
    assert code == 2 and "--code FILE records nothing" in err


def test_the_log_in_words_and_as_json(tito, graded):
    correct(graded)
    tito("grade", "counting")
    code, out, _ = tito("log", "counting")
    first, second = out.splitlines()[1:]
    assert code == 0 and out.split()[:6] == ["when", "tests", "level", "graded", "changed", "by"]
    assert first.split()[-3:] == ["2", "3", "0"] and second.split()[-6:] == ["2", "3", "2", "+2", "to", "+3"]
    code, out, err = tito("log", "--json")
    assert (code, err) == (0, "")
    assert [len(json.loads(line)["changes"]) for line in out.splitlines()] == [0, 2]


def test_the_log_says_which_run_was_interrupted():
    run = GradingRun("counting", datetime(2026, 11, 3, tzinfo=UTC), "ab12", {}, None, 1, 2, (), True)
    assert render_class.grading_log([run]).endswith("ab12               1        0      interrupted, 2 not graded")


def test_without_any_grading_there_is_no_log(tito):
    code, _, err = tito("log", "adding")
    assert code == 2 and "no grading of adding is logged yet" in err
