"""The hidden tests that a check's open lines came by, run when they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tito.autograder.deferral.deferred_script import NOTE, RUN, DeferredScript, HiddenBlock
from tito.tools.environment import CheckEnvironment
from tito.tools.testing import Check

_ABSENT = object()


@dataclass(frozen=True)
class _Noted:
    """A hidden block, the names as they were where it stands, and the place among its check's parts."""

    block: HiddenBlock
    names: dict[str, Any]
    place: int


class DeferredTests:
    """What is needed to run the hidden tests of one check, after its open lines have run in `namespace`."""

    def __init__(self, script: DeferredScript, environment: CheckEnvironment, namespace: dict[str, Any]):
        self._script, self._environment, self._namespace = script, environment, namespace
        self._noted: list[_Noted] = []
        namespace |= {NOTE: self._note, RUN: self._run}

    def __bool__(self) -> bool:
        return bool(self._noted)

    def value(self) -> object:
        """Run them, under the check's own decorators: the check's value, as if they had stood in their places."""
        return self._script.closing.run(self._namespace)

    def _note(self, number: int, names: dict[str, Any]) -> None:
        checks = self._environment.checks
        self._noted.append(_Noted(self._script.blocks[number], dict(names), len(checks[-1].parts) if checks else 0))

    def _run(self) -> float | None:
        check = self._environment.checks[-1] if self._environment.checks else None
        names, met, moved = dict(self._namespace), dict[str, Any](), 0
        for noted in self._noted:
            # A name that hidden lines have set stays as they set it, until an open line sets it anew.
            names |= {name: value for name, value in noted.names.items() if met.get(name, _ABSENT) is not value}
            met = noted.names
            if check is None or not noted.block.in_part:
                moved += _run_beside_parts(noted, names, check, moved)
            elif check.parts[noted.place + moved].held:
                _run_in_part(noted, names, check, noted.place + moved)
        return check.points() if check else None


def _run_beside_parts(noted: _Noted, names: dict[str, Any], check: Check | None, moved: int) -> int:
    """Run a block that is in no part; the parts that it has itself go where it stands. How many these are."""
    if check is None:
        exec(noted.block.code, names)
        return 0
    before = len(check.parts)
    try:
        exec(noted.block.code, names)
    finally:
        new = check.parts[before:]
        del check.parts[before:]
        place = noted.place + moved
        check.parts[place:place] = new
    return len(new)


def _run_in_part(noted: _Noted, names: dict[str, Any], check: Check, place: int) -> None:
    """Run a block as the end of the part that it stands in, which has held so far."""
    part = check.parts[place]
    with check.part(part.points, part.title, beside=part.beside, mistake=part.mistake):
        exec(noted.block.code, names)
    check.parts[place] = check.parts.pop()
