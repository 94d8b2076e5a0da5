"""One submission to grade, what all jobs of a run share, and what became of a job."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tito.autograder.probe import LOWEST
from tito.course.checks import CheckSuite, Grade, Work
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.isolation.stack import HIGHEST

CANNOT_START = "this machine can't grade as it is"


@dataclass(frozen=True)
class Job:
    """A work to grade, by the checks called `only` or, when that is empty, by all; `key` names the job."""

    key: str
    work: Work
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobSpec:
    """What all jobs of a run share: the checks, the files that works may import, the limits, and the isolation.

    `library` has the text of each file by its path in the package's parent. Walls
    are put up as far as `walls` and the machine go; works are not graded where
    they reach less than `lowest_level`.
    """

    suite: CheckSuite
    library: dict[str, str]
    limits: Limits = Limits()
    walls: int = HIGHEST
    lowest_level: int = LOWEST

    def suite_for(self, job: Job) -> CheckSuite:
        """The suite with the checks that the job asks for."""
        if not job.only:
            return self.suite
        return replace(self.suite, checks=tuple(check for check in self.suite.checks if check.id in job.only))


@dataclass(frozen=True)
class JobOutcome:
    """What became of the job with this key: a grade, or the fault of ours that kept it from one."""

    key: str
    grade: Grade | None
    fault: str = ""
