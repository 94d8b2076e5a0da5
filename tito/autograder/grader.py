"""The trusted grader: grades works by check suites, each work in a worker of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tito.autograder.check_runner import (
    CheckRun,
    RunningCheck,
    get_ready,
    has_hidden_tests,
    result_of,
    without_hidden_tests,
)
from tito.autograder.deferral.deferred_script import deferred_script_of
from tito.autograder.failure_text import ENDED
from tito.autograder.public_names import PublicNames, read_public_names
from tito.autograder.session import Session, StoppedCell, WorkerLost
from tito.course.checks import CheckCell, CheckSuite, Grade, TestResult, Work
from tito.sandbox.client import WorkerConnection, WorkerForkServer
from tito.sandbox.isolation.limits import HandInClock, Limits
from tito.sandbox.isolation.stack import HIGHEST, LEVEL_OF
from tito.support.errors import CourseError

_HEAVY = {  # libraries, by the words that stand in one line where they are used
    "scipy.special": {"scipy", "special"},
    "scipy.stats": {"scipy", "stats"},
    "matplotlib.pyplot": {"matplotlib"},
    "asyncio": {"asyncio"},
}
FIRST_GO = 0.75  # of the time for a hand-in: what its open lines may take
_PROSE = re.compile(r"(\"{3}|'{3}).*?\1|#[^\n]*", re.DOTALL)  # docstrings and comments


def heavy_imports(work: Work) -> list[str]:
    """Libraries that `work` uses and that take long to load: the fork server loads them once for all.

    Prose does not count: the docstrings of the lesson mention `scipy.stats`, which takes 3 s.
    """
    source = _PROSE.sub("", "\n".join(cell.source for cell in work.cells))
    lines = [set(re.findall(r"\w+", line)) for line in source.split("\n")]
    return [name for name, words in _HEAVY.items() if any(words <= line for line in lines)]


@dataclass(frozen=True)
class ImportFault:
    """Why a module can't be imported: `words` with the line, or what it `printed` where it only isn't silent."""

    words: str
    line: int = 0
    printed: str = ""


class Grader:
    """Grades works by check suites, one at a time: a worker's calls come back to the caller's thread.

    `library` holds the package that the learner's code may import. Walls go up
    around that code as far as the machine has them, to `level` at most; 0 is
    for one's own code on one's own machine. Use as a context manager: a fork
    server of workers runs while it is open.
    """

    def __init__(self, library: Path, *, limits: Limits = Limits(), level: int = HIGHEST):
        _require_asserts()
        self._limits = limits
        self._workers: WorkerConnection = WorkerForkServer(library, limits, level)

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the fork server and every worker; one made by `connect` ends only its own workers."""
        self._workers.close()

    def connect(self) -> Grader:
        """Another grader on the same fork server, which may be used in a process forked from this one."""
        other = copy(self)
        other._workers = self._workers.connect()
        return other

    def hang_up(self) -> None:
        """In a forked process: close its copy of the connection. The grader goes on in the process that made it."""
        self._workers.hang_up()

    def missing_walls(self) -> dict[str, str]:
        """The walls that are not up, and why; that the others hold is for `tito.autograder.probe` to try."""
        return self._workers.missing_walls()

    def level_put_up(self) -> int:
        """The highest level of which no wall is missing, as far as the walls themselves know."""
        return min((LEVEL_OF[name] - 1 for name in self.missing_walls()), default=HIGHEST)

    @contextmanager
    def idle_worker(self) -> Iterator[None]:
        """A worker that does nothing while the block runs: a neighbour to those that do."""
        worker = self._workers.fork()
        try:
            yield
        finally:
            self._workers.end(worker)

    @property
    def workers(self) -> WorkerConnection:
        """Where its workers come from."""
        return self._workers

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self._limits

    def read(self, suite: CheckSuite) -> None:
        """Get ready for works graded by this suite, ahead of the first."""
        _prepared(suite)

    def start_warming(self, work: Work) -> None:
        """Have the fork server load the libraries that `work` uses, without waiting for it."""
        self._workers.load(heavy_imports(work))

    def grade(self, suite: CheckSuite, work: Work, printed: dict[str, str] | None = None) -> Grade:
        """What `work` earns by `suite`: the same for the same two, on any machine.

        A `printed` is for one's own work: it gets what that prints in each check, and a check that hangs says where.
        """
        self.start_warming(work)
        with SubmissionRun(self._workers, self._limits, suite, work, printed) as run:
            return Grade(suite.module, run.results(), run.notes(), stopped=run.stopped)

    def why_not_imported(self, module: str, path: str) -> ImportFault | None:
        """Import a module that lies at `path` in the library, in a worker; None when that works, in silence."""
        session = Session(self._workers, Work(()), PublicNames({}, {}, ()), self._limits)
        try:
            session.begin(0)
            with session.cpu_bound():
                told = session.ask("try_import", module, path)
        except WorkerLost as lost:
            return ImportFault(str(lost))
        finally:
            session.close()
        match told:
            case [str(words), int(line), str(printed)]:
                return ImportFault(words, line, printed) if words or printed else None
        return ImportFault("it gives no answer that can be read")


