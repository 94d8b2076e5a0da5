"""The demo's course: a copy of this one in a folder of its own, and the hand-ins of eight made-up learners.

The hand-ins are made from the module's source and its kept answers. The same
course gives the same hand-ins.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tito.authoring.answers import read_answers
from tito.course.checks import Grade
from tito.course.course import Course, Module, Workspace
from tito.lesson import notebook
from tito.lesson.check_suite import reference_work
from tito.lesson.notebook import Cell, Notebook, as_json
from tito.lesson.regions import SOLUTION, regions
from tito.support.errors import CourseError
from tito.support.files import write_atomic
from tito.workspace.submit import pack

HANDED_IN_AT = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
SHOWN = ("nbgrader_config.py", "settings.ini", "pyproject.toml")
ANSWER = "A mean hides the tail. I would ask for the p99 at the load I expect, and how many queries it rests on."

Change = Callable[[Cell], Cell]


@dataclass(frozen=True)
class DemoHandIn:
    """A made-up learner's file: what it is an example of, its name and its bytes."""

    learner: str
    shows: str
    name: str
    content: bytes


def demo_course(course: Course) -> Course:
    """Copy `course` to its `demo/`, or update the copy; what was graded there stays while the lessons are the same.

    The copy has one wrong and one right answer for each check, so that its release takes only a minute.
    """
    shown = Course(course.demo)
    if shown.modules_folder.is_dir() and _lessons(shown) != _lessons(course):
        # hand-ins to other lessons, of the same people at the same times, would be second attempts that nothing orders
        shutil.rmtree(shown.nbgrader_root, ignore_errors=True)
    shutil.rmtree(shown.modules_folder, ignore_errors=True)  # a check that is gone would be one without a place
    shutil.copytree(course.modules_folder, shown.modules_folder)
    for kept in (path for module in shown.modules for path in module.answers.glob("*.toml")):
        write_atomic(kept, _first_of_each_kind(kept.read_text(encoding="utf-8")))
    for name in SHOWN:
        if (course.root / name).is_file():
            shutil.copy2(course.root / name, shown.root / name)
    init = course.package / "__init__.py"
    write_atomic(shown.package / "__init__.py", init.read_bytes() if init.is_file() else b"")
    for path in course.package_extras:
        write_atomic(shown.root / path.relative_to(course.root), path.read_bytes())
    return shown


def _lessons(course: Course) -> dict[str, bytes]:
    """The text of every lesson, check and visible test, by its place in the course."""
    paths = [path for module in course.modules for path in (module.source, module.toml, *module.cell_files)]
    return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def _first_of_each_kind(answers: str) -> str:
    """The first wrong and the first right answer of a file: enough for a demo."""
    head, *tables = re.split(r"(?m)^(?=\[\[(?:wrong|right)\]\])", answers)
    first = {table.split("\n", 1)[0].strip(): table for table in reversed(tables)}
    return "".join([head, *(table for table in tables if table in first.values())])


def hand_ins(module: Module, built: Notebook, released: Notebook) -> Iterator[DemoHandIn]:
    """The eight hand-ins, named in the ways that hand-ins are; the first is what `tito submit` makes."""
    works = _works(module, built, released)
    yield _packed(module, "s001", works["complete"])
    for number, (shows, work) in enumerate(works.items(), start=1):
        if number > 1:
            learner = f"s{number:03}"
            yield DemoHandIn(learner, shows, _name(module, learner, number), as_json(work))
    yield DemoHandIn("s008", "not a notebook at all", f"s008_{module.notebook_name}.ipynb", b"%PDF-1.7 my homework\n")


def _name(module: Module, learner: str, number: int) -> str:
    """A hand-in's name: in a learner's folder, as a learning platform names it, or with the id before or behind."""
    shapes = (
        f"{learner}/{module.notebook_name}.ipynb",
        f"{learner}_{1000 + number}_{77000 + number}_{module.notebook_name}.ipynb",
        f"{learner}_{module.notebook_name}.ipynb",
        f"{module.notebook_name}-{learner}.ipynb",
    )
    return shapes[number % len(shapes)]


