"""JupyterLab in Chromium, as building blocks for tests: a server, a page, and what a learner does in it.

A cell is named by its id in the notebook. What was shown is read from Lab's own model,
so that a cell that is not on the screen can be asked too; keys and clicks are real.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.toy_course import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SHOTS = PROJECT / "tests" / "shots"
START_S, RUN_S = 180, 240
# Faults of the surroundings, not of the notebook: a machine without network, and Lab's own chatter.
EXPECTED = re.compile(r"net::ERR_|favicon|ResizeObserver|Failed to load resource|CORS|WebSocket|jupyterlab.*deprecat")
FIND_PANEL = """
    const panel = [...window.jupyterapp.shell.widgets('main')].find((w) => w.content && w.content.widgets);
    const cells = Object.fromEntries(panel.content.widgets.map((c) => [c.model.id, c]));
"""
SELECT = """
    const widget = cells[given];
    panel.content.activeCellIndex = panel.content.widgets.indexOf(widget);
    await panel.content.scrollToCell(widget);
    widget.node.setAttribute('data-test-id', given);
"""
UNTIL_IDLE = """
    const until = Date.now() + given * 1000;
    const busy = () => panel.content.widgets.some((c) => c.model.type === 'code' && c.prompt === '*')
        || panel.sessionContext.session.kernel.status !== 'idle';
    await new Promise((f) => setTimeout(f, 200));
    while (busy()) {
        if (Date.now() > until) throw new Error('the notebook is still busy');
        await new Promise((f) => setTimeout(f, 100));
    }
"""


@contextmanager
def launched_browser():
    """Chromium by Playwright; skips the test, with the reason, where one of them is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make lab")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def running_lab(root: Path, folder: Path):
    """A JupyterLab of this environment on the files below `root`; its address. Settings are in `folder` alone."""
    options = [
        "--LabApp.expose_app_in_browser=True",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
    ]
    with running_jupyter(root, folder, "jupyterlab", *options) as address:
        yield address


@contextmanager
def running_jupyter(root: Path, folder: Path, app: str, *options: str):
    """The Jupyter server of a package, with the extensions of this environment, started in `root`; its address."""
    port = _free_port()
    common = [
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.port={port}",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
        "--no-browser",
    ]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    environment = os.environ | own | {"PYTHONPATH": str(root)}
    log = (folder / "lab.log").open("w", encoding="utf-8")
    command = [sys.executable, "-m", app, *common, *options]
    server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(lambda: _answers(f"{address}/api"), START_S, f"the server; see {log.name}")
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _wait_for(is_there, seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.2)


class LabPage:
    """One notebook in a tab of JupyterLab."""

    def __init__(self, browser, address: str, notebook: str, dark: bool = False, width: int = 1400):
        self.page = browser.new_page(viewport={"width": width, "height": 1000})
        self.page.set_default_timeout(1000 * START_S)  # on a busy machine Lab takes its time
        self.problems: list[str] = []
        self.page.on("console", lambda m: m.type == "error" and self._note(m.text))
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.goto(f"{address}/lab/tree/{notebook}?reset", wait_until="load")
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell", state="attached")
        self._js("() => window.jupyterapp.restored.then(() => true)")
        self.ready()
        if dark:
            self.theme("JupyterLab Dark")

    def _note(self, text: str) -> None:
        if not EXPECTED.search(text):
            self.problems.append(text)

    def _js(self, code: str, *arguments):
        return self.page.evaluate(code, *arguments)

    def _panel(self, code: str, *arguments):
        """Evaluate with `panel`, the notebook's widget, and `cells`, its cells by id."""
        return self._js(f"async (given) => {{ {FIND_PANEL} {code} }}", arguments[0] if arguments else None)

    # -- what a learner does ----------------------------------------------------------

    def ready(self) -> None:
        """Wait until the kernel is up; Lab says "idle" before that."""
        self._panel("await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info;")

    def command(self, name: str, **arguments) -> None:
        """One of Lab's own commands, as its menus have it."""
        self._js("([name, given]) => window.jupyterapp.commands.execute(name, given)", [name, arguments])

    def run_all(self) -> None:
        self.command("notebook:run-all-cells")
        self.wait_until_idle()

    def run(self, cell: str) -> list[dict]:
        """Select a cell by its id, run it with Shift+Enter, and wait; its outputs."""
        self.select(cell)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Shift+Enter")
        self.wait_until_idle()
        return self.outputs(cell)

    def select(self, cell: str):
        """Scroll to a cell and make it the active one; its element on the page."""
        self._panel(SELECT, cell)
        found = self.page.locator(f'[data-test-id="{cell}"]')
        found.scroll_into_view_if_needed()
        return found

    def type_into(self, cell: str, text: str) -> None:
        """Click into a cell, select all of it and type `text` in its place."""
        editor = self.select(cell).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def insert_and_run(self, code: str) -> list[dict]:
        """Run `code` in a new cell below the last one; its outputs. The cell stays."""
        self._panel("panel.content.activeCellIndex = panel.content.widgets.length - 1;")
        self.command("notebook:insert-cell-below")
        self._panel("panel.content.activeCell.model.sharedModel.setSource(given);", code)
        self.command("notebook:run-cell")
        self.wait_until_idle()
        return self._panel("return panel.content.activeCell.model.outputs.toJSON();")

    def save(self) -> None:
        self.command("docmanager:save")
        self._panel(
            "await panel.context.ready; while (panel.context.model.dirty) await new Promise((f) => setTimeout(f, 100));"
        )

    def theme(self, name: str) -> None:
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)

    # -- what is seen -------------------------------------------------------------------

    def wait_until_idle(self) -> None:
        """Wait until no cell waits or runs any more."""
        self._panel(UNTIL_IDLE, RUN_S)

    @property
    def is_dirty(self) -> bool:
        """Does the tab show ●, which stands for changes that are not saved?"""
        return self._panel("return panel.context.model.dirty;")

    @property
    def ids(self) -> list[str]:
        return self._panel("return panel.content.widgets.map((c) => c.model.id);")

    def source(self, cell: str) -> str:
        return self._panel("return cells[given].model.sharedModel.getSource();", cell)

    def outputs(self, cell: str) -> list[dict]:
        return self._panel(
            "return cells[given].model.type === 'code' ? cells[given].model.outputs.toJSON() : [];", cell
        )

    def execution_count(self, cell: str):
        return self._panel("return cells[given].model.executionCount;", cell)

    def all_outputs(self) -> dict[str, list[dict]]:
        return {cell: self.outputs(cell) for cell in self.ids}

    def shot(self, name: str, cell: str = "") -> Path:
        """Keep a picture of the page, the active cell or the one that is named at its top, for a person to look at."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        if cell:
            self.select(cell)
        self._panel("await panel.content.scrollToCell(panel.content.activeCell, 'start');")
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=path)
        return path

    def close(self) -> None:
        self.page.close()


def text_of(outputs: list[dict]) -> str:
    """All that outputs say in plain text."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return "".join(text if isinstance(text, str) else "".join(text) for text in texts)


def faults_in(outputs: dict[str, list[dict]]) -> list[str]:
    """Tracebacks and standard error among the outputs, by cell."""
    return [
        f"{cell}: {json.dumps(output)[:300]}"
        for cell, shown in outputs.items()
        for output in shown
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
