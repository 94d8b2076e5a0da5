"""Many works graded by one check suite, with the results kept for the next time.

Grading is exact: the same check and the same code give the same result. So a
result is kept under a key of all that decides it: the check, what it can reach
of the work, our code and the packages. An unchanged release takes no time.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from tito.course.checks import CheckSuite, Grade, TestResult, Work
from tito.course.course import Course, Module
from tito.lesson.notebook import digest
from tito.sandbox.library import library_files
from tito.support.errors import CourseError
from tito.support.files import write_atomic
from tito.workers.job import Job, JobOutcome, JobSpec
from tito.workers.local import LocalPool
from tito.workers.pool import WorkerPool
from tito.workers.reachability import map_of
from tito.workers.scheduler import graded

TITO = Path(__file__).parents[1]
DECIDES = ("autograder", "rpc", "sandbox", "tools", "course/checks.py")  # what of our code has a part in a result
PACKAGES = ("numpy", "scipy", "msgspec")  # what a work or the wire computes with

Progress = Callable[[int, int], None]


def grade_all(
    course: Course,
    module: Module,
    suite: CheckSuite,
    works: Sequence[Work],
    *,
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
    record: Path | None = None,
    pool: WorkerPool | None = None,
) -> tuple[Grade, ...]:
    """The grade of each work: from known results, and for the rest by `jobs` graders at once, or by `pool`.

    `progress` is called with the number of works that are done, and of all. Results
    are kept in `record` (by default `course.verified(module)`), for these works
    only, after an interrupt too.
    """
    record = record or course.verified(module)
    common = digest(environment(course, module), repr(suite.given), repr(suite.helpers))
    keys = [_keys(common, suite, work) for work in works]
    wanted = {key for of_work in keys for key in of_work}
    known = {key: result for key, result in _read_known(record).items() if key in wanted}
    missing = _missing(suite, works, keys, known)
    count = _counter(progress, len(works) - len(missing), len(works))
    if missing:
        with closing(pool or LocalPool(min(jobs, len(missing)))) as pool:
            # no walls: the answers are the course's own
            spec = JobSpec(suite, library_files(course, module), walls=0, lowest_level=0)
            try:
                for step, outcome in graded(pool, spec, missing):
                    known |= _by_key(suite, step.keys, outcome)
                    count()
            finally:
                _keep(record, known)
    return tuple(Grade(suite.module, tuple(known[key] for key in of_work)) for of_work in keys)


def _keys(common: str, suite: CheckSuite, work: Work) -> tuple[str, ...]:
    """The key of each check's result on `work`."""
    parts = map_of(work)
    seen = (parts.reached_from(check.source) if parts else repr(work) for check in suite.checks)
    return tuple(digest(common, repr(check), text) for check, text in zip(suite.checks, seen, strict=True))


@dataclass(frozen=True)
class _Missing:
    """A work of which results are missing: the job to get them, and the keys of all its results."""

    job: Job
    keys: tuple[str, ...]


def _by_key(suite: CheckSuite, keys: tuple[str, ...], outcome: JobOutcome | None) -> dict[str, TestResult]:
    """An outcome's results by key; CourseError where there is none."""
    if outcome is None or outcome.grade is None:
        raise CourseError("an answer could not be graded", why=outcome.fault if outcome else "")
    key_of = {check.id: key for check, key in zip(suite.checks, keys, strict=True)}
    return {key_of[result.id]: result for result in outcome.grade.results}


def _missing(
    suite: CheckSuite, works: Sequence[Work], keys: Sequence[tuple[str, ...]], known: Mapping[str, TestResult]
) -> list[_Missing]:
    """What has to be graded, each result once."""
    found, taken = [], set(known)
    for number, (work, of_work) in enumerate(zip(works, keys, strict=True)):
        new = [(check.id, key) for check, key in zip(suite.checks, of_work, strict=True) if key not in taken]
        if new:
            only, missing = zip(*new, strict=True)
            taken.update(missing)
            found.append(_Missing(Job(str(number), work, only), of_work))
    return found


def _counter(progress: Progress, done: int, total: int) -> Callable[[], None]:
    """A function that tells `progress` of one work more each time."""

    def count() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    progress(done, total)
    return count


def environment(course: Course, module: Module) -> str:
    """All that decides a result besides the check and the work: our code, the modules needed, Python and packages."""
    code = [
        path
        for place in DECIDES
        for path in ((TITO / place).rglob("*.py") if (TITO / place).is_dir() else [TITO / place])
    ]
    needed = [path for m in course.needed_by(module) if (path := course.exported(m)).is_file()]
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
    data = {key: result.without_parts() for key, result in sorted(known.items())}
    write_atomic(path, json.dumps(data, indent=1) + "\n")
