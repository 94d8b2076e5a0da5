"""A learner's cells laid beside those that were handed out: which is which, whatever an editor did to their marks.

A cell is known by its grade_id, by its cell id where that is lost, and by what
it says where both are. What is none of the cells handed out is the learner's own.
A cell is unchanged if it is as in the trusted notebook, or as in the earlier
release that the learner had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from tito.lesson.cells.names import bound_by, same_code
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN, stubbed, without

FEW = 3  # more of one kind are told in one note

Earlier = Mapping[str, Cell]  # the cells of the release that the learner had, by id
NOTHING_EARLIER: Earlier = MappingProxyType({})  # not known: compared with the trusted notebook alone


@dataclass(frozen=True)
class Matched:
    """The cells `found`, by the id of what was handed out, and the learner's `own`, by the id of the cell before them.

    `order` are the ids of found cells as the learner has them; `by_content` those that were known by content alone,
    `retired` the locked cells that were changed and that the trusted notebook has no more.
    """

    found: dict[str, list[Cell]] = field(default_factory=dict)
    own: dict[str, list[Cell]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    by_content: list[str] = field(default_factory=list)
    retired: list[Cell] = field(default_factory=list)
    earlier: Earlier = field(default_factory=dict)


def handed_out(cell: Cell) -> str:
    """A cell's source as learners get it, without magics: a stub for each solution, no hidden tests."""
    return _handed_out(cell.source)


@lru_cache(maxsize=1024)  # asked for each work of a class
def _handed_out(source: str) -> str:
    return stubbed(without(without_magics(source)[0], HIDDEN))


def same(a: str, b: str) -> bool:
    """Do two sources differ in layout at most: in white space at the ends of lines, or in what a formatter does?"""
    return trimmed(a) == trimmed(b) or same_code(a, b)


def is_as_handed_out(source: str, cell: Cell, earlier: Earlier) -> bool:
    """Is this what learners got as `cell`: now, or in the release that this one had?"""
    return any(same(source, text) for text in _texts(cell, earlier))


def _texts(cell: Cell, earlier: Earlier) -> list[str]:
    """What learners get as `cell`, and what this one got in an earlier release."""
    return [handed_out(each) for each in (cell, earlier.get(cell.id)) if each]


def match(submitted: Notebook, trusted: Notebook, earlier: Earlier = NOTHING_EARLIER) -> Matched:
    """Find each submitted cell among the trusted ones. What was handed out and is no more is left out."""
    known = {cell.id: cell for cell in trusted.cells}
    lost = _without_marks(submitted, trusted, earlier)
    matched, anchor = Matched(earlier=earlier), ""
    present = [cell for cell in submitted.cells if not _is_retired(cell, known, matched)]
    unchanged = {cell.grade_id or cell.id for cell in present if _is_unchanged(cell, known, earlier)}
    for cell in present:
        name = cell.grade_id or cell.id
        if name not in known and (name := lost.get(trimmed(cell.source), "")):
            matched.by_content.append(name)
        if name and not is_used_for_something_else(cell, known[name], name in unchanged, earlier):
            matched.found.setdefault(name, []).append(cell)
            matched.order.append(name)
            anchor = name
        elif cell.kind == "code":
            matched.own.setdefault(anchor, []).append(cell)
    return matched


def _is_retired(cell: Cell, known: Mapping[str, Cell], matched: Matched) -> bool:
    """Was it handed out, and is no more? What the learner wrote into a cell to fill in is the learner's own now."""
    original = matched.earlier.get(cell.grade_id or cell.id)
    if original is None or original.id in known:
        return False
    is_theirs = not same(cell.source, original.source)
    if is_theirs and original.is_locked:
        matched.retired.append(original)
    return original.is_locked or not is_theirs


def _without_marks(submitted: Notebook, trusted: Notebook, earlier: Earlier) -> dict[str, str]:
    """The code cells handed out that no submitted cell is marked as, by what they say."""
    marked = {cell.grade_id or cell.id for cell in submitted.cells}
    lost = (cell for cell in trusted.cells if cell.id not in marked and cell.kind == "code")
    texts = ((trimmed(text), cell.id) for cell in lost for text in _texts(cell, earlier))
    return {text: name for text, name in texts if text}


def _is_unchanged(cell: Cell, known: Mapping[str, Cell], earlier: Earlier) -> bool:
    original = known.get(cell.grade_id or cell.id)
    return original is not None and trimmed(cell.source) in map(trimmed, _texts(original, earlier))


