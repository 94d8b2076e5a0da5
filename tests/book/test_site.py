"""The built site in a real browser, served from this machine: every page, wide and narrow, light and dark.

It goes through what `make book` has built; `make browser` builds it first.
"""

import math
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.browser import CHROMIUM, QUIET, VIEWS, faults_of, must_have_axe
from tests.support.site_server import served
from tests.support.toy_course import PROJECT
from tito.book.lite import LAB
from tito.course.course import Course

SITE = Course(PROJECT).book_site
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="there is no built site: make browser"),
]
FAULTS = """() => ({
    width: document.documentElement.scrollWidth,
    unnamed: [...document.images].filter((image) => !image.alt.trim()).map((image) => image.src),
    broken: [...document.images].filter((image) => image.complete && !image.naturalWidth).map((image) => image.src),
    formulas: document.querySelectorAll('.katex-error').length,
    unrendered: [...document.querySelectorAll('.math')].filter((one) => !one.querySelector('.katex')).length,
})"""


@pytest.fixture(scope="module")
def address():
    with served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make browser")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def all_pages():
    """The book's pages; the lab is an application, with a test of its own."""
    pages = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    return sorted(page.as_posix() for page in pages if page.parts[0] != LAB)


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.links |= {found[key] for key in ("href", "src") if found.get(key)}
        self.anchors |= {found[key] for key in ("id", "name") if found.get(key)}


@pytest.fixture(scope="module")
def linked():
    return {name: Page((SITE / name).read_text(encoding="utf-8")) for name in all_pages()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_sound(browser, address, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    problems, current = [], ""
    page.on("console", lambda m: m.type in ("error", "warning") and problems.append((current, m.text)))
    page.on("pageerror", lambda error: problems.append((current, str(error))))
    page.on("request", lambda r: r.url.startswith((address, "data:")) or problems.append((current, r.url)))
    page.on("response", lambda r: r.status >= 400 and problems.append((current, r.status, r.url)))
    for current in all_pages():
        page.goto(f"{address}/{current}", wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        found = page.evaluate(FAULTS)
        if found.pop("width") > width:
            problems.append((current, "scrolls sideways"))
        problems += [(current, what, much) for what, much in found.items() if much]
    page.close()
    assert problems == []


@pytest.mark.parametrize("width, scheme", VIEWS)
def test_pages_of_each_kind_are_clean_under_axe(browser, address, width, scheme):
    """The front page, a chapter with formulas and a queue, a page of prose, one made from the code."""
    axe = must_have_axe()
    others = sorted({name for name in all_pages() if "/" in name and not name.startswith("chapters")})
    kinds = ["index.html", "chapters/benchmarking.html", *others[:2]]
    found = {name: faults_of(browser, f"{address}/{name}", axe, width, scheme) for name in kinds}
    assert found == {name: [] for name in kinds}


def test_no_link_is_broken(linked):
    broken = []
    for name, page in linked.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (SITE / name).parent.joinpath(unquote(parts.path)).resolve() if parts.path else SITE / name
            inside = target.relative_to(SITE).as_posix() if target.is_relative_to(SITE) else ""
            lost = parts.fragment and inside in linked and unquote(parts.fragment) not in linked[inside].anchors
            if lost or not inside or not target.exists():
                broken.append((name, link))
    assert broken == []


def test_each_check_has_its_anchor_and_each_chapter_its_downloads(linked):
    for module in Course(PROJECT).modules:
        page = linked[f"chapters/{module.name}.html"]
        assert {f"check-{check.id}" for check in module.checks} <= page.anchors
        for suffix in (".ipynb", ".py"):
            assert f"../downloads/{module.notebook_name}{suffix}" in page.links


def test_formulas_and_figures_are_there(linked):
    """So that a page without any doesn't count as one whose formulas and figures are all right."""
    text = (SITE / "chapters" / "benchmarking.html").read_text(encoding="utf-8")
    assert text.count('class="katex"') > 50
    assert len(re.findall(r'<img alt="Figure\. ', text)) >= 10


@pytest.fixture
def queue(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/chapters/benchmarking.html")
    yield page
    page.close()


def percentiles(page, load, seed):
    """p50, p90, p99 and the longest latency in ms: by Lindley's recursion from the page's arrivals."""
    arrivals = page.evaluate(f"Queue.draw({load}, {seed})")
    wait, latencies = 0.0, []
    for number, due in enumerate(arrivals):
        latencies.append(1000 * (wait + 0.01))
        gap = arrivals[number + 1] - due if number + 1 < len(arrivals) else math.inf
        wait = max(0.0, wait + 0.01 - gap)
    latencies.sort()
    return [latencies[int(share * len(latencies))] for share in (0.5, 0.9, 0.99)] + [latencies[-1]]


def shown(page):
    cells = page.locator("#queue-honest td").all_inner_texts()
    return [float(cell.replace(",", "")) for cell in cells]


def test_the_queue_shows_lindleys_latencies(queue):
    for load, seed in ((0.9, 1), (0.9, 7), (0.5, 7), (1.02, 3)):
        queue.locator("#queue-seed").fill(str(seed))
        queue.locator("#queue-seed").dispatch_event("change")
        queue.locator("#queue-load").fill(str(load))
        assert shown(queue) == pytest.approx(percentiles(queue, load, seed), abs=0.51)
        assert f"Load {load:.2f}:" in queue.locator("#queue-said").inner_text()


def test_the_queue_works_with_the_keyboard_and_says_what_it_shows(queue):
    load = queue.get_by_role("slider", name="Load")
    load.focus()
    queue.keyboard.press("ArrowLeft")
    assert load.get_attribute("aria-valuetext") == "0.89 of capacity"
    assert queue.get_by_role("status").filter(has_text="Load 0.89").count() == 1
    assert shown(queue) == pytest.approx(percentiles(queue, 0.89, 1), abs=0.51)
    queue.keyboard.press("Tab")
    assert queue.evaluate("document.activeElement.id") == "queue-moment"
    before = queue.get_by_role("slider", name="Moment").input_value()
    queue.keyboard.press("ArrowRight")
    assert queue.get_by_role("slider", name="Moment").input_value() != before
    assert queue.get_by_role("img", name=re.compile(r"^At .* queries wait\.$")).count() == 1
    queue.get_by_role("button", name="Play").focus()
    queue.keyboard.press("Space")
    pressed = queue.get_by_role("button", name="Pause")
    assert pressed.get_attribute("aria-pressed") == "true"
    queue.keyboard.press("Space")
    assert queue.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
