"""Collecting twice, or overlapping downloads, deadlines and extensions in any order, ends in the same state.

Late work is withdrawn and kept, a changed deadline brings it back, and what is withdrawn stays so.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.inbox import JANUARY, a_folder, a_notebook, a_zip, submitted, write_small_course
from tito.classroom.collect import collect, set_deadline, withdraw

DAY = {n: JANUARY.replace(day=n) for n in range(1, 31)}
PEOPLE = ("ann_1", "ben_2", "ben_3", "cid_4")


def canvas(number: int, day: int, late=()):
    """What Canvas gives of everybody on one day: each has handed in as often as `number` says by then."""
    files = {}
    for n, who in enumerate(PEOPLE):
        name, _, user = who.partition("_")
        again = "" if number == 0 else f"-{number}"
        mark = "LATE_" if who in late else ""
        files[f"{name}_{mark}{user}_{9000 + 10 * number + n}_benchmarking_dev{again}.ipynb"] = a_notebook(
            f"{who} {number}"
        )
    return lambda root: a_zip(root.with_suffix(".zip"), files, at=DAY[day])


def plain(day: int, *who: str):
    files = {f"{name}/benchmarking_dev.ipynb": a_notebook(f"{name} on {day}") for name in who}
    return lambda root: a_folder(root, files, at=DAY[day])


@dataclass(frozen=True)
class Collect:
    place: object

    def do(self, course, root):
        collect(course, self.place(root), course.module("benchmarking"))


@dataclass(frozen=True)
class Extend:
    who: str
    until: datetime

    def do(self, course, root):
        set_deadline(course, course.module("benchmarking"), self.until, self.who)


STEPS = (
    Collect(canvas(0, 8)),
    Collect(canvas(1, 12, late=("ben_3",))),
    Collect(canvas(2, 20, late=("ann_1", "ben_2"))),
    Collect(canvas(2, 25, late=("ann_1", "ben_2"))),  # the same works in another download
    Collect(plain(9, "dan", "eve")),
    Collect(plain(18, "dan", "fay")),
    Extend("", DAY[15]),
    Extend("ben-2", DAY[21]),
    Extend("fay", DAY[19]),
)


def state(course):
    """Everything that a collection leaves behind."""
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for path in sorted(course.nbgrader_root.rglob("*"))
        if path.is_file()
    }


def after(steps):
    root = Path(tempfile.mkdtemp(prefix="intake-order-"))
    try:
        course = write_small_course(root / "course-root")
        for n, step in enumerate(steps):
            step.do(course, root / f"place{n}")
        return state(course), submitted(course)
    finally:
        shutil.rmtree(root)


RIGHT = {
    "ann-1": "ann_1 1",  # the third attempt is late
    "ben-2": "ben_2 2",  # late, with an extension
    "ben-3": "ben_3 2",
    "cid-4": "cid_4 2",
    "dan": "dan on 9",  # the second is late
    "eve": "eve on 9",
    "fay": "fay on 18",  # late, with an extension
}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.permutations(STEPS), st.lists(st.sampled_from(STEPS), max_size=3))
def test_any_order_ends_in_the_same_state(order, again):
    found, counts = after([*order, *again])
    assert counts == RIGHT
    assert found == after(STEPS)[0]


@pytest.fixture
def course(tmp_path):
    return write_small_course(tmp_path / "course-root")


def test_a_changed_deadline_brings_late_work_back(course, tmp_path):
    module = course.module("benchmarking")
    collect(course, plain(18, "ann")(tmp_path / "a"), module)
    set_deadline(course, module, DAY[15])
    assert not submitted(course) and course.learners(module) == ()
    assert set(set_deadline(course, module, DAY[20])) == {"ann"}
    assert submitted(course) == {"ann": "ann on 18"}
    set_deadline(course, module, DAY[15])
    set_deadline(course, module, None)
    assert submitted(course) == {"ann": "ann on 18"}


def test_withdrawn_work_stays_so_until_new_work_comes(course, tmp_path):
    module = course.module("benchmarking")
    collect(course, plain(9, "ann")(tmp_path / "a"), module)
    withdraw(course, module, "ann")
    assert not submitted(course)
    collect(course, plain(9, "ann")(tmp_path / "b"), module)
    assert not submitted(course)
    collect(course, plain(10, "ann")(tmp_path / "c"), module)
    assert submitted(course) == {"ann": "ann on 10"}
    withdraw(course, module, "ann", undo=True)
    assert submitted(course) == {"ann": "ann on 10"}


def test_an_extension_brings_late_canvas_work_back(course, tmp_path):
    module = course.module("benchmarking")
    set_deadline(course, module, DAY[15])
    collect(course, canvas(0, 20, late=("ann_1",))(tmp_path / "a"), module)
    assert "ann-1" not in submitted(course)
    set_deadline(course, module, DAY[18], "ann-1")
    assert submitted(course)["ann-1"] == "ann_1 0"
