"""What grading a class costs: stock `nbgrader autograde`, `tito grade`, and the floor, on the same hand-ins.

    python benchmarks/grading.py [--works 60] [--batches 3] [--module benchmarking]
    python benchmarks/grading.py --sizes 50 500 5000 --module tensor
    python benchmarks/grading.py --one

The first compares. Works that differ, the module's kept answers, are dealt into
batches, each in a course of its own, and for each batch the three ways take
turns: nbgrader's command, ours with its feedback pages at the level of walls that
this machine has, and the floor, a bare fork of a process with the libraries
loaded that executes the same code and checks, with no walls, no messages, and
nothing read or recorded. The second grades ever larger classes, made by copying
the same sixty works. The third tells what one grade of the reference takes beyond
process start: the difference between a process that grades it many times and one
that grades it once. CPU time is that of a process and all its children; memory is
the most that all processes of a run held at once, what they share counted once
(PSS).
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from tito.authoring.answers import read_answers
from tito.autograder.grader import Grader
from tito.classroom.gradebook import gradebook
from tito.course.checks import Work
from tito.course.course import Course, Module
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of, work_of
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import Notebook
from tito.sandbox.library import staged_library

COPIED = ("nbgrader_config.py", "settings.ini", "pyproject.toml")
PROJECT = Path(__file__).resolve().parents[1]
TITO = [sys.executable, "-m", "tito"]
SAMPLE_EVERY_S = 0.2
DIFFERENT, MORE = 60, 20  # works, grades of one
PAGES_UP_TO = 500  # hand-ins of which feedback pages are made: 5,000 take a quarter of an hour


@dataclass(frozen=True)
class Cost:
    """What something took: seconds on the wall and of CPU, and the most memory at once."""

    wall_s: float
    cpu_s: float
    peak_mb: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        peak_mb = max(self.peak_mb, other.peak_mb)
        return Cost(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s, peak_mb)

    def over(self, works: int) -> Cost:
        return replace(self, wall_s=self.wall_s / works, cpu_s=self.cpu_s / works)


def cost_of(command: list[str], place: Path = PROJECT) -> Cost:
    """Run a command to its end; CalledProcessError when it fails."""
    return measured(
        lambda: subprocess.run(
            command, cwd=place, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(PROJECT)}
        )
    )


def measured(action: Callable[[], object]) -> Cost:
    began, before = time.perf_counter(), _cpu_s()
    with _watched_memory() as peak_mb:
        action()
    return Cost(time.perf_counter() - began, _cpu_s() - before, peak_mb[0])


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def _watched_memory() -> Iterator[list[float]]:
    """In the block, a list whose only number is the most memory that our descendants held at once, in MB."""
    peak_mb, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_EVERY_S):
            peak_mb[0] = max(peak_mb[0], sum(map(_pss_mb, _descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak_mb
    finally:
        over.set()
        watcher.join()


def _descendants(pid: int) -> list[int]:
    children = defaultdict(list)
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children[int(place.read_text().rpartition(")")[2].split()[1])].append(int(place.parent.name))
    found = list(children[pid])
    for child in found:
        found += children[child]
    return found


def _pss_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


# -- a class ------------------------------------------------------------------------------------


def copy_of_course(folder: Path) -> Course:
    """The course's sources and package in a folder of their own."""
    for name in ("modules", "tinytorch"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in COPIED:
        shutil.copy2(PROJECT / name, folder / name)
    return Course(folder)


@dataclass
class Class:
    """A module, and works of it that differ: the reference, the untouched release, and kept answers of both kinds."""

    course: Course
    module: Module
    works: list[Notebook] = field(default_factory=list)

    @classmethod
    def of(cls, course: Course, module: Module, count: int) -> Class:
        source = built(course, module)
        reference, released = reference_work(source), stripped(course, module, source)
        answers = read_answers(module, reference)
        chosen = random.Random(3).sample(answers, min(count - 2, len(answers)))
        solutions = {cell.id: cell.source for cell in source.cells if cell.is_solution}
        changed = [
            {new.name: new.source for new, old in zip(answer.work.cells, reference.cells, strict=True) if new != old}
            for answer in chosen
        ]
        works = [released, *(_solved(released, solutions | changes) for changes in [{}, *changed])]
        return cls(course, module, works)

    def hand_in(self, place: Course, works: list[Notebook]) -> None:
        """Fill `submitted/` of another copy of the course, and enrol the module there."""
        shutil.rmtree(place.root / "course", ignore_errors=True)
        for number, work in enumerate(works):
            path = place.submitted_notebook(f"s{number:06}", self.module)
            path.parent.mkdir(parents=True)
            notebook.write(work, path)
        with gradebook.opened(place) as book:
            book.enrol(self.module, built(place, self.module))


def _solved(released: Notebook, solutions: dict[str, str]) -> Notebook:
    cells = (replace(cell, source=solutions.get(cell.id, cell.source)) for cell in released.cells)
    return replace(released, cells=tuple(cells))


# -- ways to grade ------------------------------------------------------------------------------


def by_nbgrader(place: Course, module: Module) -> Cost:
    return cost_of([sys.executable, "-m", "nbgrader", "autograde", module.folder, "--force"], place.root)


def by_tito(place: Course, module: Module) -> Cost:
    return cost_of([*TITO, "grade", module.name, "--again"], place.root)


def feedback(place: Course, module: Module) -> Cost:
    return cost_of([*TITO, "feedback", module.name], place.root)


def by_bare_forks(place: Course, module: Module) -> Cost:
    return cost_of([sys.executable, __file__, "--bare", str(place.root), module.name], place.root)


def grade_by_bare_forks(root: Path, module_name: str) -> None:
    """The floor: what the child of `by_bare_forks` does. SystemExit when it can't pass the reference."""
    importlib.import_module("scipy.special")  # before the forks, so that each of them has it

    course = Course.find(root)
    module = course.module(module_name)
    source = built(course, module)
    suite = suite_of(module, source)
    checks = [compile(cell.source, "check", "exec") for cell in (*suite.helpers, *suite.checks)]
    if failed := _failed_in_a_fork(reference_work(source), checks):
        raise SystemExit(f"the floor fails {failed} checks of the reference")
    for learner in course.learners(module):
        work, _ = work_of(notebook.read(course.submitted_notebook(learner, module)), source)
        _failed_in_a_fork(work, checks)


def _failed_in_a_fork(work: Work, checks: list) -> int:
    """Run a work's cells and all checks on them in a fork, as a kernel would; how many of all these raise."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    module = sys.modules["__main__"] = sys.modules["submission"] = ModuleType("submission")
    module.__package__, failed = "tinytorch.core", 0
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for code in (*(cell.source for cell in work.cells), *checks):
            try:
                exec(code, vars(module))
            except Exception:  # whatever a learner's code raises: that cell or check has failed
                failed += 1
    os._exit(failed)


WAYS = {
    "`nbgrader autograde`": by_nbgrader,
    "`tito grade`": by_tito,
    "`tito feedback`": feedback,
    "the floor: bare forks": by_bare_forks,
}


def compared(the_class: Class, batches: int, folder: Path) -> dict[str, list[Cost]]:
    """What each way took for each batch."""
    found: dict[str, list[Cost]] = {name: [] for name in WAYS}
    for number in range(batches):
        (folder / f"batch{number}").mkdir()
        place = copy_of_course(folder / f"batch{number}")
        the_class.hand_in(place, the_class.works[number::batches])
        ways = list(WAYS)
        for name in (ways[number % 2 :] + ways[: number % 2]) if number % 2 else ways:
            found[name].append(WAYS[name](place, the_class.module))
            print(f"batch {number + 1} of {batches}: {name}", file=sys.stderr)
    return found


def comparison(found: dict[str, list[Cost]], works: int) -> str:
    totals = {name: sum(costs[1:], costs[0]) for name, costs in found.items()}
    nbgrader, floor = totals["`nbgrader autograde`"], totals["the floor: bare forks"]
    lines = ["| way | hand-ins/s | wall, s each | CPU, s each | × nbgrader's rate | CPU × floor | memory, MB |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for name, total in totals.items():
        each = total.over(works)
        lines.append(
            f"| {name} | {1 / each.wall_s:.2f} | {each.wall_s:.3f} | {each.cpu_s:.3f} "
            f"| {nbgrader.wall_s / total.wall_s:.1f} | {total.cpu_s / floor.cpu_s:.2f} | {total.peak_mb:.0f} |"
        )
    return "\n".join(lines)


def grown(the_class: Class, sizes: list[int], folder: Path) -> str:
    """A table: what classes of these sizes cost, whole runs of grading and feedback."""
    lines = ["| hand-ins | grade, wall s | CPU s | CPU, ms each | feedback, ms each | memory, MB | course folder, MB |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for size in sizes:
        (folder / f"class{size}").mkdir()
        place = copy_of_course(folder / f"class{size}")
        the_class.hand_in(place, [the_class.works[number % len(the_class.works)] for number in range(size)])
        graded = by_tito(place, the_class.module)
        pages = f"{feedback(place, the_class.module).cpu_s / size * 1e3:.0f}" if size <= PAGES_UP_TO else "–"
        stored_mb = sum(path.stat().st_size for path in (place.root / "course").rglob("*") if path.is_file()) / 2**20
        lines.append(
            f"| {size:,} | {graded.wall_s:.0f} | {graded.cpu_s:.0f} | {graded.cpu_s / size * 1e3:.0f} | {pages} "
            f"| {graded.peak_mb:.0f} | {stored_mb:.0f} |"
        )
        print(lines[-1], file=sys.stderr)
        shutil.rmtree(place.root)
    return "\n".join(lines)


# -- one grade ----------------------------------------------------------------------------------


def one_grade(module_name: str, rounds: int = 5) -> str:
    """The median over the rounds of (`MORE` + 1 grades − 1 grade) / `MORE`."""
    costs = []
    for _ in range(rounds):
        once, often = (
            cost_of([sys.executable, __file__, "--module", module_name, "--only", str(times)])
            for times in (1, 1 + MORE)
        )
        costs.append(((often.wall_s - once.wall_s) / MORE, (often.cpu_s - once.cpu_s) / MORE))
    wall_s, cpu_s = (sorted(values)[rounds // 2] for values in zip(*costs, strict=True))
    took = f"{wall_s:.3f} s, {cpu_s:.3f} s of CPU, medians of {rounds}"
    return f"one grade of the reference of {module_name}, beyond process start: {took}"


def grade_repeatedly(module_name: str, times: int) -> None:
    """Grade the reference in this process, `times` times: what the child of `one_grade` does."""
    course = Course.find(PROJECT)
    module = course.module(module_name)
    source = built(course, module)
    suite, work = suite_of(module, source), reference_work(source)
    with staged_library(course, module) as library, Grader(library) as grader:
        for _ in range(times):
            grader.grade(suite, work)


# -- what the parts take ------------------------------------------------------------------------


def parts(the_class: Class, folder: Path) -> str:
    """A table: CPU time of each part of a run, on its thread, a hand-in. Learners' processes are the rest."""
    from tito.classroom import grade_class, plan, records

    (folder / "parts").mkdir()
    place = copy_of_course(folder / "parts")
    the_class.hand_in(place, the_class.works)
    spent: dict[str, float] = defaultdict(float)
    for name, owner, attribute in (
        ("reading a hand-in", plan.Submission, "notebook"),
        ("putting locked cells back", plan, "work_of"),
        ("the annotated copy", grade_class._Recorder, "_write_copy"),
        ("the record", records, "write"),
        ("the gradebook", gradebook.Gradebook, "record"),
    ):
        setattr(owner, attribute, _timed(getattr(owner, attribute), spent, name))
    whole = _thread_and_children()
    count = len(list(grade_class.grade_class(place, the_class.module)))
    total_s = _thread_and_children() - whole
    spent["graders and the workers they start"] = total_s - sum(spent.values())
    lines = ["| part | CPU, ms a hand-in |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {used_s / count * 1e3:.1f} |" for name, used_s in spent.items())])


def _thread_and_children() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + _cpu_s()


def _timed(function, spent: dict[str, float], name: str):
    def timed(*arguments, **keywords):
        began = time.thread_time()
        try:
            return function(*arguments, **keywords)
        finally:
            spent[name] += time.thread_time() - began

    return timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=DIFFERENT)
    parser.add_argument("--batches", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", help="grade classes of these sizes, and compare nothing")
    parser.add_argument("--module", default="benchmarking")
    parser.add_argument(
        "--one", action="store_true", help="what one grade takes beyond process start, and compare nothing"
    )
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bare", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        return grade_by_bare_forks(Path(given.bare[0]), given.bare[1])
    if given.only:
        return grade_repeatedly(given.module, given.only)
    if given.one:
        return print(one_grade(given.module))
    course = Course.find(PROJECT)
    the_class = Class.of(course, course.module(given.module), given.works)
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the start\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        if given.sizes:
            print(grown(the_class, given.sizes, Path(folder)))
        else:
            print(comparison(compared(the_class, given.batches, Path(folder)), len(the_class.works)), end="\n\n")
            print(parts(the_class, Path(folder)))


if __name__ == "__main__":
    main()
