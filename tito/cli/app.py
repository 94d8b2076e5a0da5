"""The command line: find the verb, run it, turn what went wrong into words and an exit code.

The exit codes are in `tito.support.errors`. The verbs are in this folder. Each
file with verbs has `add_commands(group)`, which calls `group.add_parser(name,
help=…)` as argparse does, and sets `run`, a function from the parsed arguments
to an exit code:

    parser = group.add_parser("status", help="where you are, and what comes next")
    parser.set_defaults(run=status)

Such a file imports what it needs inside its functions, so that `tito --help` stays quick.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from tito import __version__
from tito.cli import author, instructor, learner
from tito.cli.shell import completion
from tito.course.course import Course, Workspace, find_tree
from tito.support.errors import CourseError, ExitCode, TitoError, UsageError, did_you_mean, machine_error
from tito.ui import render
from tito.ui.terminal import open_closed_streams, print_message, print_result, stderr_style, stdout_style

GROUPS = {"for learners": learner, "for instructors": instructor, "for authors of modules": author}


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of exiting."""

    def error(self, message: str):
        raise UsageError(message, hint=f"{self.prog} --help")


class Group:
    """The verbs for one kind of user; `add_commands` of a file in this folder gets it."""

    def __init__(self, title: str, verbs: ModuleType):
        self.title, self.verbs = title, verbs
        self.parsers: dict[str, Parser] = {}
        self.helps: dict[str, str] = {}

    def add_parser(self, name: str, *, help: str, **options) -> Parser:
        """A parser for `tito name`; `help` is its line in `tito --help`."""
        options.setdefault("description", help[0].upper() + help[1:] + ".")
        parser = Parser(prog=f"tito {name}", allow_abbrev=False, **options)
        parser.set_defaults(main=main)  # for a verb that runs other verbs
        self.parsers[name], self.helps[name] = parser, help
        return parser


def make_groups() -> tuple[Group, ...]:
    """The verbs of the command line, each with its parser, by kind of user."""
    groups = []
    for title, verbs in GROUPS.items():
        group = Group(title, verbs)
        verbs.add_commands(group)
        groups.append(group)
    return tuple(groups)


def main(argv: list[str] | None = None) -> int:
    """Run `tito` with these arguments and return its exit code."""
    open_closed_streams()
    if sys.flags.optimize:
        _start_again_with_asserts()
    return int(run_or_complain(sys.argv[1:] if argv is None else argv))


def run_or_complain(argv: list[str]) -> int:
    """Run `tito` with these arguments in this process, and print what went wrong; the exit code."""
    try:
        return _run(argv)
    except TitoError as problem:
        return _complain(problem)
    except KeyboardInterrupt:
        print_message("\ninterrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # the interpreter flushes stdout once more on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.NO_READER
    except OSError as problem:
        if in_words := machine_error(problem):
            return _complain(in_words)
        raise
    except ModuleNotFoundError as missing:
        return _complain(_not_installed(missing))


def _start_again_with_asserts() -> NoReturn:
    """Checks are asserts, which `python -O` and PYTHONOPTIMIZE leave out: become the same command without either."""
    options, rest = _interpreter_options(sys.orig_argv[1:])
    kept = [option.replace("O", "") for option in options]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONOPTIMIZE"}
    os.execve(sys.executable, [sys.executable, *(option for option in kept if option != "-"), *rest], environment)


def _interpreter_options(words: list[str]) -> tuple[list[str], list[str]]:
    """Python's own short options, and what follows them: `-m tito …`, a script, `-X` and `-W` with their values."""
    count = next((n for n, word in enumerate(words) if not re.fullmatch(r"-[bBdEiIOPqRsSuvx]+", word)), len(words))
    return words[:count], words[count:]


def _run(argv: list[str]) -> int:
    groups = make_groups()
    if completion.is_asked():
        completion.answer(_for_whom(groups))
    if not argv or argv[0] in ("-h", "--help", "help"):
        print_result(render.overview(_for_whom(groups), style=stdout_style()))
        return ExitCode.FINE
    if argv[0] in ("-V", "--version"):
        print_result(f"tito {__version__}")
        return ExitCode.FINE
    args = parse(argv, groups)
    return args.run(args)


def _for_whom(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups whose verbs do something here: in a workspace those for learners alone."""
    try:
        tree = find_tree(Path.cwd(), Workspace, Course)
    except TitoError:
        return groups
    return groups if tree.grades_others else tuple(group for group in groups if group.verbs is learner)


def parse(argv: list[str], groups: Iterable[Group]) -> argparse.Namespace:
    """A command line taken apart; UsageError for a word that is no command, or that the command does not take."""
    verbs = {name: verb for group in groups for name, verb in group.parsers.items()}
    _known(argv[0], verbs, "command", "tito --help")
    verb = verbs[argv[0]]
    args, unknown = verb.parse_known_intermixed_args(argv[1:])  # options stand anywhere between the words
    if unknown:
        _refuse(unknown[0], verb)
    return args


def _refuse(word: str, verb: Parser) -> None:
    """Raise a UsageError about a word that `verb` does not take."""
    hint = f"{verb.prog} --help"
    if not word.startswith("-"):
        raise UsageError(f"'{word}' is one word too many for {verb.prog}", hint=hint)
    _known(word, re.findall(r"--[\w-]+", verb.format_help()), "option", hint)


def _known(word: str, known, what: str, hint: str) -> None:
    if word not in known:
        raise UsageError(f"no {what} '{word}'.{did_you_mean(word, known)}", hint=hint)


def _complain(problem: TitoError) -> int:
    print_message(render.error(problem, style=stderr_style()))
    return problem.exit_code


def _not_installed(missing: ModuleNotFoundError) -> CourseError:
    """A package that isn't installed, as one sentence; a missing part of tito itself is a bug."""
    if not missing.name or missing.name.startswith("tito"):
        raise missing
    return CourseError(f"the package {missing.name} is not installed", hint=_cure(Path.cwd()))


def _cure(here: Path) -> str:
    """What to type where a package is missing: most often, the environment that has it isn't activated."""
    from tito.cli.doctor import activation

    own = next((folder / ".venv" for folder in (here, *here.parents) if (folder / ".venv").is_dir()), None)
    return activation(own) if own and Path(sys.prefix).resolve() != own.resolve() else "tito doctor"
