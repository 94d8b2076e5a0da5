"""`tito roster`, `tito deadline` and `tito withdraw`: who is in the course, when work is due, what is taken back."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import here_classroom, shown
from tito.support.errors import ExitCode, UsageError
from tito.ui.terminal import print_message, print_result, stdout_style


def add_people(group) -> None:
    """Add the verbs to `tito`."""
    roster = group.add_parser("roster", help="who is in the course; import FILE takes in a list of the class")
    roster.add_argument("verb", nargs="?", default="", metavar="import", help="import: take in FILE")
    roster.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a CSV of nbgrader, Canvas, Moodle, or your own"
    )
    roster.set_defaults(run=run_roster)
    deadline = group.add_parser("deadline", help="when a module is due, and who has longer")
    deadline.add_argument("module", help="its name or number")
    deadline.add_argument(
        "time", nargs="?", default="", metavar="TIME", help="as in 2026-11-03T23:59 (local time); none takes it away"
    )
    deadline.add_argument("--learner", metavar="ID", default="", help="an extension, for this learner alone")
    deadline.set_defaults(run=run_deadline)
    withdraw = group.add_parser("withdraw", help="take a learner's hand-in back; it is kept, and does not count")
    withdraw.add_argument("module", help="its name or number")
    withdraw.add_argument("learner", help="the learner's id")
    withdraw.add_argument(
        "file", nargs="?", default="", metavar="FILE", help="only what has this in its name (default: all)"
    )
    withdraw.add_argument("--undo", action="store_true", help="let it count again")
    withdraw.set_defaults(run=run_withdraw)


def run_roster(args) -> int:
    """Print the roster, or take a list in; ExitCode.NOT_PASSED when a person of the list is in doubt."""
    from tito.classroom.intake.people.roster import read_roster
    from tito.classroom.intake.people.roster_import import import_roster
    from tito.ui import render_intake

    course = here_classroom()
    if not args.verb:
        people = read_roster(course).people
        if not people:
            raise UsageError("the roster is empty", hint="tito roster import FILE")
        print_result(render_intake.roster(sorted(people, key=lambda person: person.id)))
        return ExitCode.FINE
    if args.verb != "import" or not args.file:
        raise UsageError("tito roster takes import FILE, or nothing", hint="tito roster import FILE.csv")
    done = import_roster(course, args.file)
    for doubt in done.doubts:
        print_result(f"  {stdout_style().yellow('!')} {doubt}")
    print_message(f"{done.new} new, {done.known} known: {shown(course.roster, course.root)}")
    return ExitCode.NOT_PASSED if done.doubts else ExitCode.FINE


def run_deadline(args) -> int:
    """Set, change or show a deadline, and say whom that concerns."""
    from tito.classroom.collect import set_deadline
    from tito.classroom.deadlines import moment, read_deadlines
    from tito.classroom.intake.people.roster import read_roster
    from tito.ui import render_intake

    course = here_classroom()
    module = course.module(args.module)
    if args.time:
        if args.learner:
            read_roster(course).must_have(args.learner)
        at = None if args.time == "none" else moment(args.time)
        changed = set_deadline(course, module, at, args.learner)
        if changed:
            print_result(render_intake.changes(changed, stdout_style()))
    print_message(render_intake.deadline(module, read_deadlines(course)))
    return ExitCode.FINE


def run_withdraw(args) -> int:
    """Take a hand-in back, and say what counts now."""
    from tito.classroom.collect import withdraw
    from tito.ui import render_intake

    course = here_classroom()
    module = course.module(args.module)
    choice = withdraw(course, module, args.learner, args.file, args.undo)
    print_result(render_intake.changes({args.learner: choice}, stdout_style()))
    return ExitCode.FINE