def is_used_for_something_else(cell: Cell, original: Cell, is_there: bool, earlier: Earlier) -> bool:
    """Is it a copy, marks and all, that holds something else now? `is_there`: the original is there too, unchanged."""
    if cell.kind != "code" or original.kind != "code":
        return False
    if original.is_locked:
        return is_there and not is_as_handed_out(cell.source, original, earlier)
    if not original.is_exported or cell.is_exported:
        return False
    return not bound_by(without_magics(cell.source)[0]) & bound_by(handed_out(original))


def notes_on(matched: Matched, trusted: Notebook, stands_elsewhere: Collection[str]) -> Iterator[str]:
    """What was changed that was not the learner's to change, and what is missing or doubled.

    What is true of many cells is said once. `stands_elsewhere` are solution
    cells that are missing, and whose names other cells define.
    """
    marked = [cell for cell in trusted.cells if cell.grade_id]
    missing = [cell for cell in marked if cell.id not in matched.found and cell.id not in stands_elsewhere]
    added = [cell for cell in missing if matched.earlier and cell.id not in matched.earlier]
    missing = [cell for cell in missing if cell not in added]
    doubled = [cell for cell in marked if len(matched.found.get(cell.id, [])) > 1]
    yield from _on_lost_marks(matched, marked, stands_elsewhere)
    for is_locked, outcome, outcomes in (
        (True, "graded with the original", "graded with the originals"),
        (False, "it counts as not started", "they count as not started"),
    ):
        cells = [cell for cell in missing if cell.is_locked == is_locked]
        yield from _told(cells, f"deleted the {{}}; {outcome}", f"deleted {{}}; {outcomes}")
    if unwritten := [cell.id for cell in added if cell.is_solution or cell.is_question]:
        yield f"your release was made before {_listed(unwritten)}; not started"
    yield from _on_doubled(matched, doubled)
    yield from _on_changes(matched, marked)
    known = [name for name in dict.fromkeys(matched.order) if any(cell.id == name for cell in marked)]
    orders = ([cell.id for cell in marked], list(matched.earlier))
    if all(known != [name for name in order if name in known] for order in orders):
        yield "the cells were in another order; graded in the original one"


def _on_lost_marks(matched: Matched, marked: list[Cell], stands_elsewhere: Collection[str]) -> Iterator[str]:
    if known := [cell.id for cell in marked if cell.id in matched.by_content]:
        yield f"your editor dropped the marks of {_listed(known)}; known by what they hold"
    if stands_elsewhere:
        yield f"what {_listed(stands_elsewhere)} should define stands in other cells; it counts"


def _on_doubled(matched: Matched, doubled: list[Cell]) -> Iterator[str]:
    if len(doubled) > FEW:
        names = _listed([cell.id for cell in doubled])
        yield f"{names} are there more than once; of those to fill in the last one counts"
        return
    for cell in doubled:
        outcome = "graded with the original" if cell.is_locked else "the last one counts"
        yield f"the {_named(cell)} is there {len(matched.found[cell.id])} times; {outcome}"


def _on_changes(matched: Matched, marked: list[Cell]) -> Iterator[str]:
    """Notes on locked cells that say something else, and on points that were changed."""
    earlier = matched.earlier
    changed = [
        cell
        for cell in marked
        if cell.is_locked and any(_differs(c, cell, earlier) for c in matched.found.get(cell.id, []))
    ]
    yield from _told(matched.retired, "changed the {}, which is no more; left out", "changed {}; left out")
    yield from _told(changed, "changed the {}; graded with the original", "changed {}; graded with the originals")
    for cell in marked:
        found = (c.nbgrader for c in matched.found.get(cell.id, []))
        given = [each.nbgrader.get("points") for each in (cell, earlier.get(cell.id)) if each]
        if any("points" in marks and marks["points"] not in given for marks in found):
            yield f"changed the points of the {_named(cell)}; graded with the original ones"


def _differs(cell: Cell, original: Cell, earlier: Earlier) -> bool:
    texts = (without(each.source, HIDDEN) for each in (original, earlier.get(original.id)) if each)
    return not any(same(cell.source, text) for text in texts)


def _told(cells: list[Cell], each: str, together: str) -> Iterator[str]:
    """A note for each of a few cells, one for many."""
    if len(cells) <= FEW:
        yield from (each.format(_named(cell)) for cell in cells)
    else:
        yield together.format(_listed([cell.id for cell in cells]))


def _named(cell: Cell) -> str:
    kind = "locked cell" if cell.is_locked else "question" if cell.is_question else "cell"
    return f'{kind} "{cell.id}"'


def _listed(names: Collection[str]) -> str:
    """`the cell "a"`, or `7 cells ("a", "b", "c", …)`."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) == 1:
        return f"the cell {quoted[0]}"
    return f"{len(quoted)} cells ({', '.join(quoted[:FEW])}{', …' if len(quoted) > FEW else ''})"


@lru_cache(maxsize=1024)
def trimmed(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))
