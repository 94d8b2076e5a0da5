"""`tito lint`: every slip of modules, a line each."""

from __future__ import annotations

from pathlib import Path

from tito.cli.common import here_course, takes_modules
from tito.course.course import Course
from tito.support.errors import ExitCode, UsageError, did_you_mean
from tito.ui import render
from tito.ui.terminal import print_message, print_result, stderr_style


def add_lint(group) -> None:
    """Add the verb to `tito`."""
    parser = group.add_parser("lint", help="every slip in modules, with file and line, before a class meets it")
    takes_modules(parser)
    parser.add_argument("--watch", action="store_true", help="again each time that a file is saved, until q")
    parser.set_defaults(run=run_lint)


def run_lint(args) -> int:
    """Print the slips of modules, one a line on stdout; ExitCode.NOT_PASSED when there are any."""
    course = here_course()
    if args.watch:
        from tito.cli.authoring.lint_watch import watch_slips

        return watch_slips(course, args.modules)
    return lint(course, args.modules)


def lint(course: Course, names: list[str]) -> int:
    """Look through the modules of these names once, all when none is named."""
    from tito.authoring.linting.whole import slips_of_module

    found = [(home, slips_of_module(course, home)) for home in _chosen_homes(course, names)]
    for home, slips in found:
        print_message(render.lint_line(home.name, slips, stderr_style()))
        if slips:
            print_result("\n".join(render.slip(slip, course.root) for slip in slips))
    return ExitCode.NOT_PASSED if any(slips for _, slips in found) else ExitCode.FINE


def _chosen_homes(course: Course, names: list[str]) -> list[Path]:
    """The folders of these modules, also of those whose module.toml can't be read."""
    homes = [home for home in course.homes if (home / "module.toml").is_file() or any(home.glob("*_dev.py"))]
    known = {name: home for home in homes for name in (home.name, home.name.split("_", 1)[1], home.name.split("_")[0])}
    for name in names:
        if name not in known:
            guess = did_you_mean(name, known, otherwise=f"There are: {', '.join(home.name for home in homes)}.")
            raise UsageError(f"no module named '{name}'.{guess}", hint="tito lint")
    chosen = {known[name] for name in names}
    return [home for home in homes if home in chosen or not names]
