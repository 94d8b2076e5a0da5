"""`tito lint --watch`: look through modules again each time that a file of theirs is saved."""

from __future__ import annotations

from pathlib import Path

from tito.cli.authoring.lint import lint
from tito.course.course import Course
from tito.support.errors import ExitCode
from tito.ui.keyboard import Wait, listening
from tito.ui.terminal import clear, print_message

POLL_S = 0.5


def watch_slips(course: Course, names: list[str]) -> int:
    """Look through the modules at each save, until q. ExitCode.FINE if the last look found nothing."""
    with listening() as wait:
        return watch_with(course, names, wait)


def watch_with(course: Course, names: list[str], wait: Wait) -> int:
    """The same, with keys from `wait`."""
    seen, found = -1.0, int(ExitCode.FINE)
    while True:
        saved = saved_at(course.modules_folder)
        if saved != seen:
            seen = saved
            clear()
            found = lint(Course(course.root), names)
            print_message("\n[q] quit")
        if wait(POLL_S).lower() in ("q", "\x04"):  # Ctrl-D ends it too
            return found


def saved_at(folder: Path) -> float:
    """When a file below the folder was last saved, in seconds since 1970; 0 for none."""
    return max((path.stat().st_mtime for path in folder.rglob("*.*") if path.is_file()), default=0.0)
