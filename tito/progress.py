"""How far a learner is: what the last tests found, and which module is being worked on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tito import pairing
from tito.checks import TestResult
from tito.course import Module, Workspace
from tito.errors import UsageError
from tito.files import write_atomic
from tito.rehearsal import Rehearsal


@dataclass(frozen=True)
class Standing:
    """One module of a workspace: `points` at the last test, None before the first."""

    module: Module
    points: float | None
    is_current: bool = False

    @property
    def is_done(self) -> bool:
        return self.points is not None and self.points >= self.module.max_points


@dataclass(frozen=True)
class LastTest:
    """What the last `tito test` found, check by check."""

    results: tuple[TestResult, ...]

    @property
    def points(self) -> float:
        return sum(result.points for result in self.results)

    def first_not_passed(self, module: Module) -> str:
        """The check to work on next: the first that failed, else the first not passed; "" when all did."""
        found = {result.id: result.status for result in self.results}
        open_checks = [check.id for check in module.checks if found.get(check.id) != "passed"]
        return next(
            (i for i in open_checks if found.get(i) == "failed"), open_checks[0] if open_checks else ""
        )


def standings(workspace: Workspace, here: Path | None = None) -> tuple[Standing, ...]:
    """Every module's standing, with the one being worked on marked."""
    plain = [Standing(module, _points(workspace, module)) for module in workspace.modules]
    current = _current(workspace, plain, here)
    return tuple(replace(s, is_current=s is current) for s in plain)


def current_module(workspace: Workspace, here: Path | None = None) -> Module:
    """The module being worked on: where `here` lies, else the one changed last, else the first not done."""
    found = next((s.module for s in standings(workspace, here) if s.is_current), None)
    if found is None:
        raise UsageError(
            "this workspace has no modules", at=str(workspace.root), hint="ask your course for a release"
        )
    return found


def keep(workspace: Workspace, rehearsal: Rehearsal) -> None:
    """Keep what a test found; one check's result joins those of the others."""
    module = rehearsal.exam.module
    earlier = last_test(workspace, module)
    results = {result.id: result for result in (earlier.results if earlier else ())}
    results |= {result.id: result for result in rehearsal.grade.results}
    known = [asdict(results[check.id]) for check in module.checks if check.id in results]
    write_atomic(workspace.results(module), json.dumps({"version": 1, "results": known}, indent=1) + "\n")


def last_test(workspace: Workspace, module: Module) -> LastTest | None:
    """What the last test found; None before the first, or when its file can't be read."""
    try:
        data = json.loads(workspace.results(module).read_text(encoding="utf-8"))
        return LastTest(tuple(TestResult(**result) for result in data["results"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _points(workspace: Workspace, module: Module) -> float | None:
    last = last_test(workspace, module)
    return last.points if last else None


def _current(workspace: Workspace, standings: list[Standing], here: Path | None) -> Standing | None:
    inside = [
        s for s in standings if here is not None and here.resolve().is_relative_to(s.module.home.resolve())
    ]
    begun = [s for s in standings if not s.is_done and pairing.is_begun(workspace, s.module)]
    not_done = [s for s in standings if not s.is_done]
    latest = sorted(begun, key=lambda s: _changed_at(s.module), reverse=True)
    return next(iter([*inside, *latest, *not_done, *reversed(standings)]), None)


def _changed_at(module: Module) -> float:
    return max(path.stat().st_mtime for path in (module.notebook, module.source) if path.is_file())
