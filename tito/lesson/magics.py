"""What only IPython understands in a code cell: `%matplotlib inline`, `!pip install`, `np.sum?`, `%%time`, `exit()`.

It means something to a notebook and nothing to a Python module, so it is left
out of exported code, line for line. IPython's own TransformerManager knows the
syntax too, but tokenizes a cell once for each magic in it and takes half a
second to load; the tests hold us to what it finds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# None of these patterns goes back: a line may be a million spaces.
_MAGIC = re.compile(r"[ \t]*+(?:[%!?]|[,;/]\w)")
_ASSIGNED = re.compile(r"(?P<left>[ \t]*+[\w.,* \t\[\]]++=[ \t]*+)(?P<sign>[%!])(?!=)")
_TIMED = re.compile(r"%time(?:[ \t]++-{1,2}[\w-]++)*+[ \t]++(?P<code>\S.*)", re.DOTALL)
_PIECE = re.compile(
    r"'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)"  # long strings
    r"|'(?:\\.|[^\\\n'])*+'?|\"(?:\\.|[^\\\n\"])*+\"?"  # short ones
    r"|\#[^\n]*+|\\\n|[\[({]|[\])}]|\n",
    re.DOTALL,
)
_WRAPPERS = (  # their cells are Python all the same
    "%%time",
    "%%timeit",
    "%%capture",
    "%%prun",
    "%%debug",
    "%%memit",
    "%%mprun",
    "%%snakeviz",
    "%%pyinstrument",
    "%%scalene",
)
_ENDS = ("exit", "quit")
_PRINTERS = ("print", "pprint", "help")
_NOTEBOOKS_OWN = (*_ENDS, "display", "get_ipython")
_TELLING = re.compile(rf"\b(?:{'|'.join(_NOTEBOOKS_OWN)}|SystemExit|sys|await|async)\b")
MOST_KEPT = 20_000  # characters of a cell whose tree is kept
AWAITED = "_awaited"


@dataclass(frozen=True)
class _Line:
    """A logical line of a cell: where it begins and ends, and whether it is IPython's."""

    begin: int
    end: int
    is_magic: bool


def without_magics(source: str) -> tuple[str, tuple[str, ...]]:
    """The Python of a cell, line for line, and the lines that were left out or put in Python's words.

    A cell that parses has no magics: `% b` may well begin a line of arithmetic.
    """
    code, magics = (source, ()) if parses(source) else _without_lines(source)
    if not _TELLING.search(code) or not parses(code):
        return code, magics
    code, calls = _without_calls(code)
    return _with_awaits_run(code), magics + calls


def tree_of(source: str) -> ast.Module:
    """The syntax tree of a cell, for reading only; SyntaxError, ValueError, RecursionError or MemoryError.

    Trees are kept: they are asked for several times with each cell of a work, and with
    what was handed out for each work of a class. A tree takes 500 times its source at worst, so of long cells
    the last one's alone is.
    """
    return (_kept_tree if len(source) <= MOST_KEPT else _kept_of_long_cell)(source)


_kept_tree, _kept_of_long_cell = lru_cache(maxsize=256)(ast.parse), lru_cache(maxsize=1)(ast.parse)


