"""Mistakes put into a solution: which, where, and that each work differs from the reference by just that."""

import ast
import difflib

import pytest

from tito.authoring.mutants import LONGEST, key_of, mutants_of
from tito.course.checks import CodeCell, Work
from tito.lesson.build import build
from tito.lesson.check_suite import reference_work


def becomes(*lines: str, head: str = "def f(x, y):", before: str = "") -> set[str]:
    """What the line of a solution may become by mistake."""
    source = "\n".join(
        [
            head,
            *([f"    {before}"] if before else []),
            "    ### BEGIN SOLUTION",
            *(f"    {line}" for line in lines),
            "    ### END SOLUTION",
        ]
    )
    return {mutant.becomes for mutant in mutants_of(Work((CodeCell("cell", source),)))}


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("return x - y", {"return x + y", "return y - x", "return x", "return y", "return None"}),
        ("return x < y", {"return x <= y", "return x >= y"}),
        ("return x is None", {"return x is not None"}),
        ("return x and y", {"return x or y", "return x", "return y"}),
        ("return 3", {"return 4", "return 2", "return 0", "return 6"}),
        ("return 0.5", {"return 0.0", "return 0.25", "return 1.0", "return 1.5"}),
        ("return True", {"return False"}),
        ('return "s"', {"return ''"}),
        ("return f'{x:.3g} ms'", {"return f'{x:.3g}'", "return f'{x:} ms'"}),
        ("return sorted(x)", {"return x", "return x.sort() or x"}),
        ("return x * 1000", {"return x", "return x / 1000"}),
        (
            "return x.var(ddof=1)",
            {"return x", "return x.std(ddof=1)", "return x.var()", "return x.var(ddof=0)"},
        ),
        ("return f(x, y)", {"return f(y, x)", "return f(x)", "return f(y)"}),
        ("return x[1:y]", {"return x[:y]", "return x[1:]"}),
        ("return [i for i in x if i]", {"return [i for i in x]", "return [i for i in list(x)[1:] if i]"}),
        ("return {1: x, 2: y}", {"return {2: y}", "return {1: x}"}),
        ("return min(x)", {"return max(x)"}),
        ("return (x, y)", {"return (y, x)"}),
        ("return x if y else 0", {"return x", "return 0"}),
        ("x.append(y)", {"pass", "x"}),
        ("x += y", {"x -= y", "x = y", "pass"}),
        ("raise ValueError(x)", {"pass"}),
    ],
)
def test_each_kind_of_mistake(line, some):
    found = becomes(line)
    assert some <= found, some - found
    assert line not in found


def test_a_statement_moves_over_the_reading_of_a_clock():
    found = becomes("start = clock()", "y = f(x)", "z = time.perf_counter() - start", "x.append(z)", "return y")
    moved = {each for each in found if "; " in each}
    assert moved == {
        "y = f(x); start = clock()",
        "z = time.perf_counter() - start; y = f(x)",
        "x.append(z); z = time.perf_counter() - start",
    }


def test_only_the_reading_of_a_clock_is_moved_over():
    assert not any("; " in each for each in becomes("x = f(y)", "y = g(x)", "for i in x:", "    clock()", "return y"))


def test_a_moved_statement_is_the_same_program_otherwise():
    source = (
        "def f(x):\n    ### BEGIN SOLUTION\n    if x:\n        a = now()\n        b = 'é' + str(\n            x)\n"
        "    ### END SOLUTION"
    )
    moved = [m for m in mutants_of(Work((CodeCell("cell", source),))) if "; " in m.becomes]
    assert [ast.unparse(ast.parse(m.work.cells[0].source)) for m in moved] == [
        "def f(x):\n    if x:\n        b = 'é' + str(x)\n        a = now()"
    ]


def test_a_result_may_be_kept_on_the_object():
    found = becomes("z = f(x)", "return g(z)", head="def f(self, x):")
    assert {"z = vars(self).setdefault('kept_z', f(x))", "return vars(self).setdefault('kept_result', g(z))"} <= found
    assert not any("setdefault" in line for line in becomes("return g(x)"))


