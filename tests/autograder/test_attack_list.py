"""The page of cheats lists what is tried, no more and no less."""

from tests.support.attack_list import BEGIN, END, PAGE, TESTS, kinds, table


def test_the_page_lists_the_attacks_that_are_kept():
    told = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert told == table(), "python -m tests.support.attack_list writes it anew"


def test_each_kind_is_held_by_a_test_that_is_there():
    assert all((TESTS / kind.held_by).is_file() and kind.names for kind in kinds())


def test_no_two_attacks_of_a_kind_have_one_name():
    assert all(len(set(kind.names)) == len(kind.names) for kind in kinds())
    assert sum(len(kind.names) for kind in kinds()) >= 150
