"""Runs one check against a worker, and finds what it earned."""

from __future__ import annotations

import importlib
import io
import math
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from typing import Any

from tito.autograder import check_script
from tito.autograder.failure_text import CountsForNothing, Failure, kind_of, message_of, mistake_of, place_of
from tito.autograder.lent_objects import CHECK_MODULE
from tito.autograder.public_names import PublicNames
from tito.autograder.remote import RemoteEnvironment, importer, names_for
from tito.autograder.session import Session, WorkerLost
from tito.course.checks import CheckCell, CheckSuite, PartResult, TestResult
from tito.lesson.regions import HIDDEN, without
from tito.rpc.errors import RemoteError
from tito.tools.environment import running_in
from tito.tools.testing import points_earned


@dataclass(frozen=True)
class CheckRun:
    """A check that has run: its value or error, and the parts that it went through.

    `words` has the message of each error, by its id(). The run is `guarded` when the
    learner's code has met hidden tests, and its words may tell of them.
    """

    check: CheckCell
    value: object
    error: BaseException | None
    parts: tuple[Any, ...]
    words: dict[int, str]
    guarded: bool = False

    @property
    def earned(self) -> float:
        return points_earned(self.parts)

    @property
    def part_results(self) -> tuple[PartResult, ...]:
        return tuple(_part_result(part) for part in self.parts)

    @property
    def met_a_stub(self) -> bool:
        return isinstance(self.error, RemoteError) and self.error.kind == "NotImplementedError"

    @property
    def failures(self) -> list[Failure]:
        """What went wrong, part by part; an error that no part caught comes first."""
        lost = [self._failure(part.title, part.error, part.mistake) for part in self.parts if not part.held]
        if not self.earned:
            lost += [self._failure(part.title, CountsForNothing()) for part in self.parts if part.held and part.beside]
        known = any(failure.error is self.error for failure in lost)
        return lost if self.error is None or known else [self._failure("", self.error), *lost]

    def _failure(self, title: str, error: BaseException, mistake: str = "") -> Failure:
        words = self.words[id(error)] if id(error) in self.words else str(error)
        return Failure(title, error, words, check_script.script_of(self.check), self.guarded, mistake)

    @property
    def needs_open_run(self) -> bool:
        """Must the check run again without hidden tests, to find words that a learner may read?

        Where the worker was lost too: its ways to end are words as well, and the other's may be told.
        """
        return self.guarded and not self.met_a_stub and bool(self.failures)


def result_of(run: CheckRun, open_run: CheckRun | None = None) -> TestResult:
    """What the learner earned in a check that has run; a lost worker has a result too.

    `open_run` is the same check without its hidden tests, by a worker that has met none: its words may be shown.
    """
    check = run.check
    if run.met_a_stub and not run.earned:
        return TestResult(check.id, "not started", 0.0, check.points)
    points = _points(check, run)
    if points >= check.points and run.error is None:
        return TestResult(check.id, "passed", check.points, check.points, parts=run.part_results)
    failures = _shown(run.failures, open_run.failures if open_run else [])
    places = [place for failure in failures if (place := place_of(failure))]
    return TestResult(
        id=check.id,
        status="failed",
        points=points,
        max_points=check.points,
        message=message_of(failures, check.hints),
        where=places[0] if places else "",
        parts=run.part_results,
        mistake=mistake_of(failures),
    )


def _part_result(part: Any) -> PartResult:
    if part.error is None:
        return PartResult(part.title, "passed")
    return PartResult(part.title, "not started" if kind_of(part.error) == "NotImplementedError" else "failed")


def _shown(failures: list[Failure], open_failures: list[Failure]) -> list[Failure]:
    """The failures, each guarded one in the words of the open run where the same part failed there."""
    by_title = {failure.title: failure for failure in reversed(open_failures)}
    return [by_title.get(failure.title, failure) if failure.guarded else failure for failure in failures]


