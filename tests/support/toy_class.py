"""A toy class: learners' notebooks made from the toy course, put where `tito collect` would put them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import Cell, Notebook, without_iri_parser

ANSWER = "Because each different item is an item."


@cache
def notebooks(course: Course, module: Module) -> tuple[Notebook, Notebook]:
    """The instructor's notebook and the learners'."""
    source = built(course, module)
    return source, stripped(course, module, source)


def work(course: Course, module: Module, **sources: str) -> Notebook:
    """The solved notebook with an answer to its question, and other sources for some of its cells.

    A cell's keyword is its id with `_` for `-`; "stub" puts back what was handed out.
    """
    source, released = notebooks(course, module)
    solved = {cell.id: cell.source for cell in source.cells if cell.is_solution} | {"why": ANSWER}

    def change(cell: Cell) -> Cell:
        text = sources.get(cell.id.replace("-", "_"), solved.get(cell.id, cell.source))
        return cell if text == "stub" else replace(cell, source=text)

    return replace(released, cells=tuple(map(change, released.cells)))


def untouched(course: Course, module: Module) -> Notebook:
    return notebooks(course, module)[1]


def hand_in(
    course: Course, module: Module, learner: str, content: Notebook | bytes, at: str = "2026-01-14 10:15:00 UTC"
):
    """Put a learner's work into `submitted/`; a notebook with their name in it, so that no two are the same."""
    path = course.submitted_notebook(learner, module)
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "timestamp.txt").write_text(at)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        notebook.write(signed(content, learner), path)
    return path


def signed(content: Notebook, learner: str) -> Notebook:
    """The notebook with the learner's name in its first cell of prose, for no two people hand in the same bytes."""
    prose = next((cell for cell in content.cells if cell.kind == "markdown" and not cell.grade_id), None)
    cells = (
        replace(cell, source=f"{cell.source}\n\nBy {learner}.") if cell is prose else cell for cell in content.cells
    )
    return replace(content, cells=tuple(cells))


@contextmanager
def nbgraders_own(course):
    """The same gradebook through nbgrader's own interface, as formgrader has it."""
    without_iri_parser()
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.gradebook}") as theirs:
        yield theirs


def mark_by_hand(course: Course, commented: str, comment: str) -> None:
    """Give ada marks in both modules, and a comment on one cell, as an instructor does in formgrader."""
    with nbgraders_own(course) as theirs:
        for cell, (points, module) in {"double": (3.0, "01_counting"), "why": (1.5, "01_counting"),
                                       "add": (4.0, "02_adding")}.items():  # fmt: skip
            theirs.find_grade(cell, f"{module[3:]}_dev", module, "ada").manual_score = points
        theirs.find_comment(commented, "counting_dev", "01_counting", "ada").manual_comment = comment
        theirs.db.commit()


WRONG_DOUBLE = "#| export\ndef double(number):\n    return number + 2\n"
HALF_COUNTER = """#| export
class Counter:
    def count(self, items):
        seen = list(items)
        return Count(len(seen), len(set(seen)))
"""
