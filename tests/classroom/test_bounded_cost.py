"""What reading a hand-in costs grows no faster than the hand-in, whatever it holds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.toy_course import PROJECT
from tito.autograder.grader import heavy_imports
from tito.classroom.feedback import highlighted
from tito.course.checks import CodeCell, Work
from tito.course.course import Course
from tito.lesson import magics, notebook
from tito.lesson.build import built
from tito.lesson.cells import names
from tito.lesson.cells.names import statements_of
from tito.lesson.magics import without_magics
from tito.sandbox.cells import defined_names
from tito.support.errors import UsageError

pytestmark = pytest.mark.slow

SHAPES = {
    "lines of one blank": " \n",
    "empty lines": "\n",
    "one line that names SciPy": "scipy ",
    "quotes that open and close": "'''\"\"\"",
    "opening brackets": "(",
    "backslashes": "\\\n",
    "cell magics": "%%\n",
    "shell lines": "!ls\n",
    "questions": "x?\n",
    "timed lines": "%time ",
    "assignments in a chain": "a=",
    "statements in a line": "a=1;",
    "carriage returns": "a=1\r",
    "awaits": "await x\n",
    "prints": "print(1)\n",
    "exits": "exit()\n",
    "decorators": "@a\n",
    "regions that open": "### BEGIN SOLUTION\n",
    "combining accents": "\u0301",
    "attributes": ".b",
    "comparisons": "1<",
    "calls": "f()",
    "literals": "x = [1, {2: 3}]\n",
}
READERS = {
    "highlighted": highlighted,
    "heavy_imports": lambda source: heavy_imports(Work((CodeCell("cell", source),))),
    "without_magics": without_magics,
    "statements_of": lambda source: statements_of(source),
    "defined_names": defined_names,
}


def cpu_s(reader, source) -> float:
    for kept in (magics._kept_tree, magics._kept_of_long_cell, names._kept_statements, names._kept_of_long_cells):
        kept.cache_clear()
    began = time.process_time()
    reader(source)
    return time.process_time() - began


def growth(read, piece: str, length: int) -> float:
    """How many times as long four times the input takes; the least of three each, for others use the machine too."""
    costs = [[cpu_s(read, piece * (times * length // len(piece))) for times in (1, 4)] for _ in range(3)]
    once, four = map(min, zip(*costs, strict=True))
    return four / (once + 0.002)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_input_costs_about_four_times(reader, shape):
    """A time that grows with the square would take sixteen times as long, each time that it is tried."""
    read, piece = READERS[reader], SHAPES[shape]
    length = 2_000
    while cpu_s(read, piece * (length // len(piece))) < 0.02 and length < notebook.MAX_CODE_OF_A_CELL / 4:
        length *= 2
    assert any(growth(read, piece, length) < 12 for _ in range(5))


def made(path, *sources):
    cells = [notebook.Cell("code", source, "") for source in sources]
    return notebook.write(notebook.Notebook(notebook.with_unique_ids(cells), {}), path)


@given(st.text(st.sampled_from("aé_1 \t\n#+-·\u00a0\x1c\x00\ud800漢٣ª")) | st.text())
def test_what_is_counted_fast_is_no_less_than_there_is(source):
    """So that a notebook within the bound by the fast count is within it."""
    assert notebook._tokens(source) <= notebook._most_tokens(source)


@pytest.mark.slow
def test_every_lesson_leaves_room_for_a_learners_own_cells():
    """A whole right work has at most half of what is taken: nobody is refused for cells of their own."""
    course = Course(PROJECT)
    for module in course.modules:
        code = [cell.source for cell in built(course, module).cells if cell.kind == "code"]
        assert sum(map(notebook._tokens, code)) <= notebook.MAX_TOKENS / 2, module.name


@pytest.mark.parametrize(
    "sources, said",
    [
        (["#" * 200_001], 'the cell "059e658c" has 200,001 characters, and the most is 200,000'),
        ([f"#{n}" + "#" * 190_000 for n in range(6)], "its code has 1,140,012 characters, and the most is 1,000,000"),
        (["a;" * 40_000] * 2, "its code has 160,000 words and signs, and the most is 150,000"),
        (["a = 1\r" * 20_000] * 2, "its code has 160,000 words and signs, and the most is 150,000"),
        (
            ["x = f'" + "{1}" * 6_000 + "'"],
            "its f-strings come to 108,042,000 braces times characters, and the most is 100,000,000",
        ),
        ([f"{n}" for n in range(2_001)], "it has 2,001 cells, and the most is 2,000"),
    ],
)
def test_more_than_a_person_writes_is_refused_in_words(tmp_path, sources, said):
    with pytest.raises(UsageError) as caught:
        notebook.read(made(tmp_path / "a.ipynb", *sources))
    assert caught.value.message == f"a.ipynb holds too much: {said}"


def test_a_long_py_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("# %%\n" + "#" * 2_000_000)
    with pytest.raises(UsageError, match="it has 2,000,005 characters, and the most is 2,000,000"):
        notebook.read(path)


@pytest.mark.parametrize(
    "sources",
    [
        [f"#{n}" + "#" * 190_000 for n in range(5)],
        [f"DATA = {[*range(10_000)]}"] * 2,
        ["x = 'of a picture, as text: " + "iVBORw0KGgo" * 15_000 + "'"],
    ],
    ids=["comments", "numbers", "text"],
)
def test_as_much_as_a_person_writes_is_read(tmp_path, sources):
    assert len(notebook.read(made(tmp_path / "a.ipynb", *sources)).cells) == len(sources)


def test_blank_lines_in_a_row_are_cut_short_on_a_page():
    assert highlighted("a\n" + "   \n" * 50 + "b").count("\n") == 5
