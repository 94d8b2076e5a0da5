"""The page of the Python API: signatures and docstrings of the package that learners build, and of the tests' tools.

It is read from the code, which is never imported: a page needs no NumPy. Only
signatures and docstrings are on it, which stand in the releases as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tito import tools
from tito.course.course import Course

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
TOOLS = ("testing",)
_CODE = re.compile(r"(`[^`]+`)")


def page(course: Course) -> str:
    """Every public class and function: of each module's export, then of the tests' tools."""
    files = {module.exports: course.exported(module) for module in course.modules}
    files |= {f"tito.tools.{name}": Path(tools.__file__).with_name(f"{name}.py") for name in TOOLS}
    intro = "# The Python API\n\nSignatures and docstrings, made from the code.\n"
    return intro + "".join(_module(name, path) for name, path in files.items())


def _module(name: str, path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, Definition) and not node.name.startswith("_")]
    doc = (ast.get_docstring(tree) or "").split("\n\n")[0]
    return f"\n## {name}\n\n{_quoted(doc)}" + "".join("".join(_definition(node, "", 3)) for node in public)


def _definition(node: Definition, owner: str, level: int) -> Iterator[str]:
    """The heading, the signature and the docstring; of a class also its public methods."""
    heading = f"{'#' * level} {owner}{node.name}"
    yield f"\n{heading}\n\n```python\n{_signature(node)}\n```\n\n{_quoted(ast.get_docstring(node))}"
    if isinstance(node, ast.ClassDef):
        for method in node.body:
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_"):
                yield from _definition(method, f"{node.name}.", level + 1)


def _signature(node: Definition) -> str:
    """The `def` or `class` line, with a class's constructor below it."""
    if isinstance(node, ast.ClassDef):
        bases = f"({', '.join(map(ast.unparse, node.bases))})" if node.bases else ""
        made = [method for method in node.body if isinstance(method, ast.FunctionDef) and method.name == "__init__"]
        return "\n    ".join([f"class {node.name}{bases}", *map(_signature, made)])
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"def {node.name}({ast.unparse(node.args)}){returns}"


def _quoted(doc: str | None) -> str:
    """A docstring: its first paragraph as prose, the rest as it stands in the code, with its columns."""
    if not doc:
        return ""
    first, _, rest = doc.partition("\n\n")
    prose = "".join(part if part.startswith("`") else _plain(part) for part in _CODE.split(" ".join(first.split())))
    return f"{prose}\n" + (f"\n```text\n{rest.rstrip()}\n```\n" if rest.strip() else "")


def _plain(text: str) -> str:
    """Prose in which nothing is Markdown."""
    return "".join(f"\\{letter}" if letter in "\\*_[]<>$#|{}" else letter for letter in text)
