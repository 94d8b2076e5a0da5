"""The verbs of an instructor: collecting, grade, log, feedback, report, giving back, demo."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from tito.cli.assignments import verbs as assignments
from tito.cli.common import (
    here_classroom,
    here_course,
    print_next_step,
    print_note,
    progress,
    shown,
    takes_jobs,
    takes_module,
)
from tito.cli.giving_back.hosting import add_hosting
from tito.cli.giving_back.keeping import add_keeping
from tito.cli.giving_back.returning import add_return
from tito.cli.intake.collecting import add_collect
from tito.cli.intake.people import add_people
from tito.support.errors import ExitCode, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, progress_bar, stderr_style, stdout_style, width


def add_commands(group) -> None:
    """Add the instructor's verbs to `tito`."""
    add_collect(group)
    add_people(group)
    _add_grade(group)
    _add_log(group)
    feedback = group.add_parser("feedback", help="write a page for each graded learner")
    takes_module(feedback, "every one handed in")
    takes_jobs(feedback, "write N pages at once, if there are hundreds (default: the cores)")
    feedback.set_defaults(run=run_feedback)
    _add_report(group)
    assignments.add_adopt(group)
    add_return(group)
    add_hosting(group)
    add_keeping(group)
    demo = group.add_parser("demo", help="the whole way once, with made-up hand-ins, in a folder of its own")
    demo.set_defaults(run=run_demo)


def _add_grade(group) -> None:
    parser = group.add_parser("grade", help="grade what was collected, or one Python file")
    takes_module(parser, "every one handed in")
    parser.add_argument("--again", action="store_true", help="also what is graded already")
    parser.add_argument("--preview", action="store_true", help="tell whose marks would change, and write nothing")
    parser.add_argument("--code", metavar="FILE", type=Path, help="grade this Python file, and record nothing")
    parser.add_argument("--json", action="store_true", help="with --code: print one JSON object")
    parser.add_argument(
        "--allow-level",
        metavar="N",
        type=int,
        choices=range(4),
        help="grade also where the walls "
        "around learners' code reach level N only (default: 2). Below 2 that code can read the tests "
        "and other hand-ins, use the network and stop the grader; below 1 also use up the memory",
    )
    takes_jobs(parser, "grade N hand-ins at once (default: the cores)")
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default="",
        help="grade on the Dask cluster whose scheduler is there, as in tls://host:8786",
    )
    parser.add_argument(
        "--tls", metavar="DIR", type=Path, help="with --scheduler: the folder with ca.pem, cert.pem, key.pem"
    )
    parser.set_defaults(run=run_grade)


def _add_log(group) -> None:
    parser = group.add_parser("log", help="the grading runs so far: when, by which tests, whose marks they changed")
    takes_module(parser, "every one graded")
    parser.add_argument("--json", action="store_true", help="print each run as a line of JSON, with each change")
    parser.set_defaults(run=run_log)


def _add_report(group) -> None:
    parser = group.add_parser("report", help="a class at a glance: checks, learners, what went wrong")
    takes_module(parser, "every one handed in, and the term")
    takes_jobs(parser, "compare N hand-ins at once, if there are hundreds (default: the cores)")
    parser.add_argument("--csv", metavar="FILE", nargs="?", type=Path, const=Path(), help="also write a line a learner")
    parser.set_defaults(run=run_report)


def run_grade(args) -> int:
    """Grade a class, or one file: then ExitCode.NOT_PASSED unless every check passed."""
    from tito.autograder.probe import must_grade

    must_grade()
    if nbgrader_course := assignments.here_nbgrader_course():
        return assignments.run_grade(nbgrader_course, args)
    if args.code and args.preview:
        raise UsageError("--code FILE records nothing, with or without --preview", hint="leave --preview out")
    if args.code:
        return _grade_file(args)
    if args.json:
        raise UsageError("--json goes with --code FILE", hint="tito report --csv")
    course = here_classroom(may_write=not args.preview)
    grade = _preview_class if args.preview else _grade_class
    return max(grade(course, module, args) for module in _handed_in(course, args.module))


def _grade_file(args) -> int:
    import json

    from tito.autograder import probe
    from tito.classroom.grade_file import as_json, grade_code

    if not args.module:
        raise UsageError(
            "--code needs the module that the file is graded as", hint="tito grade benchmarking --code FILE.py"
        )
    course = here_course()
    module = course.module(args.module)
    grade = grade_code(course, module, args.code, admit=lambda grader: probe.admit(grader, args.allow_level))
    if args.json:
        print_result(json.dumps(as_json(grade), indent=1, ensure_ascii=False))
    else:
        print_result(render.grade(grade, args.code.name, everything=True, width=width(), style=stdout_style()))
        for note in grade.notes:
            print_note(note)
    return ExitCode.FINE if grade.passed else ExitCode.NOT_PASSED


