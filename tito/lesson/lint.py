"""An instructor's slips in a lesson and its checks, found before they cost a class its grades.

Each rule below is one that nbgrader or nbdev would break silently on, or with a
traceback that names no line. A line is one of the file that the author edits:
of a check's own file, or of the lesson's source for everything else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tito.course.course import Module
from tito.lesson.magics import without_magics
from tito.lesson.notebook import ROLES, VALID_ID, Cell, Notebook
from tito.lesson.regions import HIDDEN, SOLUTION, Markers, RegionError, regions, without
from tito.support.errors import CourseError, did_you_mean

_CELL_START = re.compile(r"# ?%%($|[\s\[])")
_DIRECTIVE = re.compile(r"\s*#\s*\|\s*(export|default_exp)\b")
_MARKER = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN)")
_MARKERS = {markers for pair in (SOLUTION, HIDDEN) for markers in (pair.begin, pair.end)}
_ASSERTING_CALLS = re.compile(r"raises|assert_\w+|fail")
HEADER = -1  # the line of a cell's header, seen from its first line
FILED = ("check", "test", "figure")  # the roles of cells whose text is in a file of its own


@dataclass(frozen=True)
class Mistake:
    """Something wrong in line `line` (from 0) of a cell, and what to do about it."""

    message: str
    cell: Cell
    line: int = 0
    hint: str = ""


def file_of(module: Module, role: str, cell_id: str) -> Path:
    """The file with the text of a check, a visible test or a figure."""
    folders = {"check": module.checks_folder, "test": module.tests_folder, "figure": module.figures_folder}
    return folders[role] / f"{cell_id}.py"


def header_errors(module: Module, lesson: Notebook) -> Iterator[CourseError]:
    """An error for each header in the source that says no role, or a text that is not in its file."""
    for mistake in _in_headers(module, lesson):
        yield CourseError(mistake.message, at=_place_in_lesson(module, lesson, mistake), hint=mistake.hint)
    yield from _strays(module, lesson)


def errors(module: Module, notebook: Notebook) -> Iterator[CourseError]:
    """An error for each mistake in the module's lesson and checks, with file and line."""
    for mistake in mistakes(module, notebook):
        yield CourseError(mistake.message, at=_place(module, notebook, mistake), hint=mistake.hint)
    yield from _missing(module, notebook)
    yield from _wrong_renames(module, notebook)


def _wrong_renames(module: Module, notebook: Notebook) -> Iterator[CourseError]:
    """Errors where `[renamed]` says of a cell that is there that it is called otherwise, or the reverse."""
    present = {cell.grade_id for cell in notebook.cells if cell.grade_id}
    for old, new in module.renamed:
        wrong = f'a cell called "{old}"' if old in present else f'no cell called "{new}"' if new not in present else ""
        if wrong:
            yield CourseError(
                f'[renamed] says that "{old}" is "{new}" now, and the lesson has {wrong}',
                at=str(module.toml),
                hint="each line there is: the id when it was given out = the id now",
            )


def mistakes(module: Module, notebook: Notebook) -> Iterator[Mistake]:
    """Every mistake that can be told from the cells, in their order."""
    for cell in notebook.cells:
        if cell.is_question and cell.grade_id not in {spec.id for spec in module.questions}:
            yield _unknown("question", cell.grade_id, cell)
        yield from _in_regions(cell)
        if cell.kind == "code":
            yield from _in_directives(module, cell)
            yield from _in_code(cell)


def _in_headers(module: Module, lesson: Notebook) -> Iterator[Mistake]:
    """Each header says what it may, and an id is given once."""
    given = set()
    for cell in lesson.cells:
        yield from _in_header(module, cell)
        cell_id = cell.title.partition(" ")[2]
        if cell_id in given:
            yield Mistake(f'two cells have the id "{cell_id}"', cell, HEADER, hint="each id once in a module")
        given |= {cell_id} if cell_id else set()


