"""A learner's attempt at a module: what it stands on made ready, its checks run, failures told apart, and what passed exported.

A check may fail because of an earlier module of the learner's own. Whether it
does is tried, not guessed: it is run again with the reference's export in the
place of theirs. Only what earns more that way is put down to the earlier module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tito.course.checks import CodeCell, Grade, TestResult, Work
from tito.course.course import Course, Module, Workspace
from tito.lesson.check_suite import suite_of
from tito.lesson.notebook import read_text
from tito.support.errors import UsageError
from tito.workspace import prerequisites, progress, sync
from tito.workspace.local_run import Exam, Rehearsal, exam_of, lesson, rehearse
from tito.workspace.prerequisites import Found, Origin


@dataclass(frozen=True)
class Settled:
    """What a test made of a module's place in the package: `failing` are the checks that its newest work doesn't pass."""

    before: Found
    now: Found
    failing: tuple[str, ...] = ()

    @property
    def module(self) -> Module:
        return self.now.module


@dataclass(frozen=True)
class Suspect:
    """An earlier module of the learner's own, as it is in the package, and the checks of its own that it fails."""

    found: Found
    failing: tuple[str, ...]

    @property
    def module(self) -> Module:
        return self.found.module


@dataclass(frozen=True)
class Blame:
    """A check that earns more, `points`, with the reference's exports in the place of the `suspects`."""

    check: str
    suspects: tuple[Suspect, ...]
    points: float


@dataclass(frozen=True)
class Attempt:
    """A rehearsal, what was made ready before it, whose fault its failures are, and what came of the module itself.

    `replaced` are modules for which the reference's exports were taken whatever the learner has.
    """

    rehearsal: Rehearsal
    earlier: tuple[Settled, ...] = ()
    blames: tuple[Blame, ...] = ()
    settled: Settled | None = None
    replaced: tuple[Module, ...] = ()

    @property
    def grade(self) -> Grade:
        return self.rehearsal.grade


def attempt(tree: Course | Workspace, exam: Exam) -> Attempt:
    """Run an exam with everything around it; in a course there is nothing around it."""
    if isinstance(tree, Course):
        return Attempt(rehearse(tree, exam))
    earlier = make_ready(tree, exam.module)
    done = rehearse(tree, exam)
    blames = find_fault(tree, done)
    done = replace(done, grade=_with_lost_failed(done.grade, blames))
    return Attempt(done, earlier, blames, conclude(tree, done))


def attempt_as_graded(workspace: Workspace, exam: Exam) -> Attempt:
    """Run an exam as grading does: on the reference's exports, whatever the learner has."""
    replaced = _replaceable(workspace, exam.module)
    done = rehearse(workspace, exam, _references(workspace, replaced))
    return Attempt(done, settled=conclude(workspace, done), replaced=replaced)


def make_ready(workspace: Workspace, module: Module) -> tuple[Settled, ...]:
    """Settle each module that `module` stands on: the learner's own if it passes, else what is there, else the reference's."""
    return tuple(_settle(workspace, needed) for needed in workspace.needed_by(module))


def _settle(workspace: Workspace, module: Module) -> Settled:
    before = prerequisites.found(workspace, module)
    failing: tuple[str, ...] = ()
    if module in workspace.modules and sync.is_begun(workspace, module):
        failing = _examined(workspace, module)
    prerequisites.put_reference(workspace, module)
    return Settled(before, prerequisites.found(workspace, module), failing)


def _examined(workspace: Workspace, module: Module) -> tuple[str, ...]:
    """The checks that the newest work doesn't pass; it is tested if it has changed, and exported if it passes."""
    try:
        exam = exam_of(workspace, module)
    except UsageError:  # a notebook that can't be read passes nothing; its own test says how it is broken
        return tuple(check.id for check in module.checks)
    last = progress.last_test(workspace, module)
    if last is None or not last.is_of(module, exam.key):
        progress.keep(workspace, rehearse(workspace, exam))
    return _export_if_passed(workspace, exam)


def conclude(workspace: Workspace, done: Rehearsal) -> Settled:
    """Keep what a test found, and export the work if it has now passed every check."""
    before = prerequisites.found(workspace, done.exam.module)
    progress.keep(workspace, done)
    failing = _export_if_passed(workspace, done.exam)
    return Settled(before, prerequisites.found(workspace, done.exam.module), failing)


