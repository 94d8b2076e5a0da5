"""The pictures of README: one learner's work on `layers`, in which the bias was forgotten, as three people see it.

    python -m tests.support.pictures          (make pictures)

draws them anew in Chromium into docs/pictures/, with what they say in `texts.json`, by which a test tells when one is
no longer true. The learner sees a verdict in the notebook and in the terminal, and gets a page of feedback back.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.lab_page import LabPage, launched_browser, text_of
from tests.support.terminal import TITO, Terminal
from tests.support.toy_course import PROJECT
from tests.support.toy_workspace import give
from tito.course.course import Course, Module, Workspace
from tito.lesson import notebook

PICTURES = PROJECT / "docs" / "pictures"
TEXTS = PICTURES / "texts.json"
COPIED = ("modules", "tinytorch", "nbgrader_config.py", "settings.ini", "pyproject.toml", "requirements.lock")
MODULE, CELL, CHECK = "layers", "write-dense", "forward"
STUB = "# YOUR CODE HERE\n        raise NotImplementedError()"
WRITTEN = (
    """rng = np.random.default_rng(rng)
        a = np.sqrt(6 / (input_size + output_size))
        self.weights = Tensor(rng.uniform(-a, a, (input_size, output_size)))
        self.bias = Tensor(np.zeros(output_size)) if use_bias else None""",
    "return x @ self.weights",
)
COLUMNS = 88
COLOURS = {
    "1": "font-weight:bold",
    "2": "opacity:.65",
    "31": "color:#ff7b72",
    "32": "color:#7ee787",
    "33": "color:#e3b341",
}
TERMINAL_PAGE = """<body style="margin:0;background:#0d1117"><pre style="margin:0;padding:14px 18px;width:max-content;
color:#e6edf3;font:14px/1.35 'DejaVu Sans Mono',monospace">{}</pre></body>"""
_PAINTED = re.compile(r"\x1b\[(\d+)m(.*?)\x1b\[0m", re.DOTALL)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_VARYING = re.compile(r"\d+(\.\d+)? s\b|\d{1,2} \w+ \d{4}, \d{2}:\d{2}")


@dataclass(frozen=True)
class Scene:
    """A course, and the workspace of a learner who has handed in."""

    course: Course
    workspace: Workspace
    own: Path

    @property
    def module(self) -> Module:
        return self.workspace.module(MODULE)

    @property
    def learner(self) -> Terminal:
        return Terminal(self.workspace.root, self.own)

    def terminal(self) -> str:
        """What `tito test` prints, with its colours."""
        command = ("test", MODULE)
        return f"\x1b[2m$ tito {' '.join(command)}\x1b[0m\n" + in_colour(self.workspace.root, *command)

    def feedback(self) -> Path:
        """The page that `tito feedback` makes of the hand-in."""
        teacher = Terminal(self.course.root, self.own)
        self.learner.tito("submit", MODULE, "--learner", "s001")
        teacher.tito("collect", str(self.workspace.submissions), MODULE)
        teacher.tito("grade", MODULE, "--allow-level", "0")  # a picture needs no walls
        return self.course.root / teacher.tito("feedback", MODULE).strip().splitlines()[-1]


def scene(folder: Path) -> Scene:
    """The course of this project, and a workspace in which one part is right and one lacks its last term."""
    root = folder / "course"
    root.mkdir()
    for name in COPIED:
        source = PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
    course = Course(root)
    give(course, folder / "week3.zip", MODULE)
    with zipfile.ZipFile(folder / "week3.zip") as archive:
        archive.extractall(folder)
    made = Scene(course, Workspace(folder / "week3"), folder / "own")
    made.learner.tito("start")
    write_work(made.module)
    return made


def write_work(module: Module) -> None:
    """Write what the learner has written."""
    work = notebook.read(module.notebook)
    source = work.cell(CELL).source
    for part in WRITTEN:
        source = source.replace(STUB, part, 1)
    cells = tuple(replace(cell, source=source) if cell.id == CELL else cell for cell in work.cells)
    notebook.write(replace(work, cells=cells), module.notebook)


def in_colour(root: Path, *words: str) -> str:
    """What `tito` shows on a terminal, once it has ended; what it wrote over is gone."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen([*TITO, *words], cwd=root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b"".join(iter(lambda: read(ours), b"")).decode("utf-8")
    os.close(ours)
    return "\n".join(last_written(line) for line in shown.replace("\r\n", "\n").split("\n")).rstrip()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed it, which Linux tells as an error
        return b""


def last_written(line: str) -> str:
    """A line as it stands at the end: behind the last return to its start."""
    return re.sub(r"\x1b\[(?!\d+m)[0-9;?]*[A-Za-z]", "", line.rpartition("\r")[2])


def as_html(text: str) -> str:
    """Text with a terminal's colours, as HTML."""
    return _PAINTED.sub(lambda found: f'<span style="{COLOURS[found[1]]}">{found[2]}</span>', escape(text, quote=False))


def steady(text: str) -> str:
    """What a picture says, without colours, durations and dates, and however it is wrapped."""
    return " ".join(_VARYING.sub("…", _CONTROL.sub("", text)).split())


def text_of_page(page: Path) -> str:
    """The text of a page of feedback."""
    body = re.sub(r"(?s)<(style|script|head)\b.*?</\1>", " ", page.read_text(encoding="utf-8"))
    return steady(unescape(re.sub(r"<[^>]*>", " ", body)))


# -- drawing them --------------------------------------------------------------------------------


def draw(folder: Path) -> None:
    """Draw the three pictures, and keep what they say."""
    made = scene(folder)
    terminal = made.terminal()
    with launched_browser() as browser:
        with made.learner.notebook(MODULE) as address:
            verdict = draw_verdict(browser, address)
        draw_page(browser, TERMINAL_PAGE.format(as_html(terminal)), "pre", PICTURES / "terminal.png")
        page = made.feedback()
        draw_page(browser, page.read_text(encoding="utf-8"), "", PICTURES / "feedback.png")
    texts = {"notebook": steady(verdict), "terminal": steady(terminal), "feedback": text_of_page(page)}
    TEXTS.write_text(json.dumps(texts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def draw_verdict(browser, address: str) -> str:
    """Run the lesson, and draw the check's cell; what it says."""
    page = LabPage(browser, address, width=1000)
    page.command("application:toggle-left-area")
    page.run_all()
    cell = page.select(CHECK)
    cell.screenshot(path=PICTURES / "notebook.png")
    said = f"{text_of(page.outputs(CHECK))} {cell.locator('table').inner_text()}"
    page.close()
    return said


def draw_page(browser, html: str, part: str, path: Path) -> None:
    """Draw a page of HTML, or the part of it that a selector names."""
    page = browser.new_page(viewport={"width": 900, "height": 612}, device_scale_factor=1)
    page.set_content(html)
    (page.locator(part) if part else page).screenshot(path=path)
    page.close()


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        draw(Path(temporary))
