"""`tito export-data`, `tito backup` and `tito restore`: a course's data for research, and for a bad day."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import chosen_modules, here_classroom, here_course, print_next_step, print_note, shown
from tito.support.errors import ExitCode
from tito.ui.terminal import print_message, print_result


def add_keeping(group) -> None:
    """Add the verbs to `tito`."""
    parser = group.add_parser("export-data", help="marks and notebooks under pseudonyms, for research")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    parser.add_argument("modules", nargs="*", metavar="module", help="names or numbers (default: every one handed in)")
    parser.set_defaults(run=run_export_data)
    parser = group.add_parser("backup", help="the whole course in one file: hand-ins, marks, roster, releases")
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that is not there yet, as course.zip")
    parser.set_defaults(run=run_backup)
    parser = group.add_parser("restore", help="put a backup back where there is nothing yet")
    parser.add_argument("file", type=Path, metavar="FILE", help="what tito backup made")
    parser.set_defaults(run=run_restore)


def run_export_data(args) -> int:
    """Write the data, and say what is left to look at."""
    from tito.classroom.keeping.research import export_data
    from tito.ui.render import count

    course = here_classroom()
    modules = [m for m in chosen_modules(course, args.modules) if args.modules or course.learners(m)]
    done = export_data(course, modules, args.folder)
    print_message(f"{done.people} people, {count(done.notebooks, 'notebook')}, under pseudonyms")
    print_result(shown(done.folder, course.root))
    print_note(f"read free text before you give it away; {shown(course.pseudonym_secret, course.root)} stays here")
    return ExitCode.FINE


def run_backup(args) -> int:
    """Write the backup; its path goes to stdout."""
    from tito.classroom.keeping.backup import back_up

    course = here_classroom()
    done = back_up(course, args.file)
    print_message(f"{done.files} files, {done.size / 1e6:.1f} MB: it has names, marks and work, so keep it private")
    print_result(shown(done.path, course.root))
    return ExitCode.FINE


def run_restore(args) -> int:
    """Put a backup's files into the course."""
    from tito.classroom.keeping.restore import restore

    course = here_course()
    done = restore(course, args.file)
    print_message(f"{done.files} files, as they were at {done.made_at}")
    print_result(shown(course.nbgrader_root, course.root))
    for folder in done.unknown_modules:
        print_note(f"{folder} is in the backup and no module here: is this the course's repository, and its version?")
    print_next_step("tito report")
    return ExitCode.FINE
