"""The trusted grader: marks works against papers, each in a worker of its own."""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache
from pathlib import Path

from tito.autograder.check_runner import CheckRun, get_ready, play, result_of, without_hidden_tests
from tito.autograder.public_names import Given, read_given
from tito.autograder.session import Session
from tito.course.checks import CheckSuite, Grade, TestResult, Work
from tito.sandbox.client import Line, WarmParent
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.isolation.stack import HIGHEST

_HEAVY = {
    "scipy.special": re.compile(r"\bscipy\b[^#\n]*\bspecial\b"),
    "scipy.stats": re.compile(r"\bscipy\b[^#\n]*\bstats\b"),
    "matplotlib.pyplot": re.compile(r"\bmatplotlib\b"),
    "asyncio": re.compile(r"\basyncio\b"),
}
_PROSE = re.compile(r"(\"{3}|'{3}).*?\1|#[^\n]*", re.DOTALL)  # docstrings and comments


def heavy_imports(work: Work) -> list[str]:
    """Libraries that `work` uses and that take long to load: the warm parent loads them once for all.

    Prose does not count: the docstrings of the lesson speak of `scipy.stats`, which takes 3 s.
    """
    source = _PROSE.sub("", "\n".join(cell.source for cell in work.cells))
    return [name for name, named in _HEAVY.items() if named.search(source)]


class Grader:
    """Grades works against papers; one at a time, for the worker's calls come back to the caller's thread.

    `library` holds the package that the learner's code may import. Walls go up
    around that code as far as the machine has them, to `level` at most; 0 is
    for one's own code on one's own machine. Use as a context manager: a warm
    process stands by while it is open.
    """

    def __init__(self, library: Path, *, limits: Limits = Limits(), level: int = HIGHEST):
        self._limits = limits
        self._warm: Line = WarmParent(library, limits, level)

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process and every worker; a colleague's end closes only what is its own."""
        self._warm.close()

    def colleague(self) -> Grader:
        """Another grader on the same warm process, which may be used in a process forked from this one."""
        other = copy(self)
        other._warm = self._warm.connect()
        return other

    def leave(self) -> None:
        """In a forked process: have no more to do with this grader, which goes on in the process that made it."""
        self._warm.leave()

    def missing_walls(self) -> dict[str, str]:
        """The walls that are not up, and why; that the others hold is for `tito.autograder.probe` to try."""
        return self._warm.missing()

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self._limits

    def read(self, suite: CheckSuite) -> None:
        """Get ready for works at this paper, ahead of the first."""
        _prepared(suite)

    def prepare(self, work: Work) -> None:
        """Have the libraries that `work` names loaded, without waiting for it."""
        self._warm.load(heavy_imports(work))

    def grade(self, suite: CheckSuite, work: Work) -> Grade:
        """What `work` earns on `paper`: the same for the same two, on any machine."""
        self.prepare(work)
        with Sitting(self._warm, self._limits, suite, work) as sitting:
            return Grade(suite.module, sitting.results())


@lru_cache(maxsize=8)
def _prepared(suite: CheckSuite) -> tuple[CheckSuite, Given]:
    """What is the same for all works: the paper as learners have it, and what its checks may name."""
    given = read_given(suite)
    get_ready(suite, given)
    return without_hidden_tests(suite), given


class Sitting:
    """One work at one paper: a worker, and a fresh one when it is lost, until the bounds are used up.

    When all checks have been played, those that were not passed are played again
    without their hidden tests, in another worker, which sees none: what a learner
    reads was said by that one.
    """

    def __init__(self, warm: Line, limits: Limits, suite: CheckSuite, work: Work):
        self._warm, self._limits, self._work = warm, limits, work
        self._suite = suite
        self._open_suite, self._given = _prepared(suite)
        self._session: Session | None = None
        self._workers = self._silences = 0
        self._cpu_s = 0.0
        self._over = ""

    def __enter__(self) -> Sitting:
        return self

    def __exit__(self, *exception) -> None:
        self._dismiss()

    def results(self) -> tuple[TestResult, ...]:
        """What the work earned in each check of the paper, with words for the learner."""
        places = range(len(self._suite.checks))
        played = [self._play(self._suite, place) for place in places]
        self._dismiss()
        self._over = ""
        return tuple(self._result(place, played[place]) for place in places)

    def _result(self, place: int, played: CheckRun | str) -> TestResult:
        if isinstance(played, str):
            check = self._suite.checks[place]
            return TestResult(check.id, "failed", 0.0, check.points, played)
        heard = self._play(self._open_suite, place) if played.wants_to_be_heard else ""
        return result_of(played, None if isinstance(heard, str) else heard)

    def _play(self, suite: CheckSuite, place: int) -> CheckRun | str:
        """Play one check, in the worker at hand or a fresh one; or why nothing more is played."""
        if self._over:
            return self._over
        if self._session is None:
            self._session = Session(self._warm, self._work, self._given, self._limits)
            self._workers += 1
        session = self._session
        played = play(suite.checks[place], suite, self._given, session)
        if session.lost is not None:
            self._dismiss()
            self._after_loss(session)
        return played

    def _after_loss(self, session: Session) -> None:
        """Nothing more is tried when the next worker would be lost in the same way."""
        self._silences += session.was_silent
        if session.lost_at_start:
            words = session.lost.reason if session.has_seen_hidden else str(session.lost)
            self._over = f"{words}, while your cells were run"
        elif self._cpu_s > self._limits.total_cpu_s:
            self._over = f"not graded: the checks before it took {self._limits.total_cpu_s:g} s of CPU time"
        elif self._silences >= self._limits.silences:
            self._over = f"not graded: your code gave no answer {self._silences} times before"
        elif self._workers > self._limits.restarts:
            self._over = f"not graded: your code had to be started {self._workers} times"

    def _dismiss(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
            self._cpu_s += session.cpu_s
