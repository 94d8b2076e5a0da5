"""Runs one check against a worker, and finds what it earned."""

from __future__ import annotations

import importlib
import io
import math
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from typing import Any

from tito.autograder import check_script
from tito.autograder.deferral.deferred_script import DeferredScript
from tito.autograder.deferral.deferred_tests import DeferredTests
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

    `words` has the message of each error, by its id(). Those of the `guarded` ones may
    tell of hidden tests, which the learner's code had met.
    """

    check: CheckCell
    value: object
    error: BaseException | None
    parts: tuple[Any, ...]
    words: dict[int, str]
    guarded: frozenset[int] = frozenset()

    @property
    def earned(self) -> float:
        return points_earned(self.parts)

    @property
    def is_settled(self) -> bool:
        """Can hidden tests change nothing any more? An untouched stub or an error outside of parts ended the check."""
        return (
            self.error is not None
            and not any(self.error is part.error for part in self.parts)
            and not (isinstance(self.error, WorkerLost) and self.earned)
        )

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
        return Failure(title, error, words, check_script.script_of(self.check), id(error) in self.guarded, mistake)


def result_of(run: CheckRun, open_run: CheckRun | None = None) -> TestResult:
    """What the learner earned in a check that has run; a lost worker has a result too.

    `open_run` is the same check without its hidden tests, before anything had met one: its words may be shown.
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


class RunningCheck:
    """A check of `suite` against a worker: in one go, or its open lines first and its hidden tests later."""

    def __init__(self, check: CheckCell, suite: CheckSuite, public_names: PublicNames, session: Session):
        self.check, self.session = check, session
        self._suite, self._public_names = suite, public_names
        self._environment = RemoteEnvironment(session)
        self._namespace: dict[str, Any] = {"__name__": CHECK_MODULE}
        self._number = 0  # of the check, for `Session.resume`
        self._deferred: DeferredTests | None = None

    def run(self) -> CheckRun:
        """Run all lines, each where it stands."""
        script = check_script.script_of(self.check)
        return self._run(lambda: self._begin(is_hidden_met=has_hidden_tests(self.check, self._suite)), script.run)

    def run_open_lines(self, script: DeferredScript) -> CheckRun:
        """Run the lines that learners have, and note what `run_hidden_tests` will run."""
        self._deferred = DeferredTests(script, self._environment, self._namespace)
        return self._run(lambda: self._begin(is_hidden_met=False), script.opening.run)

    @property
    def has_noted(self) -> bool:
        """Have the open lines come by hidden tests?"""
        return bool(self._deferred)

    def can_go_on_in(self, session: Session) -> bool:
        """Is this the worker that ran the open lines, to their end?"""
        return self.has_noted and self.session is session

    def run_hidden_tests(self, opened: CheckRun) -> CheckRun:
        """Run the hidden tests that the open lines came by; `opened` is how these went."""
        deferred = self._deferred
        assert deferred is not None, "only after its open lines"
        run = self._run(self._resume, lambda namespace: deferred.value())
        told = {number: words for number, words in opened.words.items() if number in run.words}
        return replace(run, words=run.words | told, guarded=run.guarded - told.keys())

    def _begin(self, is_hidden_met: bool) -> None:
        self.session.begin(seed_of(self.check))
        self._number = self.session.begun
        self.session.has_met_hidden |= is_hidden_met

    def _resume(self) -> None:
        self.session.resume(self._number, seed_of(self.check) + 1)
        self.session.has_met_hidden = True

    def _run(self, start: Callable[[], None], go: Callable[[dict[str, Any]], object]) -> CheckRun:
        value = error = None
        with running_in(self._environment), _silenced():
            try:
                start()
                with self.session.cpu_bound():
                    self._name_things()
                    value = go(self._namespace)
            except (Exception, WorkerLost) as raised:  # the learner's code may raise anything; it is kept
                error = raised
        parts = tuple(part for made in self._environment.checks for part in made.parts)
        errors = [raised for raised in (error, *(part.error for part in parts)) if raised is not None]
        words = {id(raised): _words_of(raised, self.session) for raised in errors}
        guarded = frozenset(words) if self.session.has_met_hidden else frozenset()
        return CheckRun(self.check, value, error, parts, words, guarded)

    def _name_things(self) -> None:
        """Put the names that the check uses into its namespace, once."""
        if check_script.IMPORTER in self._namespace:
            return
        script = check_script.script_of(self.check)
        helpers = [check_script.script_of_helper(cell) for cell in self._suite.helpers]
        used = script.names.union(*(helper.names for helper in helpers))
        self._namespace |= names_for(self._public_names, self.session, used)
        self._namespace[check_script.IMPORTER] = importer(self._suite, self._namespace, self.session)
        for name, statement in self._public_names.imports.items():
            if name in used:
                _import(check_script.script_of_import(statement), self._namespace)
        for helper in helpers:
            helper.run(self._namespace)


def has_hidden_tests(check: CheckCell, suite: CheckSuite) -> bool:
    """Has the check hidden tests, or a helper that it may use?"""
    return any(HIDDEN.begin in source for source in (check.source, *(cell.source for cell in suite.helpers)))


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
