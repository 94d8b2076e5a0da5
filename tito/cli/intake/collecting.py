"""`tito collect`: take hand-ins in, and tell what became of each."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tito.cli.common import here_classroom, print_next_step, progress, takes_module
from tito.support.errors import ExitCode, UsageError
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, stdout_width, width


def add_collect(group) -> None:
    parser = group.add_parser("collect", help="take in a folder, or a zip, of hand-ins")
    parser.add_argument("place", metavar="DIR", type=Path, help="the folder, or the download as one zip")
    takes_module(parser, "what each one says")
    parser.add_argument("--dry-run", action="store_true", help="tell what would become of each file, and write nothing")
    parser.add_argument("--json", action="store_true", help="print the account as one JSON object")
    parser.add_argument(
        "--deadline",
        metavar="TIME",
        default="",
        help="set the module's deadline first, as tito deadline does: later hand-ins are kept but don't count. "
        "As in 2026-01-14, or 2026-01-14T12:00 (local time unless it says)",
    )
    parser.set_defaults(run=run_collect)


def run_collect(args) -> int:
    """Take hand-ins in, and tell what became of each; ExitCode.NOT_PASSED when something needs a person."""
    from tito.classroom.collect import collect
    from tito.classroom.deadlines import moment

    course = here_classroom(may_write=not args.dry_run)
    module = course.module(args.module) if args.module else None
    deadline = moment(args.deadline, "--deadline") if args.deadline else None
    tell = _print_json if args.json else partial(_print_account, args.place)
    collection = collect(course, args.place, module, deadline, args.dry_run, progress, tell)
    if not args.json:
        _print_end(collection, args.dry_run)
    return ExitCode.NOT_PASSED if collection.needs_person else ExitCode.FINE


def _print_account(place: Path, collection) -> None:
    """Print a line for each file; UsageError where nothing was handed in."""
    from tito.ui import render_intake

    if collection.is_empty:
        raise UsageError(f"there is no notebook in {place}", hint="tito collect FOLDER")
    print_message(render_intake.heading(collection, stderr_style(), width()))
    print_result(render_intake.account(collection, stdout_style(), stdout_width()))
    print_message(render_intake.summary(collection, stderr_style(), width()))
    for text in (render_intake.of_unknown_time(collection, stderr_style()), render_intake.new_people(collection)):
        if text:
            print_message(text)


def _print_json(collection) -> None:
    import json

    print_result(json.dumps(collection.as_json(), indent=1, ensure_ascii=True))


def _print_end(collection, dry_run: bool) -> None:
    if dry_run:
        print_message("nothing written (--dry-run)")
        return
    modules = sorted({arrival.module for arrival in collection.taken})
    if modules:
        verb = f"tito grade {modules[0]}" if len(modules) == 1 else "tito grade"
        print_next_step(verb)
