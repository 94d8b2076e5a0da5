"""Every line that tito prints, as functions from values to strings.

Nothing here prints or decides. A function takes the values, and last a
`Style`, which colours on a terminal and leaves text alone elsewhere:

    say(render.heading("12 benchmarking", style=voice()))
    say(render.check_line(True, "solutions removed", "12 regions", style=voice()))
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from tito.errors import TitoError

NAME_WIDTH = 30  # columns from a line's mark to its figures
WIDTH = 100


@dataclass(frozen=True)
class Style:
    """ANSI colours, or none."""

    colour: bool = False

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def bold(self, text: str) -> str:
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        return self._paint("2", text)

    def red(self, text: str) -> str:
        return self._paint("31", text)

    def green(self, text: str) -> str:
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        return self._paint("33", text)


PLAIN = Style()


def number(value: float) -> str:
    """Points as people write them: 12, 7.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def count(n: int, noun: str, plural: str = "") -> str:
    """`1 check`, `3 checks`, `2 tries`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def score(earned: float, possible: float) -> str:
    """`7/12`, the points aligned in a column."""
    return f"{number(earned):>{len(number(possible))}}/{number(possible)}"


def heading(text: str, style: Style = PLAIN) -> str:
    return style.bold(text)


def mark(outcome: bool | str | None, style: Style = PLAIN) -> str:
    """✓ for True or "passed", ✗ for False or "failed", · for None or "not started"."""
    if outcome in (True, "passed"):
        return style.green("✓")
    return style.red("✗") if outcome in (False, "failed") else style.dim("·")


def check_line(outcome: bool | str | None, what: str, detail: str = "", style: Style = PLAIN) -> str:
    """`  ✓ solutions removed             12 regions`"""
    return f"  {mark(outcome, style)} {what:<{NAME_WIDTH}}{detail}".rstrip()


def indented(text: str, indent: int = 6, width: int = WIDTH) -> str:
    """Prose wrapped to `width`, each of its own lines kept, `indent` columns in."""
    lead = " " * indent
    lines = (textwrap.wrap(line, width, initial_indent=lead, subsequent_indent=lead) for line in text.splitlines())
    return "\n".join("\n".join(line) for line in lines)


def next_step(command: str, style: Style = PLAIN) -> str:
    """`next: tito test`: what every screen ends with."""
    return f"{style.dim('next:')} {command}"


def error(problem: TitoError, style: Style = PLAIN) -> str:
    """One sentence in the reader's words, then where, why and what to try, each if known."""
    rows = (("at:", problem.at), ("why:", problem.why), ("try:", problem.hint))
    lines = [f"{style.red('error:')} {problem.message}"]
    lines += [f"  {style.dim(f'{label:<4}')} {text}" for label, text in rows if text]
    return "\n".join(lines)


def table(header: tuple[str, ...], rows: list[tuple], right: tuple[int, ...] = (), style: Style = PLAIN) -> str:
    """Columns as wide as their widest cell, two blanks between; columns numbered in `right` align right."""
    cells = [tuple(map(str, row)) for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  " + _row(row, widths, right) for row in cells]
    return "\n".join([style.dim(lines[0]), *lines[1:]])


def _row(row: tuple[str, ...], widths: list[int], right: tuple[int, ...]) -> str:
    cells = zip(row, widths, strict=True)
    return "  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(cells)).rstrip()


def overview(groups, style: Style = PLAIN) -> str:
    """What `tito --help` prints: the verbs, by who needs them."""
    lines = [f"{style.bold('tito')} takes a TinyTorch module from its source to a grade", ""]
    for group in groups:
        lines += [style.bold(group.title)]
        lines += [f"  {name:<12}{text}" for name, text in group.helps.items()]
        lines += [""]
    return "\n".join([*lines, "tito COMMAND --help says more. Modules go by name or number: tito test benchmarking, tito test 12"])
