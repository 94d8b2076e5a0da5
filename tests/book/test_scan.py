"""The search for leaks in the site: each way in which a solution or a hidden test could be given away is found."""

import json
import zipfile
from html import escape

import pytest

from tito.book.scan import refuse_leaks, search, secrets_of
from tito.lesson.build import built
from tito.lesson.nbgrader_steps import stripped
from tito.lesson.notebook import write
from tito.support.errors import CourseError

SOLUTION = "        return Count(total=len(seen), distinct=len(set(seen)))"


@pytest.fixture
def site(course, tmp_path):
    """A site of a page and of the releases of the toy course, with nothing to find in it."""
    site = tmp_path / "site"
    for module in course.modules:
        write(stripped(course, module, built(course, module)), site / "downloads" / f"{module.notebook_name}.ipynb")
    (site / "chapters").mkdir()
    (site / "chapters" / "counting.html").write_text("<h1>Counting</h1>\n", encoding="utf-8")
    return site


def highlighted(line):
    """The line as Pygments puts it into a page."""
    return "<pre>" + "".join(f"<span class='n'>{escape(part)}</span>" for part in line.partition("(")) + "</pre>\n"


def test_a_site_without_leaks_passes(course, site):
    assert refuse_leaks(course, site) == 3


@pytest.mark.slow
def test_a_line_in_a_page_is_found(course, site):
    (site / "chapters" / "counting.html").write_text(f"<p>so:</p>\n{highlighted(SOLUTION)}", encoding="utf-8")
    with pytest.raises(CourseError) as refused:
        refuse_leaks(course, site)
    assert "return Count(total=len(seen)" in refused.value.message
    assert refused.value.at == "chapters/counting.html"


@pytest.mark.slow
def test_a_line_in_a_download_is_found(course, site):
    module = course.module("counting")
    write(built(course, module), site / "downloads" / "counting_dev.ipynb")
    found = {leak.line for leak in search(site, secrets_of(course))[1]}
    assert {SOLUTION.strip(), "### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS"} <= found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["counting-1.0-py3-none-any.whl", "lab/files.zip"])
def test_a_line_in_an_archive_is_found(course, site, name):
    path = site / name
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("counting/given.py", "COUNT = 3\n")
        wheel.writestr("counting/core.py", f"def count(items):\n{SOLUTION}\n")
    (leak,) = search(site, secrets_of(course))[1]
    assert leak.place == f"{name}: counting/core.py" and leak.line == SOLUTION.strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["searchindex.js", "lab/all.json"])
@pytest.mark.parametrize("data", [{"text": f"a\n{SOLUTION}\nb"}, {"source": ["a\n", f"{SOLUTION}\n", 'print("b")\n']}])
def test_a_line_in_a_script_or_an_index_is_found(course, site, name, data):
    path = site / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"Search.setIndex({json.dumps(data)})", encoding="utf-8")
    assert {leak.place for leak in search(site, secrets_of(course))[1]} == {name}


@pytest.mark.slow
@pytest.mark.parametrize(
    "around", ["<p>{}</p><p>and so on</p>", "<li>so</li><li>{}</li>", "<td>1</td><td>{}</td>", "a<br>{}"]
)
def test_a_line_in_prose_is_found(course, site, around):
    text = around.format(escape(SOLUTION))
    (site / "chapters" / "counting.html").write_text(text, encoding="utf-8")
    assert {leak.line for leak in search(site, secrets_of(course))[1]} == {SOLUTION.strip()}


@pytest.mark.slow
def test_a_kind_of_file_that_can_not_be_searched_is_refused(course, site):
    (site / "downloads" / "counting.tar.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(CourseError, match=r"counting\.tar\.gz can't be searched"):
        refuse_leaks(course, site)


@pytest.mark.slow
def test_a_page_about_the_course_may_show_a_marker_but_no_solution(course, site):
    page = site / "pages" / "authors.html"
    page.parent.mkdir()
    page.write_text("<pre>### BEGIN SOLUTION</pre>\n", encoding="utf-8")
    assert refuse_leaks(course, site)
    page.write_text(f"<pre>### BEGIN SOLUTION\n{SOLUTION}\n</pre>\n", encoding="utf-8")
    with pytest.raises(CourseError):
        refuse_leaks(course, site)


@pytest.mark.slow
def test_a_marker_in_a_chapter_is_a_leak(course, site):
    (site / "chapters" / "counting.html").write_text("<pre>\n### BEGIN HIDDEN TESTS\n</pre>", encoding="utf-8")
    with pytest.raises(CourseError):
        refuse_leaks(course, site)
