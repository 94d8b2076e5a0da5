"""Where a check runs: in this process, or against a worker that holds the learner's code.

In a notebook, the names that a check uses are the learner's own objects, and the
environment is `LocalEnvironment`. Under `tito test` and `tito grade` they are
proxies, and the grader sets an environment of its own. Checks and instruments ask
`current()`, so they read the same in both places.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stderr
from contextvars import ContextVar

CHECKS_KEPT = 20  # a notebook's kernel lives for days


class NotRunHere(BaseException):
    """Something that the place where it runs does not have; no fault of the learner's. Its message says what.

    It passes by every `except Exception` of a check, an instrument or a learner, none of which could judge it.
    """


class CheckEnvironment:
    """What a check asks of the place where it runs; `LocalEnvironment` says what each method does.

    `checks` holds the `tito.tools.testing.Check`s made here, the latest last. It `has_teller`
    while somebody else says which parts of a check were lost.
    """

    now: Callable[[], float]
    spend: Callable[[float], object]
    has_teller = False

    def __init__(self) -> None:
        self.checks: deque = deque(maxlen=CHECKS_KEPT)
        self.why_not_here: Callable[[BaseException], str] = lambda error: ""  # a page in the browser knows more

    def told(self, test: Callable[[], object], tell: Callable[[], object]) -> object:
        """The value of `test`, or what `tell` makes of it for somebody who reads along."""
        return test()

    def as_judged(self, error: BaseException) -> BaseException:
        """`error`, or NotRunHere where this place knows that it is nobody's fault."""
        reason = self.why_not_here(error)
        return NotRunHere(reason).with_traceback(error.__traceback__) if reason else error

    def virtual_time(self) -> AbstractContextManager:
        raise NotImplementedError

    def replaced(self, cls, **methods) -> AbstractContextManager:
        raise NotImplementedError

    def quiet(self):
        """A block whose standard error changes no grade; here nothing has to be done for that."""
        return nullcontext()


class LocalEnvironment(CheckEnvironment):
    """The learner's objects live in this process."""

    def __init__(self):
        super().__init__()
        self._clock = None
        self.verdicts: dict = {}  # by id, the latest of each check

    def told(self, test, tell):
        """In a notebook somebody reads along."""
        return tell()

    @contextmanager
    def telling(self):
        """A block whose checks leave it to the caller to say which parts were lost."""
        self.has_teller = True
        try:
            yield
        finally:
            self.has_teller = False

    def use_clock(self, clock) -> None:
        """Let everything here live by `clock`, a VirtualTime."""
        self._clock = clock

    def now(self) -> float:
        """Seconds on the clock that the learner's code sees."""
        return self._clock.now() if self._clock else time.perf_counter()

    def spend(self, seconds: float) -> None:
        """Let `seconds` pass inside a call that the learner's code made."""
        (self._clock or time).sleep(seconds)

    def quiet(self):
        """Send standard error to standard output: nbgrader scores 0 for a single warning there."""
        return redirect_stderr(sys.stdout)

    @contextmanager
    def virtual_time(self):
        """Simulated time inside the block: sleeping and spending take none of ours.

        A block inside another goes on with the outer block's clock. Raises
        RuntimeError when threads wait for each other for ever, or when more
        virtual time goes by than the limit allows.
        """
        from tito.tools.clock.virtual_time import VirtualTime, VirtualTimeError

        if self._clock:
            yield self._clock
            return
        with VirtualTime(namespaces=_learners_namespaces()).installed() as self._clock, self.quiet():
            try:
                yield self._clock
            except VirtualTimeError as stuck:
                raise RuntimeError(str(stuck)) from None
            finally:
                self._clock = None

    @contextmanager
    def replaced(self, cls, **methods):
        """Put other methods in a class of the learner's, for the length of the block; a property stays one."""
        kept = {name: cls.__dict__.get(name) for name in methods}
        for name, method in methods.items():
            setattr(cls, name, in_place_of(kept[name], method))
        try:
            yield
        finally:
            for name, method in kept.items():
                delattr(cls, name) if method is None else setattr(cls, name, method)


def as_method(function):
    """A plain function that calls `function`, so that Python binds the instance to it."""

    def method(self, *arguments, **keywords):
        return function(self, *arguments, **keywords)

    return method


def in_place_of(old, function):
    """What takes the place of `old` in a class, so that `function` is called: a property, or a method."""
    return property(as_method(function)) if isinstance(old, property) else as_method(function)


def _learners_namespaces() -> list[dict]:
    """Where learner's code may have imported a clock to: the check's module, the notebook, the package."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals["__name__"] in (__name__, "contextlib", "tito.tools.testing"):
        frame = frame.f_back
    package = [module for name, module in sys.modules.items() if name.partition(".")[0] == "tinytorch"]
    return [frame.f_globals, *(vars(module) for module in [sys.modules["__main__"], *package])]


_LOCAL = LocalEnvironment()  # of every context that is given no other
_environment: ContextVar = ContextVar("environment", default=_LOCAL)


def current() -> CheckEnvironment:
    """The environment of the check that runs."""
    return _environment.get()


@contextmanager
def running_in(environment):
    """Make `environment` the current one in the block."""
    token = _environment.set(environment)
    try:
        yield environment
    finally:
        _environment.reset(token)
