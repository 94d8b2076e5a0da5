"""The verbs of a learner: status, notebook, test, hint, submit, doctor."""

from __future__ import annotations

from pathlib import Path

from tito.support.errors import TitoError, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, width


def add_commands(group) -> None:
    """Add the learner's verbs to `tito`."""
    group.add_parser("status", help="where you are, and what comes next").set_defaults(run=status)
    _add_notebook(group)
    _add_test(group)
    _add_hint(group)
    _add_submit(group)
    group.add_parser("doctor", help="what this machine needs, and whether it is there").set_defaults(run=doctor)


def _add_notebook(group) -> None:
    parser = group.add_parser("notebook", help="open a module's notebook in JupyterLab")
    _takes_module(parser)
    parser.add_argument("--no-browser", action="store_true", help="start JupyterLab, and print its address only")
    parser.set_defaults(run=notebook)


def _add_test(group) -> None:
    parser = group.add_parser("test", help="run the checks on what you have written")
    _takes_module(parser)
    parser.add_argument("--check", metavar="ID", default="", help="run this check only")
    parser.add_argument("--all", action="store_true", help="say everything about every check that fails")
    parser.add_argument("--watch", action="store_true", help="run again each time that you save")
    parser.set_defaults(run=test)


def _add_hint(group) -> None:
    parser = group.add_parser("hint", help="one more hint for the check you are stuck on")
    _takes_module(parser)
    parser.add_argument("check", nargs="?", default="", help="the check (default: the first that fails)")
    parser.set_defaults(run=hint)


def _add_submit(group) -> None:
    parser = group.add_parser("submit", help="pack your work into one file to hand in")
    _takes_module(parser)
    parser.add_argument("--learner", metavar="ID", default="", help="your ID in the course; remembered")
    parser.set_defaults(run=submit)


def _takes_module(parser) -> None:
    parser.add_argument("module", nargs="?", default="", help="its name or number (default: the one you work on)")


def status(args) -> int:
    """Show a learner their way through the modules, an instructor the modules of the course."""
    from tito.ui import render_learner
    from tito.workspace import prerequisites, progress

    tree = _tree()
    if _is_course(tree):
        released = {m.folder for m in tree.modules if tree.released(m).is_file()}
        print_result(render.course_modules(tree.modules, released, stdout_style()))
        return 0
    standings = progress.standings(tree, Path.cwd())
    print_result(render_learner.status(standings, tree.root, stdout_style()))
    if package := prerequisites.package(tree):
        unfinished = {standing.module for standing in standings if not standing.is_done}
        print_result("\n" + render_learner.package(package, unfinished, stdout_style()))
    print_message("\n" + render.next_step(_next_after_status(standings), stderr_style()))
    return 0


def notebook(args) -> int:
    """Bring the notebook up to date and open it in JupyterLab."""
    from tito.ui import render_learner
    from tito.workspace import lab, prerequisites, sync

    workspace = _workspace()
    module = _module(workspace, args.module)
    for found in prerequisites.go_on_to(workspace, module):
        print_message(render.note(render_learner.stood_in_for(found), width(), stderr_style()))
    kept = sync.bring_together(workspace, module)
    if kept:
        print_message(
            render.note(
                f"the version before this one is kept as {kept.relative_to(workspace.root).as_posix()}",
                style=stderr_style(),
            )
        )
    return lab.open_lab(workspace, module, browser=not args.no_browser)


def test(args) -> int:
    """Run the checks on the newest work; 1 when any of them has not passed."""
    from tito.workspace.local_run import exam_of

    tree = _tree()
    module = _module(tree, args.module)
    if args.watch:
        from tito.cli.watch import watch
        from tito.ui import keyboard

        with keyboard.listening() as wait:
            return watch(tree, module, args.check, wait)
    return show_test(tree, exam_of(tree, module, args.check), everything=args.all)


def show_test(tree, exam, everything: bool = False) -> int:
    """Run an exam, keep and show what it found."""
    from tito.ui import render_learner
    from tito.workspace.diagnosis import attempt

    print_message(render.heading(render.module_name(exam.module), stderr_style()) + "\n")
    done = attempt(tree, exam)
    elsewhere = render_learner.elsewhere(done)
    print_result(render.grade(done.grade, exam.file.name, everything, width(), stdout_style(), elsewhere))
    stands_on = render_learner.stands_on(done)
    print_message("\n" + render.grade_summary(done.grade, done.rehearsal.duration_s, stderr_style(), stands_on))
    for text in (*_rival_note(exam), *done.grade.notes, *render_learner.settled(done)):
        print_message(render.note(text, width(), stderr_style()))
    print_message(_after_test(tree, exam.module, done))
    return 0 if done.grade.passed else 1


