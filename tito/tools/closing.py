"""The end of a notebook: its tests once more, the points of its checks, and what to do first.

The closing cell of a lesson is

    assert run_module_tests_auto("Layers")

`tito build` puts it into `with closing(checks={...}):`, which adds the sum. In a
notebook the sum says what the assertion would; anywhere else it raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tito.support.points import points_text
from tito.tools import environment, verdict_html
from tito.tools.verdicts import SIGNS, Verdict, in_kernel, show

NOT_RUN = "not run"


@dataclass(frozen=True)
class PointsSum:
    """The checks of a lesson with their points, their verdicts so far, and the points of what a person marks."""

    checks: Mapping[str, float]
    verdicts: Mapping[str, Verdict]
    questions: Mapping[str, float]

    @property
    def points(self) -> float:
        return sum(self.verdicts[name].points for name in self.checks if name in self.verdicts)

    def status(self, name: str) -> str:
        return self.verdicts[name].status if name in self.verdicts else NOT_RUN

    @property
    def total(self) -> str:
        """`40 of 100 points so far, and up to 10 for the written question`."""
        total = f"{points_text(self.points)} of {points_text(sum(self.checks.values()))} points so far"
        written = points_text(sum(self.questions.values()))
        noun = "question" if len(self.questions) == 1 else "questions"
        return total + (f", and up to {written} for the written {noun}" if self.questions else "")

    @property
    def next_step(self) -> str:
        """What to do first: mend what failed, else write or run what comes next, else hand in."""
        in_order = sorted(self.checks, key=lambda name: self.status(name) != "failed")
        name = next((name for name in in_order if self.status(name) not in ("passed", "not run here")), None)
        if name is None and any(self.status(name) != "passed" for name in self.checks):
            return "what can be run here has passed: %tito submit; the course runs the others when it grades"
        if name is None:
            return "every check has passed: %tito submit" + (", once the question is answered" * bool(self.questions))
        match self.status(name):
            case "failed":
                return f"first: mend {name}; %tito hint {name} says more"
            case "not started":
                return f"first: write {self.verdicts[name].to_write or name}, then run the check {name}"
        return f"first: run the check {name}"

    @property
    def lines(self) -> list[str]:
        return [self._line(name) for name in self.checks] + ["", self.total, self.next_step]

    def _line(self, name: str) -> str:
        return self.verdicts[name].headline if name in self.verdicts else f"{SIGNS['not started']} {name} {NOT_RUN}"

    @property
    def html(self) -> str:
        """The same as a table, and the two sentences in bold below it."""
        rows = [self._row(name) for name in self.checks]
        table = verdict_html.table(self.total, rows)
        return f"{table}{verdict_html.paragraph(self.total)}{verdict_html.paragraph(self.next_step)}"

    def _row(self, name: str) -> str:
        status = self.status(name)
        earned = self.verdicts[name].points if name in self.verdicts else 0.0
        score = f"{points_text(earned)}/{points_text(self.checks[name])}"
        return verdict_html.row(f"{SIGNS.get(status, SIGNS['not started'])} {status}", name, status, score)


@contextmanager
def closing(checks: Mapping[str, float], questions: Mapping[str, float] | None = None) -> Iterator[None]:
    """Show the sum after the block; in a notebook it takes the place of the block's AssertionError."""
    total = PointsSum(checks, getattr(environment.current(), "verdicts", {}), questions or {})
    try:
        yield
    except AssertionError:
        if not in_kernel():
            raise
    finally:
        show("\n".join(total.lines), total.html)
