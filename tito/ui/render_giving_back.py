"""The lines about marks that go back, as functions from values to strings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tito.support.points import points_text
from tito.support.safe_text import in_one_line
from tito.ui.render import PLAIN, Style, count, module_name

MOST_NAMED = 8  # people who are left out for one reason
NAMES = {"canvas": "Canvas", "moodle": "Moodle", "brightspace": "Brightspace", "csv": "a table"}
NOTES = {
    "canvas": "Canvas makes a new assignment unless there is one called '{title}': --assignment 'NAME (123)' names it",
    "moodle": "upload it with Moodle's language set to English, and '{title}' worth at least its maximum here",
    "brightspace": "its numbers are those of the downloads, or of your class list: an export (--like) tells whether "
    "Brightspace has them as OrgDefinedId",
}


def heading(module, to: str, made, style: Style = PLAIN) -> str:
    """`12 benchmarking: 58 marks for Canvas`"""
    return style.bold(f"{module_name(module)}: {count(len(made.lines), 'mark')} for {NAMES[to]}")


def account(left_out, partial, style: Style = PLAIN) -> str:
    """Who is left out, by the reason, and whose mark is not final; those who handed nothing in are counted only."""
    reasons: dict[str, list[str]] = defaultdict(list)
    quiet = 0
    for each in left_out:
        quiet += not each.needs_person
        if each.needs_person:
            reasons[each.why].append(each.learner)
    lines = [f"  {style.yellow('!')} {_named(who)}: {in_one_line(why)}" for why, who in sorted(reasons.items())]
    lines += [f"  {style.yellow('!')} {each.learner}: {_so_far(each)}" for each in partial]
    return "\n".join([*lines, *([style.dim(f"    {quiet} handed nothing in that counts")] if quiet else [])])


def _named(who: Iterable[str]) -> str:
    who = sorted(who)
    more = f" and {len(who) - MOST_NAMED} more" if len(who) > MOST_NAMED else ""
    return ", ".join(who[:MOST_NAMED]) + more


def _so_far(standing) -> str:
    return f"{points_text(standing.points)} points so far, not final: {in_one_line(standing.why_not)}"


def import_notes(to: str, has_export: bool, has_marks: bool, title: str) -> list[str]:
    """What to know before the file is imported."""
    return [NOTES[to].format(title=title)] if has_marks and to in NOTES and not (has_export and to != "moodle") else []