def _grade_class(course, module, args) -> int:
    from time import monotonic

    from tito.classroom import records
    from tito.classroom.history.changes import PenaltyChange, changes_in
    from tito.ui import render_class

    penalties: list[PenaltyChange] = []
    start = monotonic()
    _print_removed(course, module)
    try:
        done = _all_graded(course, module, args, penalties.extend)
    except KeyboardInterrupt:
        kept = sum(1 for _ in records.of_class(course, module))
        print_message(f"\ninterrupted: {kept} of {len(course.learners(module))} are graded and kept")
        print_next_step(f"tito grade {module.name} goes on from there")
        return ExitCode.INTERRUPTED
    if done:
        widest = max(len(graded.learner) for graded in done)
        print_result("\n".join(render_class.graded(graded, widest, stdout_style()) for graded in done))
    if note := render_class.isolation_note(done):
        print_message("\n" + render.note(note, width(), stderr_style()))
    if notes := render_class.grading_notes(done):
        print_message("\n" + notes)
    _print_changes(changes_in(done), done)
    _print_penalties(penalties)
    print_message("\n" + render_class.graded_summary(module, done, monotonic() - start, stderr_style()))
    print_next_step(f"tito report {module.name}")
    return ExitCode.BROKEN if any(graded.fault for graded in done) else ExitCode.FINE


def _print_removed(course, module) -> None:
    """Say whose folder somebody has removed from `submitted/`; nothing when nobody has."""
    from tito.classroom.intake import archive

    for learner in archive.note_removed(course, module):
        print_message(f"  {stderr_style().yellow('!')} {learner}  {archive.REMOVED}; its marks stay in the gradebook")
        print_next_step(f"tito withdraw {module.name} {learner} --undo lets it count again")


def _print_changes(changes, done) -> None:
    """Say whose marks changed and how many did not; nothing when none changed."""
    from tito.ui import render_class

    if changes:
        print_message("\nchanged marks:")
        print_result(render_class.mark_changes(changes))
        if others := render_class.other_marks(done, changes):
            print_message(others)


def _print_penalties(changes) -> None:
    """Say of whom more or less is taken off for lateness; nothing when it is the same."""
    from tito.ui import render_class

    if changes:
        print_message("\nchanged late penalties:")
        print_result(render_class.penalty_changes(changes))


def _preview_class(course, module, args) -> int:
    """Say whose marks `tito grade` would change."""
    from tito.classroom.grade_class import checks_changed
    from tito.classroom.history.changes import PenaltyChange, changes_in
    from tito.ui import render_class

    penalties: list[PenaltyChange] = []
    try:
        done = _all_graded(course, module, args, penalties.extend)
    except KeyboardInterrupt:
        print_message("\ninterrupted: nothing was written")
        return ExitCode.INTERRUPTED
    faults, changes = [graded for graded in done if graded.fault], changes_in(done)
    print_message(render_class.preview_heading(module, checks_changed(course, module), stderr_style()) + "\n")
    if faults:
        widest = max(len(graded.learner) for graded in faults)
        print_result("\n".join(render_class.graded(graded, widest, stdout_style()) for graded in faults))
    if changes:
        print_result(render_class.mark_changes(changes))
    if others := render_class.other_marks(done, changes):
        print_message(others)
    _print_penalties(penalties)
    again = " --again" if args.again else ""
    print_message(f"\nnothing written. To regrade: tito grade {module.name}{again}")
    return ExitCode.BROKEN if faults else ExitCode.FINE


def _all_graded(course, module, args, tell_penalties):
    """The outcome of each submission, in order of learner. SIGTERM interrupts, too."""
    from contextlib import closing

    with _also_by_sigterm(), closing(_with_bar(course, module, args, tell_penalties)) as grading:
        return sorted(grading, key=lambda graded: graded.learner)


def _with_bar(course, module, args, tell_penalties):
    """The graded submissions as they come, with a progress bar."""
    from contextlib import closing

    pool = _pool(args)
    pool.start_warming()  # loads what grading needs while this process does
    from tito.classroom import grade_class

    grade = grade_class.preview if args.preview else grade_class.grade_class
    total = len(course.learners(module))
    with (
        closing(grade(course, module, args.again, args.allow_level, pool, tell_penalties)) as grading,
        progress_bar(render.module_name(module), "hand-ins") as show,
    ):
        show(0, total)
        for done, graded in enumerate(grading, start=1):
            show(done, total)
            yield graded


