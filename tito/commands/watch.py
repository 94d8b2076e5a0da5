"""`tito test --watch`: the checks again each time that the work is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tito import progress, render
from tito.course import Course, Module, Workspace
from tito.errors import TitoError
from tito.hints import next_hint
from tito.keyboard import Wait
from tito.rehearsal import Rehearsal, exam_of, rehearse
from tito.terminal import clear, give, results_style, say, voice, width

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
    return max(
        (path.stat().st_mtime for path in (module.notebook, module.source) if path.is_file()), default=0.0
    )


def _run(tree: Course | Workspace, module: Module, only: str) -> Rehearsal | None:
    """One run, shown; None when the work can't be read, which may be mended by the next save."""
    clear()
    try:
        done = rehearse(tree, exam_of(tree, module, only))
    except TitoError as problem:
        say(render.error(problem, voice()))
        return None
    if isinstance(tree, Workspace):
        progress.keep(tree, done)
    clock = datetime.fromtimestamp(saved_at(module)).strftime("%H:%M:%S")
    say(render.watching(module, done.grade, clock, voice()) + "\n")
    give(render.first_failure(done.grade, done.exam.file.name, width(), results_style()))
    say(f"\n{render.grade_summary(done.grade, done.duration_s, voice())}\n{render.WATCH_KEYS}")
    return done


def _show_all(tree: Course | Workspace, done: Rehearsal) -> None:
    give(render.grade(done.grade, done.exam.file.name, True, width(), results_style()))


def _tell_hint(tree: Course | Workspace, done: Rehearsal) -> None:
    module = done.exam.module
    last = isinstance(tree, Workspace) and progress.last_test(tree, module)
    check = last.first_not_passed(module) if last else ""
    try:
        say(
            "\n" + render.hint(next_hint(tree, module, module.check(check)), width(), voice())
            if check
            else "no hint needed"
        )
    except TitoError as problem:
        say(render.error(problem, voice()))
