"""`tito grade`, `feedback` and `report` in an ordinary nbgrader course, and `tito adopt`, which takes one over."""

from __future__ import annotations

import os
from pathlib import Path

from tito.cli.common import print_next_step, print_note, shown
from tito.support.errors import ExitCode, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, progress_bar, stderr_style, stdout_style


def here_nbgrader_course():
    """The nbgrader course that we are in; None in a course of tito's own, or in none."""
    from tito.classroom.assignments.nbgrader_course import NbgraderCourse

    return NbgraderCourse.at(Path.cwd())


def add_adopt(group) -> None:
    """Add the verb that takes over a course."""
    parser = group.add_parser("adopt", help="copy a course that nbgrader made, and try its tests behind the walls")
    parser.add_argument("course", type=Path, help="its course directory, which is only read")
    parser.add_argument("target", type=Path, nargs="?", help="where the copy goes (default: its name, here)")
    parser.set_defaults(run=run_adopt)


def run_adopt(args) -> int:
    """Copy the course, run every reference, and say what to do next."""
    from tito.classroom.assignments.adopt import copy_course, try_references
    from tito.ui import render_assignments

    course = copy_course(args.course, args.target or Path.cwd() / args.course.resolve().name)
    print_message(f"{render.heading(course.root.name, stderr_style())}, a copy in {shown(course.root, Path.cwd())}")
    tried = []
    for adopted in try_references(course):
        tried.append(adopted)
        print_result(render_assignments.adopted(adopted, stdout_style()))
    if not tried:
        print_note("its gradebook has no assignment yet: nbgrader generate_assignment NAME makes one of source/NAME")
        return ExitCode.FINE
    print_next_step(f"cd {shown(course.root, Path.cwd())} && tito grade {tried[0].assignment.name}")
    return ExitCode.NOT_PASSED if any(each.lost for each in tried) else ExitCode.FINE


def run_grade(course, args) -> int:
    """Grade one assignment, or every one that something was handed in for."""
    _refuse(args, "preview", "code", "json", "scheduler")
    return max(_grade(course, assignment, args) for assignment in _handed_in(course, args.module))


def _refuse(args, *options: str) -> None:
    for option in options:
        if getattr(args, option):
            raise UsageError(
                f"--{option} needs a course of tito's own", why="this is an ordinary nbgrader course", hint="tito grade"
            )


def _grade(course, assignment, args) -> int:
    from contextlib import closing
    from time import monotonic

    from tito.classroom.assignments.grading import ONE_PROCESS, grade_assignment
    from tito.ui import render_assignments

    start, done = monotonic(), []
    grading = grade_assignment(course, assignment, args.again, args.allow_level, args.jobs or os.cpu_count() or 1)
    total = len(course.learners(assignment.name))
    try:
        with closing(grading), progress_bar(assignment.name, "hand-ins") as show:
            show(0, total)
            for each in grading:
                done.append(each)
                show(len(done), total)
    except KeyboardInterrupt:
        print_message(f"\ninterrupted: {len(done)} of {total} are graded and kept")
        print_next_step(f"tito grade {assignment.name} goes on from there")
        return ExitCode.INTERRUPTED
    if lines := render_assignments.graded(done, stdout_style()):
        print_result(lines)
    print_message("\n" + render_assignments.summary(assignment, done, monotonic() - start, stderr_style()))
    if any(each.outcome == "graded" for each in done):
        print_note(ONE_PROCESS)
    print_next_step(f"tito report {assignment.name}")
    return ExitCode.NOT_PASSED if any(each.problem for each in done) else ExitCode.FINE


def run_feedback(course, args) -> int:
    """Have nbgrader write the pages; their paths go to stdout."""
    from tito.classroom.assignments.marks import write_pages

    for assignment in _handed_in(course, args.module):
        pages = list(write_pages(course, assignment))
        print_message(render.heading(f"{assignment.name}: {render.count(len(pages), 'page')}", stderr_style()))
        print_result("\n".join(shown(page, course.root) for page in pages))
    return ExitCode.FINE


def run_report(course, args) -> int:
    """Print the marks as the gradebook has them, and write them as a CSV if asked."""
    from tito.classroom.assignments.marks import as_csv, read_marks
    from tito.support.files import write_atomic
    from tito.ui import render_assignments

    assignments = _handed_in(course, args.module)
    if args.csv not in (None, Path()) and len(assignments) > 1:
        raise UsageError(
            "one CSV file holds one assignment", hint=f"tito report {assignments[0].name} --csv {args.csv}"
        )
    for assignment in assignments:
        marks = read_marks(course, assignment)
        if args.csv is not None:
            target = course.root / f"{assignment.name}.csv" if args.csv == Path() else args.csv
            write_atomic(target, as_csv(assignment, marks))
            print_message(f"csv:  {shown(target, course.root)}")
        print_message(render.heading(assignment.name, stderr_style()))
        print_result(render_assignments.marks(assignment, marks, stdout_style()))
    return ExitCode.FINE


def _handed_in(course, name: str):
    """The assignment of this name, or every one that something was handed in for; UsageError when there is none."""
    chosen = [course.assignment(name)] if name else list(course.assignments)
    found = [assignment for assignment in chosen if course.learners(assignment.name)]
    if not found:
        what = f"for {name}" if name else "for any assignment of the gradebook"
        raise UsageError(
            f"nothing was handed in {what}", at=str(course.root), hint="nbgrader generate_assignment, collect"
        )
    return found
