"""Building the book: what the chapters are made of, and that a site with a leak is not left there."""

import json
from dataclasses import dataclass

import pytest

from tests.support.toy_course import PROJECT
from tito.book import build
from tito.book.chapter import chapter, read_notes
from tito.book.links import Links
from tito.book.reference_run import reference_outputs
from tito.book.scan import NO_EXCEPTIONS
from tito.course.course import Course
from tito.lesson.build import built
from tito.lesson.nbgrader_steps import stripped
from tito.support.errors import CourseError, UsageError

PICTURE = {
    "output_type": "display_data",
    "data": {"image/png": "aGk="},
    "metadata": {"image/png": {"alt": "Figure. A line"}},
}
NOTES = """\
time = "1 hour"
claims = ["how many there were"]
unsaid = ["Nothing about the order."]

[[insert]]
after = 'SAMPLES = ["a", "b", "a"]'
file = "part.html"
"""


@dataclass
class Chapter:
    """A chapter's cells, as its notebook has them."""

    cells: list[dict]

    @property
    def text(self):
        return "\n\n".join(cell["source"] for cell in self.cells)

    def behind(self, text):
        """The cell after the one with this text."""
        return self.cells[1 + next(n for n, cell in enumerate(self.cells) if text in cell["source"])]

    def code(self, beginning):
        return next(c for c in self.cells if c["cell_type"] == "code" and c["source"].startswith(beginning))


def chapter_of(course, name, outputs=None, links=None):
    module = course.module(name)
    released = stripped(course, module, built(course, module))
    data = json.loads(chapter(course, module, released, outputs or {}, links or Links()))
    return Chapter(data["cells"])


@pytest.fixture
def noted(course):
    """The toy course, with notes for the chapter of its first module."""
    module = course.module("counting")
    module.chapter.write_text(NOTES, encoding="utf-8")
    module.chapter_file("").mkdir()
    module.chapter_file("part.html").write_text("<b>part</b>\n", encoding="utf-8")
    return course


@pytest.mark.slow
def test_a_chapter_has_its_head_its_anchors_and_its_end(noted):
    page = chapter_of(noted, "counting")
    head = page.cells[0]["source"]
    assert head.startswith("# 01 · Counting\n\n*How many, and how many different.*")
    assert "**Time** 1 hour · **Needs** nothing before it" in head and "- how many there were" in head
    assert 'href="../downloads/counting_dev.ipynb" download' in head
    assert "mybinder" not in head
    assert 'id="check-count"' in page.text
    assert "## What this number does not say\n\n- Nothing about the order." in page.text
    assert page.cells[-1]["source"] == "**Next chapter:** [Adding](adding.ipynb)"


@pytest.mark.slow
def test_marks_and_directives_are_not_shown_and_checks_are_folded(noted):
    page = chapter_of(noted, "counting")
    assert "#|" not in page.text and "### BEGIN" not in page.text and "nbgrader" not in page.text
    check = page.behind('id="check-count"')
    assert check["metadata"]["tags"] == ["hide-input"]
    assert check["metadata"]["mystnb"]["code_prompt_show"].startswith("Check count, ")
    assert "tags" not in page.code("class Counter")["metadata"]


@pytest.mark.slow
def test_a_figure_has_its_words_and_an_insert_its_place(noted):
    lesson = built(noted, noted.module("counting"))
    samples = next(cell for cell in lesson.cells if cell.source.startswith("SAMPLES"))
    page = chapter_of(noted, "counting", {samples.id: [PICTURE]})
    figure = page.code("SAMPLES")
    assert figure["metadata"]["mystnb"]["image"] == {"alt": "Figure. A line"}
    assert "<b>part</b>" in page.behind("SAMPLES =")["source"]


@pytest.mark.slow
def test_an_insert_without_its_place_is_refused(noted):
    module = noted.module("counting")
    module.chapter.write_text(NOTES.replace("SAMPLES =", "SAMPLES +="), encoding="utf-8")
    with pytest.raises(CourseError, match="no cell of counting ends with"):
        chapter_of(noted, "counting")


