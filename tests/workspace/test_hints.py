"""Three hints a check, one at a time."""

import pytest

from tests.support.toy_workspace import hand_out
from tito.course.checks import Hints
from tito.course.course import CheckSpec
from tito.support.errors import UsageError
from tito.workspace import hints


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


def tell(mine, check="count"):
    module = mine.module("counting")
    return hints.next_hint(mine, module, module.check(check))


def test_each_call_tells_one_more_and_the_last_stays(mine):
    told = [tell(mine) for _ in range(4)]
    assert [hint.number for hint in told] == [1, 2, 3, 3]
    assert [hint.is_last for hint in told] == [False, False, True, True]
    assert told[0].text == "How long is the list?" and told[2].text == told[3].text == "len(set(items))"


def test_checks_are_counted_apart(mine):
    tell(mine)
    assert tell(mine, "double").number == 1
    assert tell(mine).number == 2


def test_a_mistake_may_have_a_first_hint_of_its_own(mine):
    module, hints_on = mine.module("counting"), Hints(("one", "two"), (("off-by-one", "which is the last?"),))
    texts = [
        hints.next_hint(mine, module, CheckSpec("count", 6, hints_on), mistake).text
        for mistake in ("", "off-by-one", "off-by-one", "another", "off-by-one")
    ]
    assert texts == ["one", "which is the last?", "two", "two", "two"]


@pytest.mark.slow
@pytest.mark.parametrize("notes", ["", "{", "[]", '{"01_counting/count": "many"}', '{"01_counting/count": -7}'])
def test_a_broken_memory_begins_again(mine, notes):
    mine.hints_told.write_text(notes, encoding="utf-8")
    assert tell(mine).number == 1


def test_a_check_without_hints_is_said(mine):
    with pytest.raises(UsageError, match="count has no hints"):
        hints.next_hint(mine, mine.module("counting"), CheckSpec("count", 6))
