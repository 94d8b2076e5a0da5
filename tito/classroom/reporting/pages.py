"""The report's pages: a module's class, hand-ins that are much alike, and the term. None has a script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from tito.classroom.intake.times import in_words
from tito.classroom.report import ClassReport
from tito.classroom.reporting.check_counts import CheckLine
from tito.classroom.reporting.figures import Figure, distribution, over_time, shares
from tito.classroom.reporting.lookalikes import LookAlikes
from tito.classroom.reporting.term import TermReport
from tito.course.course import Course
from tito.support.files import write_atomic
from tito.support.templates import filled

MOST_NAMED = 8  # learners in one line of a table
Pictures = list[tuple[str, Figure]]


def write_report(course: Course, report: ClassReport, look_alikes: LookAlikes | None = None) -> Path:
    """Write the page of a module, and beside it the page of hand-ins that are much alike, if there are any."""
    module, look_alikes = report.module, look_alikes or LookAlikes()
    page = filled(
        "tito.classroom",
        "report.html",
        report=report,
        module=module,
        figures=_pictures(report),
        mistakes=[(check, mistake) for check in report.checks for mistake in check.mistakes],
        named=any(line.name or line.email for line in report.learners),
        feedback=_feedback_links(course, report),
        pairs=look_alikes.pairs,
        shares=shares,
        some=some,
        moment=in_words,
    )
    _write_alike(course, report, look_alikes)
    return write_atomic(course.reports(module) / "report.html", page)


def _pictures(report: ClassReport) -> Pictures:
    module = report.module
    found = [("Points of the checks: how many learners have how many", distribution(report.scores, module.max_points))]
    if module.questions:
        totals = distribution(report.totals, module.max_total_points)
        found.append(("Points with the written answers, where none waits", totals))
    found.append(("When hand-ins came, the late ones in red", over_time(report.arrivals, report.due)))
    return [(caption, picture) for caption, picture in found if picture]


def _feedback_links(course: Course, report: ClassReport) -> dict[str, str]:
    """The address of each feedback page that is there, as seen from the report."""
    pages = {line.learner: course.feedback_page(line.learner, report.module) for line in report.learners}
    return {
        learner: quote(f"../../{page.relative_to(course.nbgrader_root).as_posix()}")
        for learner, page in pages.items()
        if page.is_file()
    }


def _write_alike(course: Course, report: ClassReport, look_alikes: LookAlikes) -> None:
    """Write the page of pairs; where there are none any more, an earlier page goes."""
    path = course.reports(report.module) / "alike.html"
    if not look_alikes.pairs:
        path.unlink(missing_ok=True)
        return
    shown = look_alikes.side_by_side()
    left_out = len(look_alikes.pairs) - len(shown)
    write_atomic(path, filled("tito.classroom", "alike.html", module=report.module, shown=shown, left_out=left_out))


def write_term(course: Course, term: TermReport) -> Path:
    """Write the overview of the term."""
    picture = distribution(term.points, term.max_points)
    page = filled(
        "tito.classroom",
        "term.html",
        term=term,
        figures=[("Points so far: how many learners have how many", picture)] if picture else [],
        named=any(line.name for line in term.learners),
        hardest_of=hardest_of,
    )
    return write_atomic(course.term_report, page)


def hardest_of(report: ClassReport) -> CheckLine | None:
    """The check that the smallest share of the class has passed; None where nothing is graded."""
    graded = [check for check in report.checks if check.tally.total]
    return min(graded, key=lambda check: check.tally.passed / check.tally.total, default=None)


def some(learners: Sequence[str]) -> str:
    """The first of many learners, and how many more there are."""
    more = len(learners) - MOST_NAMED
    return ", ".join(learners[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