def _in_header(module: Module, cell: Cell) -> Iterator[Mistake]:
    """A header says a role and an id, or nothing."""
    role, *rest = cell.title.split() or [""]
    if cell.nbgrader or "incorrectly_encoded_metadata" in cell.metadata:  # jupytext's word for it
        yield Mistake(
            "a cell's header has nbgrader's metadata; it is to say the cell's role and id",
            cell,
            HEADER,
            hint="write # %% check server, and the same with given, solution or question",
        )
    elif role and role not in ROLES:
        yield Mistake(
            f"'{role}' is no role of a cell.{did_you_mean(role, ROLES)}",
            cell,
            HEADER,
            hint=f"the roles are {', '.join(ROLES)}; without one, nothing stands after # %%",
        )
    elif role and (len(rest) != 1 or not VALID_ID.fullmatch(rest[0])):
        yield Mistake(
            f"a {role} cell has one id behind its role",
            cell,
            HEADER,
            hint=f"# %% {role} name, in letters, digits, - and _",
        )
    elif role in FILED:
        yield from _in_place(module, cell, role, rest[0])


def _in_place(module: Module, cell: Cell, role: str, cell_id: str) -> Iterator[Mistake]:
    """The place of a cell with a file of its own is empty in the lesson, and its file is there."""
    path = file_of(module, role, cell_id)
    file = f"{path.parent.name}/{path.name}"
    if cell.kind != "code":
        yield Mistake(f'{role} "{cell_id}" is a cell of {cell.kind}, and a {role} is code', cell, HEADER)
    elif role == "check" and cell_id not in {spec.id for spec in module.checks}:
        yield _unknown("check", cell_id, cell)
    elif cell.source.strip():
        yield Mistake(f'{role} "{cell_id}" stands in {file}, and not in the lesson', cell, hint="move the code there")
    elif not path.is_file():
        yield Mistake(f'{role} "{cell_id}" has no file', cell, HEADER, hint=f"write {file}")


def _strays(module: Module, lesson: Notebook) -> Iterator[CourseError]:
    """An error for each file of a check, a visible test or a figure that no cell of the lesson is the place of."""
    headers = [cell.title.split() for cell in lesson.cells if cell.title]
    placed = {file_of(module, role, cell_id) for role, cell_id in headers if role in FILED}
    for path in module.cell_files:
        if path not in placed:
            role = path.parent.name.removesuffix("s")
            yield CourseError(
                f'{role} "{path.stem}" has no place in the lesson',
                at=str(path),
                hint=f"write # %% {role} {path.stem} where it belongs in {module.source.name}",
            )


def _missing(module: Module, notebook: Notebook) -> Iterator[CourseError]:
    """An error for each entry of module.toml that the lesson has no place for."""
    graded = {cell.grade_id: cell for cell in notebook.cells if cell.nbgrader.get("grade")}
    for role, specs in (("check", module.checks), ("question", module.questions)):
        for spec in specs:
            if spec.id not in graded:
                yield CourseError(
                    f'module.toml names the {role} "{spec.id}", but the lesson has no place for it',
                    at=str(module.toml),
                    hint=f"write # %% {role} {spec.id} in {module.source.name}, or take the entry out",
                )


def _unknown(role: str, cell_id: str, cell: Cell) -> Mistake:
    return Mistake(
        f'{role} "{cell_id}" is not in module.toml, so it has no points',
        cell,
        HEADER,
        hint=f"add a [[{role}]] with its id and points",
    )


def _in_regions(cell: Cell) -> Iterator[Mistake]:
    for number, line in enumerate(cell.source.split("\n")):
        if _MARKER.search(line) and line.strip() not in _MARKERS:
            yield Mistake(
                f"this line reads like a marker and is none: {line.strip()}",
                cell,
                number,
                hint=f'a marker is a line of its own: "{SOLUTION.begin}"',
            )
    may_solve = cell.is_solution or cell.is_question
    yield from _misplaced(cell, SOLUTION, may_solve, "a solution region stands in a cell that is not a solution cell")
    yield from _misplaced(cell, HIDDEN, cell.is_check, "hidden tests stand in a cell that is not a check")
    if cell.is_solution and cell.kind == "code" and SOLUTION.begin not in cell.source:
        yield Mistake(
            f'solution cell "{cell.grade_id}" has no solution region, so all of it would be removed',
            cell,
            hint=f"put {SOLUTION.begin} and {SOLUTION.end} around what the learner writes",
        )


