"""Jobs in, outcomes out: what a pool loses is sent again, and what it can't do is told."""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

import pytest

from tests.support.fake_pool import FakePool
from tito.course.checks import CheckSuite, Grade, Work
from tito.support.errors import CourseError, UsageError
from tito.workers import scheduler
from tito.workers.job import Job, JobOutcome, JobSpec
from tito.workers.scheduler import graded

SPEC = JobSpec(CheckSuite("toy", ()), {})
GRADE = Grade("toy", ())


@dataclass(frozen=True)
class Step:
    """A step of a plan, with a job or settled."""

    name: str
    job: Job | None


def step(number: int) -> Step:
    return Step(str(number), Job(str(number), Work(())))


def steps(count: int) -> list[Step]:
    return [step(number) for number in range(count)]


def with_a_grade(spec, job) -> JobOutcome:
    return JobOutcome(job.key, GRADE)


def test_every_job_has_its_outcome():
    found = graded(FakePool(with_a_grade), SPEC, steps(7))
    assert sorted((each.name, outcome.key) for each, outcome in found) == [(n, n) for n in "0123456"]


def test_a_plan_is_read_only_as_far_as_needed():
    drawn = []

    def drawing() -> Iterator[Step]:
        for each in steps(10):
            drawn.append(each.name)
            yield each

    next(graded(FakePool(with_a_grade), SPEC, drawing()))
    assert len(drawn) == 2


def test_a_settled_step_comes_as_soon_as_it_is_read():
    """It waits for no outcome, and is sent to no pool."""
    pool = FakePool(lambda spec, job: None)
    plan = iter([Step("a", None), Step("b", None), step(1), Step("c", None), step(2), Step("d", None)])
    found = graded(pool, SPEC, plan)
    assert [next(found) for _ in "abc"] == [(Step(name, None), None) for name in "abc"]
    assert [job.key for job in pool.jobs] == ["1"]
    assert next(plan) == step(2), "nothing behind it is read before it is taken"


def test_a_plan_with_nothing_to_grade_ends():
    assert list(graded(FakePool(with_a_grade), SPEC, [Step("a", None)])) == [(Step("a", None), None)]
    assert list(graded(FakePool(with_a_grade), SPEC, [])) == []


def test_jobs_go_out_in_batches():
    pool = FakePool(with_a_grade)
    pool.batch = 3
    sizes = []
    submit = pool.submit
    pool.submit = lambda spec, jobs: sizes.append(len(jobs)) or submit(spec, jobs)
    assert len(list(graded(pool, SPEC, steps(7)))) == 7
    assert sizes == [3, 3, 1]


class LosingPool(FakePool):
    """Loses every batch that holds the job called `bad`, as a pool does whose process is killed."""

    def __init__(self, bad: str, loss: BaseException):
        super().__init__(with_a_grade)
        self.bad, self.loss = bad, loss

    def submit(self, spec, jobs):
        if self.bad not in {job.key for job in jobs}:
            return super().submit(spec, jobs)
        self.jobs += jobs
        lost = Future()
        lost.set_exception(self.loss)
        return lost


@pytest.mark.parametrize("loss", [RuntimeError("worker killed"), CancelledError()])
def test_a_job_lost_every_time_costs_no_other_its_grade(loss):
    pool = LosingPool("1", loss)
    pool.batch = 3
    found = {each.name: outcome for each, outcome in graded(pool, SPEC, steps(3))}
    assert found["0"].grade == found["2"].grade == GRADE
    assert found["1"].grade is None and found["1"].fault.startswith("lost 3 times")
    assert [job.key for job in pool.jobs].count("1") == scheduler.TRIES


def test_what_may_not_be_graded_here_is_not_tried_again():
    pool = LosingPool("0", UsageError("the walls are too low"))
    with pytest.raises(UsageError, match="too low"):
        list(graded(pool, SPEC, steps(3)))
    assert len(pool.jobs) == 2


def test_a_pool_in_trouble_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(scheduler, "LOOK_S", 0.01)
    pool = FakePool(lambda spec, job: None)
    pool.trouble = lambda: "the scheduler is gone"
    with pytest.raises(CourseError, match="grading can't go on: the scheduler is gone"):
        list(graded(pool, SPEC, steps(3)))
