"""A class from its download to its report, in several sizes: CPU for each hand-in, and memory.

    python benchmarks/intake.py [--sizes 500 2000 5000] [--module tensor] [--grade-to 5000] [--alike]

Each class is one Canvas zip of solved notebooks, all different. With `--alike` they are all the same, as a group's
work is: one of them runs, and `grade` shows what reading, copying, recording and the gradebook cost. `tito collect`
takes it in, twice: the second time nothing changes. Then come `grade`, `feedback` and `report`, for classes up to
`--grade-to`. Each is a process of its own; its CPU is that of all processes that it starts, its memory that of the
largest of them. The limits, for `collect` alone, are 10 ms of CPU for each hand-in and 150 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_MS, MOST_MB = 10.0, 150.0
DOWNLOADED = (2026, 11, 5, 9, 0, 0)
PARTS = ("modules", "tinytorch", "nbgrader_config.py", "settings.ini", "pyproject.toml")


COMMANDS = {  # what is measured, in this order: the word for it in the table, and how it is typed
    "collect": "collect {download} {module}",
    "collect again": "collect {download} {module}",
    "grade": "grade {module}",
    "feedback": "feedback {module}",
    "report": "report {module}",
}


@dataclass(frozen=True)
class Measured:
    """One command."""

    size: int
    run: str
    cpu_s: float
    wall_s: float
    peak_mb: float

    @property
    def cpu_ms_each(self) -> float:
        return 1000 * self.cpu_s / self.size

    @property
    def is_over(self) -> bool:
        return self.run.startswith("collect") and (self.cpu_ms_each > MOST_MS or self.peak_mb > MOST_MB)


def solved(root: Path, name: str) -> bytes:
    """The notebook of the course's module as somebody hands it in who solved all of it.

    In a process of its own: what this one holds would count as the memory of what it starts.
    """
    from tito.course.course import Course
    from tito.lesson import notebook
    from tito.lesson.build import built
    from tito.lesson.cache import kept_or_made
    from tito.lesson.nbgrader_steps import stripped

    course = Course(root)
    module = course.module(name)
    source = built(course, module, kept_or_made)
    solutions = {cell.id: cell.source for cell in source.cells if cell.is_solution}
    released = stripped(course, module, source)
    cells = (replace(cell, source=solutions.get(cell.id, cell.source)) for cell in released.cells)
    return notebook.as_json(replace(released, cells=tuple(cells)))


def write_download(path: Path, size: int, notebook: bytes, alike: bool) -> None:
    """A Canvas download of `size` people, whose notebooks differ in one line, or in none."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(size):
            data = json.loads(notebook)
            data["cells"][0]["source"] = "# hand-in" if alike else f"# hand-in {n}"
            member = zipfile.ZipInfo(f"learner{n:05}_{20000 + n}_{60000 + n}_work.ipynb", DOWNLOADED)
            archive.writestr(member, json.dumps(data), zipfile.ZIP_DEFLATED)


def measure(course: Path, command: str, size: int, run: str) -> Measured:
    """Run a command once, and read what it used."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tito", *command.split()],
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"tito {command} ended with {os.waitstatus_to_exitcode(status)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(size, run, used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss * scale / 1e6)


def measure_class(size: int, module: str, with_grades: bool, alike: bool) -> list[Measured]:
    """A class of this size, in a course of its own."""
    with tempfile.TemporaryDirectory() as folder:
        course, download = Path(folder) / "course", Path(folder) / "submissions.zip"
        course.mkdir()
        for part in PARTS:
            (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, course / part)
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            work = other.submit(solved, course, module).result()
        write_download(download, size, work, alike)
        return [
            measure(course, command.format(download=download, module=module), size, run)
            for run, command in COMMANDS.items()
            if with_grades or run.startswith("collect")
        ]


def table(runs: list[Measured]) -> str:
    lines = [
        "| hand-ins | command | CPU each | CPU | wall | peak memory |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {r.size:,} | {r.run} | {r.cpu_ms_each:.1f} ms | {r.cpu_s:.1f} s | {r.wall_s:.1f} s | {r.peak_mb:.0f} MB |"
        for r in runs
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 5000])
    parser.add_argument("--module", default="tensor")
    parser.add_argument("--grade-to", metavar="SIZE", type=int, default=5000, help="grade classes of up to this size")
    parser.add_argument("--alike", action="store_true", help="one work for all, which runs once")
    given = parser.parse_args()
    runs = [
        run for size in given.sizes for run in measure_class(size, given.module, size <= given.grade_to, given.alike)
    ]
    print(table(runs))
    over = [run for run in runs if run.is_over]
    print(
        f"\nmodule {given.module}, Python {sys.version.split()[0]}; over {MOST_MS:g} ms or {MOST_MB:g} MB: {len(over)}"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
