"""The instructor's notebook, and the mistakes that building it refuses."""

import pytest

from tests.support.toy_course import COUNTING
from tito.lesson.build import build, built
from tito.lesson.notebook import read, write
from tito.support.errors import CourseError


@pytest.fixture
def module(course):
    return course.module("counting")


def edit(module, old, new):
    assert COUNTING.count(old) >= 1
    module.source.write_text(COUNTING.replace(old, new, 1), encoding="utf-8")


def test_points_come_from_module_toml(module):
    notebook = build(module)
    assert {c.grade_id: c.nbgrader["points"] for c in notebook.cells if c.nbgrader.get("grade")} == {
        "count": 6,
        "double": 4,
        "why": 2,
    }


def test_the_second_build_comes_from_the_cache(course, module, monkeypatch):
    """The second notebook is the same, and the source is not read for it."""
    first = built(course, module)
    monkeypatch.setattr("tito.lesson.build.build", lambda module: pytest.fail("built again"))
    assert built(course, module) == first == read_plain(course.built(module))


def read_plain(path):
    notebook = read(path)
    notebook.metadata.pop("tito")
    return notebook


@pytest.mark.parametrize("file", ["source", "toml"])
def test_built_follows_the_source_and_the_points(course, module, file):
    before = built(course, module)
    path = getattr(module, file)
    path.write_text(path.read_text().replace("twice three", "two times three").replace("points = 4", "points = 5"))
    assert built(course, course.__class__(course.root).module("counting")) != before


def test_a_built_notebook_that_somebody_edited_is_built_again(course, module):
    notebook = built(course, module)
    path = course.built(module)
    edited = read(path)
    path.write_text(path.read_text().replace("twice three is six", "whatever"))
    assert read(path) != edited
    assert built(course, module) == notebook


SOLUTION_META = '"grade_id": "write-double", "locked": false'

MISTAKES = {
    "no-points": (
        '"grade_id": "double", "locked"',
        '"grade_id": "dubble", "locked"',
        "not in module.toml",
        '# %% nbgrader={"grade": true, "grade_id": "dubble"',
        1,
    ),
    "twice": (
        '"grade_id": "write-double"',
        '"grade_id": "write-counter"',
        "two cells have the grade_id",
        '"grade_id": "write-counter", "locked": false, "schema_version": 3, "solution": true, "task": false}\n'
        "#| export\ndef double",
        1,
    ),
    "no-assert": (
        '    assert double(3) == 6, "twice three is six"\n'
        '    assert double(-1) == -2, "twice minus one is minus two"\n',
        "    pass\n",
        'check "double" never fails',
        "def check_double",
        0,
    ),
    "no-region": (
        "    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION\n",
        "    return number * 2\n",
        "has no solution region",
        "def double",
        -1,
    ),
    "open": (
        "    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION\n",
        "    ### BEGIN SOLUTION\n    return number * 2\n",
        "never closed",
        "    ### BEGIN SOLUTION\n    return number",
        0,
    ),
    "nested": (
        "    return number * 2\n",
        "    ### BEGIN SOLUTION\n    return number * 2\n",
        "begins inside",
        "    ### BEGIN SOLUTION\n    return number",
        0,
    ),
    "misspelt": (
        "    ### BEGIN SOLUTION\n    return number",
        "    # BEGIN SOLUTION\n    return number",
        "reads like a marker",
        "    # BEGIN SOLUTION",
        0,
    ),
    "misplaced": (
        'SAMPLES = ["a", "b", "a"]',
        "### BEGIN SOLUTION\nSAMPLES = 1\n### END SOLUTION",
        "not a solution cell",
        "### BEGIN SOLUTION\nSAMPLES",
        0,
    ),
    "hidden-open": ("        ### END HIDDEN TESTS\n", "", "never closed", "        ### BEGIN HIDDEN TESTS", 0),
    "hidden-body": (
        '        with raises(ValueError, naming="items"):\n            Counter().count([])\n',
        "",
        "does not parse",
        "        ### BEGIN HIDDEN TESTS",
        0,
    ),
    "export-late": (
        "#| export\ndef double",
        "import math\n#| export\ndef double",
        "not its first line",
        "#| export\ndef double",
        0,
    ),
    "default-exp": ("core.counting", "core.county", "default_exp", "#| default_exp", 0),
    "syntax": ("    return number * 2", "    return number * * 2", "does not parse", "    return number * * 2", 0),
    "unlocked": (
        '"grade_id": "count", "locked": true',
        '"grade_id": "count", "locked": false',
        "not locked",
        '"grade_id": "count", "locked": false',
        1,
    ),
    "not-json": (
        '"grade": true, "grade_id": "double"',
        '"grade": True, "grade_id": "double"',
        "not metadata",
        '"grade": True',
        0,
    ),
    "points": (
        '"grade_id": "count",',
        '"grade_id": "count", "points": 6,',
        "gives points",
        '"grade_id": "count", "points"',
        1,
    ),
}


@pytest.mark.parametrize("old, new, message, near, below", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(module, old, new, message, near, below):
    edit(module, old, new)
    text = module.source.read_text()
    line = text[: text.index(near)].count("\n") + 1 + below
    with pytest.raises(CourseError, match=message) as caught:
        build(module)
    assert caught.value.at == f"{module.source}:{line}"


def test_a_check_without_a_cell_is_told(module):
    edit(module, COUNTING[COUNTING.index('# %% nbgrader={"grade": true, "grade_id": "double"') :], "")
    with pytest.raises(CourseError, match='names "double", but no cell'):
        build(module)


def test_no_source_is_told(module):
    module.source.unlink()
    with pytest.raises(CourseError, match="can't be read"):
        build(module)


def test_a_built_notebook_passes_nbformat(course, module):
    import nbformat

    built(course, module)
    nbformat.validate(nbformat.read(course.built(module), 4))
    before = course.built(module).read_bytes()
    assert write(read(course.built(module)), course.built(module)).read_bytes() == before