def without_hidden_tests(suite: CheckSuite) -> CheckSuite:
    """The suite as learners have it."""
    return replace(
        suite,
        checks=tuple(replace(check, source=without(check.source, HIDDEN)) for check in suite.checks),
        helpers=tuple(replace(cell, source=without(cell.source, HIDDEN)) for cell in suite.helpers),
    )


def get_ready(suite: CheckSuite, public_names: PublicNames) -> None:
    """Compile the checks and load what they import, while the fork server is still loading too."""
    needed = [check_script.script_of_helper(cell) for cell in suite.helpers]
    needed += [check_script.script_of(check) for check in suite.checks]
    used = frozenset().union(*(script.names for script in needed))
    needed += [
        check_script.script_of_import(public_names.imports[name]) for name in sorted(used & public_names.imports.keys())
    ]
    for module in sorted({module for script in needed for module in script.modules}):
        with suppress(ImportError):  # the check that needs it will raise
            importlib.import_module(module)


def seed_of(check: CheckCell) -> int:
    """The seed of random generators in a check: the same for every submission and machine."""
    return zlib.crc32(check.id.encode())


def run_check(check: CheckCell, suite: CheckSuite, public_names: PublicNames, session: Session) -> CheckRun:
    """Run `check` against the session's worker."""
    environment = RemoteEnvironment(session)
    value = error = None
    sources = [check.source, *(cell.source for cell in suite.helpers)]
    with running_in(environment), _silenced():
        try:
            session.begin(seed_of(check))
            session.has_met_hidden |= HIDDEN.begin in "".join(sources)
            with session.cpu_bound():
                value = _run(check, suite, public_names, session)
        except (Exception, WorkerLost) as raised:  # the learner's code may raise anything; it is kept
            error = raised
    parts = tuple(part for made in environment.checks for part in made.parts)
    errors = [raised for raised in (error, *(part.error for part in parts)) if raised is not None]
    words = {id(raised): _words_of(raised, session) for raised in errors}
    return CheckRun(check, value, error, parts, words, session.has_met_hidden)


def _words_of(error: BaseException, session: Session) -> str:
    """An error's message. It may be an object of the learner's, which has to be asked while the worker lives."""
    try:
        with session.cpu_bound():
            return str(error)
    except (Exception, WorkerLost) as raised:  # the learner's code again
        return f"what it says can't be shown: {raised if isinstance(raised, WorkerLost) else kind_of(raised)}"


@contextmanager
def _silenced() -> Iterator[None]:
    """Throw away what a check prints and warns."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _run(check: CheckCell, suite: CheckSuite, public_names: PublicNames, session: Session) -> object:
    script = check_script.script_of(check)
    helpers = [check_script.script_of_helper(cell) for cell in suite.helpers]
    used = script.names.union(*(helper.names for helper in helpers))
    namespace: dict[str, Any] = {"__name__": CHECK_MODULE, **names_for(public_names, session, used)}
    namespace[check_script.IMPORTER] = importer(suite, namespace, session)
    for name, statement in public_names.imports.items():
        if name in used:
            _import(check_script.script_of_import(statement), namespace)
    for helper in helpers:
        helper.run(namespace)
    return script.run(namespace)


def _import(statement: check_script.Script, namespace: dict[str, Any]) -> None:
    """Run an import of the module's own cells; where it is missing here, the check will raise."""
    with suppress(ImportError):
        statement.run(namespace)


def _points(check: CheckCell, run: CheckRun) -> float:
    """None or True are full marks, a number is part of them, an error or anything else is none.

    When the worker was lost in the middle, what was earned before stays.
    """
    if isinstance(run.error, WorkerLost):
        return _within(check, run.earned)
    if run.error is None and (run.value is None or run.value is True):
        return check.points
    if run.error is None and isinstance(run.value, (int, float)) and math.isfinite(run.value):
        return _within(check, float(run.value))
    return 0.0


def _within(check: CheckCell, points: float) -> float:
    return min(max(points, 0.0), check.points)
