"""A work is compared with the release that its learner had, and graded by the lesson as it is now."""

from dataclasses import replace

import pytest

from tests.support.toy_workspace import as_released
from tito.course.course import Course, Workspace
from tito.lesson import notebook
from tito.lesson.build import build
from tito.lesson.cells import origin
from tito.lesson.check_suite import work_of
from tito.lesson.notebook import Cell, Notebook
from tito.support.errors import CourseError

GIVEN = (
    "#| export\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Count:\n    total: int\n    distinct: int\n"
)


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture
def trusted(module):
    return build(module)


@pytest.fixture
def released(trusted):
    """What learners got before the instructor's correction."""
    return origin.with_hash(as_released(trusted))


@pytest.fixture
def had(released):
    return {cell.id: cell for cell in released.cells}


def change(book: Notebook, cell_id: str, source: str) -> Notebook:
    return replace(book, cells=tuple(replace(c, source=source) if c.id == cell_id else c for c in book.cells))


def drop(book: Notebook, cell_id: str) -> Notebook:
    return replace(book, cells=tuple(c for c in book.cells if c.id != cell_id))


def sources(work) -> str:
    return "\n".join(cell.source for cell in work.cells)


@pytest.mark.parametrize("cell", ["given-count", "given-samples", "count"])
def test_a_correction_is_not_the_learners_change(trusted, released, had, cell):
    corrected = change(trusted, cell, trusted.cell(cell).source + "\nCORRECTED = True")
    assert work_of(released, corrected)[1] == (f'changed the locked cell "{cell}"; graded with the original',)
    work, notes = work_of(released, corrected, had)
    assert notes == ()
    assert ("CORRECTED" in sources(work)) == (cell == "given-count"), "graded by the lesson as it is now"


def test_the_corrected_text_is_no_change_either(trusted, released, had):
    """A learner may have copied the correction, or merged the new release."""
    corrected = change(trusted, "given-samples", 'SAMPLES = ["a", "c", "a"]')
    merged = change(released, "given-samples", 'SAMPLES = ["a", "c", "a"]')
    assert work_of(merged, corrected, had)[1] == ()


@pytest.mark.parametrize("cell", ["given-count", "given-samples", "count"])
def test_the_learners_own_change_is_told_and_counts_for_nothing(trusted, released, had, cell):
    corrected = change(trusted, cell, trusted.cell(cell).source + "\nCORRECTED = True")
    work, notes = work_of(change(released, cell, "CHEAT = 1"), corrected, had)
    assert notes == (f'changed the locked cell "{cell}"; graded with the original',)
    assert "CHEAT" not in sources(work)


def test_points_that_were_corrected_are_not_the_learners_change(trusted, released, had):
    marks = {"nbgrader": trusted.cell("count").nbgrader | {"points": 8}}
    corrected = replace(
        trusted, cells=tuple(replace(c, metadata=marks) if c.id == "count" else c for c in trusted.cells)
    )
    assert work_of(released, corrected)[1] == (
        'changed the points of the locked cell "count"; graded with the original ones',
    )
    assert work_of(released, corrected, had)[1] == ()


def test_a_locked_cell_that_came_later_was_not_deleted(trusted, released, had):
    later = Cell("code", "def helper():\n    return 1", "given-later", {"nbgrader": _marks("given-later", locked=True)})
    corrected = replace(trusted, cells=(*trusted.cells, later))
    assert work_of(released, corrected, had)[1] == ()
    assert work_of(drop(released, "given-samples"), corrected, had)[1] == (
        'deleted the locked cell "given-samples"; graded with the original',
    )


def test_a_cell_to_fill_in_that_came_later_is_told(trusted, released, had):
    later = Cell("code", "#| export\ndef more(): ...", "write-more", {"nbgrader": _marks("write-more", solution=True)})
    assert work_of(released, replace(trusted, cells=(*trusted.cells, later)), had)[1] == (
        'your release was made before the cell "write-more"; not started',
    )


def _marks(name, **marks):
    return notebook.NBGRADER_DEFAULTS | {"grade_id": name} | marks


