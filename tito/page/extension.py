"""The magic `%tito` in a page: `%tito hint` and `%tito submit`; the checks run in their own cells."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tito.lesson.cells import saved
from tito.page import absent, handing_in
from tito.page.lesson import PageLesson, brought, fetch_from_site, lesson_in
from tito.support.errors import TitoError, UsageError
from tito.tools import environment, verdict_html
from tito.tools.verdicts import Verdict, show

USAGE = (
    "%tito hint, %tito hint CHECK or %tito submit; checks run in their own cells, and the other verbs are a terminal's"
)
LIMITS = "threads, processes and the walls around other people's code"


def register(shell: Any, fetch: Callable[[str], bytes] = fetch_from_site) -> None:
    """Bring what the lesson of this notebook needs, say what doesn't run here, and give the shell the magic."""
    export = lesson_in(shell.user_ns["In"][-1])
    if not export:
        raise UsageError("this notebook is no lesson of the course", hint="open a lesson from its chapter")
    lesson = brought(export, fetch)
    absent.install(shell, lesson.absent)
    verbs = PageVerbs(lesson, saved.remember_cells(shell))

    def tito(line: str) -> None:
        """%tito hint [CHECK] | submit [--learner ID]"""
        verbs.answer(shlex.split(line))

    shell.register_magic_function(tito, "line", "tito")
    show(*_told("\n".join(welcome(lesson))))


def welcome(lesson: PageLesson) -> list[str]:
    """What a reader should know before the first cell, a line each."""
    missing = ", ".join([*lesson.absent, LIMITS])
    return [
        "This lesson runs in your browser, and what you write stays there: save it, by Ctrl+S or the first button.",
        f"Not here: {missing}. A cell that needs one of these says so and is skipped.",
        "To hand in: %tito submit. To start over from the course's version: the button in the lesson's chapter.",
    ]


class PageVerbs:
    """What the verbs of `%tito` answer in the page of a lesson."""

    def __init__(self, lesson: PageLesson, cells_run: Mapping[str, str], folder: Path | None = None):
        self.lesson, self.cells_run, self.folder = lesson, cells_run, folder or Path.cwd()
        self._hints_told: dict[tuple[str, str], int] = {}  # by check and first hint
        self._learner = ""

    def answer(self, words: Sequence[str]) -> None:
        """Show what a verb answers, also to a request that can't be done."""
        try:
            match list(words):
                case ["hint"] | ["hint", _]:
                    show(*_told(self.hint(*words[1:])))
                case ["submit", *options]:
                    show(*self.submitted(options))
                case _:
                    show(*_told(USAGE))
        except TitoError as problem:
            show(*_told(f"{problem.message}\ntry: {problem.hint}" if problem.hint else problem.message))

    def hint(self, check: str = "") -> str:
        """The next hint for a check, or for the one to work on; the last one again once all were told."""
        check = check or self._check_to_work_on()
        texts = self._hints_on(check)
        number = min(self._hints_told.get((check, texts[0]), 0) + 1, len(texts))
        self._hints_told[check, texts[0]] = number
        return f"hint {number} of {len(texts)} on {check}: {texts[number - 1]}"

    def _check_to_work_on(self) -> str:
        """The first check that failed, else the first that was not run or not started."""
        status = {name: verdict.status for name, verdict in _verdicts().items()}
        still_open = [name for name in self.lesson.hints if status.get(name) not in ("passed", "not run here")]
        failed = [name for name in still_open if status.get(name) == "failed"]
        if not still_open:
            raise UsageError("every check that runs here has passed", hint="%tito submit")
        return (failed or still_open)[0]

    def _hints_on(self, check: str) -> tuple[str, ...]:
        """As `tito hint` has them: after a mistake that has a hint of its own, that one comes first."""
        texts = self.lesson.hints.get(check)
        if texts is None:
            raise UsageError(f"no check is called {check!r}", hint=f"one of {', '.join(self.lesson.hints)}")
        if not texts:
            raise UsageError(f"{check} has no hints", hint="run its cell: the verdict says what was found")
        verdict = _verdicts().get(check)
        return (verdict.hint, *texts[1:]) if verdict and verdict.hint else texts

    def submitted(self, options: Sequence[str]) -> tuple[str, str]:
        """The hand-in as a link that downloads it, behind what is known of its age, as text and as HTML."""
        self._learner = handing_in.learner_in(options) or self._learner
        made = handing_in.hand_in(self.lesson, self.folder, self._learner, environment.current())
        age = saved.age_note(self.folder / self.lesson.notebook_name, self.cells_run, time.time())
        text, html = handing_in.shown(made)
        return (f"{age}\n{text}", verdict_html.preformatted(age) + html) if age else (text, html)


def _verdicts() -> Mapping[str, Verdict]:
    """By check, what its cell said last."""
    return getattr(environment.current(), "verdicts", {})


def _told(text: str) -> tuple[str, str]:
    return text, verdict_html.preformatted(text)
