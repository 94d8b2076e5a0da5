"""`tito test --watch`: run the checks again each time that the work is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tito.cli.common import print_note
from tito.course.course import Module, ModuleTree
from tito.support.errors import ExitCode, TitoError
from tito.ui import keyboard, render, render_learner
from tito.ui.keyboard import Wait
from tito.ui.terminal import clear, print_message, print_result, stderr_style, stdout_style, width
from tito.workspace.diagnosis import Diagnosis, diagnose
from tito.workspace.hints import hint_on_open_check
from tito.workspace.local_run import DoesNotParse, keeping_graders, plan_run

POLL_S = 0.2


def watch(tree: ModuleTree, module: Module, only: str, wait: Wait) -> int:
    """Run the checks at each save and when asked to, until `q`. ExitCode.FINE if the last run passed every check."""
    seen, done = None, None
    keys: dict[str, Callable] = {"h": _tell_hint, "a": _show_all}
    with keeping_graders():
        while True:
            saved = saved_at(module)
            if saved != seen:
                seen, done = saved, _run(tree, module, only, done)
            key = wait(POLL_S).lower()
            if key in ("q", "\x04"):  # Ctrl-D ends it too
                return ExitCode.FINE if done and done.grade.passed else ExitCode.NOT_PASSED
            if key == "r":
                seen = None
            elif key in keys and done:
                keys[key](tree, done)


def saved_at(module: Module) -> float:
    """When either form of the work, or a check of a course's module, was last saved, in seconds since 1970; else 0."""
    files = (module.notebook, module.source, *module.cell_files)
    return max((path.stat().st_mtime for path in files if path.is_file()), default=0.0)


def _run(tree: ModuleTree, module: Module, only: str, before: Diagnosis | None) -> Diagnosis | None:
    """Run the checks and show the result; None when the work can't be read, until the next save.

    The check that was open before runs first, alone: what one waits for is its verdict.
    """
    try:
        open_check = "" if only else _open_check(before)
        if open_check:
            first = diagnose(tree, plan_run(tree, module, open_check))
            if not first.grade.passed:
                _show(first, "the other checks run …")
        done = diagnose(tree, plan_run(tree, module, only))
    except DoesNotParse as fault:
        clear()
        print_result(render_learner.does_not_parse(fault, len(module.checks), stdout_style()))
        return None
    except TitoError as problem:
        clear()
        print_message(render.error(problem, stderr_style()))
        return None
    _show(done, "")
    for text in render_learner.package_notes(done):
        print_note(text)
    if keyboard.is_there():
        print_message(render.WATCH_KEYS)
    return done


def _open_check(before: Diagnosis | None) -> str:
    """The check that is shown as the one to work on; "" when none is."""
    results = before.grade.results if before else ()
    still_open = [result.id for status in ("failed", "not started") for result in results if result.status == status]
    return still_open[0] if still_open else ""


def _show(done: Diagnosis, more: str) -> None:
    """The screen: the points, the one problem to work on, and what is still to come."""
    clear()
    module, file = done.run.plan.module, done.run.plan.file.name
    clock = datetime.fromtimestamp(saved_at(module)).strftime("%H:%M:%S")
    heading = render.watching(module, done.grade, clock, stderr_style())
    print_message((render.heading(render.module_name(module), stderr_style()) if more else heading) + "\n")
    explanations, printed = render_learner.explanations(done), done.run.printed
    print_result(render.first_failure(done.grade, file, width(), stdout_style(), explanations, printed))
    summary = render.grade_summary(done.grade, done.run.duration_s, stderr_style(), render_learner.stands_on(done))
    print_message(f"\n{more or summary}")


def _show_all(tree: ModuleTree, done: Diagnosis) -> None:
    file, explanations = done.run.plan.file.name, render_learner.explanations(done)
    print_result(render.grade(done.grade, file, True, width(), stdout_style(), explanations, done.run.printed))


def _tell_hint(tree: ModuleTree, done: Diagnosis) -> None:
    try:
        told = hint_on_open_check(tree, done.run.plan.module)
        print_message("\n" + render.hint(told, width(), stderr_style()) if told else "no hint needed")
    except TitoError as problem:
        print_message(render.error(problem, stderr_style()))
