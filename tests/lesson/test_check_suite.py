"""What is marked against, and what a learner's notebook is restored to."""

from dataclasses import replace

import pytest

from tests.support.toy_workspace import as_released
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work, suite_of, work_from_code, work_of
from tito.lesson.notebook import Cell, Notebook, from_nbformat, to_nbformat
from tito.support.errors import CourseError, UsageError


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture
def trusted(module):
    return build(module)


@pytest.fixture
def released(trusted):
    """The notebook as a learner gets it."""
    return as_released(trusted)


def change(notebook, cell_id, **changes):
    return replace(notebook, cells=tuple(replace(c, **changes) if c.id == cell_id else c for c in notebook.cells))


def drop(notebook, cell_id):
    return replace(notebook, cells=tuple(c for c in notebook.cells if c.id != cell_id))


def add(notebook, after, *cells):
    at = next(i for i, c in enumerate(notebook.cells) if c.id == after) + 1
    return replace(notebook, cells=notebook.cells[:at] + cells + notebook.cells[at:])


def names(work):
    return [cell.name for cell in work.cells]


def source(work, name):
    return next(cell.source for cell in work.cells if cell.name == name)


def test_a_suite_has_checks_given_code_and_helpers_only(module, trusted):
    """A suite has checks, given code and helpers, but no solution."""
    suite = suite_of(module, trusted)
    assert [(c.id, c.points) for c in suite.checks] == [("count", 6), ("double", 4)]
    assert suite.checks[0].hints.texts[1] == "A set keeps one of each."
    assert [c.name for c in suite.given] == ["given-count", "write-counter", "write-double"]
    assert [c.name for c in suite.helpers] == ["given-samples"]
    assert "len(set(seen))" not in repr(suite)


def test_a_release_has_the_same_suite_without_hidden_parts(module, trusted, released):
    """A released notebook has the same suite, without its hidden parts."""
    full, shown = suite_of(module, trusted), suite_of(module, released)
    assert (shown.given, shown.helpers) == (full.given, full.helpers)
    assert "iter(" in full.checks[0].source and "iter(" not in shown.checks[0].source


@pytest.mark.parametrize("statement", ["print(1)", "assert run_module_tests_auto('Counting')", "for i in 'ab': i"])
def test_a_locked_cell_that_runs_something_is_no_helper(module, trusted, statement):
    running = change(trusted, "given-samples", source=f"x = 1\n{statement}")
    assert suite_of(module, running).helpers == ()


def test_a_notebook_without_a_check_sets_no_paper(module, trusted):
    with pytest.raises(CourseError, match='no check "double"'):
        suite_of(module, drop(trusted, "double"))


def test_honest_work_comes_through_without_a_note(trusted, released):
    mine = change(released, "write-double", source="#| export\ndef double(number):\n    return number + number")
    work, notes = work_of(mine, trusted)
    assert notes == ()
    assert names(work) == ["given-count", "write-counter", "write-double"]
    assert "number + number" in source(work, "write-double")
    assert "NotImplementedError" in source(work, "write-counter")


def test_the_reference_never_stands_in_for_missing_work(trusted):
    work, notes = work_of(Notebook(()), trusted)
    assert "NotImplementedError" in source(work, "write-double")
    assert "number * 2" not in repr(work)
    assert 'deleted the cell "write-double"; it counts as not started' in notes
    assert 'deleted 4 cells ("given-count", "given-samples", "count", …); graded with the originals' in notes


def test_a_locked_cell_that_is_missing_is_restored(trusted, released):
    work, notes = work_of(drop(released, "double"), trusted)
    assert work == work_of(released, trusted)[0]
    assert notes == ('deleted the locked cell "double"; graded with the original',)


