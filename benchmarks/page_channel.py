"""How fast one worker can tell another something by which pages of a shared file are in memory.

    python benchmarks/page_channel.py [--bits 512] [--rounds 3]

A sender reads a page of a large file for each 1 of a random message; a receiver reads a page for each bit and
looks at how long that took. Both are workers behind all walls of this machine, one after the other or side by
side: what one hand-in can do for another. The bits a second are those that
arrive (1 minus the entropy of the errors), over the time that both take. No call that is refused is needed, so
this is what is left: docs/walls.md quotes it, and what its cures cost.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from tito.autograder.grader import Grader
from tito.course.checks import CheckCell, CheckSuite, CodeCell, Work
from tito.sandbox.isolation import readable_paths

STRIDE = 512 * 1024  # more than the kernel reads ahead
CODE = """
import ctypes, os
_libc = ctypes.CDLL(None)

class _Time(ctypes.Structure):
    _fields_ = [("s", ctypes.c_long), ("ns", ctypes.c_long)]

def _now():
    time = _Time()
    _libc.clock_gettime(1, ctypes.byref(time))  # the system's own: Python's is virtual
    return time.s + time.ns / 1e9

def send(path, places):
    file = os.open(path, os.O_RDONLY)
    for place in places:
        os.pread(file, 1, place)

def receive(path, places):
    file, took = os.open(path, os.O_RDONLY), []
    for place in places:
        begun = _now()
        os.pread(file, 1, place)
        took.append(_now() - begun)
    ordered = sorted(took)
    middle = range(len(took) // 4, 3 * len(took) // 4)
    border = max((ordered[n + 1] / ordered[n], ordered[n + 1]) for n in middle)[1]
    raise ValueError("".join("01"[one < border] for one in took))
"""


def large_files() -> list[Path]:
    """Files that every worker may read, the largest first."""
    found = []
    for folder in readable_paths.reading():
        for parent, _, names in os.walk(folder):
            found += [path for name in names if (path := Path(parent, name)).is_file() and not path.is_symlink()]
    return sorted(found, key=lambda path: -path.stat().st_size)[:40]


def forget(path: Path) -> None:
    """Have the pages of a file dropped, as in a machine that has not read it."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def words_of(grader: Grader, call: str) -> str:
    """What a learner reads whose code is called like this."""
    given = CodeCell("given", "def send(path, places): ...\ndef receive(path, places): ...")
    suite = CheckSuite("channel", (CheckCell("told", call, 1.0),), (given,))
    return grader.grade(suite, Work((CodeCell("channel", CODE),))).results[0].message


def one_round(grader: Grader, path: Path, bits: int) -> tuple[float, float]:
    """The share of bits that arrived wrong, and the seconds for each."""
    places = [number * STRIDE for number in range(min(bits, path.stat().st_size // STRIDE))]
    message = [random.random() < 0.5 for _ in places]
    forget(path)
    begun = time.perf_counter()
    words_of(grader, f"send({str(path)!r}, {[place for place, bit in zip(places, message, strict=True) if bit]})")
    told = words_of(grader, f"receive({str(path)!r}, {places})").removeprefix("ValueError: ")
    seconds = time.perf_counter() - begun
    wrong = sum((bit == "1") != sent for bit, sent in zip(told, message, strict=True))
    return wrong / len(places), seconds / len(places)


def capacity(wrong: float) -> float:
    """Bits for each one that is sent (a binary symmetric channel)."""
    share = min(max(wrong, 1e-9), 1 - 1e-9)
    return 1 + share * math.log2(share) + (1 - share) * math.log2(1 - share)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bits", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    path = large_files()[0]
    with tempfile.TemporaryDirectory() as folder, Grader(Path(folder)) as grader:
        words_of(grader, "send('/dev/null', [])")  # what is loaded once
        rounds = [one_round(grader, path, options.bits) for _ in range(options.rounds)]
    wrong, seconds = (statistics.median(values) for values in zip(*rounds, strict=True))
    bits = min(options.bits, path.stat().st_size // STRIDE)
    print(f"| bits in a message | wrong | bits a second, of those that arrive |\n{'| --- ' * 3}|")
    print(f"| {bits} | {wrong:.1%} | {capacity(wrong) / seconds:,.0f} |")


if __name__ == "__main__":
    main()
