"""A grade in Markdown, for pages of others: what learners wrote and what their code said is quoted, never markup."""

from __future__ import annotations

import re

from tito.classroom.hosted.grading import HostedGrade
from tito.course.checks import TestResult
from tito.support.points import points_text
from tito.support.safe_text import in_one_line, plain

SIGNS = {"passed": "✓", "failed": "✗", "not started": "·"}
MOST_OF_A_MESSAGE = 4_000  # characters


def of_check(result: TestResult, hint: str = "") -> str:
    """What a learner reads about one check."""
    if result.status == "not started":
        return "Not started: the cell still raises `NotImplementedError`."
    parts = [quoted(result.message)] if result.message and result.status == "failed" else ["Passed."]
    parts += [f"In {_code(result.where)}"] if result.where and result.status == "failed" else []
    parts += [f"Hint: {_escaped(hint)}"] if hint and result.status == "failed" else []
    return "\n\n".join(parts)


def of_grade(graded: HostedGrade) -> str:
    """What was graded, what is still open, and what was put right."""
    if graded.problem:
        return f"Your work could not be graded:\n\n{quoted(graded.problem)}"
    lines = [f"Graded: {_code(graded.file)}"]
    if graded.written_points:
        lines.append(f"Written answers, worth {points_text(graded.written_points)} points, are read by a person.")
    lines += [f"- {_escaped(in_one_line(note, 300))}" for note in graded.grade.notes]
    return "\n\n".join(lines)


def summary(graded: HostedGrade) -> str:
    """The whole grade as one page: a table of the checks, and what to mend."""
    grade, hints = graded.grade, hints_of(graded)
    score = f"{points_text(grade.points)} of {points_text(grade.max_points)} points"
    rows = [
        f"| {SIGNS[r.status]} | {_code(r.id)} | {points_text(r.points)}/{points_text(r.max_points)} |"
        for r in grade.results
    ]
    details = [
        f"### {SIGNS[r.status]} {_code(r.id)}\n\n{of_check(r, hints.get(r.id, ''))}"
        for r in grade.results
        if r.status == "failed" and not graded.problem
    ]
    head = [
        f"## {_escaped(graded.module.title)}: {score}",
        of_grade(graded),
        "\n".join(["|  | check | points |", "|---|---|---:|", *rows]),
    ]
    return "\n\n".join([*head, *details]) + "\n"


def hints_of(graded: HostedGrade) -> dict[str, str]:
    """The first hint for each result, by check: that for its mistake, where the mistake has a name."""
    specs = {check.id: check for check in graded.module.checks}
    known = [result for result in graded.grade.results if result.id in specs]
    return {result.id: next(iter(specs[result.id].hints.on(result.mistake)), "") for result in known}


def quoted(text: str) -> str:
    """Text as an indented block: nothing in it can end the block or be markup."""
    lines = plain(text, MOST_OF_A_MESSAGE).replace("\t", "    ").split("\n")
    return "\n".join(f"    {line}" for line in lines)


def _code(text: str) -> str:
    text = in_one_line(text, 200).replace("|", "¦")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()<>#+!|&~@-])", r"\\\1", text)
