"""What is said of the age of the saved notebook, and which cells are remembered."""

import os
from types import SimpleNamespace

import pytest

from tito.lesson import notebook
from tito.lesson.cells import saved
from tito.lesson.notebook import Cell, Notebook

NOW_S = 1_800_000_000.0


@pytest.fixture
def file(tmp_path):
    work = Notebook((Cell("code", "return 2", "write-double"), Cell("code", "x = 1", "own")))
    return notebook.write(work, tmp_path / "counting_dev.ipynb")


def is_aged(file, seconds):
    os.utime(file, (NOW_S - seconds, NOW_S - seconds))
    return file


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, ""), (40, "saved 40 s ago"), (200, "saved 3 min ago"), (7300, "saved 2 h ago"), (200_000, "saved 2 d ago")],
)
def test_the_age_of_the_file_is_said_once_it_matters(file, seconds, said):
    assert saved.age_note(is_aged(file, seconds), {}, NOW_S) == (said and f"counting_dev.ipynb: {said}")


def test_a_cell_that_was_run_with_another_text_is_told(file):
    is_aged(file, 200)
    assert saved.age_note(file, {"write-double": "return 2\n"}, NOW_S) == "counting_dev.ipynb: saved 3 min ago"
    assert saved.age_note(file, {"write-double": "return 3", "elsewhere": "x"}, NOW_S) == (
        "counting_dev.ipynb: saved 3 min ago, and a cell that you ran since is not in it as you see it: "
        "press Ctrl+S, then again"
    )


class Shell:
    """A shell that tells of a cell's run what its kernel knows."""

    def __init__(self, **kernel):
        self.kernel = SimpleNamespace(**kernel)
        self.events = SimpleNamespace(register=lambda event, told: setattr(self, event, told))

    def run(self, text, cell_id=None):
        self.pre_run_cell(SimpleNamespace(raw_cell=text, cell_id=cell_id))


def test_a_cell_is_remembered_with_the_text_of_its_last_run():
    shell = Shell()
    cells = saved.remember_cells(shell)
    for text in ("x = 1", "x = 2"):
        shell.run(text, "own")
    shell.run("y = 1")
    assert cells == {"own": "x = 2"}


def test_a_cell_is_known_by_its_request_where_the_kernel_does_not_say():
    shell = Shell(_parent_header={"metadata": {"cellId": "own"}})
    cells = saved.remember_cells(shell)
    shell.run("x = 1")
    assert cells == {"own": "x = 1"}
