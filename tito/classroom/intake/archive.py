"""What was handed in, kept as it came, and the choice of what counts.

The names in `course/handins/<module>/<learner>/` are the whole record: when a
file was handed in, the hash of its bytes, and what it was called. So nothing
is ever overwritten, and keeping the same file twice is keeping it once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from tito.classroom.intake.filenames import Owner, module_with_cells_of, platform_owner
from tito.classroom.intake.reader import notebook_in
from tito.course.course import Course, Module
from tito.lesson import notebook as notebooks
from tito.lesson.notebook import Notebook
from tito.support.errors import UsageError
from tito.support.files import write_atomic

UNREADABLE = "could_not_be_read.txt"
_STAMP = "%Y%m%dT%H%M%SZ"
_KEPT = re.compile(r"(?P<at>\d{8}T\d{6}Z)-[0-9a-f]{8}-(?P<original>.+)")


@dataclass(frozen=True)
class HandIn:
    """One hand-in as it was understood: whose, for which module, and when it was handed in (UTC)."""

    owner: Owner
    module: Module
    original: PurePosixPath
    at: datetime
    content: bytes
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class Original:
    """A kept file: when it was handed in, and its path then."""

    kept: Path
    at: datetime
    path: PurePosixPath

    @property
    def is_late(self) -> bool:
        owner = platform_owner(self.path)
        return bool(owner and owner.late)

    def notebook(self) -> Notebook:
        """The notebook in it; UsageError says why there is none."""
        if self.path.name.endswith(UNREADABLE):
            raise UsageError(self.kept.read_text(encoding="utf-8"))
        return notebook_in(self.path.name, self.kept.read_bytes())


@dataclass(frozen=True)
class Counted:
    """What counts of a learner's hand-ins: `original`, or none, and then `problem` says why."""

    original: Original | None
    problem: str = ""


def keep(course: Course, handin: HandIn) -> HandIn:
    """Put a hand-in among the originals; the learner's id is told apart from that of a namesake."""
    handin = replace(handin, owner=_distinct(course, handin))
    content = handin.content or handin.problem.encode()
    suffix = f".{UNREADABLE}" if handin.problem and not handin.content else ""
    name = f"{handin.at:{_STAMP}}-{notebooks.digest(content)[:8]}-{_in_one_name(handin.original)}{suffix}"
    write_atomic(_folder(course, handin.owner.learner, handin.module) / name, content)
    return handin


def _in_one_name(path: PurePosixPath) -> str:
    flat = re.sub(r"[^\w.@+ -]", "_", "__".join(path.parts))
    return flat if len(flat.encode()) < 160 else f"{flat[:40]}__{flat[-60:]}"


def _distinct(course: Course, handin: HandIn) -> Owner:
    """The owner, with the platform's number in the id if somebody else of this name handed in before."""
    owner = handin.owner
    earlier = (platform_owner(o.path) for o in originals(course, owner.learner, handin.module))
    numbers = {found.number for found in earlier if found}
    namesake = owner.number and numbers and owner.number not in numbers
    return replace(owner, learner=f"{owner.learner}_{owner.number}") if namesake else owner


def originals(course: Course, learner: str, module: Module) -> list[Original]:
    """All that a learner handed in for `module`, the latest first."""
    matches = (_KEPT.fullmatch(path.name) for path in _folder(course, learner, module).glob("*"))
    found = [_original(course, learner, module, match) for match in matches if match]
    return sorted(found, key=lambda o: (o.at, o.path.suffix == ".ipynb", o.kept.name), reverse=True)


def _original(course: Course, learner: str, module: Module, match: re.Match) -> Original:
    at = datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
    path = PurePosixPath(match["original"].replace("__", "/"))
    return Original(_folder(course, learner, module) / match.string, at, path)


def _folder(course: Course, learner: str, module: Module) -> Path:
    return course.handins(module) / learner


def settle(course: Course, learner: str, module: Module, deadline: datetime | None = None) -> Counted:
    """Choose what counts of all that a learner handed in, and put it into `submitted/`.

    That is the latest that was in time and can be read; one with cells of the module goes first.
    """
    in_time = [o for o in originals(course, learner, module) if _is_in_time(o, deadline)]
    if not in_time:
        return Counted(None, "handed in after the deadline: kept, not graded")
    readable, problems = _readable(in_time)
    if not readable:
        _place_problem(course, learner, module, in_time[0], problems[0])
        return Counted(None, problems[0])
    known = [pair for pair in readable if module_with_cells_of(pair[1], (module,))]
    original, notebook = (known or readable)[0]
    _place(course, learner, module, original, notebook)
    return Counted(original)


def _is_in_time(original: Original, deadline: datetime | None) -> bool:
    return deadline is None or (original.at <= deadline and not original.is_late)


def _readable(candidates: list[Original]) -> tuple[list[tuple[Original, Notebook]], list[str]]:
    readable, problems = [], []
    for original in candidates:
        try:
            readable += [(original, original.notebook())]
        except UsageError as problem:
            problems += [problem.message]
    return readable, problems


def _place(course: Course, learner: str, module: Module, original: Original, notebook: Notebook) -> None:
    """The notebook, byte for byte where it came as one, where nbgrader looks for it."""
    folder, target = course.submitted(learner, module), course.submitted_notebook(learner, module)
    if original.path.suffix == ".ipynb":
        write_atomic(target, original.kept.read_bytes())
    else:
        notebooks.write(notebook, target)
    write_atomic(folder / "timestamp.txt", f"{original.at:%Y-%m-%d %H:%M:%S} UTC\n")
    (folder / UNREADABLE).unlink(missing_ok=True)


def _place_problem(course: Course, learner: str, module: Module, original: Original, problem: str) -> None:
    """Word of a hand-in that can't be read, unless one that can is there already."""
    folder = course.submitted(learner, module)
    if not course.submitted_notebook(learner, module).exists():
        write_atomic(folder / UNREADABLE, problem + "\n")
        write_atomic(folder / "timestamp.txt", f"{original.at:%Y-%m-%d %H:%M:%S} UTC\n")
