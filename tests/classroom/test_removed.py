"""A folder in `submitted/` that somebody removed by hand: its work is withdrawn, and that is told."""

import shutil
from datetime import timedelta

import pytest

from tests.support.fake_pool import FakePool, all_passed
from tests.support.inbox import JANUARY, a_folder, a_notebook, submitted, write_small_course
from tests.support.toy_class import nbgraders_own, work
from tito.classroom.collect import collect, set_deadline, withdraw
from tito.classroom.deadlines import read_deadlines
from tito.classroom.intake import archive
from tito.classroom.report import report
from tito.cli import app, instructor
from tito.lesson.notebook import as_json

pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path):
    return write_small_course(tmp_path / "course-root")


@pytest.fixture
def module(course):
    return course.module("benchmarking")


@pytest.fixture
def inbox(tmp_path):
    return a_folder(tmp_path / "inbox", {f"{who}/benchmarking_dev.ipynb": a_notebook(who) for who in ("ann", "ben")})


@pytest.fixture
def removed(course, module, inbox):
    """Ann and ben handed in, and ben's folder is removed."""
    collect(course, inbox, module)
    shutil.rmtree(course.submitted("ben", module))
    return course


def told(collection, who="ben"):
    return [(a.decision, a.reason, a.needs_person) for a in collection.arrivals if a.person == who]


def test_the_same_download_does_not_bring_it_back(removed, module, inbox):
    assert told(collect(removed, inbox, module)) == [("kept", archive.REMOVED, True)]
    assert told(collect(removed, inbox, module)) == [("kept", "withdrawn: kept, does not count", False)]
    assert submitted(removed) == {"ann": "ann"}


def test_what_is_handed_in_later_counts(removed, module, tmp_path):
    later = a_folder(tmp_path / "more", {"ben/benchmarking_dev.ipynb": a_notebook("ben again")})
    assert told(collect(removed, later, module)) == [("counts", "14 Jan 2026, 10:15", False)]
    assert submitted(removed) == {"ann": "ann", "ben": "ben again"}


def test_an_earlier_attempt_does_not_come_up_instead(course, module, inbox, tmp_path):
    collect(course, inbox, module)
    newer = {"ben/benchmarking_dev.ipynb": a_notebook("ben again")}
    collect(course, a_folder(tmp_path / "more", newer, JANUARY + timedelta(days=1)), module)
    shutil.rmtree(course.submitted("ben", module))
    collect(course, inbox, module)
    assert submitted(course) == {"ann": "ann"}


def test_it_can_be_taken_back(removed, module):
    assert withdraw(removed, module, "ben", undo=True).chosen
    assert submitted(removed) == {"ann": "ann", "ben": "ben"}


def test_a_folder_that_is_put_back_counts_as_before(course, module, inbox):
    collect(course, inbox, module)
    folder = course.submitted("ben", module)
    folder.rename(folder.with_name("away"))
    folder.with_name("away").rename(folder)
    assert told(collect(course, inbox, module)) == [("counts", "14 Jan 2026, 10:15", False)]


def test_a_deadline_leaves_it_to_be_told(removed, module):
    set_deadline(removed, module, JANUARY + timedelta(days=9))
    assert submitted(removed) == {"ann": "ann"}
    assert archive.note_removed(removed, module) == ("ben",) and archive.note_removed(removed, module) == ()


def test_what_is_late_or_withdrawn_is_not_removed_by_hand(course, module, inbox):
    collect(course, inbox, module)
    set_deadline(course, module, JANUARY - timedelta(days=9))
    withdraw(course, module, "ann")
    assert submitted(course) == {} and archive.note_removed(course, module) == ()
    set_deadline(course, module, JANUARY + timedelta(days=9))
    assert submitted(course) == {"ben": "ben"}


@pytest.mark.parametrize("stop", ["_place", "_withdraw", "write_record"])
def test_an_interrupted_collection_is_not_taken_for_a_removal(course, module, inbox, monkeypatch, stop):
    collect(course, inbox, module)
    set_deadline(course, module, JANUARY - timedelta(days=9))

    def interrupt(*args):
        raise KeyboardInterrupt

    for due in (JANUARY + timedelta(days=9), JANUARY - timedelta(days=9)):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(archive, stop, interrupt)
            set_deadline(course, module, due)
            raise KeyboardInterrupt
        set_deadline(course, module, due)
    assert archive.note_removed(course, module) == ()


# -- grade and report -------------------------------------------------------------------------------------

PASSED = FakePool(all_passed)


@pytest.fixture
def toy(request, tmp_path):
    from tests.support.toy_course import write_course

    root = tmp_path / "toy"
    root.mkdir()
    return write_course(root)


@pytest.fixture
def tito(toy, monkeypatch, capsys):
    monkeypatch.chdir(toy.root)
    monkeypatch.setattr("tito.autograder.probe.must_grade", lambda: None)
    monkeypatch.setattr(instructor, "_pool", lambda args: PASSED)

    def run(*words):
        code = app.main(list(words))
        return code, *capsys.readouterr()

    return run


def test_grading_says_what_was_removed_and_keeps_marks(toy, tito, tmp_path):
    module = toy.module("counting")
    content = as_json(work(toy, module))
    inbox = a_folder(tmp_path / "toys", {f"{who}/counting_dev.ipynb": content for who in ("ann", "ben")})
    assert tito("collect", str(inbox))[0] == 0 and tito("grade", "counting")[0] == 0
    with nbgraders_own(toy) as theirs:
        theirs.find_grade("why", "counting_dev", "01_counting", "ben").manual_score = 1.5
        theirs.db.commit()
    for who in ("ann", "ben"):
        shutil.rmtree(toy.submitted(who, module))
    assert {line.learner: line.status for line in report(toy, module).learners} == dict.fromkeys(
        ("ann", "ben"), "withdrawn"
    )
    code, out, err = tito("grade", "counting")
    assert code == 0 and out.strip() == "" and "! ben  removed from submitted/ by hand: withdrawn" in err
    assert "tito withdraw counting ben --undo" in err and "removed" not in tito("grade", "counting")[2]
    assert tito("withdraw", "counting", "ben", "--undo")[0] == 0 and tito("grade", "counting")[0] == 0
    with nbgraders_own(toy) as theirs:
        assert theirs.find_grade("why", "counting_dev", "01_counting", "ben").manual_score == 1.5
    assert {line.learner: line.status for line in report(toy, module).learners}["ben"] == "needs manual grading"


def test_the_report_says_why_something_does_not_count(toy, tmp_path):
    module = toy.module("counting")
    versions = [as_json(work(toy, module, write_double=f"#| export\ndouble = {n}")) for n in range(2)]
    files = {
        f"{who}/{name}.ipynb": versions[n]
        for who in ("late", "tied", "back")
        for n, name in enumerate(("work", "other"))
    }
    at = {name: JANUARY + timedelta(days=9 * name.startswith("late")) for name in files}
    collect(toy, a_folder(tmp_path / "toys", files, at), module, JANUARY + timedelta(days=1))
    withdraw(toy, module, "back")
    assert read_deadlines(toy).of(module)
    statuses = {line.learner: line.status for line in report(toy, module).learners}
    assert statuses == {"late": "handed in late", "tied": "waits for a choice", "back": "withdrawn"}
