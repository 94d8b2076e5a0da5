"""How far a learner's code is kept apart while it is graded: each wall is tried, not assumed.

Level 0 is a process of its own; level 1 adds the operating system's limits.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tito.checks import Check, CodeCell, Grade, Paper, Work

GIVEN = CodeCell(
    "given",
    "def process():\n    raise NotImplementedError()\n\n\ndef memory():\n    raise NotImplementedError()",
)
PROBE = CodeCell(
    "probe",
    "import os, resource\n\n\n"
    "def process():\n    return os.getpid()\n\n\n"
    "def memory():\n    return resource.getrlimit(resource.RLIMIT_AS)[0]",
)
SEPARATE = "import os\n\n\ndef check_separate():\n    assert process() != os.getpid()\n\n\ncheck_separate()"
LIMITED = "def check_limited():\n    assert 0 < memory() < 2**40\n\n\ncheck_limited()"


@dataclass(frozen=True)
class Isolation:
    """The level that holds here (None: nothing can be graded), and what that means in words."""

    level: int | None
    words: str


def probe() -> Isolation:
    """Grade a work that tells about its own process, and see what holds."""
    if not hasattr(os, "fork"):
        return Isolation(None, "this system can't fork; checks run in the notebook only")
    passed = {result.id for result in _graded().results if result.status == "passed"}
    if "separate" not in passed:
        return Isolation(None, "the worker doesn't answer")
    if "limited" not in passed:
        return Isolation(0, "level 0: separate process and deadlines, no limits")
    return Isolation(1, "level 1: separate process, deadlines, limits on memory and files")


def _graded() -> Grade:
    from tito.grading import Grader

    checks = (Check("separate", SEPARATE, 1), Check("limited", LIMITED, 1))
    with tempfile.TemporaryDirectory() as library, Grader(Path(library)) as grader:
        return grader.grade(Paper("probe", checks, given=(GIVEN,)), Work((PROBE,)))
