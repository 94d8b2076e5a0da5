"""What `%tito` answers in a notebook, in both faces."""

import pytest

from tests.support.toy_workspace import STUB, WRITE_COUNT, hand_out, solve
from tests.tools.test_verdicts import text_of
from tito.cli.notebook import extension, verbs


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine, monkeypatch):
    found = mine.module("counting")
    monkeypatch.chdir(found.home)
    return found


def answer(module, *words):
    return verbs.answer(list(words), module.home)


@pytest.mark.slow
def test_test_answers_with_a_row_for_each_check(module):
    solve(module.notebook, "write-double", STUB, "return number * 3")
    found = answer(module, "test")
    assert found.file == module.notebook
    assert "· count " in found.text and "✗ double" in found.text and "twice three is six" in found.text
    said = text_of(found.html)
    assert "· not started 0/6 count" in said and "✗ failed 0/4 double twice three is six" in said
    assert "1 failed, 1 not started" in said and "%tito hint" in said


@pytest.mark.slow
def test_one_part_is_tested_alone(module):
    solve(module.notebook, "write-counter", STUB, WRITE_COUNT.strip())
    said = text_of(answer(module, "test", "count").html)
    assert "✓ passed 6/6 count" in said and "double" not in said


def test_hint_is_that_of_the_command_line_with_magics_in_it(module):
    found = answer(module, "hint", "count")
    assert "How long is the list?" in found.text and "next: %tito test" in found.text
    assert "A set keeps one of each." in answer(module, "hint", "count").text


def test_status_says_nothing_of_the_file(module):
    found = answer(module, "status")
    assert "01 counting" in found.text and found.file is None and "01 counting" in text_of(found.html)


def test_what_cannot_be_done_is_one_sentence(module, tmp_path):
    assert answer(module, "test", "nosuch").text.startswith("error: no module named 'nosuch'")
    assert verbs.answer(["test"], tmp_path).text.startswith("error: ")
    assert "%tito test" in answer(module).text and "%tito test" in answer(module, "grade").text


def test_the_extension_remembers_what_was_run(module, capsys):
    from IPython.testing.globalipapp import get_ipython, start_ipython

    shell = start_ipython() or get_ipython()
    extension.register(shell)
    shell.run_cell("return_3 = 3", cell_id="write-double", store_history=True)
    shell.run_cell("%tito hint count")
    assert "a cell that you ran since is not in it as you see it" in capsys.readouterr().out
