"""`tito return`: marks and pages for the platform where the hand-ins came from."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import here_classroom, print_note, shown
from tito.support.errors import ExitCode, UsageError
from tito.ui.terminal import print_message, print_result, stderr_style

PLACES = ("canvas", "moodle", "brightspace", "csv")


def add_return(group) -> None:
    """Add the verb to `tito`."""
    parser = group.add_parser("return", help="marks and pages in the form that a platform's import takes")
    parser.add_argument("module", help="its name or number")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="write the marks there, as CSV")
    parser.add_argument("--to", choices=PLACES, required=True, help="the platform; csv: a plain table")
    parser.add_argument("--feedback", metavar="ZIP", type=Path, help="write the feedback pages there, to be uploaded")
    parser.add_argument("--assignment", metavar="NAME", default="", help="what it is called there (default: its title)")
    parser.add_argument("--like", metavar="CSV", type=Path, help="the platform's own export: join by its keys, too")
    parser.add_argument("--partial", action="store_true", help="also marks that wait for a written answer's")
    parser.add_argument("--comments", action="store_true", help="moodle: say in a comment where the points come from")
    parser.set_defaults(run=run_return)


def run_return(args) -> int:
    """Write what is asked for; ExitCode.NOT_PASSED when somebody's mark was left out, or is not final."""
    from tito.classroom.giving_back.pages import pages_zip
    from tito.classroom.giving_back.returning import marks_file
    from tito.ui import render_giving_back

    _refuse_nonsense(args)
    course = here_classroom()
    module = course.module(args.module)
    made = marks_file(course, module, args.to, args.assignment, args.like, args.partial, args.comments)
    if not made.lines:
        raise UsageError(
            f"{module.name} has no mark to give back", why=_why_none(made), hint=f"tito report {module.name}"
        )
    pages = pages_zip(course, module, args.to, made.lines) if args.feedback else None
    left_out = [*made.left_out, *(pages.left_out if pages else ())]
    print_message(render_giving_back.heading(module, args.to, made, stderr_style()))
    if left_out or made.partial:
        print_message(render_giving_back.account(left_out, made.partial, stderr_style()))
    _write(course, args.file, made.text)
    _write(course, args.feedback, pages.content if pages else b"")
    for note in render_giving_back.import_notes(args.to, args.like is not None, bool(args.file), module.title):
        print_note(note)
    return ExitCode.NOT_PASSED if made.needs_person or any(each.needs_person for each in left_out) else ExitCode.FINE


def _refuse_nonsense(args) -> None:
    """UsageError for options that ask for nothing, or for what no import takes."""
    if not (args.file or args.feedback):
        hint = f"tito return {args.module} --to {args.to} FILE.csv --feedback FILE.zip"
        raise UsageError("nothing to write", hint=hint)
    if args.comments and args.to != "moodle":
        raise UsageError("--comments is Moodle's: no other import takes comments", hint="--feedback ZIP has the pages")


def _why_none(made) -> str:
    return "; ".join(sorted({each.why for each in made.left_out})[:3])


def _write(course, path: Path | None, content: str | bytes) -> None:
    """Write a file that is asked for, for its owner alone, and print its path."""
    from tito.support.files import PRIVATE, write_atomic

    if path:
        print_result(shown(write_atomic(path, content, PRIVATE), course.root))
