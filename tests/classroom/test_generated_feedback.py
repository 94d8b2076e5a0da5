"""What nbgrader's own `generate_feedback` writes: no hidden test, whoever graded."""

import shutil
from pathlib import Path

import pytest

from tests.classroom.test_nbgrader_agrees import nbgrader
from tests.support.toy_class import HALF_COUNTER, hand_in, notebooks, work
from tests.support.toy_course import PROJECT, write_course
from tito.classroom.feedback import write_feedback
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook import gradebook
from tito.course.course import Course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own way to add a submission
]

FOR_SEQUENCES = HALF_COUNTER.replace("seen = list(items)", "len(items)\n        seen = list(items)").replace(
    "return Count", 'if not seen:\n            raise ValueError("items")\n        return Count'
)  # passes all but the hidden test
HIDDEN_LINE = 'Counter().count(iter("xyz"))'


def generated(course, monkeypatch, learner="ada"):
    """The page, as formgrader's button makes it."""
    done = nbgrader(course, monkeypatch).generate_feedback("01_counting", learner)
    assert done["success"], done.get("log", "")[-2000:]
    page = course.feedback_page(learner, course.module("counting"))
    assert not (page.parent / "grade.json").exists(), "our record is not copied there"
    return page.read_text()


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    course = write_course(tmp_path_factory.mktemp("course"))
    module = course.module("counting")
    hand_in(course, module, "ada", work(course, module, write_counter=FOR_SEQUENCES))
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
    return course


def copy_of(course, tmp_path):
    return Course(Path(shutil.copytree(course.root, tmp_path / "course")))


def test_it_is_titos_page(handed_in, tmp_path, monkeypatch):
    course = copy_of(handed_in, tmp_path)
    module = course.module("counting")
    list(grade_class(course, module))
    (page,) = write_feedback(course, module)
    ours = page.read_text()
    page.unlink()
    assert generated(course, monkeypatch) == ours
    assert HIDDEN_LINE not in ours and "✗" in ours, ours[:3000]


@pytest.mark.parametrize("graded_by_tito_before", [False, True])
def test_what_nbgrader_graded_shows_no_hidden_test(handed_in, tmp_path, monkeypatch, graded_by_tito_before):
    course = copy_of(handed_in, tmp_path)
    if graded_by_tito_before:
        list(grade_class(course, course.module("counting")))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    done = nbgrader(course, monkeypatch).autograde("01_counting", "ada", force=True)
    assert done["success"], done.get("log", "")[-2000:]
    page = generated(course, monkeypatch)
    assert "check_count" in page and "✗ count 4/6" in page, "it is nbgrader's page, with the verdict"
    assert "xyz" not in page and "HIDDEN TESTS" not in page


def test_without_our_exporter_it_would_show_them(handed_in, tmp_path, monkeypatch):
    """Else these tests would prove nothing."""
    course = copy_of(handed_in, tmp_path)
    list(grade_class(course, course.module("counting")))
    config = course.root / "nbgrader_config.py"
    config.write_text("".join(line for line in config.read_text().splitlines(True) if "exporter_class" not in line))
    assert "xyz" in generated(course, monkeypatch)
