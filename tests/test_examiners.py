"""Examiners: processes that grade, each replaced when it is lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from graded import paper, work
from killing import at_work_in

from tito.checks import CodeCell, Work
from tito.engine.examiners import TRIES, Examiner, ExaminerLost, Examiners
from tito.engine.local import LocalEngine
from tito.engine.running import outcomes
from tito.engine.terms import Task, Terms
from tito.errors import UsageError
from tito.grading import Limits

GOOD = work("def answer(): return 4")
TERMS = Terms(paper("assert answer() == 4", "assert LIMIT == 3"), {"tinytorch/__init__.py": ""},
              Limits(check_cpu_s=0.4, total_cpu_s=5, wall_s=20, memory_mb=1024), walls=0, lowest_level=0)


@pytest.fixture
def examiners():
    made = Examiners()
    yield made
    made.end()


def the_only(examiners: Examiners) -> Examiner:
    (examiner,) = examiners._open
    return examiner


def test_one_examiner_grades_one_work_after_the_other(examiners):
    bad = work("def answer(): return 5")
    found = examiners.examine(TERMS, [Task("a", GOOD), Task("b", bad), Task("c", GOOD, only=("c1",))])
    assert [(each.key, each.grade.points, each.grade.isolation_level) for each in found] == [("a", 2, 0), ("b", 1, 0), ("c", 1, 0)]
    first = the_only(examiners)
    examiners.examine(TERMS, [Task("a", GOOD)])
    assert the_only(examiners) is first


def test_examiners_that_were_started_ahead_are_the_ones_that_grade(examiners):
    examiners.start(TERMS, 2)
    ahead = set(examiners._open)
    for key in "ab":
        (found,) = examiners.examine(TERMS, [Task(key, GOOD)])
        assert found.grade.points == 2
    assert examiners._open == ahead and len(examiners._spare) == 1
    used = ahead - set(examiners._spare)
    examiners.end()
    assert {examiner._process.poll() for examiner in used} == {0}, "one that waits for a task ends by itself, and waits for its own"
    assert all(examiner._process.poll() is not None for examiner in ahead)


def test_other_terms_want_another_examiner(examiners):
    examiners.examine(TERMS, [Task("a", GOOD)])
    first = the_only(examiners)
    other = Terms(paper("assert answer() == 5"), TERMS.library, TERMS.limits, 0, 0)
    assert examiners.examine(other, [Task("a", GOOD)])[0].grade.points == 0
    assert the_only(examiners) is not first and first._process.poll() is not None


def test_an_examiner_that_is_killed_is_replaced(examiners):
    examiners.examine(TERMS, [Task("a", GOOD)])
    the_only(examiners)._process.kill()
    (found,) = examiners.examine(TERMS, [Task("b", GOOD)])
    assert found.grade.points == 2


def test_a_work_that_loses_every_examiner_is_a_fault_and_no_grade(examiners, monkeypatch):
    def lose(examiner, task):
        raise ExaminerLost("an examiner has ended (exit code -9)")

    monkeypatch.setattr(Examiner, "grade", lose)
    (found,) = examiners.examine(TERMS, [Task("b", GOOD)])
    assert found.grade is None and found.fault == f"an examiner has ended (exit code -9), {TRIES} times"
    assert not examiners._open


def test_where_the_walls_are_too_low_nothing_is_graded(examiners):
    strict = Terms(TERMS.paper, TERMS.library, TERMS.limits, walls=0, lowest_level=2)
    with pytest.raises(UsageError, match="isolation level 0; this asks for 2"):
        examiners.examine(strict, [Task("a", GOOD)])


def test_a_fault_of_ours_is_told_and_the_next_work_is_graded(examiners):
    broken = Terms(paper("answer("), TERMS.library, TERMS.limits, 0, 0)  # a check that is not Python: no learner's fault
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
        assert len(engine._examiners._open) == 2
    finally:
        engine.close()
    assert points == {str(number): 1 + (number == 4) for number in range(8)}


def test_closing_ends_what_is_being_graded():
    engine = LocalEngine(1)
    endless = Work((*GOOD.cells, CodeCell("more", "import time\nwhile True: pass")))
    patient = Terms(TERMS.paper, TERMS.library, Limits(check_cpu_s=60, total_cpu_s=60), 0, 0)
    future = engine.submit(patient, [Task("a", endless)])
    while not engine._examiners._open:
        time.sleep(0.01)
    (examiner,) = engine._examiners._open
    engine.close()
    assert examiner._process.poll() is not None and future.done()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_nothing_is_left_running_when_the_grader_is_killed(tmp_path):
    """The grader of a class is killed while a work loops for ever: its examiner, warm parent and worker end too."""
    script = f"""
import sys; sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parent.parent)]!r}
from test_examiners import TERMS, GOOD
from tito.checks import CodeCell, Work
from tito.engine.examiners import Examiners
from tito.engine.terms import Task
print("go", flush=True)
loop = Work((*GOOD.cells, CodeCell("more", "while True: pass")))
Examiners().examine(TERMS, [Task("a", loop)] * 1000)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path), "TITO_TEST_MARK": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
    grader.stdout.readline()
    assert within(20, lambda: len(at_work_in(tmp_path)) >= 3), "examiner, warm parent and worker are there"
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
