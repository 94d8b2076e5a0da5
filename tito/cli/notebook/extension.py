"""The magic `%tito` of a notebook: `%tito test`, `%tito hint`, `%tito status`, `%tito submit`.

The verbs are those of the command line. They read the notebook's file, so each answer
begins with what is known of its age: "saved 3 min ago", and which cell was run since
with a text that is not in the file.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tito.lesson.cells import saved
from tito.tools.verdicts import show


def register(shell: Any) -> None:
    """Give a notebook's shell the magic, and remember the text of each cell that is run."""
    cells_run = saved.remember_cells(shell)

    def tito(line: str) -> None:
        """%tito test [PART] | hint [PART] | status | submit [--learner ID]"""
        answer(shlex.split(line), cells_run)

    shell.register_magic_function(tito, "line", "tito")


def answer(
    words: list[str], cells_run: Mapping[str, str], here: Path | None = None, now_s: float | None = None
) -> None:
    """Show what a verb answers about the notebook in the folder `here`."""
    from tito.cli.notebook import verbs
    from tito.tools import verdict_html

    found = verbs.answer(words, here or Path.cwd())
    age = saved.age_note(found.file, cells_run, time.time() if now_s is None else now_s) if found.file else ""
    html = f"{verdict_html.dim(age)}{found.html}" if age else found.html
    show(f"{age}\n{found.text}" if age else found.text, html)
