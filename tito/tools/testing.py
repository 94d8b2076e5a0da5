"""What the test cells of a notebook are written with.

A check is a function in a locked cell. It asserts plainly, or in parts that
earn points of their own:

    def check_server():
        check = Check()
        with check.part(6, "a query that waits in line is already late"):
            with virtual_time():
                result = BenchmarkScenarios().server(TimedModel(0.010), samples(50), 90, 20)
            assert ..., "what was expected, what was found, and the mistake behind it"
        with check.part(2, "bad input", beside=True, mistake="bad-input-accepted"):
            with raises(ValueError, naming="target_qps"):
                ...
        return check.points()

    check_server()

A mistake may have a name, by which reports count it and `module.toml` has a hint for
it: that of the part, or of the very assert, `assert ..., NamedMistake("divided", "the words")`.

`tito build` puts that call into a `verdict`, which prints a line in place of a
traceback. Its value is nbgrader's partial credit, so the same cell gives the same
marks under `nbgrader autograde` and under `tito grade`.
"""

from __future__ import annotations

from contextlib import contextmanager

from tito.tools import environment
from tito.tools.closing import closing
from tito.tools.module_tests import run_module_tests_auto
from tito.tools.parts import NamedMistake, Part, points_earned
from tito.tools.verdicts import once_written, verdict

__all__ = [
    "Check",
    "NamedMistake",
    "Part",
    "closing",
    "once_written",
    "points_earned",
    "raises",
    "replaced",
    "run_module_tests_auto",
    "verdict",
    "virtual_time",
]


class Check:
    """One graded test in parts, each worth points of its own."""

    def __init__(self):
        self.parts: list[Part] = []
        environment.current().checks.append(self)

    @contextmanager
    def part(self, points: float, title: str, *, beside: bool = False, mistake: str = ""):
        """Earn `points` if the block ends without an error; else the learner made `mistake`, as far as a name says it.

        `beside` is for what code could do that does nothing else, such as refusing
        whatever it gets: these points count only when another part is earned too.
        Any error of the learner's code loses this part alone. An untouched
        stub (NotImplementedError before anything was earned) ends the check.
        """
        error: BaseException | None = None
        try:
            with environment.current().quiet():
                yield
        except NotImplementedError as not_started:
            if not self.earned:
                raise
            error = not_started
        except (Exception, SystemExit, environment.NotRunHere) as failure:  # a learner's code may raise anything
            error = environment.current().as_judged(failure)
        self.parts.append(Part(points, title, error, beside, mistake))

    @property
    def earned(self) -> float:
        """The points of the parts that held so far."""
        return points_earned(self.parts)

    @property
    def total(self) -> float:
        """The points of all parts that have run."""
        return sum(part.points for part in self.parts)

    def points(self) -> float | None:
        """End the check: None for full marks, the points of a part of them, the first error for none."""
        lost = [part for part in self.parts if not part.held]
        if not lost:
            return None
        if not self.earned and lost[0].error:
            raise lost[0].error
        if not environment.current().has_teller:
            for part in lost:
                print(f"✗ {part.title}: {type(part.error).__name__}: {part.error}")
        return self.earned


def virtual_time():
    """Simulated time for a block: a model that takes 10 ms moves the clock by exactly 10 ms."""
    return environment.current().virtual_time()


def replaced(cls, **methods):
    """Other methods in a learner's class for a block, so that one part is graded without the rest."""
    return environment.current().replaced(cls, **methods)


@contextmanager
def raises(*types: type[Exception], naming: str = ""):
    """Assert that the block raises one of `types`, with `naming` somewhere in its message."""
    expected = " or ".join(t.__name__ for t in types)
    try:
        yield
    except types as error:
        assert naming in str(error), f"the {type(error).__name__} should name {naming!r}; it says: {error}"
    else:
        raise AssertionError(f"expected {expected}, but nothing was raised")
