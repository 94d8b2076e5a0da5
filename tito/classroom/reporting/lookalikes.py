"""The look-alikes of a class, with their code side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from tito.classroom.reporting.kept_prints import key_of, lesson_key, read_kept, write_kept
from tito.classroom.reporting.similarity import Given, OwnCode, Pair, alike, given_by, own_code
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.cells.origin import with_present_ids
from tito.lesson.notebook import Notebook
from tito.lesson.regions import stubbed
from tito.support.errors import UsageError
from tito.support.parallel import mapped
from tito.support.progress import Tracker, untracked
from tito.support.safe_text import plain

WORTH_A_PROCESS = 100  # hand-ins: what it takes to start a process
MOST_SHOWN = 40  # pairs on a page


@dataclass(frozen=True)
class SideLine:
    """A line of a hand-in; `same` if the other one has the passage too."""

    code: str
    same: bool


@dataclass(frozen=True)
class SideCell:
    """A cell with something that both have."""

    name: str
    lines: tuple[SideLine, ...]


@dataclass(frozen=True)
class Side:
    """One learner's cells with something that both have."""

    learner: str
    cells: tuple[SideCell, ...]


@dataclass(frozen=True)
class SideBySide:
    """A pair with both codes."""

    first: Side
    second: Side
    share: float


@dataclass(frozen=True)
class LookAlikes:
    """The pairs of a class that are much alike, and the code of everybody in one."""

    pairs: tuple[Pair, ...] = ()
    works: tuple[OwnCode, ...] = ()

    def side_by_side(self) -> list[SideBySide]:
        """The pairs that a page shows, with their code."""
        works = {work.learner: work for work in self.works}
        return [
            SideBySide(_side(works[pair.first], pair), _side(works[pair.second], pair), pair.share)
            for pair in self.pairs[:MOST_SHOWN]
        ]


def _side(work: OwnCode, pair: Pair) -> Side:
    same: dict[str, set[int]] = {}
    for each in work.prints:
        if each.hash in pair.common:
            same.setdefault(each.cell, set()).update(range(each.first, each.last + 1))
    cells = (_side_cell(name, source, same[name]) for name, source in work.cells if name in same)
    return Side(work.learner, tuple(cells))


def _side_cell(name: str, source: str, same: set[int]) -> SideCell:
    lines = plain(source).split("\n")
    return SideCell(name, tuple(SideLine(line, number in same) for number, line in enumerate(lines)))


def look_alikes(
    course: Course, module: Module, learners: Sequence[str], processes: int = 1, progress: Tracker = untracked
) -> LookAlikes:
    """Compare the hand-ins of these learners; those that are new are read by so many processes if there are many.

    Nothing is run.
    """
    trusted = built(course, module)
    reader = _WorkReader(course, module, trusted, _given(trusted))
    keys = _keys(course, module, learners, lesson_key(module, trusted))
    kept = read_kept(course, module)
    works = [OwnCode(learner, (), kept[key]) for learner, key in keys.items() if key in kept]
    new = [learner for learner, key in keys.items() if key not in kept]
    found = mapped(reader, new, min(processes, 1 + len(new) // WORTH_A_PROCESS))
    with closing(found):
        works += [work for work in progress(found, len(new), "comparing") if work]
    now = {keys[work.learner]: work.prints for work in works}
    if new or len(now) < len(kept):
        write_kept(course, module, now)
    pairs = alike(sorted(works, key=lambda work: work.learner))
    named = {learner for pair in pairs for learner in (pair.first, pair.second)}
    return LookAlikes(pairs, tuple(work for work in map(reader, sorted(named)) if work))


def _keys(course: Course, module: Module, learners: Iterable[str], lesson: str) -> dict[str, str]:
    """What stands for the fingerprints of each hand-in that is there."""
    paths = {learner: course.submitted_notebook(learner, module) for learner in learners}
    return {learner: key_of(lesson, path.read_bytes()) for learner, path in paths.items() if path.is_file()}


def _given(trusted: Notebook) -> Given:
    code = [cell for cell in trusted.cells if cell.kind == "code"]
    return given_by([stubbed(cell.source) for cell in code], [cell.source for cell in code if not cell.is_check])


@dataclass(frozen=True)
class _WorkReader:
    """Reads the own code of a learner's hand-in; None where it can't be read any more."""

    course: Course
    module: Module
    trusted: Notebook
    given: Given

    def __call__(self, learner: str) -> OwnCode | None:
        try:
            submitted = notebook.read(self.course.submitted_notebook(learner, self.module))
        except UsageError:
            return None  # it could be read when it was graded; the report tells its grade all the same
        return own_code(learner, with_present_ids(submitted, self.module), self.trusted, self.given)