def _works(module: Module, built: Notebook, released: Notebook) -> dict[str, Notebook]:
    """What each learner wrote, by what it is an example of."""
    solutions = {
        cell.grade_id: replace(cell, source=_unmarked(cell.source)) for cell in built.cells if cell.is_solution
    }
    loop = _with_endless_loop(next(cell.source for cell in built.cells if cell.is_solution))
    first = next(iter(solutions))
    graded = [
        name for name, cell in solutions.items() if any(f"def {check.id}(" in cell.source for check in module.checks)
    ]
    last = (graded or list(solutions))[-1]  # an optional exercise has no points
    answered = {q.id for q in module.questions}

    def solved(cell: Cell) -> Cell:
        cell = solutions.get(cell.grade_id, cell)
        return replace(cell, source=ANSWER) if cell.grade_id in answered else cell

    def at(name: str, source: Callable[[str], str]) -> Change:
        return lambda cell: (
            replace(solved(cell), source=source(solved(cell).source)) if cell.grade_id == name else solved(cell)
        )

    half = set(list(solutions)[: len(solutions) // 2])
    wrong = _wrong_answer(module, built)
    return {
        name: replace(released, cells=tuple(map(change, released.cells)))
        for name, change in {
            "complete": solved,
            "untouched": lambda cell: cell,
            "half done": lambda cell: solved(cell) if cell.grade_id in half else cell,
            "wrong in one method": lambda cell: replace(solved(cell), source=wrong.get(cell.id, solved(cell).source)),
            "an endless loop": at(first, lambda _: loop),
            "a syntax error": at(last, lambda source: source + "\n\ndef unfinished(:\n"),
            "a tampered locked cell": lambda cell: _tampered(cell) if cell.is_check else cell,
        }.items()
    }


def _wrong_answer(module: Module, built: Notebook) -> dict[str, str]:
    """The changed cells of a kept wrong answer, by id: the answer to the check with the most points."""
    reference = reference_work(built)
    answers = [answer for answer in read_answers(module, reference) if not answer.right]
    if not answers:
        raise CourseError(f"{module.name} keeps no wrong answer to show", at=str(module.answers))
    worst = max(answers, key=lambda answer: module.check(answer.check).points)
    return {c.name: _unmarked(c.source) for c, kept in zip(worst.work.cells, reference.cells, strict=True) if c != kept}


def _with_endless_loop(source: str) -> str:
    """`source` with its first solution replaced by a loop that never ends."""
    lines = source.split("\n")
    region = regions(source, SOLUTION)[0]
    indent = lines[region.first][: -len(lines[region.first].lstrip())]
    lines[region.first : region.last + 1] = [f"{indent}while True:", f"{indent}    pass"]
    return _unmarked("\n".join(lines))


def _unmarked(source: str) -> str:
    """`source` without the comments that mark solutions, which no learner has."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (SOLUTION.begin, SOLUTION.end))


def _tampered(cell: Cell) -> Cell:
    return replace(cell, source=f"print('{cell.grade_id} passed')")


def _packed(module: Module, learner: str, work: Notebook) -> DemoHandIn:
    """The file that `tito submit` makes of this work."""
    with TemporaryDirectory() as folder:
        path = notebook.write(work, Path(folder) / f"{module.notebook_name}.ipynb")
        packed = pack(path, Workspace(Path(folder)), module, learner, Grade(module.name, ()), HANDED_IN_AT).path
        return DemoHandIn(learner, "complete", packed.name, packed.read_bytes())


def write_hand_ins(all_: tuple[DemoHandIn, ...], folder: Path) -> None:
    """Put the hand-ins into `folder`, a minute apart."""
    for number, handin in enumerate(all_):
        at = (HANDED_IN_AT + timedelta(minutes=number)).timestamp()
        os.utime(write_atomic(folder / handin.name, handin.content), (at, at))


def real_model_report(course: Course) -> str:
    """What `tito/cli/demo_model.py` prints with the package exported in `course`, in a process of its own."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # for matrices this small, more only jitter
    environment = os.environ | one_thread | {"PYTHONPATH": str(course.root)}
    done = subprocess.run(
        [sys.executable, "-m", "tito.cli.demo_model"],
        cwd=course.root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    if done.returncode:
        raise CourseError("the exported package does not run", at=str(course.package), why=done.stderr.strip()[-300:])
    return done.stdout
