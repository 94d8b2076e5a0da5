"""From save to verdict: what a learner waits for while they work on module 12, in CPU time and in seconds.

A workspace is made in a temporary folder; its work is the reference's, less one method. Cold is `tito test` as a
command. Warm is what `tito test --watch` does after a save: first the check that is open, then all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from tito.authoring import workspace_writer
from tito.course.course import Course, Module, Workspace
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.notebook import Cell
from tito.lesson.regions import HIDDEN, stubbed, without
from tito.workspace.diagnosis import diagnose
from tito.workspace.folder.layout import lay_out
from tito.workspace.local_run import keeping_graders, plan_run

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
MODULE, OPEN_CHECK = "benchmarking", "server"
METHOD, UNWRITTEN = "def server(", "def not_yet("  # renamed in the work, so that its check fails


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder))
        rows = [("`tito test`, cold", *of_rounds(rounds, lambda: cold(workspace)))]
        with keeping_graders():
            warm(workspace, "")  # the first save starts the graders
            rows += [("after a save: the open check", *of_rounds(rounds, lambda: warm(workspace, OPEN_CHECK)))]
            rows += [("after a save: all twelve", *of_rounds(rounds, lambda: warm(workspace, "")))]
    print("| module 12, one check open | CPU, s | elapsed, s |\n| --- | --- | --- |")
    for what, cpu_s, elapsed_s in rows:
        print(f"| {what} | {cpu_s:.2f} | {elapsed_s:.2f} |")


def make_workspace(folder: Path) -> Workspace:
    """Every module of the course given out, and all but one method of module 12 written."""
    for name in ("modules", "tinytorch"):
        shutil.copytree(ROOT / name, folder / "course" / name)
    for name in ("settings.ini", "nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / "course" / name)
    course = Course(folder / "course")
    for module in course.modules:
        source = built(course, module)
        cells = tuple(replace(cell, source=without(stubbed(cell.source), HIDDEN)) for cell in source.cells)
        notebook.write(replace(source, cells=cells), course.released(module))
    workspace_writer.write(course, course.modules, folder / "mine")
    workspace = lay_out(Workspace(folder / "mine")).workspace
    write_answer(course.module(MODULE), course, workspace.module(MODULE))
    return workspace


def write_answer(module: Module, course: Course, mine: Module) -> None:
    answers = {cell.id: cell.source.replace(METHOD, UNWRITTEN) for cell in built(course, module).cells}
    work = notebook.read(mine.notebook)
    cells = (replace(cell, source=answers[cell.id]) if cell.is_solution else cell for cell in work.cells)
    notebook.write(replace(work, cells=tuple(cells)), mine.notebook)


def of_rounds(rounds: int, measure: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    """The medians of CPU time and elapsed time."""
    found = [measure() for _ in range(rounds)]
    return median(cpu for cpu, _ in found), median(elapsed for _, elapsed in found)


def cold(workspace: Workspace) -> tuple[float, float]:
    with measured() as found:
        subprocess.run(
            [sys.executable, "-P", "-m", "tito", "test", MODULE],
            cwd=workspace.root,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    return found[0], found[1]


def warm(workspace: Workspace, only: str) -> tuple[float, float]:
    """One run after a save that changes the work: the cell is another each time."""
    module = workspace.module(MODULE)
    work = notebook.read(module.notebook)
    cells = (with_comment(cell) if UNWRITTEN in cell.source else cell for cell in work.cells)
    notebook.write(replace(work, cells=tuple(cells)), module.notebook)
    with measured() as found:
        diagnose(workspace, plan_run(workspace, module, only))
    return found[0], found[1]


def with_comment(cell: Cell) -> Cell:
    return replace(cell, source=f"{cell.source}\n# {time.monotonic_ns()}")


@contextmanager
def measured() -> Iterator[list[float]]:
    """CPU time of this process and all below it, those that have ended too, and elapsed time."""
    found: list[float] = []
    cpu, begin = cpu_below(os.getpid()), time.perf_counter()
    yield found
    found += [cpu_below(os.getpid()) - cpu, time.perf_counter() - begin]


def cpu_below(pid: int) -> float:
    """Seconds of CPU that a process, its children and those that they waited for have used (proc(5))."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := stat_fields(path)):
            parents.setdefault(int(fields[1]), []).append(int(path.name))
            used[int(path.name)] = sum(map(int, fields[11:15])) / TICKS
    return total(pid, parents, used)


def stat_fields(path: Path) -> list[str]:
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return []


def total(pid: int, parents: dict[int, list[int]], used: dict[int, float]) -> float:
    return used.get(pid, 0.0) + sum(total(child, parents, used) for child in parents.get(pid, ()))


if __name__ == "__main__":
    main()
