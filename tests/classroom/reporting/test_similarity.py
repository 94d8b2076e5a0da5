"""Copies are found whatever was renamed, reordered and said otherwise; work of different hands is not."""

import ast
import builtins
import random
from functools import cache
from pathlib import Path

import pytest

from tests.support.toy_course import PROJECT
from tito.authoring.answers import read_answers
from tito.classroom.reporting.similarity import FEWEST, alike, code_of, given_by
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work
from tito.lesson.regions import stubbed

WHOLE = Path(__file__).parents[2] / "modules" / "whole"
MODULES = [module.name for module in Course(PROJECT).modules]
BY_HAND = [path for path in sorted(WHOLE.glob("*/*.py")) if path.parent.name != "benchmarking"]  # those are cells
pytestmark = pytest.mark.slow


@cache
def module_and_given(name):
    module = Course(PROJECT).module(name)
    notebook = build(module)
    code = [cell for cell in notebook.cells if cell.kind == "code"]
    given = given_by([stubbed(cell.source) for cell in code], [cell.source for cell in code if not cell.is_check])
    return module, notebook, given


def whole(path):
    return code_of(path.stem, (("work", path.read_text(encoding="utf-8")),), module_and_given(path.parent.name)[2])


class Renamer(ast.NodeTransformer):
    """Gives another name to every variable, parameter and private method."""

    def __init__(self, tree):
        nodes = list(ast.walk(tree))
        bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
        bound |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        bound |= {node.name for node in nodes if isinstance(node, ast.FunctionDef) and is_private(node.name)}
        self.names = {name: f"renamed_{number}" for number, name in enumerate(sorted(bound - set(dir(builtins))))}

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.names.get(node.arg, node.arg)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        node.attr = self.names.get(node.attr, node.attr) if is_private(node.attr) else node.attr
        return node

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.name = self.names.get(node.name, node.name)
        return node


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def renamed(source):
    tree = ast.parse(source)
    return ast.unparse(Renamer(tree).visit(tree))


def reordered(source):
    """The methods of each class, and the functions of the file, in another order."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.Module)):
            places = [n for n, each in enumerate(node.body) if isinstance(each, ast.FunctionDef)]
            moved = [node.body[place] for place in places]
            random.Random(1).shuffle(moved)
            for place, each in zip(places, moved, strict=True):
                node.body[place] = each
    return ast.unparse(tree)


def said_otherwise(source):
    """Other comments, other docstrings, other white space."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            node.body[0] = ast.Expr(ast.Constant("In my own words: it does what its name says."))
    lines = ast.unparse(tree).split("\n")
    return "\n".join(
        line + "   # as I see it" if line and "'''" not in line and '"""' not in line else line for line in lines
    )


def all_of_it(source):
    return said_otherwise(reordered(renamed(source)))


@pytest.mark.parametrize("change", [str, renamed, reordered, said_otherwise, all_of_it], ids=lambda f: f.__name__)
@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_copy_is_found(path, change):
    """Each copy among work by others; what is too short to tell anything is the one exception."""
    given = module_and_given(path.parent.name)[2]
    original = whole(path)
    if len({each.hash for each in original.prints}) < FEWEST:
        pytest.skip("too short: work of this length looks alike by itself")
    copy = code_of("the copy", (("mine", change(path.read_text(encoding="utf-8"))),), given)
    others = [whole(other) for other in BY_HAND if other.parent == path.parent and other != path]
    (pair,) = alike([original, copy, *others])
    assert {pair.first, pair.second} == {path.stem, "the copy"}
    assert pair.share > 0.75


@pytest.mark.parametrize("name", MODULES)
def test_independent_work_is_not_alike(name):
    """No two of the kept right answers by different styles; a style that several checks have is one hand's."""
    module, notebook, given = module_and_given(name)
    kept = [answer for answer in read_answers(module, reference_work(notebook)) if answer.right]
    styles = {f"{answer.check}: {answer.name}": answer.name for answer in kept}
    works = [code_of(f"{a.check}: {a.name}", tuple((c.name, c.source) for c in a.work.cells), given) for a in kept]
    works += [whole(path) for path in BY_HAND if path.parent.name == name]
    found = alike(works)
    assert [pair for pair in found if styles.get(pair.first) != styles.get(pair.second, pair.second)] == []


def test_what_everybody_has_counts_for_nobody():
    """The release's text, the reference's, and what more than a tenth of a class shares."""
    source = WHOLE.joinpath("tensor", "generated.py").read_text(encoding="utf-8")
    nothing_given, all_given = given_by([], []), given_by([], [source])
    pair = [code_of(who, (("c", source),), nothing_given) for who in ("ada", "bob")]
    assert [found.share for found in alike(pair)] == [1.0]
    assert alike(code_of(who, (("c", source),), all_given) for who in ("ada", "bob")) == ()
    assert alike(code_of(f"s{n}", (("c", source),), nothing_given) for n in range(20)) == ()


@pytest.mark.parametrize("text", ["", "'unclosed", '"""' * 3 + "x", "\\\n" * 50, "x = '\ud800' * 3", "é = ١٢٣\n" * 40])
def test_any_text_has_fingerprints_or_none(text):
    prints = code_of("ada", (("c", text),), given_by([], [])).prints
    assert all(0 <= each.first <= each.last <= text.count("\n") for each in prints)
