"""No kept cheat earns a point that its base does not earn, reads what it may not, or does harm."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from tests.support.attacks import (
    bait,
    base_notebook,
    cheating_notebook,
    descendants,
    read_aloud,
    read_bases,
    read_cheats,
)
from tests.support.toy_course import PROJECT
from tito.autograder.check_runner import without_hidden_tests
from tito.autograder.grader import Grader
from tito.classroom.feedback import page_of, render
from tito.classroom.gradebook.models import Marks
from tito.classroom.records import Record
from tito.course.checks import Grade
from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.check_suite import reference_work, suite_of, work_of
from tito.lesson.nbgrader_steps import stripped
from tito.sandbox.isolation.limits import Limits
from tito.sandbox.library import staged_library
from tito.support.safe_text import plain

pytestmark = pytest.mark.slow

CHEATS = read_cheats()
LIMITS = Limits(check_cpu_s=0.6, total_cpu_s=2.0, grader_cpu_s=1.0, wall_s=5.0, memory_mb=1024, restarts=4)
ROOMY = replace(LIMITS, check_cpu_s=5.0, total_cpu_s=60.0, wall_s=60.0)
AT = datetime(2026, 1, 4, 10, 15, tzinfo=UTC)


class Classroom:
    """Module 12's checks, one grader for them, and what may not be read or harmed."""

    def __init__(self, course, library, put_out, folder):
        self.course, self.module = course, course.module("benchmarking")
        self.built = built(course, self.module)
        self.released = stripped(course, self.module, self.built)
        self.suite = suite_of(self.module, self.built)
        self.library, self.bait, self.folder = library, put_out, folder
        self.grader = Grader(library, limits=LIMITS)
        self.known: dict[str, Grade] = {}

    def read(self, content: bytes):
        path = self.folder / "benchmarking_dev.ipynb"
        path.write_bytes(content)
        return notebook.read(path)

    def grade(self, content: bytes, checks=(), *, hidden=True) -> Grade:
        """What a hand-in earns in some checks, or all."""
        work, notes = work_of(self.read(content), self.built)
        suite = self.suite if hidden else without_hidden_tests(self.suite)
        chosen = tuple(check for check in suite.checks if not checks or check.id in checks)
        return replace(self.grader.grade(replace(suite, checks=chosen), work), notes=notes)

    def base(self, name: str) -> Grade:
        if name not in self.known:
            self.known[name] = self.grade(base_notebook(self.released, name))
        return self.known[name]

    def page(self, grade: Grade, content: bytes) -> str:
        record = Record("s001", "graded", grade, "key", AT)
        return render(page_of(self.module, record, Marks(), self.read(content), self.built))


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    course = Course.find(PROJECT)
    with staged_library(course, course.module("benchmarking")) as library, bait(course) as put_out:
        made = Classroom(course, library, put_out, tmp_path_factory.mktemp("handed-in"))
        with made.grader:
            yield made


class Doing(HTMLParser):
    """What a page does beside showing text: it has no scripts, no pictures and no links out."""

    def __init__(self, page: str):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found += [tag] if tag in ("script", "img", "svg", "iframe", "object", "form", "base") else []
        self.found += [f"{name}={value}" for name, value in attributes if name.startswith("on")]
        self.found += [
            value
            for name, value in attributes
            if name == "style" and not re.fullmatch(r"(flex|width): [\d.]+%?", value)
        ]
        self.found += [value for name, value in attributes if name in ("href", "src") and not value.startswith("#")]


def gone_soon(processes) -> bool:
    """Do these processes end, now that their worker has?"""
    for _ in range(2000):
        if not processes & descendants():
            return True
        time.sleep(0.01)
    return False


def by_check(grade: Grade) -> dict[str, float]:
    return {result.id: result.points for result in grade.results}


def test_there_are_enough_and_no_two_are_alike():
    assert len(CHEATS) >= 60
    assert (
        len({cheat.name for cheat in CHEATS})
        == len({(tuple(c.code.items()), c.notebook) for c in CHEATS})
        == len(CHEATS)
    )


@pytest.mark.parametrize("name", read_bases())
def test_the_bases_have_little(arena, name):
    """What is won by a trick must show: a base has at most a third of the points, and each sort of check to win in."""
    grade = arena.base(name)
    assert grade.points <= grade.max_points / 3, by_check(grade)


@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.name)
def test_nothing_is_won_read_or_harmed(arena, cheat):
    honest, before = by_check(arena.base(cheat.honest)), descendants()
    content = cheating_notebook(arena.released, cheat, arena.bait.facts)
    grade = arena.grade(content, cheat.checks)
    won = {check: points for check, points in by_check(grade).items() if points > honest[check]}
    words = "\n".join([*grade.notes, *(f"{result.message}\n{result.where}" for result in grade.results)])
    assert not won, words
    assert not read_aloud(words), words
    assert not (harm := arena.bait.harm()), (harm, arena.bait.renew())
    assert gone_soon(descendants() - before), "a process was left behind"
    assert plain(words) == words and len(words) < 30_000
    if cheat.kind in ("words", "notebooks"):  # a page takes its time
        assert not Doing(arena.page(grade, content)).found
    if "ECHO" in str(cheat.code):
        openly = "\n".join(result.message for result in arena.grade(content, cheat.checks, hidden=False).results)
        assert all(echo[:200] in openly for echo in re.findall("ECHO .*", words)), words


def test_after_all_of_them_honest_work_is_graded_as_before(arena):
    first = arena.suite.checks[0]
    with Grader(arena.library, limits=ROOMY) as fresh:
        for grader in (arena.grader, fresh):
            (result,) = grader.grade(replace(arena.suite, checks=(first,)), reference_work(arena.built)).results
            assert result.status == "passed", result.message
