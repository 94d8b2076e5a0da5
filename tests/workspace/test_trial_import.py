"""What `import tinytorch` would find is imported once before it is announced; a cell that stops is told."""

import subprocess
import sys

import pytest

from tests.support.toy_workspace import hand_out, right_counter, solve
from tito.cli import app
from tito.support.errors import UsageError
from tito.workspace import prerequisites
from tito.workspace.diagnosis import diagnose, export_own
from tito.workspace.local_run import plan_run
from tito.workspace.prerequisites import Origin

pytestmark = pytest.mark.slow

SOLVED = "return number * 2"


@pytest.fixture
def mine(course, tmp_path):
    workspace = hand_out(course, tmp_path / "mine", "counting", "adding")
    right_counter(workspace.module("counting"))
    return workspace


def end_with(workspace, line):
    """Put a line at the end of a solution cell."""
    solve(workspace.module("counting").notebook, "write-double", SOLVED, f"{SOLVED}\n\n{line}")


def diagnose_counting(workspace):
    return diagnose(workspace, plan_run(workspace, workspace.module("counting")))


def imported(workspace):
    """What a fresh Python says when it imports the module: nothing, if all is well."""
    words = [sys.executable, "-P", "-c", "import tinytorch.core.counting as c; assert c.double(3) == 6"]
    done = subprocess.run(
        words, cwd=workspace.root, env={"PYTHONPATH": str(workspace.root)}, capture_output=True, text=True, input=""
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations\ndef f(x: Nowhere): pass",
        "exit()",
        "quit",
        "import sys\nsys.exit(0)",
        "raise SystemExit",
        "print(double(3))",
        "help(double)",
        "display(double(3))",
        "get_ipython().run_line_magic('time', 'double(3)')",
        "double?",
        "%timeit double(3)",
        "async def f(): return 1\none = await f()",
    ],
)
def test_what_passes_and_is_exported_can_be_imported_in_silence(mine, line):
    if "__future__" in line:
        solve(mine.module("counting").notebook, "write-double", "#| export\n", f"#| export\n{line}\n")
    else:
        end_with(mine, line)
    done = diagnose_counting(mine)
    assert done.grade.passed and not done.own.refused
    assert done.own.now.origin is Origin.FINISHED
    assert imported(mine) == ""


@pytest.mark.parametrize(
    "line, words",
    [
        ("_x = undefined_name", "NameError: name 'undefined_name' is not defined"),
        ("name = input('your name? ')", "EOFError"),
        ("1 / 0", "ZeroDivisionError"),
        ("assert double(2) == 5", "AssertionError"),
        ("import nowhere_at_all", "ModuleNotFoundError"),
        ("open('/nowhere/at/all')", "FileNotFoundError"),
        ("for n in [1]: print('chalk', n)", "prints: chalk 1"),
        ("import os\nos._exit(0)", ""),
        ("import sys\nsys.exit(0)\nx = 1", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_what_can_not_be_imported_is_said_and_not_put_there(mine, line, words):
    end_with(mine, line)
    done = diagnose_counting(mine)
    if "_exit" in line:  # it ends the worker, so that no check passes
        assert not done.grade.passed
    else:
        assert done.grade.passed
        assert words in done.own.refused
    assert not mine.exported(mine.module("counting")).is_file()


def test_the_command_says_so_and_fails(mine, monkeypatch, capsys):
    end_with(mine, "_x = undefined_name")
    monkeypatch.chdir(mine.root)
    assert app.main(["test", "counting"]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "2 passed" in said and "finds it from now on" not in said
    assert 'the cell "write-double" stops at line 7: NameError' in said
    assert "passes all its checks, but `import tinytorch` can't take it" in said
    assert "_x = undefined_name" in said and "put it in one without #| export" in said


def test_a_learner_who_exports_by_hand_is_told_as_well(mine):
    end_with(mine, "_x = undefined_name")
    with pytest.raises(UsageError, match="undefined_name"):
        export_own(mine, mine.module("counting"))


def test_an_earlier_module_that_can_not_be_imported_leaves_the_references(mine):
    end_with(mine, "_x = undefined_name")
    done = diagnose(mine, plan_run(mine, mine.module("adding")))
    assert [update.refused != "" for update in done.earlier] == [True]
    assert prerequisites.package_file(mine, mine.module("counting")).is_reference


def test_a_cell_that_stops_is_told_with_its_line_and_costs_only_what_it_did_not_make(mine):
    end_with(mine, "1 / 0")
    notes = diagnose_counting(mine).grade.notes
    assert notes == (
        'the cell "write-double" stops at line 7: ZeroDivisionError: division by zero; what it had made before counts',
    )
