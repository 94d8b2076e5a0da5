"""Gives marks back: whose mark goes out under which key of the platform's, and who is left out, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tito.classroom.giving_back.marks import NOTHING_COUNTS, Standing, most_points, standings
from tito.classroom.giving_back.numbers import Numbers, numbers_of
from tito.classroom.giving_back.platforms.brightspace import BrightspaceGrades
from tito.classroom.giving_back.platforms.canvas import CanvasGradebook
from tito.classroom.giving_back.platforms.moodle import MoodleWorksheet
from tito.classroom.giving_back.platforms.plain import PlainTable
from tito.classroom.giving_back.sheet import Cells, Line, Listed, MarksFormat, ReturnTask, as_csv, read_export
from tito.classroom.intake.filenames import folded
from tito.classroom.intake.people.roster import login_of
from tito.course.course import Course, Module

PLATFORMS: dict[str, MarksFormat] = {
    "canvas": CanvasGradebook(),
    "moodle": MoodleWorksheet(),
    "brightspace": BrightspaceGrades(),
    "csv": PlainTable(),
}
Who = Callable[[Standing], Cells | str]  # the cells that say who this is, or why there are none


@dataclass(frozen=True)
class LeftOut:
    """Somebody whose mark does not go out, and why; `needs_person` unless there is no mark that could."""

    learner: str
    why: str
    needs_person: bool = True


@dataclass(frozen=True)
class MarksFile:
    """A file for a platform's import: its text, the lines in it, who is left out, and what is not final in it."""

    text: str
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def partial(self) -> tuple[Standing, ...]:
        return tuple(line.standing for line in self.lines if not line.standing.is_final)

    @property
    def needs_person(self) -> bool:
        return bool(self.partial) or any(each.needs_person for each in self.left_out)


def marks_file(
    course: Course,
    module: Module,
    to: str,
    assignment: str = "",
    like: Path | None = None,
    partial: bool = False,
    with_comments: bool = False,
    at: datetime | None = None,
) -> MarksFile:
    """The marks of `module` for the import of the platform called `to`.

    `assignment` is the module's name there. `like` is the platform's own export, which says who its people are;
    without it only numbers that came with its downloads count. With `partial` also marks that are not final go out.
    """
    platform = PLATFORMS[to]
    task = ReturnTask(assignment or module.title, most_points(module), at or datetime.now(UTC), with_comments)
    numbers = numbers_of(course, module, platform.name, platform.numbers_change)
    found = standings(course, module)
    if like is None:
        lines, left_out = _sorted(found, _by_numbers(platform, numbers), partial)
    else:
        headings, rows = read_export(like)
        task = replace(task, headings=headings)
        listed = [each for each in map(platform.listed, rows) if each]
        lines, left_out = _sorted(found, _by_export(platform, numbers, listed), partial)
    lines, doubled = _without_doubles(lines)
    return MarksFile(as_csv(platform.rows(lines, task)), tuple(lines), (*left_out, *doubled))


def _sorted(found: Iterable[Standing], who: Who, partial: bool) -> tuple[list[Line], list[LeftOut]]:
    """The lines that go out, and who is left out."""
    lines, left_out = [], []
    for standing in found:
        goes = standing.is_final or (standing.is_partial and partial)
        cells = who(standing) if goes else standing.why_not
        if isinstance(cells, str):
            left_out.append(LeftOut(standing.learner, cells, cells != NOTHING_COUNTS))
        else:
            lines.append(Line(cells, standing))
    return lines, left_out


def _without_doubles(lines: list[Line]) -> tuple[list[Line], list[LeftOut]]:
    """No mark for anybody who shares a row with somebody else: nothing tells whose of the marks it is."""
    same = defaultdict(list)
    for line in lines:
        same[tuple(line.cells.items())].append(line)
    doubled = {line.standing.learner: several for several in same.values() if len(several) > 1 for line in several}
    kept = [line for line in lines if line.standing.learner not in doubled]
    return kept, [LeftOut(who, _shares(who, several)) for who, several in doubled.items()]


def _shares(who: str, lines: list[Line]) -> str:
    return f"would have the same row as {', '.join(other for each in lines if (other := each.standing.learner) != who)}"


def _by_numbers(platform: MarksFormat, numbers: Numbers) -> Who:
    """Who somebody is by the numbers that came with the platform's downloads."""

    def cells(standing: Standing) -> Cells | str:
        person = standing.person
        number = numbers.of.get(person.id, "")
        if not number and platform is PLATFORMS["brightspace"] and len(person.numbers) == 1:
            # the class list's, where the download has numbers of no person; never what came from another platform
            number = "" if person.number in numbers.elsewhere else person.number
        needs_number = bool(platform.name)
        return platform.cells(person, number) if number or not needs_number else numbers.reason(person.id)

    return cells


def _by_export(platform: MarksFormat, numbers: Numbers, listed: list[Listed]) -> Who:
    """Who somebody is on the platform's own list: by number, email or login, one of which has to fit one row."""
    by_number, by_email, by_login = (_index(listed, key) for key in ("number", "email", "login"))

    def cells(standing: Standing) -> Cells | str:
        person = standing.person
        own = [numbers.of[person.id]] if person.id in numbers.of else []
        keys = [
            *(
                by_number.get(folded(number), [])
                for number in [*own, *([] if platform.numbers_change else person.numbers)]
            ),
            by_email.get(folded(person.email), []) if person.email else [],
            *(by_login.get(folded(login), []) for login in (person.id, login_of(person.email)) if login),
        ]
        rows = next((rows for rows in keys if rows), [])
        if len(rows) != 1:
            return "is several people in the export" if rows else "is not in the export, by number, email or login"
        most = platform.most_points(rows[0])
        if most and standing.points > float(most):
            return f"has more than {platform.name}'s maximum of {most}, which its import leaves out"
        return rows[0]

    return cells


def _index(listed: list[Listed], key: str) -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = defaultdict(list)
    for each in listed:
        if value := folded(getattr(each, key)):
            found[value].append(each.row)
    return found
