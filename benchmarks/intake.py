"""Taking in classes of several sizes: CPU for each hand-in and memory, the first time and again.

    python benchmarks/intake.py [--sizes 500 2000 5000] [--module tensor]

Each class is one Canvas zip of solved notebooks, all different, taken in by `tito collect` in a process of its
own, twice: the second time nothing changes. The limits are 10 ms of CPU for each hand-in and 150 MB.
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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_MS, MOST_MB = 10.0, 150.0
DOWNLOADED = (2026, 11, 5, 9, 0, 0)
PARTS = ("modules", "tinytorch", "nbgrader_config.py", "settings.ini", "pyproject.toml")


@dataclass(frozen=True)
class Measured:
    """One run of `tito collect`."""

    size: int
    run: str
    cpu_s: float
    wall_s: float
    peak_mb: float

    @property
    def cpu_ms_each(self) -> float:
        return 1000 * self.cpu_s / self.size


def write_download(path: Path, size: int, notebook: bytes) -> None:
    """A Canvas download of `size` people, whose notebooks differ in one line."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(size):
            data = json.loads(notebook)
            data["cells"][-1]["source"] = f"# hand-in {n}"
            member = zipfile.ZipInfo(f"learner{n:05}_{20000 + n}_{60000 + n}_work.ipynb", DOWNLOADED)
            archive.writestr(member, json.dumps(data), zipfile.ZIP_DEFLATED)


def measure(course: Path, download: Path, module: str, size: int, run: str) -> Measured:
    """Run `tito collect` once, and read what it used."""
    command = [sys.executable, "-m", "tito", "collect", download, module]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"tito collect ended with {os.waitstatus_to_exitcode(status)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(size, run, used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss * scale / 1e6)


def measure_class(size: int, module: str) -> list[Measured]:
    """A class of this size, in a course of its own, collected twice."""
    from tito.course.course import Course
    from tito.lesson import notebook

    with tempfile.TemporaryDirectory() as folder:
        course, download = Path(folder) / "course", Path(folder) / "submissions.zip"
        course.mkdir()
        for part in PARTS:
            (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, course / part)
        source = Course(ROOT).module(module).source
        write_download(download, size, notebook.as_json(notebook.read(source)))
        return [measure(course, download, module, size, run) for run in ("first", "again")]


def table(runs: list[Measured]) -> str:
    lines = ["| hand-ins | run | CPU each | CPU | wall | peak memory |", "| ---: | --- | ---: | ---: | ---: | ---: |"]
    lines += [
        f"| {r.size:,} | {r.run} | {r.cpu_ms_each:.1f} ms | {r.cpu_s:.1f} s | {r.wall_s:.1f} s | {r.peak_mb:.0f} MB |"
        for r in runs
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000, 5000])
    parser.add_argument("--module", default="tensor")
    given = parser.parse_args()
    runs = [run for size in given.sizes for run in measure_class(size, given.module)]
    print(table(runs))
    over = [run for run in runs if run.cpu_ms_each > MOST_MS or run.peak_mb > MOST_MB]
    print(
        f"\nmodule {given.module}, Python {sys.version.split()[0]}; over {MOST_MS:g} ms or {MOST_MB:g} MB: {len(over)}"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
