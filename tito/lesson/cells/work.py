"""A learner's work from a notebook: the cells that count, in order, as a module would have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from tito.course.checks import CodeCell, Work
from tito.lesson.cells.matching import (
    FEW,
    NOTHING_EARLIER,
    Earlier,
    Matched,
    handed_out,
    is_as_handed_out,
    match,
    notes_on,
)
from tito.lesson.cells.names import NO_NAMES, bound_by, statements_of
from tito.lesson.cells.own import imported_by, names_in, need_of, only_lines, taken_along
from tito.lesson.magics import features_taken_out, without_magics
from tito.lesson.notebook import Cell, Notebook
from tito.support.safe_text import in_one_line

NOTEBOOKS_FUNCTIONS = {  # what a notebook has and a module has not, with what it does where there is no notebook
    "display": "def display(*objects, **options):\n    print(*objects)",
    "get_ipython": "def get_ipython():\n    return None",
}
MOST_NAMES = 6  # that a note tells
Kind = Literal["given", "stub", "learner's", "own"]


@dataclass(frozen=True)
class _WorkCell:
    """A cell on its way into the work: given ones and stubs are as handed out, an own one may not be needed."""

    name: str
    source: str
    kind: Kind
    magics: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        return self.kind in ("given", "learner's")


def learners_work(
    submitted: Notebook, trusted: Notebook, earlier: Earlier = NOTHING_EARLIER
) -> tuple[Work, tuple[str, ...]]:
    """The code that counts, and notes on what was put right; `earlier` is the release that the learner had."""
    matched = match(submitted, trusted, earlier)
    everything = list(_pieces(matched, trusted))
    pieces = _taken(everything, trusted)
    whole = list(_without_needless_stubs(pieces))
    gone = {piece.name for piece in pieces} - {piece.name for piece in whole}
    elsewhere = [cell.id for cell in trusted.cells if cell.id in gone and cell.id not in matched.found]
    cells = [CodeCell(piece.name, piece.source) for piece in _with_features(whole, _features_of(everything))]
    notes = (*notes_on(matched, trusted, elsewhere), *_on_own(whole), *_on_magics(whole))
    return Work((*_functions_of_notebooks(cells), *cells)), notes


def _pieces(matched: Matched, trusted: Notebook) -> Iterator[_WorkCell]:
    yield from _own_behind("", matched)
    for cell in trusted.cells:
        if cell.kind == "code" and not cell.is_check:
            yield from _of_trusted(cell, matched)
        yield from _own_behind(cell.id, matched)


def _of_trusted(cell: Cell, matched: Matched) -> Iterator[_WorkCell]:
    """A given cell as handed out; the learner's copies of one to fill in, less untouched ones, or the stub."""
    if cell.is_locked:
        yield _WorkCell(cell.id, handed_out(cell), "given" if cell.is_exported else "own")
        return
    found = matched.found.get(cell.id, [])
    touched = [copy for copy in found if not is_as_handed_out(copy.source, cell, matched.earlier)]
    for copy in touched:
        yield _piece(copy.id, copy, "learner's" if cell.is_exported or copy.is_exported else "own")
    if not touched:
        kind: Kind = "own" if not cell.is_exported else "stub" if cell.is_solution else "given"
        yield _WorkCell(cell.id, handed_out(cell), kind)


def _own_behind(anchor: str, matched: Matched) -> Iterator[_WorkCell]:
    place = f"after {anchor}" if anchor else "at the top"
    for cell in matched.own.get(anchor, []):
        yield _piece(place, cell, "learner's" if cell.is_exported else "own")


def _piece(name: str, cell: Cell, kind: Literal["learner's", "own"]) -> _WorkCell:
    code, magics = without_magics(cell.source)
    return _WorkCell(name, code, kind, magics)


