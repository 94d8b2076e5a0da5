"""A class graded: what is written, what is skipped, and what one broken submission does to the others."""

import json
from dataclasses import replace

import pytest

from tests.support.fake_pool import FakePool
from tests.support.toy_class import HALF_COUNTER, WRONG_DOUBLE, hand_in, notebooks, untouched, work
from tests.support.toy_course import write_course
from tito.classroom import records
from tito.classroom.annotated import marked_copy
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.lock import alone
from tito.classroom.intake.archive import UNREADABLE
from tito.course.checks import Grade, TestResult
from tito.lesson.notebook import as_json, read
from tito.support.errors import CourseError
from tito.workers.job import JobOutcome


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory):
    """A graded class, and what each submission came to."""
    root = tmp_path_factory.mktemp("class")
    course = write_course(root)
    module = course.module("counting")
    hand_in(course, module, "full", work(course, module))
    hand_in(course, module, "none", untouched(course, module))
    hand_in(
        course, module, "half", work(course, module, write_counter=HALF_COUNTER, write_double=WRONG_DOUBLE, why="stub")
    )
    hand_in(course, module, "syntax", work(course, module, write_double="def (("))
    hand_in(course, module, "cheat", work(course, module, write_double=WRONG_DOUBLE, double="print('passed')"))
    hand_in(course, module, "binary", b"\x00\xff")
    hand_in(course, module, "empty", b"")
    course.submitted_notebook("empty", module).unlink()
    (course.submitted("empty", module) / UNREADABLE).write_text("it is a link, not a file\n")
    return course, module, {g.learner: g for g in grade_class(course, module)}


def points(graded):
    return {learner: g.record.grade.points for learner, g in graded.items()}


@pytest.mark.slow
def test_each_gets_what_it_earned(graded_course):
    _, _, graded = graded_course
    assert points(graded) == {"full": 10, "none": 0, "half": 4, "syntax": 6, "cheat": 6, "binary": 0, "empty": 0}
    assert {learner: g.record.outcome for learner, g in graded.items()} == {
        "full": "graded",
        "none": "not started",
        "half": "graded",
        "syntax": "graded",
        "cheat": "graded",
        "binary": "could not be read",
        "empty": "could not be read",
    }


@pytest.mark.slow
def test_changed_cells_are_noted_and_graded_as_handed_out(graded_course):
    _, _, graded = graded_course
    assert graded["cheat"].record.grade.notes == ('changed the locked cell "double"; graded with the original',)
    assert graded["empty"].record.problem == "it is a link, not a file"


@pytest.mark.slow
def test_the_annotated_copy_has_our_cells_and_our_outputs(graded_course):
    course, module, _ = graded_course
    copies = {}
    for learner in ("full", "half", "none", "cheat"):
        data = json.loads((course.autograded(learner, module) / "counting_dev.ipynb").read_bytes())
        copies[learner] = {cell["id"]: cell for cell in data["cells"]}
    assert "print('passed')" not in json.dumps(copies["cheat"])
    assert copies["full"]["count"]["outputs"][0]["text"].startswith("✓ passed, 6 of 6")
    assert copies["half"]["count"]["outputs"][-1]["data"] == {"text/plain": "4"}
    assert copies["half"]["double"]["outputs"][0]["output_type"] == "error"
    assert copies["none"]["count"]["outputs"][0]["ename"] == "NotImplementedError"


@pytest.mark.slow
def test_nbgrader_reads_our_points_from_the_annotated_copy(graded_course):
    import nbformat
    from nbgrader.utils import determine_grade

    course, module, graded = graded_course
    for learner, g in graded.items():
        copy = nbformat.read(course.autograded(learner, module) / "counting_dev.ipynb", 4)
        cells = {c.metadata.nbgrader.grade_id: c for c in copy.cells if c.metadata.get("nbgrader", {}).get("grade")}
        for result in g.record.grade.results:
            assert determine_grade(cells[result.id])[0] == result.points, (learner, result.id)


