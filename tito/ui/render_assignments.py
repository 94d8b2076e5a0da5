"""The lines that an instructor reads about an assignment of an ordinary nbgrader course."""

from __future__ import annotations

from tito.support.points import points_text
from tito.support.safe_text import in_one_line
from tito.ui.render import PLAIN, Style, check_line, count, score, table


def graded(done, style: Style = PLAIN) -> str:
    """`  s002  not graded: problem1.ipynb could not be read`: a line for each that needs one; "" where none does."""
    noted = [each for each in done if each.problem or each.stopped]
    widest = max((len(each.learner) for each in noted), default=0)
    return "\n".join(f"  {each.learner:<{widest}}  {_remark(each, style)}" for each in noted)


def _remark(each, style: Style) -> str:
    if each.problem:
        return f"{style.red('not graded')}: {in_one_line(each.problem)}"
    return in_one_line("; ".join(each.stopped))


def summary(assignment, done, duration_s: float, style: Style = PLAIN) -> str:
    """`ps1: 300 graded, 280 of them before · 9.0 s`"""
    kept, failed = (sum(each.outcome == outcome for each in done) for outcome in ("kept", "not graded"))
    text = f"{assignment.name}: {len(done) - failed} graded" + (f", {kept} of them before" if kept else "")
    text += f", {failed} not" if failed else ""
    return style.bold(text) + style.dim(f" · {duration_s:.1f} s")


def marks(assignment, found, style: Style = PLAIN) -> str:
    """A table with a row for each learner."""
    rows = [
        (
            each.learner,
            *(points_text(each.by_notebook.get(name)) for name in assignment.notebooks),
            f"-{points_text(each.penalty)}" if each.penalty else "",
            score(each.score, each.max_score),
            count(each.unmarked, "cell") if each.unmarked else "",
        )
        for each in found
    ]
    header = ("learner", *assignment.notebooks, "late", "score", "for a person")
    return table(header, rows, right=tuple(range(1, len(header) - 1)), style=style)


def adopted(each, style: Style = PLAIN) -> str:
    """What an assignment has, and where its own solutions lose points behind the walls."""
    what = f"{', '.join(each.assignment.notebooks)}; {points_text(each.points)} points by tests"
    what += f"; {count(each.learners, 'hand-in')}"
    lines = [check_line(not each.lost, each.assignment.name, what, style=style)]
    for cell in each.lost:
        earned = f"{points_text(cell.earned)} of {points_text(cell.max_points)}"
        lines.append(f"      {cell.notebook}, {cell.cell}: its solution earns {earned} here: {in_one_line(cell.why)}")
    return "\n".join(lines)