def _misplaced(cell: Cell, markers: Markers, allowed: bool, message: str) -> Iterator[Mistake]:
    try:
        found = regions(cell.source, markers)
    except RegionError as error:
        yield Mistake(str(error), cell, error.line)
    else:
        if found and not allowed:
            yield Mistake(message, cell, found[0].first)


def _in_directives(module: Module, cell: Cell) -> Iterator[Mistake]:
    for number, line in enumerate(cell.source.split("\n")):
        directive = _DIRECTIVE.match(line)
        if not directive:
            continue
        if number:
            yield Mistake(
                f"nbdev drops this cell silently: #| {directive[1]} is not its first line",
                cell,
                number,
                hint="move it to the top of the cell",
            )
        elif directive[1] == "default_exp" and line.split()[-1] != module.exports.partition(".")[2]:
            yield Mistake(f"default_exp is not what module.toml says: {module.exports}", cell)


def _in_code(cell: Cell) -> Iterator[Mistake]:
    if cell.is_check:
        yield from _more_than_one_cell(cell)
    try:
        tree = ast.parse(without_magics(cell.source)[0])
    except SyntaxError as error:
        yield Mistake(f"a cell does not parse: {error.msg}", cell, (error.lineno or 1) - 1)
        return
    if not cell.is_check:
        return
    if not any(can_fail(node) for node in ast.walk(tree)):
        yield Mistake(
            f'check "{cell.grade_id}" never fails: it has no assert',
            cell,
            hint="add an assert, or take the check out of module.toml",
        )
    yield from _hidden_bodies(cell)


def _more_than_one_cell(cell: Cell) -> Iterator[Mistake]:
    """A learner's `.py` would have a cell more, which nobody locks."""
    for number, line in enumerate(cell.source.split("\n")):
        if _CELL_START.match(line):
            yield Mistake(f'check "{cell.grade_id}" is one cell, and # %% begins another', cell, number)


def can_fail(node: ast.AST) -> bool:
    """Can this statement or call fail a check?"""
    called = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
    return isinstance(node, (ast.Assert, ast.Raise)) or bool(_ASSERTING_CALLS.fullmatch(called))


def _hidden_bodies(cell: Cell) -> Iterator[Mistake]:
    """A block of which everything is hidden is a syntax error in the release."""
    try:
        ast.parse(without(cell.source, HIDDEN))
    except SyntaxError:
        first = regions(cell.source, HIDDEN)[0].first
        yield Mistake(
            f'without its hidden tests, check "{cell.grade_id}" does not parse',
            cell,
            first,
            hint="leave a visible line in each block that has hidden ones",
        )
    except RegionError:
        return  # told already, with its line


def place_of(module: Module, notebook: Notebook, cell: Cell, line: int = 0) -> tuple[Path, int]:
    """The file with a line of a cell (from 0), and the line's number there (from 1); 0 where it can't be told."""
    path, _, number = _place(module, notebook, Mistake("", cell, line)).rpartition(":")
    return (Path(path), int(number)) if number.isdecimal() else (module.source, 0)


def _place(module: Module, notebook: Notebook, mistake: Mistake) -> str:
    """`file:line` of a mistake in the built notebook."""
    files = (file_of(module, role, mistake.cell.id) for role in FILED)
    own = next((path for path in files if path.is_file()), None)
    if own and mistake.line != HEADER:
        return _line_of(own, mistake.line)
    return _place_in_lesson(module, notebook, mistake)


def _place_in_lesson(module: Module, notebook: Notebook, mistake: Mistake) -> str:
    """`file:line` in the lesson; the file alone where cells and their headers can't be matched up."""
    text = module.source.read_text(encoding="utf-8").split("\n")
    headers = [number for number, line in enumerate(text) if _CELL_START.match(line)]
    if len(headers) != len(notebook.cells):
        return str(module.source)
    return _line_of(module.source, headers[notebook.cells.index(mistake.cell)] + 1 + mistake.line)


def _line_of(path: Path, line: int) -> str:
    return f"{path}:{line + 1}"
