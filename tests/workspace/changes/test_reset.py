"""One part goes back as it was given, and comes back by an undo; a diff shows what is the learner's, and no more."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.corrected_release import OWN, correct, edit, update, work_of
from tests.support.toy_workspace import STUB, give, hand_out, right_counter, solve
from tito.course.course import Workspace
from tito.support.errors import UsageError
from tito.workspace.changes import journal
from tito.workspace.changes.difference import differences
from tito.workspace.changes.reset import reset
from tito.workspace.update.update import take
from tito.workspace.update.update import update as updating

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def kinds(mine, module):
    return [(each.kind, each.name) for each in differences(mine, module)]


@pytest.mark.parametrize("name", ["write-double", "double"])
def test_a_cell_or_the_function_in_it_goes_back_alone(mine, module, name):
    right_counter(module)
    before = module.notebook.read_bytes()
    done = reset(mine, module, name)
    assert STUB in work_of(module).cell("write-double").source
    assert "len(set(seen))" in work_of(module).cell("write-counter").source, "nothing else is touched"
    journal.undo(mine, done.kept)
    assert module.notebook.read_bytes() == before


@pytest.mark.parametrize("name", ["count", "Counter.count"])
def test_a_method_goes_back_and_the_rest_of_its_cell_stays(mine, module, name):
    right_counter(module)
    solve(module.notebook, "write-counter", "class Counter:", "LIMIT = 3\n\n\nclass Counter:")
    reset(mine, module, name)
    source = work_of(module).cell("write-counter").source
    assert STUB in source and "LIMIT = 3" in source and "len(set(seen))" not in source


def test_a_deleted_cell_comes_back_in_its_place(mine, module):
    names = [cell.id for cell in work_of(module).cells]
    edit(module.notebook, lambda cells: [c for c in cells if c.id not in ("write-double", names[0])])
    reset(mine, module, "write-double")
    assert [cell.id for cell in work_of(module).cells] == names[1:], "other deleted cells stay away"


def test_a_locked_cell_goes_back_too(mine, module):
    solve(module.notebook, "given-samples", '"b"', '"c"')
    reset(mine, module, "given-samples")
    assert '"b"' in work_of(module).cell("given-samples").source


def test_what_is_as_given_or_not_there_is_said(mine, module):
    with pytest.raises(UsageError, match="is as it was given"):
        reset(mine, module, "write-double")
    with pytest.raises(UsageError, match="Did you mean 'write-double'"):
        reset(mine, module, "write-doubel")
    assert journal.entries(mine) == ()


def test_a_diff_tells_whose_each_change_is(mine, module):
    assert kinds(mine, module) == []
    right_counter(module)
    solve(module.notebook, "given-samples", '"b"', '"c"')
    edit(module.notebook, lambda cells: [OWN, *(c for c in cells if c.id != "why")])
    assert kinds(mine, module) == [
        ("own", "your own cell at the top"),
        ("answer", "'write-counter'"),
        ("given", "'given-samples'"),
        ("answer", "'write-double'"),
        ("deleted", "question 'why'"),
    ]


def test_a_correction_of_the_courses_is_no_difference(course, mine, module):
    correct(course, "twice three is six", "two times three is six")
    solve(module.notebook, "write-double", STUB, "return number * 2")
    update(course, mine)
    assert kinds(mine, module) == [("answer", "'write-double'")]


def test_undo_takes_the_latest_or_the_one_that_is_named(mine, module):
    with pytest.raises(UsageError, match="nothing was changed"):
        journal.entry_named(mine, None)
    right_counter(module)
    reset(mine, module, "write-double")
    reset(mine, module, "write-counter")
    assert journal.entry_named(mine, None).of == "01 counting"
    first = journal.entry_named(mine, 1)
    journal.undo(mine, first)
    assert "number * 2" in work_of(module).cell("write-double").source
    with pytest.raises(UsageError, match="no change 9"):
        journal.entry_named(mine, 9)


def test_killed_at_any_moment_nothing_is_lost(course, mine, module, tmp_path):
    """SIGKILL before each file that an update or a reset puts in place: the old work is there, or comes back."""
    right_counter(module)
    edit(module.notebook, lambda cells: [*cells, replace(OWN, source="# never lost")])
    before = module.notebook.read_bytes()
    correct(course, "twice three is six", "two times three is six")
    give(course, tmp_path / "week7.zip", "counting")
    take(mine, tmp_path / "week7.zip")
    moments = 0
    while _killed_at(moments, mine, tmp_path / f"{moments}"):
        killed = Workspace(tmp_path / f"{moments}")
        notebook = killed.module("counting").notebook.read_bytes()
        copies = [file.copy.read_bytes() for entry in journal.entries(killed) for file in entry.files if file.copy]
        assert before in [notebook, *copies], "the old work is there, or kept"
        assert b"# never lost" in notebook, "and what is there is whole"
        _update_and_reset(killed)
        assert STUB in work_of(killed.module("counting")).cell("write-double").source, "it can be done again"
        moments += 1
    assert moments > 8


def _update_and_reset(mine):
    list(updating(mine))
    with suppress(UsageError):  # it is as it was given: killed after that
        reset(mine, mine.module("counting"), "write-double")


def _killed_at(moment: int, mine: Workspace, copy: Path) -> bool:
    """Do it to a copy, in a process that is killed before its `moment`-th file is put in place; was it?"""
    shutil.copytree(mine.root, copy, ignore=shutil.ignore_patterns("tito"))
    child = os.fork()
    if not child:
        try:
            _count_down(moment)
            _update_and_reset(Workspace(copy))
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _count_down(moment: int) -> None:
    put_in_place, left = os.replace, iter(range(moment))

    def replace_or_die(*places):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        put_in_place(*places)

    os.replace = replace_or_die
