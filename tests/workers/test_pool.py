"""Grader processes: forked, given jobs, and each replaced when it is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.fault_injection import VICTIMS, at_work_in, found_as
from tests.support.graded_module import suite, work
from tito.course.checks import CodeCell, Work
from tito.sandbox.isolation.limits import Limits
from tito.support.errors import UsageError
from tito.workers import client
from tito.workers.client import GraderLost, GraderProcess
from tito.workers.job import Job, JobSpec
from tito.workers.local import LocalPool
from tito.workers.pool import TRIES, GraderProcesses
from tito.workers.scheduler import graded

pytestmark = pytest.mark.slow

GOOD = work("def answer(): return 4")
SPEC = JobSpec(
    suite("assert answer() == 4", "assert LIMIT == 3"),
    {"tinytorch/__init__.py": ""},
    Limits(check_cpu_s=0.4, total_cpu_s=5, wall_s=20, memory_mb=1024),
    walls=0,
    lowest_level=0,
)


@pytest.fixture
def graders():
    made = GraderProcesses()
    yield made
    made.end()


def the_only(graders: GraderProcesses) -> GraderProcess:
    (server,) = graders._servers
    (grader,) = server.graders
    return grader


def test_one_grader_grades_one_work_after_the_other(graders):
    bad = work("def answer(): return 5")
    found = graders.grade(SPEC, [Job("a", GOOD), Job("b", bad), Job("c", GOOD, only=("c1",))])
    assert [(each.key, each.grade.points, each.grade.isolation_level) for each in found] == [
        ("a", 2, 0),
        ("b", 1, 0),
        ("c", 1, 0),
    ]
    first = the_only(graders)
    graders.grade(SPEC, [Job("a", GOOD)])
    assert the_only(graders) is first


def test_a_warmed_fork_server_is_the_one_that_grades(graders):
    graders.start_warming(SPEC)
    (ahead,) = graders._servers
    for key in "ab":
        (found,) = graders.grade(SPEC, [Job(key, GOOD)])
        assert found.grade.points == 2
    assert graders._servers == {ahead} and the_only(graders).server is ahead
    graders.end()
    assert ahead._server.process.returncode == 0, "with idle graders it ends by itself, and waits for them"


def test_threads_have_graders_of_their_own(graders):
    with ThreadPoolExecutor(2) as threads:
        together = threading.Barrier(2)
        found = list(threads.map(lambda key: (together.wait(), graders.grade(SPEC, [Job(key, GOOD)])), "ab"))
    (server,) = graders._servers
    assert [outcome.grade.points for _, (outcome,) in found] == [2, 2] and len(server.graders) == 2


def test_another_spec_has_another_fork_server(graders):
    graders.grade(SPEC, [Job("a", GOOD)])
    first = the_only(graders).server
    other = JobSpec(suite("assert answer() == 5"), SPEC.library, SPEC.limits, 0, 0)
    assert graders.grade(other, [Job("a", GOOD)])[0].grade.points == 0
    assert the_only(graders).server is not first and first.has_ended()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize("victim", VICTIMS[1:])
def test_what_is_killed_is_replaced(graders, victim):
    graders.grade(SPEC, [Job("a", GOOD)])
    server = the_only(graders).server
    os.kill(found_as(victim, os.getpid())[0], signal.SIGKILL)
    (found,) = graders.grade(SPEC, [Job("b", GOOD)])
    assert found.grade.points == 2
    assert (the_only(graders).server is server) == (victim == "grader")


def test_a_job_that_loses_every_grader_is_a_fault(graders, monkeypatch):
    def lose(grader, job):
        raise GraderLost("a grader has ended without an answer")

    monkeypatch.setattr(GraderProcess, "grade", lose)
    (found,) = graders.grade(SPEC, [Job("b", GOOD)])
    assert found.grade is None and found.fault == f"a grader has ended without an answer, {TRIES} times"
    (server,) = graders._servers
    assert not server.graders


def test_a_fork_server_that_dies_at_start_is_a_fault(monkeypatch):
    """It is told as the outcome of the job, and stops nothing."""
    monkeypatch.setattr(client, "FORK_SERVER", "tito.no_such_module")
    pool = LocalPool(1)
    pool.start_warming(SPEC)
    try:
        (found,) = pool.submit(SPEC, [Job("a", GOOD)]).result()
    finally:
        pool.close()
    assert (
        found.grade is None
        and found.fault.startswith("a grader has ended")
        and found.fault.endswith(f", {TRIES} times")
    )


def test_where_the_walls_are_too_low_nothing_is_graded(graders):
    strict = JobSpec(SPEC.suite, SPEC.library, SPEC.limits, walls=0, lowest_level=2)
    with pytest.raises(UsageError, match="isolation level 0; this asks for 2"):
        graders.grade(strict, [Job("a", GOOD)])


def test_after_a_fault_of_ours_the_next_job_is_graded(graders):
    broken = JobSpec(
        suite("answer("), SPEC.library, SPEC.limits, 0, 0
    )  # a check that is not Python: no learner's fault
    (found,) = graders.grade(broken, [Job("a", GOOD)])
    assert found.grade is None and found.fault.startswith("SyntaxError")
    first = the_only(graders)
    graders.grade(broken, [Job("a", GOOD)])
    assert the_only(graders) is first


def test_threads_grade_side_by_side():
    pool = LocalPool(2)
    jobs = [Job(str(number), work(f"def answer(): return {number}")) for number in range(8)]
    steps = [SimpleNamespace(job=job) for job in jobs]
    try:
        points = {outcome.key: outcome.grade.points for _, outcome in graded(pool, SPEC, steps)}
        (server,) = pool._graders._servers
        assert len(server.graders) == 2
    finally:
        pool.close()
    assert points == {str(number): 1 + (number == 4) for number in range(8)}


def test_closing_ends_what_is_being_graded():
    pool = LocalPool(1)
    endless = Work((*GOOD.cells, CodeCell("more", "import time\nwhile True: pass")))
    patient = JobSpec(SPEC.suite, SPEC.library, Limits(check_cpu_s=60, total_cpu_s=60), 0, 0)
    future = pool.submit(patient, [Job("a", endless)])
    assert within(20, lambda: any(server.graders for server in pool._graders._servers))
    (server,) = pool._graders._servers
    pool.close()
    assert server.has_ended() and future.done()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_nothing_is_left_running_when_the_grader_is_killed(tmp_path):
    """The grader of a class is killed while a work loops for ever: both fork servers, its grader and worker end too."""
    script = f"""
import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
from tests.workers.test_pool import SPEC, GOOD
from tito.course.checks import CodeCell, Work
from tito.workers.pool import GraderProcesses
from tito.workers.job import Job
print("go", flush=True)
loop = Work((*GOOD.cells, CodeCell("more", "while True: pass")))
GraderProcesses().grade(SPEC, [Job("a", loop)] * 1000)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path), "TITO_TEST_MARK": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
    grader.stdout.readline()
    assert within(20, lambda: len(at_work_in(tmp_path)) >= 4), "two fork servers, grader and worker are there"
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
