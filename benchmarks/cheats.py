"""What cheating gets: the kept cheats, graded by stock `nbgrader autograde` and by `tito grade`.

    python benchmarks/cheats.py [--runs 2]

Each cheat of `tests/cheats` is a hand-in of its own in a temporary copy of the
course, and so is each base, the same work without the trick. nbgrader runs them
for real and without walls: as root, give the run to an ordinary user, which this
does by itself. Cheats that would hurt the machine are left out there. For
nbgrader the class is divided into `--runs` courses that are graded side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from grading import PROJECT, copy_of_course

from tito.classroom import records
from tito.classroom.gradebook import gradebook
from tito.course.course import Course, Module
from tito.lesson.build import built
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import Notebook

sys.path.insert(0, str(PROJECT))
from tests.support.attacks import Cheat, bait, base_notebook, cheating_notebook, read_aloud, read_bases, read_cheats
from tests.support.walled_process import ORDINARY_ID, ordinary_users_command

MODULE = "benchmarking"
CELL_TIMEOUT_S = 30


@dataclass(frozen=True)
class Outcome:
    """What a hand-in got: its points, None where it could not be graded, and what else happened."""

    points: float | None
    happened: tuple[str, ...] = ()


class Class:
    """Bases and cheats handed in to a course of their own; each cheat has its own bait."""

    def __init__(self, folder: Path, cheats: dict[str, Cheat], user: int | None, stack: ExitStack):
        self.course = copy_of_course(folder)
        self.module: Module = self.course.module(MODULE)
        source = built(self.course, self.module)
        released = without_examples(stripped(self.course, self.module, source))
        self.cheats, self.baits = cheats, {}
        for name in read_bases():
            self._hand_in(f"base-{name}", base_notebook(released, name))
        for learner, cheat in cheats.items():
            self.baits[learner] = stack.enter_context(bait(self.course, user))
            self._hand_in(learner, cheating_notebook(released, cheat, self.baits[learner].facts))
        with gradebook.opened(self.course) as book:
            book.enrol(self.module, source)

    def _hand_in(self, learner: str, content: bytes) -> None:
        path = self.course.submitted_notebook(learner, self.module)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)

    def outcomes(self, words_to) -> dict[str, Outcome]:
        """By learner; `words_to` gives what a learner can read of theirs."""
        with gradebook.opened(self.course) as book:
            marks = book.marks(self.module)
        found = {}
        for learner in [*(f"base-{name}" for name in read_bases()), *self.cheats]:
            is_graded = any(
                self.course.autograded(learner, self.module).glob("*.ipynb")
            )  # nbgrader removes what it fails on
            points = sum(m.points for m in marks[learner].marks.values()) if is_graded else None
            here = self.baits.get(learner)
            happened = [*read_aloud(words_to(self.course, self.module, learner)), *(here.harm() if here else [])]
            found[learner] = Outcome(points, tuple(happened))
        return found


def without_examples(released: Notebook) -> Notebook:
    """Without the code cells that the learner may change and that count for nothing: they measure, which takes time."""
    return replace(released, cells=tuple(cell for cell in released.cells if cell.kind != "code" or cell.nbgrader))


def by_tito(cheats: dict[str, Cheat], minutes: float) -> dict[str, Outcome]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        group = Class(Path(folder), cheats, None, stack)
        ended = _run([sys.executable, "-m", "tito", "grade", MODULE], group.course.root, minutes)
        return _reached(group.outcomes(_told_by_tito), ended)


def _reached(found: dict[str, Outcome], ended: bool) -> dict[str, Outcome]:
    """Those that were come to, by name, before a run that did not come to its end was stopped."""
    last = max((learner for learner, outcome in found.items() if outcome.points is not None), default="")
    return {
        learner: outcome for learner, outcome in found.items() if ended or learner < last
    }  # the last was being graded


def _told_by_tito(course: Course, module: Module, learner: str) -> str:
    record = records.read(course, module, learner)
    return "\n".join(f"{result.message} {result.where}" for result in record.grade.results) if record else ""


def by_nbgrader(cheats: dict[str, Cheat], minutes: float) -> dict[str, Outcome]:
    """In one run, by an ordinary user where we are root."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        root = Path(folder)
        group = Class(root, cheats, ORDINARY_ID, stack)
        command = [
            sys.executable,
            "-m",
            "nbgrader",
            "autograde",
            group.module.folder,
            "--force",
            f"--ExecutePreprocessor.timeout={CELL_TIMEOUT_S}",
            "--ExecutePreprocessor.interrupt_on_timeout=True",
        ]
        if os.geteuid() == 0:
            _give_to_ordinary_user(root)
            command = ordinary_users_command(command)
            if command is None:
                raise SystemExit("nbgrader would run the cheats as root: give it a system with unshare and setpriv")
        home = {"HOME": folder, "IPYTHONDIR": f"{folder}/.ipython", "JUPYTER_RUNTIME_DIR": f"{folder}/.runtime"}
        ended = _run(command, group.course.root, minutes, home)
        return _reached(group.outcomes(_told_by_nbgrader), ended)


