"""What the verbs share: finding the course, naming modules, common options, notes and next steps."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import singledispatch
from pathlib import Path
from typing import TypeVar

from tito.course.course import Course, Module, ModuleTree, Workspace, find_tree
from tito.support.errors import TitoError, UsageError
from tito.ui import render
from tito.ui.terminal import print_message, progress_bar, stderr_style, width

MOST_WITHOUT_A_BAR = 50  # so many hand-ins are done before anybody could read a bar

T = TypeVar("T")

# -- where we are ------------------------------------------------------------


def here_course() -> Course:
    """The course that we are in; UsageError when there is none."""
    return Course.find(Path.cwd())


def here_classroom(may_write: bool = True) -> Course:
    """The course that we are in, what was graded moved to where modules have other names now.

    CourseError when a module has another name that it doesn't declare; UsageError
    when something has to be moved and nothing may be written.
    """
    from tito.classroom.history.renames import follow, renames
    from tito.classroom.keeping.privacy import close_to_others

    course = here_course()
    close_to_others(course)
    for rename in renames(course):
        old, new = rename.earlier.folder, rename.module
        if not may_write:
            raise UsageError(f"{old} is {new.folder} now, and its grades were not moved yet", hint="tito report")
        follow(course, rename)
        print_note(f"{old} is {new.folder} now: its hand-ins, grades, marks and log have moved along")
    return course


def here_workspace() -> Workspace:
    """The workspace that we are in, what was missing in it made; UsageError when there is none."""
    return laid_out(Workspace.find(Path.cwd()))


def laid_out(workspace: Workspace) -> Workspace:
    """The workspace, after what is missing in it was made, and said."""
    from tito.ui import render_changes
    from tito.workspace.folder import layout

    found = layout.lay_out(workspace)
    if text := render_changes.laid_out(found, stderr_style()):
        print_message(text + "\n")
    return found.workspace


def here_tree(*, expected: type[ModuleTree] = Workspace) -> ModuleTree:
    """The workspace or the course that we are in, whichever is nearer; an error asks for the `expected` one."""
    other = Course if expected is Workspace else Workspace
    tree = find_tree(Path.cwd(), expected, other)
    return _ready(tree)


@singledispatch
def _ready(tree: ModuleTree) -> ModuleTree:
    """The tree, ready to be worked in; only a workspace has something to make."""
    return tree


@_ready.register(Workspace)
def _ready_workspace(workspace: Workspace) -> Workspace:
    return laid_out(workspace)


def shown(path: Path, root: Path) -> str:
    """A path as seen from `root`, if it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


# -- what is asked for ------------------------------------------------------------


def takes_module(parser: argparse.ArgumentParser, default: str) -> None:
    """Let a verb take the name of one module; `default` says which one it takes without a name."""
    word = parser.add_argument("module", nargs="?", default="", help=f"its name or number (default: {default})")
    offers(word, module_names)


def takes_modules(parser: argparse.ArgumentParser) -> None:
    """Let a verb take the names of several modules."""
    offers(
        parser.add_argument("modules", nargs="*", metavar="module", help="names or numbers (default: all)"),
        module_names,
    )


def offers(word: argparse.Action, names: Callable[[ModuleTree, argparse.Namespace], Iterable[str]]) -> None:
    """Have TAB offer these names for a word of the command line; none outside of a course or a workspace."""

    def completer(parsed_args: argparse.Namespace, **_: object) -> list[str]:
        try:
            return list(names(find_tree(Path.cwd(), Workspace, Course), parsed_args))
        except TitoError:
            return []

    word.completer = completer  # type: ignore[attr-defined]  # argcomplete looks for it there


def module_names(tree: ModuleTree, _: argparse.Namespace) -> list[str]:
    return [module.name for module in tree.modules]


def check_names(tree: ModuleTree, given: argparse.Namespace) -> list[str]:
    """The checks of the module that is named, else those of all."""
    named = getattr(given, "module", "")
    modules = [tree.module(named)] if named else tree.modules
    return [check.id for module in modules for check in module.checks]


def chosen_modules(tree: ModuleTree, names: list[str]) -> list[Module]:
    """The modules of these names, in course order; all when none is named."""
    if not tree.modules:
        raise UsageError("there are no modules here", at=str(tree.modules_folder))
    named = [tree.module(name) for name in names]
    return [module for module in tree.modules if module in named or not named]


def takes_jobs(parser: argparse.ArgumentParser, help: str, default: int | None = None) -> None:
    """Let a verb take the number of graders that work at once."""
    parser.add_argument("--jobs", metavar="N", type=number_of_jobs, default=default, help=help)


def number_of_jobs(text: str) -> int:
    """The N of `--jobs N`; UsageError for anything but a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--jobs is '{text}', which is no number of processes", hint="--jobs 2")
    return int(text)


# -- what is said ------------------------------------------------------------


def print_note(text: str) -> None:
    """Print something worth knowing that is no error."""
    print_message(render.note(text, width(), stderr_style()))


def print_next_step(command: str) -> None:
    """Say what to type next."""
    print_message(render.next_step(command, stderr_style()))


def progress(items: Iterable[T], total: int, step: str) -> Iterable[T]:
    """The items, with a bar where there are many (a `Tracker`)."""
    return _with_bar(items, total, step) if total > MOST_WITHOUT_A_BAR else items


def _with_bar(items: Iterable[T], total: int, step: str) -> Iterator[T]:
    with progress_bar(step, "hand-ins") as show:
        show(0, total)
        for done, item in enumerate(items, start=1):
            yield item
            show(done, total)
