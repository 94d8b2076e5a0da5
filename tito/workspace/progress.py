"""How far a learner is: what the last tests found, and which module is being worked on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from tito.course.checks import TestResult
from tito.course.course import Module, Workspace
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace import sync
from tito.workspace.local_run import Rehearsal, exam_of


@dataclass(frozen=True)
class Standing:
    """One module of a workspace: `points` at the last test, None before the first.

    `is_changed` when the work is another one since; `stands_on` are the modules
    that it needs, `waits_for` those of them that the learner is to finish first.
    """

    module: Module
    points: float | None
    is_current: bool = False
    is_changed: bool = False
    stands_on: tuple[Module, ...] = ()
    waits_for: tuple[Module, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.points is not None and self.points >= self.module.max_points and not self.is_changed


@dataclass(frozen=True)
class LastTest:
    """What the last `tito test` found, check by check, and the key of the exam that each result is of."""

    results: tuple[TestResult, ...]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    def is_of(self, module: Module, key: str) -> bool:
        """Has every check been run on the work that `key` stands for?"""
        return all(self.keys.get(check.id) == key for check in module.checks)

    def not_passed(self, module: Module) -> tuple[str, ...]:
        """The checks that have not passed, in their order."""
        passed = {result.id for result in self.results if result.status == "passed"}
        return tuple(check.id for check in module.checks if check.id not in passed)

    def first_not_passed(self, module: Module) -> str:
        """The check to work on next: the first that failed, else the first not passed; "" when all did."""
        failed = {result.id for result in self.results if result.status == "failed"}
        open_checks = self.not_passed(module)
        return next((i for i in open_checks if i in failed), open_checks[0] if open_checks else "")


def standings(workspace: Workspace, here: Path | None = None) -> tuple[Standing, ...]:
    """Every module's standing, with the one being worked on marked."""
    plain = [_standing(workspace, module) for module in workspace.modules]
    current = _current(workspace, plain, here)
    unfinished = {s.module for s in plain if not s.is_done}
    return tuple(_placed(workspace, s, s is current, unfinished) for s in plain)


def _standing(workspace: Workspace, module: Module) -> Standing:
    last = last_test(workspace, module)
    if last is None:
        return Standing(module, None)
    return Standing(module, last.points, is_changed=_is_changed(workspace, module, last))


def _is_changed(workspace: Workspace, module: Module, last: LastTest) -> bool:
    """Is the work another one than that of the last test? One that can't be read is."""
    try:
        key = exam_of(workspace, module).key
    except UsageError:
        return True
    return any(known != key for known in last.keys.values())


def _placed(workspace: Workspace, standing: Standing, is_current: bool, unfinished: set[Module]) -> Standing:
    """The standing with its place on the path; a module that was begun waits for none."""
    stands_on = workspace.needed_by(standing.module)
    waits = standing.points is None and not sync.is_begun(workspace, standing.module)
    waits_for = tuple(module for module in stands_on if waits and module in unfinished)
    return replace(standing, is_current=is_current, stands_on=stands_on, waits_for=waits_for)


def reached(workspace: Workspace) -> tuple[Module, ...]:
    """The modules that the learner has begun or tested, and the one that comes next."""
    return tuple(
        s.module
        for s in standings(workspace)
        if s.is_current or s.points is not None or sync.is_begun(workspace, s.module)
    )


def current_module(workspace: Workspace, here: Path | None = None) -> Module:
    """The module being worked on: where `here` lies, else the one changed last, else the first not done."""
    found = next((s.module for s in standings(workspace, here) if s.is_current), None)
    if found is None:
        raise UsageError("this workspace has no modules", at=str(workspace.root), hint="ask your course for a release")
    return found


def keep(workspace: Workspace, rehearsal: Rehearsal) -> None:
    """Keep what a test found; one check's result joins those of the others."""
    module = rehearsal.exam.module
    earlier = last_test(workspace, module)
    results = {result.id: result for result in (earlier.results if earlier else ())}
    results |= {result.id: result for result in rehearsal.grade.results}
    known = [asdict(results[check.id]) for check in module.checks if check.id in results]
    keys = (earlier.keys if earlier else {}) | {r.id: rehearsal.exam.key for r in rehearsal.grade.results}
    data = {"version": 2, "results": known, "keys": keys}
    write_atomic(workspace.results(module), json.dumps(data, indent=1) + "\n")


def last_test(workspace: Workspace, module: Module) -> LastTest | None:
    """What the last test found; None before the first, or when its file can't be read."""
    try:
        data = json.loads(workspace.results(module).read_text(encoding="utf-8"))
        return LastTest(tuple(TestResult(**result) for result in data["results"]), dict(data["keys"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _current(workspace: Workspace, standings: list[Standing], here: Path | None) -> Standing | None:
    inside = [s for s in standings if here is not None and here.resolve().is_relative_to(s.module.home.resolve())]
    begun = [s for s in standings if not s.is_done and sync.is_begun(workspace, s.module)]
    not_done = [s for s in standings if not s.is_done]
    latest = sorted(begun, key=lambda s: _changed_at(s.module), reverse=True)
    return next(iter([*inside, *latest, *not_done, *reversed(standings)]), None)


def _changed_at(module: Module) -> float:
    return max(path.stat().st_mtime for path in (module.notebook, module.source) if path.is_file())
