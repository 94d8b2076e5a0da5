"""A page for each learner: what each check found, what to try, and an instructor's points and comments.

The page is one file without scripts, fonts or pictures from elsewhere. It is
built from the record, the submission and the gradebook; nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tito.classroom import records
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Mark, Marks
from tito.classroom.records import Record
from tito.course.checks import TestResult
from tito.course.course import CheckSpec, Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.cells.origin import with_present_ids
from tito.lesson.notebook import Notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic
from tito.support.parallel import mapped
from tito.support.progress import Tracker, untracked
from tito.support.safe_text import plain
from tito.support.templates import filled

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter

MOST_COLOURED, MOST_BLANK_LINES = 50_000, 3  # characters of a cell, and lines in a row
WORTH_A_PROCESS = 200  # pages: what it takes to start a process
SIGNS = {"passed": "✓", "failed": "✗", "not started": "·"}


@dataclass(frozen=True)
class CheckView:
    """One check as the page shows it; `points` are those that count: an instructor's if there are any, else ours."""

    id: str
    status: str
    points: float
    max_points: float
    message: str = ""
    where: str = ""
    hint: str = ""
    by_hand: bool = False

    @property
    def sign(self) -> str:
        return SIGNS[self.status]


@dataclass(frozen=True)
class QuestionView:
    """A written answer: the learner's text, and an instructor's points and comment."""

    id: str
    answer: str
    points: float
    max_points: float
    waiting: bool
    comment: str = ""


@dataclass(frozen=True)
class CellView:
    """One of the learner's own cells: its highlighted code, and the checks on it."""

    name: str
    code: str
    checks: tuple[CheckView, ...] = ()
    comment: str = ""

    @property
    def failing(self) -> bool:
        return any(check.status == "failed" for check in self.checks)


