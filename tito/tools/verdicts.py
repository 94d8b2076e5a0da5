"""What a check or a visible test found, told in a line instead of a traceback.

A check's cell in a notebook ends with

    verdict(check_server, "server", points=16, hint="When does a query's latency begin?")

`tito build` writes that line where the check's file has `check_server()`. The
value is a float, so nbgrader reads it as the cell's points; its HTML face says
which parts were lost, and why. Under `tito test` and `tito grade` the same line
calls the check and nothing else.
"""

from __future__ import annotations

import io
import math
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any

from tito.support.points import points_text
from tito.support.safe_text import in_one_line, plain
from tito.tools import environment
from tito.tools.parts import Part, mistake_named_by, points_earned

SIGNS = {"passed": "✓", "failed": "✗", "not started": "·", "not run here": "·"}
MAX_WORDS = 600
MAX_PRINTED = 20  # lines of the learner's own, of each check


@dataclass(frozen=True)
class LostPart:
    """A part of a check that was lost: what it is worth and called, what was found, and in which line."""

    points: float
    title: str
    words: str
    place: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a check, or of a visible test, which has no points; `held` counts the parts that were earned.

    `to_write` is the method or function that is not written yet.
    """

    id: str
    status: str  # passed, failed, not started or not run here
    points: float = 0.0
    max_points: float | None = None
    held: int = 0
    findings: tuple[LostPart, ...] = ()
    hint: str = ""
    to_write: str = ""

    @property
    def headline(self) -> str:
        """`✗ server 10/16`, `· server not started: write BenchmarkScenarios.server`."""
        score = "" if self.max_points is None else f" {points_text(self.points)}/{points_text(self.max_points)}"
        if self.status == "not started":
            score = " not started" + (f": write {self.to_write}" if self.to_write else "")
        elif self.status == "not run here":
            score += f" not run here: {self.findings[0].words}"
        return f"{SIGNS[self.status]} {self.id}{score}"

    @property
    def details(self) -> list[str]:
        """What was found, and the hint, a line each."""
        lines = []
        for found in self.findings if self.status != "not run here" else ():  # the headline says why
            words = f"{found.title}: {found.words}" if found.title else found.words
            lines += [*words.splitlines(), *filter(None, [found.place])]
        return lines + ([f"hint: {self.hint}"] if self.hint and self.status == "failed" else [])


class Points(float):
    """The points of a check as its cell's value: a number to nbgrader, a small table in a notebook."""

    verdict: Verdict

    def __new__(cls, verdict: Verdict) -> Points:
        points = super().__new__(cls, verdict.points)
        points.verdict = verdict
        return points

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))  # whatever `%precision` says: nbgrader reads it

    def _repr_html_(self) -> str:
        from tito.tools import verdict_html

        return verdict_html.table_of(self.verdict)


def verdict(
    test: Callable[[], object], name: str = "", *, points: float | None = None, hint: str = "",
    hint_for: Mapping[str, str] | None = None,
) -> object:  # fmt: skip
    """Run a check or a visible test and print what became of it; a check's points, None for a test.

    `hint_for` has another hint for some mistakes, by their names. In the grader it is the
    call of `test`, whatever that returns or raises.
    """
    current = environment.current()
    hints = {"": hint, **(hint_for or {})}
    return current.told(test, lambda: _told_in(current, test, name or test.__name__, points, hints))


def _told_in(
    current: Any, test: Callable[[], object], name: str, max_points: float | None, hints: Mapping[str, str]
) -> Points | None:
    """Run a test, print its verdict's line, and keep the verdict for the sum at the end of the notebook."""
    found = run(current, test, name, max_points, hints)
    print(found.headline)
    if max_points is None or not in_kernel():
        print("".join(f"    {line}\n" for line in found.details), end="")
    if max_points is None:
        return None
    current.verdicts[found.id] = found
    return Points(found)


def run(
    current: Any, test: Callable[[], object], name: str, max_points: float | None, hints: Mapping[str, str]
) -> Verdict:
    """Run a test to its end, whatever it raises, with standard error and long prints kept from the notebook."""
    current.checks.clear()
    value = error = None
    try:
        with _quiet(), current.telling():
            value = test()
    except (Exception, SystemExit, environment.NotRunHere) as raised:  # a learner's code may raise anything; it is told
        error = current.as_judged(raised)
        _keep_for_debugger(error)
    parts = [part for check in current.checks for part in check.parts]
    return _judged(test, name, max_points, hints, value, error, parts)


def _judged(
    test: Callable[[], object], name: str, max_points: float | None, hints: Mapping[str, str], value: object,
    error: BaseException | None, parts: Sequence[Part],
) -> Verdict:  # fmt: skip
    """The verdict on a run; what counts is as in grading (`tito.autograder.check_runner`)."""
    if isinstance(error, NotImplementedError) and not points_earned(parts):
        return Verdict(name, "not started", max_points=max_points, hint=hints[""], to_write=stub_of(error))
    earned = 0.0 if max_points is None else _points(value, error, max_points)
    held = sum(part.held for part in parts)
    if error is None and (max_points is None or earned >= max_points):
        return Verdict(name, "passed", earned, max_points, held)
    findings = tuple(_findings(test, error, parts, max_points or 0.0))
    status = "not run here" if _is_nobodys_fault(error, parts) else "failed"
    return Verdict(name, status, earned, max_points, held, findings, hints.get(_mistake_in(parts), hints[""]))


def _is_nobodys_fault(error: BaseException | None, parts: Sequence[Part]) -> bool:
    """Was all that is lost lost to something that this place doesn't have?"""
    found = [lost for lost in (error, *(part.error for part in parts)) if lost is not None]
    return bool(found) and all(isinstance(lost, environment.NotRunHere) for lost in found)


