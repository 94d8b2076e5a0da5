"""The checks run on the learner's own machine, before anything is handed in.

Same checks, same two processes and same simulated clock as in grading; only
the hidden parts are missing, because a workspace doesn't have them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import singledispatch
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tito.course.checks import CheckSuite, Grade, Work
from tito.course.course import Course, Module, ModuleTree, Workspace
from tito.lesson import check_suite, notebook
from tito.lesson.cells.origin import GivenOut, with_present_ids
from tito.sandbox.cells import compile_cell
from tito.support.errors import ExitCode, UsageError
from tito.workspace import sync

if TYPE_CHECKING:
    from tito.autograder.grader import Grader

MOST_KEPT = 2  # graders: on the learner's own package, and on the reference's
_KEPT: ContextVar[dict[str, tuple[ExitStack, Grader]] | None] = ContextVar("_KEPT", default=None)


@dataclass(frozen=True)
class RunPlan:
    """A work and the checks to run on it. `file` holds the work; `rival` has changes that are left out.

    `key` identifies the work together with all checks of the module, also when `suite` has only some of them.
    """

    module: Module
    file: Path
    suite: CheckSuite
    work: Work
    notes: tuple[str, ...] = ()
    rival: Path | None = None
    key: str = ""


@dataclass(frozen=True)
class LocalRun:
    """The checks run as planned: the grade, the duration in seconds, and what the work printed in each check."""

    plan: RunPlan
    grade: Grade
    duration_s: float
    printed: Mapping[str, str] = field(default_factory=dict)


def plan_run(tree: ModuleTree, module: Module, only: str = "") -> RunPlan:
    """Plan to run all checks, or the one called `only`, on the learner's newest work; in a course on the reference."""
    plan = _plan_all(tree, module)
    if not only:
        return plan
    check = module.check(only)
    return replace(plan, suite=replace(plan.suite, checks=tuple(c for c in plan.suite.checks if c.id == check.id)))


def run_checks(
    tree: ModuleTree,
    plan: RunPlan,
    instead: Mapping[Module, str] = MappingProxyType({}),
    clock: Callable[[], float] = time.perf_counter,
) -> LocalRun:
    """Run the plan's checks on its work, behind walls as far as this machine has them; CourseError where none can run.

    A workspace may come from somebody else. The walls are those of grading, put up
    and not tried, which takes longer; the grade's `isolation_level` says how far they
    go. The work imports the tree's package; the texts in `instead` replace files of it.
    """
    from tito.autograder.probe import must_grade

    must_grade()  # before what only some systems have is imported
    begin = clock()
    printed: dict[str, str] = {}
    with _grader(tree, plan.module, instead) as grader:
        grade = grader.grade(plan.suite, plan.work, printed)
        level = grader.level_put_up()
    grade = replace(grade, notes=plan.notes + grade.notes, isolation_level=level)
    return LocalRun(plan, grade, clock() - begin, printed)


@contextmanager
def keeping_graders() -> Iterator[None]:
    """A block in which graders stay open from run to run, for a package that doesn't change: it saves their start."""
    kept: dict[str, tuple[ExitStack, Grader]] = {}
    token = _KEPT.set(kept)
    try:
        yield
    finally:
        _KEPT.reset(token)
        _close_all(kept)


@contextmanager
def _grader(tree: ModuleTree, module: Module, instead: Mapping[Module, str]) -> Iterator[Grader]:
    """A grader on the tree's package: one that was kept, or a new one, which ends with the block if none are kept."""
    from tito.sandbox.library import library_files

    files = library_files(tree, module, instead)
    kept = _KEPT.get()
    if kept is None:
        with _opened(module, files) as grader:
            yield grader
        return
    try:
        yield _kept_grader(kept, module, files)
    except BaseException:  # whatever it was, Ctrl-C too: none of them is trusted to be in order
        _close_all(kept)
        raise


@contextmanager
def _opened(module: Module, files: Mapping[str, str]) -> Iterator[Grader]:
    from tito.autograder.grader import Grader
    from tito.sandbox.isolation.limits import Limits
    from tito.sandbox.library import folder_with

    with folder_with(files) as library, Grader(library, limits=Limits.of(module)) as grader:
        yield grader


def _kept_grader(kept: dict[str, tuple[ExitStack, Grader]], module: Module, files: Mapping[str, str]) -> Grader:
    key = notebook.digest(module.folder, repr(sorted(files.items())))
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)))[0].close()
        stack = ExitStack()
        kept[key] = stack, stack.enter_context(_opened(module, files))
    return kept[key][1]


def _close_all(kept: dict[str, tuple[ExitStack, Grader]]) -> None:
    while kept:
        kept.popitem()[1][0].close()


class DoesNotParse(UsageError):
    """A cell of the work that is no Python, so that no check was run: its line, and the caret's column from 0."""

    exit_code = ExitCode.NOT_PASSED

    def __init__(self, file: Path, cell: str, error: SyntaxError):
        self.file, self.cell, self.line = file, cell, error.lineno or 0
        self.text, self.column = (error.text or "").rstrip("\n"), max(0, (error.offset or 1) - 1)
        self.words = error.msg
        super().__init__(
            "your notebook does not parse",
            at=f'{file.name}, cell "{cell}", line {self.line}',
            why=f"{self.words}: {self.text.strip()}",
        )


def require_parses(plan: RunPlan) -> None:
    """DoesNotParse about the first cell of the work that is no Python: said once, and not by every check."""
    for cell in plan.work.cells:
        compiled = compile_cell(cell.name, cell.source)
        if isinstance(compiled.error, SyntaxError):
            raise DoesNotParse(plan.file, cell.name, compiled.error)


@singledispatch
def _plan_all(tree: ModuleTree, module: Module) -> RunPlan:
    """Plan to run every check of the module; one way for each kind of tree."""
    raise NotImplementedError(type(tree))


@_plan_all.register(Course)
def _plan_in_course(course: Course, module: Module) -> RunPlan:
    from tito.lesson.build import built

    source = built(course, module)
    return RunPlan(module, module.source, check_suite.suite_of(module, source), check_suite.reference_work(source))


@_plan_all.register(Workspace)
def _plan_in_workspace(workspace: Workspace, module: Module) -> RunPlan:
    trusted = lesson(workspace, module)
    newest = sync.newest(workspace, module)
    mine = with_present_ids(notebook.read(newest.path), module)
    work, notes = check_suite.work_of(mine, trusted, GivenOut(workspace, module).had_by(mine))
    checks = check_suite.suite_of(module, trusted)
    key = notebook.digest(repr(checks), repr(work))[:16]
    return RunPlan(module, newest.path, checks, work, notes, newest.rival, key)


def lesson(workspace: Workspace, module: Module) -> notebook.Notebook:
    """The module's notebook as it was released; UsageError when it is missing."""
    pristine = workspace.pristine(module)
    if not pristine.is_file():
        raise UsageError(
            f"the release of {module.folder} is missing",
            at=str(pristine),
            why="the checks are taken from it",
            hint="ask your course for the workspace again",
        )
    return notebook.read(pristine)
