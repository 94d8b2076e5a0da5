"""A release, and the guarantees that stop it when they don't hold."""

import shutil
from dataclasses import replace

import pytest

from tests.support.toy_class import nbgraders_own
from tests.support.toy_course import ANSWERS, COUNTING, COUNTING_TOML, write_course
from tito.authoring.release import GUARANTEES, prove, release
from tito.classroom.gradebook import gradebook as gradebooks
from tito.classroom.gradebook.models import Entry
from tito.course.checks import Hints
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.export import export
from tito.lesson.notebook import read
from tito.support.errors import CourseError
from tito.workers import result_cache

pytestmark = pytest.mark.slow  # a release, with its gradebook, takes seconds


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture(scope="module")
def released_once(tmp_path_factory):
    """A course with `counting` released; a gradebook takes seconds to make, so tests work on copies."""
    course = write_course(tmp_path_factory.mktemp("released"))
    return course, release(course, course.module("counting"))


@pytest.fixture(scope="module")
def proof(released_once):
    """What the guarantees look at, of the toy course as it is."""
    course, _ = released_once
    return prove(course, course.module("counting"), jobs=1, progress=lambda done, total: None)


def found(proof):
    return {guarantee.what: guarantee for guarantee in (look(proof) for look in GUARANTEES)}


def only_problem(proof, what):
    """The one problem of this guarantee; all others must hold."""
    broken = {name: guarantee for name, guarantee in found(proof).items() if not guarantee.holds}
    assert list(broken) == [what]
    (problem,) = broken[what].problems
    return problem


def with_answers(proof, change):
    return replace(proof, answers=tuple(change(answer, grade) for answer, grade in proof.answers))


def with_points(grade, check, points):
    """The grade as if `check` had earned these points."""
    results = (
        replace(r, points=points, status="passed" if points == r.max_points else "failed") if r.id == check else r
        for r in grade.results
    )
    return replace(grade, results=tuple(results))


def test_the_guarantees_of_a_sound_release(proof):
    assert {name: (guarantee.detail, guarantee.problems) for name, guarantee in found(proof).items()} == {
        "solution passes": ("10/10", ()),
        "solutions removed": ("2 regions, no marker left", ()),
        "hints keep the solution": ("4 hints", ()),
        "every cell parses": ("7 of 7", ()),
        "points of parts add up": ("2 of 2", ()),
        "release is unsolved": ("0/10", ()),
        "wrong answers are caught": ("3 of 3, each by its own check", ()),
        "other right answers pass": ("2 of 2", ()),
    }


def test_a_solution_that_fails_stops_it(proof):
    failing = replace(proof, reference=with_points(proof.reference, "double", 0.0))
    assert only_problem(failing, "solution passes").startswith("double 0/4")


def test_a_solution_left_in_a_cell_stops_it(proof):
    prose = proof.released.cell("why")
    told = replace(prose, source='Remember: \n`raise ValueError("items is empty")`')
    cells = tuple(told if cell.id == "why" else cell for cell in proof.released.cells)
    leaking = replace(proof, released=replace(proof.released, cells=cells))
    assert only_problem(leaking, "solutions removed") == 'cell "why": `raise ValueError("items is empty")`'


def test_a_hint_that_tells_the_solution_stops_it(proof):
    hints = Hints(('raise ValueError("items is empty")',))
    checks = tuple(replace(check, hints=hints) for check in proof.module.checks[:1])
    telling = replace(proof, module=replace(proof.module, checks=checks))
    assert only_problem(telling, "hints keep the solution").startswith('hint 1 of "count"')


def test_a_cell_that_does_not_parse_stops_it(proof):
    cells = tuple(replace(c, source="def (") if c.id == "given-samples" else c for c in proof.released.cells)
    broken = replace(proof, released=replace(proof.released, cells=cells))
    assert only_problem(broken, "every cell parses") == 'cell "given-samples" is not Python'


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ("check.part(2", "check.part(3", "its parts add up to 7, module.toml says 6"),
        ("check.part(2", "check.part(1 + 1", "write the points of each part as a number"),
        (
            'check.part(2, "no items")',
            'check.part(title="no items", points=2)',
            "write the points of each part as a number",
        ),
    ],
)
def test_parts_that_do_not_add_up_stop_it(proof, old, new, problem):
    checks = tuple(replace(check, source=check.source.replace(old, new)) for check in proof.suite.checks)
    assert problem in only_problem(replace(proof, suite=replace(proof.suite, checks=checks)), "points of parts add up")


