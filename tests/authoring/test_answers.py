"""Right and wrong answers as changes to the reference."""

import pytest

from tito.authoring.answers import read_answers, with_cells
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work
from tito.support.errors import CourseError, UsageError


@pytest.fixture
def module(course):
    return course.module("counting")


@pytest.fixture
def reference(module):
    return reference_work(build(module))


def keep(module, check, text):
    (module.answers / f"{check}.toml").write_text(text)


def only(module, reference, text):
    """The source of the cell that the one answer in `text` changed."""
    keep(module, "count", text)
    (answer,) = [a for a in read_answers(module, reference) if a.check == "count"]
    (changed,) = set(answer.work.cells) - set(reference.cells)
    return changed.source


@pytest.mark.slow
def test_each_answer_is_the_reference_but_for_its_change(module, reference):
    answers = read_answers(module, reference)
    assert [(a.check, a.name, a.right) for a in answers] == [
        ("count", "counts distinct items twice", False),
        ("count", "takes no items for none", False),
        ("count", "by a loop", True),
        ("double", "adds two", False),
        ("double", "by a sum", True),
    ]
    assert all(len(set(a.work.cells) - set(reference.cells)) == 1 for a in answers)


def test_text_is_replaced(module, reference):
    source = only(module, reference, '[[wrong]]\nname = "a"\nold = "total=len(seen)"\nnew = "total=0"')
    assert "Count(total=0, distinct" in source


def test_text_may_be_looked_for_in_one_method(module, reference):
    doubled = type(reference)((*reference.cells, type(reference.cells[0])("more", "def g(): return len(set(seen))")))
    source = only(module, doubled, '[[wrong]]\nname = "a"\nmethod = "g"\nold = "len(set(seen))"\nnew = "0"')
    assert source == "def g(): return 0"


def test_a_def_is_replaced_whole_and_indented_to_its_place(module, reference):
    text = '[[wrong]]\nname = "a"\nmethod = "Counter.count"\ncode = """\ndef count(self, items):\n    return None\n"""'
    source = only(module, reference, text)
    assert "    def count(self, items):\n        return None" in source
    assert "seen" not in source and source.startswith("#| export\nclass Counter:")


def test_decorators_belong_to_the_def(module, reference):
    cell = type(reference.cells[0])("more", "class A:\n    @staticmethod\n    def g():\n        return 1\n\n    x = 1")
    with_static = type(reference)((*reference.cells, cell))
    text = '[[wrong]]\nname = "a"\nmethod = "A.g"\ncode = "def g(self): return 2"'
    assert only(module, with_static, text) == "class A:\n    def g(self): return 2\n\n    x = 1"


@pytest.mark.parametrize(
    "entry, why",
    [
        ('old = "nowhere"\nnew = ""', "stands 0 times in the solution"),
        ('old = "seen"\nnew = ""', "it must once"),
        ('old = ""\nnew = "x"', "stands 0 times"),
        ('method = "Counter.add"\ncode = "def add(self): pass"', "Counter.add is defined 0 times"),
        ('method = "Counter.count"\nold = "number"\nnew = ""', "stands 0 times in the method"),
        ('old = "total=len(seen)"\nnew = "total=("', "not Python"),
        ('code = "def f(): pass"', "needs a name"),
        ('method = "double"\ncode = 3', "needs a name"),
    ],
)
def test_an_entry_that_does_not_apply_is_told_with_its_file(module, reference, entry, why):
    keep(module, "count", f'[[wrong]]\nname = "mine"\n{entry}\n')
    with pytest.raises(CourseError, match=f'wrong answer "mine" does not apply: .*{why}') as caught:
        read_answers(module, reference)
    assert caught.value.at == str(module.answers / "count.toml")


@pytest.mark.parametrize(
    "check, text, message",
    [
        ("nothing", "", "no check of counting"),
        ("count", "[[", "can't be read"),
        ("count", "[[good]]", r"not \[\[good\]\]"),
    ],
)
def test_a_file_that_makes_no_sense_is_told(module, reference, check, text, message):
    keep(module, check, text)
    with pytest.raises(CourseError, match=message):
        read_answers(module, reference)


def test_whole_cells_take_the_place_of_the_reference(reference):
    name = reference.cells[-1].name
    changed = with_cells(reference, f"# %% {name}\nother = 1\n")
    assert changed.cells[:-1] == reference.cells[:-1] and changed.cells[-1].source == "other = 1\n"
    with pytest.raises(UsageError, match="no-such-cell"):
        with_cells(reference, "# %% no-such-cell\nother = 1\n")
