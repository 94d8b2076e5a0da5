"""The course's deadlines and extensions: `course/deadlines.csv`, a line each, for an instructor to read and mend."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tito.classroom.intake.filenames import folded
from tito.course.course import Course, Module
from tito.support.errors import CourseError, UsageError
from tito.support.files import write_atomic

COLUMNS = ("module", "learner", "due")


@dataclass(frozen=True)
class Deadlines:
    """Due dates (UTC) by module's name and learner's id, folded; "" is everybody."""

    due: dict[tuple[str, str], datetime]

    def of(self, module: Module, learner: str = "") -> datetime | None:
        """When this learner's work for the module is due; None when there is no deadline."""
        return self.due.get((module.name, folded(learner)), self.due.get((module.name, "")))

    def has_extension(self, module: Module, learner: str) -> bool:
        return (module.name, folded(learner)) in self.due

    def extensions(self, module: Module) -> dict[str, datetime]:
        """The learners, by folded id, who have a time of their own."""
        return {who: at for (name, who), at in self.due.items() if name == module.name and who}

    def changed(self, module: Module, at: datetime | None, learner: str = "") -> Deadlines:
        """With another time, or with none."""
        key = (module.name, folded(learner))
        rest = {other: due for other, due in self.due.items() if other != key}
        return Deadlines(rest if at is None else rest | {key: at.astimezone(UTC)})

    def under_new_name(self, earlier: Module, module: Module) -> Deadlines:
        """With what was set for the module under an earlier name."""
        names = {earlier.name: module.name}
        return Deadlines({(names.get(name, name), who): at for (name, who), at in self.due.items()})


def read_deadlines(course: Course) -> Deadlines:
    """The deadlines that were set; CourseError when a line can't be read."""
    path = course.deadlines
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except FileNotFoundError:
        return Deadlines({})
    except UnicodeDecodeError:
        raise CourseError("deadlines.csv is not text in UTF-8", at=str(path)) from None
    due = {}
    for n, row in enumerate(rows, 2):
        try:
            at = datetime.fromisoformat((row.get("due") or "").strip()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise CourseError(f"line {n} of deadlines.csv has no time: '{row.get('due')}'", at=str(path)) from None
        due[(row.get("module") or "").strip(), folded((row.get("learner") or "").strip())] = at
    return Deadlines(due)


def write_deadlines(course: Course, deadlines: Deadlines) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*key, at.isoformat()] for key, at in sorted(deadlines.due.items()))
    write_atomic(course.deadlines, out.getvalue())


def moment(text: str, option: str = "TIME") -> datetime:
    """The moment that `2026-11-03T23:59` or `2026-11-03` names: local time, and a bare date's last second."""
    try:
        at = datetime.fromisoformat(text)
        at = at + timedelta(days=1, seconds=-1) if len(text) <= len("2026-01-14") else at
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} is '{text}', which is no time", hint=f"{option} 2026-01-14T12:00") from None