def test_points_for_nothing_stop_it(proof):
    generous = replace(proof, untouched=with_points(proof.untouched, "count", 2.0))
    assert only_problem(generous, "release is unsolved") == "count gives 2 points for nothing"


def test_a_wrong_answer_that_keeps_its_points_stops_it(proof):
    def blind(answer, grade):
        return answer, with_points(grade, "double", 4.0) if answer.name == "adds two" else grade

    assert (
        only_problem(with_answers(proof, blind), "wrong answers are caught")
        == 'double, "adds two": keeps all its points'
    )


def test_a_wrong_answer_caught_by_other_checks_stops_it(proof):
    def wide(answer, grade):
        return answer, with_points(grade, "count", 4.0) if answer.name == "adds two" else grade

    problem = only_problem(with_answers(proof, wide), "wrong answers are caught")
    assert problem == 'double, "adds two": loses points in count too'


def test_a_right_answer_that_loses_points_stops_it(proof):
    def strict(answer, grade):
        return answer, with_points(grade, "count", 4.0) if answer.right and answer.check == "double" else grade

    assert only_problem(with_answers(proof, strict), "other right answers pass").startswith(
        'double, "by a sum": count 4/6'
    )


def test_a_check_that_never_rejected_anything_stops_it(proof):
    untried = replace(proof, answers=tuple(pair for pair in proof.answers if pair[0].check == "count"))
    assert only_problem(untried, "wrong answers are caught") == 'check "double" has no wrong answer to reject'


@pytest.fixture
def released(released_once, tmp_path):
    return Course(shutil.copytree(released_once[0].root, tmp_path / "copy"))


def test_a_sound_release_is_written_and_known_to_nbgrader(released_once):
    course, done = released_once
    module = course.module("counting")
    assert done.is_sound and done.path == course.released(module)
    assert read(done.path).cell("write-double").source.endswith("raise NotImplementedError()")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        notebook = gradebook.find_notebook(module.notebook_name, module.folder)
        assert {cell.name: cell.max_score for cell in notebook.grade_cells} == {"count": 6, "double": 4, "why": 2}
        assert "iter(" in gradebook.find_source_cell("count", module.notebook_name, module.folder).source


def test_an_unchanged_release_is_not_graded_again(released, monkeypatch):
    """It gives the same bytes."""
    module = released.module("counting")
    before = released.released(module).read_bytes()
    monkeypatch.setattr(result_cache, "graded", lambda *_: pytest.fail("graded again"))
    assert release(released, module).path.read_bytes() == before


def test_an_unsound_release_leaves_nothing_behind(course, module):
    module.source.write_text(COUNTING.replace("return number * 2", "return number * 3"))
    (module.answers / "double.toml").write_text(ANSWERS["double"].replace("number * 2", "number * 3"))
    done = release(course, module)
    assert not done.is_sound and done.path is None
    assert not course.released(module).exists() and not course.gradebook.exists()


def test_a_release_is_graded_on_its_needs_as_they_are(released):
    export(released, released.module("counting"), build(released.module("counting")))
    stale = released.exported(released.module("counting"))
    stale.write_text(stale.read_text().replace("len(seen)", "-1"))
    assert release(released, released.module("adding")).is_sound
    assert "-1" not in stale.read_text()


def test_nothing_is_given_out_without_a_check_that_has_marks_by_hand(released):
    module = released.module("counting")
    with gradebooks.opened(released) as gradebook:
        gradebook.record(module, Entry("s001", {"count": 6.0, "double": 4.0}))
    with nbgraders_own(released) as theirs:
        theirs.find_grade("double", "counting_dev", "01_counting", "s001").manual_score = 3.0
        theirs.db.commit()
    before = released.released(module).read_bytes()
    module.source.write_text(COUNTING[: COUNTING.index("# %% check double")])
    module.check_file("double").unlink()
    module.toml.write_text(COUNTING_TOML[: COUNTING_TOML.index('\n[[check]]\nid = "double"')])
    (module.answers / "double.toml").unlink()
    with pytest.raises(CourseError, match='no cell "double" any more'):
        release(released, Course(released.root).module("counting"))
    assert released.released(module).read_bytes() == before