def parses(source: str) -> bool:
    """Is `source` Python?"""
    try:
        tree_of(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a learner's cell may hold anything
        return False
    return True


def _without_lines(source: str) -> tuple[str, tuple[str, ...]]:
    """The cell without its magics; a cell that is another language's altogether becomes empty."""
    first = next((line for line in source.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
    if first.startswith("%%") and first.split()[0] not in _WRAPPERS:
        return "\n" * source.count("\n"), (first,)
    pieces, magics = [], []
    for line in _logical_lines(source):
        text = source[line.begin : line.end]
        if line.is_magic:
            magics.append(text.strip())
            text = _in_python(text)
        pieces.append(text)
    return "\n".join(pieces), tuple(magics)


def _in_python(magic: str) -> str:
    """What a module has in the place of a magic: nothing, or the code that it times; as many lines as before."""
    more_lines = "\n" * magic.count("\n")
    indent = magic[: len(magic) - len(magic.lstrip(" \t"))]
    assigned = _ASSIGNED.match(magic)
    left = assigned["left"] if assigned else indent
    if timed := _TIMED.match(magic, len(left)):
        return left + timed["code"]
    if assigned:
        return left + ("[]" if assigned["sign"] == "!" else "None") + more_lines
    return (f"{indent}pass" if indent else "") + more_lines


def _logical_lines(source: str) -> Iterator[_Line]:
    at = 0
    while at <= len(source):
        if _MAGIC.match(source, at) or _ASSIGNED.match(source, at):
            line = _Line(at, _end_of_magic(source, at), True)
        else:
            line = _python_line(source, at)
        yield line
        at = line.end + 1


def _end_of_magic(source: str, at: int) -> int:
    """Where a magic ends: at the line's end, or that of a later one while a backslash goes on."""
    while True:
        end = source.find("\n", at)
        if end < 0:
            return len(source)
        if not source.endswith("\\", at, end):
            return end
        at = end + 1


def _python_line(source: str, begin: int) -> _Line:
    """The logical line of Python from `begin`; one that ends with a question mark asks IPython for help."""
    depth, plain_from, asks = 0, begin, False
    for piece in _PIECE.finditer(source, begin):
        text = piece[0]
        if text[0] in "#\n":
            before = source[plain_from : piece.start()].rstrip()
            asks = before.endswith("?") or (asks and not before)
        else:
            asks = False
        depth = max(0, depth + (text in "([{") - (text in ")]}"))
        if text == "\n" and not depth:
            return _Line(begin, piece.start(), asks)
        plain_from = piece.end()
    before = source[plain_from:].rstrip()
    return _Line(begin, len(source), not depth and (before.endswith("?") or (asks and not before)))


def in_silence(code: str) -> str:
    """The code without statements at the top that only print: a module is imported in silence."""
    if not any(name in code for name in _PRINTERS) or not parses(code):
        return code
    prints = [node for node in tree_of(code).body if isinstance(node, ast.Expr) and _root(node.value) in _PRINTERS]
    return _replaced(code, [(node, "None") for node in prints])


def features_taken_out(code: str) -> tuple[str, tuple[str, ...]]:
    """The code without its `from __future__` imports, and what they import; in a module they stand at the very top."""
    if "__future__" not in code or not parses(code):
        return code, ()
    found = [node for node in tree_of(code).body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return _replaced(code, [(node, "") for node in found]), tuple(alias.name for node in found for alias in node.names)


# -- what parses, and is a notebook's all the same -------------------------------------


def _without_calls(code: str) -> tuple[str, tuple[str, ...]]:
    """The code without statements that only a notebook understands, or that end the program."""
    body = tree_of(code).body
    own = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    found = [node for node in body if _is_notebooks(node, own) or (node is body[-1] and _ends_program(node))]
    told = tuple(ast.unparse(node).split("\n")[0] for node in found)
    return _replaced(code, [(node.value if isinstance(node, ast.Assign) else node, "None") for node in found]), told


def _is_notebooks(node: ast.stmt, own: set[str]) -> bool:
    """Is it `exit()`, `display(…)`, or a call of `get_ipython()`, and no function of the cell's `own`?"""
    if isinstance(node, ast.Assign):
        return _root(node.value) == "get_ipython"
    if not isinstance(node, ast.Expr):
        return False
    if isinstance(node.value, ast.Name):
        return node.value.id in _ENDS
    return _root(node.value) in _NOTEBOOKS_OWN and _root(node.value) not in own


def _root(node: ast.expr) -> str:
    """`get_ipython` of `get_ipython().run_line_magic("time", "f()")`, `display` of `display(x)`; "" of `exit.code`."""
    is_call = isinstance(node, ast.Call)
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node.func.id if is_call and isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _ends_program(node: ast.stmt) -> bool:
    """Is it `sys.exit()` or `raise SystemExit`? As a cell's last statement it changes nothing in a notebook."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        return ast.unparse(node.exc).startswith("SystemExit")
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("sys.exit(")


def _replaced(code: str, edits: Sequence[tuple[ast.stmt | ast.expr, str]]) -> str:
    """The code with a text in the place of each node, in their order, and as many lines as before."""
    data = code.encode()
    starts = [0, *(place + 1 for place, byte in enumerate(data) if byte == 10)]
    pieces, at = [], 0
    for node, instead in edits:
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or node.col_offset)
        pieces += [data[at:begin], instead.encode(), b"\n" * data[begin:end].count(b"\n")]
        at = end
    return b"".join([*pieces, data[at:]]).decode()


def _with_awaits_run(code: str) -> str:
    """The code with each statement that awaits, which a notebook may do at the top, in a coroutine that is run."""
    if "await" not in code and "async" not in code:
        return code
    awaiting = [node for node in tree_of(code).body if _awaits(node)]
    return _replaced(code, [(node, _run_as_coroutine(node)) for node in awaiting])


def _awaits(node: ast.AST) -> bool:
    """Does it await outside a function?"""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return False
    if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or getattr(node, "is_async", False):
        return True
    return any(_awaits(child) for child in ast.iter_child_nodes(node))


def _run_as_coroutine(node: ast.stmt) -> str:
    stored = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    names = f"    global {', '.join(sorted(stored))}\n" if stored else ""
    body = "\n".join(f"    {line}" for line in ast.unparse(node).split("\n"))
    return f"@lambda wait: __import__('asyncio').run(wait())\nasync def {AWAITED}():\n{names}{body}"
