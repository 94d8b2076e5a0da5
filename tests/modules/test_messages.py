"""What learners read about each kept wrong answer, as goldens: read their diff before you commit it."""

import ast
import re

import pytest

pytestmark = pytest.mark.slow

FALL_BACK = "a hidden test failed"
MOST_FALL_BACKS = 1 / 20
RECORDED = ("01_tensor", "02_activations", "03_layers", "04_networks", "06_dataloader", "12_benchmarking")  # read, too
NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def result_in(answer, grade):
    return next(result for result in grade.results if result.id == answer.check)


@pytest.fixture(scope="module")
def told(proof):
    """The result of each wrong answer in its own check, by check and name."""
    wrong = [(answer, grade) for answer, grade in proof.answers if not answer.right]
    return {f"{answer.check}: {answer.name}": result_in(answer, grade) for answer, grade in wrong}


def test_each_wrong_answer_is_told_what_is_wrong(proof, told, snapshot):
    if proof.module.folder not in RECORDED:
        pytest.skip("no goldens yet: pytest tests/modules/test_messages.py --snapshot-update, and read them")
    pages = [f"{title} ({result.mistake})\n{result.message}" for title, result in told.items()]
    assert "\n\n".join(pages) == snapshot


def test_few_messages_fall_back(told):
    """A message of which every line says only that a hidden test failed is a missing visible part."""
    fallen = [
        title
        for title, result in told.items()
        if all(line.startswith(FALL_BACK) for line in result.message.splitlines()) or not result.message
    ]
    assert len(fallen) <= MOST_FALL_BACKS * len(told), fallen


def test_each_mistake_has_a_name(told):
    assert [title for title, result in told.items() if not result.mistake] == []


def test_each_hint_on_a_mistake_is_of_one_that_its_check_names(proof):
    """By the part's name, or by that of an assert; the asserts of helpers in `tito.tools` are left out."""
    astray = []
    for check, cell in zip(proof.module.checks, proof.suite.checks, strict=True):
        names = set(_texts(cell.source)) | HELPERS
        astray += [(check.id, name) for name, _ in check.hints.by_mistake if name not in names]
    assert astray == []


HELPERS = {"failure-hidden", "order-lost", "untrue-metadata", "wall-clock"}


def test_names_are_short_and_plain(proof):
    parts = [name for cell in proof.suite.checks for name in _named_parts(cell.source)]
    assert [name for name in parts if not NAME.fullmatch(name) or len(name) > 40] == []


def _texts(source):
    return (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))


def _named_parts(source):
    """The name of each part's mistake; "" for a part without."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "part":
            yield next((each.value.value for each in node.keywords if each.arg == "mistake"), "")