def _mistake_in(parts: Sequence[Part]) -> str:
    """The name of the first mistake that was found; "" where the learner's code raised an error, or none has a name."""
    failed = ((part.error, part.mistake) for part in parts if isinstance(part.error, AssertionError))
    return next((name for error, usual in failed if (name := mistake_named_by(error, usual))), "")


def _points(value: object, error: BaseException | None, most: float) -> float:
    """None or True are full marks, a number is part of them, an error or anything else is none."""
    if error is None and (value is None or value is True):
        return most
    if error is None and isinstance(value, (int, float)) and math.isfinite(value):
        return min(max(float(value), 0.0), most)
    return 0.0


def _findings(
    test: Callable[[], object], error: BaseException | None, parts: Sequence[Part], most: float
) -> Iterator[LostPart]:
    """The error that no part caught, and each lost part; what holds only beside others is lost with them."""
    if error is not None and all(part.error is not error for part in parts):
        yield LostPart(most, "", words_of(error), place_of(error, test))
    for part in parts:
        if part.error is not None:
            yield LostPart(part.points, part.title, words_of(part.error), place_of(part.error, test))
        elif part.beside and not points_earned(parts):
            yield LostPart(part.points, part.title, "counts as soon as another part of this check is earned")


@contextmanager
def once_written() -> Iterator[None]:
    """A block that needs the learner's code, such as a picture: until that is written, a line says what to write."""
    try:
        yield
    except NotImplementedError as error:
        print(f"· nothing to see yet: write {stub_of(error)}, then run this cell again")


# -- errors in words ---------------------------------------------------------------------


def words_of(error: BaseException) -> str:
    """What an error says to a learner: of an assert its message or its line, of others their kind too."""
    said = plain(str(error), MAX_WORDS)
    if isinstance(error, environment.NotRunHere):
        return said
    if isinstance(error, AssertionError):
        return said or f"this does not hold: {_line_of(_frames(error)[-1])}"
    if isinstance(error, SystemExit):
        return "your code called sys.exit() or exit()"
    if isinstance(error, NotImplementedError) and not said:
        return "this part is not written yet"
    if isinstance(error, NameError) and error.name and in_kernel():
        said += ". Has its cell been run? Run > Run All Above Selected Cell"
    words = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return " · ".join([words, *(plain(str(note), MAX_WORDS) for note in getattr(error, "__notes__", ()))])


def place_of(error: BaseException, test: Callable[[], object]) -> str:
    """The innermost line of the notebook that raised, but for the test's own: `in serve, line 12: model(x)`."""
    if isinstance(error, (AssertionError, environment.NotRunHere)):
        return ""  # its message says what was found
    namespace, own = getattr(test, "__globals__", {}), getattr(test, "__code__", None)
    for frame, number in reversed(_frames(error)):
        code = frame.f_code
        if frame.f_globals is namespace and own is not None and code.co_filename != own.co_filename:
            line = _line_of((frame, number))
            return in_one_line(f"in {code.co_qualname}, line {number}: {line}".removesuffix(": "), MAX_WORDS)
    return ""


def stub_of(error: BaseException) -> str:
    """What raised NotImplementedError: `Dense.forward`, with its module where that is another one."""
    frame, _ = _frames(error)[-1]
    module = str(frame.f_globals.get("__name__", ""))
    name = frame.f_code.co_qualname.replace("<locals>.", "")
    return f"{module}: {name}" if module.startswith("tinytorch.") else name


def _frames(error: BaseException) -> list[tuple[FrameType, int]]:
    return list(traceback.walk_tb(error.__traceback__))


def _line_of(place: tuple[FrameType, int]) -> str:
    import linecache

    frame, number = place
    return linecache.getline(frame.f_code.co_filename, number).strip()


def _keep_for_debugger(error: BaseException) -> None:
    """Let `%tb` and `%debug` find the error, as after a traceback."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__


# -- what is printed meanwhile -------------------------------------------------------------


class FirstLines(io.TextIOBase):
    """Passes the first lines of what is printed on to `target`, and counts the others."""

    def __init__(self, target: Any, most: int = MAX_PRINTED):
        self.target, self.most, self.lines = target, most, 0
        self.is_midline = False

    def write(self, text: str) -> int:
        left = self.most - self.lines
        shown = "".join(text.splitlines(keepends=True)[: max(left, 0)])
        if shown:
            self.target.write(shown)
            self.is_midline = not shown.endswith("\n")
        self.lines += text.count("\n")
        return len(text)

    def flush(self) -> None:
        self.target.flush()

    def close_line(self) -> None:
        """End what was printed: with how many lines were left out, and at the beginning of a line."""
        if self.is_midline:
            self.target.write("\n")
        if self.lines > self.most:
            self.target.write(f"… {self.lines - self.most:,} more lines that your code printed\n")


@contextmanager
def _quiet() -> Iterator[None]:
    """Standard error goes to standard output, where nbgrader lets it be, and long prints are cut."""
    kept = FirstLines(sys.stdout)
    try:
        with redirect_stdout(kept), redirect_stderr(kept):
            yield
    finally:
        kept.close_line()


def in_kernel() -> bool:
    """Does this run in a notebook's kernel, whose page shows HTML?"""
    shell = _shell()
    return shell is not None and hasattr(shell, "kernel")


def show(text: str, html: str) -> None:
    """Show something in a notebook's page as HTML, elsewhere as text."""
    if not in_kernel():
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": html}, raw=True)


def _shell() -> Any:
    ipython: ModuleType | None = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