def test_the_heads_of_blocks():
    assert {"if True:", "if False:", "if x <= y:", "pass"} <= becomes("if x < y:", "    raise ValueError(x)")
    assert {"for i in []:", "for i in list(x)[:-1]:"} <= becomes("for i in x:", "    y.append(i)")
    assert "while False:" in becomes("while x:", "    x.pop()")
    assert "while True:" not in becomes("while x:", "    x.pop()"), "a loop without end finds itself"


def test_break_and_continue():
    assert {"continue", "pass"} <= becomes("for i in x:", "    break")


def test_an_assignment_is_dropped_if_the_name_has_a_value():
    assert "pass" in becomes("x = abs(x)", "return x")
    assert "pass" not in becomes("z = abs(x)", "return z")


def test_defaults_of_a_solved_function_are_changed():
    assert {"y=2", "y=0"} <= becomes("return x", head="def f(x, y=1):")


def test_what_is_given_is_left_alone():
    assert becomes("return x", before="x = x + 100") == {"return None"}
    source = "def given(x):\n    return x + 1\n"
    assert not list(mutants_of(Work((CodeCell("given", source),))))


def test_a_docstring_is_left_alone():
    assert becomes('"""what f gives"""', "return x") == {"return None"}


def test_names_are_exchanged_where_both_are_there():
    assert "return low" in becomes("low, high = x", "return high")
    assert "return low" not in becomes("high = x", "return high")


def test_a_mutant_differs_from_the_reference_in_what_it_says(course):
    reference = reference_work(build(course.module("counting")))
    found = list(mutants_of(reference))
    assert len({mutant.key for mutant in found}) == len({mutant.work for mutant in found}) == len(found)
    for mutant in found:
        pairs = [(a, b) for a, b in zip(reference.cells, mutant.work.cells, strict=True) if a != b]
        [(before, after)] = pairs
        lines = list(difflib.ndiff(before.source.split("\n"), after.source.split("\n")))
        assert sum(line.startswith("-") for line in lines) == 1, (mutant.line, mutant.becomes)
        ast.parse(after.source)


def test_the_methods_are_those_with_a_solution(course):
    reference = reference_work(build(course.module("counting")))
    assert {mutant.method for mutant in mutants_of(reference)} == {"Counter.count", "double"}


@pytest.mark.slow
def test_of_a_long_statement_the_part_that_differs_is_told():
    words = ", ".join(f"keyword_{i}=x + {i}" for i in range(12))
    found = list(
        mutants_of(
            Work((CodeCell("c", f"def f(x):\n    ### BEGIN SOLUTION\n    return g({words})\n    ### END SOLUTION"),))
        )
    )
    told = {(mutant.line, mutant.becomes) for mutant in found}
    assert ("keyword_3=x + 3", "keyword_3=x - 3") in told
    assert ("g(keyword_3=x + 3)", "g()") in told
    assert all(len(line) <= LONGEST or line.startswith(("return", "g(")) for line, _ in told)


def test_two_parts_that_read_the_same_are_told_apart():
    long = "'" + "a" * LONGEST + "'"
    source = f"def f(x):\n    ### BEGIN SOLUTION\n    return g({long}, [x + 1], [x + 1])\n    ### END SOLUTION"
    found = list(mutants_of(Work((CodeCell("c", source),))))
    assert len({mutant.key for mutant in found}) == len({mutant.work for mutant in found}) == len(found)


def test_a_mutant_is_known_however_its_line_is_laid_out():
    assert key_of("f", "return g( x,\n  y )", "pass") == key_of("f", "return g(x, y)", "pass")
    assert key_of("f", "if x :", "if True:") == key_of("f", "if x:", "if True:")
    assert key_of("f", "x = 1", "pass") != key_of("g", "x = 1", "pass")


def test_columns_count_bytes_and_text_behind_stays():
    source = (
        'def f(x):\n    ### BEGIN SOLUTION\n    y = "µ" if x > 1 else "s"  # µs\n    ### END SOLUTION\n    return y'
    )
    for mutant in mutants_of(Work((CodeCell("c", source),))):
        assert "  # µs\n    ### END SOLUTION\n    return y" in mutant.work.cells[0].source
