"""Many works graded on one paper, and what was found kept for the next time.

Grading is exact: the same check, code and machine-independent rules give the
same result. So a result is known under a key of all that decides it: the check,
what it can reach of the work, our code and the packages. It need not be found
again, and an unchanged release takes no time.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.util
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from tito.checks import Grade, Paper, TestResult, Work
from tito.course import Course, Module
from tito.files import write_atomic
from tito.notebook import digest
from tito.reach import map_of

TITO = Path(__file__).parent
PACKAGES = ("numpy", "scipy", "msgspec")  # what a work or the wire computes with

Progress = Callable[[int, int], None]


def grade_all(course: Course, module: Module, paper: Paper, works: Sequence[Work], *, jobs: int = 1,
              progress: Progress = lambda done, total: None, record: Path | None = None) -> tuple[Grade, ...]:
    """The grade of each work, from what is known and what is found now by `jobs` graders at once.

    `progress` is told how many of how many works are done. What is known is
    kept in `record` (by default `course.verified(module)`), for these works
    only; also what was found before an interrupt.
    """
    record = record or course.verified(module)
    common = digest(environment(course, module), repr(paper.given), repr(paper.helpers))
    keys = [_keys(common, paper, work) for work in works]
    wanted = {key for of_work in keys for key in of_work}
    known = {key: result for key, result in _read_known(record).items() if key in wanted}
    tasks = _missing(paper, works, keys, known)
    tell = _counter(progress, len(works) - len(tasks), len(works))
    if tasks:
        try:
            for task, results in _grade(course, module, tasks, jobs, tell):
                known |= dict(zip(task.keys, results, strict=True))
        finally:
            _keep(record, known)
    return tuple(Grade(paper.module, tuple(known[key] for key in of_work)) for of_work in keys)


@dataclass(frozen=True)
class Task:
    """A work and the checks whose results are not known for it; `keys` are what to keep them under."""

    paper: Paper
    work: Work
    keys: tuple[str, ...]


def _keys(common: str, paper: Paper, work: Work) -> tuple[str, ...]:
    """What the result of each check of `paper` on `work` is known under."""
    parts = map_of(work)
    seen = (parts.reached_from(check.source) if parts else repr(work) for check in paper.checks)
    return tuple(digest(common, repr(check), text) for check, text in zip(paper.checks, seen, strict=True))


def _missing(paper: Paper, works: Sequence[Work], keys: Sequence[tuple[str, ...]], known: dict) -> list[Task]:
    """What has to be graded, each result once."""
    tasks, taken = [], set(known)
    for work, of_work in zip(works, keys, strict=True):
        new = [(check, key) for check, key in zip(paper.checks, of_work, strict=True) if key not in taken]
        if new:
            checks, missing = zip(*new, strict=True)
            taken.update(missing)
            tasks.append(Task(replace(paper, checks=checks), work, missing))
    return tasks


def _counter(progress: Progress, done: int, total: int) -> Callable[[], None]:
    def tell() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    progress(done, total)
    return tell


def _grade(course: Course, module: Module, tasks: Sequence[Task], jobs: int,
           tell: Callable[[], None]) -> Iterator[tuple[Task, tuple[TestResult, ...]]]:
    from tito.grading import Grader, staged_library

    jobs = min(jobs, len(tasks))
    with staged_library(course, module) as library:
        if jobs > 1:
            yield from _grade_side_by_side(library, tasks, jobs, tell)
            return
        with Grader(library, level=0) as grader:  # the answers are the course's own
            for task in tasks:
                yield task, grader.grade(task.paper, task.work).results
                tell()


def _grade_side_by_side(library: Path, tasks: Sequence[Task], jobs: int,
                        tell: Callable[[], None]) -> Iterator[tuple[Task, tuple[TestResult, ...]]]:
    """A grader in each of `jobs` processes: a check redirects its process's stdout, so threads won't do."""
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _open_grader, (library,)) as pool:
        asked = {pool.submit(_grade_here, task): task for task in tasks}
        for answer in as_completed(asked):
            yield asked[answer], answer.result()
            tell()


_grader = None  # of a process in the pool


def _open_grader(library: Path) -> None:
    global _grader
    from tito.grading import Grader

    _grader = Grader(library, level=0)
    multiprocessing.util.Finalize(None, _grader.close, exitpriority=1)


def _grade_here(task: Task) -> tuple[TestResult, ...]:
    return _grader.grade(task.paper, task.work).results


def environment(course: Course, module: Module) -> str:
    """All that decides a result besides the check and the work: our code, the modules needed, Python and packages."""
    code = [*(TITO / "grading").glob("*.py"), *(TITO / "tools").glob("*.py"), TITO / "checks.py"]
    needed = [path for m in course.needed_by(module) for path in (m.source, course.exported(m)) if path.is_file()]
    files = [part for path in sorted(code) + needed for part in (path.name, path.read_bytes())]
    return digest(platform.python_version(), *(f"{name} {version(name)}" for name in PACKAGES), *files)


def _read_known(path: Path) -> dict[str, TestResult]:
    """The results kept at `path`; none when they can't be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {key: TestResult(**entry) for key, entry in data.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def _keep(path: Path, known: dict[str, TestResult]) -> None:
    data = {key: asdict(result) for key, result in sorted(known.items())}
    write_atomic(path, json.dumps(data, indent=1) + "\n")
