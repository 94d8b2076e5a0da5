"""A check or a module that is called otherwise than when it was given out: what was graded goes with it."""

import shutil
from datetime import UTC, datetime

import pytest

from tests.support import toy_class
from tests.support.fake_pool import FakePool, all_passed
from tests.support.toy_class import hand_in, mark_by_hand, nbgraders_own, work
from tests.support.toy_course import rename_check, rename_folder, write_course
from tests.support.toy_workspace import hand_out
from tito.classroom import records
from tito.classroom.collect import collect, set_deadline
from tito.classroom.deadlines import read_deadlines
from tito.classroom.feedback import write_feedback
from tito.classroom.grade_class import checks_changed, grade_class, preview
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.lock import alone
from tito.classroom.history import renames
from tito.classroom.history.changes import changes_in
from tito.classroom.history.log import runs_of
from tito.cli import app, instructor
from tito.course.course import Course
from tito.lesson.build import build, built
from tito.support.errors import CourseError

pytestmark = pytest.mark.slow

PASSED = FakePool(all_passed)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    """A class of two, collected and graded; ada has marks and a comment by hand, in both modules."""
    course = write_course(tmp_path_factory.mktemp("course"))
    for module in course.modules:
        inbox = tmp_path_factory.mktemp("inbox")
        for learner in ("ada", "bea"):
            (inbox / learner).mkdir()
            path = hand_in(course, module, learner, work(course, module))
            shutil.move(path, inbox / learner / path.name)
            shutil.rmtree(path.parent)
        collect(course, inbox, module)
        list(grade_class(course, module, pool=PASSED))
    mark_by_hand(course, "why", "well said")
    return course


@pytest.fixture
def graded(graded_once, tmp_path):
    toy_class.notebooks.cache_clear()
    return Course(shutil.copytree(graded_once.root, tmp_path / "course"))


def by_hand(course, module):
    with gradebook.opened(course) as book:
        marks = book.marks(course.module(module))["ada"]
    return {cell: mark.manual for cell, mark in marks.marks.items() if mark.manual is not None}, marks.comments


@pytest.mark.parametrize(
    ("old", "scores"), [("double", {"pairs": 3.0, "why": 1.5}), ("why", {"double": 3.0, "pairs": 1.5})]
)
def test_a_renamed_check_or_question_keeps_its_marks(graded, old, scores):
    course = rename_check(graded, old, "pairs", declared=True)
    module = course.module("counting")
    assert checks_changed(course, module) and changes_in(preview(course, module, pool=PASSED)) == ()
    done = list(grade_class(course, module, pool=PASSED))
    assert [g.fresh for g in done] == [True, True] and changes_in(done) == ()
    record = records.read(course, module, "ada")
    assert "deleted" not in str(record.grade.notes) and list(record.answers.values()) != [""]
    assert by_hand(course, "counting") == (scores, {"pairs" if old == "why" else "why": "well said"})
    assert by_hand(course, "adding")[0] == {"add": 4.0}
    page = next(write_feedback(course, module)).read_text()
    assert toy_class.ANSWER in page and "pairs" in page


def test_a_renamed_check_that_is_not_declared_is_asked_about(graded):
    course = rename_check(graded, "double", "pairs", declared=False)
    with pytest.raises(CourseError, match='no cell "double" any more') as told:
        list(grade_class(course, course.module("counting"), pool=PASSED))
    assert 'a line [renamed], and below it double = "pairs"; else put it back' in told.value.hint
    with nbgraders_own(course) as theirs:
        assert theirs.find_grade("double", "counting_dev", "01_counting", "ada").manual_score == 3.0


def test_work_with_old_ids_is_known_when_it_comes(graded, tmp_path):
    """Also where a rename leaves no check with the id that the work has."""
    course = graded
    old = work(course, course.module("counting"))
    for name, new in (("double", "pairs"), ("count", "number")):
        course = rename_check(course, name, new, declared=False)
    toml = course.module("counting").toml
    toml.write_text(toml.read_text() + '\n[renamed]\ndouble = "pairs"\ncount = "number"\n')
    course = Course(course.root)
    path = hand_in(course, course.module("counting"), "new", old)
    inbox = tmp_path / "inbox" / "cyd"
    inbox.mkdir(parents=True)
    shutil.move(path, inbox / "work.ipynb")
    (arrival,) = [a for a in collect(course, inbox.parent).arrivals if a.file.endswith("work.ipynb")]
    assert (arrival.module, arrival.decision) == ("counting", "counts")


@pytest.mark.parametrize("said", ['a = "b"\nb = "c"', 'a = "a"', "a = 1"])
def test_a_contradictory_table_of_new_ids_is_refused(graded, said):
    toml = graded.module("counting").toml
    toml.write_text(toml.read_text() + f"\n[renamed]\n{said}\n")
    with pytest.raises(CourseError, match="renamed"):
        _ = Course(graded.root).modules


