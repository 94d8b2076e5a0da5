"""The account of a collection, and of the roster and the deadlines, as functions from values to strings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from textwrap import fill

from tito.classroom.intake.arrival import ASKED, COUNTS, KEPT, LEFT, UNREADABLE
from tito.classroom.intake.times import in_words
from tito.support.safe_text import in_one_line
from tito.ui.render import PLAIN, Style, count, module_name

WIDEST = 60  # of a cell of the account
FEWEST_FOR_A_REASON = 24  # columns, or it is told on a line of its own
BELOW = 6  # how far such a line is indented
MOST_NAMED = 3  # files that are left alone for one reason are named up to this many


def heading(collection, style: Style = PLAIN, width: int | None = None) -> str:
    """`Canvas, 16 files, for 12 benchmarking (due 3 Nov 2026, 23:59)`"""
    platforms = sorted({arrival.platform for arrival in collection.arrivals if arrival.platform and arrival.is_taken})
    platforms = [name for name in platforms if name != "plain"]
    parts = [f"{' and '.join(platforms)} download"] if platforms else []
    parts += [count(collection.files, "file")]
    if collection.module:
        due = f" (due {in_words(collection.due)})" if collection.due else ""
        parts += [f"for {module_name(collection.module)}{due}"]
    return style.bold(_wrapped(", ".join(parts), width, "  "))


def account(collection, style: Style = PLAIN, width: int | None = None) -> str:
    """A line for each file: whose it is and what becomes of it; what is left alone together, by its reason.

    Within a `width`, what becomes of it is wrapped behind the columns or, where they are too wide, below them.
    """
    listed = [arrival for arrival in collection.arrivals if arrival.decision != LEFT or arrival.needs_person]
    ordered = sorted(listed, key=lambda a: (a.decision == ASKED, not a.person, a.module, a.person, a.file))
    several = len({arrival.module for arrival in collection.taken}) > 1
    whos = [_cut(arrival.person) for arrival in ordered]
    files = [f"{arrival.module}  " * (several and bool(arrival.module)) + _cut(_file(arrival)) for arrival in ordered]
    columns = 8 + max(map(len, whos), default=0) + max(map(len, files), default=0)
    is_narrow = width is not None and columns + FEWEST_FOR_A_REASON > width
    if not is_narrow:
        whos, files = _padded(whos), _padded(files)
    rows = zip(ordered, whos, files, strict=True)
    lines = [_row(arrival, who, file, BELOW if is_narrow else columns, width, style) for arrival, who, file in rows]
    left = [arrival for arrival in collection.arrivals if arrival.decision == LEFT and not arrival.needs_person]
    return "\n".join([*lines, *(style.dim(_wrapped(line, width, "      ")) for line in _left(left))])


def _padded(cells: list[str]) -> list[str]:
    widest = max((len(cell) for cell in cells), default=0)
    return [f"{cell:<{widest}}" for cell in cells]


def _cut(text: str) -> str:
    plain = in_one_line(text)
    return plain if len(plain) <= WIDEST else f"{plain[: WIDEST // 2 - 1]}…{plain[-WIDEST // 2 :]}"


def _file(arrival) -> str:
    """The name that the learner gave, where it is known whose it is; else the whole path."""
    return arrival.given if arrival.is_taken and arrival.given else arrival.file


def _row(arrival, who: str, file: str, indent: int, width: int | None, style: Style) -> str:
    """Sign, person, file, and what becomes of it, `indent` columns from the left."""
    start = f"  {_sign(arrival, style)} " + "  ".join(filter(None, (who, file)))
    said = _said(arrival)
    if indent == BELOW and said:
        return "\n".join([start, _wrapped(" " * BELOW + said, width, " " * BELOW)])
    behind = _wrapped(said, None if width is None else width - indent, "").replace("\n", "\n" + " " * indent)
    return f"{start}  {behind}".rstrip()


def _said(arrival) -> str:
    """What becomes of a file; its name, which stands before it, is not said again."""
    attempt = f"attempt {arrival.attempt}" if arrival.attempt else ""
    reason = arrival.reason.removeprefix(f"{_file(arrival)}: ")
    return "; ".join(in_one_line(text) for text in (attempt, reason, *arrival.notes) if text)


def _wrapped(text: str, width: int | None, indent: str) -> str:
    if width is None or len(text) <= width:
        return text
    return fill(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _sign(arrival, style: Style) -> str:
    if arrival.decision == UNREADABLE:
        return style.red("✗")
    if arrival.needs_person or arrival.decision == ASKED:
        return style.yellow("!")
    return style.green("✓") if arrival.decision == COUNTS else style.dim("·")


def _left(arrivals: Iterable) -> list[str]:
    """`· 3 files left alone: Jupyter's copy (a.ipynb, b.ipynb, c.ipynb)`"""
    by_reason = defaultdict(list)
    for arrival in arrivals:
        by_reason[arrival.reason].append(in_one_line(arrival.file))
    return [f"  · {count(len(files), 'file')} left alone: {why} ({_some(files)})" for why, files in by_reason.items()]


def _some(files: list[str]) -> str:
    more = len(files) - MOST_NAMED
    return ", ".join(files[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def summary(collection, style: Style = PLAIN, width: int | None = None) -> str:
    """`16 files: 12 count, 1 late, 2 can't be graded, 1 left alone`"""
    decided = {arrival.file: arrival for arrival in collection.arrivals}
    kinds = Counter(_kind(arrival) for arrival in decided.values())
    order = ("count", "late", "kept, don't count", "can't be graded", "asked about", "left alone")
    parts = [f"{kinds[kind]} {kind}" for kind in order if kinds[kind]]
    return style.bold(_wrapped(f"{count(len(decided), 'file')}: {', '.join(parts) or 'nothing'}", width, "  "))


def _kind(arrival) -> str:
    if arrival.decision == KEPT:
        return "late" if arrival.late else "kept, don't count"
    names = {COUNTS: "count", UNREADABLE: "can't be graded", ASKED: "asked about", LEFT: "left alone"}
    return names[arrival.decision]


def of_unknown_time(collection, style: Style = PLAIN) -> str:
    """What counts though nobody knows when it came; "" where there is nothing."""
    several = collection.of_unknown_time
    if not several:
        return ""
    names = ", ".join(sorted({in_one_line(arrival.person) for arrival in several}))
    what = count(len(several), "hand-in")
    said = f"{style.yellow('!')} {what} of unknown time, which count: {names}"
    return f"{said}\n  where the platform says late: tito withdraw MODULE LEARNER"


def new_people(collection) -> str:
    names = collection.new_people
    return f"new on the roster: {', '.join(in_one_line(name) for name in names)}" if names else ""


def roster(people) -> str:
    """Everybody, a line each."""
    widest = max((len(person.id) for person in people), default=0)
    rows = [
        (f"{person.id:<{widest}}", person.name, person.email, person.number, person.section, person.group)
        for person in people
    ]
    return "\n".join("  ".join(in_one_line(cell) for cell in row if cell) for row in rows)


def deadline(module, deadlines) -> str:
    """`12 benchmarking: due 3 Nov 2026, 23:59`, and the extensions below."""
    due = deadlines.of(module)
    lines = [f"{module_name(module)}: " + (f"due {in_words(due)}" if due else "no deadline")]
    lines += [f"  {who}: until {in_words(at)}" for who, at in sorted(deadlines.extensions(module).items())]
    return "\n".join(lines)


def changes(choices, style: Style = PLAIN) -> str:
    """A line for each learner of whom something else counts now."""
    lines = [
        f"  {style.green('✓')} {who}  counts: {in_one_line(choice.chosen.handin.path)}"
        if choice.chosen
        else f"  {style.yellow('!')} {who}  {in_one_line(choice.reason)}"
        for who, choice in choices.items()
    ]
    return "\n".join(lines)
