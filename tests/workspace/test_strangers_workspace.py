"""A workspace that came from somebody else: whoever tests it runs its code behind walls, and nothing else of it."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.toy_workspace import STUB, hand_out, right_counter, solve
from tito.autograder import probe
from tito.workspace.jupyter import kernel, lab
from tito.workspace.local_run import plan_run, run_checks

pytestmark = pytest.mark.slow

SHADOWS = ("sitecustomize", "usercustomize", "conftest", "json", "numpy", "msgspec", "argparse", "re", "tomllib",
           "jupyter_config", "jupyter_server_config", "jupyter_lab_config", "ipython_config", "debugpy", "nbdev",
           "ipykernel", "tinytorch/__init__", "tinytorch/core/__init__", "tito_extra/__init__")  # fmt: skip
COMMANDS = ["status", "test counting", "test counting --check double", "hint counting double", "submit --learner a",
            "export counting", "doctor", "--help"]  # fmt: skip


@pytest.fixture
def theirs(course, tmp_path):
    """A workspace of which every file that Python could import on its own leaves a mark in `ran`."""
    workspace = hand_out(course, tmp_path / "theirs", "counting")
    (tmp_path / "ran").mkdir()
    for folder in (workspace.root, workspace.module("counting").notebook.parent):
        for name in SHADOWS:
            path = folder / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(mark(tmp_path, name.replace("/", "-")))
        (folder / "x.pth").write_text(f"import os; open({str(tmp_path / 'ran' / 'pth')!r}, 'w')\n")
    return workspace


def mark(tmp_path, name):
    return f"import io, os\nio.open({str(tmp_path / 'ran')!r} + f'/{name}-{{os.getpid()}}', 'w').close()\n"


def ran(tmp_path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "ran").iterdir())


def run(workspace, *words, folder=None):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, *words]
    where = folder or workspace.root
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_imports_what_lies_there(theirs, tmp_path, command):
    right_counter(theirs.module("counting"))
    done = run(theirs, "-P", "-m", "tito", *command.split(), folder=theirs.module("counting").notebook.parent)
    assert done.returncode in (0, 1, 2) and "Traceback" not in done.stderr, done.stderr
    assert ran(tmp_path) == []


def test_these_files_would_be_imported_by_python_itself(theirs, tmp_path):
    """Else the test above would prove nothing."""
    run(theirs, "-c", "import json, numpy, tinytorch")
    assert {name.rpartition("-")[0] for name in ran(tmp_path)} >= {"json", "numpy", "tinytorch-__init__"}


def test_python_m_tito_leaves_the_folder_out_as_soon_as_it_can(theirs, tmp_path):
    """What Python itself imports to find `tito` is out of its reach: the README says to type `tito`."""
    done = run(theirs, "-m", "tito", "status")
    assert done.returncode == 0, done.stderr
    assert not {name.rpartition("-")[0] for name in ran(tmp_path)} & {"json", "numpy", "tomllib", "argparse", "msgspec"}


def test_the_work_itself_runs_behind_walls(theirs, tmp_path):
    """Its cells can't read or write the learner's other files, nor start a process."""
    if "files" in probe.probe().open_below(2):
        pytest.skip("this machine has no walls around files")
    diary = tmp_path / "diary.txt"
    diary.write_text("dear diary")
    attack = f"""
    import os
    found = []
    for act in (lambda: open({str(diary)!r}).read(), lambda: open({str(tmp_path / "ran" / "cell")!r}, "w"), os.fork):
        try:
            found.append(act())
        except OSError:
            found.append(None)
    raise RuntimeError(found)
    """
    solve(theirs.module("counting").notebook, "write-double", STUB, attack.strip())
    done = run_checks(theirs, plan_run(theirs, theirs.module("counting")))
    assert "[None, None, None]" in " ".join(result.message for result in done.grade.results), done.grade.results
    assert ran(tmp_path) == []
    assert done.grade.isolation_level == probe.probe().level


def test_no_path_of_pythons_is_the_workspace(theirs, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(theirs.root), str(theirs.root / "modules"), str(tmp_path)]))
    found = lab.environment(theirs, tmp_path / "kernels")
    assert found["PYTHONPATH"] == str(tmp_path)
    assert "-P" in lab.command(theirs, theirs.module("counting"))


def test_a_kernel_that_is_opened_runs_nothing_of_it(theirs, tmp_path, monkeypatch):
    """But once a cell asks for `tinytorch`, it gets the workspace's own."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    kernel.write_spec(tmp_path / "jupyter", theirs.root)
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path / "jupyter" / "kernels")])
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
    folder = theirs.module("counting").notebook.parent
    manager.start_kernel(cwd=str(folder), env=lab.environment(theirs, tmp_path / "jupyter"))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        asked = client.execute("import json", reply=True, timeout=60)
        assert asked["content"]["status"] == "ok" and ran(tmp_path) == []
        path = 'open("where", "w").write(__import__("tinytorch").__file__)'
        assert client.execute(path, reply=True, timeout=60)["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert (folder / "where").read_text() == str(theirs.root / "tinytorch" / "__init__.py")
    assert {name.rpartition("-")[0] for name in ran(tmp_path)} == {"tinytorch-__init__"}


def test_the_kernel_is_the_usual_one_for_jupyter(theirs, tmp_path):
    kernel.write_spec(tmp_path / "jupyter", theirs.root)
    spec = json.loads((tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json").read_text())
    assert spec["language"] == "python" and spec["argv"][-2:] == ["-f", "{connection_file}"]
