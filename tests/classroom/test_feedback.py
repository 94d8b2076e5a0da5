"""The page that a learner reads."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from tests.support.toy_class import ANSWER, HALF_COUNTER, hand_in, notebooks, work
from tito.classroom import feedback, records
from tito.classroom.feedback import page_of, render, write_feedback
from tito.classroom.gradebook import gradebook
from tito.classroom.gradebook.models import Entry, Mark, Marks
from tito.classroom.records import Record
from tito.course.checks import Grade, TestResult
from tito.support.errors import UsageError

AT = datetime(2026, 1, 4, 10, 15, tzinfo=UTC)
RESULTS = (
    TestResult(
        "count", "failed", 4.0, 6.0, "no items: expected ValueError, but nothing was raised", 'cell "write-counter"'
    ),
    TestResult("double", "not started", 0.0, 4.0),
)
RECORD = Record(
    "s001", "graded", Grade("counting", RESULTS, ('changed the locked cell "double"',)), "key", AT, {"why": "hash"}
)


class Text(HTMLParser):
    """A page's text, its tags and what it loads."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.loaded, self.words = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.loaded += [value for name, value in attributes if name in ("src", "href") and not value.startswith("#")]

    def handle_data(self, data):
        self.words.append(data)

    def __str__(self):
        return " ".join(" ".join(self.words).split())


NO_MARKS = Marks()


@pytest.fixture
def shown(course):
    """The text of the page of a record, with these marks and this work."""
    module = course.module("counting")

    def show(record=RECORD, marks=NO_MARKS, submitted=None):
        page = page_of(module, record, marks, submitted, notebooks(course, module)[0])
        return Text(render(page))

    show.work = lambda **sources: work(course, module, **sources)
    return show


@pytest.mark.slow
@pytest.mark.parametrize("points, text", [(7.25, "7.25"), (1 / 3, "0.33"), (0.1 + 0.2, "0.3"), (100.0, "100")])
def test_points_read_as_in_the_report(shown, points, text):
    results = (TestResult("count", "failed", points, points, "why"),)
    page = str(shown(replace(RECORD, grade=Grade("counting", results))))
    assert f"{text} of {text} points" in page and f"{text} / {text}" in page


def test_points_checks_messages_places_and_hints(shown):
    text = str(shown())
    assert "4 of 10 points" in text and "0 passed, 1 failed, 1 not started" in text
    assert "No items: expected ValueError" in text and 'cell "write-counter"' in text
    assert "Hint: How long is the list?" in text and "Hint: What is twice a number?" in text
    assert "len(set(items))" not in text, "the last hint is for tito hint"
    assert "4 January 2026, 10:15 UTC" in text and 'Changed the locked cell "double"' in text


def test_a_passed_check_needs_no_hint(shown):
    passed = tuple(replace(r, status="passed", points=r.max_points, message="") for r in RESULTS)
    text = str(shown(replace(RECORD, grade=Grade("counting", passed))))
    assert "10 of 10" in text and "Hint:" not in text


@pytest.mark.slow
def test_the_page_shows_code_and_marks_the_failing_cell(shown):
    page = shown(submitted=shown.work(write_counter=HALF_COUNTER))
    assert "seen = list(items)" in "".join(page.words)
    text = str(page)
    assert text.index("Your code") < text.index("write-counter", text.index("Your code")) < text.index("✗ count 4/6")


def test_what_is_hidden_stays_hidden(shown):
    text = str(shown(submitted=shown.work()))
    assert "iterator" not in text and "xyz" not in text and "HIDDEN" not in text


def test_a_persons_marks_and_comments(shown):
    marks = Marks(
        {"count": Mark(auto=4.0, manual=5.0), "why": Mark(manual=1.5, needs_manual=False)},
        {"why": "Say it of an empty list too.", "write-counter": "Clear."},
    )
    text = str(shown(marks=marks, submitted=shown.work()))
    assert "5 of 10 points" in text and "points set by your instructor" in text
    assert "why: 1.5 of 2" in text and ANSWER in text
    assert "Your instructor: Say it of an empty list too." in text and "Your instructor: Clear." in text


def test_an_answer_that_waits_says_so(shown):
    assert "to be graded, 2 points" in str(shown(submitted=shown.work()))
    unanswered = str(shown(replace(RECORD, answers={"why": ""}), submitted=shown.work(why="stub")))
    assert "No answer was handed in." in unanswered and "to be graded" not in unanswered


def test_lateness_is_taken_off_and_said(shown):
    text = str(shown(marks=Marks(late_penalty=1.0)))
    assert "3 of 10 points" in text and "1 taken off for lateness" in text


def test_nothing_of_the_learners_is_markup(shown):
    evil = "<script>alert(1)</script>"
    record = replace(
        RECORD, learner=evil, grade=Grade("counting", (replace(RESULTS[0], message=evil, where=evil),), (evil,))
    )
    page = shown(record, Marks(comments={"why": evil}), shown.work(write_counter=f'x = "{evil}"', why=evil))
    assert "script" not in page.tags
    assert not page.loaded, "a page needs nothing from elsewhere"


def test_a_file_that_could_not_be_read_is_explained(course, shown):
    record = records.unreadable("s008", course.module("counting"), "key", AT, "it is not JSON")
    text = str(shown(record))
    assert "Your file could not be read" in text and "it is not JSON" in text and "Checks" not in text


@pytest.mark.slow
def test_a_page_for_each_graded_learner(course):
    module = course.module("counting")
    hand_in(course, module, "s001", work(course, module))
    records.write(course, module, RECORD)
    with gradebook.opened(course) as book:
        book.enrol(module, notebooks(course, module)[0])
        book.record(module, Entry("s001", {"count": 4.0, "double": 0.0, "why": None}))
    (page,) = write_feedback(course, module)
    assert page == course.nbgrader_root / "feedback" / "s001" / "01_counting" / "counting_dev.html"
    assert "4</b> <span>of 10 points" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_several_processes_write_the_same_pages(course, monkeypatch):
    module = course.module("counting")
    for n in range(8):
        hand_in(course, module, f"s{n}", work(course, module, write_double=f"x = {n}"))
        if n != 3:
            records.write(course, module, replace(RECORD, learner=f"s{n}"))
    monkeypatch.setattr(feedback, "WORTH_A_PROCESS", 1)
    steps = []

    def progress(items, total, step):
        steps.append((total, step))
        return items

    one = {page: page.read_bytes() for page in write_feedback(course, module, 1, progress)}
    shutil.rmtree(course.nbgrader_root / "feedback")
    two = {page: page.read_bytes() for page in write_feedback(course, module, 2)}
    assert list(one.items()) == list(two.items()) and len(set(one.values())) == 7
    assert steps == [(8, "feedback")]


def test_nothing_graded_yet(course):
    with pytest.raises(UsageError, match="nothing of counting is graded"):
        list(write_feedback(course, course.module("counting")))
