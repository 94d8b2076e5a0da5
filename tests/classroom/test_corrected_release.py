"""A release that is corrected after it was given out: works are compared with what their learners had."""

import json
from dataclasses import replace

import pytest

from tests.support import toy_class
from tests.support.fake_pool import FakePool, all_passed
from tests.support.toy_class import ANSWER, hand_in
from tito.authoring import workspace_writer
from tito.authoring.release import release
from tito.classroom import records
from tito.classroom.grade_class import grade_class
from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.cells.origin import hash_of
from tito.workspace.folder.layout import lay_out

pytestmark = pytest.mark.slow

PASSED = FakePool(all_passed)


@pytest.fixture
def given_out(course):
    """The learners' notebook, as `tito release` gave it out; then the instructor corrects a check."""
    module = course.module("counting")
    done = release(course, module)
    assert done.is_sound
    released = notebook.read(done.path)
    check = module.check_file("double")
    check.write_text(check.read_text().replace("twice three is six", "two times three is six"))
    toy_class.notebooks.cache_clear()
    return released


def noted(course, learner):
    """What grading the class notes of a learner's work, and the hashes of the answers."""
    list(grade_class(course, course.module("counting"), pool=PASSED))
    record = records.read(course, course.module("counting"), learner)
    return record.grade.notes, record.answers


def with_answer(released, text):
    cells = (replace(c, source=text) if c.id == "why" else c for c in released.cells)
    return replace(released, cells=tuple(cells))


def test_what_was_corrected_after_the_release_is_not_the_learners_change(course, given_out):
    assert len(hash_of(given_out)) == 12
    hand_in(course, course.module("counting"), "ada", given_out)
    assert noted(course, "ada") == ((), {"why": ""}), "an untouched question is no answer"


def test_a_real_change_and_an_answer_are_told(course, given_out):
    mine = with_answer(given_out, ANSWER)
    cells = (replace(c, source="SAMPLES = []") if c.id == "given-samples" else c for c in mine.cells)
    hand_in(course, course.module("counting"), "ada", replace(mine, cells=tuple(cells)))
    notes, answers = noted(course, "ada")
    assert notes == ('changed the locked cell "given-samples"; graded with the original',) and answers["why"]


@pytest.mark.parametrize("said", [{}, {"tito": {"release": "0123456789ab"}}, {"tito": {"release": "../x"}}])
def test_without_a_known_hash_the_current_release_counts(course, given_out, said):
    hand_in(course, course.module("counting"), "ada", replace(given_out, metadata=notebook.KERNEL | said))
    assert noted(course, "ada")[0] == ('changed the locked cell "double"; graded with the original',)


def test_each_release_is_kept_once_without_solutions(course, given_out):
    folder = course.given_out(course.module("counting"), "any").parent
    assert [path.stem for path in folder.iterdir()] == [hash_of(given_out)]
    corrected = Course(course.root)
    for _ in range(2):
        assert release(corrected, corrected.module("counting")).is_sound
    assert len(list(folder.iterdir())) == 2
    text = "".join(path.read_text() for path in folder.iterdir())
    assert "distinct=len(set(seen))" not in text and "items may be an iterator" not in text


def test_a_workspace_keeps_what_it_gave(course, given_out, tmp_path):
    """A learner who goes on with an older notebook is not told of changes either."""
    course = Course(course.root)
    module = course.module("counting")
    workspace = lay_out(workspace_writer.write(course, [module], tmp_path / "mine").workspace).workspace
    ours = workspace.module("counting")
    for path in (ours.notebook, ours.source):
        assert hash_of(notebook.read(path)) == hash_of(given_out)
    assert workspace.given_out(ours, hash_of(given_out)).is_file()


def test_a_release_of_an_earlier_tito_gets_its_hash_with_the_workspace(course, given_out, tmp_path):
    module = course.module("counting")
    bare = json.loads(course.released(module).read_text())
    del bare["metadata"]["tito"]
    course.released(module).write_text(json.dumps(bare))
    course.given_out(module, hash_of(given_out)).unlink()
    workspace = lay_out(workspace_writer.write(course, [module], tmp_path / "mine").workspace).workspace
    assert hash_of(notebook.read(workspace.module("counting").notebook)) == hash_of(given_out)
    assert course.given_out(module, hash_of(given_out)).is_file()