def hint(args) -> int:
    """Tell one more hint."""
    from tito.workspace import hints, progress

    workspace = _workspace()
    module, check_id = _module_and_check(workspace, args.module, args.check)
    last = progress.last_test(workspace, module) or progress.LastTest(())
    check_id = check_id or last.first_not_passed(module)
    if not check_id:
        raise UsageError(f"every check of {module.name} has passed; there is nothing to hint at", hint="tito submit")
    told = hints.next_hint(workspace, module, module.check(check_id))
    print_message(render.hint(told, width(), stderr_style()))
    print_message(
        render.next_step(
            f"tito test {module.name}" if told.is_last else "tito test, or tito hint for more", stderr_style()
        )
    )
    return 0


def submit(args) -> int:
    """Pack the newest work; its path, alone, goes to stdout."""
    from tito.authoring import workspace_writer
    from tito.ui import render_learner
    from tito.workspace import submit as submission
    from tito.workspace.diagnosis import attempt_as_graded
    from tito.workspace.local_run import exam_of

    workspace = _workspace()
    module = _module(workspace, args.module)
    if args.learner:
        workspace_writer.remember_learner(workspace, args.learner)
    learner = workspace_writer.learner_of(workspace)
    if not learner:
        raise UsageError("your ID in the course isn't known yet", hint="tito submit --learner YOUR-ID")
    exam = exam_of(workspace, module)
    done = attempt_as_graded(workspace, exam)
    packed = submission.pack(exam.file, workspace, module, learner, done.grade)
    print_message(
        render.submitted(
            module, done.grade, packed.notebook_bytes, (*_rival_note(exam), *done.grade.notes), stderr_style()
        )
    )
    for text in render_learner.settled(done):
        print_message(render.note(text, width(), stderr_style()))
    if done.replaced:
        print_message(render.note(render_learner.counted_on(done), width(), stderr_style()))
    print_result(packed.path.relative_to(workspace.root).as_posix())
    return 0


def doctor(args) -> int:
    """Look this machine over; 3 when something that is needed is broken."""
    from tito.cli.doctor import examine

    try:
        tree = _tree()
        root, grades = tree.root, _is_course(tree)
    except TitoError:
        root, grades = Path.cwd(), False
    findings = []
    for found in examine(root, grades):
        findings.append(found)
        print_result(render.finding(found, stdout_style()))
    print_message("\n" + render.diagnosis(findings, stderr_style()))
    return 3 if any(found.ok is False for found in findings) else 0


def _tree():
    """The workspace or the course that we stand in, whichever is nearer."""
    from tito.course.course import Course, Workspace

    trees = []
    for kind in (Workspace, Course):
        try:
            trees.append(kind.find(Path.cwd()))
        except UsageError:
            continue
    return max(trees, key=lambda tree: len(tree.root.parts)) if trees else _workspace()


def _workspace():
    from tito.course.course import Workspace

    return Workspace.find(Path.cwd())


def _is_course(tree) -> bool:
    from tito.course.course import Course

    return isinstance(tree, Course)


def _module(tree, name: str):
    """The module called `name`, else the one being worked on."""
    from tito.workspace import progress

    if name:
        return tree.module(name)
    if _is_course(tree):
        raise UsageError(
            "which module?",
            why="in a course, rather than a workspace, tito can't tell what you work on",
            hint=f"tito test {tree.modules[-1].name}" if tree.modules else "",
        )
    return progress.current_module(tree, Path.cwd())


def _module_and_check(workspace, first: str, second: str):
    """`tito hint server` means the check of that name in the module being worked on."""
    if first and not second:
        current = _module(workspace, "")
        if first in {check.id for check in current.checks}:
            return current, first
    return _module(workspace, first), second


def _rival_note(exam) -> list[str]:
    if exam.rival is None:
        return []
    return [
        f"{exam.file.name} and {exam.rival.name} have both changed; {exam.file.name} is newer and was taken. "
        "`tito notebook` makes them one and keeps the other."
    ]


def _next_after_status(standings) -> str:
    current = next((s for s in standings if s.is_current), None)
    if current is None:
        return "ask your course for a release"
    verb = "submit" if current.is_done else "notebook" if current.points is None else "test"
    return f"tito {verb} {current.module.name}"


def _after_test(tree, module, done) -> str:
    """The next command, after what the checks found; an earlier module is mended first."""
    grade = done.grade
    if done.blames:
        return render.next_step(f"tito test {done.blames[0].suspects[0].module.name}", stderr_style())
    if any(result.status == "failed" for result in grade.results) and not _is_course(tree):
        return f"{stderr_style().dim('stuck?')} tito hint"
    if not grade.passed:
        return render.next_step(
            f"edit {module.source.relative_to(tree.root).as_posix()}"
            if _is_course(tree)
            else f"tito notebook {module.name}",
            stderr_style(),
        )
    if len(grade.results) < len(module.checks):
        return render.next_step(f"tito test {module.name}", stderr_style())
    return render.next_step(f"tito {'release' if _is_course(tree) else 'submit'} {module.name}", stderr_style())
