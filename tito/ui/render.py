"""Every line that tito prints, as functions from values to strings.

Nothing here prints or decides. A function takes the values, and last a
`Style`, which colours on a terminal and leaves text alone elsewhere:

    print_message(render.heading("12 benchmarking", style=stderr_style()))
    print_message(render.check_line(True, "solutions removed", "12 regions", style=stderr_style()))
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from tito.support.errors import TitoError
from tito.support.points import points_text
from tito.support.safe_text import plain

NAME_WIDTH = 30  # columns from a line's mark to its figures
WIDTH = 100
MOST_PRINTED = 8  # lines of a work's own prints below a check


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


def count(n: int, noun: str, plural: str = "") -> str:
    """`1 check`, `3 checks`, `2 tries`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(words) -> str:
    """`01 tensor, 02 activations and 03 layers`"""
    *first, end = words
    return f"{', '.join(first)} and {end}" if first else end


def score(earned: float, possible: float) -> str:
    """`7/12`, the points aligned in a column."""
    return f"{points_text(earned):>{len(points_text(possible))}}/{points_text(possible)}"


def written_points(module) -> str:
    """` + 10`, behind the points of the checks: those of the written questions, which a person marks."""
    written = sum(question.points for question in module.questions)
    return f" + {points_text(written)}" if written else ""


