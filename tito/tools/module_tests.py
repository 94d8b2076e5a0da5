"""Run every test function of the notebook or script that asks for it."""

from __future__ import annotations

import inspect
import io
import linecache
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import FunctionType, TracebackType

from tito.tools import environment

SIGNS = {"passed": "✓", "failed": "✗", "not started": "·", "not run here": "·"}


@dataclass(frozen=True)
class FunctionResult:
    """What became of one test function; `reason` and `place` say why it failed, `printed` what it said."""

    name: str
    status: str  # passed, failed, not started or not run here
    reason: str = ""
    place: str = ""
    printed: str = ""


def run_module_tests_auto(title: str) -> bool:
    """Run the caller's functions named `test_*`, in the order of their definition, and print a table.

    The caller is a notebook, a script or a module being imported. Functions
    imported from elsewhere and those that need arguments are left out.
    Returns True when there are tests and all pass; prints to standard output only.
    """
    tests = find_tests(sys._getframe(1).f_globals)
    outcomes = [run_test(test) for test in tests]
    print(table(title, outcomes))
    return bool(outcomes) and all(outcome.status == "passed" for outcome in outcomes)


def find_tests(namespace: dict) -> list[FunctionType]:
    """The test functions that were written in `namespace`, each once."""
    named = [value for name, value in namespace.items() if name.startswith("test_")]
    return list(dict.fromkeys(test for test in named if _is_test_of(namespace, test)))


def _is_test_of(namespace: dict, test) -> bool:
    if not isinstance(test, FunctionType) or inspect.unwrap(test).__globals__ is not namespace:
        return False
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(test).parameters.values()
    return all(p.default is not p.empty or p.kind in optional for p in parameters)


def run_test(test: Callable[[], object]) -> FunctionResult:
    """Run one test; what it prints is kept, to be shown only if it fails."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            test()
    except NotImplementedError:
        return FunctionResult(test.__name__, "not started")
    except (Exception, SystemExit, environment.NotRunHere) as raised:  # a learner's code may raise anything; it is told
        return _lost(test, environment.current().as_judged(raised), printed.getvalue())
    return FunctionResult(test.__name__, "passed")


def _lost(test: Callable[[], object], error: BaseException, printed: str) -> FunctionResult:
    """What became of a test that an error ended."""
    if isinstance(error, environment.NotRunHere):
        return FunctionResult(test.__name__, "not run here", str(error))
    place = _place_at_fault(error.__traceback__, inspect.unwrap(test).__globals__)
    return FunctionResult(test.__name__, "failed", _reason(error), place, printed)


def _reason(error: BaseException) -> str:
    if isinstance(error, AssertionError):
        return str(error) or "this does not hold:"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _place_at_fault(traceback: TracebackType | None, namespace: dict) -> str:
    """The innermost line of the notebook's or script's own code: where it is, and what it says."""
    place = ""
    while traceback:
        code, line_number = traceback.tb_frame.f_code, traceback.tb_lineno
        if traceback.tb_frame.f_globals is namespace:
            line = linecache.getline(code.co_filename, line_number).strip()
            place = f"{code.co_name}, line {line_number}: {line}".removesuffix(": ")
        traceback = traceback.tb_next
    return place


def table(title: str, outcomes: list[FunctionResult]) -> str:
    """The outcomes as people read them: a line each, the reasons below, a count at the end."""
    if not outcomes:
        return f"{title}: no tests found (no function named test_… is defined here)"
    lines = [line for outcome in outcomes for line in _lines(outcome)]
    return "\n".join([title, "", *lines, "", _count(outcomes)])


def _lines(outcome: FunctionResult) -> list[str]:
    note = f"  {outcome.status}" if outcome.status.startswith("not ") else ""
    first = f"  {SIGNS[outcome.status]} {outcome.name}{note}"
    details = [*outcome.reason.splitlines(), outcome.place, *outcome.printed.splitlines()]
    return [first, *(f"      {line}" for line in details if line.strip())]


def _count(outcomes: list[FunctionResult]) -> str:
    statuses = [outcome.status for outcome in outcomes]
    return ", ".join(f"{statuses.count(status)} {status}" for status in SIGNS if status in statuses)
