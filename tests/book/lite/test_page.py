"""A lesson in the reader's browser, from the chapter's button to a hand-in that the course takes.

It runs what `make book` has built, served from this machine; `make browser` builds it first.
"""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.lab_page import LabPage, faults_in, launched_browser, text_of
from tests.support.site_server import served
from tests.support.toy_course import PROJECT
from tito.book.lite import LAB
from tito.book.lite.wheels import export_of
from tito.classroom.collect import collect
from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.regions import SOLUTION, regions
from tito.page.lesson import FACTS, LESSONS, wheel_name

COURSE = Course(PROJECT)
MODULE = COURSE.module("benchmarking")
SITE = COURSE.book_site
STUB = "# YOUR CODE HERE\n        raise NotImplementedError()"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SITE / LAB / LESSONS).is_dir(), reason="there is no built lab: make browser"),
]


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as running:
        yield running


@pytest.fixture(scope="module")
def address():
    with served(SITE) as address:
        yield address


@pytest.fixture
def page(browser, address):
    """The lesson as its chapter's first button opens it."""
    chapter = (SITE / "chapters" / f"{MODULE.name}.html").read_text(encoding="utf-8")
    link = re.search(r'href="\.\./([^"]+)">Run it here<', chapter)
    page = LabPage(browser, f"{address}/{link[1]}", width=1280)
    yield page
    page.close()


@pytest.fixture(scope="module")
def absent():
    """The libraries that the lab was built without; with PYODIDE_FULL there are few."""
    with zipfile.ZipFile(SITE / LAB / LESSONS / wheel_name(export_of(MODULE))) as wheel:
        return json.loads(wheel.read(FACTS))["absent"]


def first_solution(cell):
    """The reference's lines for the first part of a cell."""
    source = built(COURSE, MODULE).cell(cell).source
    return "\n".join(regions(source, SOLUTION)[0].lines(source)).strip()


def test_a_lesson_is_done_in_the_page(page, address, absent, tmp_path):
    run_as_given(page, absent)
    write_a_wrong_part(page)
    write_the_right_one(page)
    collect_in_a_course(hand_in(page, tmp_path), tmp_path)
    start_over(page, address)
    assert page.problems == []
    assert [url for url in page.requested if not url.startswith((f"{address}/", "data:", "blob:"))] == []
    asked = {url.rpartition("/")[2].partition("?")[0] for url in page.requested}
    assert {"pyodide.asm.wasm", wheel_name(export_of(MODULE))} <= asked, "what the worker asks for is seen, too"


def run_as_given(page, absent):
    """Each cell runs, or says which library it is skipped for; nothing looks broken."""
    page.run_all()
    outputs = page.all_outputs()
    assert faults_in(outputs) == []
    said = {cell: text_of(shown) for cell, shown in outputs.items()}
    skipped = {cell: text for cell, text in said.items() if text.startswith("· skipped: ")}
    needed = {re.search(r"it needs (\w+), which this page does not have", text)[1] for text in skipped.values()}
    assert needed <= set(absent)
    assert ("numpy" in absent) == ("queue" in skipped)
    assert said["run_single_stream"].startswith(
        "· run_single_stream not started: write TinyTorchPerf.run_single_stream"
    )
    page.shot("lite-01-as-given", page.ids[1])


def write_a_wrong_part(page):
    page.type_into("write-perf", page.source("write-perf").replace(STUB, "return num_queries", 1))
    page.run("write-perf")
    assert text_of(page.run("run_single_stream")).startswith("✗ run_single_stream 0/")
    page.shot("lite-02-failed", "run_single_stream")
    assert "hint 1 of 3 on run_single_stream" in text_of(page.insert_and_run("%tito hint run_single_stream"))


def write_the_right_one(page):
    right = page.source("write-perf").replace("return num_queries", first_solution("write-perf"), 1)
    page.type_into("write-perf", right)
    page.run("write-perf")
    points = f"{MODULE.check('run_single_stream').points:g}"
    assert text_of(page.run("run_single_stream")).startswith(f"✓ run_single_stream {points}/{points}")
    page.shot("lite-03-passed", "run_single_stream")


def hand_in(page, folder: Path) -> Path:
    """Save, ask for the hand-in, and click on its link; the file that the browser was given."""
    own = page.insert("%tito submit --learner s001")
    assert "press Ctrl+S" in text_of(page.run(own)), "what was run is not in the saved file"
    page.save()
    assert "Ctrl+S" not in text_of(page.run(own))
    page.shot("lite-04-hand-in", own)
    with page.page.expect_download() as started:
        page.select(own).get_by_role("link", name="Download my hand-in").click()
    inbox = folder / "inbox"
    inbox.mkdir()
    started.value.save_as(inbox / started.value.suggested_filename)
    return inbox


def collect_in_a_course(inbox, folder):
    shutil.copytree(COURSE.modules_folder, folder / "course" / "modules" / "source")
    course = Course(folder / "course")
    collection = collect(course, inbox)
    assert [arrival.person for arrival in collection.taken] == ["s001"] and not collection.needs_person
    taken = notebook.read(course.submitted("s001", course.module("benchmarking")) / MODULE.notebook.name)
    assert first_solution("write-perf") in taken.cell("write-perf").source


def start_over(page, address):
    """The chapter knows of the reader's copy; once it is thrown away, the lesson is the course's again."""
    lesson = page.page.url
    page.save()
    page.page.on("dialog", lambda asked: asked.accept())
    page.page.goto(f"{address}/chapters/{MODULE.name}.html")
    copy = page.page.locator(".own-copy")
    copy.get_by_text("opens your own copy, saved in this browser on").wait_for()
    copy.get_by_role("button", name="Start over").click()
    copy.get_by_text("opens the course's version again").wait_for()
    page.open(lesson)
    assert STUB in page.source("write-perf")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_lesson_fits_the_window(browser, address, width):
    page = LabPage(browser, f"{address}/{LAB}/notebooks/index.html?path={MODULE.notebook.name}", width=width)
    page.run(page.ids[1])
    page.shot(f"lite-{width}", page.ids[1])
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.select(page.ids[1]).bounding_box()
    assert shown["width"] > 0.8 * width, "the notebook has the window, not a list of files"
    page.close()
