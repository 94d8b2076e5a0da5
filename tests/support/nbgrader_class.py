"""Ordinary nbgrader courses, made by nbgrader itself, with hand-ins of invented people."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tito.classroom.assignments.nbgrader_course import NbgraderCourse
from tito.classroom.gradebook.setup import make_gradebook

SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "measuring101"
c.Execute.timeout = 3
"""


def _marked(cell, grade_id: str, points: float | None = None, **kinds: bool):
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": points is not None,
        "locked": kinds.get("locked", False),
        "solution": kinds.get("solution", False),
        "task": False,
        **({"points": points} if points is not None else {}),
    }
    return cell


def solution(grade_id: str, body: str):
    return _marked(new_code_cell(body), grade_id, solution=True)


def check(grade_id: str, points: float, body: str):
    return _marked(new_code_cell(body), grade_id, points, locked=True)


def question(grade_id: str, points: float, text: str):
    return _marked(new_markdown_cell(text), grade_id, points, solution=True)


MEAN = """\
def mean(values):
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION"""
RANGE = """\
def spread(values):
    ### BEGIN SOLUTION
    return max(values) - min(values)
    ### END SOLUTION"""
HIDDEN = """\
assert mean([1, 2, 6]) == 3
### BEGIN HIDDEN TESTS
assert mean([5]) == 5
### END HIDDEN TESTS"""
NOTEBOOKS = {
    "centre": [
        new_markdown_cell("# The centre"),
        solution("mean", MEAN),
        check("test-mean", 2, HIDDEN),
        check("test-file", 1, "assert round(mean([float(line) for line in open('data.csv')]), 3) == 2.5"),
        question("why-mean", 4, "Because."),
    ],
    "spread": [
        new_markdown_cell("# The spread"),
        solution("spread", RANGE),
        check("test-spread", 3, "right = [spread([1, 4]) == 3, spread([2]) == 0, spread([-1, 1]) == 2]\nsum(right)"),
    ],
}  # fmt: skip


def make_course(root: Path) -> Path:
    """A course with one assignment of two notebooks: hidden tests, partial credit, a written question, a data file."""
    source = root / "source" / "ps1"
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(SETTINGS, encoding="utf-8")
    (source / "data.csv").write_text("1\n2\n3\n4\n", encoding="utf-8")
    for name, cells in NOTEBOOKS.items():
        notebook = new_notebook(cells=[nbformat.from_dict(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"{name}-{number}"
        nbformat.write(notebook, source / f"{name}.ipynb")
    generate(root, "ps1")
    return root


def make_quickstart(root: Path) -> Path:
    """nbgrader's own example, as `nbgrader quickstart` makes it."""
    import nbgrader

    example = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
    shutil.copytree(example, root / "source")
    config = 'c = get_config()\nc.CourseDirectory.course_id = "course101"\n'
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    generate(root, "ps1")
    return root


def generate(root: Path, assignment: str) -> None:
    """Have nbgrader make the release, and put the assignment into the gradebook."""
    from nbgrader.converters import GenerateAssignment

    make_gradebook(f"sqlite:///{root}/gradebook.db")  # nbgrader would run alembic for it, for 10 s
    _convert(root, assignment, GenerateAssignment)


def autograde(root: Path, assignment: str) -> None:
    """Have nbgrader grade, with its kernels."""
    from nbgrader.converters import Autograde

    _convert(root, assignment, Autograde)


def _convert(root: Path, assignment: str, converter: type) -> None:
    from nbgrader.coursedir import CourseDirectory

    config = NbgraderCourse(root).config
    directory = CourseDirectory(config=config)
    directory.assignment_id = assignment
    converter(coursedir=directory, config=config).start()


def hand_in(
    root: Path, learner: str, changes: dict[str, dict[str, str]], notebooks: Iterable[str] | None = None
) -> Path:
    """The release as a learner would hand it in, with other text in some cells: by notebook and grade_id."""
    folder = root / "submitted" / learner / "ps1"
    shutil.copytree(root / "release" / "ps1", folder)
    for path in folder.glob("*.ipynb"):
        if notebooks is not None and path.stem not in notebooks:
            path.unlink()
            continue
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            new = changes.get(path.stem, {}).get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            cell.source = cell.source if new is None else new
        nbformat.write(notebook, path)
    (folder / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC", encoding="utf-8")
    return folder


def solutions(root: Path, chance: float, seed: int) -> dict[str, dict[str, str]]:
    """Some of the reference's solutions, some of them with a mistake."""
    drawn, found = random.Random(seed), {}
    for path in (root / "source" / "ps1").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            mark = cell.metadata.get("nbgrader", {})
            if mark.get("solution") and drawn.random() < chance:
                text = cell.source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "")
                found.setdefault(path.stem, {})[mark["grade_id"]] = text.replace(
                    "+", "-" if drawn.random() < 0.3 else "+"
                )
    return found


def grades(root: Path) -> dict[tuple[str, str, str], tuple]:
    """Each grade of the gradebook, by learner, notebook and cell."""
    query = """
        SELECT student.id, notebook.name, base_cell.name, auto_score, manual_score, needs_manual_grade
        FROM grade
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN notebook ON submitted_notebook.notebook_id = notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN student ON submitted_assignment.student_id = student.id
        JOIN base_cell ON grade.cell_id = base_cell.id"""
    with closing(sqlite3.connect(root / "gradebook.db")) as book:
        return {row[:3]: row[3:] for row in book.execute(query)}