@pytest.mark.parametrize(
    "cell_id, changes, note",
    [
        ("given-count", {"source": "#| export\nCount = tuple"}, 'changed the locked cell "given-count"'),
        ("count", {"source": "def check_count(): pass"}, 'changed the locked cell "count"'),
        (
            "count",
            {"metadata": {"nbgrader": {"grade_id": "count", "points": 99}}},
            'changed the points of the locked cell "count"',
        ),
    ],
)
def test_what_was_locked_is_restored_and_told(trusted, released, cell_id, changes, note):
    work, notes = work_of(change(released, cell_id, **changes), trusted)
    assert work == work_of(released, trusted)[0]
    assert [n for n in notes if note in n]


def test_white_space_at_line_ends_is_no_change(trusted, released):
    spaced = released.cell("count").source.replace("\n", "  \n") + "\n"
    assert work_of(change(released, "count", source=spaced), trusted)[1] == ()


def test_cells_in_another_order_are_graded_in_ours(trusted, released):
    """Cells in another order are graded in the original one."""
    work, notes = work_of(replace(released, cells=released.cells[::-1]), trusted)
    assert names(work) == ["given-count", "write-counter", "write-double"]
    assert notes == ("the cells were in another order; graded in the original one",)


def test_a_cell_that_lost_its_metadata_is_known_by_its_id(trusted, released):
    bare = change(released, "write-double", metadata={}, source="#| export\ndef double(n): return 2 * n")
    work, notes = work_of(bare, trusted)
    assert "2 * n" in source(work, "write-double")
    assert notes == ()


def test_an_untouched_copy_does_not_undo_the_work_beside_it(trusted, released):
    stub = released.cell("write-double")
    mine = change(released, "write-double", source="#| export\ndef double(n): return 2 * n")
    work, notes = work_of(add(mine, "double", replace(stub, id="write-double-2")), trusted)
    assert names(work) == ["given-count", "write-counter", "write-double"]
    assert "2 * n" in source(work, "write-double")
    assert notes == ('the cell "write-double" is there 2 times; the last one counts',)


def test_exported_cells_of_their_own_stay_in_place(trusted, released):
    """A learner's own exported cells stay in place, their others stay out."""
    extra = Cell("code", "#| export\ndef twice(n): return n + n", "abc")
    scratch = Cell("code", "print(1)", "def")
    work, _ = work_of(add(released, "count", extra, scratch, replace(extra, id="ghi")), trusted)
    assert names(work) == ["given-count", "write-counter", "after count", "after count (2)", "write-double"]


def test_magics_are_left_out_with_a_note(trusted, released):
    mine = change(
        released, "write-double", source="#| export\n%matplotlib inline\ndef double(n):\n    !ls\n    return n"
    )
    work, notes = work_of(mine, trusted)
    assert source(work, "write-double") == "#| export\n\ndef double(n):\n    pass\n    return n"
    assert notes[0] == 'left out "%matplotlib inline" of the cell "write-double": it is IPython, not Python'
    assert len(notes) == 2


@pytest.mark.slow
def test_a_million_spaces_are_looked_through_once(trusted, released):
    """A pattern that went back would take days."""
    mine = change(released, "write-double", source=f"#| export\n%matplotlib inline\n{' ' * 10**6}x ({' ' * 10**6}")
    _, notes = work_of(mine, trusted)
    assert len(notes) == 1


def test_the_reference_is_a_work_of_the_built_notebook(trusted):
    assert work_of(trusted, trusted)[0] == reference_work(trusted)


def test_a_way_through_nbformat_changes_nothing(trusted, released):
    assert work_of(from_nbformat(to_nbformat(released)), trusted) == work_of(released, trusted)


def test_code_alone_is_a_work_of_one_cell(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("x = 1\n")
    assert [(c.name, c.source) for c in work_from_code(path).cells] == [("mine.py", "x = 1\n")]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"], ids=["missing", "empty", "binary"])
def test_code_that_cannot_be_read_is_told(tmp_path, content):
    path = tmp_path / "mine.py"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"mine\.py"):
        work_from_code(path)
