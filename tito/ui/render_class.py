"""The lines that an instructor reads about a class, as functions from values to strings."""

from __future__ import annotations

from collections import Counter

from tito.classroom.intake.times import in_words
from tito.support.points import points_text
from tito.support.safe_text import in_one_line
from tito.ui.render import NAME_WIDTH, PLAIN, Style, count, listed, mark, module_name, score, table

FEWEST_OF_A_CLASS = 3  # learners of whom the same may be said together


def graded(graded, widest: int, style: Style = PLAIN) -> str:
    """`  s002      75/100   ✗ validate_comparison: interval is for mean a`"""
    name = f"  {graded.learner:<{widest}}  "
    if graded.fault:
        return f"{name}{style.red('not graded')}: a fault of tito's own: {graded.fault}"
    record = graded.record
    if record.problem:
        return f"{name}{style.red('could not be read')}: {in_one_line(record.problem)}"
    points = f"{score(record.grade.points, record.grade.max_points):>8}"
    if record.outcome == "not started":
        return f"{name}{points}   {style.dim('· not started')}"
    failed = next((r for r in record.grade.results if r.status == "failed"), None)
    remark = f"   {mark(False, style)} {failed.id}: {_first_line(failed.message)}" if failed else ""
    return f"{name}{points}{remark}".rstrip()


def _first_line(text: str, most: int = 90) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def grading_notes(all_graded, most: int = 2) -> str:
    """Each learner's first notes (`s003 changed the locked cell "server"`), and how many more there are.

    What is said of most of a class, as of a release without marks, is said once.
    """
    noted = {g.learner: g.record.grade.notes for g in all_graded if g.record}
    times = Counter(note for notes in noted.values() for note in dict.fromkeys(notes))
    shared = {note: n for note, n in times.items() if n >= FEWEST_OF_A_CLASS and 2 * n > len(noted)}
    of_all = [f"{n} of {len(noted)} learners: {note}" for note, n in shared.items()]
    own = {learner: tuple(note for note in notes if note not in shared) for learner, notes in noted.items()}
    return "\n".join([*of_all, *(line for learner, notes in own.items() for line in _notes_of(learner, notes, most))])


def _notes_of(learner: str, notes: tuple[str, ...], most: int) -> list[str]:
    lines = [f"{learner} {note}" for note in notes[:most]]
    more = len(notes) - most
    return [*lines, f"{learner} and {more} more like these, in the feedback page"] if more > 0 else lines


def isolation_note(all_graded, wanted: int = 2) -> str:
    """A warning if something was graded below the isolation level that it should be; else ""."""
    levels = [g.record.grade.isolation_level for g in all_graded if g.fresh and g.record]
    low = min((level for level in levels if level is not None), default=wanted)
    return (
        f"graded at isolation level {low}; tito doctor says what learners' code was not kept from"
        if low < wanted
        else ""
    )


def graded_summary(module, all_graded, duration_s: float, style: Style = PLAIN) -> str:
    """`12 benchmarking: 300 graded, 280 of them before · 9.0 s`"""
    before = sum(not g.fresh for g in all_graded)
    text = f"{module_name(module)}: {len(all_graded)} graded" + (f", {before} of them before" if before else "")
    return style.bold(text) + style.dim(f" · {duration_s:.1f} s")


def mark_changes(changes) -> str:
    """`  jmuller-10101     92 → 100   server 8 → 16`, a line for each learner whose marks differ."""
    widest = max(len(change.learner) for change in changes)
    before = max(len(points_text(change.before)) for change in changes)
    totals = [f"{points_text(change.before):>{before}} → {points_text(change.after)}" for change in changes]
    width = max(map(len, totals))
    return "\n".join(
        f"  {change.learner:<{widest}}     {total:<{width}}   {', '.join(map(_check_change, change.checks))}"
        for change, total in zip(changes, totals, strict=True)
    )


def _check_change(check) -> str:
    """`server 8 → 16`, or `server none → 16` for a check that is new."""
    before, after = (points_text(points) or "none" for points in (check.before, check.after))
    return f"{check.id} {before} → {after}"


def other_marks(all_graded, changes) -> str:
    """`  41 others stay, 2 are graded for the first time`: what `mark_changes` leaves out; "" for nobody."""
    stay = sum(graded.before is not None for graded in all_graded) - len(changes)
    new = sum(graded.before is None and graded.record is not None for graded in all_graded)
    stays = count(stay, "other stays", "others stay") if changes else "no marks change"
    firsts = count(new, "is graded for the first time", "are graded for the first time")
    parts = [text for number, text in ((stay, stays), (new, firsts)) if number]
    return f"  {', '.join(parts)}" if parts else ""


def penalty_changes(changes) -> str:
    """`  ada     0 → 3`, a line for each learner of whom more or less is taken off for lateness."""
    widest = max(len(change.learner) for change in changes)
    return "\n".join(
        f"  {change.learner:<{widest}}     {points_text(change.before)} → {points_text(change.after)}"
        for change in changes
    )


def preview_heading(module, checks, style: Style = PLAIN) -> str:
    """`12 benchmarking: the check 'server' has changed since 3 Nov 2026, 14:02`"""
    if checks is None:
        return style.bold(module_name(module))
    names = [f"'{name}'" for name in checks.names]
    return style.bold(f"{module_name(module)}: {_checks_have(names)} changed since {in_words(checks.since)}")


