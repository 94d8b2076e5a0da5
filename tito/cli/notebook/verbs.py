"""What each verb of `%tito` answers: as text, and as HTML for a notebook's page."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tito.cli.app import run_or_complain
from tito.course.checks import TestResult
from tito.course.course import Module, Workspace
from tito.support.errors import TitoError, machine_error
from tito.support.points import points_text
from tito.tools import verdict_html
from tito.tools.verdicts import SIGNS
from tito.ui import render, render_learner

VERBS = ("test", "hint", "status", "submit")
_COMMAND = re.compile(rf"\btito(?= (?:{'|'.join(VERBS)})\b)")
USAGE = "%tito test, %tito test PART, %tito hint, %tito status or %tito submit; the other verbs are a terminal's"


@dataclass(frozen=True)
class VerbAnswer:
    """What a verb says, in both faces; `file` is the learner's work that it has read, if any."""

    text: str
    html: str
    file: Path | None = None


def answer(words: list[str], here: Path) -> VerbAnswer:
    """The answer of a verb in the folder `here`, also to a request that can't be done."""
    if not words or words[0] not in VERBS:
        return _as_text(USAGE)
    try:
        workspace = Workspace.find(here)
        return _test(workspace, words[1:], here) if words[0] == "test" else _other(workspace, words, here)
    except TitoError as problem:
        return _as_text(render.error(problem))
    except OSError as problem:
        if in_words := machine_error(problem):
            return _as_text(render.error(in_words))
        raise


def _as_text(text: str, file: Path | None = None) -> VerbAnswer:
    return VerbAnswer(text, verdict_html.preformatted(text), file)


def _other(workspace: Workspace, words: list[str], here: Path) -> VerbAnswer:
    """What the command line prints for the same words; its results and its messages in their order."""
    printed = _Printed()
    with redirect_stdout(printed), redirect_stderr(printed):
        run_or_complain(words)
    file = None if words[0] == "status" else _work(workspace, here)
    return _as_text(_in_magics(printed.getvalue().strip("\n")), file)


def _in_magics(text: str) -> str:
    """The commands in a text as one types them in a notebook, which is open already."""
    lines = [line for line in text.split("\n") if not line.startswith("next: tito notebook")]
    return _COMMAND.sub("%tito", "\n".join(lines)).rstrip("\n")


class _Printed(io.StringIO):
    encoding = "utf-8"  # what a notebook's page has


def _work(workspace: Workspace, here: Path) -> Path | None:
    from tito.workspace import progress, sync

    module = progress.current_module(workspace, here)
    return sync.newest(workspace, module).path


def _test(workspace: Workspace, words: list[str], here: Path) -> VerbAnswer:
    """Run the checks, or one of them, on the saved work, as `tito test` does."""
    from tito.cli import learner
    from tito.workspace import progress
    from tito.workspace.diagnosis import diagnose
    from tito.workspace.local_run import plan_run

    current = progress.current_module(workspace, here)
    module, part = _module_and_part(workspace, current, words)
    plan = plan_run(workspace, module, part)
    done = diagnose(workspace, plan)
    results, messages = _Printed(), _Printed()
    with redirect_stdout(results), redirect_stderr(messages):
        learner.print_test(workspace, plan, done, everything=True)
    said = _in_magics(messages.getvalue().strip("\n"))
    rows = [_row(result, render_learner.explanations(done)) for result in done.grade.results]
    table = verdict_html.table(render.module_name(module), rows)
    text = results.getvalue().rstrip("\n") + "\n\n" + said
    return VerbAnswer(text, table + verdict_html.preformatted(said), plan.file)


def _module_and_part(workspace: Workspace, current: Module, words: list[str]) -> tuple[Module, str]:
    """`[]`, `[part]`, `[module]` or `[module, part]`."""
    if len(words) == 1 and words[0] in {check.id for check in current.checks}:
        return current, words[0]
    module = workspace.module(words[0]) if words else current
    return module, words[1] if len(words) > 1 else ""


def _row(result: TestResult, explanations: dict[str, render.Explanation]) -> str:
    """A check's row: its sign and status, what was found, its points."""
    found = explanations[result.id].message if result.id in explanations else result.message
    place = explanations[result.id].where if result.id in explanations else result.where
    score = f"{points_text(result.points)}/{points_text(result.max_points)}"
    return verdict_html.row(
        f"{SIGNS[result.status]} {result.status}",
        verdict_html.finding(result.id, found, place),
        result.status,
        score,
    )
