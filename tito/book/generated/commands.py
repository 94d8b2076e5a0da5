"""The page of the command line, from the parser itself."""

from __future__ import annotations

import argparse

from tito.cli.app import Group, Parser, make_groups
from tito.course.course import Course


def page(course: Course) -> str:
    """Every command with its arguments and options, in the groups of `tito --help`."""
    intro = "# The command line\n\nThis page is made from the parser; `tito COMMAND --help` prints the same.\n"
    codes = (
        "\nExit codes everywhere: 0 fine, 1 checks failed or something needs a person, 2 the request can't be done, "
        "3 the course or the machine is broken, 130 interrupted.\n"
    )
    return intro + codes + "".join(map(_group, make_groups()))


def _group(group: Group) -> str:
    return f"\n## {group.title.capitalize()}\n" + "".join(_verb(parser) for parser in group.parsers.values())


def _verb(parser: Parser) -> str:
    """A command, then its own commands if it has any."""
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    text = f"\n### {parser.prog}\n\n{parser.description or ''}\n\n```text\n{usage}\n```\n{_options(parser)}"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            text += "".join(_sub(name, verb) for name, verb in action.choices.items())
    return text


def _sub(name: str, parser: Parser) -> str:
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return f"\n**{parser.prog}**\n\n{parser.description or ''}\n\n```text\n{usage}\n```\n{_options(parser)}"


def _options(parser: Parser) -> str:
    kinds = (argparse._HelpAction, argparse._SubParsersAction)
    shown = [a for a in parser._actions if not isinstance(a, kinds) and a.help != argparse.SUPPRESS]
    rows = "".join(f"| `{_name(action)}` | {_help(action)} |\n" for action in shown)
    return f"\n| word | what it does |\n|---|---|\n{rows}" if rows else ""


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest)
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return ", ".join(action.option_strings) + value


def _help(action: argparse.Action) -> str:
    values = {key: value for key, value in vars(action).items()}
    text = (action.help or "") % values if "%(" in (action.help or "") else (action.help or "").replace("%%", "%")
    return text.replace("|", "\\|")
