"""The verbs of a learner: status, notebook, test, hint, submit, doctor; those that change files are in `work/`."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path

from tito.cli.common import (
    check_names,
    here_tree,
    here_workspace,
    offers,
    print_next_step,
    print_note,
    takes_module,
)
from tito.cli.shell import completion
from tito.cli.work import changes, update
from tito.course.course import Course, ModuleTree, Workspace, find_tree
from tito.support.errors import ExitCode, TitoError, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style, stdout_style, width


def add_commands(group) -> None:
    """Add the learner's verbs to `tito`."""
    group.add_parser("status", help="where you are, and what comes next").set_defaults(run=status)
    _add_notebook(group)
    _add_test(group)
    _add_hint(group)
    _add_submit(group)
    changes.add_commands(group)
    update.add_commands(group)
    completion.add_commands(group)
    group.add_parser("doctor", help="what this machine needs, and whether it is there").set_defaults(run=doctor)


def _add_notebook(group) -> None:
    parser = group.add_parser("notebook", help="open a module's notebook in JupyterLab")
    takes_module(parser, "the one you work on")
    parser.add_argument("--no-browser", action="store_true", help="start JupyterLab, and print its address only")
    parser.set_defaults(run=notebook)


def _add_test(group) -> None:
    parser = group.add_parser("test", help="run the checks on what you have written")
    takes_module(parser, "the one you work on")
    offers(parser.add_argument("--check", metavar="ID", default="", help="run this check only"), check_names)
    parser.add_argument("--all", action="store_true", help="say everything about every check that fails")
    parser.add_argument("--watch", action="store_true", help="run again each time that you save")
    parser.set_defaults(run=test)


def _add_hint(group) -> None:
    parser = group.add_parser("hint", help="one more hint for the check you are stuck on")
    takes_module(parser, "the one you work on")
    word = parser.add_argument("check", nargs="?", default="", help="the check (default: the first that fails)")
    offers(word, check_names)
    parser.set_defaults(run=hint)


def _add_submit(group) -> None:
    parser = group.add_parser("submit", help="pack your work into one file to hand in")
    takes_module(parser, "the one you work on")
    parser.add_argument("--learner", metavar="ID", default="", help="your ID in the course; remembered")
    parser.set_defaults(run=submit)


def status(args) -> int:
    """Show a learner their progress, or an instructor the modules of the course."""
    _show_status(here_tree())
    return ExitCode.FINE


@singledispatch
def _show_status(tree: ModuleTree) -> None:
    """Show the state of every module; one way for each kind of tree."""
    raise NotImplementedError(type(tree))


@_show_status.register(Course)
def _show_course(course: Course) -> None:
    released = {module.folder for module in course.modules if course.released(module).is_file()}
    print_result(render.course_modules(course.modules, released, stdout_style()))


@_show_status.register(Workspace)
def _show_workspace(workspace: Workspace) -> None:
    from tito.ui import render_learner
    from tito.workspace import prerequisites, progress

    modules = progress.module_progress(workspace, Path.cwd())
    beside = {one.module: _beside(workspace, one.module) for one in modules}
    print_result(render_learner.status(modules, workspace.root, stdout_style(), beside))
    _print_corrections(workspace)
    if files := prerequisites.package_files(workspace):
        unfinished = {one.module for one in modules if not one.is_done}
        print_result("\n" + render_learner.package_files(files, unfinished, stdout_style()))
    print_message("\n" + render.next_step(_next_after_status(modules), stderr_style()))


def _beside(workspace: Workspace, module):
    from tito.ui.render_learner import Beside
    from tito.workspace.questions import questions
    from tito.workspace.submit import latest

    return Beside(questions(workspace, module), latest(workspace, module))


def _print_corrections(workspace: Workspace) -> None:
    """Say which works were made from a release that the course has corrected since."""
    from tito.ui import render_changes
    from tito.workspace.update.releases import corrections

    for module in workspace.modules:
        if names := corrections(workspace, module):
            print_note(render_changes.corrected(module, names))