def test_a_given_cell_that_is_no_more_is_not_the_learners_own(trusted, released, had):
    """Its old text would stand over what the corrected lesson gives."""
    moved = replace(
        trusted, cells=tuple(_renamed(c, "given-counts") if c.id == "given-count" else c for c in trusted.cells)
    )
    work, notes = work_of(released, change(moved, "given-counts", GIVEN), had)
    assert notes == () and sources(work).count("class Count:") == 1
    work, notes = work_of(change(released, "given-count", "#| export\nCount = print"), moved, had)
    assert notes == ('changed the locked cell "given-count", which is no more; left out',)
    assert "print" not in sources(work)


def _renamed(cell, name):
    return replace(cell, id=name, metadata={"nbgrader": cell.nbgrader | {"grade_id": name}})


def test_what_a_learner_wrote_counts_when_its_cell_is_no_more(trusted, released, had):
    mine = change(released, "write-double", "#| export\ndef double(number):\n    return number + number")
    moved = replace(
        trusted, cells=tuple(_renamed(c, "write-twice") if c.id == "write-double" else c for c in trusted.cells)
    )
    assert "number + number" in sources(work_of(mine, moved, had)[0])


def test_a_stub_as_it_was_is_not_started(trusted, released, had):
    """Else the old stub would stand in the place of the corrected one."""
    text = trusted.cell("write-double").source.replace("double(number)", "double(number, times=2)")
    assert "times=2" in sources(work_of(released, change(trusted, "write-double", text), had)[0])


def test_the_order_that_was_handed_out_is_no_change(trusted, released, had):
    turned = replace(trusted, cells=trusted.cells[::-1])
    assert "another order" in work_of(released, turned)[1][-1] and work_of(released, turned, had)[1] == ()


# -- the hash ---------------------------------------------------------------------------------------------


def test_the_hash_says_what_was_released(released):
    again = origin.with_hash(released)
    assert again == released and len(origin.hash_of(released)) == 12
    assert origin.hash_of(origin.with_hash(change(released, "count", "pass"))) != origin.hash_of(released)


@pytest.mark.parametrize(
    "jupytext", [{}, {"notebook_metadata_filter": "kernelspec"}, {"notebook_metadata_filter": "all"}]
)
def test_the_hash_travels_through_both_forms(tmp_path, released, jupytext):
    header = {"jupytext": notebook.PERCENT_HEADER | jupytext}
    book = notebook.read(notebook.write(replace(released, metadata=released.metadata | header), tmp_path / "a.py"))
    book = notebook.read(notebook.write(book, tmp_path / "b.ipynb"))
    assert origin.hash_of(book) == origin.hash_of(released) != ""


@pytest.mark.parametrize(
    "mark", [1, "x", [], {}, {"release": 7}, {"release": "../../../source"}, {"release": "a" * 13}]
)
def test_a_forged_hash_is_none(course, module, released, mark):
    forged = replace(released, metadata={"tito": mark})
    assert origin.hash_of(forged) == "" and origin.GivenOut(course, module).had_by(forged) == {}


def test_an_unknown_hash_is_compared_with_the_current_release(course, module, released):
    assert origin.GivenOut(course, module).had_by(released) == {}, "it was never given out"


@pytest.mark.parametrize("tree", [Course, Workspace])
def test_what_was_given_out_is_found(tmp_path, module, released, tree):
    origin.keep(tree(tmp_path), module, released)
    found = origin.GivenOut(tree(tmp_path), module).had_by(change(released, "count", "mine"))
    assert found["count"] == released.cell("count")


def test_another_modules_release_is_none_of_this_one(course, module, released):
    origin.keep(course, module, released)
    assert origin.GivenOut(course, course.module("adding")).had_by(released) == {}


def test_a_forged_hash_of_another_release_gains_nothing(course, module, trusted, released):
    """With any release that was given out, what counts is the lesson as it is, and a locked cell stays ours."""
    easy = origin.with_hash(change(released, "given-count", "#| export\nCount = lambda total, distinct: True"))
    origin.keep(course, module, easy)
    earlier = origin.GivenOut(course, module).had_by(easy)
    assert earlier and work_of(easy, trusted, earlier)[0] == work_of(released, trusted)[0]


def test_a_kept_release_that_is_damaged_is_no_fault_of_the_learners(course, module, released):
    origin.keep(course, module, released).write_text("{")
    with pytest.raises(CourseError, match="a release that was kept can't be read"):
        origin.GivenOut(course, module).had_by(released)
