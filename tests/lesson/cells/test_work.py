"""What a learner's own cells give to the work, and how cells are known that an editor has changed or moved."""

# ruff: noqa: E501 - sources in one line each are easier to compare

import ast
from dataclasses import replace

import pytest

from tests.support.toy_course import PROJECT
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work, work_of
from tito.lesson.notebook import Cell, Notebook
from tito.lesson.regions import HIDDEN, stubbed, without

DOUBLE = "#| export\ndef double(number):\n    return twice(number)"
COUNTER = """#| export
class Counter:
    def count(self, items):
        seen = list(items)
        if not seen:
            raise ValueError("items is empty")
        return Count(total=len(seen), distinct=len(set(seen)))
"""


@pytest.fixture
def trusted(course):
    return build(course.module("counting"))


@pytest.fixture
def released(trusted):
    return Notebook(tuple(replace(c, source=without(stubbed(c.source), HIDDEN)) for c in trusted.cells))


@pytest.fixture
def solved(released):
    """Both solutions written, `double` by a function that no cell has yet."""
    return change(change(released, "write-double", source=DOUBLE), "write-counter", source=COUNTER)


def change(notebook, cell_id, **changes):
    return replace(notebook, cells=tuple(replace(c, **changes) if c.id == cell_id else c for c in notebook.cells))


def drop(notebook, *cell_ids):
    return replace(notebook, cells=tuple(c for c in notebook.cells if c.id not in cell_ids))


def add(notebook, after, *sources):
    """The notebook with cells of the learner's own behind the cell `after`, or at the top."""
    at = next((i for i, c in enumerate(notebook.cells) if c.id == after), -1) + 1
    cells = tuple(Cell("code", source, f"own-{n}-{after}") for n, source in enumerate(sources))
    return replace(notebook, cells=notebook.cells[:at] + cells + notebook.cells[at:])


def run(work):
    """The work's names, its cells run as a worker runs them: one that raises costs no other."""
    namespace, errors = {"__name__": "submission"}, []
    for cell in work.cells:
        try:
            exec(compile(cell.source, cell.name, "exec", dont_inherit=True), namespace)
        except Exception as error:
            errors.append(error)
    return namespace, errors


def passes(work):
    names, _ = run(work)
    count = names["Counter"]().count("aab")
    return (names["double"](3), names["double"](-1)) == (6, -2) and (count.total, count.distinct) == (3, 2)


