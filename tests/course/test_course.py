"""A course and a workspace: finding them from a folder, and what both answer."""

import pytest

from tests.support.toy_workspace import hand_out
from tito.course.course import Course, Workspace, find_tree
from tito.support.errors import UsageError


@pytest.fixture
def workspace(course):
    """A learner's workspace inside the course's folder, as `tito release --workspace` may be told to make it."""
    return hand_out(course, course.root / "mine", "counting")


@pytest.mark.slow
def test_a_tree_is_found_from_any_folder_in_it(course, workspace):
    assert Course.find(course.module("counting").home) == course
    assert Workspace.find(workspace.module("counting").home) == workspace


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [(Course, Workspace), (Workspace, Course)])
def test_the_nearest_tree_is_found(course, workspace, kinds):
    """The order of the kinds does not matter."""
    assert find_tree(workspace.module("counting").home, *kinds) == workspace
    assert find_tree(course.module("counting").home, *kinds) == course


def test_a_search_for_one_kind_passes_the_other(course, workspace):
    assert Course.find(workspace.root) == course


@pytest.mark.parametrize("kinds, said", [((Course, Workspace), "no course here"), ((Workspace,), "no workspace here")])
def test_where_there_is_none_the_first_kind_is_asked_for(tmp_path, kinds, said):
    with pytest.raises(UsageError, match=said):
        find_tree(tmp_path, *kinds)


@pytest.mark.slow
def test_both_say_which_file_is_edited_and_what_comes_next(course, workspace):
    module, mine = course.module("counting"), workspace.module("counting")
    assert (course.edited_file(module), workspace.edited_file(mine)) == (module.source, mine.notebook)
    assert course.edit_command(module) == "edit modules/source/01_counting/counting_dev.py"
    assert workspace.edit_command(mine) == "tito notebook counting"
    assert (course.finish_command(module), course.hint_command) == ("tito release counting", "")
    assert (workspace.finish_command(mine), workspace.hint_command) == ("tito submit counting", "tito hint")


@pytest.mark.slow
def test_only_a_course_is_indexed_and_grades_others(course, workspace):
    assert course.grades_others and not workspace.grades_others
    assert course.nbdev_settings == course.root / "settings.ini" and workspace.nbdev_settings is None
