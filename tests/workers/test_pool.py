"""Examiners: processes that grade, each replaced when it is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.fault_injection import VICTIMS, at_work_in, found_as
from tests.support.graded_module import suite, work
from tito.course.checks import CodeCell, Work
from tito.sandbox import control
from tito.sandbox.isolation.limits import Limits
from tito.support.errors import UsageError
from tito.workers.job import Task, Terms
from tito.workers.local import LocalEngine
from tito.workers.pool import TRIES, Examiner, ExaminerLost, Examiners
from tito.workers.scheduler import outcomes

pytestmark = pytest.mark.slow

GOOD = work("def answer(): return 4")
TERMS = Terms(
    suite("assert answer() == 4", "assert LIMIT == 3"),
    {"tinytorch/__init__.py": ""},
    Limits(check_cpu_s=0.4, total_cpu_s=5, wall_s=20, memory_mb=1024),
    walls=0,
    lowest_level=0,
)


@pytest.fixture
def examiners():
    made = Examiners()
    yield made
    made.end()


def the_only(examiners: Examiners) -> Examiner:
    (hall,) = examiners._halls
    (examiner,) = hall.examiners
    return examiner


def test_one_examiner_grades_one_work_after_the_other(examiners):
    bad = work("def answer(): return 5")
    found = examiners.examine(TERMS, [Task("a", GOOD), Task("b", bad), Task("c", GOOD, only=("c1",))])
    assert [(each.key, each.grade.points, each.grade.isolation_level) for each in found] == [
        ("a", 2, 0),
        ("b", 1, 0),
        ("c", 1, 0),
    ]
    first = the_only(examiners)
    examiners.examine(TERMS, [Task("a", GOOD)])
    assert the_only(examiners) is first


def test_a_hall_that_was_started_ahead_is_the_one_that_grades(examiners):
    examiners.start(TERMS)
    (ahead,) = examiners._halls
    for key in "ab":
        (found,) = examiners.examine(TERMS, [Task(key, GOOD)])
        assert found.grade.points == 2
    assert examiners._halls == {ahead} and the_only(examiners).hall is ahead
    examiners.end()
    assert ahead._process.poll() == 0, "one whose examiners wait for a task ends by itself, and waits for its own"


def test_threads_have_examiners_of_their_own_from_one_hall(examiners):
    with ThreadPoolExecutor(2) as threads:
        together = threading.Barrier(2)
        found = list(threads.map(lambda key: (together.wait(), examiners.examine(TERMS, [Task(key, GOOD)])), "ab"))
    (hall,) = examiners._halls
    assert [outcome.grade.points for _, (outcome,) in found] == [2, 2] and len(hall.examiners) == 2


def test_other_terms_want_another_hall(examiners):
    examiners.examine(TERMS, [Task("a", GOOD)])
    first = the_only(examiners).hall
    other = Terms(suite("assert answer() == 5"), TERMS.library, TERMS.limits, 0, 0)
    assert examiners.examine(other, [Task("a", GOOD)])[0].grade.points == 0
    assert the_only(examiners).hall is not first and first._process.poll() is not None


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize("victim", VICTIMS[1:])
def test_what_is_killed_is_replaced(examiners, victim):
    examiners.examine(TERMS, [Task("a", GOOD)])
    hall = the_only(examiners).hall
    os.kill(found_as(victim, os.getpid())[0], signal.SIGKILL)
    (found,) = examiners.examine(TERMS, [Task("b", GOOD)])
    assert found.grade.points == 2
    assert (the_only(examiners).hall is hall) == (victim == "examiner")


def test_a_work_that_loses_every_examiner_is_a_fault_and_no_grade(examiners, monkeypatch):
    def lose(examiner, task):
        raise ExaminerLost("an examiner has ended without an answer")

    monkeypatch.setattr(Examiner, "grade", lose)
    (found,) = examiners.examine(TERMS, [Task("b", GOOD)])
    assert found.grade is None and found.fault == f"an examiner has ended without an answer, {TRIES} times"
    (hall,) = examiners._halls
    assert not hall.examiners


def test_a_hall_that_ends_at_once_is_a_fault_of_ours_and_stops_nothing(monkeypatch):
    monkeypatch.setattr("tito.workers.pool.start", lambda module, env: control.start("tito.no_such_module", env=env))
    engine = LocalEngine(1)
    engine.prepare(TERMS, 1)
    try:
        (found,) = engine.submit(TERMS, [Task("a", GOOD)]).result()
    finally:
        engine.close()
    assert (
        found.grade is None
        and found.fault.startswith("an examiner has ended")
        and found.fault.endswith(f", {TRIES} times")
    )


def test_where_the_walls_are_too_low_nothing_is_graded(examiners):
    strict = Terms(TERMS.suite, TERMS.library, TERMS.limits, walls=0, lowest_level=2)
    with pytest.raises(UsageError, match="isolation level 0; this asks for 2"):
        examiners.examine(strict, [Task("a", GOOD)])


def test_a_fault_of_ours_is_told_and_the_next_work_is_graded(examiners):
    broken = Terms(
        suite("answer("), TERMS.library, TERMS.limits, 0, 0
    )  # a check that is not Python: no learner's fault
    (found,) = examiners.examine(broken, [Task("a", GOOD)])
    assert found.grade is None and found.fault.startswith("SyntaxError")
    first = the_only(examiners)
    examiners.examine(broken, [Task("a", GOOD)])
    assert the_only(examiners) is first


def test_threads_grade_side_by_side():
    engine = LocalEngine(2)
    tasks = [Task(str(number), work(f"def answer(): return {number}")) for number in range(8)]
    try:
        points = {outcome.key: outcome.grade.points for outcome in outcomes(engine, TERMS, tasks)}
        (hall,) = engine._examiners._halls
        assert len(hall.examiners) == 2
    finally:
        engine.close()
    assert points == {str(number): 1 + (number == 4) for number in range(8)}


def test_closing_ends_what_is_being_graded():
    engine = LocalEngine(1)
    endless = Work((*GOOD.cells, CodeCell("more", "import time\nwhile True: pass")))
    patient = Terms(TERMS.suite, TERMS.library, Limits(check_cpu_s=60, total_cpu_s=60), 0, 0)
    future = engine.submit(patient, [Task("a", endless)])
    assert within(20, lambda: any(hall.examiners for hall in engine._examiners._halls))
    (hall,) = engine._examiners._halls
    engine.close()
    assert hall._process.poll() is not None and future.done()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_nothing_is_left_running_when_the_grader_is_killed(tmp_path):
    """The grader of a class is killed while a work loops for ever: every process below it ends too."""
    script = f"""
import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
from tests.workers.test_pool import TERMS, GOOD
from tito.course.checks import CodeCell, Work
from tito.workers.pool import Examiners
from tito.workers.job import Task
print("go", flush=True)
loop = Work((*GOOD.cells, CodeCell("more", "while True: pass")))
Examiners().examine(TERMS, [Task("a", loop)] * 1000)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path), "TITO_TEST_MARK": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
    grader.stdout.readline()
    assert within(20, lambda: len(at_work_in(tmp_path)) >= 4), "hall, examiner, warm parent and worker are there"
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    assert within(30, lambda: not at_work_in(tmp_path)), at_work_in(tmp_path)


def within(seconds: float, holds) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
