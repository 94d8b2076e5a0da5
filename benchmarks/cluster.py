"""What a cluster adds and how far it carries: a scheduler and two workers on this machine, then a model.

    python benchmarks/cluster.py [--works 40] [--module benchmarking]

Measured in one run, in turns: a class graded by two graders of this machine and by a Dask cluster of two workers;
what the coordinator itself spends on a hand-in (reading, marked copy, record, gradebook); how many calls a second a
scheduler manages; what is stored. From these numbers the model: how long 1,000, 100,000 and 1,000,000 hand-ins take
on so many cores. It has two bounds, the workers' and the coordinator's, and the larger one counts.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from grading import PROJECT, Class, copy_of_course

from tito.classroom.grade_class import grade_class
from tito.course.course import Course
from tito.workers.dask import DaskPool
from tito.workers.local import LocalPool

sys.path.insert(0, str(PROJECT))
from tests.support.dask_cluster import cluster

CALLS = 2000
CLASSES = (1_000, 100_000, 1_000_000)
CORES = (2, 16, 64, 256)


def seconds_to_grade(place: Course, the_class: Class, pool) -> tuple[float, float]:
    """Wall seconds of a whole class, once the first work is graded; CPU seconds of this process's own thread."""
    graded = grade_class(place, the_class.module, again=True, pool=pool)
    next(graded)
    began, own = time.perf_counter(), time.thread_time()
    count = len(list(graded))
    return (time.perf_counter() - began) / count, (time.thread_time() - own) / count


def calls_a_second(address: str) -> float:
    """How many calls that do nothing come back in a second."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        calls = client.get_executor(pure=False)
        began = time.perf_counter()
        for future in [calls.submit(int, number) for number in range(CALLS)]:
            future.result()
        return CALLS / (time.perf_counter() - began)


def hours(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def model(each_s: float, coordinator_s: float, stored_kb: float) -> str:
    """Time by cores; a hand-in takes a worker's core `each_s`, and the coordinator `coordinator_s`."""
    lines = ["| hand-ins | " + " | ".join(f"{cores} cores" for cores in CORES) + " | the coordinator alone | stored |"]
    lines += ["| --- |" + " --- |" * (len(CORES) + 2)]
    for size in CLASSES:
        times = [hours(max(size * each_s / cores, size * coordinator_s)) for cores in CORES]
        lines.append(
            f"| {size:,} | {' | '.join(times)} | {hours(size * coordinator_s)} | {size * stored_kb / 2**20:.1f} GB |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=40)
    parser.add_argument("--module", default="benchmarking")
    given = parser.parse_args()
    course = Course.find(PROJECT)
    the_class = Class.of(course, course.module(given.module), given.works)
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the start\n"
    )
    with tempfile.TemporaryDirectory() as folder, cluster(2) as (_, address, _):
        place = copy_of_course(Path(folder))
        the_class.hand_in(place, the_class.works)
        local_s, own_s = seconds_to_grade(place, the_class, LocalPool(2))
        pool = DaskPool(address)
        pool._client.wait_for_workers(2)
        cluster_s, _ = seconds_to_grade(place, the_class, pool)
        rate = calls_a_second(address)
        files = [path for path in (place.root / "course").rglob("*") if path.is_file()]
        stored_kb = sum(path.stat().st_size for path in files) / 2**10 / len(the_class.works)
    print("| measured | |\n| --- | --- |")
    print(f"| a hand-in by two graders of this machine, wall s | {local_s:.3f} |")
    print(f"| the same by a cluster of two workers on it | {cluster_s:.3f} |")
    print(f"| of which the coordinator's CPU, s | {own_s:.3f} |")
    print(f"| calls a second that a scheduler manages | {rate:.0f} |")
    print(f"| stored for a hand-in, kB | {stored_kb:.0f} |\n")
    print(model(2 * cluster_s, max(own_s, 1 / rate), stored_kb))


if __name__ == "__main__":
    main()
