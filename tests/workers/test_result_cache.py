"""Many works graded, and their results kept."""

import pytest

from tests.support.fake_pool import FakePool
from tito.authoring.answers import read_answers
from tito.course.checks import CodeCell, Grade, TestResult, Work
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work, suite_of
from tito.workers import result_cache
from tito.workers.job import JobOutcome


def as_many_points_as_characters(spec, job):
    suite, points = spec.suite_for(job), float(len(job.work.cells[0].source))
    return JobOutcome(
        job.key, Grade(suite.module, tuple(TestResult(c.id, "passed", points, 9.0) for c in suite.checks))
    )


@pytest.fixture
def pool():
    return FakePool(as_many_points_as_characters)


@pytest.fixture
def grade_all(course, pool):
    module = course.module("counting")

    def run(*sources, **options):
        suite = suite_of(module, build(module))
        works = [Work((CodeCell("a", source),)) for source in sources]
        grades = result_cache.grade_all(course, module, suite, works, pool=pool, **options)
        return [grade.results[0].points for grade in grades]

    return run


def test_grades_come_in_the_order_of_the_works(grade_all, pool):
    assert grade_all("x", "xxx", "xx", "x") == [1, 3, 2, 1]
    assert len(pool.jobs) == 3, "equal works are graded once"


def test_progress_is_told(grade_all):
    told = []
    grade_all("x", "xx", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_what_is_known_is_not_graded_again(grade_all, pool):
    grade_all("x", "xx")
    assert grade_all("xx", "xxx") == [2, 3]
    assert len(pool.jobs) == 3
    grade_all("x")
    assert len(pool.jobs) == 4, "what the last run did not ask for is forgotten"


def test_another_check_or_other_code_grades_again(grade_all, pool, course, monkeypatch):
    grade_all("x")
    module = course.module("counting")
    check = module.check_file("double")
    check.write_text(check.read_text().replace("twice three is six", "6"))
    grade_all("x")
    assert len(pool.jobs) == 2
    monkeypatch.setattr(result_cache, "PACKAGES", ("numpy",))
    grade_all("x")
    assert len(pool.jobs) == 3


def test_a_change_out_of_reach_runs_no_check_again(pool, course):
    """A check runs again only when code that it can reach has changed."""
    module = course.module("counting")
    reference = reference_work(build(module))
    suite = suite_of(module, build(module))
    result_cache.grade_all(course, module, suite, [reference], pool=pool)
    beside = Work((*reference.cells, CodeCell("more", "def nobody_calls_this():\n    return 1")))
    result_cache.grade_all(course, module, suite, [reference, beside], pool=pool)
    assert len(pool.jobs) == 1
    above = Work((*reference.cells, CodeCell("more", "nobody_calls_this = 1")))
    result_cache.grade_all(course, module, suite, [reference, above], pool=pool)
    assert len(pool.jobs) == 2, "code outside functions runs for every check"


def test_a_record_that_cannot_be_read_is_made_again(grade_all, course):
    grade_all("x")
    course.verified(course.module("counting")).write_text('{"key": 3}')
    assert grade_all("x") == [1]


@pytest.mark.slow
def test_graders_side_by_side_find_the_same(course):
    module = course.module("counting")
    built = build(module)
    works = [reference_work(built), *(answer.work for answer in read_answers(module, reference_work(built)))]
    two = result_cache.grade_all(course, module, suite_of(module, built), works, jobs=2)
    course.verified(module).unlink()
    assert result_cache.grade_all(course, module, suite_of(module, built), works) == two
    assert [grade.points for grade in two] == [10, 6, 8, 10, 6, 10]
