"""Statements of a cell: which lines are theirs, and what they bind, use and run."""

import ast

import pytest

from tito.lesson.cells.names import same_code, statements_of


def told(source):
    return [(s.first, s.last, set(s.binds), set(s.uses)) for s in statements_of(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1\nb = a", [(1, 1, {"a"}, set()), (2, 2, {"b"}, {"a"})]),
        ("a = 1; b = a", [(1, 1, {"a"}, set()), (1, 1, {"b"}, {"a"})]),
        ("a = (\n1); b = a\nc = b", [(1, 2, {"a"}, set()), (2, 2, {"b"}, {"a"}), (3, 3, {"c"}, {"b"})]),
        ("@at\ndef f(x=k):\n    return x + y", [(1, 3, {"f"}, {"at", "k", "y"})]),
        ("a = 1\r\nb = a\r\n", [(1, 1, {"a"}, set()), (2, 2, {"b"}, {"a"})]),
        ("a = 1\rb = a", [(1, 1, {"a"}, set()), (2, 2, {"b"}, {"a"})]),
        ("a = 1\n\x0cb = a", [(1, 1, {"a"}, set()), (2, 2, {"b"}, {"a"})]),
        ('def f(x: "Tensor") -> "Shape":\n    "a text"', [(1, 2, {"f"}, {"Tensor", "Shape"})]),
        ('x: "Tensor" = 1', [(1, 1, {"x"}, {"Tensor"})]),
        ('eval("a + b")', [(1, 1, set(), {"eval", "a", "b"})]),
        ("this is no Python", []),
    ],
)
def test_each_statement_has_its_lines_and_names(source, expected):
    assert told(source) == expected


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("x = [1,2]", "x = [\n    1,\n    2,  # two\n]", True),
        ("x = 'a'", 'x = "a"', True),
        ("x = 0.0", "x = -0.0", False),
        ("x = 1", "x = 1.0", False),
        ("x = True", "x = 1", False),
        ("x = 'a'", "x = b'a'", False),
        ("f(a, b)", "f(a)", False),
        ("def f(): pass", "async def f(): pass", False),
        ("def f(): pass", "def g(): pass", False),
        ("x = 1e999 - 1e999", "x = 1e999-1e999", True),
    ],
)
def test_layout_and_comments_make_no_difference(a, b, same):
    assert same_code(a, b) is same
    assert (ast.dump(ast.parse(a)) == ast.dump(ast.parse(b))) is same, "the standard library says otherwise"


def test_what_is_no_python_is_never_the_same():
    assert not same_code("one of two", "one of two")
