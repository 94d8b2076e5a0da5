"""The instructor's notebook, and the mistakes that building it refuses."""

import pytest

from tests.support.toy_course import CHECKS, COUNTING, COUNTING_TOML, learners_form
from tito.course.course import Course
from tito.lesson.build import build, built
from tito.lesson.notebook import read, write
from tito.support.errors import CourseError


@pytest.fixture
def module(course):
    return course.module("counting")


def edit(module, old, new):
    """Edit the lesson, or the check that has the text; the file that was edited."""
    files = [path for path in (module.source, *module.cell_files) if old in path.read_text(encoding="utf-8")]
    assert files
    files[0].write_text(files[0].read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return files[0]


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


@pytest.mark.parametrize(
    ("old", "new"),
    [("Twice `number`.", "Two times `number`."), ("twice three", "two times three"), ("points = 4", "points = 5")],
    ids=["source", "check", "toml"],
)
def test_built_follows_the_source_the_checks_and_the_points(course, module, old, new):
    before = built(course, module)
    module.toml.write_text(module.toml.read_text().replace(old, new))
    if old not in COUNTING_TOML:
        edit(module, old, new)
    assert built(course, Course(course.root).module("counting")) != before


def test_a_check_is_the_locked_cell_of_its_file(module):
    cell, call = build(module).cell("double"), "check_double()"
    assert cell.source.startswith(module.check_file("double").read_text().rstrip().removesuffix(call).rstrip())
    assert "verdict(check_double, " in cell.source and call not in cell.source.split("def check_double():")[1]
    assert cell.metadata == {
        "jupyter": {"source_hidden": True},
        "nbgrader": {
            "grade": True,
            "grade_id": "double",
            "locked": True,
            "points": 4,
            "schema_version": 3,
            "solution": False,
            "task": False,
        },
    }


def test_a_cell_with_the_tag_is_collapsed_and_no_other_of_the_lesson(module):
    edit(module, "# %% given given-samples", '# %% tags=["hide-input"]\nx = 1\n\n# %% given given-samples')
    hidden = [cell.id for cell in build(module).cells if cell.metadata.get("jupyter") == {"source_hidden": True}]
    assert hidden[1:] == ["count", "double"] and len(hidden) == 3


def test_the_cells_stand_in_the_order_of_the_lesson_each_with_its_role(module):
    cells = [cell for cell in build(module).cells if cell.grade_id]
    roles = {
        "given-count": "locked",
        "write-counter": "solution",
        "given-samples": "locked",
        "count": "check",
        "write-double": "solution",
        "double": "check",
        "why": "question",
    }
    assert [cell.id for cell in cells] == [*roles]
    for cell in cells:
        found = {name for name in ("check", "question", "solution") if getattr(cell, f"is_{name}")}
        assert (found or {"locked"}) == {roles[cell.id]}


def test_the_built_notebook_is_that_of_nbgraders_own_headers(module, tmp_path):
    path = tmp_path / "full.py"
    path.write_text(learners_form(COUNTING, CHECKS), encoding="utf-8")
    full, made = read(path), build(module)
    assert [(c.kind, c.id) for c in made.cells] == [(c.kind, c.id) for c in full.cells]
    assert [c.source for c in made.cells if not c.is_check] == [c.source for c in full.cells if not c.is_check]
    without_points = [{k: v for k, v in c.nbgrader.items() if k != "points"} for c in made.cells]
    assert without_points == [c.nbgrader for c in full.cells]


def test_a_question_may_say_its_kind_first(module):
    before = build(module)
    edit(module, "# %% question why [markdown]", "# %% [markdown] question why")
    assert build(module) == before


def test_a_built_notebook_that_somebody_edited_is_built_again(course, module):
    notebook = built(course, module)
    path = course.built(module)
    edited = read(path)
    path.write_text(path.read_text().replace("twice three is six", "whatever"))
    assert read(path) != edited
    assert built(course, module) == notebook


# what is edited, and the message with the text that the line told begins with
MISTAKES = {
    "no-points": ("# %% check double", "# %% check dubble", '"dubble" is not in module.toml', "# %% check dubble"),
    "no-points-for-a-question": ("question why", "question wy", '"wy" is not in module.toml', "# %% question wy"),
    "twice": (
        "solution write-double",
        "solution write-counter",
        'two cells have the id "write-counter"',
        "# %% solution write-counter\n#| export\ndef double",
    ),
    "two-places": (
        "# %% check double",
        "# %% check count",
        'two cells have the id "count"',
        "# %% check count\n\n# %% q",
    ),
    "two-roles": ("# %% check double\n", "# %% check double\n\n# %% given double\n", "two cells", "# %% given double"),
    "misspelt-role": ("# %% check double", "# %% chek double", "no role of a cell. Did you mean 'check'", "# %% chek"),
    "no-role": ("# %% given given-samples", "# %% The samples", r"'The' is no role of a cell\.$", "# %% The samples"),
    "no-id": ("# %% check double", "# %% check", "a check cell has one id", "# %% check\n"),
    "two-ids": ("# %% check double", "# %% check double trouble", "a check cell has one id", "# %% check double t"),
    "no-name": ("given given-samples", "given samples/1", "a given cell has one id", "# %% given samples/1"),
    "nbgrader": (
        "# %% given given-samples",
        '# %% nbgrader={"grade": false, "grade_id": "given-samples", "locked": true}',
        "header has nbgrader's metadata",
        "# %% nbgrader",
    ),
    "not-json": ("# %% given given-samples", '# %% nbgrader={"grade": False}', "nbgrader's metadata", "# %% nbgrader"),
    "in-prose": ("# %% check double", "# %% check double [markdown]", "a cell of markdown", "# %% check double"),
    "in-the-lesson": (
        "# %% check double\n",
        "# %% check double\nassert double(3) == 6\n",
        "stands in checks/double.py, and not in the lesson",
        "assert double(3) == 6",
    ),
    "two-cells": (
        "def check_double():\n",
        "# %% [markdown]\ndef check_double():\n",
        'check "double" is one cell',
        "# %% [markdown]",
    ),
    "no-assert": (
        CHECKS["double"].partition(":\n")[2].partition("\n\n\n")[0],
        "    pass",
        'check "double" never fails',
        "def check_double",
    ),
    "no-region": (
        "    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION\n",
        "    return number * 2\n",
        "has no solution region",
        "#| export\ndef double",
    ),
    "open": (
        "    ### BEGIN SOLUTION\n    return number * 2\n    ### END SOLUTION\n",
        "    ### BEGIN SOLUTION\n    return number * 2\n",
        "never closed",
        "    ### BEGIN SOLUTION\n    return number",
    ),
    "nested": (
        "    return number * 2\n",
        "    ### BEGIN SOLUTION\n    return number * 2\n",
        "begins inside",
        "    ### BEGIN SOLUTION\n    return number",
    ),
    "misspelt": (
        "    ### BEGIN SOLUTION\n    return number",
        "    # BEGIN SOLUTION\n    return number",
        "reads like a marker",
        "    # BEGIN SOLUTION",
    ),
    "misplaced": (
        'SAMPLES = ["a", "b", "a"]',
        "### BEGIN SOLUTION\nSAMPLES = 1\n### END SOLUTION",
        "not a solution cell",
        "### BEGIN SOLUTION\nSAMPLES",
    ),
    "hidden-open": ("        ### END HIDDEN TESTS\n", "", "never closed", "        ### BEGIN HIDDEN TESTS"),
    "hidden-body": (
        '        with raises(ValueError, naming="items"):\n            Counter().count([])\n',
        "",
        "does not parse",
        "        ### BEGIN HIDDEN TESTS",
    ),
    "export-late": (
        "#| export\ndef double",
        "import math\n#| export\ndef double",
        "first line",
        "#| export\ndef double",
    ),
    "default-exp": ("core.counting", "core.county", "default_exp", "#| default_exp"),
    "syntax": ("    return number * 2", "    return number * * 2", "does not parse", "    return number * * 2"),
    "syntax-of-a-check": ("assert double(3) == 6", "assert double(3) = = 6", "does not parse", "    assert double(3)"),
}


@pytest.mark.parametrize("old, new, message, near", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_the_line_of_its_own_file(module, old, new, message, near):
    path = edit(module, old, new)
    text = path.read_text()
    line = text[: text.index(near)].count("\n") + 1
    with pytest.raises(CourseError, match=message) as caught:
        build(module)
    assert caught.value.at == f"{path}:{line}"


def test_a_place_without_a_file_is_told(module):
    module.check_file("double").unlink()
    line = COUNTING[: COUNTING.index("# %% check double")].count("\n") + 1
    with pytest.raises(CourseError, match='check "double" has no file') as caught:
        build(module)
    assert (caught.value.at, caught.value.hint) == (f"{module.source}:{line}", "write checks/double.py")


@pytest.mark.parametrize("name", ["double", "triple"])
def test_a_file_without_a_place_is_told(module, name):
    edit(module, "# %% check double\n\n", "")
    module.check_file("double").rename(module.check_file(name))
    with pytest.raises(CourseError, match=f'check "{name}" has no place in the lesson') as caught:
        build(module)
    assert caught.value.at == f"{module.check_file(name)}"


@pytest.mark.parametrize(("role", "name"), [("check", "double"), ("question", "why")])
def test_an_entry_without_a_place_is_told(module, role, name):
    edit(module, COUNTING[COUNTING.index(f"# %% {role} {name}") :], "")
    if role == "check":
        module.check_file(name).unlink()
    with pytest.raises(CourseError, match=f'names the {role} "{name}", but the lesson has no place') as caught:
        build(module)
    assert caught.value.at == str(module.toml)


def test_an_empty_check_is_told(module):
    module.check_file("double").write_text("\n")
    with pytest.raises(CourseError, match=r"double\.py is empty") as caught:
        build(module)
    assert caught.value.at == str(module.check_file("double"))


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


@pytest.fixture
def with_visible_test(course):
    """The toy module with a visible test in a file, and its place at the end of the lesson."""
    module = course.module("counting")
    module.tests_folder.mkdir()
    (module.tests_folder / "test-double.py").write_text("def test_double():\n    assert double(2) == 4\n")
    module.source.write_text(module.source.read_text() + "\n# %% test test-double\n")
    return module


def test_a_long_visible_test_stands_in_a_file(with_visible_test):
    """It becomes a locked cell that is worth nothing, as a given one is."""
    cell = build(with_visible_test).cells[-1]
    assert cell.source == "def test_double():\n    assert double(2) == 4"
    assert (cell.grade_id, cell.is_locked, cell.is_check, "points" in cell.nbgrader) == (
        "test-double",
        True,
        False,
        False,
    )


def test_a_visible_test_without_file_or_place_is_told(with_visible_test):
    module = with_visible_test
    path = module.tests_folder / "test-double.py"
    text = path.read_text()
    path.unlink()
    with pytest.raises(CourseError, match='test "test-double" has no file'):
        build(module)
    path.with_name("test-more.py").write_text(text)
    path.write_text(text)
    with pytest.raises(CourseError, match='test "test-more" has no place in the lesson') as caught:
        build(module)
    assert caught.value.at == str(path.with_name("test-more.py"))


def test_a_mistake_in_a_visible_test_is_placed_in_its_file(with_visible_test):
    path = with_visible_test.tests_folder / "test-double.py"
    path.write_text("def test_double():\n    ### BEGIN HIDDEN TESTS\n    assert False\n    ### END HIDDEN TESTS\n")
    with pytest.raises(CourseError, match="hidden tests stand in a cell that is not a check") as caught:
        build(with_visible_test)
    assert caught.value.at == f"{path}:2"


@pytest.fixture
def with_figure(course):
    """The toy module with code that draws in a file, and its place at the end of the lesson."""
    module = course.module("counting")
    module.figures_folder.mkdir()
    (module.figures_folder / "bars.py").write_text("bars = [1, 2]\nprint(bars)\n")
    module.source.write_text(module.source.read_text() + "\n# %% figure bars\n")
    return module


def test_a_figure_is_a_collapsed_cell_that_nbgrader_leaves_alone(with_figure):
    cell = build(with_figure).cells[-1]
    assert (cell.id, cell.source, cell.nbgrader) == ("bars", "bars = [1, 2]\nprint(bars)", {})
    assert cell.metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}


def test_built_follows_the_figures(course, with_figure):
    before = built(course, with_figure)
    (with_figure.figures_folder / "bars.py").write_text("bars = [3]\n")
    assert built(course, with_figure) != before


def test_a_figure_without_place_or_that_does_not_parse_is_told(with_figure):
    path = with_figure.figures_folder / "bars.py"
    path.write_text("bars = [\n")
    with pytest.raises(CourseError, match="a cell does not parse") as caught:
        build(with_figure)
    assert caught.value.at.startswith(f"{path}:")
    path.with_name("more.py").write_text("x = 1\n")
    with pytest.raises(CourseError, match='figure "more" has no place in the lesson'):
        build(with_figure)
