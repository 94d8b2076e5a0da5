"""One environment fills every template."""

import sys

import pytest

from tito.support.templates import filled, quoted


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The name of a package, for this test alone, with two templates."""
    templates = tmp_path / "templated" / "templates"
    templates.mkdir(parents=True)
    (templates.parent / "__init__.py").write_text("")
    (templates / "page.html").write_text("{% if text %}\n<p>{{ text }} {{ 7.25 | points }}</p>\n{% endif %}\n")
    (templates / "lesson.py.jinja").write_text("TITLE = {{ text | quoted }}\nBELOW = {{ text }}\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "templated"
    sys.modules.pop("templated", None)


def test_a_page_escapes_texts_and_words_points(package):
    assert filled(package, "page.html", text="<b>") == "<p>&lt;b&gt; 7.25</p>\n"


def test_other_files_keep_texts_and_their_last_line(package):
    assert filled(package, "lesson.py.jinja", text="<é>") == 'TITLE = "<é>"\nBELOW = <é>\n'


def test_a_value_that_is_not_given_is_an_error(package):
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        filled(package, "page.html")


def test_several_texts_are_quoted_as_a_list():
    assert quoted(["a", 'b"']) == '["a", "b\\""]'
