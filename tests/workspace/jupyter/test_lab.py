"""JupyterLab's server: one line with its address, one server for a workspace, and none left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from tests.support.toy_workspace import hand_out
from tito.support.errors import CourseError
from tito.workspace.jupyter import lab

pytestmark = pytest.mark.slow

# describes itself as Jupyter's server does, and listens
SERVER = """
import json, os, pathlib, socket, sys
listening = socket.create_server(("localhost", 0))
url = f"http://localhost:{listening.getsockname()[1]}/"
path = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{os.getpid()}.json"
path.write_text(json.dumps({"url": url, "token": "t", "root_dir": os.getcwd()}))
print("much to say", flush=True)
while True:
    listening.accept()[0].close()
"""


@pytest.fixture(autouse=True)
def ctrl_c():
    """Heard here as in a terminal: what a shell runs in the background ignores it."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.fixture
def mine(course, tmp_path, monkeypatch):
    (tmp_path / "runtime").mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    return hand_out(course, tmp_path / "mine", "counting")


def serve(monkeypatch, code):
    monkeypatch.setattr(lab, "command", lambda workspace, module: [sys.executable, "-c", code])


def opened(mine):
    """Open the notebook until Ctrl-C, which is pressed once it is shown; the addresses that were said."""
    said = []

    def show(address):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    code = lab.open_lab(mine, mine.module("counting"), lambda *line: said.append(line), show)
    return code, said


def test_one_line_is_said_and_the_server_ends_with_it(mine, monkeypatch, capfd):
    serve(monkeypatch, SERVER)
    _, ((address, ran_already),) = opened(mine)
    assert address.endswith("/lab/tree/modules/01_counting/counting_dev.ipynb?token=t") and not ran_already
    assert lab.running(mine) is None, "it has ended"
    assert capfd.readouterr() == ("", "") and mine.lab_log.read_text() == "much to say\n"


def test_a_server_that_runs_is_shown_again(mine, monkeypatch):
    process = subprocess.Popen([sys.executable, "-c", SERVER], cwd=mine.root, stdout=subprocess.DEVNULL)
    try:
        while lab.running(mine) is None:
            time.sleep(0.05)
        serve(monkeypatch, "raise SystemExit('no second one')")
        said, shown = [], []
        assert lab.open_lab(mine, mine.module("counting"), lambda *line: said.append(line), shown.append) == 0
        assert said == [(shown[0], True)]
    finally:
        process.kill()
        process.wait()
    assert lab.running(mine) is None, "a description that was left behind is no server"


def test_a_server_that_does_not_start_is_told_in_its_words(mine, monkeypatch):
    serve(monkeypatch, "raise SystemExit('port taken')")
    with pytest.raises(CourseError, match="did not start") as told:
        opened(mine)
    assert told.value.why == "port taken"


def test_the_real_one_has_no_instructors_tools(mine, monkeypatch):
    """nbgrader is installed where these tests run; a learner's Lab shows nothing of it."""
    pytest.importorskip("nbgrader")
    seen = []

    def show(address):
        with urllib.request.urlopen(address, timeout=60) as page:
            text = page.read().decode()
        config = json.loads(
            text.partition('id="jupyter-config-data" type="application/json">')[2].partition("</script>")[0]
        )
        seen.append(config)
        os.kill(os.getpid(), signal.SIGINT)

    lab.open_lab(mine, mine.module("counting"), lambda *line: None, show)
    assert "@jupyter/nbgrader" in str(seen[0]["disabledExtensions"])
    log = mine.lab_log.read_text()
    assert "formgrader" not in log and "assignment_list" not in log
