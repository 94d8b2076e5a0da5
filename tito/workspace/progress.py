"""How far a learner is: what the last tests found, and which module is being worked on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import singledispatch
from pathlib import Path

from tito.course.checks import TestResult
from tito.course.course import Module, ModuleTree, Workspace
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.workspace import sync
from tito.workspace.local_run import LocalRun, plan_run


@dataclass(frozen=True)
class ModuleProgress:
    """How far the learner is with one module: `points` at the last test, None before the first.

    `is_changed` says that the work has changed since that test. `stands_on` are the
    modules that it needs, `waits_for` those that the learner is to finish first.
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
    """What the last `tito test` found, check by check; `keys` has the key of each result's run plan."""

    results: tuple[TestResult, ...]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    def mistake_in(self, check: str) -> str:
        """The name of the mistake that lost points in `check`; "" for none."""
        return next((result.mistake for result in self.results if result.id == check), "")

    def is_of(self, module: Module, key: str) -> bool:
        """Did every check run on the work with this key?"""
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


def module_progress(workspace: Workspace, here: Path | None = None) -> tuple[ModuleProgress, ...]:
    """Progress with every module; the one being worked on is marked as current."""
    plain = [_tested(workspace, module) for module in workspace.modules]
    current = _current(workspace, plain, here)
    unfinished = {s.module for s in plain if not s.is_done}
    return tuple(_placed(workspace, s, s is current, unfinished) for s in plain)


def _tested(workspace: Workspace, module: Module) -> ModuleProgress:
    last = last_test(workspace, module)
    if last is None:
        return ModuleProgress(module, None)
    return ModuleProgress(module, last.points, is_changed=_is_changed(workspace, module, last))


def _is_changed(workspace: Workspace, module: Module, last: LastTest) -> bool:
    """Has the work changed since the last test? Work that can't be read counts as changed."""
    try:
        key = plan_run(workspace, module).key
    except UsageError:
        return True
    return any(known != key for known in last.keys.values())


def _placed(workspace: Workspace, one: ModuleProgress, is_current: bool, unfinished: set[Module]) -> ModuleProgress:
    """The same with its place among the modules; a module that was begun waits for none."""
    stands_on = workspace.needed_by(one.module)
    waits = one.points is None and not sync.is_begun(workspace, one.module)
    waits_for = tuple(module for module in stands_on if waits and module in unfinished)
    return replace(one, is_current=is_current, stands_on=stands_on, waits_for=waits_for)


def reached(workspace: Workspace) -> tuple[Module, ...]:
    """The modules that the learner has begun or tested, and the one that comes next."""
    return tuple(
        s.module
        for s in module_progress(workspace)
        if s.is_current or s.points is not None or sync.is_begun(workspace, s.module)
    )


@singledispatch
def current_module(tree: ModuleTree, here: Path | None = None) -> Module:
    """The module being worked on: where `here` lies, else the one changed last, else the first not done.

    UsageError in a course, which doesn't know, and in a workspace without modules.
    """
    raise UsageError(
        "which module?",
        why="in a course, rather than a workspace, tito can't tell what you work on",
        hint=f"tito test {tree.modules[-1].name}" if tree.modules else "",
    )


@current_module.register(Workspace)
def _current_in_workspace(workspace: Workspace, here: Path | None = None) -> Module:
    found = next((s.module for s in module_progress(workspace, here) if s.is_current), None)
    if found is None:
        raise UsageError("this workspace has no modules", at=str(workspace.root), hint="ask your course for a release")
    return found


def keep(workspace: Workspace, run: LocalRun) -> None:
    """Keep what a run found, and the earlier results of checks that it didn't run."""
    module = run.plan.module
    earlier = last_test(workspace, module)
    results = {result.id: result for result in (earlier.results if earlier else ())}
    results |= {result.id: result for result in run.grade.results}
    known = [results[check.id].without_parts() for check in module.checks if check.id in results]
    keys = (earlier.keys if earlier else {}) | {r.id: run.plan.key for r in run.grade.results}
    data = {"version": 2, "results": known, "keys": keys}
    write_atomic(workspace.results(module), json.dumps(data, indent=1) + "\n")


def last_test(workspace: Workspace, module: Module) -> LastTest | None:
    """What the last test found; None before the first, or when its file can't be read."""
    try:
        data = json.loads(workspace.results(module).read_text(encoding="utf-8"))
        return LastTest(tuple(TestResult(**result) for result in data["results"]), dict(data["keys"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _current(workspace: Workspace, modules: list[ModuleProgress], here: Path | None) -> ModuleProgress | None:
    inside = [s for s in modules if here is not None and here.resolve().is_relative_to(s.module.home.resolve())]
    begun = [s for s in modules if not s.is_done and sync.is_begun(workspace, s.module)]
    not_done = [s for s in modules if not s.is_done]
    latest = sorted(begun, key=lambda s: _changed_at(s.module), reverse=True)
    return next(iter([*inside, *latest, *not_done, *reversed(modules)]), None)


def _changed_at(module: Module) -> float:
    return max(path.stat().st_mtime for path in (module.notebook, module.source) if path.is_file())