def _checks_have(names: list[str]) -> str:
    if len(names) > 1:
        return f"the checks {listed(names)} have"
    return f"the check {names[0]} has" if names else "no check has"


def grading_log(runs, style: Style = PLAIN) -> str:
    """A table of the runs, a line each."""
    rows = [
        (in_words(run.at), run.tests, _level(run), run.graded, len(run.changes), _differences(run), _run_remark(run))
        for run in runs
    ]
    return table(("when", "tests", "level", "graded", "changed", "by", ""), rows, right=(2, 3, 4), style=style)


def _level(run) -> str:
    return "" if run.isolation_level is None else str(run.isolation_level)


def _differences(run) -> str:
    """`+8`, or `-4 to +8` when learners' totals changed by several amounts."""
    found = [change.difference for change in run.changes]
    ends = sorted({min(found), max(found)}) if found else []
    return " to ".join(("+" if end > 0 else "") + points_text(end) for end in ends)


def _run_remark(run) -> str:
    faults = f"{run.faults} not graded" if run.faults else ""
    penalties = count(len(run.penalties), "late penalty", "late penalties") if run.penalties else ""
    return ", ".join(filter(None, ("interrupted" if run.interrupted else "", faults, penalties)))


def report(report, style: Style = PLAIN, pairs=()) -> str:
    """The class at a glance: each check, then each learner, then what somebody should look at."""
    tables = [_headline(report, style), _checks(report, style), _learners(report, style)]
    parts = [*tables, _oddities(report.oddities), _pairs(pairs)]
    return "\n\n".join(filter(None, parts))


def _headline(report, style: Style) -> str:
    parts = [module_name(report.module), f"{len(report.scores)} graded"]
    if report.scores:
        parts += [f"mean {points_text(report.mean)}", f"median {points_text(report.median)}"]
    if report.missing:
        parts.append(f"{len(report.missing)} not handed in")
    return style.bold(" · ".join(parts))


def _checks(report, style: Style) -> str:
    rows = [
        (
            f"{check.id:<{NAME_WIDTH - 6}}",
            points_text(check.points),
            f"{check.tally.passed} of {check.tally.total}",
            check.tally.failed,
            check.tally.not_started,
            _mistake(check),
        )
        for check in report.checks
    ]
    header = ("check", "points", "passed", "failed", "not started", "most common mistake")
    return table(header, rows, right=(1, 2, 3, 4), style=style)


def _mistake(check) -> str:
    short = _first_line(check.mistake, 60)
    return f"{short} ({check.times})" if check.times else ""


def _learners(report, style: Style) -> str:
    has_questions = bool(report.module.questions)
    rows = [
        (
            line.learner,
            line.status,
            points_text(line.points),
            *([points_text(line.total)] if has_questions else []),
            _first_line(line.remark, 80),
        )
        for line in report.learners
    ]
    header = ("learner", "status", "points", *(["total"] if has_questions else []), "")
    return table(header, rows, right=(2, 3) if has_questions else (2,), style=style)


def _oddities(oddities, most: int = 10) -> str:
    """A line for each of the first oddities; "" for none."""
    if not oddities:
        return ""
    lines = [f"  {', '.join(odd.who) or odd.file}   {_first_line(odd.words)}" for odd in oddities[:most]]
    more = [f"  and {len(oddities) - most} more, in the page"] if len(oddities) > most else []
    return "\n".join(["to look at:", *lines, *more])


def _pairs(pairs, most: int = 10) -> str:
    """A line for each of the pairs that are most alike; "" for none."""
    if not pairs:
        return ""
    lines = [f"  {pair.first} · {pair.second}   {100 * pair.share:.0f} %" for pair in pairs[:most]]
    more = [f"  and {len(pairs) - most} more"] if len(pairs) > most else []
    return "\n".join(["much alike, a hint to look and no verdict:", *lines, *more])


def term(term, style: Style = PLAIN) -> str:
    """The term at a glance: each module, then each learner's points in each."""
    heading = f"{count(len(term.reports), 'module')} · {count(len(term.learners), 'learner')}"
    return "\n\n".join([style.bold(heading), _modules(term, style), _term_learners(term, style)])


def _modules(term, style: Style) -> str:
    rows = [
        (
            module_name(report.module),
            len(report.scores),
            len(report.missing),
            len(report.late),
            points_text(report.mean),
            points_text(report.median),
            points_text(report.module.max_points),
        )
        for report in term.reports
    ]
    header = ("module", "graded", "missing", "late", "mean", "median", "of")
    return table(header, rows, right=(1, 2, 3, 4, 5, 6), style=style)


def _term_learners(term, style: Style) -> str:
    rows = [(line.learner, *map(_term_points, line.lines), points_text(line.points)) for line in term.learners]
    header = ("learner", *(report.module.name for report in term.reports), "so far")
    return table(header, rows, right=tuple(range(1, len(header))), style=style)


def _term_points(line) -> str:
    """Points, with a + where a written answer waits; a status where there are none."""
    if line is None:
        return ""
    if line.points is None:
        return line.status
    return points_text(line.total) if line.total is not None else f"{points_text(line.points)} +"