@contextmanager
def _also_by_sigterm():
    """Treat SIGTERM, which service managers and batch systems send, like Ctrl-C: what is graded is kept."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _pool(args):
    """Where to grade: on a cluster, or on this machine, by default with all its cores."""
    if args.scheduler:
        from tito.workers.dask import DaskPool

        return DaskPool(args.scheduler, args.tls)
    from tito.workers.local import LocalPool

    return LocalPool(args.jobs or os.cpu_count() or 1)


def run_log(args) -> int:
    """Print the runs of each module that was graded, the newest last."""
    from tito.classroom.history import log
    from tito.ui import render_class

    course = here_classroom()
    chosen = [course.module(args.module)] if args.module else list(course.modules)
    logs = [(module, runs) for module in chosen if (runs := log.runs_of(course, module))]
    if not logs:
        raise UsageError(f"no grading of {args.module or 'any module'} is logged yet", hint="tito grade")
    for module, runs in logs:
        if args.json:
            print_result("\n".join(log.as_line(run).decode() for run in runs))
        else:
            print_message(render.heading(render.module_name(module), stderr_style()))
            print_result(render_class.grading_log(runs, stdout_style()))
    return ExitCode.FINE


def run_feedback(args) -> int:
    """Write the pages; their paths go to stdout once all are written, for who reads it may stop reading."""
    from tito.classroom.feedback import write_feedback

    if nbgrader_course := assignments.here_nbgrader_course():
        return assignments.run_feedback(nbgrader_course, args)
    course = here_classroom()
    written = []
    for module in _handed_in(course, args.module):
        with _also_by_sigterm():
            pages = list(write_feedback(course, module, args.jobs or os.cpu_count() or 1, progress))
        print_message(
            render.heading(f"{render.module_name(module)}: {render.count(len(pages), 'page')}", stderr_style())
        )
        written += pages
    print_result("\n".join(shown(page, course.root) for page in written))
    return ExitCode.FINE


def run_report(args) -> int:
    """Write the reports as pages, and as CSV if asked; then print them, or for several modules the term.

    Everything is written before a line is printed: who reads stdout may stop reading.
    """
    from tito.classroom.reporting import csv_table, pages
    from tito.classroom.reporting.term import term_report
    from tito.ui import render_class

    if nbgrader_course := assignments.here_nbgrader_course():
        return assignments.run_report(nbgrader_course, args)
    course = here_classroom()
    modules = _handed_in(course, args.module)
    if args.csv not in (None, Path()) and len(modules) > 1:
        raise UsageError("one CSV file holds one module", hint=f"tito report {modules[0].name} --csv {args.csv}")
    found = [_report(course, module, args.jobs) for module in modules]
    written = [pages.write_report(course, report, look_alikes) for report, look_alikes in found]
    reports = [report for report, _ in found]
    target = None if args.csv == Path() else args.csv
    tables = [csv_table.write_csv(course, report, target) for report in reports] if args.csv is not None else []
    if len(reports) > 1:
        term = term_report(reports)
        written.insert(0, pages.write_term(course, term))
        print_result(render_class.term(term, stdout_style()))
    else:
        report, look_alikes = found[0]
        print_result(render_class.report(report, stdout_style(), look_alikes.pairs))
    for kind, files in (("html", written), ("csv ", tables)):
        print_message("\n".join(f"{kind}: {shown(file, course.root)}" for file in files))
    if args.csv is None:
        print_message(f"csv : tito report {args.module or modules[0].name} --csv")
    return ExitCode.FINE


def _report(course, module, jobs: int | None):
    """The report of a module, and the hand-ins that are much alike."""
    from tito.classroom.report import report
    from tito.classroom.reporting.lookalikes import look_alikes

    made = report(course, module, progress)
    return made, look_alikes(course, module, made.compared, jobs or os.cpu_count() or 1, progress)


def run_demo(args) -> int:
    """Run the verbs one after the other on a copy of the course."""
    from tito.cli.demo import demo

    return demo(here_course(), args.main)


def _handed_in(course, name: str):
    """The module of this name, or every module that something was handed in for; UsageError when there is none."""
    chosen = [course.module(name)] if name else list(course.modules)
    found = [module for module in chosen if course.learners(module) or course.handed_in(module)]
    if not found:
        what = f"for {chosen[0].name}" if name else "yet"
        raise UsageError(f"nothing was handed in {what}", hint="tito collect FOLDER")
    return found