def notebook(args) -> int:
    """Bring the notebook up to date and open it in JupyterLab."""
    import webbrowser

    from tito.ui import render_learner
    from tito.workspace import prerequisites, sync
    from tito.workspace.jupyter import lab

    workspace = here_workspace()
    module = _module(workspace, args.module)
    for file in prerequisites.go_on_to(workspace, module):
        print_note(render_learner.reference_note(file))
    if kept := sync.synchronise(workspace, module):
        print_note(f"the version before this one is kept as {kept.relative_to(workspace.root).as_posix()}: tito undo")
    sync.fit_to_kernel(module.notebook)
    return lab.open_lab(workspace, module, _say_where, _no_browser if args.no_browser else webbrowser.open)


def _say_where(address: str, ran_already: bool) -> None:
    """One line with the address; a server of this call ends with it."""
    print_message(f"JupyterLab {'runs already' if ran_already else 'until Ctrl-C'}: {address}")


def _no_browser(address: str) -> None:
    """`--no-browser`: its address was printed."""


def test(args) -> int:
    """Run the checks on the newest work; ExitCode.NOT_PASSED unless all pass."""
    from tito.workspace.local_run import plan_run

    tree = here_tree()
    module = _module(tree, args.module)
    if args.watch:
        from tito.cli.watch import watch
        from tito.ui import keyboard

        with keyboard.listening() as wait:
            return watch(tree, module, args.check, wait)
    return show_test(tree, plan_run(tree, module, args.check), everything=args.all)


def show_test(tree, plan, everything: bool = False) -> int:
    """Run the checks as planned; keep and show what was found."""
    from tito.workspace.diagnosis import diagnose
    from tito.workspace.local_run import DoesNotParse

    print_message(render.heading(render.module_name(plan.module), stderr_style()) + "\n")
    try:
        done = diagnose(tree, plan)
    except DoesNotParse as fault:
        from tito.ui import render_learner

        print_result(render_learner.does_not_parse(fault, len(plan.suite.checks), stdout_style()))
        return fault.exit_code
    return print_test(tree, plan, done, everything)


def print_test(tree, plan, done, everything: bool) -> int:
    """Print what a run of the checks has found, and what comes next."""
    from tito.ui import render_learner

    explanations, printed = render_learner.explanations(done), done.run.printed
    print_result(render.grade(done.grade, plan.file.name, everything, width(), stdout_style(), explanations, printed))
    _print_questions(tree, plan.module)
    stands_on = render_learner.stands_on(done)
    print_message("\n" + render.grade_summary(done.grade, done.run.duration_s, stderr_style(), stands_on))
    for text in (*_rival_note(plan), *done.grade.notes, *render_learner.package_notes(done)):
        print_note(text)
    if note := render_learner.isolation_note(done.grade):
        print_note(note)
    print_message(_after_test(tree, plan.module, done))
    refused = done.own and done.own.refused
    return ExitCode.FINE if done.grade.passed and not refused else ExitCode.NOT_PASSED


@singledispatch
def _print_questions(tree: ModuleTree, module) -> None:
    """Say which written questions are answered; only a workspace has answers."""


@_print_questions.register(Workspace)
def _print_workspace_questions(workspace: Workspace, module) -> None:
    from tito.ui import render_learner
    from tito.workspace.questions import questions

    if found := questions(workspace, module):
        print_result(render_learner.questions(found, stdout_style()))


def hint(args) -> int:
    """Print one more hint."""
    from tito.workspace import hints, progress

    workspace = here_workspace()
    module, check_id = _module_and_check(workspace, args.module, args.check)
    last = progress.last_test(workspace, module) or progress.LastTest(())
    check_id = check_id or last.first_not_passed(module)
    if not check_id:
        raise UsageError(f"every check of {module.name} has passed; there is nothing to hint at", hint="tito submit")
    told = hints.next_hint(workspace, module, module.check(check_id), last.mistake_in(check_id))
    print_message(render.hint(told, width(), stderr_style()))
    print_next_step(f"tito test {module.name}" if told.is_last else "tito test, or tito hint for more")
    return ExitCode.FINE