def _give_to_ordinary_user(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        os.chown(path, ORDINARY_ID, ORDINARY_ID)


def _told_by_nbgrader(course: Course, module: Module, learner: str) -> str:
    """What the cells said; not the tracebacks, in which nbgrader shows lines of hidden tests to everybody."""
    path = course.autograded(learner, module) / f"{module.notebook_name}.ipynb"
    path = path if path.exists() else next(iter(path.parent.glob("*.ipynb")), path)
    if not path.exists():
        return ""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(str(output.get("evalue", output.get("text", output.get("data", "")))) for output in outputs)


def _run(command: list[str], place: Path, minutes: float, more: dict[str, str] | None = None) -> bool:
    """Did it come to its end in time? That some hand-ins could not be graded is part of the result."""
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        process = subprocess.Popen(
            command,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(PROJECT)} | (more or {}),
        )
        try:
            process.wait(60 * minutes)
            return True
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
            return False
        finally:
            said.seek(0)
            print(f"{command[-4:]} ended with {process.returncode}: {said.read()[-600:]}", file=sys.stderr)


def divided(cheats: dict[str, Cheat], runs: int) -> list[dict[str, Cheat]]:
    return [dict(list(cheats.items())[start::runs]) for start in range(runs)]


def outcomes(cheats: dict[str, Cheat], runs: int, minutes: float) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    """By nbgrader and by tito, both at the same time: no time is measured here."""
    unhurt = {learner: cheat for learner, cheat in cheats.items() if not cheat.neutered}
    with ThreadPoolExecutor(runs + 1) as pool:
        ours = pool.submit(by_tito, cheats, minutes)
        theirs = [pool.submit(by_nbgrader, part, minutes) for part in divided(unhurt, runs)]
        return {learner: outcome for part in theirs for learner, outcome in part.result().items()}, ours.result()


def table(cheats: dict[str, Cheat], found: tuple[dict[str, Outcome], dict[str, Outcome]]) -> str:
    lines = ["| cheat | its base | `nbgrader autograde` | `tito grade` |", "| --- | --- | --- | --- |"]
    for learner, cheat in cheats.items():
        cells = [_cell(cheat, way.get(f"base-{cheat.honest}"), way.get(learner)) for way in found]
        lines.append(f"| {cheat.name} | {cheat.honest} | {' | '.join(cells)} |")
    return "\n".join([*lines, _totals(cheats, found)])


def _cell(cheat: Cheat, base: Outcome | None, got: Outcome | None) -> str:
    if got is None:
        return cheat.neutered or "not reached"
    points = f"{_in_words(base)} → {_in_words(got)}"
    points = f"**{points}**" if _won(base, got) else points
    return "; ".join([points, *(f"**{what}**" for what in got.happened)])


def _in_words(outcome: Outcome | None) -> str:
    return "not graded" if outcome is None or outcome.points is None else f"{outcome.points:g}"


def _won(base: Outcome | None, got: Outcome) -> bool:
    return got.points is not None and base is not None and got.points > (base.points or 0)


def _totals(cheats: dict[str, Cheat], found) -> str:
    cells = []
    for way in found:
        tried = [
            (way[f"base-{cheat.honest}"], way[learner])
            for learner, cheat in cheats.items()
            if learner in way and f"base-{cheat.honest}" in way
        ]
        won = sum(_won(base, got) for base, got in tried)
        harmed = sum(bool(got.happened) for _, got in tried)
        lost = sum(got.points is None for _, got in tried)
        cells.append(
            f"of {len(tried)}: {won} won points, {harmed} read or harmed something, {lost} could not be graded"
        )
    return f"| in all | | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=os.cpu_count(), help="of nbgrader, side by side")
    parser.add_argument(
        "--minutes", type=float, default=120.0, help="after which each run is stopped; what is graded counts"
    )
    parser.add_argument("--only", default="", help="cheats whose names contain this")
    given = parser.parse_args()
    chosen = [cheat for cheat in read_cheats() if given.only in cheat.name]
    cheats = {f"c{number:03}": cheat for number, cheat in enumerate(chosen)}
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {len(cheats)} cheats\n")
    print(table(cheats, outcomes(cheats, given.runs, given.minutes)))


if __name__ == "__main__":
    main()