@pytest.mark.parametrize(
    ("said", "words"), [('double = "pairs"', 'a cell called "double"'), ('gone = "typo"', 'no cell called "typo"')]
)
def test_a_table_that_the_lesson_contradicts_is_refused(graded, said, words):
    toml = graded.module("counting").toml
    toml.write_text(toml.read_text() + f"\n[renamed]\n{said}\n")
    with pytest.raises(CourseError, match=words):
        build(Course(graded.root).module("counting"))


def test_a_workspace_knows_new_ids_too(graded, tmp_path):
    course = rename_check(graded, "double", "pairs", declared=True)
    module = hand_out(course, tmp_path / "mine", "counting").module("counting")
    assert module.renamed == (("double", "pairs"),) and module.check("pairs")


# -- the folder ---------------------------------------------------------------------------------------------


def files_of(course, *folders):
    paths = (path.relative_to(course.nbgrader_root) for path in course.nbgrader_root.rglob("*"))
    return [path.as_posix() for path in paths if set(path.parts) & set(folders) or path.stem in folders]


@pytest.fixture
def tito(monkeypatch, capsys):
    monkeypatch.setattr("tito.autograder.probe.must_grade", lambda: None)
    monkeypatch.setattr(instructor, "_pool", lambda args: PASSED)

    def run(course, *words):
        monkeypatch.chdir(course.root)
        code = app.main(list(words))
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("new", ["01_counts", "07_counting"])
def test_a_renamed_module_keeps_everything(graded, tito, new):
    set_deadline(graded, graded.module("counting"), datetime(2030, 1, 1, tzinfo=UTC), "bea")
    before = by_hand(graded, "counting"), by_hand(graded, "adding"), len(files_of(graded, "01_counting"))
    course = rename_folder(graded, new)
    name = new.split("_")[1]
    code, _, err = tito(course, "grade", name)
    assert code == 0 and f"01_counting is {new} now" in err and "changed marks" not in err
    assert (by_hand(course, name), by_hand(course, "adding"), len(files_of(course, new))) == before
    assert files_of(course, "01_counting") == [] and course.submitted_notebook("ada", course.module(name)).is_file()
    assert list(read_deadlines(course).extensions(course.module(name))) == ["bea"]
    assert len(runs_of(course, course.module(name))) == 2, "the log goes on"
    code, out, err = tito(course, "report", name)
    assert code == 0 and "ada" in out and "now" not in err
    with nbgraders_own(course) as theirs:
        assert {each.name for each in theirs.assignments} == {new, "02_adding"}
        assert theirs.find_grade("double", f"{name}_dev", new, "ada").manual_score == 3.0


def test_what_was_built_under_the_new_name_gives_way(graded, tito):
    """`tito build` and an older `tito release` may have come before it was declared."""
    course = rename_folder(graded)
    module = course.module("counts")
    with gradebook.opened(course) as book:
        book.enrol(module, built(course, module))
    assert tito(course, "report", "counts")[0] == 0
    assert by_hand(course, "counts")[0] == {"double": 3.0, "why": 1.5}


@pytest.mark.parametrize(
    "command", [("grade", "counts"), ("collect", "."), ("report",), ("release", "adding"), ("feedback",)]
)
def test_a_rename_that_is_not_declared_is_asked_about(graded, tito, command):
    course = rename_folder(graded, declared=False)
    before = tree_of(course)
    code, _, err = tito(course, *command)
    assert code == 3 and "there are hand-ins or grades of 01_counting, and no such module" in err
    assert 'was = ["01_counting"]' in " ".join(err.split()) and tree_of(course) == before


def tree_of(course):
    return {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", [("grade", "counts", "--preview"), ("collect", "inbox", "--dry-run")])
def test_what_writes_nothing_moves_nothing(graded, tito, command):
    course = rename_folder(graded)
    before = tree_of(course)
    code, _, err = tito(course, *command)
    assert code == 2 and "01_counting is 01_counts now" in err and tree_of(course) == before


def test_a_module_that_is_no_more_is_left_alone(graded, tito):
    shutil.rmtree(graded.module("adding").home)
    code, _, err = tito(Course(graded.root), "report")
    assert code == 0 and "adding" not in err


def test_an_interrupted_move_goes_on(graded, tito, monkeypatch):
    course = rename_folder(graded)
    moved = []

    def once(*args):
        if moved:
            raise KeyboardInterrupt
        moved.append(move(*args))

    move = renames._move
    with monkeypatch.context() as patch:
        patch.setattr(renames, "_move", once)
        assert tito(course, "report")[0] == 130
    assert tito(course, "grade", "counts")[0] == 0
    assert files_of(course, "01_counting") == [] and by_hand(course, "counts")[0] == {"double": 3.0, "why": 1.5}


def test_what_is_there_under_both_names_is_not_mixed(graded, tito):
    course = rename_folder(graded)
    hand_in(course, course.module("counts"), "ada", b"{}")
    before = tree_of(course)
    code, _, err = tito(course, "grade", "counts")
    assert code == 3 and "something is there under both names" in err and tree_of(course) == before


def test_nothing_is_moved_while_somebody_grades(graded, tito):
    course = rename_folder(graded)
    with alone(course):
        code, _, err = tito(course, "report")
    assert code == 3 and "somebody is grading this course already" in err and files_of(course, "01_counting")
