"""What a check sees in place of the learner's names and of time, which are both in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tito.autograder.public_names import PublicName, PublicNames
from tito.autograder.session import Session
from tito.course.checks import CheckSuite
from tito.rpc.codec import tagged
from tito.rpc.proxy import OPERATIONS, Proxy, proxy_class
from tito.sandbox.cells import PACKAGE
from tito.tools.environment import CheckEnvironment

_CALLED = frozenset({"__call__", "__instancecheck__"})


def names_for(public_names: PublicNames, session: Session, used: frozenset[str]) -> dict[str, Any]:
    """The public names among `used`: data classes as they are, others as proxies."""
    wanted = [public for public in public_names.others if public.name in used]
    return public_names.classes | {public.name: _proxy(public, session) for public in wanted}


def _proxy(public: PublicName, session: Session) -> Any:
    if public.kind == "constant":
        return _constant(public.name, session)
    return _named(public.name, session, _CALLED)


def _named(name: str, session: Session, methods: frozenset[str]) -> Proxy:
    return proxy_class(Proxy, name, methods)(session, tagged("name", name))


def _constant(name: str, session: Session) -> Any:
    """The learner's value; where there is none, something that says why as soon as it is used."""
    anything = _named(name, session, frozenset(OPERATIONS))
    try:
        return session.ask("value", anything)
    except Exception:  # whatever the learner's cell raised; using the name raises it again
        return anything


def importer(suite: CheckSuite, names: dict[str, Any], session: Session) -> Callable[..., Any]:
    """What runs `from tinytorch.core.x import name` in a check: the worker does the import."""

    def import_for_check(module: str, name: str | None = None) -> Any:
        if module == f"{PACKAGE}.{suite.module}" and name in names:
            return names[name]
        return session.ask("import", module, name)

    return import_for_check


class RemoteClock:
    """The `clock` of `with virtual_time() as clock`: the worker's clock, from here."""

    def __init__(self, session: Session):
        self._session = session

    def now(self) -> float:
        return self._session.now()

    def sleep(self, seconds: float) -> None:
        """Let exactly `seconds` pass."""
        self._session.spend(seconds)

    advance = sleep

    def step_wall_clock(self, seconds: float) -> None:
        """Set `time.time()` forward or back; monotonic clocks do not notice."""
        self._session.post("step_wall_clock", seconds)


class RemoteEnvironment(CheckEnvironment):
    """See `tito.tools.environment`: the same interface as `LocalEnvironment`."""

    def __init__(self, session: Session):
        super().__init__()
        self._session = session
        self._clock: RemoteClock | None = None
        self._replaced = 0
        self.now, self.spend = session.now, session.spend  # asked for some ten thousand times a check

    @contextmanager
    def virtual_time(self) -> Iterator[RemoteClock]:
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
    def replaced(self, cls: Any, **methods: Any) -> Iterator[None]:
        """Put functions of the check's in the learner's class; they get a proxy of the instance first."""
        kept = self._replaced
        self._session.post("replace", cls, methods)
        self._replaced += len(methods)
        try:
            yield
        finally:
            self._session.post("restore", kept)
            self._replaced = kept
