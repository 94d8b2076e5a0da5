"""Where a check is played: in this process, or against a worker that holds the learner's code.

In a notebook the names that a check uses are the learner's own objects and the
stage is `LocalStage`. Under `tito test` and `tito grade` they are remote
stand-ins and the grader sets a stage of its own. Checks and instruments ask
`current()` and so read the same in both places.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar


class LocalStage:
    """The learner's objects live in this process."""

    def __init__(self):
        self.checks = []  # every tito.tools.testing.Check made on this stage

    def now(self) -> float:
        """Seconds on the clock that the learner's code sees."""
        return time.perf_counter()

    def spend(self, seconds: float) -> None:
        """Let `seconds` pass inside a call that the learner's code made."""
        time.sleep(seconds)

    @contextmanager
    def virtual_time(self):
        """Simulated time inside the block: sleeping and spending take none of ours."""
        from tito.tools.virtual_time import VirtualTime

        with VirtualTime().installed() as clock:
            yield clock

    @contextmanager
    def replaced(self, cls, **methods):
        """Put other methods in a class of the learner's, for the length of the block."""
        kept = {name: cls.__dict__.get(name) for name in methods}
        for name, method in methods.items():
            setattr(cls, name, method)
        try:
            yield
        finally:
            for name, method in kept.items():
                delattr(cls, name) if method is None else setattr(cls, name, method)


_stage: ContextVar = ContextVar("stage", default=LocalStage())


def current():
    """The stage that this check is played on."""
    return _stage.get()


@contextmanager
def playing_on(stage):
    """Play what stands in the block on `stage`."""
    token = _stage.set(stage)
    try:
        yield stage
    finally:
        _stage.reset(token)