def _require_asserts() -> None:
    """CourseError where Python leaves asserts out: checks are asserts, and every work would pass."""
    if sys.flags.optimize:
        raise CourseError(
            "Python leaves asserts out here (-O or PYTHONOPTIMIZE), and checks are asserts", hint="unset PYTHONOPTIMIZE"
        )


@lru_cache(maxsize=8)
def _prepared(suite: CheckSuite) -> tuple[CheckSuite, PublicNames]:
    """What is the same for all works: the suite as learners have it, and what its checks may name."""
    public_names = read_public_names(suite)
    get_ready(suite, public_names)
    return without_hidden_tests(suite), public_names


@dataclass(frozen=True)
class _Opened:
    """How the open lines of a check went, by what they ran, and whether its hidden tests were noted meanwhile."""

    running: RunningCheck
    run: CheckRun
    is_deferred: bool

    def is_all_of(self, check: CheckCell, suite: CheckSuite) -> bool:
        """Is nothing of the check left to run?"""
        came_by_none = self.is_deferred and not self.running.has_noted and not isinstance(self.run.error, WorkerLost)
        return came_by_none or self.run.is_settled or not has_hidden_tests(check, suite)


class SubmissionRun:
    """One work graded by one suite: a worker, and a fresh one when it is lost, until the bounds are used up.

    The open lines of all checks run first: what a learner reads comes from them, while nothing of the work has met
    a hidden test. Then the hidden tests run, in the same worker where it is still there; their words are constant.
    """

    def __init__(
        self,
        workers: WorkerConnection,
        limits: Limits,
        suite: CheckSuite,
        work: Work,
        printed: dict[str, str] | None = None,
    ):
        self._workers, self._limits, self._work = workers, limits, work
        self._printed = printed
        self._suite = suite
        self._open_suite, self._public_names = _prepared(suite)
        self._session: Session | None = None
        self._met_hidden = False  # has any worker of this work met a hidden test?
        self._never_starts = ""  # why running its cells takes the worker with it
        self._time_in_all = HandInClock(limits.hand_in_s)
        self._has_two_goes = any(has_hidden_tests(check, suite) for check in suite.checks)
        self._start(HandInClock(limits.hand_in_s * FIRST_GO) if self._has_two_goes else self._time_in_all)
        self.stopped = ""  # why checks that count were not run to their end, where time for all of them was up
        self._stopped_cells: tuple[StoppedCell, ...] | None = None

    def _start(self, clock: HandInClock) -> None:
        """Begin a go through all checks, with bounds of its own."""
        self._clock, self._stopped = clock, self._never_starts
        self._started = self._silences = 0
        self._cpu_s = 0.0
        if self._session is not None:
            self._session.clock = clock

    def __enter__(self) -> SubmissionRun:
        return self

    def __exit__(self, *exception: object) -> None:
        self._end_worker()

    def results(self) -> tuple[TestResult, ...]:
        """What the work earned in each check of the suite, with words for the learner."""
        opened = [self._open_lines(place) for place in range(len(self._suite.checks))]
        if self._has_two_goes:
            self._start(self._time_in_all)
        results = tuple(self._result(place, before) for place, before in enumerate(opened))
        self.stopped = self._stopped if self._stopped == self._clock.stopped else ""
        return results

    def notes(self) -> tuple[str, ...]:
        """Word of each cell that raised, whether or not it cost a check."""
        return tuple(f"{cell}; what it had made before counts" for cell in self._stopped_cells or ())

    def _open_lines(self, place: int) -> _Opened | None:
        """Run what learners have of a check; None where time for all the open lines was up."""
        check, open_check = self._suite.checks[place], self._open_suite.checks[place]
        script = deferred_script_of(check) if self._suite.helpers == self._open_suite.helpers else None
        if (session := self._worker_at_hand()) is None:
            return None
        if script is None:
            running = RunningCheck(open_check, self._open_suite, self._public_names, session)
            run = self._ran(session, running.run())
        else:
            running = RunningCheck(check, self._suite, self._public_names, session)
            run = self._ran(session, running.run_open_lines(script))
        if self._printed is not None:
            self._printed[check.id] = session.printed()
        is_cut_off = self._has_two_goes and self._clock.stopped and isinstance(run.error, WorkerLost)
        return None if is_cut_off else _Opened(running, run, script is not None)

    def _result(self, place: int, opened: _Opened | None) -> TestResult:
        """What a check earns, once its hidden tests have run, too."""
        check = self._suite.checks[place]
        if opened is not None and opened.is_all_of(check, self._suite):
            return result_of(opened.run)
        if (session := self._worker_at_hand()) is None:
            return TestResult(check.id, "failed", 0.0, check.points, self._stopped)
        if opened is not None and opened.running.can_go_on_in(session):
            run = opened.running.run_hidden_tests(opened.run)
        else:
            run = RunningCheck(check, self._suite, self._public_names, session).run()
        return result_of(self._ran(session, run), opened.run if opened else None)

    def _worker_at_hand(self) -> Session | None:
        """The worker, or a fresh one; None where no more checks run."""
        self._stopped = self._stopped or self._clock.stopped
        if self._stopped:
            return None
        if self._session is None:
            self._session = Session(self._workers, self._work, self._public_names, self._limits, self._clock)
            self._session.has_met_hidden = self._met_hidden
            self._started += 1
            if self._printed is not None:
                self._session.look_on()
        return self._session

    def _ran(self, session: Session, run: CheckRun) -> CheckRun:
        """Look at what became of the worker in a run."""
        self._met_hidden |= session.has_met_hidden
        if self._stopped_cells is None:  # of the first run of the cells: no test, hidden or not, has been run before it
            self._stopped_cells = session.stopped
        if session.lost is not None:
            self._end_worker()
            self._after_loss(session, session.lost)
        return run

    def _after_loss(self, session: Session, lost: WorkerLost) -> None:
        """Stop when the next worker would be lost in the same way."""
        self._silences += session.was_silent
        if stopped := self._clock.stopped:
            self._stopped = stopped
        elif session.lost_at_start:
            self._stopped = f"{ENDED if session.has_met_hidden else lost}, while your cells were run"
            self._never_starts = self._stopped
        elif self._cpu_s > self._limits.total_cpu_s:
            self._stopped = f"not graded: the checks before it took {self._limits.total_cpu_s:g} s of CPU time"
        elif self._silences >= self._limits.silences:
            self._stopped = f"not graded: your code gave no answer {self._silences} times before"
        elif self._started > self._limits.restarts:
            self._stopped = f"not graded: your code had to be started {self._started} times"

    def _end_worker(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
            self._cpu_s += session.cpu_s
