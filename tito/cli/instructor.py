"""The verbs of an instructor: collect, grade, feedback, report, demo."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from tito.cli.common import number_of_jobs
from tito.cli.intake.collecting import add_collect
from tito.cli.intake.people import add_people
from tito.support.errors import CourseError, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, width

INTERRUPTED = 130


def add_commands(group) -> None:
    """Add the instructor's verbs to `tito`."""
    add_collect(group)
    add_people(group)
    _add_grade(group)
    feedback = group.add_parser("feedback", help="write a page for each graded learner")
    _takes_module(feedback)
    feedback.set_defaults(run=run_feedback)
    _add_report(group)
    demo = group.add_parser("demo", help="the whole way once, with made-up hand-ins, in a folder of its own")
    demo.set_defaults(run=run_demo)


def _add_grade(group) -> None:
    parser = group.add_parser("grade", help="grade what was collected, or one Python file")
    _takes_module(parser)
    parser.add_argument("--again", action="store_true", help="also what is graded already")
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
    parser.add_argument(
        "--jobs", metavar="N", type=number_of_jobs, help="grade N hand-ins at once (default: the cores)"
    )
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


def _add_report(group) -> None:
    parser = group.add_parser("report", help="a class at a glance: checks, learners, what went wrong")
    _takes_module(parser)
    parser.add_argument("--csv", metavar="FILE", nargs="?", type=Path, const=Path(), help="also write a line a learner")
    parser.set_defaults(run=run_report)


def _takes_module(parser) -> None:
    parser.add_argument("module", nargs="?", default="", help="its name or number (default: every one handed in)")


def run_grade(args) -> int:
    """Grade a class, or one file: then 0 when every check passed, 1 when not."""
    from tito.autograder.probe import must_grade

    must_grade()
    if args.code:
        return _grade_file(args)
    if args.json:
        raise UsageError("--json goes with --code FILE", hint="tito report --csv")
    course = _course()
    return max(_grade_class(course, module, args) for module in _handed_in(course, args.module))


def _grade_file(args) -> int:
    import json

    from tito.autograder import probe
    from tito.classroom.grade_file import as_json, grade_code

    if not args.module:
        raise UsageError(
            "--code needs the module that the file is graded as", hint="tito grade benchmarking --code FILE.py"
        )
    course = _course()
    module = course.module(args.module)
    grade = grade_code(course, module, args.code, admit=lambda grader: probe.admit(grader, args.allow_level))
    if args.json:
        print_result(json.dumps(as_json(grade), indent=1, ensure_ascii=False))
    else:
        print_result(render.grade(grade, args.code.name, everything=True, width=width(), style=stdout_style()))
        for note in grade.notes:
            print_message(render.note(note, width(), stderr_style()))
    return 0 if grade.passed else 1


def _grade_class(course, module, args) -> int:
    from contextlib import closing
    from time import monotonic

    from tito.classroom import records
    from tito.ui import render_class

    start = monotonic()
    try:
        with _also_by_sigterm(), closing(_with_bar(course, module, args)) as grading:
            done = sorted(grading, key=lambda graded: graded.learner)
    except KeyboardInterrupt:
        kept = sum(1 for _ in records.of_class(course, module))
        print_message(f"\ninterrupted: {kept} of {len(course.learners(module))} are graded and kept")
        print_message(render.next_step(f"tito grade {module.name} goes on from there", stderr_style()))
        return INTERRUPTED
    widest = max(len(graded.learner) for graded in done)
    print_result("\n".join(render_class.graded(graded, widest, stdout_style()) for graded in done))
    if note := render_class.isolation_note(done):
        print_message("\n" + render.note(note, width(), stderr_style()))
    if notes := render_class.grading_notes(done):
        print_message("\n" + notes)
    print_message("\n" + render_class.graded_summary(module, done, monotonic() - start, stderr_style()))
    print_message(render.next_step(f"tito report {module.name}", stderr_style()))
    return CourseError.exit_code if any(graded.fault for graded in done) else 0


def _with_bar(course, module, args):
    """The class as it is graded, with a bar where somebody watches."""
    from contextlib import closing

    engine = _engine(args)  # it starts a process, which loads what it needs while this one does
    from tqdm import tqdm

    from tito.classroom.grade_class import grade_class

    total = len(course.learners(module))
    form = "{desc} {bar:27} {n_fmt}/{total_fmt} · {elapsed}, {remaining} left, {rate_noinv_fmt}"
    with closing(grade_class(course, module, args.again, args.allow_level, engine)) as grading:
        yield from tqdm(
            grading,
            desc=render.module_name(module),
            total=total,
            disable=None,
            leave=False,
            bar_format=form,
            unit=" hand-ins",
            ascii=" ━",
        )


@contextmanager
def _also_by_sigterm():
    """Let a request to end, as a service manager or a batch system sends it, be what Ctrl-C is: what is done is kept."""
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


def _engine(args):
    """Where to grade: on a cluster, or on this machine, with all its cores if nothing else is said."""
    if args.scheduler:
        from tito.workers.dask import ClusterEngine

        return ClusterEngine(args.scheduler, args.tls)
    from tito.workers.local import LocalEngine

    return LocalEngine(args.jobs or os.cpu_count() or 1)


def run_feedback(args) -> int:
    """Write the pages; their paths go to stdout."""
    from tito.classroom.feedback import write_feedback

    course = _course()
    for module in _handed_in(course, args.module):
        pages = list(write_feedback(course, module))
        print_message(
            render.heading(f"{render.module_name(module)}: {render.count(len(pages), 'page')}", stderr_style())
        )
        print_result("\n".join(_shown(course, page) for page in pages))
    return 0


def run_report(args) -> int:
    """Print the report, and write it as a page, and as a CSV where asked."""
    from tito.classroom import report as reports
    from tito.ui import render_class

    course = _course()
    modules = _handed_in(course, args.module)
    if args.csv not in (None, Path()) and len(modules) > 1:
        raise UsageError("one CSV file holds one module", hint=f"tito report {modules[0].name} --csv {args.csv}")
    for module in modules:
        report = reports.report(course, module)
        print_result(render_class.report(report, stdout_style()))
        print_message(f"\nhtml: {_shown(course, reports.write_html(course, report))}")
        if args.csv is None:
            print_message(f"csv:  tito report {module.name} --csv")
        else:
            target = None if args.csv == Path() else args.csv
            print_message(f"csv:  {_shown(course, reports.write_csv(course, report, target))}")
    return 0


def run_demo(args) -> int:
    """The whole way once."""
    from tito.cli.demo import demo

    return demo(_course())


def _course():
    from tito.course.course import Course

    return Course.find(Path.cwd())


def _handed_in(course, name: str):
    """The module of this name, or every module that something was handed in for; UsageError when there is none."""
    chosen = [course.module(name)] if name else list(course.modules)
    found = [module for module in chosen if course.learners(module) or course.handed_in(module)]
    if not found:
        what = f"for {chosen[0].name}" if name else "yet"
        raise UsageError(f"nothing was handed in {what}", hint="tito collect FOLDER")
    return found


def _shown(course, path: Path) -> str:
    """A path as seen from the course, where it lies inside."""
    return path.relative_to(course.root).as_posix() if path.is_relative_to(course.root) else str(path)
