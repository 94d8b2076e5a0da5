"""The HTML face of verdicts: small tables that say in words what they say in colour, on light ground and on dark.

Colours are those of the page: JupyterLab's, the book's, VS Code's; else ones that
can be read on either ground. Everything that a learner's code said is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tito.support.points import points_text
from tito.tools.verdicts import SIGNS, LostPart, Verdict

_GREEN = "var(--jp-success-color1, var(--pst-color-success, var(--vscode-testing-iconPassed, #2e8b57)))"
_RED = "var(--jp-error-color1, var(--pst-color-danger, var(--vscode-testing-iconFailed, #d9534f)))"
COLOURS = {"passed": _GREEN, "failed": _RED, "not started": "inherit"}
_INDENT = "margin:0 0 0 0.5em"  # as text that is printed stands
_TABLE = f"border-collapse:collapse;{_INDENT};font-size:inherit;background:transparent;border:none;max-width:60em"
_CELL = "text-align:left;vertical-align:top;padding:0.15em 1.2em 0.15em 0;background:transparent;border:none"
_DIM = "opacity:0.75"


def table_of(verdict: Verdict) -> str:
    """The parts that a check lost, what was found in each, and the hint; one line when all is well."""
    if verdict.status == "passed":
        return _line(", ".join(filter(None, [_held(verdict.held), _of(verdict)])))
    if verdict.status == "not started":
        return _line(_of(verdict))
    if verdict.status == "not run here":
        return _line(", ".join(filter(None, [verdict.findings[0].words, _held(verdict.held)])))
    rows = [_finding_row(found) for found in verdict.findings]
    rows += [row(SIGNS["passed"], _held(verdict.held), "passed")] if verdict.held else []
    rows += [row("hint", f"<em>{escape(verdict.hint)}</em>")] if verdict.hint else []
    return table(f"{verdict.id}: {_of(verdict)}", rows)


def _of(verdict: Verdict) -> str:
    return f"{points_text(verdict.points)} of {points_text(verdict.max_points)} points"


def _held(parts: int) -> str:
    return f"{parts} {'part' if parts == 1 else 'parts'} earned" if parts else ""


def _finding_row(found: LostPart) -> str:
    html = finding(found.title, found.words, found.place)
    return row(f"{SIGNS['failed']} 0/{points_text(found.points)}", html, "failed")


def finding(title: str, words: str, place: str = "") -> str:
    """What was found, a line each: its title, the words, and the learner's own line."""
    lines = [f"<strong>{escape(title)}</strong>"] if title else []
    lines += [escape(line) for line in words.splitlines()]
    lines += [f'<code style="{_DIM};background:transparent;padding:0">{escape(place)}</code>'] if place else []
    return "<br>".join(lines)


def table(label: str, rows: Iterable[str]) -> str:
    """A table without lines; `label` is what a screen reader calls it."""
    return f'<table aria-label="{escape(label)}" style="{_TABLE}"><tbody>{"".join(rows)}</tbody></table>'


def row(sign: str, html: str, status: str = "not started", score: str = "") -> str:
    """A row of a table: a sign in the colour of its status, perhaps a score, and a cell of HTML."""
    head = (
        f'<th scope="row" style="{_CELL};white-space:nowrap;color:{COLOURS.get(status, "inherit")}">{escape(sign)}</th>'
    )
    points = f'<td style="{_CELL};white-space:nowrap">{score}</td>' if score else ""
    return f'<tr style="background:transparent;border:none">{head}{points}<td style="{_CELL}">{html}</td></tr>'


def paragraph(text: str) -> str:
    """A sentence below a table."""
    return f'<p style="margin:0.4em 0 0 0.5em"><strong>{escape(text)}</strong></p>'


def preformatted(text: str) -> str:
    """Text of the command line, its lines as they are; a narrow page breaks them between words."""
    style = "margin:0.4em 0 0 0.5em;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere"
    style += ";background:transparent;border:none;padding:0"
    return f'<pre style="{style}">{escape(text)}</pre>'


def dim(text: str) -> str:
    """A line above an answer."""
    return f"<div>{_line(text)}</div>"


def _line(text: str) -> str:
    return f'<span style="{_INDENT};{_DIM}">{escape(text)}</span>'
