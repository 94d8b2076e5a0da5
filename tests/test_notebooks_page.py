"""The page on notebook habits: each line of its table names a test that is there."""

import ast
import re

import pytest

from tests.support.toy_course import PROJECT

PAGE = PROJECT / "docs" / "notebooks.md"
ROW = re.compile(r"^\| (?P<habit>.+) \| (?P<outcome>.+) \| `(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$")


def rows():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return lines[2:]


@pytest.mark.slow
def test_each_habit_has_its_test():
    found = [ROW.match(line) for line in rows()]
    assert len(found) >= 25
    for line, row in zip(rows(), found, strict=True):
        assert row, f"no test is named: {line}"
        tree = ast.parse((PROJECT / row["file"]).read_text(encoding="utf-8"))
        assert row["test"] in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, line
