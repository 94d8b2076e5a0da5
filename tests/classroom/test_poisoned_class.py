"""A class around one poisoned hand-in: the trusted side's time and memory, and the others' marks, are as without it.

All that is trusted runs in this process here: what collects, plans and records, the grader, the pages.
Workers are others, with limits of their own.
"""

import json
import os
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.poisons import IN_CODE, IN_RESULTS, IN_THE_FILE, PACKED
from tests.support.toy_class import WRONG_DOUBLE, work
from tests.support.toy_course import write_course
from tito.autograder.grader import Grader
from tito.classroom import report
from tito.classroom.collect import collect
from tito.classroom.feedback import write_feedback
from tito.classroom.grade_class import grade_class
from tito.classroom.reporting import pages
from tito.course.course import Course
from tito.lesson import notebook
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import folder_with
from tito.workers.job import JobOutcome

pytestmark = pytest.mark.slow

LIMITS = Limits(check_cpu_s=0.5, total_cpu_s=1.5, grader_cpu_s=0.5, wall_s=3.0, hand_in_s=4.0, memory_mb=1024)
MOST_CPU_S = 8.0  # of this process for one poison: as much code as there may be takes up to 2
USUAL_CPU_S = 2.0  # for one poison in the mean
MORE_MB = (
    350  # at the peak, whatever is handed in: of a file as large as may be (20 MB of JSON), Python makes up to 270
)


class PoolInThisProcess:
    """Grades in the thread that asks, so that the grader's time and memory are this process's own."""

    slots = batch = 1

    def __init__(self, grader):
        self._grader = grader

    def start_warming(self, spec=None):
        """There is nothing to start."""

    def submit(self, spec, jobs):
        done = Future()
        done.set_result([JobOutcome(job.key, self._grader.grade(spec.suite_for(job), job.work)) for job in jobs])
        return done

    def trouble(self):
        return ""

    def close(self):
        """The grader is the test's."""


@dataclass(frozen=True)
class Cost:
    """What a class cost this process: CPU seconds by step and learner, and megabytes at the peak above what it had."""

    cpu_s: dict[str, float]
    peak_mb: float

    @property
    def dearest(self) -> dict[str, float]:
        return dict(sorted(self.cpu_s.items(), key=lambda item: -item[1])[:6])


class StopWatch:
    """CPU seconds of this process, by what was done since the last look."""

    def __init__(self):
        self.laps: dict[str, float] = {}
        self._last_s = time.process_time()

    def lap(self, name: str) -> None:
        now = time.process_time()
        self.laps[name] = now - self._last_s
        self._last_s = now


def memory_mb(name: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    library = {"tinytorch/__init__.py": "", "tinytorch/core/__init__.py": ""}
    with folder_with(library) as folder, Grader(folder, limits=LIMITS) as made:
        yield made


class Classroom:
    """Grades a class of two honest learners and those who hand in poison."""

    def __init__(self, root: Path, grader: Grader):
        self._root, self._grader, self._number = root, grader, 0
        course = write_course(root)
        module = course.module("counting")
        self.honest = {"ada": work(course, module), "bob": work(course, module, write_double=WRONG_DOUBLE)}
        self._data = notebook.as_json(self.honest["ada"])

    def poisoned(self, change) -> bytes:
        return change(json.loads(self._data))

    def graded(self, poisons: dict[str, bytes]) -> tuple[dict[str, float | None], Cost]:
        """Each learner's points by the report, and what it cost."""
        self._number += 1
        root = self._root / f"course-{self._number}"
        root.mkdir()
        course, inbox = write_course(root), root / "inbox"
        inbox.mkdir()
        for learner, content in self.honest.items():
            notebook.write(content, inbox / f"{learner}_counting_dev.ipynb")
        for name, content in poisons.items():
            (inbox / name).write_bytes(content)
        return self._measured(course, inbox)

    def _measured(self, course: Course, inbox: Path):
        module = course.module("counting")
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
        before_mb, watch = memory_mb("VmRSS"), StopWatch()
        collect(course, inbox, module)
        watch.lap("collect")
        for done in grade_class(course, module, pool=PoolInThisProcess(self._grader)):
            watch.lap(f"grade {done.learner}")
        for page in write_feedback(course, module):
            watch.lap(f"page {page}")
        found = report.report(course, module)
        pages.write_report(course, found)
        watch.lap("report")
        cost = Cost(watch.laps, memory_mb("VmHWM") - before_mb)
        return {line.learner: line.points for line in found.learners}, cost


@pytest.fixture(scope="module")
def classroom(tmp_path_factory, grader):
    if not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("the peak of memory can't be measured on this system")
    made = Classroom(tmp_path_factory.mktemp("courses"), grader)
    made.graded({})  # what is loaded once
    return made


@pytest.fixture(scope="module")
def alone(classroom):
    return classroom.graded({})


POISONS = {"code": IN_CODE, "results": IN_RESULTS, "file": IN_THE_FILE, "packed": PACKED}
NAMES = {"packed": "01_counting-m{}-20260104T101500Z.zip"}


@pytest.mark.parametrize("kind", POISONS)
def test_others_are_graded_as_without_them(classroom, alone, kind):
    """Each poison of a kind is a learner's: none costs more than its bound, nor do all together fill the memory."""
    file = NAMES.get(kind, "m{}_counting_dev.ipynb")
    contents = (classroom.poisoned(change) for change in POISONS[kind].values())
    points, cost = classroom.graded({file.format(number): content for number, content in enumerate(contents, 100)})
    honest, usual = alone
    assert {who: points[who] for who in honest} == honest
    assert max(cost.cpu_s.values()) < MOST_CPU_S + sum(usual.cpu_s.values()), cost.dearest
    assert sum(cost.cpu_s.values()) < USUAL_CPU_S * len(POISONS[kind]) + sum(usual.cpu_s.values()), cost.dearest
    assert cost.peak_mb - usual.peak_mb < MORE_MB, cost.peak_mb


def test_honest_work_costs_what_it_did(alone):
    """The measure itself: marks that differ, and little time and memory."""
    points, cost = alone
    assert points == {"ada": 10.0, "bob": 6.0} and cost.peak_mb < 100 and sum(cost.cpu_s.values()) < 6
