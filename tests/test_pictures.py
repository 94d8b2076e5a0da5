"""README's pictures: small, each with words for who can't see it, and what they say is what is said today."""

import json
import re

import pytest

from tests.support.pictures import PICTURES, TEXTS, as_html, last_written, scene, steady, text_of_page
from tests.support.toy_course import PROJECT

NAMES = {"notebook", "terminal", "feedback"}
KEPT = json.loads(TEXTS.read_text(encoding="utf-8"))


def test_readme_opens_with_each_of_them_and_says_what_it_shows():
    top = (PROJECT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    shown = dict(re.findall(r"!\[([^\]]+)\]\(docs/pictures/(\w+)\.png\)", top))
    assert set(shown.values()) == NAMES == KEPT.keys() == {path.stem for path in PICTURES.glob("*.png")}
    assert all(len(words) > 40 for words in shown)
    assert all(path.stat().st_size < 150_000 for path in PICTURES.glob("*.png"))


def test_the_notebook_says_what_the_terminal_says():
    found = re.findall(r"✗ 0/\d (.+?) x @ W", KEPT["notebook"].replace("for an x of shape (3,), ", ""))
    assert len(found) == 2 and all(words in KEPT["terminal"] for words in found)


@pytest.mark.slow
def test_they_are_still_true(tmp_path):
    """Else `make pictures` draws them anew."""
    made = scene(tmp_path)
    assert steady(made.terminal()) == KEPT["terminal"]
    assert text_of_page(made.feedback()) == KEPT["feedback"]


def test_a_terminals_text_is_what_stands_there_at_the_end():
    assert last_written("3 of 4\r\x1b[K\x1b[32m✓\x1b[0m done") == "\x1b[32m✓\x1b[0m done"
    assert as_html("\x1b[31m✗\x1b[0m a < b") == '<span style="color:#ff7b72">✗</span> a &lt; b'
    assert steady("\x1b[1mgraded\x1b[0m\n in 3.6 s on 1 December 2026, 06:22") == "graded in … on …"
