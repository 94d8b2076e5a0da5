"""The pages beside the chapters: what they say can be typed, and what they link to is there."""

import re
import shlex

import pytest

from tests.support.toy_course import PROJECT
from tito.book.generated import api, commands, messages
from tito.book.links import Links
from tito.book.pages import CONTENTS, GENERATED, PAGES, pages
from tito.cli.app import make_groups, parse
from tito.course.course import Course
from tito.support.errors import UsageError

COURSE = Course(PROJECT)
TYPED = [*(source for source in PAGES.values() if source.startswith("docs/")), "README.md", "CONTRIBUTING.md"]
LINK = re.compile(r"\]\(([^)\s#]+)")


def commands_in(text):
    """Every command line of `tito` in the fenced blocks of a page, without its comment and its prompt."""
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```$", text, re.M | re.S):
        for line in block.splitlines():
            if re.match(r"\s*(?:\$ )?tito [a-z]+(?: |$)", line):
                yield line.strip().removeprefix("$ ")


@pytest.mark.parametrize("source", TYPED)
def test_each_command_on_a_page_is_one(source):
    """The parser takes it; what it does is tested where the command is."""
    groups = make_groups()
    text = (PROJECT / source).read_text(encoding="utf-8")
    for line in commands_in(text):
        words = shlex.split(line, comments=True)[1:]
        words = ["5" if word == "N" else word for word in words]
        assert parse(words, groups).run, line


def test_a_wrong_command_would_be_found():
    (line,) = commands_in("```\ntito tets benchmarking  # a slip\n```\n")
    with pytest.raises(UsageError, match="no command 'tets'"):
        parse(shlex.split(line, comments=True)[1:], make_groups())


@pytest.mark.parametrize("source", [*PAGES.values(), "README.md", "benchmarks/README.md"])
def test_each_link_to_a_file_leads_to_one(source):
    page = PROJECT / source
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if ":" not in target:
            assert (page.parent / target).exists(), target


def test_every_page_is_in_the_contents():
    listed = [name for names in CONTENTS.values() for name in names]
    assert sorted(listed) == sorted([*PAGES, *GENERATED])


@pytest.mark.slow
def test_links_between_pages_are_links_of_the_site():
    texts = pages(COURSE, Links())
    assert "](trust.md)" in texts["pages/instructors.md"]
    for name, text in texts.items():
        for target in LINK.findall(text):
            if ":" not in target and name != "index.md":
                assert f"pages/{target}" in texts, (name, target)


@pytest.mark.slow
def test_a_link_to_the_code_goes_to_the_repository_or_is_none():
    with_one = pages(COURSE, Links.to("https://github.com/someone/course"))
    assert "](https://github.com/someone/course/blob/main/benchmarks/README.md)" in with_one["pages/authors.md"] + (
        with_one["pages/trust.md"] + with_one["pages/cluster.md"] + with_one["pages/cheats.md"]
    )
    without = pages(COURSE, Links())
    assert not any("benchmarks/README.md)" in text for text in without.values())


def test_every_command_has_its_place_on_the_page():
    page = commands.page(COURSE)
    for group in make_groups():
        for name in group.parsers:
            assert f"### tito {name}\n" in page
    assert "`--preview`" in page and "| `--workspace DIR` |" in page
    assert "%(" not in page


def test_the_api_has_the_names_that_learners_write_and_no_code():
    page = api.page(COURSE)
    for name in ("class Tensor", "def relu" if "def relu" in page else "class ReLU", "def percentile"):
        assert name in page
    assert "BenchmarkScenarios.server" in page
    assert "## tito.tools.testing" in page


@pytest.mark.slow
def test_messages_have_their_cures():
    page = messages.page(COURSE)
    assert re.search(r"\| no course here: .* \| go to the course's folder and try again \|", page)
    assert re.search(r"\| … isn't released yet \| `tito release …` \|", page)