def _taken(pieces: list[_WorkCell], trusted: Notebook) -> list[_WorkCell]:
    """The pieces, their own ones cut down to what is needed, and each with a name that no other has."""
    public = need_of((handed_out(cell) for cell in trusted.cells if cell.is_exported), ()).made
    need = need_of((piece.source for piece in pieces if piece.counts), public)
    need = replace(need, bound=need.bound | imported_by(piece.source for piece in pieces if piece.kind == "stub"))
    own = [piece.source for piece in pieces if piece.kind == "own"]
    kept = iter(taken_along(own, need))
    cut = [replace(piece, source=next(kept)) if piece.kind == "own" else piece for piece in pieces]
    return list(_with_unique_names(piece for piece in cut if piece.source or piece.kind != "own"))


def _with_unique_names(pieces: Iterable[_WorkCell]) -> Iterator[_WorkCell]:
    times: dict[str, int] = {}
    for piece in pieces:
        times[piece.name] = times.get(piece.name, 0) + 1
        number = times[piece.name]
        yield piece if number == 1 else replace(piece, name=f"{piece.name} ({number})")


def _without_needless_stubs(pieces: list[_WorkCell]) -> Iterator[_WorkCell]:
    """Each piece; of a stub only the statements whose names no cell of the learner's defines."""
    defined = NO_NAMES.union(*(bound_by(piece.source) for piece in pieces if piece.kind in ("learner's", "own")))
    for piece in pieces:
        if piece.kind != "stub" or not bound_by(piece.source) & defined:
            yield piece
            continue
        kept = [s for s in statements_of(piece.source) if s.binds - defined]
        if kept:
            yield replace(piece, source=only_lines(piece.source, kept))


def _features_of(pieces: list[_WorkCell]) -> tuple[str, ...]:
    """What the learner's cells import from `__future__`: in a notebook it holds for all cells that are run later."""
    found = (features_taken_out(piece.source)[1] for piece in pieces if piece.kind in ("learner's", "own"))
    return tuple(dict.fromkeys(feature for features in found for feature in features))


def _with_features(pieces: list[_WorkCell], features: tuple[str, ...]) -> Iterator[_WorkCell]:
    """Each piece of the learner's with these imports in its first line, where that holds nothing else."""
    for piece in pieces:
        first, *rest = piece.source.split("\n")
        missing = [feature for feature in features if feature not in features_taken_out(piece.source)[1]]
        if piece.kind in ("learner's", "own") and missing and first.lstrip()[:1] in ("", "#"):
            yield replace(piece, source="\n".join([f"from __future__ import {', '.join(missing)}", *rest]))
        else:
            yield piece


def _functions_of_notebooks(cells: list[CodeCell]) -> list[CodeCell]:
    """A cell with the notebook's functions that the work calls and doesn't define."""
    if not any(name in cell.source for cell in cells for name in NOTEBOOKS_FUNCTIONS):
        return []
    need = need_of((cell.source for cell in cells), ())
    wanted = [code for name, code in NOTEBOOKS_FUNCTIONS.items() if name in need.used - need.bound]
    return [CodeCell("what a notebook has", "\n".join(["#| exporti", *wanted]))] if wanted else []


def _on_own(pieces: list[_WorkCell]) -> Iterator[str]:
    names = names_in(piece.source for piece in pieces if piece.kind == "own")
    if names:
        shown = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
        yield f"taken along from cells that are not exported, for your solution needs it: {shown}"


def _on_magics(pieces: list[_WorkCell]) -> Iterator[str]:
    """A note for each of a few lines that were left out, one for many."""
    found = [(magic, piece.name) for piece in pieces for magic in piece.magics]
    if len(found) <= FEW:
        for magic, name in found:
            yield f'left out "{in_one_line(magic, 60)}" of the cell "{name}": it is IPython, not Python'
    else:
        names = list(dict.fromkeys(name for _, name in found))
        example = f'"{in_one_line(found[0][0], 60)}" of the cell "{names[0]}"'
        yield f"left out {len(found)} lines of IPython in {len(names)} cells, such as {example}"
