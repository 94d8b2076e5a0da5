"""Tells the works among the files that one learner handed in for a module from those that are left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from tito.classroom.intake.arrival import COPY
from tito.classroom.intake.filenames import numbers_in, stem_of
from tito.classroom.intake.works import WorkFile, half_that_counts


@dataclass(frozen=True)
class Sorted:
    """The works, which may be one after another's attempts, and the others with why they are left alone."""

    works: tuple[WorkFile, ...]
    left: tuple[tuple[WorkFile, str], ...] = ()
    question: str = ""  # what a person has to look at


def sort(works: list[WorkFile]) -> Sorted:
    """Tell work from side files, scratch notebooks, halves and doubles."""
    steps: tuple[Callable[[list[WorkFile]], Sorted], ...] = (
        _without_others,
        _without_side_files,
        _without_other_halves,
        _without_doubles,
    )
    left: list[tuple[WorkFile, str]] = []
    questions = []
    for step in steps:
        done = step(works)
        works, left = list(done.works), [*left, *done.left]
        questions += [done.question] if done.question else []
    if _are_several(works):
        questions.append(f"handed in {len(works)} works at once: {', '.join(work.name for work in works)}")
    return Sorted(tuple(works), tuple(left), "; ".join(questions))


def _without_others(works: list[WorkFile]) -> Sorted:
    """Files without checks count only where there is nothing better: notebooks then, and other files last."""
    real = [work for work in works if not work.why]
    better = (
        [work for work in real if work.is_usable],
        [work for work in real if not work.side and work.file.is_work],
        [work for work in real if not work.handin.problem],
        real,
    )
    best = next((some for some in better if some), [])
    keep = [work for work in real if work in best or (work.handin.problem and work.file.is_work and not work.side)]
    left = [(work, _why_left(work)) for work in works if work not in keep]
    return Sorted(tuple(keep), tuple(left))


def _why_left(work: WorkFile) -> str:
    if work.why or work.side:
        return work.why or work.side
    return work.handin.problem if work.handin.problem else "no check of a module is in it"


def _without_side_files(works: list[WorkFile]) -> Sorted:
    own = [work for work in works if not work.side]
    if own:
        return Sorted(tuple(own), tuple((work, work.side) for work in works if work.side))
    taken = tuple(work for work in works if not work.side.startswith("a later release"))
    left = tuple((work, work.side) for work in works if work not in taken)
    return Sorted(taken, left, "there is no other file than tito's or Jupyter's copies" if works else "")


def _without_other_halves(works: list[WorkFile]) -> Sorted:
    """A notebook and a .py of one name are one work in two forms."""
    pairs = defaultdict(list)
    for work in works:
        is_flat = work.file is work.claim.item
        folder = work.claim.platform if is_flat else work.file.path.parent
        pairs[folder, numbers_in(stem_of(work.name))[0]].append(work)
    keep: list[WorkFile] = []
    left: list[tuple[WorkFile, str]] = []
    questions: list[str] = []
    for several in pairs.values():
        if {work.file.path.suffix.lower() for work in several} == {".ipynb", ".py"} and len(several) == 2:
            notebook, python = sorted(several, key=lambda work: work.file.path.suffix.lower())
            one, other, question = half_that_counts(notebook, python)
            several, questions = [one], questions + ([question] if question else [])
            left.append((other, f"the other half of {one.name}"))
        keep += several
    return Sorted(tuple(keep), tuple(left), "; ".join(questions))


def _without_doubles(works: list[WorkFile]) -> Sorted:
    """Files with the same bytes, handed in together, are one."""
    first: dict[tuple[str, datetime | None, PurePosixPath], WorkFile] = {}
    left = []
    for work in works:
        key = (work.digest, work.handin.at, work.claim.item.path)
        if first.setdefault(key, work) is not work:
            left.append((work, f"the same as {first[key].name}"))
    return Sorted(tuple(first.values()), tuple(left))


def _are_several(works: list[WorkFile]) -> bool:
    """Are these more works than the platform tells attempts of?"""
    usable = [work for work in works if work.is_usable] or works
    different = {work.digest for work in usable}
    if _are_resubmissions(usable):
        return False
    attempts = {work.claim.at for work in usable if work.claim.at}
    return len(different) > 1 and len(attempts) < len(different)


def _are_resubmissions(works: list[WorkFile]) -> bool:
    """Are these one name with the numbers that Canvas gives to what is handed in anew?"""
    names = {numbers_in(stem_of(work.name)) for work in works}
    told = all(work.handin.attempt and work.claim.file for work in works)
    return told and len({plain for plain, _ in names}) == 1 and len(names) == len(works)


def without_time(work: WorkFile) -> WorkFile:
    """The work with its file's time as the moment of a copy."""
    handin = work.handin
    return replace(work, handin=replace(handin, at=None, source=COPY, seen=handin.at))
