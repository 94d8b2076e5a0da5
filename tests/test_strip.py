"""From the instructor's notebook to the learners', by nbgrader's preprocessors."""

import pytest

from tito.build import build
from tito.errors import CourseError
from tito.notebook import Cell, Notebook, as_json, read, write
from tito.paper import work_of
from tito.regions import stubbed
from tito.strip import stripped


@pytest.fixture
def module(course):
    return course.module("counting")


def test_the_released_notebook(course, module, snapshot, tmp_path):
    released = stripped(course, module, build(module))
    write(released, tmp_path / "counting_dev.py")
    assert (tmp_path / "counting_dev.py").read_text() == snapshot(name="counting_dev.py")
    assert as_json(released).decode() == snapshot(name="counting_dev.ipynb")


def test_stripping_twice_gives_the_same_bytes(course, module):
    built = build(module)
    assert as_json(stripped(course, module, built)) == as_json(stripped(course, module, built))


def test_our_stub_is_nbgraders(course, module):
    built = build(module)
    released = stripped(course, module, built)
    for cell in built.cells:
        if cell.is_solution:
            assert released.cell(cell.id).source == stubbed(cell.source)


def test_a_released_notebook_is_honest_work_that_has_not_begun(course, module, tmp_path):
    built = build(module)
    path = write(stripped(course, module, built), tmp_path / "released.ipynb")
    assert work_of(read(path), built)[1] == ()


def test_what_nbgrader_refuses_is_told(course, module):
    region = Notebook((Cell("code", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "a"),))
    with pytest.raises(CourseError, match="nbgrader can't strip counting_dev"):
        stripped(course, module, region)
