"""A check or a module that is called otherwise than when it was given out: what was graded goes with it."""

import shutil

import pytest

from tests.support import toy_class
from tests.support.fake_pool import FakePool
from tests.support.toy_class import hand_in, nbgraders_own, work
from tests.support.toy_course import write_course
from tito.classroom import records
from tito.classroom.collect import collect
from tito.classroom.feedback import write_feedback
from tito.classroom.grade_class import checks_changed, grade_class, preview
from tito.classroom.gradebook import gradebook
from tito.classroom.history.changes import changes_in
from tito.course.checks import Grade, TestResult
from tito.course.course import Course
from tito.support.errors import CourseError
from tito.workers.job import JobOutcome

pytestmark = pytest.mark.slow

PASSED = FakePool(
    lambda spec, job: JobOutcome(
        job.key, Grade("counting", tuple(TestResult(c.id, "passed", c.points, c.points) for c in spec.suite.checks))
    )
)


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
    with nbgraders_own(course) as theirs:
        theirs.find_grade("double", "counting_dev", "01_counting", "ada").manual_score = 3.0
        theirs.find_grade("why", "counting_dev", "01_counting", "ada").manual_score = 1.5
        theirs.find_comment("why", "counting_dev", "01_counting", "ada").manual_comment = "well said"
        theirs.find_grade("add", "adding_dev", "02_adding", "ada").manual_score = 4.0
        theirs.db.commit()
    return course


@pytest.fixture
def graded(graded_once, tmp_path):
    toy_class.notebooks.cache_clear()
    return Course(shutil.copytree(graded_once.root, tmp_path / "course"))


def by_hand(course, module):
    with gradebook.opened(course) as book:
        marks = book.marks(course.module(module))["ada"]
    return {cell: mark.manual for cell, mark in marks.marks.items() if mark.manual is not None}, marks.comments


def rename_check(course, old, new, declared):
    """What an author does who gives a check, or a question, another id."""
    module = course.module("counting")
    for path in (module.source, module.toml, *module.cell_files):
        path.write_text(
            path.read_text().replace(f"check {old}", f"check {new}").replace(f'id = "{old}"', f'id = "{new}"')
        )
        path.write_text(
            path.read_text().replace(f"check_{old}", f"check_{new}").replace(f"question {old}", f"question {new}")
        )
    if module.check_file(old).exists():
        module.check_file(old).rename(module.check_file(new))
    if declared:
        module.toml.write_text(module.toml.read_text() + f'\n[renamed]\n{old} = "{new}"\n')
    return Course(course.root)


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
    assert told.value.hint.startswith('if it has another id now, write below [renamed]: double = "ITS NEW ID"')
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
