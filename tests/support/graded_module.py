"""A small module to grade; `tests/conftest.py` has the warm grader for the tests of a file."""

from pathlib import Path

from tito.autograder.grader import Grader
from tito.course.checks import CheckCell, CheckSuite, CodeCell, Grade, Hints, TestResult, Work
from tito.sandbox.isolation.limits import Limits

GIVEN = """
from dataclasses import dataclass
from enum import Enum

import numpy as np


class Kind(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Result:
    kind: Kind
    values: list[float]
    metadata: dict | None = None


LIMIT = 3


class Runner:
    def run(self, *args, **kwargs):
        raise NotImplementedError()


def answer(*args):
    raise NotImplementedError()
"""
TIGHT = Limits(check_cpu_s=0.4, total_cpu_s=5, wall_s=20, memory_mb=1024)
FULL = ("passed", 1.0)


def library_in(library: Path) -> Path:
    """What a learner's code may import: a package with one earlier module."""
    core = library / "tinytorch" / "core"
    core.mkdir(parents=True)
    (library / "tinytorch" / "__init__.py").touch()
    (core / "__init__.py").touch()
    (core / "earlier.py").write_text("def seven():\n    return 7\n")
    return library


def suite(
    *sources: str,
    helpers: str = "",
    hints: tuple[str, ...] = ("look again",),
    points: float = 1.0,
    given: str = GIVEN,
) -> CheckSuite:
    """A suite with a check for each source, called c0, c1, …"""
    checks = tuple(CheckCell(f"c{i}", source, points, Hints(hints)) for i, source in enumerate(sources))
    return CheckSuite("toy", checks, (CodeCell("given", given),), (CodeCell("helpers", helpers),))


def work(code: str = "", **cells: str) -> Work:
    """The given cell, then `code`, then cells by name."""
    named = ({"mine": code} if code else {}) | cells
    return Work((CodeCell("given", GIVEN), *(CodeCell(name, source) for name, source in named.items())))


def grade(grader: Grader, code: str, *checks: str, **about) -> Grade:
    return grader.grade(suite(*checks, **about), work(code))


def one(grader: Grader, code: str, check: str, **about) -> TestResult:
    """The result of the only check."""
    return grade(grader, code, check, **about).results[0]
