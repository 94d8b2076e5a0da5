"""The stage of a check under grading: the learner's code is in a worker, and time is the worker's."""

from __future__ import annotations

from contextlib import contextmanager

from tito.grading.session import Session
from tito.tools.stage import Stage


class RemoteClock:
    """What `with virtual_time() as clock` gives: the worker's clock, from here."""

    def __init__(self, session: Session):
        self._session = session

    def now(self) -> float:
        return self._session.now()

    def sleep(self, seconds: float) -> None:
        """Let exactly `seconds` go by."""
        self._session.spend(seconds)

    advance = sleep

    def step_wall_clock(self, seconds: float) -> None:
        """Set `time.time()` forward or back; monotonic clocks do not notice."""
        self._session.post("step_wall_clock", seconds)


class RemoteStage(Stage):
    """See `tito.tools.stage`: the same face as `LocalStage`."""

    def __init__(self, session: Session):
        super().__init__()
        self._session = session
        self._clock: RemoteClock | None = None
        self._replaced = 0
        self.now, self.spend = session.now, session.spend  # asked for some ten thousand times a check

    @contextmanager
    def virtual_time(self):
        """Time starts afresh; a block inside another goes on with its clock."""
        if self._clock is not None:
            yield self._clock
            return
        self._session.reset_time()
        self._clock = RemoteClock(self._session)
        try:
            yield self._clock
        finally:
            self._clock = None

    @contextmanager
    def replaced(self, cls, **methods):
        """Put functions of the check's in the learner's class; they get the instance's stand-in first."""
        kept = self._replaced
        self._session.post("replace", cls, methods)
        self._replaced += len(methods)
        try:
            yield
        finally:
            self._session.post("restore", kept)
            self._replaced = kept