def _export_if_passed(workspace: Workspace, exam: Exam) -> tuple[str, ...]:
    """Export a work that passed every check, unless it is there or a file that isn't tito's; else the checks that it didn't pass."""
    module = exam.module
    last = progress.last_test(workspace, module)
    if last is None or not last.is_of(module, exam.key) or last.not_passed(module):
        return last.not_passed(module) if last else ()
    found = prerequisites.found(workspace, module)
    if found.origin is not Origin.UNKNOWN and (found.origin, found.key) != (Origin.FINISHED, exam.key):
        prerequisites.put_own(workspace, module, exam.work, Origin.FINISHED, exam.key)
    return ()


def export_own(workspace: Workspace, module: Module) -> Found:
    """Export the newest work because the learner says so, whether or not it passes its checks."""
    exam, last = exam_of(workspace, module), progress.last_test(workspace, module)
    has_passed = last is not None and last.is_of(module, exam.key) and not last.not_passed(module)
    origin = Origin.FINISHED if has_passed else Origin.EXPORTED
    return prerequisites.put_own(workspace, module, exam.work, origin, exam.key)


def find_fault(workspace: Workspace, done: Rehearsal) -> tuple[Blame, ...]:
    """The checks that were lost because of earlier modules of the learner's own, and which these are."""
    own = _replaceable(workspace, done.exam.module)
    lost = _lost(workspace, done.grade, own)
    gained = _gained(workspace, done.exam, lost, own) if own and lost else {}
    if not gained:
        return ()
    culprits = _culprits(workspace, done.exam, [r for r in lost if r.id in gained], own)
    suspects = {module: suspect for module in own if (suspect := _suspect(workspace, module))}
    return tuple(
        Blame(check, tuple(suspects[module] for module in culprits[check]), points) for check, points in gained.items()
    )


def _replaceable(workspace: Workspace, module: Module) -> tuple[Module, ...]:
    """The modules under `module` that are not the reference's, and have one to try in their place."""
    found = (prerequisites.found(workspace, needed) for needed in workspace.needed_by(module))
    return tuple(f.module for f in found if not f.is_reference and workspace.reference(f.module).is_file())


def _lost(workspace: Workspace, grade: Grade, own: tuple[Module, ...]) -> list[TestResult]:
    """What may be an earlier module's fault; a check that is not started met a stub, and finished modules have none."""
    finished = all(prerequisites.found(workspace, module).origin is Origin.FINISHED for module in own)
    statuses = ("failed",) if finished else ("failed", "not started")
    return [result for result in grade.results if result.status in statuses]


def _references(workspace: Workspace, modules: Iterable[Module]) -> dict[Module, str]:
    found = ((module, prerequisites.reference(workspace, module)) for module in modules)
    return {module: text for module, text in found if text is not None}


def _culprits(
    workspace: Workspace, exam: Exam, lost: Sequence[TestResult], own: tuple[Module, ...]
) -> dict[str, tuple[Module, ...]]:
    """For each lost check the module that alone, replaced, brings points back; all of them where only all do."""
    found: dict[str, tuple[Module, ...]] = {}
    for module in own if len(own) > 1 else ():
        open_ = [result for result in lost if result.id not in found]
        if open_:
            found |= dict.fromkeys(_gained(workspace, exam, open_, [module]), (module,))
    return {result.id: found.get(result.id, own) for result in lost}


def _gained(
    workspace: Workspace, exam: Exam, lost: Sequence[TestResult], replaced: Iterable[Module]
) -> dict[str, float]:
    """The points of those lost checks that earn more with the reference's exports in the place of `replaced`."""
    ids = {result.id: result.points for result in lost}
    again = replace(exam, suite=replace(exam.suite, checks=tuple(c for c in exam.suite.checks if c.id in ids)))
    results = rehearse(workspace, again, _references(workspace, replaced)).grade.results
    return {result.id: result.points for result in results if result.points > ids[result.id]}


def _suspect(workspace: Workspace, module: Module) -> Suspect:
    """The module with the checks that its file in the package fails; none where its checks are not here."""
    found = prerequisites.found(workspace, module)
    if module not in workspace.modules:
        return Suspect(found, ())
    path = workspace.exported(module)
    work = Work((CodeCell(path.name, read_text(path)),))
    exam = Exam(module, path, suite_of(module, lesson(workspace, module)), work)
    grade = rehearse(workspace, exam).grade
    return Suspect(found, tuple(result.id for result in grade.results if result.status != "passed"))


def _with_lost_failed(grade: Grade, blames: Sequence[Blame]) -> Grade:
    """The grade, where a check that met an earlier module's stub has failed rather than not been started."""
    blamed = {blame.check for blame in blames}
    return replace(
        grade,
        results=tuple(replace(result, status="failed") if result.id in blamed else result for result in grade.results),
    )
