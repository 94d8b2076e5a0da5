"""What an ordinary nbgrader course costs to grade: `nbgrader autograde` and `tito grade`, in turns, on the same works.

    python benchmarks/assignments.py [--works 10] [--rounds 3]

The course is nbgrader's own quickstart example. Both are run as commands, so their start counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.grading import Cost, cost_of
from tests.support.nbgrader_class import grades, hand_in, make_quickstart, solutions

BIN = Path(sys.executable).parent
WAYS = {
    "`nbgrader autograde`": [str(BIN / "nbgrader"), "autograde", "ps1"],
    "`tito grade`": [str(BIN / "tito"), "grade", "ps1"],
    "`tito grade --jobs 1`": [str(BIN / "tito"), "grade", "ps1", "--jobs", "1"],
}


def compared(works: int, rounds: int, folder: Path) -> dict[str, list[Cost]]:
    """The cost of each way, round by round; an error when two ways end with other marks."""
    course = make_quickstart(folder / "course")
    for number in range(works):
        hand_in(course, f"learner-{number:03d}", solutions(course, 0.8, number))
    found: dict[str, list[Cost]] = {way: [] for way in WAYS}
    for turn in range(rounds):
        marks = []
        for way, command in WAYS.items():
            place = shutil.copytree(course, folder / f"{turn}-{len(marks)}")
            found[way].append(cost_of(command, place))
            marks.append(grades(place))
        if any(other != marks[0] for other in marks):
            raise SystemExit("the marks differ")
    return found


def table(found: dict[str, list[Cost]], works: int) -> str:
    """Medians of the rounds, by hand-in."""
    lines = ["| | CPU, s a hand-in | elapsed, s a hand-in | times as fast |", "| --- | --- | --- | --- |"]
    first = statistics.median(cost.wall_s for cost in next(iter(found.values())))
    for way, costs in found.items():
        cpu, wall = (statistics.median(getattr(cost, field) for cost in costs) for field in ("cpu_s", "wall_s"))
        lines.append(f"| {way} | {cpu / works:.2f} | {wall / works:.2f} | {first / wall:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table(compared(args.works, args.rounds, Path(folder)), args.works))


if __name__ == "__main__":
    main()
