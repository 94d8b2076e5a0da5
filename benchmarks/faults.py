"""Grading killed at random moments: does starting again end as if nothing had been?

    python benchmarks/faults.py [--kills 100] [--size 50] [--seed 1]

A class of the toy course is graded by `tito grade`, killed by SIGKILL up to
eight times, started again each time, and at last left alone. Then gradebook,
records, marked copies, feedback pages and CSV are compared with those of a
class that was left alone from the start. `tests/support/fault_injection.py` does it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.fault_injection import PHASES, VICTIMS, Tally, Trial

MOST_KILLS_A_CLASS = 8


def kill_often(trial: Trial, kills: int, chance: random.Random) -> Tally:
    """Kill until it was enough; what was found so far goes to stderr."""
    tally, phases = Tally(), cycle(PHASES)
    while tally.kills < kills:
        wanted = min(chance.randint(1, MOST_KILLS_A_CLASS), kills - tally.kills)
        trial.try_class(chance, list(islice(phases, wanted)), tally)
        print(f"{tally.kills} kills, {tally.classes} classes, faults: {tally.faults}", file=sys.stderr, flush=True)
    return tally


def table(tally: Tally, size: int) -> str:
    """Kills by phase and victim, and what came of all of them."""
    lines = [f"| killed while | {' | '.join(VICTIMS)} |", "| --- |" + " --- |" * len(VICTIMS)]
    for phase in PHASES:
        lines.append(f"| {phase} | {' | '.join(str(tally.hit[victim, phase] or '') for victim in VICTIMS)} |")
    lines += [
        "",
        f"{tally.kills} kills over {tally.classes} classes of {size} hand-ins; "
        f"{tally.missed} more came after the run had ended.",
        f"- differences from a class left alone: {len(tally.differing)}",
        f"- hand-ins graded again though they were recorded, or lost: {len(tally.twice)}",
        f"- hand-ins under way at a kill and graded again: {tally.sent_again}",
        f"- processes, temporary folders and half-written files left at the end: {len(tally.left)}",
    ]
    return "\n".join(lines + tally.faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--size", type=int, default=50, help="hand-ins of a class")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_often(Trial(Path(folder), given.size), given.kills, random.Random(given.seed))
    print(table(tally, given.size))
    print(f"\nPython {sys.version.split()[0]}, seed {given.seed}, {time.monotonic() - began:.0f} s")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