def when(at: datetime) -> str:
    """A time as a learner reads it, where they are: `3 Nov, 14:02`."""
    here = at.astimezone()
    return f"{here.day} {here:%b, %H:%M}"


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
    """Prose wrapped to `width` and indented; line breaks in it stay."""
    lead = " " * indent
    lines = (
        textwrap.wrap(
            line,
            max(width, indent + 1),
            initial_indent=lead,
            subsequent_indent=lead,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )
    return "\n".join("\n".join(line) for line in lines)


def next_step(command: str, style: Style = PLAIN) -> str:
    """`next: tito test`: what every screen ends with."""
    return f"{style.dim('next:')} {command}"


def error(problem: TitoError, style: Style = PLAIN) -> str:
    """The message, then where, why and what to try, each if known."""
    rows = (("at:", problem.at), ("why:", problem.why), ("try:", problem.hint))
    lines = [f"{style.red('error:')} {problem.message}"]
    lines += [f"  {style.dim(f'{label:<4}')} {text}" for label, text in rows if text]
    return "\n".join(lines)


def table(header: tuple[str, ...], rows: list[tuple], right: tuple[int, ...] = (), style: Style = PLAIN) -> str:
    """Columns as wide as their widest cell, with two blanks between them; those numbered in `right` align right."""
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
    return "\n".join([*lines, "tito COMMAND --help says more. A module goes by its name or number: tito test 12"])


def module_name(module) -> str:
    """`12 benchmarking`: what every screen about a module begins with."""
    return f"{module.number} {module.name}"


def new_module(module, style: Style = PLAIN) -> str:
    """What to do with a module's folder that was just made."""
    name = f"{style.bold(module_name(module))} is a small lesson that works"
    command = next_step(f"tito release {module.name}", style)
    return f"{name}; write yours in its place: what to replace says REPLACE\n{command}"


def course_modules(modules, released: set[str], style: Style = PLAIN) -> str:
    """The instructor's view: each module's points, checks and whether it is released."""
    header = ("module", "points", "checks", "needs", "released")
    rows = [
        (
            module_name(m),
            points_text(m.max_points),
            len(m.checks),
            " ".join(m.needs) or "-",
            "yes" if m.folder in released else "no",
        )
        for m in modules
    ]
    return table(header, rows, right=(1, 2), style=style)


@dataclass(frozen=True)
class Explanation:
    """A failure caused outside the work: where the fault is, and what to say instead of the check's own message."""

    where: str
    message: str


Explanations = Mapping[str, Explanation]
NO_EXPLANATIONS: Explanations = MappingProxyType({})


def grade(
    grade,
    file: str,
    everything: bool = False,
    width: int = WIDTH,
    style: Style = PLAIN,
    explanations: Explanations = NO_EXPLANATIONS,
    printed: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A learner's checks; the first failure in full, the others by name (in full with `everything`).

    Below each check stands what the work `printed` in it.
    """
    lines, told = [], False
    for result in grade.results:
        lines.append(_result_line(result, file, style, explanations.get(result.id)))
        if result.status == "failed" and (everything or not told):
            lines += _message(result, width, explanations.get(result.id))
            told = True
        lines += prints(printed.get(result.id, ""), width, style)
    return "\n".join(lines)


def prints(text: str, width: int = WIDTH, style: Style = PLAIN) -> list[str]:
    """The first lines of what a work printed, dimmed, so that nobody takes them for ours."""
    lines = plain(text).splitlines()
    room = max(20, width - 8)
    shown = [line if len(line) <= room else line[: room - 1] + "…" for line in lines[:MOST_PRINTED]]
    more = [f"… and {count(len(lines) - MOST_PRINTED, 'line')} more"] if len(lines) > MOST_PRINTED else []
    return [f"      {style.dim(f'│ {line}'.rstrip())}" for line in (*shown, *more)]


def _result_line(result, file: str, style: Style, explanation: Explanation | None = None) -> str:
    if result.status == "not started":
        return check_line(result.status, result.id, " " + style.dim("not started"), style)
    where = explanation.where if explanation else _place(file, result.where)
    place = f"   {style.dim(where)}" if result.status == "failed" else ""
    return check_line(result.status, result.id, f"{score(result.points, result.max_points):>5}{place}", style)


def _message(result, width: int, explanation: Explanation | None = None) -> list[str]:
    """What went wrong, without the place at its end (as in a SyntaxError), which the line above names already."""
    message = result.message.removesuffix(f" ({result.where})")
    message = explanation.message if explanation else message
    return [indented(message, width=width)] if message else []


def _place(file: str, where: str) -> str:
    return f"{file}, {where}" if where else file


def grade_summary(grade, duration_s: float, style: Style = PLAIN, stands_on: str = "") -> str:
    """`1 passed, 1 failed, 10 not started · 0.2 s · on your 01`"""
    statuses = [result.status for result in grade.results]
    counts = [f"{statuses.count(s)} {s}" for s in ("passed", "failed", "not started") if s in statuses]
    facts = [f"{duration_s:.1f} s", *filter(None, [stands_on])]
    return style.bold(", ".join(counts)) + style.dim("".join(f" · {fact}" for fact in facts))


def note(text: str, width: int = WIDTH, style: Style = PLAIN) -> str:
    """Something worth knowing that is no error."""
    return f"{style.yellow('note:')} {indented(text, 6, width).lstrip()}"


def hint(hint, width: int = WIDTH, style: Style = PLAIN) -> str:
    """A hint and its number."""
    head = f"{style.bold(hint.check)} · hint {hint.number} of {hint.total}"
    return f"{head}\n\n{indented(hint.text, 2, width)}\n"


def submitted(module, grade, size: int, changed: tuple[str, ...], style: Style = PLAIN) -> str:
    """What was packed: points on this machine, changes to locked cells, size."""
    points = f"{points_text(grade.points)} of {points_text(grade.max_points)}{written_points(module)} points here"
    failing = (
        ""
        if grade.passed
        else f" ({count(sum(r.status != 'passed' for r in grade.results), 'check')} not passed; accepted)"
    )
    locked = count(len(changed), "note") + " below" if changed else "locked cells unchanged"
    first = f"{style.bold(module_name(module))}: {points}{failing}, {locked}"
    return "\n".join([first, *(f"  {text}" for text in changed), f"packed 1 notebook, {_kilobytes(size)}"])


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000)):,} kB"


def finding(finding, style: Style = PLAIN) -> str:
    """One line of `tito doctor`, with the remedy if something is to be mended."""
    sign = style.yellow("!") if finding.ok is None else mark(finding.ok, style)
    line = f"  {sign} {finding.name:<20}{finding.found}"
    return line if finding.ok or not finding.remedy else f"{line}\n{' ' * 24}{style.dim('try:')} {finding.remedy}"


def doctor_summary(findings, style: Style = PLAIN) -> str:
    """All findings in one line: is anything broken?"""
    broken = sum(f.ok is False for f in findings)
    if broken:
        return style.red(f"{count(broken, 'thing')} to mend before this works")
    return "everything that is needed is there"


def watching(module, grade, saved_at: str, style: Style = PLAIN) -> str:
    """The head of the `tito test --watch` screen."""
    points = f"{points_text(grade.points)}/{points_text(grade.max_points)}"
    return style.bold(f"{module_name(module)} · {points} · saved {saved_at}")


def first_failure(
    grade,
    file: str,
    width: int = WIDTH,
    style: Style = PLAIN,
    explanations: Explanations = NO_EXPLANATIONS,
    printed: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The one problem to work on now: the first failure, else the first check not started."""
    open_results = [r for status in ("failed", "not started") for r in grade.results if r.status == status]
    if not open_results:
        return check_line(True, "every check has passed", style=style)
    first = open_results[0]
    message = _message(first, width, explanations.get(first.id)) if first.status == "failed" else []
    below = prints(printed.get(first.id, ""), width, style)
    return "\n".join([_result_line(first, file, style, explanations.get(first.id)), *message, *below])


WATCH_KEYS = "[h] hint   [a] all checks   [r] run   [q] quit"


def guarantee(guarantee, width: int = WIDTH, style: Style = PLAIN) -> str:
    """One line of a release, and below it what is wrong, if anything."""
    lines = [check_line(guarantee.holds, guarantee.what, guarantee.detail, style)]
    return "\n".join(lines + [indented(problem, width=width) for problem in guarantee.problems])


def lint_line(folder: str, slips, style: Style = PLAIN) -> str:
    """`✗ 07_training: 3 slips`, `✓ 07_training`"""
    detail = f": {count(len(slips), 'slip')}" if slips else ""
    return f"{mark(not slips, style)} {folder}{detail}"


def slip(slip, root) -> str:
    """`modules/source/07_training/checks/spread.py:3: this loop of the check never ends (…)`, as editors read it."""
    place = slip.place.removeprefix(f"{root}/")
    hint = f" ({slip.hint})" if slip.hint else ""
    return f"{place}: {slip.message}{hint}".replace("\n", " ")


def releases(tried, style: Style = PLAIN) -> str:
    """A line for each of several releases; `tried` has each module with its release or with the error instead."""
    sound = sum(_is_sound(outcome) for _, outcome in tried)
    lines = []
    if len(tried) > 1:
        lines = [style.bold(f"{sound} of {count(len(tried), 'module')} released"), ""]
        lines += [_release_line(module, outcome, style) for module, outcome in tried]
    if sound < len(tried):
        lines += [*([""] if lines else []), "nothing is given out of a module with a ✗"]
    return "\n".join(lines)


def _is_sound(outcome) -> bool:
    return not isinstance(outcome, TitoError) and outcome.is_sound


def _release_line(module, outcome, style: Style) -> str:
    if isinstance(outcome, TitoError):
        return check_line(False, module_name(module), outcome.message, style)
    broken = [guarantee.what for guarantee in outcome.guarantees if not guarantee.holds]
    detail = (
        "does not hold: " + ", ".join(broken)
        if broken
        else (f"{count(len(module.checks), 'check')}, {points_text(module.max_points)} points, every guarantee holds")
    )
    return check_line(not broken, module_name(module), detail, style)


def workspace_update(update, style: Style = PLAIN) -> str:
    """What was checked in a workspace, and which modules' references are in it."""
    lines = [check_line(True, "workspace keeps the solutions", count(update.searched, "file"), style)]
    if update.packed:
        lines += [check_line(True, "exports to stand on", listed(map(module_name, update.packed)), style)]
    return "\n".join(lines)


def mutation_report(report, width: int = WIDTH, style: Style = PLAIN) -> str:
    """A mutation run: how each method's mutants ended, and which of them need a look."""
    header = ("method", "mutants", "killed", "listed", "survive")
    parts = {method: report.only(method) for method in report.methods}
    rows = [(method, *map(len, (p.results, p.killed, p.equivalents, p.survivors))) for method, p in parts.items()]
    total = ("", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))
    lines = [table(header, [*rows, total], right=(1, 2, 3, 4), style=style), ""]
    for entry in report.stale:
        lines += [check_line(False, f"{entry.method}: listed, but not alive", "", style)]
        lines += [indented(entry.becomes, width=width)]
    for result in report.spreading:
        where = ", ".join(sorted(result.elsewhere))
        lines += [check_line(None, f"{result.mutant.method}: loses points in {where} too", "", style)]
        lines += [indented(result.mutant.becomes, width=width)]
    return "\n".join([*lines, _mutation_summary(report, style)])


def _mutation_summary(report, style: Style) -> str:
    if report.is_sound:
        return check_line(True, "each mutant is killed, or listed with a reason", "", style)
    wrong = [count(len(report.survivors), "survivor")] * bool(report.survivors)
    wrong += [count(len(report.stale), "stale entry", "stale entries")] * bool(report.stale)
    return check_line(False, " and ".join(wrong), "", style)
