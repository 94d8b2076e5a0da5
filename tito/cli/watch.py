"""`tito test --watch`: the checks again each time that the work is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tito.course.course import Course, Module, Workspace
from tito.support.errors import TitoError
from tito.ui import render, render_learner
from tito.ui.keyboard import Wait
from tito.ui.terminal import clear, print_message, print_result, stderr_style, stdout_style, width
from tito.workspace import progress
from tito.workspace.diagnosis import Attempt, attempt
from tito.workspace.hints import next_hint
from tito.workspace.local_run import exam_of

POLL_S = 0.5


def watch(tree: Course | Workspace, module: Module, only: str, wait: Wait) -> int:
    """Run the checks at each save and when asked to, until `q`; 0 if all had passed by then."""
    seen, done = None, None
    keys: dict[str, Callable] = {"h": _tell_hint, "a": _show_all}
    while True:
        saved = saved_at(module)
        if saved != seen:
            seen, done = saved, _run(tree, module, only)
        key = wait(POLL_S).lower()
        if key in ("q", "\x04"):  # Ctrl-D ends it too
            return 0 if done and done.grade.passed else 1
        if key == "r":
            seen = None
        elif key in keys and done:
            keys[key](tree, done)


def saved_at(module: Module) -> float:
    """When either form of the work was last saved, in seconds since 1970; 0 when there is none."""
    return max((path.stat().st_mtime for path in (module.notebook, module.source) if path.is_file()), default=0.0)


def _run(tree: Course | Workspace, module: Module, only: str) -> Attempt | None:
    """One run, shown; None when the work can't be read, which may be mended by the next save."""
    clear()
    try:
        done = attempt(tree, exam_of(tree, module, only))
    except TitoError as problem:
        print_message(render.error(problem, stderr_style()))
        return None
    clock = datetime.fromtimestamp(saved_at(module)).strftime("%H:%M:%S")
    print_message(render.watching(module, done.grade, clock, stderr_style()) + "\n")
    file, elsewhere = done.rehearsal.exam.file.name, render_learner.elsewhere(done)
    print_result(render.first_failure(done.grade, file, width(), stdout_style(), elsewhere))
    summary = render.grade_summary(
        done.grade, done.rehearsal.duration_s, stderr_style(), render_learner.stands_on(done)
    )
    print_message(f"\n{summary}")
    for text in render_learner.settled(done):
        print_message(render.note(text, width(), stderr_style()))
    print_message(render.WATCH_KEYS)
    return done


def _show_all(tree: Course | Workspace, done: Attempt) -> None:
    file, elsewhere = done.rehearsal.exam.file.name, render_learner.elsewhere(done)
    print_result(render.grade(done.grade, file, True, width(), stdout_style(), elsewhere))


def _tell_hint(tree: Course | Workspace, done: Attempt) -> None:
    module = done.rehearsal.exam.module
    last = isinstance(tree, Workspace) and progress.last_test(tree, module)
    check = last.first_not_passed(module) if last else ""
    try:
        print_message(
            "\n" + render.hint(next_hint(tree, module, module.check(check)), width(), stderr_style())
            if check
            else "no hint needed"
        )
    except TitoError as problem:
        print_message(render.error(problem, stderr_style()))
