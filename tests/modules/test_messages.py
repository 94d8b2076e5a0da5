"""What learners read about each kept wrong answer, as goldens: read their diff before you commit it."""

import os
from pathlib import Path

import pytest

from tito.authoring import release
from tito.course.course import Course

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
RECORDED = ("02_activations", "03_layers")
MODULES = [module for module in COURSE.modules if module.folder in RECORDED]
FALL_BACK = "a hidden test failed"
MOST_FALL_BACKS = 1 / 20


@pytest.fixture(scope="module", params=MODULES, ids=lambda module: module.folder)
def told(request):
    """The message about each wrong answer, by check and name."""
    proof = release.prove(COURSE, request.param, jobs=os.cpu_count() or 1, progress=lambda done, total: None)
    return {
        f"{answer.check}: {answer.name}": message_in(grade, answer.check)
        for answer, grade in proof.answers
        if not answer.right
    }


def message_in(grade, check: str) -> str:
    return next((result.message for result in grade.results if result.id == check), "")


def test_each_wrong_answer_is_told_what_is_wrong(told, snapshot):
    assert "\n\n".join(f"{title}\n{message}" for title, message in told.items()) == snapshot


def test_few_messages_fall_back(told):
    """A message of which every line says only that a hidden test failed is a missing visible part."""
    fallen = [
        title
        for title, message in told.items()
        if all(line.startswith(FALL_BACK) for line in message.splitlines()) or not message
    ]
    assert len(fallen) <= MOST_FALL_BACKS * len(told), fallen