def test_the_gradebook_has_the_scores(graded_course):
    course, module, _ = graded_course
    with gradebook.opened(course) as book:
        marks = book.marks(module)
    assert marks["half"].marks["count"].auto == 4 and marks["half"].marks["double"].auto == 0
    assert marks["full"].marks["why"].needs_manual and not marks["half"].marks["why"].needs_manual
    assert marks["binary"].marks["count"].auto == 0 and not marks["binary"].needs_manual


@pytest.mark.slow
def test_a_second_run_grades_what_is_new_only(graded_course):
    course, module, graded = graded_course
    hand_in(course, module, "half", work(course, module))
    try:
        second = {g.learner: g for g in grade_class(course, module)}
        assert {learner for learner, g in second.items() if g.fresh} == {"half"}
        assert points(second) == points(graded) | {"half": 10}
    finally:
        hand_in(
            course,
            module,
            "half",
            work(course, module, write_counter=HALF_COUNTER, write_double=WRONG_DOUBLE, why="stub"),
        )


@pytest.mark.slow
def test_a_lost_gradebook_is_filled_again_from_the_records(graded_course):
    course, module, _ = graded_course
    list(grade_class(course, module))
    with gradebook.opened(course) as book:
        before = book.marks(module)
    course.gradebook.unlink()
    assert not any(g.fresh for g in grade_class(course, module))
    with gradebook.opened(course) as book:
        assert book.marks(module) == before


@pytest.fixture
def three(course, monkeypatch):
    """Three submissions, the second of which is trouble."""
    module = course.module("counting")
    hand_in(course, module, "a", work(course, module))
    hand_in(course, module, "b", work(course, module, write_double=WRONG_DOUBLE))
    hand_in(course, module, "c", work(course, module))
    return course, module


def pool_where_b_comes_to(outcome):
    """A pool that gives everybody no points, but for b, whose work comes to `outcome`."""

    def outcome_of(spec, job):
        grade = Grade("counting", tuple(TestResult(c.id, "failed", 0.0, c.points) for c in spec.suite.checks))
        return outcome if job.key == "b" else JobOutcome(job.key, grade)

    return FakePool(outcome_of)


@pytest.mark.slow
def test_a_fault_of_ours_costs_nobody_else(three):
    course, module = three
    graded = list(
        grade_class(course, module, pool=pool_where_b_comes_to(JobOutcome("b", None, "ZeroDivisionError: of ours")))
    )
    assert {g.learner: g.fault for g in graded} == {"a": "", "b": "ZeroDivisionError: of ours", "c": ""}
    assert [r.learner for r in records.of_class(course, module)] == ["a", "c"]


@pytest.mark.slow
def test_after_an_interrupt_the_next_run_goes_on(three):
    course, module = three
    run = grade_class(course, module, pool=pool_where_b_comes_to(None))
    assert next(run).learner == "a"
    with pytest.raises(KeyboardInterrupt):
        run.throw(KeyboardInterrupt)
    assert [r.learner for r in records.of_class(course, module)] == ["a"]
    with gradebook.opened(course) as book:
        assert set(book.marks(module)) == {"a"}
    rest = pool_where_b_comes_to(JobOutcome("b", None, "x"))
    assert {g.learner: g.fresh for g in grade_class(course, module, pool=rest)} == {"a": False, "b": True, "c": True}


@pytest.fixture
def group(course):
    """A group of three, whose works are the same file, and three others."""
    module = course.module("counting")
    ours = as_json(work(course, module, why="We say so."))
    for learner in ("ann", "ben", "zoe"):
        hand_in(course, module, learner, ours)
    for learner in ("dan", "eve", "fay"):
        hand_in(course, module, learner, work(course, module))
    return course, module


def pool_that_counts(grade="one", slots=1):
    """A pool, and its jobs in `jobs`: each gets a grade of as many points as there were jobs before; or a fault."""

    def outcome_of(spec, job):
        result = TestResult("count", "failed", float(len(pool.jobs)), 6.0, "too few")
        return JobOutcome(job.key, Grade("counting", (result,)) if grade else None, "" if grade else "of ours")

    pool = FakePool(outcome_of)
    pool.slots = slots
    return pool


