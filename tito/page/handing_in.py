"""`%tito submit` in a page: the file that `tito submit` makes, from the notebook as it was saved, as a download."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from tito.course.hand_in import HandInFile, refuse_as_learner
from tito.lesson import notebook
from tito.page.lesson import PageLesson
from tito.support.errors import UsageError
from tito.support.points import points_text

COMMAND = "%tito submit --learner"


def learner_in(options: Sequence[str]) -> str:
    """The learner's ID among the options; "" when there is none."""
    match list(options):
        case []:
            return ""
        case ["--learner", learner]:
            refuse_as_learner(learner, COMMAND)
            return learner
    raise UsageError(f"%tito submit takes no {' '.join(options)}", hint=f"{COMMAND} YOUR-ID")


def hand_in(lesson: PageLesson, folder: Path, learner: str, checks: Any, now: datetime | None = None) -> HandInFile:
    """The saved notebook as a hand-in; the points are those of the checks that were run since the page was opened."""
    if not learner:
        raise UsageError("your ID in the course isn't known yet", hint=f"{COMMAND} YOUR-ID")
    path = folder / lesson.notebook_name
    if not path.is_file():
        raise UsageError(
            "this browser shows Python no files, so the notebook can't be packed",
            hint="save it, then File > Download: your course takes the .ipynb as well",
        )
    points = sum(verdict.points for verdict in checks.verdicts.values())
    content = notebook.as_json(notebook.read(path))
    made_at = now or datetime.now(UTC)
    return HandInFile(learner, lesson.folder, lesson.notebook_name, content, points, lesson.max_points, made_at)


def shown(made: HandInFile) -> tuple[str, str]:
    """A hand-in as text, and as a link in HTML that holds all of it."""
    points = f"{points_text(made.points)} of {points_text(made.max_points)} points here"
    said = f"{points}; the notebook as it was last saved. Your course grades it again."
    data = b64encode(made.packed).decode("ascii")
    link = f'<a download="{escape(made.file_name)}" href="data:application/zip;base64,{data}">Download my hand-in</a>'
    return f"{made.file_name}: {said}", f"<p><strong>{link}</strong> · {escape(made.file_name)}<br>{escape(said)}</p>"
