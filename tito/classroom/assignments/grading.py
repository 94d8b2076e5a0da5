"""Grades an assignment of an ordinary nbgrader course: what is new is run behind the walls, some at once, and recorded.

Each submission becomes a draft beside the others, its grades go into the
gradebook, then the draft is put in its place and a record says that all is
there. Whatever stops a run before that, the next one grades the submission again
and ends the same.
"""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from tito import __version__
from tito.autograder import probe
from tito.autograder.grader import Grader
from tito.autograder.notebooks.run import LIMITS, MAX_FILES_BYTES, NotebookJob, NotebookRun, NotebookRunner
from tito.classroom.assignments.nbgrader_course import Assignment, NbgraderCourse
from tito.lesson.notebook import MAX_BYTES, digest
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic
from tito.support.tempdirs import TempDir

if TYPE_CHECKING:
    from nbformat import NotebookNode

Outcome = Literal["graded", "kept", "not graded"]
NO_LIMIT_S = LIMITS.total_cpu_s  # where the course sets no time for a cell
ONE_PROCESS = "work and tests share a process, as nbgrader has it: a work that forges its results is not noticed"


class AssignmentRecord(msgspec.Struct):
    """That a submission is graded: by which key, behind which walls, and why some of its notebooks stopped early."""

    key: str
    level: int
    stopped: dict[str, str] = {}


@dataclass(frozen=True)
class GradedAssignment:
    """What became of one learner's submission; `problem` where it could not be graded.

    `kept` is one whose record, or nbgrader, says that it was graded before.
    """

    learner: str
    outcome: Outcome
    problem: str = ""
    stopped: tuple[str, ...] = ()


@dataclass
class _Planned:
    """A submission that is being run: its notebooks as they were sent, and what comes of each."""

    learner: str
    key: str
    runs: dict[str, Future[NotebookRun]]


def grade_assignment(
    course: NbgraderCourse,
    assignment: Assignment,
    again: bool = False,
    lowest_level: int | None = None,
    jobs: int = 1,
) -> Generator[GradedAssignment, None, None]:
    """Grade what is new or changed (all of it with `again`), in order of learner.

    UsageError where learners' code would be kept apart less well than at
    `lowest_level` (`tito.autograder.probe`); CourseError when another process grades
    this course.
    """
    with ExitStack() as open_:
        open_.enter_context(_alone(course))
        open_.callback(course.forget_drafts)
        course.forget_drafts()
        runners = open_.enter_context(_Runners(jobs, lowest_level))
        waiting: deque[_Planned] = deque()
        for learner in course.learners(assignment.name):
            step = _plan(course, assignment, learner, again, runners)
            if isinstance(step, GradedAssignment):
                yield step
                continue
            waiting.append(step)
            if len(waiting) > 2 * jobs:
                yield _finish(course, assignment, waiting.popleft(), runners.level)
        while waiting:
            yield _finish(course, assignment, waiting.popleft(), runners.level)


# -- running ------------------------------------------------------------------------------


