"""Many works graded on one paper, and what was found kept for the next time.

Grading is exact: the same paper, work and code give the same grade on every
machine. So a grade that is known under a key of all that decides it need not
be found again, and an unchanged release takes no time.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.util
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from tito.checks import Grade, Paper, TestResult, Work
from tito.course import Course, Module
from tito.files import write_atomic
from tito.notebook import digest

TITO = Path(__file__).parent
PACKAGES = ("numpy", "scipy", "msgspec")  # what a work or the wire computes with

Progress = Callable[[int, int], None]


def grade_all(course: Course, module: Module, paper: Paper, works: Sequence[Work], *, jobs: int = 1,
              progress: Progress = lambda done, total: None) -> tuple[Grade, ...]:
    """The grade of each work, known from before or found now by `jobs` graders at once.

    `progress` is told how many of how many are done. What is known is kept in
    `course.verified(module)`, for these works only.
    """
    common = environment(course, module)
    keys = [digest(common, repr(paper), repr(work)) for work in works]
    known = {key: grade for key, grade in _read_known(course.verified(module)).items() if key in keys}
    missing = {key: work for key, work in zip(keys, works, strict=True) if key not in known}
    tell = _counter(progress, len(keys) - len(missing), len(keys))
    if missing:
        known |= _grade(course, module, paper, missing, jobs, tell)
        _keep(course.verified(module), known)
    return tuple(known[key] for key in keys)


def _counter(progress: Progress, done: int, total: int) -> Callable[[], None]:
    def tell() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    progress(done, total)
    return tell


def _grade(course: Course, module: Module, paper: Paper, works: dict[str, Work], jobs: int,
           tell: Callable[[], None]) -> dict[str, Grade]:
    from tito.grading import Grader, staged_library

    jobs = min(jobs, len(works))
    with staged_library(course, module) as library:
        if jobs > 1:
            return _grade_side_by_side(library, paper, works, jobs, tell)
        grades = {}
        with Grader(library) as grader:
            for key, work in works.items():
                grades[key] = grader.grade(paper, work)
                tell()
        return grades


def _grade_side_by_side(library: Path, paper: Paper, works: dict[str, Work], jobs: int,
                        tell: Callable[[], None]) -> dict[str, Grade]:
    """A grader in each of `jobs` processes: a check redirects its process's stdout, so threads won't do."""
    grades = {}
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _open_grader, (library,)) as pool:
        asked = {pool.submit(_grade_here, paper, work): key for key, work in works.items()}
        for answer in as_completed(asked):
            grades[asked[answer]] = answer.result()
            tell()
    return grades


_grader = None  # of a process in the pool


def _open_grader(library: Path) -> None:
    global _grader
    from tito.grading import Grader

    _grader = Grader(library)
    multiprocessing.util.Finalize(None, _grader.close, exitpriority=1)


def _grade_here(paper: Paper, work: Work) -> Grade:
    return _grader.grade(paper, work)


def environment(course: Course, module: Module) -> str:
    """All that decides a grade besides paper and work: our code, the modules needed, Python and packages."""
    code = [*(TITO / "grading").glob("*.py"), *(TITO / "tools").glob("*.py"), TITO / "checks.py"]
    needed = [path for m in course.needed_by(module) for path in (m.source, course.exported(m)) if path.is_file()]
    files = [part for path in sorted(code) + needed for part in (path.name, path.read_bytes())]
    return digest(platform.python_version(), *(f"{name} {version(name)}" for name in PACKAGES), *files)


def _read_known(path: Path) -> dict[str, Grade]:
    """The grades kept at `path`; none when they can't be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {key: _grade_from(entry) for key, entry in data.items()}
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _grade_from(entry: dict) -> Grade:
    results = tuple(TestResult(**result) for result in entry["results"])
    return Grade(entry["module"], results, tuple(entry["notes"]))


def _keep(path: Path, known: dict[str, Grade]) -> None:
    data = {key: asdict(grade) for key, grade in sorted(known.items())}
    write_atomic(path, json.dumps(data, indent=1) + "\n")
