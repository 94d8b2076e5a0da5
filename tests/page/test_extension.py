"""`%load_ext tito` and `%tito` in a page: what is brought, the hints, and the hand-in that is `tito submit`'s own."""

import io
import json
import zipfile
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from tito.course.course import Workspace
from tito.lesson import notebook
from tito.lesson.notebook import Cell, Notebook
from tito.page import handing_in
from tito.page.extension import PageVerbs, welcome
from tito.page.lesson import FACTS, PageLesson, brought, lesson_in
from tito.support.errors import UsageError
from tito.tools.verdicts import Verdict
from tito.workspace.submit import pack

NOW = datetime(2026, 1, 14, 10, 15, tzinfo=UTC)
FACTS_OF_COUNTING = {
    "name": "counting",
    "folder": "01_counting",
    "notebook_name": "counting_dev.ipynb",
    "max_points": 10,
    "hints": {"count": ["first", "second"], "double": []},
    "absent": ["numpy"],
}


@pytest.fixture
def lesson():
    return PageLesson.of(FACTS_OF_COUNTING)


@dataclass
class Checks:
    """What the environment of a page knows."""

    verdicts: dict = field(default_factory=dict)


class Link(HTMLParser):
    """The link in a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.attributes = dict(attributes)


@pytest.fixture
def saved(tmp_path):
    """A notebook as the browser's storage has it, with outputs."""
    work = Notebook((Cell("code", "x = 1", "one"), Cell("markdown", "# So", "two")))
    data = notebook.as_data(work)
    data["cells"][0] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]}
    (tmp_path / "counting_dev.ipynb").write_text(json.dumps(data), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "cell, export",
    [
        ("#| default_exp core.counting\n%load_ext tito", "core.counting"),
        ("# |default_exp core.a_b\nget_ipython().run_line_magic('load_ext', 'tito')", "core.a_b"),
        ("%load_ext tito", ""),
        ("x = '#| default_exp core.counting'", ""),
    ],
)
def test_the_first_cell_says_which_lesson_it_is(cell, export):
    assert lesson_in(cell) == export


