"""A hostile hand-in, opened by the people who grade: nothing of it runs, and nothing is fetched for it."""

import copy
import json
import shutil
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.support.hostile_pages import AWAY, MARKDOWN, NAME, Doing, make_hostile
from tests.support.toy_class import hand_in, notebooks, work
from tests.support.toy_course import PROJECT, write_course
from tito.classroom import report
from tito.classroom.feedback import page_of, render
from tito.classroom.formgrader.safe_view import MOST_RENDERED, markdown_as_html
from tito.classroom.grade_class import grade_class
from tito.classroom.gradebook.models import Marks
from tito.classroom.reporting.pages import write_report
from tito.lesson import notebook

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ADDRESS = "http://formgrader.invalid/page"
PAGES = ["ours", "nbgrader's", "nbgrader's feedback", "feedback", "report"]


@cache
def exporter(name: str, safe: bool = True):
    """An exporter of nbconvert's with this project's settings, as formgrader and `generate_feedback` make theirs."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", str(PROJECT)).load_config()
    if not safe:
        del config["HTMLExporter"]
    config.HTMLExporter.template_name = name
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    styles = Path(handlers.static_path, "node_modules", "bootstrap", "dist", "css")
    config.HTMLExporter.extra_template_paths = [str(styles)]
    return HTMLExporter(config=config)


def shown(path: Path, name: str = "formgrade", learner: str = "ada", safe: bool = True) -> str:
    """What formgrader shows of the notebook at `path`."""
    told = {"assignment_id": "01_counting", "notebook_id": "counting_dev", "submission_id": "x", "base_url": ""}
    told |= {"index": 0, "total": 1, "student": learner, "first_name": learner, "last_name": learner}
    told |= {
        "notebook_path": "autograded/x.ipynb",
        "nbgrader": {"score": 1.0, "max_score": 2.0, "late_penalty": 0, "student": learner},
    }
    return exporter(name, safe).from_filename(str(path), resources=told)[0]


def scored(path: Path) -> Path:
    """A copy with the scores and comments that nbgrader puts in before it makes its feedback."""
    data = json.loads(path.read_bytes())
    for cell in data["cells"]:
        if known := cell["metadata"].get("nbgrader"):
            known |= {"score": 1.0, "points": 1.0, "comment": None}
    other = path.with_name("scored.ipynb")
    other.write_text(json.dumps(data))
    return other


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Each page of a course in which two handed in: ada what is hostile, bob what is not."""
    return {name: found for name, found in _pages(write_course(tmp_path_factory.mktemp("course")))}


def _pages(course):
    module = course.module("counting")
    honest = json.loads(notebook.as_json(work(course, module)))
    hostile = {"ada": make_hostile(copy.deepcopy(honest)), "bob": honest}
    for learner, data in hostile.items():
        hand_in(course, module, learner, json.dumps(data).encode())
    done = {graded.learner: graded.record for graded in grade_class(course, module)}
    ours = {who: course.autograded(who, module) / "counting_dev.ipynb" for who in done}
    yield "ours", {who: shown(path, learner=NAME if who == "ada" else "bob") for who, path in ours.items()}
    theirs = {who: course.submitted_notebook(who, module) for who in done}
    yield "nbgrader's", {who: shown(path, learner=NAME if who == "ada" else "bob") for who, path in theirs.items()}
    yield "nbgrader's feedback", {who: shown(scored(path), "feedback") for who, path in theirs.items()}
    yield "unsafe", {who: shown(path, safe=False) for who, path in theirs.items()}
    built = notebooks(course, module)[0]
    handed_in = {who: notebook.read(path) for who, path in theirs.items()}
    page = {who: render(page_of(module, done[who], Marks(), handed_in[who], built)) for who in done}
    yield "feedback", page
    table = write_report(course, report.report(course, module)).read_text()
    yield "report", {"ada": table, "bob": table}


