"""`tito completion`: what TAB offers in bash, zsh and fish, by argcomplete.

The shell runs `tito` at each TAB, with the line so far in its environment; then
tito answers with words and does nothing else.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tito.support.errors import ExitCode
from tito.ui.terminal import print_result

if TYPE_CHECKING:
    from tito.cli.app import Group

SHELLS = ("bash", "zsh", "fish")
HELP = """\
bash: put  eval "$(tito completion bash)"  into ~/.bashrc
zsh:  put  eval "$(tito completion zsh)"  into ~/.zshrc, below compinit
fish: type  tito completion fish > ~/.config/fish/completions/tito.fish"""


def add_commands(group) -> None:
    """Add `completion` to the learner's verbs."""
    parser = group.add_parser(
        "completion",
        help="let TAB complete commands, modules and checks",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(run=run_completion)


def run_completion(args) -> int:
    """Print the shell's part, to be read by it."""
    from argcomplete import shellcode

    print_result(shellcode(["tito"], shell=args.shell))
    return ExitCode.FINE


def is_asked() -> bool:
    """Does a shell ask what TAB may put there?"""
    return "_ARGCOMPLETE" in os.environ


def answer(groups: Iterable[Group]) -> None:
    """Answer the shell, and end this process."""
    import argcomplete

    argcomplete.autocomplete(_whole(groups), always_complete_options=False)


def _whole(groups: Iterable[Group]) -> argparse.ArgumentParser:
    """Every verb below one parser, as argcomplete wants them."""
    parser = argparse.ArgumentParser("tito")
    verbs = parser.add_subparsers()
    for group in groups:
        for name, verb in group.parsers.items():
            verbs.add_parser(name, parents=[verb], add_help=False)
    return parser
