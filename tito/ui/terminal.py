"""Printing: prose to stderr, results to stdout, in signs that the terminal can show."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from tito.support.safe_text import with_colours_only
from tito.ui.render import PLAIN, Style

PLAIN_SIGNS = str.maketrans(
    {"✓": "+", "✗": "x", "·": "-", "▸": ">", "━": "=", "…": "...", "→": "->", "×": "x", "–": "-", "—": "-"}
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def style_of(stream: TextIO) -> Style:
    """Colour on a terminal that can show it, unless NO_COLOR (no-color.org) asks for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return PLAIN
    return Style(colour=os.name != "nt" or "WT_SESSION" in os.environ)


def stderr_style() -> Style:
    """The style for `print_message`."""
    return style_of(sys.stderr)


def stdout_style() -> Style:
    """The style for `print_result`."""
    return style_of(sys.stdout)


def width(limit: int = 100) -> int:
    """The number of columns that prose is wrapped to."""
    return min(shutil.get_terminal_size((limit, 24)).columns, limit)


def stdout_width() -> int | None:
    """The columns that results are wrapped to; None where they go to a file or a program, which reads whole lines."""
    if "COLUMNS" in os.environ or sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    return None


def print_message(text: str) -> None:
    """Print prose for the reader to stderr."""
    _write(sys.stderr, with_colours_only(text))


def print_result(text: str) -> None:
    """Print a result (a path, a table, JSON) to stdout, where a script can read it."""
    _write(sys.stdout, with_colours_only(text))


def _write(stream: TextIO, text: str) -> None:
    if stream.isatty():
        text = fitted(text, shutil.get_terminal_size().columns)
    stream.write(printable(text, stream.encoding or "utf-8") + "\n")
    stream.flush()


def fitted(text: str, columns: int) -> str:
    """`text` with each line that is too long for the terminal broken between words, and its end indented."""
    return "\n".join(line if _seen(line) <= columns else _broken(line, columns) for line in text.split("\n"))


def _broken(line: str, columns: int) -> str:
    """A line in several; the wide gaps of a table go first, which may be all that is needed."""
    text = line.lstrip(" ")
    lead = line[: len(line) - len(text)][: columns // 3]
    words = re.sub(r" {3,}", "  ", text).split(" ")
    lines, further = [lead + words[0]], lead + " " * 4
    for word in words[1:]:
        if _seen(lines[-1]) + 1 + _seen(word) <= columns:
            lines[-1] += f" {word}"
        elif word:
            lines.append(next((i for i in (further, lead) if _seen(i + word) <= columns), "") + word)
    return "\n".join(each.rstrip() for each in lines)


def _seen(text: str) -> int:
    """The columns that a text takes: colours take none."""
    return len(_COLOUR.sub("", text))


def printable(text: str, encoding: str) -> str:
    """`text` with plainer signs for those that `encoding` doesn't have."""
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return text.translate(PLAIN_SIGNS).encode(encoding, "replace").decode(encoding)


def open_closed_streams() -> None:
    """Give each standard stream that is closed a place where nothing is read or kept: schedulers start commands so.

    Else the next file that is opened would get its number, and our words would go into that file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  as long as the process


def clear() -> None:
    """Clear the screen, if stderr is one."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        _write(sys.stderr, "\x1b[2J\x1b[H")


BAR = "{desc} {bar:27} {n_fmt}/{total_fmt} · {elapsed}, {remaining} left, {rate_noinv_fmt}"


@contextmanager
def progress_bar(what: str, unit: str, interval_s: float = 0.1) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr until the end of the block; yield a function that moves it to `done` of `total`.

    Only a terminal shows the bar, drawn anew at most every `interval_s`.
    """
    from tqdm import tqdm

    encoding = sys.stderr.encoding or "utf-8"
    is_off = True if os.environ.get("TERM") == "dumb" else None  # None: off unless stderr is a terminal
    form, signs = printable(BAR, encoding), printable(" ━", encoding)
    with tqdm(
        desc=what,
        disable=is_off,
        leave=False,
        bar_format=form,
        unit=f" {unit}",
        ascii=signs,
        mininterval=interval_s,
    ) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
