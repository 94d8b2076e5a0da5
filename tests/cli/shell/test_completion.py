"""TAB offers commands, modules and checks, and a shell gets what it needs to ask."""

import os
import subprocess
import sys

import pytest

from tests.support.toy_workspace import hand_out
from tito.cli import app
from tito.cli.common import check_names, module_names


@pytest.mark.parametrize(
    "shell, word", [("bash", "complete "), ("zsh", "compdef"), ("fish", "complete --command tito")]
)
def test_each_shell_gets_its_part(shell, word, capsys):
    assert app.main(["completion", shell]) == 0
    assert word in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    "line, offered",
    [
        ("tito te", {"test "}),
        ("tito test ", {"counting", "adding"}),
        ("tito test counting --check ", {"count", "double"}),
        ("tito gra", set()),
    ],
)
def test_tab_offers_what_there_is(course, tmp_path, line, offered):
    """A learner's shell offers no command of an instructor's."""
    mine = hand_out(course, tmp_path / "mine", "counting", "adding")
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "|", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    answer = tmp_path / "answer"
    subprocess.run(
        [sys.executable, "-P", "-m", "tito"],
        cwd=mine.root,
        env=os.environ | asked | {"PYTHONPATH": os.getcwd(), "_ARGCOMPLETE_STDOUT_FILENAME": str(answer)},
        check=True,
    )
    assert set(filter(None, answer.read_text().split("|"))) == offered


def test_names_of_the_module_that_is_named(course):
    given = type("Given", (), {"module": "counting"})
    assert module_names(course, given) == ["counting", "adding"]
    assert check_names(course, given) == ["count", "double"]