@pytest.mark.slow
@pytest.mark.parametrize("slots", [1, 4])
def test_a_groups_work_is_graded_once_and_counts_for_each(group, slots):
    """Whether the members' turns come while it is graded or afterwards."""
    course, module = group
    pool = pool_that_counts(slots=slots)
    graded = {g.learner: g for g in grade_class(course, module, pool=pool)}
    assert sorted(job.key for job in pool.jobs) == ["ann", "dan", "eve", "fay"]
    assert set(graded) == {"ann", "ben", "dan", "eve", "fay", "zoe"} and all(g.fresh for g in graded.values())
    assert {g.record.learner for g in graded.values()} == set(graded)
    marks = points(graded)
    assert marks["ann"] == marks["ben"] == marks["zoe"] != marks["dan"]
    with gradebook.opened(course) as book:
        assert {who: marks.marks["count"].auto for who, marks in book.marks(module).items()} == marks
    list(grade_class(course, module, again=True, pool=(second := pool_that_counts())))
    assert len(second.jobs) == 4


@pytest.mark.slow
def test_a_member_who_hands_in_alone_is_graded_alone(group):
    course, module = group
    list(grade_class(course, module, pool=pool_that_counts()))
    hand_in(course, module, "zoe", work(course, module, write_double=WRONG_DOUBLE))
    list(grade_class(course, module, pool=(second := pool_that_counts())))
    assert [job.key for job in second.jobs] == ["zoe"]


@pytest.mark.slow
def test_a_group_shares_a_fault_and_is_tried_again(group):
    course, module = group
    graded = list(grade_class(course, module, pool=pool_that_counts(grade="")))
    assert [g.learner for g in graded if g.fault == "of ours"] == ["ann", "ben", "dan", "eve", "fay", "zoe"]
    list(grade_class(course, module, pool=(second := pool_that_counts())))
    assert sorted(job.key for job in second.jobs) == ["ann", "dan", "eve", "fay"]


def test_only_one_grades_a_course_at_a_time(course):
    with alone(course), pytest.raises(CourseError, match="somebody is grading"), alone(course):
        pass
    with alone(course):
        pass


def test_a_damaged_record_is_graded_again(graded_course):
    course, module, _ = graded_course
    place = course.autograded("full", module) / "grade.json"
    kept = place.read_bytes()
    place.write_bytes(kept[: len(kept) // 2])
    assert records.read(course, module, "full") is None
    place.write_bytes(kept)
    assert records.read(course, module, "full").grade.points == 10


def test_deleted_and_doubled_cells_are_put_right(course):
    module = course.module("counting")
    _, released = notebooks(course, module)
    theirs = [cell for cell in released.cells if cell.id != "count"]
    theirs += [replace(cell, id="copy") for cell in released.cells if cell.id in ("double", "write-double")]
    out = course.root / "copy.ipynb"
    out.write_bytes(marked_copy(replace(released, cells=tuple(theirs)), released, Grade("counting", ())))
    ids = [cell.grade_id for cell in read(out).cells if cell.grade_id]
    assert sorted(ids) == sorted({cell.grade_id for cell in released.cells if cell.grade_id})
    assert ids.index("count") == ids.index("given-samples") + 1


@pytest.mark.slow
def test_a_pool_is_warmed_for_what_is_certain_to_be_graded(three):
    """With a spec only where a submission has no record: with none to grade, no grader is started."""
    course, module = three
    warmed = []
    for again, outcome in ((False, None), (False, "good"), (False, "good"), (True, "good")):
        grade = Grade("counting", ())
        pool = pool_where_b_comes_to(JobOutcome("b", grade) if outcome else JobOutcome("b", None, "x"))
        list(grade_class(course, module, again=again, pool=pool))
        first, *specs = pool.warmed
        assert first is None, "libraries are loaded before the spec is known"
        warmed.append(len(specs))
    assert warmed == [1, 1, 0, 1]  # b has no record at first, as its grade is a fault
