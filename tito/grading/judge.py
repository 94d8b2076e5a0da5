"""Run one check against a worker, and say what it earned."""

from __future__ import annotations

import importlib
import io
import math
import warnings
import zlib
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

from tito.checks import Check, Paper, TestResult
from tito.grading import script as scripts
from tito.grading.faults import RemoteError
from tito.grading.given import Given
from tito.grading.lending import CHECK_MODULE
from tito.grading.session import Session, WorkerLost
from tito.grading.stage import RemoteStage
from tito.grading.standins import importer, names_for
from tito.grading.wording import Failure, message_of, place_of
from tito.tools.stage import playing_on
from tito.tools.testing import points_earned

_ALONE = AssertionError("counts as soon as another part of this check is earned")


@dataclass(frozen=True)
class Played:
    """A check once it has run: its value or error, and the parts that it went through."""

    value: object
    error: BaseException | None
    parts: tuple

    @property
    def earned(self) -> float:
        return points_earned(self.parts)

    @property
    def met_a_stub(self) -> bool:
        return isinstance(self.error, RemoteError) and self.error.kind == "NotImplementedError"

    @property
    def failures(self) -> list[Failure]:
        """What went wrong, part by part; an error that no part caught comes first."""
        lost = [Failure(part.title, part.error) for part in self.parts if not part.held]
        if not self.earned:
            lost += [Failure(part.title, _ALONE) for part in self.parts if part.held and part.beside]
        known = any(failure.error is self.error for failure in lost)
        return lost if self.error is None or known else [Failure("", self.error), *lost]


def judge(check: Check, paper: Paper, given: Given, session: Session) -> TestResult:
    """What the session's learner earns in `check`; a lost worker is judged too."""
    played = _play(check, paper, given, session)
    if played.met_a_stub and not played.earned:
        return TestResult(check.id, "not started", 0.0, check.points)
    return _result(check, played, _points(check, played))


def get_ready(paper: Paper, given: Given) -> None:
    """Compile the paper's checks and load what they import, while the warm parent is still loading too."""
    needed = [scripts.script_of_helper(cell) for cell in paper.helpers]
    needed += [scripts.script_of(check) for check in paper.checks]
    used = frozenset().union(*(script.names for script in needed))
    needed += [scripts.script_of_import(given.imports[name]) for name in sorted(used & given.imports.keys())]
    for module in sorted({module for script in needed for module in script.modules}):
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # whoever needs it will say so


def seed_of(check: Check) -> int:
    """The seed of chance in a check: the same for every submission and machine."""
    return zlib.crc32(check.id.encode())


def _play(check: Check, paper: Paper, given: Given, session: Session) -> Played:
    stage = RemoteStage(session)
    value = error = None
    with playing_on(stage), _hushed():
        try:
            session.begin(seed_of(check))
            value = _run(check, paper, given, session)
        except (Exception, WorkerLost) as raised:  # the learner's code may raise anything; it is told
            error = raised
    return Played(value, error, tuple(part for made in stage.checks for part in made.parts))


@contextmanager
def _hushed():
    """What a check prints and warns goes nowhere."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _run(check: Check, paper: Paper, given: Given, session: Session):
    script = scripts.script_of(check)
    helpers = [scripts.script_of_helper(cell) for cell in paper.helpers]
    used = script.names.union(*(helper.names for helper in helpers))
    namespace = {"__name__": CHECK_MODULE, **names_for(given, session, used)}
    namespace[scripts.IMPORTER] = importer(paper, namespace, session)
    for name, statement in given.imports.items():
        if name in used:
            _import(scripts.script_of_import(statement), namespace)
    for helper in helpers:
        helper.run(namespace)
    return script.run(namespace)


def _import(statement: scripts.Script, namespace: dict) -> None:
    """Run an import of the given cells; where it is missing here, the check will say so."""
    try:
        statement.run(namespace)
    except ImportError:
        pass


def _points(check: Check, played: Played) -> float:
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


def _within(check: Check, points: float) -> float:
    return min(max(points, 0.0), check.points)


def _result(check: Check, played: Played, points: float) -> TestResult:
    if points >= check.points and played.error is None:
        return TestResult(check.id, "passed", check.points, check.points)
    script = scripts.script_of(check)
    places = [place for failure in played.failures if (place := place_of(failure.error, script))]
    return TestResult(
        id=check.id,
        status="failed",
        points=points,
        max_points=check.points,
        message=message_of(played.failures, script, check.hints),
        where=places[0] if places else "",
    )
