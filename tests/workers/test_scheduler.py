"""Works in, grades out: what an engine loses is sent again, and what it can't do is said."""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future

import pytest

from tests.support.fake_engine import StandInEngine
from tito.course.checks import CheckSuite, Grade, Work
from tito.support.errors import CourseError, UsageError
from tito.workers import scheduler
from tito.workers.job import Outcome, Task, Terms
from tito.workers.scheduler import outcomes

TERMS = Terms(CheckSuite("toy", ()), {})
GRADE = Grade("toy", ())


def tasks(count: int) -> list[Task]:
    return [Task(str(number), Work(())) for number in range(count)]


def graded(terms, task) -> Outcome:
    return Outcome(task.key, GRADE)


def test_every_task_has_its_outcome():
    found = outcomes(StandInEngine(graded), TERMS, tasks(7))
    assert sorted(outcome.key for outcome in found) == [str(number) for number in range(7)]


def test_tasks_are_drawn_only_as_far_as_there_is_room():
    drawn = []

    def drawing() -> Iterator[Task]:
        for task in tasks(10):
            drawn.append(task.key)
            yield task

    next(outcomes(StandInEngine(graded), TERMS, drawing()))
    assert len(drawn) == 2


def test_tasks_go_out_in_batches():
    engine = StandInEngine(graded)
    engine.batch = 3
    sizes = []
    submit = engine.submit
    engine.submit = lambda terms, batch: sizes.append(len(batch)) or submit(terms, batch)
    assert len(list(outcomes(engine, TERMS, tasks(7)))) == 7
    assert sizes == [3, 3, 1]


class LosingEngine(StandInEngine):
    """Loses every batch that holds the task called `bad`, as a pool does whose process is killed."""

    def __init__(self, bad: str, loss: BaseException):
        super().__init__(graded)
        self.bad, self.loss = bad, loss

    def submit(self, terms, batch):
        if self.bad not in {task.key for task in batch}:
            return super().submit(terms, batch)
        self.tasks += batch
        lost = Future()
        lost.set_exception(self.loss)
        return lost


@pytest.mark.parametrize("loss", [RuntimeError("worker killed"), CancelledError()])
def test_a_task_that_is_lost_every_time_costs_no_other_its_grade(loss):
    engine = LosingEngine("1", loss)
    engine.batch = 3
    found = {outcome.key: outcome for outcome in outcomes(engine, TERMS, tasks(3))}
    assert found["0"].grade == found["2"].grade == GRADE
    assert found["1"].grade is None and found["1"].fault.startswith("lost 3 times")
    assert [task.key for task in engine.tasks].count("1") == scheduler.TRIES


def test_what_nobody_may_grade_here_is_not_tried_again():
    engine = LosingEngine("0", UsageError("the walls are too low"))
    with pytest.raises(UsageError, match="too low"):
        list(outcomes(engine, TERMS, tasks(3)))
    assert len(engine.tasks) == 2


def test_an_engine_in_trouble_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(scheduler, "LOOK_S", 0.01)
    engine = StandInEngine(lambda terms, task: None)
    engine.trouble = lambda: "the scheduler is gone"
    with pytest.raises(CourseError, match="grading can't go on: the scheduler is gone"):
        list(outcomes(engine, TERMS, tasks(3)))
