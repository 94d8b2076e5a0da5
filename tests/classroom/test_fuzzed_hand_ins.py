"""Whatever a hand-in holds, reading it gives a notebook or one clear sentence: notebook, manifest, magics, Markdown."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.hostile_pages import Doing
from tito.classroom.formgrader.safe_view import markdown_as_html
from tito.classroom.intake.reader import Manifest, manifest_in, notebook_in
from tito.lesson.cells.names import statements_of
from tito.lesson.magics import without_magics
from tito.lesson.notebook import Notebook, as_json
from tito.sandbox.cells import defined_names
from tito.support.errors import UsageError

pytestmark = pytest.mark.slow

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["cell_type", "source", "metadata", "outputs", "id", "attachments", "execution_count"])
CELLS = st.dictionaries(KEYS, VALUES) | st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "source": st.text() | st.lists(st.text(max_size=9)),
        "metadata": st.dictionaries(st.sampled_from(["nbgrader", "tags", "x"]), VALUES),
    },
    optional={"id": VALUES, "outputs": VALUES},
)
NOTEBOOKS = st.fixed_dictionaries(
    {}, optional={"cells": st.lists(CELLS, max_size=5) | VALUES, "metadata": VALUES, "nbformat": VALUES}
)
PIECES = ["%", "%%", "!", "?", "\n", "\r", "\\\n", "time ", "x", "'", '"""', "(", ")", "f'{", "#|", " ", "=", ":"]
CODE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
DEEP = json.dumps({"learner": json.loads("[" * 900 + "]" * 900)}).encode()


def sentence(problem: UsageError) -> bool:
    """One line of a readable length, with nothing unfit for a terminal in it."""
    return problem.message.isprintable() and 5 < len(problem.message) < 500


@FEW
@given(NOTEBOOKS)
@example({"cells": [], "nbformat": "\ud7fc"})  # a letter that Unicode has not given away
def test_a_notebook_of_any_content(data):
    try:
        assert isinstance(notebook_in("a.ipynb", json.dumps(data).encode()), Notebook)
    except UsageError as problem:
        assert sentence(problem), problem.message


@FEW
@given(NOTEBOOKS)
def test_a_notebook_that_was_read_can_be_written(data):
    try:
        read = notebook_in("a.ipynb", json.dumps(data).encode())
    except UsageError:
        return
    assert as_json(notebook_in("a.ipynb", as_json(read))) == as_json(read)


@FEW
@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
@example(DEEP)
@example(b'{"learner": ' + b"9" * 4_300 + b"}")
@example(b'{"submitted_at": 1e999}')
def test_a_manifest_of_any_content(data):
    try:
        assert isinstance(manifest_in(data), Manifest)
    except UsageError as problem:
        assert sentence(problem), problem.message


@FEW
@given(st.dictionaries(st.sampled_from(["learner", "module", "submitted_at"]), VALUES))
def test_claims_of_any_kind(claims):
    assert isinstance(manifest_in(json.dumps(claims).encode()), Manifest)


@FEW
@given(CODE)
def test_code_of_any_form(source):
    code, magics = without_magics(source)
    assert isinstance(code, str) and all(isinstance(magic, str) for magic in magics)
    assert isinstance(statements_of(source), tuple)
    defined_names(source)


MARKS = ["[", "](", ")", "<", ">", "!", "`", "$", "\\", "&", "script", "javascript:", "\n", '"', "on", "=", "img src"]
MARKDOWN = st.lists(st.sampled_from([*MARKS, "http://x.invalid", "|", "-", " ", "*"]), max_size=40).map("".join)


@FEW
@given(MARKDOWN)
def test_markdown_of_any_form_does_nothing(source):
    assert not Doing(markdown_as_html(source)).found
