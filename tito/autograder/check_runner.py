"""Run one check against a worker, and say what it earned."""

from __future__ import annotations

import importlib
import io
import math
import warnings
import zlib
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace

from tito.autograder import check_script
from tito.autograder.failure_text import CountsForNothing, Failure, kind_of, message_of, place_of
from tito.autograder.lent_objects import CHECK_MODULE
from tito.autograder.public_names import Given
from tito.autograder.remote import RemoteEnvironment, importer, names_for
from tito.autograder.session import Session, WorkerLost
from tito.course.checks import CheckCell, CheckSuite, TestResult
from tito.lesson.regions import HIDDEN, without
from tito.rpc.errors import RemoteError
from tito.tools.environment import running_in
from tito.tools.testing import points_earned


@dataclass(frozen=True)
class CheckRun:
    """A check once it has run: its value or error, and the parts that it went through.

    `said` are the words of each error, by its id(). `guarded` is what may tell of
    hidden tests: the learner's code has seen some.
    """

    check: CheckCell
    value: object
    error: BaseException | None
    parts: tuple
    said: dict[int, str]
    guarded: bool = False

    @property
    def earned(self) -> float:
        return points_earned(self.parts)

    @property
    def met_a_stub(self) -> bool:
        return isinstance(self.error, RemoteError) and self.error.kind == "NotImplementedError"

    @property
    def failures(self) -> list[Failure]:
        """What went wrong, part by part; an error that no part caught comes first."""
        lost = [self._failure(part.title, part.error) for part in self.parts if not part.held]
        if not self.earned:
            lost += [self._failure(part.title, CountsForNothing()) for part in self.parts if part.held and part.beside]
        known = any(failure.error is self.error for failure in lost)
        return lost if self.error is None or known else [self._failure("", self.error), *lost]

    def _failure(self, title: str, error: BaseException) -> Failure:
        words = self.said[id(error)] if id(error) in self.said else str(error)
        return Failure(title, error, words, check_script.script_of(self.check), self.guarded)

    @property
    def wants_to_be_heard(self) -> bool:
        """Is there something to say that this learner's code must not say itself?

        Not where the worker was lost: the other would be lost too, after as much CPU time.
        """
        return self.guarded and not self.met_a_stub and bool(self.failures) and not isinstance(self.error, WorkerLost)


def result_of(played: CheckRun, heard: CheckRun | None = None) -> TestResult:
    """What the learner earned in the check that was played; a lost worker is judged too.

    `heard` is the same check without its hidden tests, by a worker that has seen none: its words may be told.
    """
    check = played.check
    if played.met_a_stub and not played.earned:
        return TestResult(check.id, "not started", 0.0, check.points)
    points = _points(check, played)
    if points >= check.points and played.error is None:
        return TestResult(check.id, "passed", check.points, check.points)
    failures = _told(played.failures, heard.failures if heard else [])
    places = [place for failure in failures if (place := place_of(failure))]
    return TestResult(
        id=check.id,
        status="failed",
        points=points,
        max_points=check.points,
        message=message_of(failures, check.hints),
        where=places[0] if places else "",
    )


def _told(failures: list[Failure], heard: list[Failure]) -> list[Failure]:
    """The failures, each as it was heard of the same part, where it was."""
    by_title = {failure.title: failure for failure in reversed(heard)}
    return [by_title.get(failure.title, failure) if failure.guarded else failure for failure in failures]


def without_hidden_tests(suite: CheckSuite) -> CheckSuite:
    """The paper as learners have it."""
    return replace(
        suite,
        checks=tuple(replace(check, source=without(check.source, HIDDEN)) for check in suite.checks),
        helpers=tuple(replace(cell, source=without(cell.source, HIDDEN)) for cell in suite.helpers),
    )


def get_ready(suite: CheckSuite, given: Given) -> None:
    """Compile the paper's checks and load what they import, while the warm parent is still loading too."""
    needed = [check_script.script_of_helper(cell) for cell in suite.helpers]
    needed += [check_script.script_of(check) for check in suite.checks]
    used = frozenset().union(*(script.names for script in needed))
    needed += [check_script.script_of_import(given.imports[name]) for name in sorted(used & given.imports.keys())]
    for module in sorted({module for script in needed for module in script.modules}):
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # whoever needs it will say so


def seed_of(check: CheckCell) -> int:
    """The seed of chance in a check: the same for every submission and machine."""
    return zlib.crc32(check.id.encode())


def play(check: CheckCell, suite: CheckSuite, given: Given, session: Session) -> CheckRun:
    """Run `check` against the session's worker."""
    environment = RemoteEnvironment(session)
    value = error = None
    session.has_seen_hidden |= HIDDEN.begin in "".join(cell.source for cell in (check, *suite.helpers))
    with running_in(environment), _hushed():
        try:
            session.begin(seed_of(check))
            with session.judging():
                value = _run(check, suite, given, session)
        except (Exception, WorkerLost) as raised:  # the learner's code may raise anything; it is told
            error = raised
    parts = tuple(part for made in environment.checks for part in made.parts)
    errors = [raised for raised in (error, *(part.error for part in parts)) if raised is not None]
    said = {id(raised): _words_of(raised, session) for raised in errors}
    return CheckRun(check, value, error, parts, said, session.has_seen_hidden)


def _words_of(error: BaseException, session: Session) -> str:
    """What an error says. That may be an object of the learner's, which has to be asked while it is there."""
    try:
        with session.judging():
            return str(error)
    except (Exception, WorkerLost) as raised:  # the learner's code again
        return f"what it says can't be shown: {raised if isinstance(raised, WorkerLost) else kind_of(raised)}"


@contextmanager
def _hushed():
    """What a check prints and warns goes nowhere."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _run(check: CheckCell, suite: CheckSuite, given: Given, session: Session):
    script = check_script.script_of(check)
    helpers = [check_script.script_of_helper(cell) for cell in suite.helpers]
    used = script.names.union(*(helper.names for helper in helpers))
    namespace = {"__name__": CHECK_MODULE, **names_for(given, session, used)}
    namespace[check_script.IMPORTER] = importer(suite, namespace, session)
    for name, statement in given.imports.items():
        if name in used:
            _import(check_script.script_of_import(statement), namespace)
    for helper in helpers:
        helper.run(namespace)
    return script.run(namespace)


def _import(statement: check_script.Script, namespace: dict) -> None:
    """Run an import of the given cells; where it is missing here, the check will say so."""
    try:
        statement.run(namespace)
    except ImportError:
        pass


def _points(check: CheckCell, played: CheckRun) -> float:
    """None or True are full marks, a number is part of them, an error or anything else is none.

    When the worker was lost in the middle, what was earned before stays.
    """
    if isinstance(played.error, WorkerLost):
        return _within(check, played.earned)
    if played.error is None and (played.value is None or played.value is True):
        return check.points
    if played.error is None and isinstance(played.value, (int, float)) and math.isfinite(played.value):
        return _within(check, float(played.value))
    return 0.0


def _within(check: CheckCell, points: float) -> float:
    return min(max(points, 0.0), check.points)