HELPERS = {
    "a function": "def twice(x):\n    return 2 * x",
    "a lambda": "twice = lambda x: 2 * x",
    "a partial": "from functools import partial\nfrom operator import mul\ntwice = partial(mul, 2)",
    "a callable object": "class _Twice:\n    def __call__(self, x):\n        return 2 * x\ntwice = _Twice()",
    "by a constant": "FACTOR = 2\ndef twice(x):\n    return FACTOR * x",
    "by a default": "FACTOR = 2\ndef twice(x, by=FACTOR):\n    return by * x",
    "by a base": "class Base:\n    by = 2\nclass Times(Base):\n    pass\ndef twice(x):\n    return Times.by * x",
    "by an annotation": "class Number: pass\ndef twice(x: Number) -> Number:\n    return 2 * x",
    "by a quoted annotation": "class Number: pass\ndef twice(x: 'Number') -> 'list[Number]':\n    return 2 * x",
    "by a decorator": "def traced(f):\n    return f\n@traced\ndef twice(x):\n    return 2 * x",
    "by an attribute of one": "class tools:\n    keep = staticmethod(lambda f: f)\n@tools.keep\ndef twice(x):\n    return 2 * x",
    "by an import": "import operator as op\ndef twice(x):\n    return op.mul(2, x)",
    "by an import in a try": "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None\ndef twice(x):\n    return 2 * x if nowhere is None else 0",
    "by a star": "from operator import *\ndef twice(x):\n    return mul(2, x)",
    "by a branch": "if True:\n    def twice(x):\n        return 2 * x",
    "by a loop": "BY = {}\nfor n in range(3):\n    BY[n] = n\ndef twice(x):\n    return BY[2] * x",
    "by a table that grows": "TABLE = []\nTABLE.append(2)\ndef twice(x):\n    return TABLE[0] * x",
    "by a registry": "KNOWN = {}\ndef known(f):\n    KNOWN[f.__name__] = f\n    return f\nclass R:\n    add = staticmethod(known)\n@R.add\ndef by_two(x):\n    return 2 * x\ndef twice(x):\n    return KNOWN['by_two'](x)",
    "by a global": "def set_up():\n    global BY\n    BY = 2\nBY = 0\ndef twice(x):\n    set_up()\n    return BY * x",
    "by a walrus": "(BY := 2)\ndef twice(x):\n    return BY * x",
    "by with": "from contextlib import nullcontext\nwith nullcontext(2) as BY:\n    pass\ndef twice(x):\n    return BY * x",
    "by an attribute set": "class by: pass\nby.two = 2\ndef twice(x):\n    return by.two * x",
    "by setattr": "class by: pass\nsetattr(by, 'two', 2)\ndef twice(x):\n    return by.two * x",
    "by a name in a text": "def _two(x):\n    return 2 * x\ndef twice(x):\n    return globals()['_two'](x)",
    "by a timed line": "%time BY = 2\ndef twice(x):\n    return BY * x",
    "under a magic": "%%time\ndef twice(x):\n    return 2 * x",
    "under a title": "# @title Helpers\n# %matplotlib\n!pip list\ndef twice(x):\n    return 2 * x",
    "by display": "def twice(x):\n    display(x)\n    return 2 * x",
    "by get_ipython": "def twice(x):\n    return 2 * x if get_ipython() is None else 3",
    "by what is awaited": "async def f():\n    return 2\nBY = await f()\ndef twice(x):\n    return BY * x",
    "with a dataclass": "from dataclasses import dataclass\n@dataclass\nclass By:\n    n: int = 2\ndef twice(x):\n    return By().n * x",
    "with a feature": "from __future__ import annotations\ndef twice(x: Nowhere):\n    return 2 * x",
}


@pytest.mark.parametrize("helper", HELPERS.values(), ids=HELPERS)
def test_a_helper_in_an_own_cell_is_taken_along_and_told(trusted, solved, helper):
    work, notes = work_of(add(solved, "given-count", helper), trusted)
    assert passes(work), work
    assert any(note.startswith("taken along from cells that are not exported") and "twice" in note for note in notes)


IN_PIECES = {
    name: text for name, text in HELPERS.items() if not any(word in text for word in ("%", "await", "__future__"))
}


@pytest.mark.parametrize("helper", IN_PIECES.values(), ids=IN_PIECES)
def test_a_helper_may_stand_in_pieces_in_any_cells(trusted, solved, helper):
    """Each statement in a cell of its own, the last one behind the check."""
    pieces = [ast.unparse(node) for node in ast.parse(helper).body]
    work, _ = work_of(add(solved, "given-count", *pieces), trusted)
    assert passes(work), work


@pytest.mark.parametrize(
    "directive",
    [
        "#| export",
        "#|export",
        "# | export",
        "#  |  export",
        "#| exporti",
        "#|exports",
        "# |exports",
        "#| export:",
        "#| export  ",
        "\n\n#| export",
        "# a note\n#|export",
        "# @title Twice\n#| export",
        "%%time\n#| export",
        "%%time\n\n#|exporti",
        "#| hide\n#| export",
        "#| export core.other",
    ],
)
@pytest.mark.parametrize("scratch", ["", "\nprint('chalk')"])
def test_every_spelling_of_the_directive_exports_the_whole_cell(trusted, solved, directive, scratch):
    work, notes = work_of(add(solved, "given-count", f"{directive}\ndef twice(x):\n    return 2 * x{scratch}"), trusted)
    assert passes(work) and not any("taken along" in note for note in notes)
    assert bool(scratch) == ("chalk" in repr(work))


@pytest.mark.parametrize(
    "directive",
    ["#| exporter", "#|hide", "# export", "x = 1\n#| export", "#| default_exp core.x", "'''\n#| export\n'''"],
)
def test_what_is_no_directive_exports_nothing(trusted, solved, directive):
    work, _ = work_of(add(solved, "given-count", f"{directive}\nunused = 1"), trusted)
    assert "unused" not in repr(work)