@pytest.mark.slow
def test_an_insert_without_its_file_is_refused(noted):
    noted.module("counting").chapter_file("part.html").unlink()
    with pytest.raises(CourseError, match=r"part\.html, which is not there"):
        read_notes(noted.module("counting"))


@pytest.mark.slow
def test_a_report_in_markdown_gets_no_heading_of_the_chapters_rank(noted):
    output = {
        "output_type": "display_data",
        "data": {"text/markdown": "# Report\n\n| a |\n|---|\n| 1 |\n"},
        "metadata": {},
    }
    lesson = built(noted, noted.module("counting"))
    samples = next(cell for cell in lesson.cells if cell.source.startswith("SAMPLES"))
    page = chapter_of(noted, "counting", {samples.id: [output]})
    html = page.code("SAMPLES")["outputs"][0]["data"]["text/html"]
    assert "<h4>Report</h4>" in html and "<table>" in html


@pytest.mark.slow
def test_the_reference_runs_once(course, monkeypatch):
    module = course.module("counting")
    outputs = reference_outputs(course, module)
    assert any("✓ count 6/6" in output.get("text", "") for shown in outputs.values() for output in shown)
    monkeypatch.setattr("tito.book.reference_run._run", lambda *_: pytest.fail("it ran again"))
    assert reference_outputs(course, module) == outputs
    module.source.write_text(module.source.read_text(encoding="utf-8") + "\n# %%\nprint(1)\n", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception):
        reference_outputs(Course(course.root), module)


@pytest.mark.slow
def test_a_lesson_that_stops_is_told(course):
    module = course.module("counting")
    module.source.write_text(module.source.read_text(encoding="utf-8") + "\n# %%\n1 / 0\n", encoding="utf-8")
    with pytest.raises(CourseError, match="the reference of counting stops with ZeroDivisionError"):
        reference_outputs(course, module)


@pytest.mark.slow
def test_a_site_with_a_leak_is_not_left_there(course, monkeypatch):
    """The search is a step of the build, behind everything that writes into the site."""

    def leaking(course, sources, site):
        (site / "chapters").mkdir(parents=True)
        lesson = built(course, course.module("counting"))
        text = next(cell.source for cell in lesson.cells if "BEGIN SOLUTION" in cell.source)
        (site / "chapters" / "counting.html").write_text(f"<pre>{text}</pre>", encoding="utf-8")

    monkeypatch.setattr(build, "_require_tools", lambda: None)
    monkeypatch.setattr(build, "reference_outputs", lambda course, module: {})
    monkeypatch.setattr(build, "_sphinx", leaking)
    monkeypatch.setattr(build.lab, "build_lab", lambda course, site: None)
    monkeypatch.setattr(build, "exceptions", lambda course: NO_EXCEPTIONS)
    with pytest.raises(CourseError, match="the site would give away a line of a solution"):
        build.build_book(course, Links())
    assert not course.book_site.exists()


def test_binder_and_colab_open_the_published_workspace():
    module = Course(PROJECT).module("benchmarking")
    buttons = Links.to("https://github.com/someone/course.git").buttons(module)
    assert "https://mybinder.org/v2/gh/someone/course/gh-pages?urlpath=lab%2Ftree%2Fworkspace" in buttons
    assert "colab.research.google.com/github/someone/course/blob/gh-pages/workspace/modules/12_benchmarking/" in buttons


def test_another_forge_is_refused_in_words():
    with pytest.raises(UsageError, match="can't be pointed at"):
        Links.to("https://git.example.org/someone/course")


def test_every_module_says_what_its_chapter_is_about():
    for module in Course(PROJECT).modules:
        notes = read_notes(module)
        assert notes.time and len(notes.claims) >= 3 and notes.unsaid, module.name