def more_than_honest(page: dict[str, str]) -> Counter:
    """What the hostile page does that the honest one does not."""
    return Counter(Doing(page["ada"]).found) - Counter(Doing(page["bob"]).found)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_hostile_hand_in_shows_text(pages, name):
    assert not more_than_honest(pages[name])


@pytest.mark.slow
def test_without_our_settings_formgrader_would_run_it(pages):
    """Else these tests would prove nothing."""
    found = more_than_honest(pages["unsafe"])
    assert found["script"] > 5 and found["img"] > 5 and any("javascript:" in what for what in found)


@pytest.mark.parametrize("kind", MARKDOWN)
def test_markdown_does_nothing(kind):
    page = markdown_as_html(MARKDOWN[kind])
    assert not Doing(page).found, page
    for command in ("href", "require", "class", "cssId", "style", "let"):
        assert f"\\{command}{{" not in page.replace("\\\\", "\\") and "\\let\\" not in page


@pytest.mark.parametrize(
    "source, html",
    [
        ("# A *title*", "<h1>A <em>title</em></h1>"),
        ("`a < b` and **c**", "<code>a &lt; b</code> and <strong>c</strong>"),
        ("$a < b^2$", "$a &lt; b^2$"),
        ("[x](https://example.org/a?b=1&c)", 'href="https://example.org/a?b=1&amp;c"'),
        ("- one\n- two", "<li>one</li>"),
        ("```python\nif a < b: pass\n```", "<pre><code>if a &lt; b: pass\n</code></pre>"),
        (r"$\frac{1}{2}\left(\newline\right)$", r"$\frac{1}{2}\left(\newline\right)$"),
    ],
)
def test_markdown_keeps_its_form(source, html):
    assert html in markdown_as_html(source)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["[", "![", "*a ", "_a", "`", "> ", "<a", "$", "$$a", "[a](", "\\(", "- a\n ", "&#", "|a"]
)
def test_markdown_is_read_in_a_bounded_time(piece):
    """As much as is rendered takes less than a second of CPU; more is shown as it was written."""
    source = piece * (MOST_RENDERED // len(piece))
    began = time.process_time()
    markdown_as_html(source)
    assert time.process_time() - began < 5
    assert markdown_as_html(source + "x" * MOST_RENDERED).startswith("<pre>")


# -- in a browser ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make browser")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def loaded(browser, html: str):
    """A page that is opened, and what it asks for."""
    asked = Counter()
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())

    def answer(route):
        if route.request.url == ADDRESS:
            return route.fulfill(body=html, content_type="text/html; charset=utf-8")
        asked[route.request.url] += 1
        return route.abort()

    page.route("**/*", answer)
    page.goto(ADDRESS, wait_until="load")
    return page, asked


def opened(browser, html: str) -> tuple[Counter, int]:
    """What a page asks for, and how often hostile code of it has run, once its links to scripts have been clicked."""
    page, asked = loaded(browser, html)
    page.evaluate("document.querySelectorAll('a[href^=\"java\" i]').forEach((link) => link.click())")
    page.mouse.move(200, 200)
    page.wait_for_timeout(200)
    ran = page.evaluate("window.ran || 0")
    page.close()
    return asked, ran


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_in_a_browser_nothing_runs_and_nothing_is_fetched(browser, pages, name):
    (asked, ran), (honest, _) = (opened(browser, pages[name][who]) for who in ("ada", "bob"))
    assert ran == 0
    assert not asked - honest


@pytest.mark.slow
def test_in_a_browser_it_would_run_without_our_settings(browser, pages):
    page, asked = loaded(browser, pages["unsafe"]["ada"])
    page.wait_for_timeout(200)
    page.close()
    assert any(AWAY in address for address in asked)


@pytest.mark.slow
def test_formgrader_itself_takes_these_settings(monkeypatch):
    from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

    monkeypatch.chdir(PROJECT)
    extension = FormgradeExtension()
    extension.initialize([])
    assert extension.config.HTMLExporter.preprocessors == ["tito.classroom.formgrader.safe_view.TextOnly"]
    assert "markdown2html" in extension.config.HTMLExporter.filters
