"""The verbs of a module's author: new, lint, build, export, release, mutate."""

from __future__ import annotations

import os
from functools import singledispatch
from pathlib import Path

from tito.cli.authoring.lint import add_lint
from tito.cli.common import (
    chosen_modules,
    here_classroom,
    here_course,
    here_tree,
    print_note,
    shown,
    takes_jobs,
    takes_modules,
)
from tito.course.course import Course, Module, ModuleTree, Workspace
from tito.support.errors import CourseError, ExitCode
from tito.ui import render
from tito.ui.terminal import print_message, print_result, progress_bar, stderr_style, width


def add_commands(group) -> None:
    """Add the author's verbs to `tito`."""
    _add_new(group)
    add_lint(group)
    build = group.add_parser("build", help="make the notebooks from their sources")
    takes_modules(build)
    build.set_defaults(run=run_build)
    export = group.add_parser("export", help="put modules into the package tinytorch")
    takes_modules(export)
    export.set_defaults(run=run_export)
    _add_release(group)
    _add_mutate(group)


def _add_new(group) -> None:
    parser = group.add_parser("new", help="make a module's folder, with a lesson in it to start from")
    parser.add_argument("name", help="what it is imported by: training becomes tinytorch.core.training")
    parser.add_argument("--number", metavar="N", type=int, help="its place in the course (default: behind the last)")
    parser.add_argument("--title", default="", help="what its lesson is called (default: the name in words)")
    parser.add_argument("--needs", metavar="MODULE", nargs="+", default=[], help="modules that it stands on")
    parser.set_defaults(run=run_new)


def _add_release(group) -> None:
    parser = group.add_parser("release", help="make what learners get, and prove that it is sound")
    takes_modules(parser)
    parser.add_argument(
        "--workspace", metavar="DIR", type=Path, help="also write what a learner works in: a folder, or a .zip"
    )
    takes_jobs(parser, "graders at once", default=os.cpu_count() or 1)
    parser.set_defaults(run=run_release)


def _add_mutate(group) -> None:
    parser = group.add_parser("mutate", help="put mistakes into the solution, and see which the checks miss")
    takes_modules(parser)
    parser.add_argument("--method", metavar="NAME", action="append", default=[], help="only this one (repeatable)")
    takes_jobs(parser, "graders at once (default: 1)", default=1)
    parser.set_defaults(run=run_mutate)


def run_new(args) -> int:
    """Make a module's folder; its path goes to stdout."""
    from tito.authoring.scaffold import new

    course = here_course()
    module = new(course, args.name, number=args.number, title=args.title, needs=args.needs)
    print_message(render.new_module(module, stderr_style()))
    print_result(shown(module.home, course.root))
    return ExitCode.FINE


def run_build(args) -> int:
    """Build the notebooks; their paths go to stdout."""
    from tito.lesson.build import built

    course = here_course()
    for module in chosen_modules(course, args.modules):
        notebook = built(course, module)
        cells = render.count(len(notebook.cells), "cell")
        print_message(render.check_line(True, render.module_name(module), cells, stderr_style()))
        print_result(shown(course.built(module), course.root))
    return ExitCode.FINE


def run_export(args) -> int:
    """Export the reference in a course, the learner's own work in a workspace; paths go to stdout."""
    tree = here_tree(expected=Course)
    for module in chosen_modules(tree, args.modules):
        _export(tree, module)
        print_result(shown(tree.exported(module), tree.root))
    return ExitCode.FINE


@singledispatch
def _export(tree: ModuleTree, module: Module) -> None:
    """Put one module into the package; one way for each kind of tree."""
    raise NotImplementedError(type(tree))


@_export.register(Course)
def _export_reference(course: Course, module: Module) -> None:
    from tito.lesson.build import built
    from tito.lesson.export import export

    export(course, module, built(course, module))


@_export.register(Workspace)
def _export_own(workspace: Workspace, module: Module) -> None:
    from tito.workspace.diagnosis import export_own

    if not export_own(workspace, module).is_finished:
        print_note(f"exported as it is; `tito test {module.name}` says whether it passes its checks")


def run_release(args) -> int:
    """Release modules, each with its guarantees; ExitCode.BROKEN when one of them fails."""
    course = here_classroom()
    modules = chosen_modules(course, args.modules)
    tried = [(module, _release(course, module, args.jobs)) for module in modules]
    if summary := render.releases(tried, stderr_style()):
        print_message(summary)
    if any(isinstance(outcome, CourseError) or not outcome.is_sound for _, outcome in tried):
        return ExitCode.BROKEN
    if args.workspace:
        _write_workspace(course, modules, args.workspace)
    return ExitCode.FINE


def run_mutate(args) -> int:
    """Grade modules' mutants; survivors go to stdout, as entries to fill in. ExitCode.BROKEN when there are any."""
    from tito.authoring.mutation import as_toml, run_mutation

    course = here_course()
    sound = True
    for module in chosen_modules(course, args.modules):
        name = render.module_name(module)
        with progress_bar(f"  {name}", "mutants") as show:
            found = run_mutation(course, module, methods=args.method, jobs=args.jobs, progress=show)
        print_message(
            render.heading(name, stderr_style()) + "\n\n" + render.mutation_report(found, width(), stderr_style())
        )
        if found.survivors:
            print_result(as_toml(found.survivors))
        sound = sound and found.is_sound
    return ExitCode.FINE if sound else ExitCode.BROKEN


def _release(course, module, jobs: int):
    """Release one module and show how it went; return a mistake in its sources, so that the other modules go on."""
    from tito.authoring.release import release

    name = render.module_name(module)
    print_message(render.heading(name, stderr_style()) + "\n")
    try:
        with progress_bar(f"  {name}", "works") as show:
            done = release(course, module, jobs=jobs, progress=show)
    except CourseError as problem:
        print_message(render.error(problem, stderr_style()) + "\n")
        return problem
    for guarantee in done.guarantees:
        print_message(render.guarantee(guarantee, width(), stderr_style()))
    print_message(f"  wrote {shown(done.path, course.root)}\n" if done.path else "")
    return done


def _write_workspace(course, modules, target: Path) -> None:
    """Write the workspace, and print what is in it. A folder is laid out, to be worked in at once; a zip is not."""
    from tito.authoring import workspace_writer
    from tito.authoring.linting.slips import refuse_drafts
    from tito.workspace.folder.layout import lay_out

    for module in modules:
        refuse_drafts(course, module)
    update = workspace_writer.write(course, modules, target)
    if update.workspace.root.is_dir():
        lay_out(update.workspace)
    print_message(("\n" if len(modules) > 1 else "") + render.workspace_update(update, stderr_style()))
    for path in update.beside:
        print_note(f"kept the learner's file; the new one is {shown(path, target)}")
    print_result(str(target))
