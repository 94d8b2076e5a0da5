"""From the instructor's notebook to the learners', by nbgrader's preprocessors."""

import pytest

from tests.support.toy_course import PROJECT
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.check_suite import work_of
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import Cell, Notebook, as_json, read, write
from tito.lesson.regions import stubbed
from tito.support.errors import CourseError

PROJECT_COURSE = Course(PROJECT)
OUTLINED = ("tensor", "benchmarking")  # not every module: a new one needs a folder, and no golden here


@pytest.fixture
def module(course):
    return course.module("counting")


def test_the_released_notebook(course, module, snapshot, tmp_path):
    released = stripped(course, module, build(module))
    write(released, tmp_path / "counting_dev.py")
    assert (tmp_path / "counting_dev.py").read_text() == snapshot(name="counting_dev.py")
    assert as_json(released).decode() == snapshot(name="counting_dev.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("module", map(PROJECT_COURSE.module, OUTLINED), ids=lambda module: module.folder)
def test_the_outline_of_a_real_release(module, snapshot):
    """Each cell that is somebody's business: its name, what it is, and what it is worth."""
    released = stripped(PROJECT_COURSE, module, build(module))
    assert "\n".join(outline(cell) for cell in released.cells if cell.grade_id) == snapshot


def outline(cell):
    roles = {"check": cell.is_check, "question": cell.is_question, "yours": cell.is_solution, "given": cell.is_locked}
    role = next(name for name, holds in roles.items() if holds)
    stubs = cell.source.count("raise NotImplementedError()")
    worth = f"{cell.nbgrader['points']:g} points" if "points" in cell.nbgrader else f"{stubs} to write" if stubs else ""
    return f"{cell.id:<28}{role:<10}{worth}".rstrip()


def test_stripping_twice_gives_the_same_bytes(course, module):
    built = build(module)
    assert as_json(stripped(course, module, built)) == as_json(stripped(course, module, built))


def test_our_stub_is_nbgraders(course, module):
    built = build(module)
    released = stripped(course, module, built)
    for cell in built.cells:
        if cell.is_solution:
            assert released.cell(cell.id).source == stubbed(cell.source)


def test_a_released_notebook_is_work_not_begun(course, module, tmp_path):
    """A released notebook is honest work that has not begun: nothing was tampered with."""
    built = build(module)
    path = write(stripped(course, module, built), tmp_path / "released.ipynb")
    assert work_of(read(path), built)[1] == ()


def test_what_nbgrader_refuses_is_told(course, module):
    region = Notebook((Cell("code", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "a"),))
    with pytest.raises(CourseError, match="nbgrader can't strip counting_dev"):
        stripped(course, module, region)