@pytest.mark.parametrize(
    "scratch",
    [
        "1 / 0",
        "import time\ntime.sleep(60)",
        "while True:\n    pass",
        "def twice_as_slow(x):\n    return x",
        "x = Counter().count([])",
        "double(undefined)",
        "import os\nos._exit(1)",
        "number = 3\nseen = []\nitems = number",
        "def broken(:\n    pass",
        "Counter().count('abc')",
        "!rm -rf /",
        "",
    ],
)
def test_what_is_not_needed_is_left_out(trusted, solved, scratch):
    plain = add(solved, "given-count", HELPERS["a function"])
    for after in ("", "given-count", "write-double", "double"):
        work, notes = work_of(add(plain, after, scratch), trusted)
        assert work == work_of(plain, trusted)[0]
        assert not any("left out" in note for note in notes)


def test_of_a_cell_only_what_is_needed_is_taken_line_for_line(trusted, solved):
    cell = "twice = None\n1 / 0\n\ndef twice(x):\n    return 2 * x\n\nassert twice(2) == 5"
    work, _ = work_of(add(solved, "given-count", cell), trusted)
    assert [c.source for c in work.cells if c.name == "after given-count"] == [
        "twice = None\n\n\ndef twice(x):\n    return 2 * x\n\n"
    ]


def test_a_class_may_be_mended_in_an_own_cell(trusted, solved):
    broken = change(solved, "write-counter", source=COUNTER.replace("list(items)", "[]"))
    method = COUNTER.split("class Counter:\n")[1].replace("    def", "def", 1).replace("\n    ", "\n")
    mended = add(broken, "write-counter", f"{method}\nCounter.count = count", HELPERS["a function"])
    assert passes(work_of(mended, trusted)[0])


def helped(notebook):
    return add(notebook, "given-count", HELPERS["a function"])


SHUFFLED = {
    "merged": lambda nb: change(drop(nb, "write-double"), "write-counter", source=f"{COUNTER}\n\n{DOUBLE}"),
    "merged the other way": lambda nb: change(
        drop(nb, "write-counter"), "write-double", source=f"{DOUBLE}\n\n{COUNTER}"
    ),
    "in an own exported cell": lambda nb: add(drop(nb, "write-double"), "count", DOUBLE),
    "in an own cell": lambda nb: add(drop(nb, "write-double"), "count", DOUBLE.removeprefix("#| export\n")),
    "before an untouched stub": lambda nb: add(change(nb, "write-double", source=STUB), "given-count", DOUBLE),
    "behind an untouched stub": lambda nb: add(change(nb, "write-double", source=STUB), "double", DOUBLE),
    "split": lambda nb: add(
        change(nb, "write-counter", source="#| export\nimport math"), "write-counter", COUNTER[10:]
    ),
    "no marks on solutions": lambda nb: unmarked(nb, lambda c: c.is_solution),
    "no marks at all": lambda nb: unmarked(nb, lambda c: True),
    "no marks and no directives": lambda nb: undirected(unmarked(nb, lambda c: True)),
    "no directives": lambda nb: undirected(nb),
    "in another order": lambda nb: replace(nb, cells=nb.cells[::-1]),
    "each twice": lambda nb: replace(nb, cells=nb.cells + nb.cells),
    "a copy used for a trial": lambda nb: pasted(nb, "write-double", "print(double(3))\n1 / 0"),
    "a copy of a check used for a trial": lambda nb: pasted(nb, "double", "double(4)"),
    "formatted": lambda nb: replace(nb, cells=tuple(formatted(c) for c in nb.cells)),
    "windows lines": lambda nb: replace(nb, cells=tuple(replace(c, source=c.source + "\n\n") for c in nb.cells)),
}
STUB = (
    '#| export\ndef double(number):\n    """Twice `number`."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
)


def unmarked(notebook, which):
    cells = (replace(c, metadata={}, id=f"x{n}") if which(c) else c for n, c in enumerate(notebook.cells))
    return replace(notebook, cells=tuple(cells))


