"""Do verdicts hold on a loaded machine? Every kept answer graded again and again while other processes burn the cores.

    python benchmarks/verdicts.py [--times 20] [--load 4] [--module benchmarking] [--right]

The kept answers are those to the checks, and the whole right modules of `tests/modules/whole`. A wrong answer is
graded by its own check, a right one by all of them, each time by a fresh worker and in another order. A verdict holds
when points and words are the same every time; nothing is taken from what is known already. Ctrl-C ends it early and
tells what was found until then.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from tito.authoring.answers import Answer, read_answers
from tito.autograder.grader import Grader
from tito.course.checks import CheckSuite, TestResult
from tito.course.course import Course
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of, work_from_code
from tito.sandbox.library import staged_library

PROJECT = Path(__file__).resolve().parents[1]
WHOLE = PROJECT / "tests" / "modules" / "whole"


@dataclass
class Verdicts:
    """What an answer got, over and over; `first` is what it got the first time."""

    answer: Answer
    first: tuple[TestResult, ...] | None = None
    changes: int = 0
    times: int = 0
    fair: int = field(default=0)

    def add(self, results: tuple[TestResult, ...]) -> None:
        self.first = self.first or results
        self.changes += results != self.first
        self.fair += all(result.points == result.max_points for result in results) is self.answer.right
        self.times += 1


@cache
def suite_and_answers(module_name: str) -> tuple[CheckSuite, tuple[Answer, ...]]:
    course = Course.find(PROJECT)
    module = course.module(module_name)
    source = built(course, module)
    whole = (Answer("", path.stem, True, work_from_code(path)) for path in sorted((WHOLE / module_name).glob("*.py")))
    return suite_of(module, source), (*read_answers(module, reference_work(source)), *whole)


def grade_one(grader: Grader, module_name: str, number: int) -> tuple[TestResult, ...]:
    suite, answers = suite_and_answers(module_name)
    answer = answers[number]
    checks = suite.checks if answer.right else tuple(c for c in suite.checks if c.id == answer.check)
    return grader.grade(replace(suite, checks=checks), answer.work).results


def serve(module_name: str, todo, done) -> None:
    """One grader: grade what comes until None comes."""
    course = Course.find(PROJECT)
    with staged_library(course, course.module(module_name)) as library, Grader(library) as grader:
        while (number := todo.get()) is not None:
            done.put((number, grade_one(grader, module_name, number)))


def burn() -> None:
    """Keep a core busy until killed."""
    while True:
        sum(number * number for number in range(10_000))


@contextmanager
def processes(count: int, target, *arguments) -> Iterator[None]:
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=target, args=arguments, daemon=True) for _ in range(count)]
    for process in running:
        process.start()
    try:
        yield
    finally:
        for process in running:
            process.terminate()


def grade_all(module_name: str, times: int, jobs: int, load: int, right_only: bool = False) -> list[Verdicts]:
    spawn = multiprocessing.get_context("spawn")
    todo, done = spawn.Queue(), spawn.Queue()
    answers = enumerate(suite_and_answers(module_name)[1])
    found = {number: Verdicts(answer) for number, answer in answers if answer.right or not right_only}
    with processes(load, burn), processes(jobs, serve, module_name, todo, done), suppress(KeyboardInterrupt):
        for round_number in range(times):
            for number in random.Random(round_number).sample(list(found), len(found)):
                todo.put(number)
            for _ in found:
                number, results = done.get()
                found[number].add(results)
            print(f"round {round_number + 1} of {times}, load average {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return list(found.values())


def table(found: list[Verdicts]) -> str:
    lines = ["| answers | graded | fair every time | changed once or more |", "| --- | --- | --- | --- |"]
    for name, right in (("wrong, by their own check", False), ("right, by all checks", True)):
        rows = [each for each in found if each.answer.right is right]
        fair = sum(each.fair == each.times for each in rows)
        changed = sum(each.changes > 0 for each in rows)
        lines.append(f"| {len(rows)} {name} | {sum(each.times for each in rows):,} | {fair} | {changed} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--load", type=int, default=4, help="processes that burn a core")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--module", default="benchmarking")
    parser.add_argument("--right", action="store_true", help="right answers alone")
    given = parser.parse_args()
    began = time.perf_counter()
    found = grade_all(given.module, given.times, given.jobs, given.load, given.right)
    took_min = (time.perf_counter() - began) / 60
    print(
        f"{given.times} times, {given.jobs} graders and {given.load} burning processes "
        f"on {os.cpu_count()} cores, {took_min:.0f} min\n"
    )
    print(table(found))
    for each in found:
        if each.changes or each.fair < each.times:
            kind = "right" if each.answer.right else "wrong"
            print(
                f"- {each.answer.check}, {kind}, {each.answer.name!r}: "
                f"fair {each.fair} of {each.times}, changed {each.changes}"
            )


if __name__ == "__main__":
    main()
