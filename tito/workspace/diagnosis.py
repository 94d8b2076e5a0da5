"""Running a module's checks in a workspace, and finding out whose fault a failure is.

A check may fail because of an earlier module of the learner's own. To find out,
the check runs again with the reference's export in place of theirs. If it earns
more points that way, the earlier module is at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from tito.course.checks import CodeCell, Grade, TestResult, Work
from tito.course.course import Module, ModuleTree, Workspace
from tito.lesson.check_suite import suite_of
from tito.lesson.notebook import read_text
from tito.support.errors import UsageError
from tito.workspace import prerequisites, progress, sync
from tito.workspace.local_run import LocalRun, RunPlan, lesson, plan_run, require_parses, run_checks
from tito.workspace.prerequisites import Origin, PackageFile


@dataclass(frozen=True)
class PackageUpdate:
    """A module's file in the package before and after a test.

    `failing` are the checks that its newest work fails; `refused` says why work
    that passes them all could not be put into the package.
    """

    before: PackageFile
    now: PackageFile
    failing: tuple[str, ...] = ()
    refused: str = ""

    @property
    def module(self) -> Module:
        return self.now.module


@dataclass(frozen=True)
class EarlierModule:
    """An earlier module of the learner's own, as it is in the package; `failing` are its own checks that fail."""

    file: PackageFile
    failing: tuple[str, ...]

    @property
    def module(self) -> Module:
        return self.file.module


@dataclass(frozen=True)
class EarlierFault:
    """A check that earns more, `points`, with the reference's exports in place of the `culprits`."""

    check: str
    culprits: tuple[EarlierModule, ...]
    points: float


@dataclass(frozen=True)
class Diagnosis:
    """A run, and what it shows: the faults of earlier modules, and what has changed in the package.

    `earlier` has the modules that this one needs, `own` the module itself.
    `replaced` are modules whose own exports were left out of the run.
    """

    run: LocalRun
    earlier: tuple[PackageUpdate, ...] = ()
    faults: tuple[EarlierFault, ...] = ()
    own: PackageUpdate | None = None
    replaced: tuple[Module, ...] = ()

    @property
    def grade(self) -> Grade:
        return self.run.grade


@singledispatch
def diagnose(tree: ModuleTree, plan: RunPlan) -> Diagnosis:
    """Run the checks and find whose fault each failure is; DoesNotParse when a cell is no Python.

    In a course every module is the reference's own.
    """
    return Diagnosis(run_checks(tree, plan))


@diagnose.register(Workspace)
def _diagnose_in_workspace(workspace: Workspace, plan: RunPlan) -> Diagnosis:
    require_parses(plan)
    earlier = prepare_package(workspace, plan.module)
    run = run_checks(workspace, plan)
    faults = find_faults(workspace, run)
    run = replace(run, grade=_with_lost_as_failed(run.grade, faults))
    return Diagnosis(run, earlier, faults, record_run(workspace, run))


def run_as_graded(workspace: Workspace, plan: RunPlan) -> Diagnosis:
    """Run the checks as grading does: on the reference's exports, whatever the learner has."""
    replaced = _replaceable(workspace, plan.module)
    run = run_checks(workspace, plan, _references(workspace, replaced))
    return Diagnosis(run, own=record_run(workspace, run), replaced=replaced)


# -- what the package holds ------------------------------------------------------------


def prepare_package(workspace: Workspace, module: Module) -> tuple[PackageUpdate, ...]:
    """Update the package with each module that `module` needs: the learner's own if it passes, else what is there,
    else the reference's."""
    return tuple(_updated(workspace, needed) for needed in workspace.needed_by(module))


def _updated(workspace: Workspace, module: Module) -> PackageUpdate:
    before = prerequisites.package_file(workspace, module)
    failing: tuple[str, ...] = ()
    refused = ""
    if module in workspace.modules and sync.is_begun(workspace, module):
        failing, refused = _tested_newest(workspace, module)
    prerequisites.put_reference(workspace, module)
    return PackageUpdate(before, prerequisites.package_file(workspace, module), failing, refused)


def _tested_newest(workspace: Workspace, module: Module) -> tuple[tuple[str, ...], str]:
    """The checks that the newest work fails, or why it can't be exported though it passes them.

    Work that has changed is tested; work that passes is exported.
    """
    try:
        plan = plan_run(workspace, module)
    except UsageError:  # a notebook that can't be read passes nothing; its own test says how it is broken
        return tuple(check.id for check in module.checks), ""
    last = progress.last_test(workspace, module)
    if last is None or not last.is_of(module, plan.key):
        progress.keep(workspace, run_checks(workspace, plan))
    return _export_if_passed(workspace, plan)


def record_run(workspace: Workspace, run: LocalRun) -> PackageUpdate:
    """Keep what a run found, and export the work if it has now passed every check."""
    module = run.plan.module
    before = prerequisites.package_file(workspace, module)
    progress.keep(workspace, run)
    failing, refused = _export_if_passed(workspace, run.plan)
    return PackageUpdate(before, prerequisites.package_file(workspace, module), failing, refused)


