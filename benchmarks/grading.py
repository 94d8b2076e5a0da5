"""What grading costs: `tito grade` beside stock `nbgrader autograde`, on the same hand-ins, in turns.

    python benchmarks/grading.py [--rounds 3] [--module benchmarking]

In a copy of the course, in a temporary folder: the reference, an untouched
release and a few of the module's kept wrong answers are handed in; then each
way grades them all. CPU time is that of the process and all its children.
What a grade costs beyond process start is the difference between a process that
grades one work many times and one that grades it once.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tito import gradebook, notebook
from tito.answers import read_answers
from tito.build import built
from tito.course import Course, Module
from tito.notebook import Notebook
from tito.paper import paper_of, reference_work
from tito.strip import stripped

WRONG, MORE = 3, 20
COPIED = ("nbgrader_config.py", "settings.ini", "pyproject.toml")
PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cost:
    """What something took, in seconds, on the wall and of CPU."""

    wall_s: float
    cpu_s: float


def cost_of(command: list[str], place: Path = PROJECT) -> Cost:
    """Run a command to its end; CalledProcessError, with what it said, when it fails."""
    return measured(lambda: subprocess.run(
        command, cwd=place, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(PROJECT)}))


def measured(action: Callable[[], object]) -> Cost:
    began, before = time.perf_counter(), _cpu_s()
    action()
    return Cost(time.perf_counter() - began, _cpu_s() - before)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# -- a class ------------------------------------------------------------------------------------


def copy_of_course(folder: Path) -> Course:
    """The course's sources and package in a folder of their own."""
    for name in ("modules", "tinytorch"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in COPIED:
        shutil.copy2(PROJECT / name, folder / name)
    return Course(folder)


def hand_in_all(course: Course, module: Module) -> int:
    """Fill `submitted/` and enrol the assignment; how many works there are."""
    source = built(course, module)
    works = {"reference": solved(course, module, source, {}), "untouched": stripped(course, module, source)}
    for number, changes in enumerate(wrong_answers(module, source)):
        works[f"wrong{number}"] = solved(course, module, source, changes)
    for learner, work in works.items():
        path = course.submitted_notebook(learner, module)
        path.parent.mkdir(parents=True)
        notebook.write(work, path)
    with gradebook.opened(course) as book:
        book.enrol(module, source)
    return len(works)


def solved(course: Course, module: Module, source: Notebook, changes: dict[str, str]) -> Notebook:
    """The release with the reference's solutions, but for the cells that `changes` names by id."""
    solutions = {cell.id: cell.source for cell in source.cells if cell.is_solution} | changes
    released = stripped(course, module, source)
    cells = (replace(cell, source=solutions.get(cell.id, cell.source)) for cell in released.cells)
    return replace(released, cells=tuple(cells))


def wrong_answers(module: Module, source: Notebook) -> list[dict[str, str]]:
    """The changed cells of some of the module's wrong answers, by cell id; always the same ones."""
    reference = reference_work(source)
    wrong = [answer for answer in read_answers(module, reference) if not answer.right]
    chosen = random.Random(3).sample(wrong, min(WRONG, len(wrong)))
    return [{new.name: new.source for new, old in zip(answer.work.cells, reference.cells, strict=True) if new != old}
            for answer in chosen]


# -- ways to grade ------------------------------------------------------------------------------


def grade_repeatedly(module_name: str, times: int) -> None:
    """Grade the reference in this process, `times` times: what the child of `each_grade` does."""
    from tito.grading import Grader, staged_library

    course = Course.find(PROJECT)
    module = course.module(module_name)
    source = built(course, module)
    paper, work = paper_of(module, source), reference_work(source)
    with staged_library(course, module) as library, Grader(library) as grader:
        for _ in range(times):
            grader.grade(paper, work)


def each_grade(module_name: str) -> Cost:
    """One `Grader.grade` beyond the first, and beyond process start."""
    once, often = (cost_of([sys.executable, __file__, "--module", module_name, "--only-grade", str(times)])
                   for times in (1, 1 + MORE))
    return Cost((often.wall_s - once.wall_s) / MORE, (often.cpu_s - once.cpu_s) / MORE)


def fork_and_end() -> None:
    """The floor: a process forked from one that has NumPy loaded, which ends at once."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def ways(course: Course, module: Module, works: int) -> dict[str, Callable[[], Cost]]:
    """Each thing measured, by name: a function that gives its cost, that of one hand-in where there are many."""
    tito = [sys.executable, "-m", "tito"]
    nbgrader = [sys.executable, "-m", "nbgrader", "autograde", module.folder, "--force"]

    def a_hand_in(command: list[str]) -> Callable[[], Cost]:
        def cost() -> Cost:
            whole = cost_of(command, course.root)
            return Cost(whole.wall_s / works, whole.cpu_s / works)

        return cost

    def floor() -> Cost:
        whole = measured(lambda: [fork_and_end() for _ in range(MORE)])
        return Cost(whole.wall_s / MORE, whole.cpu_s / MORE)

    code = str(course.exported(module))
    return {
        f"`nbgrader autograde`, a hand-in of {works}": a_hand_in(nbgrader),
        f"`tito grade`, a hand-in of {works}": a_hand_in([*tito, "grade", module.name, "--again"]),
        "one `Grader.grade` beyond process start": lambda: each_grade(module.name),
        "a bare fork": floor,
        "`tito grade --code`, the whole process": lambda: cost_of([*tito, "grade", module.name, "--code", code]),
        "`import numpy, scipy.special`": lambda: cost_of([sys.executable, "-c", "import numpy, scipy.special"]),
        "`tito --help`": lambda: cost_of([*tito, "--help"]),
        "`python -c pass`": lambda: cost_of([sys.executable, "-c", "pass"]),
    }


def in_turns(todo: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    found: dict[str, list[Cost]] = {name: [] for name in todo}
    for _ in range(rounds):
        for name in random.sample(list(todo), len(todo)):
            found[name].append(todo[name]())
            print(name, file=sys.stderr)
    return found


def table(found: dict[str, list[Cost]]) -> str:
    lines = ["| what | wall (s) | CPU (s) |", "| --- | --- | --- |"]
    for name, costs in found.items():
        wall_s, cpu_s = np.median([(cost.wall_s, cost.cpu_s) for cost in costs], axis=0)
        lines.append(f"| {name} | {wall_s:.3f} | {cpu_s:.3f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--module", default="benchmarking")
    parser.add_argument("--only-grade", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only_grade is not None:
        return grade_repeatedly(given.module, given.only_grade)
    with tempfile.TemporaryDirectory() as folder:
        course = copy_of_course(Path(folder))
        module = course.module(given.module)
        found = in_turns(ways(course, module, hand_in_all(course, module)), given.rounds)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {given.rounds} rounds\n")
    print(table(found))


if __name__ == "__main__":
    main()