def submit(args) -> int:
    """Pack the newest work; only its path goes to stdout."""
    from tito.ui import render_learner
    from tito.workspace import submit as submission
    from tito.workspace.diagnosis import run_as_graded
    from tito.workspace.folder.learner_id import learner_of, remember_learner
    from tito.workspace.local_run import plan_run
    from tito.workspace.questions import questions

    workspace = here_workspace()
    module = _module(workspace, args.module)
    if args.learner:
        remember_learner(workspace, args.learner)
    learner = learner_of(workspace)
    if not learner:
        raise UsageError("your ID in the course isn't known yet", hint="tito submit --learner YOUR-ID")
    plan = plan_run(workspace, module)
    done = run_as_graded(workspace, plan)
    packed = submission.pack(plan.file, workspace, module, learner, done.grade)
    print_message(
        render.submitted(
            module, done.grade, packed.notebook_bytes, (*_rival_note(plan), *done.grade.notes), stderr_style()
        )
    )
    for question in questions(workspace, module):
        print_message(f"  {render_learner.question_line(question)}")
    for text in render_learner.package_notes(done):
        print_note(text)
    if done.replaced:
        print_note(render_learner.counted_on(done))
    print_result(packed.path.relative_to(workspace.root).as_posix())
    return ExitCode.FINE


def doctor(args) -> int:
    """Look this machine over; ExitCode.BROKEN when something that is needed is broken."""
    from tito.cli.doctor import examine

    tree = _tree_if_any()
    root, grades = (tree.root, tree.grades_others) if tree else (Path.cwd(), False)
    findings = []
    for found in examine(root, grades, tree):
        findings.append(found)
        print_result(render.finding(found, stdout_style()))
    print_message("\n" + render.doctor_summary(findings, stderr_style()))
    return ExitCode.BROKEN if any(found.ok is False for found in findings) else ExitCode.FINE


def _tree_if_any() -> ModuleTree | None:
    """The workspace or the course that we are in, as it is: a doctor makes nothing."""
    try:
        return find_tree(Path.cwd(), Workspace, Course)
    except TitoError:
        return None


def _module(tree, name: str):
    """The module called `name`, else the one being worked on."""
    from tito.workspace import progress

    return tree.module(name) if name else progress.current_module(tree, Path.cwd())


def _module_and_check(workspace, first: str, second: str):
    """The module and the check that the words name; one word may name a check of the current module."""
    if first and not second:
        current = _module(workspace, "")
        if first in {check.id for check in current.checks}:
            return current, first
    return _module(workspace, first), second


def _rival_note(plan) -> list[str]:
    if plan.rival is None:
        return []
    return [
        f"{plan.file.name} and {plan.rival.name} have both changed; {plan.file.name} is newer and was taken. "
        "`tito notebook` makes them one and keeps the other."
    ]


def _next_after_status(modules) -> str:
    current = next((s for s in modules if s.is_current), None)
    if current is None:
        return "ask your course for a release"
    verb = "submit" if current.is_done else "notebook" if current.points is None else "test"
    return f"tito {verb} {current.module.name}"


def _after_test(tree: ModuleTree, module, done) -> str:
    """What to type next, after what the checks found; a faulty earlier module is mended first."""
    grade = done.grade
    if done.faults:
        return render.next_step(f"tito test {done.faults[0].culprits[0].module.name}", stderr_style())
    if tree.hint_command and any(result.status == "failed" for result in grade.results):
        return f"{stderr_style().dim('stuck?')} {tree.hint_command}"
    if not grade.passed:
        return render.next_step(tree.edit_command(module), stderr_style())
    if done.own and done.own.refused:
        return render.next_step(f"tito notebook {module.name}", stderr_style())
    is_whole = len(grade.results) == len(module.checks)
    return render.next_step(tree.finish_command(module) if is_whole else f"tito test {module.name}", stderr_style())
