"""Fingerprints that are kept: the same pairs, and nothing is made again that is known."""

import json
import re

import pytest

from tests.support.toy_class import hand_in, work
from tito.classroom.reporting import lookalikes
from tito.classroom.reporting.lookalikes import look_alikes

LONG = "\n".join(f"def f{n}(x):\n    return [x + {n}, x * {n}, x - {n}, max(x, {n})][{n} % 4]\n" for n in range(20))


@pytest.fixture
def module(course):
    module = course.module("counting")
    for who, code in {"ada": LONG, "bob": re.sub(r"\bx\b", "y", LONG) + "\nZ = 1\n", "cy": "#| export\n"}.items():
        hand_in(course, module, who, work(course, module, write_double=code))
    return module


def compared(course, module, learners=("ada", "bob", "cy")):
    return look_alikes(course, module, learners)


@pytest.mark.slow
def test_the_next_report_finds_the_same_pairs(course, module, monkeypatch):
    first = compared(course, module)
    assert [(pair.first, pair.second) for pair in first.pairs] == [("ada", "bob")]
    assert [side.learner for side in (first.side_by_side()[0].first, first.side_by_side()[0].second)] == ["ada", "bob"]
    begun = []
    monkeypatch.setattr(lookalikes, "mapped", lambda reader, new, processes: mapped_none(new, begun))
    again = compared(course, module)
    assert again == first and begun == []


def mapped_none(new, begun):
    begun += new
    yield from ()


@pytest.mark.slow
def test_what_changed_is_made_again(course, module):
    compared(course, module)
    hand_in(course, module, "bob", work(course, module))
    assert compared(course, module).pairs == ()
    hand_in(course, module, "cy", work(course, module, write_double=LONG))
    assert [(pair.first, pair.second) for pair in compared(course, module).pairs] == [("ada", "cy")]
    assert len(json.loads(course.compared(module).read_bytes())) == 3, "no more than there are hand-ins"


@pytest.mark.slow
def test_another_lesson_makes_other_fingerprints(course, module):
    compared(course, module)
    before = set(json.loads(course.compared(module).read_bytes()))
    module.source.write_text(module.source.read_text().replace("number * 2", "2 * number"))
    compared(course, module)
    assert not before & set(json.loads(course.compared(module).read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "{", "[]", '{"x": [1]}', '{"x": {"c": [1]}}', '{"x": {"c": ["a", "b", "c"]}}'])
def test_a_file_that_can_not_be_read_is_made_anew(course, module, text):
    first = compared(course, module)
    course.compared(module).write_text(text)
    assert compared(course, module).pairs == first.pairs
