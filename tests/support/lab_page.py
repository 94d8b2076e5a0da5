"""JupyterLab or JupyterLite in Chromium, as building blocks for tests: a page, and what a learner does in it.

A cell is named by its id in the notebook. What was shown is read from Lab's own model,
so that a cell that is not on the screen can be asked too; keys and clicks are real.
"""

from __future__ import annotations

import json
import re
import shutil
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
# Lab writes a cell's number when its answer and all of its output have come.
HAS_RUN = """
    const model = cells[given[0]].model;
    const kernel = panel.sessionContext.session.kernel;
    return model.executionCount !== null && model.executionCount !== given[1] && kernel.status === 'idle';
"""
WITH_CODE = """
    const code = panel.content.widgets.filter((c) => c.model.type === 'code' && c.model.sharedModel.getSource().trim());
"""
ALL_HAVE_RUN = f"""
    {WITH_CODE}
    const kernel = panel.sessionContext.session.kernel;
    return code.every((c) => c.model.executionCount > given && c.prompt !== '*') && kernel.status === 'idle';
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


class LabPage:
    """One notebook in a tab of JupyterLab, or in JupyterLite; `requested` is all that it asked any host for."""

    def __init__(self, browser, address: str, width: int = 1400):
        """Open `address`, as `tito notebook` prints it or the site's chapter has it."""
        self.page = browser.new_page(viewport={"width": width, "height": 1000})
        self.page.set_default_timeout(1000 * START_S)  # on a busy machine Lab takes its time
        self.problems: list[str] = []
        self.requested: list[str] = []
        self.page.context.on("request", lambda request: self.requested.append(request.url))
        self.page.on("console", lambda m: m.type == "error" and self._note(m.text))
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.open(address)

    def open(self, address: str) -> None:
        """Go to a notebook's address, and wait until Lab and the kernel are up."""
        self.page.goto(f"{address}&reset", wait_until="load")  # without the tabs of the page before
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell", state="attached")
        self._js("() => window.jupyterapp.restored.then(() => true)")
        self.ready()

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
        """Run all cells, and wait until each that has code has a new number."""
        before = max(count or 0 for count in self.execution_counts)
        self.command("notebook:run-all-cells")
        self.until(ALL_HAVE_RUN, before)

    def run(self, cell: str) -> list[dict]:
        """Select a cell by its id, run it with Shift+Enter, and wait; its outputs."""
        self.select(cell)
        self.page.keyboard.press("Escape")
        before = self.execution_count(cell)
        self.page.keyboard.press("Shift+Enter")
        self.until(HAS_RUN, [cell, before])
        return self.outputs(cell)

    def select(self, cell: str):
        """Scroll to a cell and make it the active one; its element on the page."""
        self._panel(SELECT, cell)
        found = self.page.locator(f'[data-test-id="{cell}"]')
        found.scroll_into_view_if_needed()
        return found

    def type_into(self, cell: str, text: str) -> None:
        """Click into an open cell, select all of it and type `text` in its place."""
        self.select(cell).locator(".cm-content").click()
        self._type(cell, text)

    def answer_in_prose(self, cell: str, text: str) -> None:
        """Write a cell of text: a double click opens it, a click puts the cursor there, Shift+Enter shows it set."""
        self.page.keyboard.press("Escape")  # else Lab opens each cell of text that is selected
        self.select(cell).locator(".jp-MarkdownOutput").dblclick()
        self.type_into(cell, text)
        self.page.keyboard.press("Shift+Enter")
        self.until("return cells[given].rendered;", cell)

    def _type(self, cell: str, text: str) -> None:
        self.until("return cells[given].editor.hasFocus();", cell)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.until("return cells[given[0]].model.sharedModel.getSource() === given[1];", [cell, text])

    def try_to_change(self, cell: str, text: str) -> None:
        """What deletes and edits any other cell: a click into it and text, then d d; nothing is waited for."""
        self.select(cell).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.press_d_twice()

    def press_d_twice(self) -> None:
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("d")
        self.page.keyboard.press("d")

    def insert(self, code: str) -> str:
        """A new cell with `code` below the last one, which becomes the active one; its id."""
        self._panel("panel.content.activeCellIndex = panel.content.widgets.length - 1;")
        self.command("notebook:insert-cell-below")
        self._panel("panel.content.activeCell.model.sharedModel.setSource(given);", code)
        return self._panel("return panel.content.activeCell.model.id;")

    def insert_and_run(self, code: str) -> list[dict]:
        """Run `code` in a new cell below the last one; its outputs. The cell stays."""
        return self.run(self.insert(code))

    def save(self) -> None:
        """Press Ctrl+S, and wait until nothing is left to save."""
        self.page.keyboard.press("Control+S")
        self.until("return !panel.context.model.dirty;")

    def reload_from_disk(self) -> None:
        """File > Reload Notebook from Disk."""
        self.command("docmanager:reload")
        self.ready()

    def theme(self, name: str) -> None:
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)

    # -- what is seen -------------------------------------------------------------------

    def until(self, condition: str, given=None) -> None:
        """Wait for what a piece of code says of the notebook, as long as a busy machine may need."""
        self.page.wait_for_function(f"(given) => {{ {FIND_PANEL} {condition} }}", arg=given, timeout=1000 * RUN_S)

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

    def execution_count(self, cell: str) -> int | None:
        return self._panel("return cells[given].model.executionCount ?? null;", cell)

    @property
    def execution_counts(self) -> list[int | None]:
        """The numbers of all cells with code, from top to bottom."""
        return self._panel(f"{WITH_CODE} return code.map((c) => c.model.executionCount ?? null);")

    def pictures(self, cell: str) -> list[str]:
        """The sources of the pictures that a cell shows, as they are now."""
        return self._panel("return [...cells[given].node.querySelectorAll('img')].map((img) => img.src);", cell)

    def new_picture(self, cell: str, before: list[str]) -> None:
        """Wait until a cell shows a picture that was not there before."""
        self.until(
            "return [...cells[given[0]].node.querySelectorAll('img')].some((img) => !given[1].includes(img.src));",
            [cell, before],
        )

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