def test_a_lesson_brings_its_modules_and_says_what_it_is(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as wheel:
        wheel.writestr("tinytorch/core/before.py", "X = 1\n")
        wheel.writestr(FACTS, json.dumps(FACTS_OF_COUNTING))
    asked = []
    found = brought("core.counting", lambda path: asked.append(path) or data.getvalue(), tmp_path)
    assert asked == ["lessons/lesson_core_counting-1-py3-none-any.whl"]
    assert found.hints["count"] == ("first", "second") and found.absent == ("numpy",)
    assert (tmp_path / "tinytorch" / "core" / "before.py").read_text(encoding="utf-8") == "X = 1\n"


def test_the_welcome_says_what_does_not_run_here(lesson):
    text = "\n".join(welcome(lesson))
    assert all(words in text for words in ("numpy", "threads", "walls", "%tito submit", "start over"))


def test_hints_come_one_after_the_other(lesson):
    verbs = PageVerbs(lesson, {})
    assert [verbs.hint("count")[:6] for _ in range(3)] == ["hint 1", "hint 2", "hint 2"]
    with pytest.raises(UsageError, match="no check is called 'nothing'"):
        verbs.hint("nothing")
    with pytest.raises(UsageError, match="double has no hints"):
        verbs.hint("double")


@pytest.fixture
def checks(monkeypatch):
    """What the page's environment knows, to be filled."""
    known = Checks()
    monkeypatch.setattr("tito.page.extension.environment.current", lambda: known)
    return known


def test_a_mistake_of_its_own_kind_has_a_first_hint_of_its_own(lesson, checks):
    verbs = PageVerbs(lesson, {})
    assert verbs.hint("count") == "hint 1 of 2 on count: first"
    checks.verdicts["count"] = Verdict("count", "failed", hint="about a set")
    assert verbs.hint("count") == "hint 1 of 2 on count: about a set"
    assert verbs.hint("count") == "hint 2 of 2 on count: second"


@pytest.mark.parametrize(
    ("statuses", "check"),
    [({}, "a"), ({"a": "passed"}, "b"), ({"c": "failed"}, "c"), ({"a": "not run here", "b": "not started"}, "b")],
)
def test_without_a_name_the_hint_is_on_the_check_to_work_on(checks, statuses, check):
    checks.verdicts |= {name: Verdict(name, status) for name, status in statuses.items()}
    found = PageVerbs(PageLesson.of({**FACTS_OF_COUNTING, "hints": {name: ["think"] for name in "abc"}}), {})
    assert found.hint() == f"hint 1 of 1 on {check}: think"


def test_when_all_has_passed_there_is_nothing_to_hint_at(lesson, checks):
    checks.verdicts |= {name: Verdict(name, "passed") for name in lesson.hints}
    with pytest.raises(UsageError, match="has passed"):
        PageVerbs(lesson, {}).hint()


def test_a_hand_in_is_the_file_of_tito_submit(lesson, saved, tmp_path):
    """Byte for byte, for the same work with the same points at the same time."""
    checks = Checks({"count": Verdict("count", "passed", 6.0, 6.0)})
    made = handing_in.hand_in(lesson, saved, "s001", checks, NOW)
    module = SimpleNamespace(name="counting", folder="01_counting", notebook=saved / "counting_dev.ipynb")
    grade = SimpleNamespace(points=6.0, max_points=10)
    theirs = pack(module.notebook, Workspace(tmp_path), module, "s001", grade, NOW)
    assert theirs.path.name == made.file_name == "01_counting-s001-20260114T101500Z.zip"
    assert theirs.path.read_bytes() == made.packed


def test_the_link_holds_the_whole_file(lesson, saved):
    made = handing_in.hand_in(lesson, saved, "s001", Checks(), NOW)
    text, html = handing_in.shown(made)
    link = Link(html).attributes
    assert link["download"] == made.file_name and made.file_name in text and "0 of 10 points" in text
    assert b64decode(link["href"].removeprefix("data:application/zip;base64,")) == made.packed
    with zipfile.ZipFile(io.BytesIO(made.packed)) as packed:
        assert json.loads(packed.read("counting_dev.ipynb"))["cells"][0]["outputs"] == []


@pytest.mark.parametrize(
    "options, words", [(["--learner", "a b"], "can't be a learner's ID"), (["--wrong"], "takes no --wrong")]
)
def test_a_wrong_option_is_told(options, words):
    with pytest.raises(UsageError, match=words):
        handing_in.learner_in(options)


def test_without_an_id_or_a_file_nothing_is_packed(lesson, tmp_path):
    with pytest.raises(UsageError, match="isn't known yet"):
        handing_in.hand_in(lesson, tmp_path, "", Checks())
    with pytest.raises(UsageError, match="shows Python no files"):
        handing_in.hand_in(lesson, tmp_path, "s001", Checks())


@pytest.mark.parametrize(
    "words, said",
    [
        (["submit"], "isn't known yet"),
        (["submit", "--learner", "s001"], "01_counting-s001-"),
        (["hint", "count"], "hint 1 of 2 on count: first"),
        (["hint", "double"], "double has no hints"),
        (["test"], "%tito hint, %tito hint CHECK or %tito submit"),
        ([], "%tito hint, %tito hint CHECK or %tito submit"),
    ],
)
def test_the_verbs_answer_also_what_can_not_be_done(lesson, saved, capsys, words, said):
    PageVerbs(lesson, {}, saved).answer(words)
    assert said in capsys.readouterr().out


def test_an_id_is_told_once(lesson, saved, capsys):
    verbs = PageVerbs(lesson, {}, saved)
    verbs.answer(["submit", "--learner", "s001"])
    verbs.answer(["submit"])
    assert capsys.readouterr().out.count("01_counting-s001-") == 2


def test_a_cell_that_is_not_saved_as_it_was_run_is_told(lesson, saved, capsys):
    PageVerbs(lesson, {"one": "x = 2"}, saved).answer(["submit", "--learner", "s001"])
    assert "a cell that you ran since is not in it as you see it: press Ctrl+S, then again" in capsys.readouterr().out
