"""`tito start` and `tito update`: what the course gives comes into the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tito.cli.common import here_workspace, print_next_step
from tito.support.errors import ExitCode
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, width

if TYPE_CHECKING:
    from tito.course.course import Workspace
    from tito.workspace.update.update import NotUpdated, Updated


def add_commands(group) -> None:
    """Add `start` and `update` to the learner's verbs."""
    parser = group.add_parser("start", help="make the notebooks that are missing; other commands do it too")
    parser.set_defaults(run=start)
    parser = group.add_parser("update", help="take a corrected lesson from your course into your work")
    parser.add_argument("source", nargs="?", type=Path, metavar="ZIP|DIR", help="what your course gave you")
    parser.set_defaults(run=update)


def start(args) -> int:
    """Lay the workspace out; a line for each notebook that is there now."""
    workspace = here_workspace()
    for module in workspace.modules:
        print_result(module.notebook.relative_to(workspace.root).as_posix())
    print_next_step("tito status")
    return ExitCode.FINE


def update(args) -> int:
    """Take what the course gives now, and merge it into each work that was made from an earlier release."""
    from tito.ui import render_changes
    from tito.workspace.update.update import NotUpdated, take

    workspace = here_workspace()
    if args.source:
        laid_out = take(workspace, args.source)
        workspace = laid_out.workspace
        print_message(render_changes.taken(laid_out, args.source.name, stderr_style()))
    done = list(_updated(workspace))
    if not done:
        print_message("your notebooks are what your course gives now")
    print_next_step(f"tito test {done[0].module.name}" if done else "tito status")
    return ExitCode.CANT_BE_DONE if any(isinstance(each, NotUpdated) for each in done) else ExitCode.FINE


def _updated(workspace: Workspace) -> Iterator[Updated | NotUpdated]:
    """Merge, and show each module as it is done."""
    from tito.ui import render, render_changes
    from tito.workspace.update.update import Updated, update

    for each in update(workspace):
        if isinstance(each, Updated):
            print_result(render_changes.updated(each, width(), stdout_style()))
        else:
            print_message(render.error(each.problem, stderr_style()))
        yield each
