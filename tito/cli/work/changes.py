"""`tito diff`, `tito reset` and `tito undo`: what has changed in a learner's work, and the way back."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import here_workspace, print_next_step, takes_module
from tito.course.course import Module, Workspace
from tito.support.errors import ExitCode, UsageError
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, width


def add_commands(group) -> None:
    """Add `diff`, `reset` and `undo` to the learner's verbs."""
    parser = group.add_parser("diff", help="what you have changed since you were given a lesson")
    takes_module(parser, "the one you work on")
    parser.set_defaults(run=diff)
    parser = group.add_parser("reset", help="put one part back as it was given; yours is kept")
    parser.add_argument("part", nargs="?", default="", help="a cell, function or method; without it, they are listed")
    parser.add_argument("--module", metavar="NAME", default="", help="of another module than the one you work on")
    parser.set_defaults(run=reset)
    parser = group.add_parser("undo", help="bring back what a command has changed")
    parser.add_argument("number", nargs="?", type=_number, help="which change (default: the latest)")
    parser.add_argument("--list", action="store_true", help="list what was kept")
    parser.set_defaults(run=undo)


def diff(args) -> int:
    """Print each cell that is not as it was given."""
    from tito.ui import render_changes
    from tito.workspace.changes.difference import differences

    workspace = here_workspace()
    module = _module(workspace, args.module)
    found = differences(workspace, module)
    if not found:
        print_message(f"{module.number} {module.name} is as it was given to you")
    for each in found:
        print_result(render_changes.difference(each, stdout_style()))
    return ExitCode.FINE


def reset(args) -> int:
    """Put a part back, or list the parts."""
    from tito.ui import render_changes
    from tito.workspace.changes import reset as resetting
    from tito.workspace.changes.parts import to_write
    from tito.workspace.update.releases import sides_of

    workspace = here_workspace()
    module = _module(workspace, args.module)
    if not args.part:
        given = resetting.given_to(workspace, module, sides_of(workspace, module))
        print_result(render_changes.parts(to_write(given), width(), stdout_style()))
        print_next_step("tito reset PART")
        return ExitCode.FINE
    done = resetting.reset(workspace, module, args.part)
    print_message(render_changes.was_reset(done, stderr_style()))
    print_message(render_changes.kept(done.kept, workspace.root, stderr_style()))
    return ExitCode.FINE


def undo(args) -> int:
    """Bring back what a verb has changed, or list what can be brought back."""
    from tito.ui import render_changes
    from tito.workspace.changes import journal

    workspace = here_workspace()
    if args.list:
        known = journal.entries(workspace)
        text = render_changes.entries(known, stdout_style()) if known else "nothing was changed that could be undone"
        print_result(text)
        return ExitCode.FINE
    entry = journal.entry_named(workspace, args.number)
    kept = journal.undo(workspace, entry)
    print_message(render_changes.undone(entry, kept, width(), stderr_style()))
    return ExitCode.FINE


def _module(workspace: Workspace, name: str) -> Module:
    from tito.workspace import progress

    return workspace.module(name) if name else progress.current_module(workspace, Path.cwd())


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(f"'{text}' is no number of a change", hint="tito undo --list")
    return int(text)
