"""Written questions and what was packed: what a learner sees of what no check tells."""

from dataclasses import replace

import pytest

from tests.support.corrected_release import correct, edit, update
from tests.support.toy_workspace import STUB, hand_out, solve
from tito.course.checks import Grade
from tito.ui import render_learner
from tito.workspace import submit
from tito.workspace.questions import questions

pytestmark = pytest.mark.slow


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def said(mine, module):
    return [render_learner.question_line(each) for each in questions(mine, module)]


def answer(module, text):
    edit(module.notebook, lambda cells: [replace(c, source=text) if c.id == "why" else c for c in cells])


def test_a_question_is_answered_by_words_of_ones_own(course, mine, module):
    assert said(mine, module) == ["why: not answered (2, marked by a person)"]
    answer(module, "  \n")
    assert not questions(mine, module)[0].is_answered, "an emptied cell is no answer"
    answer(module, "A set holds each item once.")
    assert said(mine, module) == ["why: answered (2, marked by a person)"]


def test_a_corrected_question_is_no_answer(course, mine, module):
    correct(course, "never larger than", "at most")
    update(course, mine)
    assert not questions(mine, module)[0].is_answered


def test_the_latest_hand_in_is_told_and_whether_it_is_still_the_same(mine, module):
    assert submit.latest(mine, module) is None
    packed = submit.pack(module.notebook, mine, module, "s001", Grade("counting", ()))
    assert submit.latest(mine, module).path == packed.path and submit.latest(mine, module).is_current
    solve(module.notebook, "write-double", STUB, "return number * 2")
    assert not submit.latest(mine, module).is_current
    packed.path.with_name("01_counting-s001-20990101T000000Z.zip").write_text("no zip", encoding="utf-8")
    assert submit.latest(mine, module).path == packed.path, "what can't be read is no hand-in"