def _export_if_passed(workspace: Workspace, plan: RunPlan) -> tuple[tuple[str, ...], str]:
    """Export work that passed every check; a file not made by tito stays.

    Else the checks that it failed, or why it can't be exported.
    """
    module = plan.module
    last = progress.last_test(workspace, module)
    if last is None or not last.is_of(module, plan.key) or last.not_passed(module):
        return (last.not_passed(module) if last else ()), ""
    file = prerequisites.package_file(workspace, module)
    if file.origin is not Origin.UNKNOWN and (file.origin, file.key) != (Origin.FINISHED, plan.key):
        try:
            prerequisites.put_own(workspace, module, plan.work, Origin.FINISHED, plan.key)
        except UsageError as refusal:
            return (), f"{refusal.message} ({refusal.hint})" if refusal.hint else refusal.message
    return (), ""


def export_own(workspace: Workspace, module: Module) -> PackageFile:
    """Export the newest work because the learner says so, whether or not it passes its checks."""
    plan, last = plan_run(workspace, module), progress.last_test(workspace, module)
    has_passed = last is not None and last.is_of(module, plan.key) and not last.not_passed(module)
    origin = Origin.FINISHED if has_passed else Origin.EXPORTED
    return prerequisites.put_own(workspace, module, plan.work, origin, plan.key)


# -- whose fault a failure is ------------------------------------------------------------


def find_faults(workspace: Workspace, run: LocalRun) -> tuple[EarlierFault, ...]:
    """The checks that lost points because of earlier modules of the learner's own, and which modules these are."""
    own = _replaceable(workspace, run.plan.module)
    lost = _lost(workspace, run.grade, own)
    gained = _gained(workspace, run.plan, lost, own) if own and lost else {}
    if not gained:
        return ()
    culprits = _culprits(workspace, run.plan, [result for result in lost if result.id in gained], own)
    checked = {module: _checked(workspace, module) for module in own}
    return tuple(
        EarlierFault(check, tuple(checked[module] for module in culprits[check]), points)
        for check, points in gained.items()
    )


def _replaceable(workspace: Workspace, module: Module) -> tuple[Module, ...]:
    """The modules needed by `module` that are not the reference's, and whose reference is here to try instead."""
    files = (prerequisites.package_file(workspace, needed) for needed in workspace.needed_by(module))
    return tuple(file.module for file in files if not file.is_reference and workspace.reference(file.module).is_file())


def _lost(workspace: Workspace, grade: Grade, own: tuple[Module, ...]) -> list[TestResult]:
    """The checks that an earlier module may have broken. An unfinished one has stubs, so a check may not even start."""
    finished = all(prerequisites.package_file(workspace, module).is_finished for module in own)
    statuses = ("failed",) if finished else ("failed", "not started")
    return [result for result in grade.results if result.status in statuses]


def _references(workspace: Workspace, modules: Iterable[Module]) -> dict[Module, str]:
    found = ((module, prerequisites.reference(workspace, module)) for module in modules)
    return {module: text for module, text in found if text is not None}


def _culprits(
    workspace: Workspace, plan: RunPlan, lost: Sequence[TestResult], own: tuple[Module, ...]
) -> dict[str, tuple[Module, ...]]:
    """For each lost check, the one module whose replacement brings points back; all modules if no single one does."""
    found: dict[str, tuple[Module, ...]] = {}
    for module in own if len(own) > 1 else ():
        unexplained = [result for result in lost if result.id not in found]
        if unexplained:
            found |= dict.fromkeys(_gained(workspace, plan, unexplained, [module]), (module,))
    return {result.id: found.get(result.id, own) for result in lost}


def _gained(
    workspace: Workspace, plan: RunPlan, lost: Sequence[TestResult], replaced: Iterable[Module]
) -> dict[str, float]:
    """Those lost checks that earn more with the reference's exports in place of `replaced`, with their points then."""
    ids = {result.id: result.points for result in lost}
    again = replace(plan, suite=replace(plan.suite, checks=tuple(c for c in plan.suite.checks if c.id in ids)))
    results = run_checks(workspace, again, _references(workspace, replaced)).grade.results
    return {result.id: result.points for result in results if result.points > ids[result.id]}


def _checked(workspace: Workspace, module: Module) -> EarlierModule:
    """The module with the checks that its file in the package fails; none if its checks are not in this workspace."""
    file = prerequisites.package_file(workspace, module)
    if module not in workspace.modules:
        return EarlierModule(file, ())
    path = workspace.exported(module)
    work = Work((CodeCell(path.name, read_text(path)),))
    plan = RunPlan(module, path, suite_of(module, lesson(workspace, module)), work)
    grade = run_checks(workspace, plan).grade
    return EarlierModule(file, tuple(result.id for result in grade.results if result.status != "passed"))


def _with_lost_as_failed(grade: Grade, faults: Sequence[EarlierFault]) -> Grade:
    """The grade with each check that an earlier module's stub kept from starting counted as failed."""
    broken = {fault.check for fault in faults}
    results = tuple(replace(result, status="failed") if result.id in broken else result for result in grade.results)
    return replace(grade, results=results)