def undirected(notebook):
    return replace(
        notebook, cells=tuple(replace(c, source=c.source.replace("#| export\n", "")) for c in notebook.cells)
    )


def pasted(notebook, cell_id, source):
    """A copy of a cell with its marks, as VS Code pastes it, with something else in it."""
    return replace(notebook, cells=(*notebook.cells, replace(notebook.cell(cell_id), source=source)))


def formatted(cell):
    """A cell as black leaves it."""
    source = cell.source.replace("#| export", "# | export").replace("'", '"')
    return replace(cell, source=source.replace("\ndef ", "\n\n\ndef ")) if cell.kind == "code" else cell


@pytest.mark.parametrize("shuffled", SHUFFLED.values(), ids=SHUFFLED)
def test_no_stub_is_put_over_what_is_defined(trusted, solved, shuffled):
    work, notes = work_of(shuffled(helped(solved)), trusted)
    assert passes(work), work
    assert "NotImplementedError" not in repr(work)
    assert len(notes) <= 6, notes


def test_lost_marks_are_told_once(trusted, solved):
    _, notes = work_of(SHUFFLED["no marks at all"](helped(solved)), trusted)
    assert any(note.startswith("your editor dropped the marks of 4 cells") for note in notes)
    assert not any("deleted the locked cell" in note for note in notes)


@pytest.mark.parametrize("name", ["formatted", "windows lines", "no directives"])
def test_what_a_formatter_does_is_no_change(trusted, solved, name):
    _, notes = work_of(SHUFFLED[name](helped(solved)), trusted)
    assert [note for note in notes if "taken along" not in note] == []


def test_a_check_that_an_own_cell_names_like_is_not_put_in(trusted, solved):
    """What is locked stays as it was handed out, whatever an own cell calls itself."""
    work, _ = work_of(helped(add(solved, "double", "def check_double():\n    pass")), trusted)
    assert "check_double" not in repr(work)


@pytest.mark.slow
def test_many_statements_that_need_each_other_are_found_at_once(trusted, solved):
    chain = "\n".join(f"a{n} = a{n - 1}" for n in range(3000, 0, -1)) + "\na0 = 2\ndef twice(x):\n    return a0 * x"
    work, _ = work_of(add(solved, "given-count", chain), trusted)
    assert passes(work)


def test_many_magics_are_told_once(trusted, solved):
    lines = "\n".join(f"%config X.a{n} = 1" for n in range(40))
    _, notes = work_of(helped(change(solved, "write-double", source=f"#| export\n{lines}\n{DOUBLE[10:]}")), trusted)
    assert [note for note in notes if "IPython" in note] == [
        'left out 40 lines of IPython in 1 cells, such as "%config X.a0 = 1" of the cell "write-double"'
    ]


@pytest.mark.slow
@pytest.mark.parametrize("module", Course(PROJECT).modules, ids=lambda module: module.name)
def test_a_release_as_it_was_handed_out_has_nothing_to_tell(module):
    """Nothing is taken along into it, and the reference comes through as it is."""
    built = build(module)
    cells = tuple(replace(c, source=without(stubbed(c.source), HIDDEN)) for c in built.cells)
    assert work_of(Notebook(cells), built)[1] == ()
    assert work_of(built, built)[0] == reference_work(built)


def test_what_a_given_cell_imports_is_not_taken_from_another_one(trusted, solved):
    """Neither where the given cell may be changed, nor where it is a stub."""
    given = Cell("code", "#| export\nimport math", "free-imports")
    stub = replace(
        trusted.cell("write-double"), source="#| export\nimport json\n" + trusted.cell("write-double").source[10:]
    )
    richer = replace(trusted, cells=(given, *(stub if c.id == "write-double" else c for c in trusted.cells)))
    mine = change(solved, "write-counter", source=COUNTER + "\nPI = math.pi, json.dumps(3)")
    mine = replace(drop(mine, "write-double"), cells=(given, *drop(mine, "write-double").cells))
    _, notes = work_of(add(mine, "given-count", "import math\nimport json"), richer)
    assert not any("taken along" in note for note in notes)