class _Runners:
    """A runner for each thread, on one fork server of workers, which starts with the first notebook."""

    def __init__(self, jobs: int, lowest_level: int | None):
        self._jobs, self._lowest_level = jobs, lowest_level
        self._open, self._idle = ExitStack(), list[NotebookRunner]()
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="tito-notebook")
        self._is_started, self.level = False, 0

    def __enter__(self) -> _Runners:
        return self

    def __exit__(self, *exception: object) -> None:
        """Run nothing more; what runs now ends with the fork server."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._open.close()
        self._threads.shutdown()

    def submit(self, job: NotebookJob) -> Future[NotebookRun]:
        """Have a notebook run. UsageError where the walls reach less than was asked for."""
        if not self._is_started:
            self._start()
        return self._threads.submit(self._run, job)

    def _start(self) -> None:
        library = self._open.enter_context(TempDir("library"))
        grader = self._open.enter_context(Grader(library, limits=LIMITS))
        self._is_started, self.level = True, probe.admit(grader, self._lowest_level)
        self._idle = [NotebookRunner(grader.connect()) for _ in range(self._jobs)]

    def _run(self, job: NotebookJob) -> NotebookRun:
        runner = self._idle.pop()
        try:
            return runner.run(job)
        finally:
            self._idle.append(runner)


# -- a submission ---------------------------------------------------------------------------


def _plan(
    course: NbgraderCourse, assignment: Assignment, learner: str, again: bool, runners: _Runners
) -> GradedAssignment | _Planned:
    """What a submission was graded as before, or its notebooks on their way."""
    folder = course.submitted(learner, assignment.name)
    try:
        key = _key(course, assignment, folder)
        if not again and _is_graded(course, assignment, learner, key):
            return GradedAssignment(learner, "kept")
        jobs = _jobs(course, assignment, learner, folder)
    except (UsageError, OSError) as problem:
        return GradedAssignment(learner, "not graded", str(problem))
    return _Planned(learner, key, {name: runners.submit(job) for name, job in jobs.items()})


def _key(course: NbgraderCourse, assignment: Assignment, folder: Path) -> str:
    """The hash of all that decides the grades."""
    files = [*_files_in(folder), *_files_in(course.source(assignment.name))]
    return digest(__version__, assignment.key, *(part for path in files for part in (str(path), _content(path))))


def _is_graded(course: NbgraderCourse, assignment: Assignment, learner: str, key: str) -> bool:
    """Was just this graded, here or, where there is no record of ours, by nbgrader itself?"""
    if not course.autograded(learner, assignment.name).is_dir():
        return False
    record = read_record(course, assignment.name, learner)
    return record is None or record.key == key


def read_record(course: NbgraderCourse, assignment: str, learner: str) -> AssignmentRecord | None:
    """The record of a grading here; None where there is none, or none that this version can read."""
    try:
        return msgspec.json.decode(course.record(learner, assignment).read_bytes(), type=AssignmentRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _jobs(course: NbgraderCourse, assignment: Assignment, learner: str, folder: Path) -> dict[str, NotebookJob]:
    """The submission's notebooks as they are to be run; UsageError where one can't be."""
    from tito.classroom.assignments.converter import NotGraded, WalledAutograde, executed

    converter = WalledAutograde(course, assignment.name, learner, {})
    files = files_beside(course, assignment.name, folder)
    jobs = {}
    for name in assignment.notebooks:
        path = folder / f"{name}.ipynb"
        if not path.is_file():
            continue  # nbgrader gives it no points
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path.name} is larger than {MAX_BYTES // 2**20} MB")
        try:
            notebook = converter.sanitized(path)
        except NotGraded as refusal:
            raise UsageError(f"{path.name} could not be read: {refusal}") from None
        _must_be_python(path.name, notebook)
        jobs[name] = NotebookJob(tuple(cell.source for cell in executed(notebook)), files, cell_cpu_s(course))
    if not jobs:
        raise UsageError(f"there is no {' or '.join(f'{name}.ipynb' for name in assignment.notebooks)} in it")
    return jobs


def _must_be_python(name: str, notebook: NotebookNode) -> None:
    language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
    if language.lower() not in ("python", "ipython"):
        raise UsageError(f"{name} is in {language}; only Python is run here: nbgrader autograde can grade it")


def cell_cpu_s(course: NbgraderCourse) -> float:
    """How long a cell may take, by the course's own setting for nbgrader."""
    from nbgrader.preprocessors import Execute

    timeout = Execute(config=course.config).timeout
    return float(timeout) if timeout and timeout > 0 else NO_LIMIT_S


def files_beside(course: NbgraderCourse, assignment: str, folder: Path) -> dict[str, bytes]:
    """The files that lie beside the notebooks: the learner's, and in place of them the instructor's."""
    files = {}
    for place in (folder, course.source(assignment)):
        for path in _files_in(place):
            if path.suffix != ".ipynb":
                files[path.relative_to(place).as_posix()] = _content(path)
    if sum(map(len, files.values())) > MAX_FILES_BYTES:
        raise UsageError(f"the files beside the notebook are larger than {MAX_FILES_BYTES // 2**20} MB in all")
    return files


def _files_in(folder: Path) -> list[Path]:
    """Every regular file, links left out: they may lead anywhere."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and ".ipynb_checkpoints" not in path.parts
    )


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILES_BYTES + 1)


def _finish(course: NbgraderCourse, assignment: Assignment, step: _Planned, level: int) -> GradedAssignment:
    """Wait for the runs, have nbgrader write draft and grades, put the draft in its place, and record that."""
    from tito.classroom.assignments.converter import NotGraded, WalledAutograde

    try:
        runs = {name: future.result() for name, future in step.runs.items()}
        WalledAutograde(course, assignment.name, step.learner, runs).convert()
    except (NotGraded, CourseError) as refusal:
        return GradedAssignment(step.learner, "not graded", str(refusal))
    _put_in_place(course.draft(step.learner, assignment.name), course.autograded(step.learner, assignment.name))
    stopped = {name: run.stopped for name, run in runs.items() if run.stopped}
    record = AssignmentRecord(step.key, level, stopped)
    write_atomic(course.record(step.learner, assignment.name), msgspec.json.encode(record))
    return GradedAssignment(step.learner, "graded", stopped=tuple(f"{name}: {why}" for name, why in stopped.items()))


def _put_in_place(draft: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(draft, target)


@contextmanager
def _alone(course: NbgraderCourse) -> Iterator[None]:
    """Be the only process that grades this course."""
    from filelock import FileLock, Timeout

    path = course.grading_lock
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0, thread_local=False):
            yield
    except Timeout:
        raise CourseError("somebody is grading this course already", at=str(path), hint="wait for it to end") from None
