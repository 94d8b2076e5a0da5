"""Grading on a disk that fills up, space made, grading started again.

    python -m tests.support.full_disk FOLDER FILLS SEED SIZE

Wants a mount namespace of its own, in which it may mount a small disk in memory
on FOLDER: `unshare --mount`, or `unshare --user --map-root-user --mount` for an
ordinary user. Prints what was not to be, line by line, and at last how often the
disk was full at which phase.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.support.fault_injection import PHASES, Trial, differences, left_over, outcome_of, run
from tito.course.course import Course

DISK_MB = 24


def main(folder: Path, fills: int, seed: int, size: int) -> None:
    trial = Trial(folder / "calm", size, jobs=1)
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk)], check=True)
    chance, hit, faults = random.Random(seed), Counter(), []
    for number in range(fills):
        phase = PHASES[number % len(PHASES)]
        faults += grade_on(disk, trial, chance, phase, hit, folder / "temporary")
    for fault in faults:
        print(fault)
    print(f"full while {', '.join(f'{phase}: {times}' for phase, times in hit.items())}")


def grade_on(disk: Path, trial: Trial, chance: random.Random, phase: str, hit: Counter, temporary: Path) -> list[str]:
    """Grade a class on `disk`, which is full from some moment of `phase` on; and again when it is not."""
    temporary.mkdir(exist_ok=True)
    course = Course(shutil.copytree(trial.course.root, disk / "class"))
    log = course.root / "tito.log"
    log.symlink_to(temporary.parent / "tito.log")
    log.write_text("")
    aim = replace(trial.aim(chance, phase, trial.size), victim="tito grade")  # whom the disk is full for
    found = run(course, temporary, aim, jobs=1, strike=lambda victim, pid: fill(disk, chance.randrange(8192)))
    said = log.read_text()
    faults = []
    if found.killed:
        hit[found.phase] += 1
        if found.exit_code != 3 or said.count("error:") != 1 or "Traceback" in said or not full_in_words(said):
            faults.append(f"{phase}: exit code {found.exit_code}, and it said: {said}")
    if found.exit_code == 0 and len(found.recorded) < trial.size:
        faults.append(f"{phase}: exit code 0 with {len(found.recorded)} of {trial.size} recorded")
    (disk / "filling").unlink(missing_ok=True)
    again = run(course, temporary, jobs=1)
    faults += [f"{phase}: {name} was graded twice" for name in found.recorded & set(again.sent)]
    faults += [f"{phase}: the record of {name} is gone" for name in found.recorded - again.recorded]
    if again.exit_code != 0:
        faults.append(f"{phase}: started again, exit code {again.exit_code}: {log.read_text()}")
    log.unlink()
    faults += [f"{phase}: {name} differs" for name in differences(outcome_of(course), trial.wanted)]
    faults += left_over(course, temporary)
    shutil.rmtree(course.root)
    return faults


def full_in_words(said: str) -> bool:
    return "error: the disk is full" in said or "error: the gradebook can't be" in said


def fill(disk: Path, leave: int) -> bool:
    """Use up the disk, but for `leave` bytes."""
    with open(disk / "filling", "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 65536) == 65536:
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - leave))
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