@dataclass(frozen=True)
class Page:
    """Everything that a learner reads about one submission."""

    module: Module
    learner: str
    submitted_at: datetime | None
    checks: tuple[CheckView, ...]
    questions: tuple[QuestionView, ...] = ()
    cells: tuple[CellView, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    late_penalty: float = 0.0

    @property
    def handed_in(self) -> str:
        at = self.submitted_at
        return f"{at.day} {at:%B %Y, %H:%M} UTC" if at else ""

    @property
    def points(self) -> float:
        return max(0.0, sum(check.points for check in self.checks) - self.late_penalty)

    @property
    def max_points(self) -> float:
        return sum(check.max_points for check in self.checks)

    def count(self, status: str) -> int:
        return sum(check.status == status for check in self.checks)


def write_feedback(course: Course, module: Module, processes: int = 1, progress: Tracker = untracked) -> Iterator[Path]:
    """Write a page for every graded submission of `module`, by so many processes if there are many submissions.

    Gives the pages' paths, in order of learner. Where this is interrupted, each page is there as a whole or not
    at all. UsageError when nothing is graded.
    """
    learners = course.learners(module)
    if not any(records.is_there(course, module, learner) for learner in learners):
        raise UsageError(f"nothing of {module.name} is graded yet", hint=f"tito grade {module.name}")
    with gradebook.opened(course) as book:
        marks = book.marks(module)
    writer = _PageWriter(course, module, built(course, module))
    submissions = ((learner, marks.get(learner, Marks())) for learner in learners)
    pages = mapped(writer, submissions, min(processes, 1 + len(learners) // WORTH_A_PROCESS))
    with closing(pages):
        yield from filter(None, progress(pages, len(learners), "feedback"))


@dataclass(frozen=True)
class _PageWriter:
    """Writes the page of a learner, with the marks in the gradebook; None where nothing is graded."""

    course: Course
    module: Module
    trusted: Notebook

    def __call__(self, submission: tuple[str, Marks]) -> Path | None:
        learner, marks = submission
        record = records.read(self.course, self.module, learner)
        if record is None:
            return None
        submitted = _submitted(self.course, self.module, record)
        page = page_of(self.module, record, marks, submitted, self.trusted)
        return write_atomic(self.course.feedback_page(learner, self.module), render(page))


def page_for(course: Course, module: Module, learner: str) -> str | None:
    """The page of one learner as HTML; None for a submission that was not graded here."""
    record = records.read(course, module, learner)
    if record is None:
        return None
    with gradebook.opened(course) as book:
        marks = book.marks(module).get(learner, Marks())
    return render(page_of(module, record, marks, _submitted(course, module, record), built(course, module)))


def _submitted(course: Course, module: Module, record: Record) -> Notebook | None:
    if record.problem:
        return None
    try:
        return with_present_ids(notebook.read(course.submitted_notebook(record.learner, module)), module)
    except UsageError:
        return None  # it could be read when it was graded; the page is made without the code


def page_of(module: Module, record: Record, marks: Marks, submitted: Notebook | None, trusted: Notebook) -> Page:
    """The page's contents; `trusted` says which cell each check is about."""
    specs = {spec.id: spec for spec in module.checks}
    checks = tuple(_check(result, specs.get(result.id), marks) for result in record.grade.results)
    return Page(
        module=module,
        learner=record.learner,
        submitted_at=record.submitted_at,
        checks=checks,
        questions=tuple(_question(spec, record, marks, submitted) for spec in module.questions),
        cells=_cells(submitted, trusted, {check.id: check for check in checks}, marks) if submitted else (),
        notes=record.grade.notes,
        problem=record.problem,
        late_penalty=marks.late_penalty,
    )


def _check(result: TestResult, spec: CheckSpec | None, marks: Marks) -> CheckView:
    mark = marks.marks.get(result.id, Mark(auto=result.points))
    hint = next(iter(spec.hints.on(result.mistake)), "") if spec and result.status != "passed" else ""
    return CheckView(
        id=result.id,
        status=result.status,
        points=mark.points,
        max_points=result.max_points,
        message=result.message if result.status == "failed" else "",
        where=result.where,
        hint=hint,
        by_hand=mark.points != result.points,
    )


def _question(spec: CheckSpec, record: Record, marks: Marks, submitted: Notebook | None) -> QuestionView:
    mark = marks.marks.get(spec.id, Mark())
    answered = bool(record.answers.get(spec.id))
    found = [cell.source for cell in submitted.cells if cell.grade_id == spec.id] if submitted and answered else []
    waiting = answered and mark.manual is None
    return QuestionView(
        spec.id,
        plain(found[-1]) if found else "",
        mark.points,
        spec.points,
        waiting,
        marks.comments.get(spec.id, "") if answered else "",
    )


def _cells(submitted: Notebook, trusted: Notebook, checks: dict[str, CheckView], marks: Marks) -> tuple[CellView, ...]:
    """The learner's solution cells, each with the checks between it and the next one."""
    about = _checks_by_cell(trusted)
    return tuple(
        CellView(
            cell.grade_id,
            highlighted(plain(cell.source)),
            _of(about, cell.grade_id, checks),
            marks.comments.get(cell.grade_id, ""),
        )
        for cell in submitted.cells
        if cell.kind == "code" and cell.grade_id in about
    )


def _of(about: dict[str, list[str]], name: str, checks: dict[str, CheckView]) -> tuple[CheckView, ...]:
    return tuple(checks[check] for check in about[name] if check in checks)


def _checks_by_cell(trusted: Notebook) -> dict[str, list[str]]:
    about: dict[str, list[str]] = {}
    current = ""
    for cell in trusted.cells:
        if cell.is_solution:
            current = cell.grade_id
            about[current] = []
        elif cell.is_check and current:
            about[current].append(cell.grade_id)
    return about


def highlighted(source: str) -> str:
    """Python as HTML, in the classes that the page's style sheet colours; a very long cell stays black.

    Of many blank lines in a row a few are shown: for n of them Pygments takes a time that grows as n².
    """
    from pygments import highlight
    from pygments.lexers import PythonLexer, TextLexer

    lines = [line.rstrip() for line in source.split("\n")]
    few = [line for number, line in enumerate(lines) if line or any(lines[max(0, number - MOST_BLANK_LINES) : number])]
    lexer = PythonLexer() if len(source) <= MOST_COLOURED else TextLexer()
    return str(highlight("\n".join(few), lexer, _formatter()))


@cache
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True, style="default")


@cache
def colours() -> str:
    """The style sheet of highlighted code, on a light ground and on a dark one, as the reader's system asks for it."""
    from pygments.formatters import HtmlFormatter

    dark = HtmlFormatter(nowrap=True, style="github-dark").get_style_defs(".code")
    return f"{_formatter().get_style_defs('.code')}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


def render(page: Page) -> str:
    """The page as HTML; every text of the learner's is escaped."""
    return filled("tito.classroom", "feedback.html", page=page, colours=colours())
