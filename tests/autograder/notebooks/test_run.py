"""Ordinary notebooks in a walled worker: what a kernel would show, bounded, and nothing for a browser to run."""

from dataclasses import replace

import pytest

from tito.autograder.grader import Grader
from tito.autograder.notebooks import run
from tito.autograder.notebooks.cell_outputs import Display, Error, Stream, Value
from tito.autograder.notebooks.run import LIMITS, NotebookJob, NotebookRunner
from tito.support.tempdirs import TempDir

pytestmark = pytest.mark.slow

SHORT = replace(LIMITS, hand_in_s=4.0)


@pytest.fixture(scope="module")
def runner():
    with TempDir("library") as library, Grader(library, limits=SHORT) as grader:
        yield NotebookRunner(grader)


def shown(runner, *cells, files=None, cell_cpu_s=10.0):
    return runner.run(NotebookJob(cells, files or {}, cell_cpu_s)).outputs


def test_values_prints_errors_and_magics_are_those_of_a_kernel(runner):
    value, printed, error, magic, awaited, silent = shown(
        runner,
        "x = 4\nx + 0.5",
        "import sys; print('out'); print('err', file=sys.stderr)",
        "1 / 0",
        "%%capture told\nprint('kept')",
        "await __import__('asyncio').sleep(0)\ntold.stdout",
        "x;",
    )
    assert value == (Value({"text/plain": "4.5"}, 1),)
    assert printed == (Stream("stdout", "out\n"), Stream("stderr", "err\n"))
    assert error[0].ename == "ZeroDivisionError" and "1 / 0" in "\n".join(error[0].traceback)
    assert magic == () and awaited[0].data["text/plain"] == r"'kept\n'" and silent == ()


def test_the_last_value_is_shown_after_what_a_cell_prints(runner):
    (cell,) = shown(runner, "print('first')\n7")
    assert [type(output) for output in cell] == [Stream, Value]


def test_a_figure_is_a_picture_and_html_is_left_out(runner):
    figure, html = shown(
        runner,
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "from IPython.display import HTML, Javascript, display\ndisplay(HTML('<script>1</script>'), Javascript('1'))",
    )
    assert isinstance(figure[-1], Display) and figure[-1].data["image/png"].startswith("iVBOR")
    assert [set(output.data) for output in html] == [{"text/plain"}, {"text/plain"}]


def test_files_beside_the_notebook_are_there_in_their_folders(runner):
    files = {"data/big.bin": bytes(3 * 2**20 + 7), "helper.py": b"TOLD = 'helped'", "empty.txt": b""}
    size, module, empty = shown(
        runner,
        "from pathlib import Path\nPath('data/big.bin').stat().st_size",
        "import helper\nhelper.TOLD",
        "Path('empty.txt').read_text()",
        files=files,
    )
    assert size[0].data["text/plain"] == str(3 * 2**20 + 7)
    assert module[0].data["text/plain"] == "'helped'" and empty[0].data["text/plain"] == "''"


def test_an_endless_cell_is_interrupted_and_the_next_one_runs(runner):
    stuck, after = shown(runner, "while True:\n    pass", "'on'", cell_cpu_s=0.3)
    assert stuck[0].ename == "KeyboardInterrupt" and after[0].data["text/plain"] == "'on'"


STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([STUBBORN], "a cell went on after 0.2 s of CPU time"),
        (["import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0)\ntime.sleep(99)"], "no answer within 0.4 s"),
        (["import time\ntime.sleep(0.3)"] * 40, "stopped after 4 s in all"),
        (["import os\nos._exit(0)"], "ended its process"),
        (["exit()"], "ended its process"),
    ],
    ids=["catches the interrupt", "sleeps on", "sleeps in each cell", "_exit", "exit"],
)
def test_what_does_not_end_is_ended_and_the_cells_that_are_left_say_why(runner, monkeypatch, cells, why):
    monkeypatch.setattr(run, "_GRACE_S", 1.0)
    told = runner.run(NotebookJob(("'before'", *cells, "'never'"), {}, 0.2))
    assert told.outputs[0][0].data["text/plain"] == "'before'", "what ran before counts"
    assert why in told.stopped and told.outputs[-1] == (Error("Stopped", told.stopped, [told.stopped]),)


def test_however_much_a_cell_shows_what_decides_points_is_kept(runner):
    flood = "for n in range(300):\n    print('x' * 50_000)\n    display('y' * 50_000)\n"
    value, error, warned = shown(
        runner, f"{flood}3", f"{flood}1 / 0", f"{flood}import warnings\nwarnings.warn('z')", cell_cpu_s=30
    )
    assert value[-1].data["text/plain"] == "3" and error[-1].ename == "ZeroDivisionError"
    assert [output.name for output in warned if isinstance(output, Stream)][-1] == "stderr"
    assert all(sum(len(repr(output)) for output in cell) < 3 * 2**20 for cell in (value, error, warned))


def test_what_can_not_travel_is_replaced(runner):
    (cell,) = shown(runner, r"print('\ud800')")
    assert cell == (Stream("stdout", "?\n"),)
