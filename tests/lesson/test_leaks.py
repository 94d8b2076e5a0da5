"""The search for lines of a solution in what a learner gets."""

from dataclasses import replace

import pytest

from tito.course.checks import Hints
from tito.course.course import CheckSpec
from tito.lesson import leaks
from tito.lesson.build import build
from tito.lesson.notebook import Cell, Notebook, write
from tito.lesson.regions import HIDDEN, stubbed, without


@pytest.fixture
def built(course):
    return build(course.module("counting"))


@pytest.fixture
def secrets(built):
    return leaks.secrets_of(built)


def test_secrets_are_long_lines_of_solutions_and_hidden_tests(secrets):
    """Secrets are the long lines of solutions and hidden tests."""
    assert secrets == {
        'raiseValueError("itemsisempty")',
        "returnCount(total=len(seen),distinct=len(set(seen)))",
        'assert[one.count(items).totalforitemsin("ab","xyz")]==[2,3],"eachcallcountsanew"',
        'assertCounter().count(iter("xyz")).total==3,"itemsmaybeaniterator"',
    }


def test_what_is_handed_out_on_purpose_is_no_secret(built):
    given = replace(built.cell("given-samples"), source='SAMPLES = 1\nraise ValueError("items is empty")')
    shown = Notebook(tuple(given if cell.id == given.id else cell for cell in built.cells))
    assert 'raiseValueError("itemsisempty")' not in leaks.secrets_of(shown)


@pytest.mark.parametrize(
    "line", ["import something_very_long", "from a_package import a_name", "except NotImplementedError:"]
)
def test_lines_that_everybody_writes_are_no_secrets(built, line):
    cell = replace(built.cell("write-double"), source=f"### BEGIN SOLUTION\n{line}\n    pass\n### END SOLUTION")
    assert leaks.secrets_of(Notebook((cell,))) == frozenset()


def test_given_code_of_a_solution_cell_is_no_secret(built):
    """Given code of a solution cell is no secret; the learner sees it."""
    secret = "return number_of_items * 2"
    region = f"    ### BEGIN SOLUTION\n    {secret}\n    ### END SOLUTION\n"
    told = f'def double(number):\n    """Hint:\n    {secret}\n    """\n{region}'
    given = f"def other(number):\n    {secret}"
    cell = built.cell("write-double")
    assert leaks.secrets_of(Notebook((replace(cell, source=f"#| export\n{told}"),))) == {"returnnumber_of_items*2"}
    assert leaks.secrets_of(Notebook((replace(cell, source=f"#| export\n{told}{given}"),))) == frozenset()


def test_a_stripped_notebook_gives_nothing_away(built, secrets):
    clean = Notebook(tuple(replace(c, source=without(stubbed(c.source), HIDDEN)) for c in built.cells))
    assert leaks.in_notebook(clean, secrets) == []
    assert {leak.place for leak in leaks.in_notebook(built, secrets)} == {
        'cell "write-counter"',
        'cell "write-double"',
        'cell "count"',
    }


@pytest.mark.parametrize(
    "text",
    [
        "    ### BEGIN SOLUTION",
        "### END HIDDEN TESTS",
        '# raise ValueError( "items is empty" )',
        '> `raise ValueError("items is empty")`',
    ],
)
def test_a_line_is_found_in_other_clothes(secrets, text):
    assert leaks.in_text(f"before\n{text}\nafter", "here", secrets) == [leaks.Leak(text.strip(), "here")]


def test_hints_are_looked_through(course, secrets):
    module = course.module("counting")
    telling = CheckSpec("count", 6, Hints(("Think.", 'raise ValueError("items is empty")')))
    assert leaks.in_hints(module, secrets) == []
    (leak,) = leaks.in_hints(replace(module, checks=(telling,)), secrets)
    assert str(leak) == 'hint 2 of "count": raise ValueError("items is empty")'


def test_files_are_looked_through_and_notebooks_read(tmp_path, secrets):
    line = 'raise ValueError("items is empty")'
    notebook = write(Notebook((Cell("code", line, "x"),)), tmp_path / "a.ipynb")
    (tmp_path / "b.md").write_text(line)
    (tmp_path / "c.ipynb").write_text(line)
    (tmp_path / "d.bin").write_text(line)
    places = [leak.place for leak in leaks.in_files(sorted(tmp_path.iterdir()), secrets)]
    assert places == [f'{notebook}, cell "x"', str(tmp_path / "b.md"), str(tmp_path / "c.ipynb")]
