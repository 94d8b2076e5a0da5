"""The verbs of a module's author: new, build, export, release, mutate."""

from __future__ import annotations

import os
from pathlib import Path

from tito.cli.common import number_of_jobs
from tito.support.errors import CourseError, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, print_result, status_line, stderr_style, width


def add_commands(group) -> None:
    """Add the author's verbs to `tito`."""
    _add_new(group)
    build = group.add_parser("build", help="make the notebooks from their sources")
    _takes_modules(build)
    build.set_defaults(run=run_build)
    export = group.add_parser("export", help="put modules into the package tinytorch")
    _takes_modules(export)
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
    _takes_modules(parser)
    parser.add_argument("--workspace", metavar="DIR", type=Path, help="also write what a learner works in")
    parser.add_argument("--jobs", metavar="N", type=number_of_jobs, default=os.cpu_count() or 1, help="graders at once")
    parser.set_defaults(run=run_release)


def _add_mutate(group) -> None:
    parser = group.add_parser("mutate", help="put mistakes into the solution, and see which the checks miss")
    _takes_modules(parser)
    parser.add_argument("--method", metavar="NAME", action="append", default=[], help="only this one (repeatable)")
    parser.add_argument("--jobs", metavar="N", type=number_of_jobs, default=1, help="graders at once (default: 1)")
    parser.set_defaults(run=run_mutate)


def _takes_modules(parser) -> None:
    parser.add_argument("modules", nargs="*", metavar="module", help="names or numbers (default: all)")


def run_new(args) -> int:
    """Make a module's folder; its path goes to stdout."""
    from tito.authoring.scaffold import new

    course = _course()
    module = new(course, args.name, number=args.number, title=args.title, needs=args.needs)
    print_message(render.new_module(module, stderr_style()))
    print_result(_shown(module.home, course.root))
    return 0


def run_build(args) -> int:
    """Build the notebooks; their paths go to stdout."""
    from tito.lesson.build import built

    course = _course()
    for module in _chosen(course, args.modules):
        notebook = built(course, module)
        print_message(
            render.check_line(
                True, render.module_name(module), render.count(len(notebook.cells), "cell"), stderr_style()
            )
        )
        print_result(_shown(course.built(module), course.root))
    return 0


def run_export(args) -> int:
    """Export the reference in a course, the learner's own work in a workspace; paths go to stdout."""
    from tito.course.course import Course

    tree = _tree()
    export = _export_reference if isinstance(tree, Course) else _export_own
    for module in _chosen(tree, args.modules):
        export(tree, module)
        print_result(_shown(tree.exported(module), tree.root))
    return 0


def _export_reference(course, module) -> None:
    from tito.lesson.build import built
    from tito.lesson.export import export

    export(course, module, built(course, module))


def _export_own(workspace_writer, module) -> None:
    from tito.workspace.diagnosis import export_own

    if not export_own(workspace_writer, module).is_finished:
        print_message(
            render.note(
                f"exported as it is; `tito test {module.name}` says whether it passes its checks", style=stderr_style()
            )
        )


def run_release(args) -> int:
    """Release modules, each with its guarantees; 3 when one of them fails."""
    course = _course()
    modules = _chosen(course, args.modules)
    tried = [(module, _release(course, module, args.jobs)) for module in modules]
    if summary := render.releases(tried, stderr_style()):
        print_message(summary)
    if any(isinstance(outcome, CourseError) or not outcome.is_sound for _, outcome in tried):
        return CourseError.exit_code
    if args.workspace:
        _write_workspace(course, modules, args.workspace)
    return 0


def run_mutate(args) -> int:
    """Grade modules' mutants; survivors go to stdout, as entries to fill in. 3 when there are any."""
    from tito.authoring.mutation import as_toml, survey

    course = _course()
    sound = True
    for module in _chosen(course, args.modules):
        name = render.module_name(module)
        found = survey(
            course,
            module,
            methods=args.method,
            jobs=args.jobs,
            progress=lambda n, total, name=name: status_line(render.bar(f"  {name}", n, total)),
        )
        status_line("")
        print_message(render.heading(name, stderr_style()) + "\n\n" + render.survey(found, width(), stderr_style()))
        if found.survivors:
            print_result(as_toml(found.survivors))
        sound = sound and found.is_sound
    return 0 if sound else CourseError.exit_code


def _release(course, module, jobs: int):
    """One module's release, told, or the mistake in its sources, so that the others still have their turn."""
    from tito.authoring.release import release

    name = render.module_name(module)
    print_message(render.heading(name, stderr_style()) + "\n")
    try:
        done = release(
            course, module, jobs=jobs, progress=lambda n, total: status_line(render.bar(f"  {name}", n, total))
        )
    except CourseError as problem:
        status_line("")
        print_message(render.error(problem, stderr_style()) + "\n")
        return problem
    status_line("")
    for guarantee in done.guarantees:
        print_message(render.guarantee(guarantee, width(), stderr_style()))
    print_message(f"  wrote {_shown(done.path, course.root)}\n" if done.path else "")
    return done


def _write_workspace(course, modules, target: Path) -> None:
    """Write the workspace, and say what it holds."""
    from tito.authoring import workspace_writer

    delivery = workspace_writer.write(course, modules, target)
    print_message(("\n" if len(modules) > 1 else "") + render.delivered(delivery, stderr_style()))
    for path in delivery.beside:
        print_message(
            render.note(f"kept the learner's file; the new one is {_shown(path, target)}", style=stderr_style())
        )
    print_result(str(target))


def _course():
    from tito.course.course import Course

    return Course.find(Path.cwd())


def _tree():
    from tito.course.course import Course, Workspace

    try:
        return Workspace.find(Path.cwd())
    except UsageError:
        return Course.find(Path.cwd())


def _chosen(tree, names: list[str]):
    """The modules of these names, in course order; all when none is named."""
    if not tree.modules:
        raise UsageError("there are no modules here", at=str(tree.modules_folder))
    named = [tree.module(name) for name in names]
    return [module for module in tree.modules if module in named or not named]


def _shown(path: Path, root: Path) -> str:
    """A path as seen from `root`, where it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
