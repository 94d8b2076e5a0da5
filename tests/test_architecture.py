"""The rules that keep the code simple, held by reading it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted([*(ROOT / "tito").rglob("*.py"), *(ROOT / "tinytorch").rglob("[!_]*.py")])

# Each room may import from the rooms below it, never from those above.
ORDER = [
    {"cli", "__main__"},
    {"commands"},
    {"demo", "demo_model"},
    {"terminal", "render", "render_class", "render_path"},
    {"release", "workspace", "submit", "collect", "marking", "feedback", "report", "doctor", "hints"}
    | {"attempt", "handout", "jupyter", "keyboard", "new", "progress", "rehearsal", "mutation"},
    {"gradebook", "register", "enrolment", "marks", "nbgrader_tables", "preprocessing"}
    | {"answers", "mistakes", "mutants", "export", "strip", "trials", "reach", "records", "marked_copy", "originals", "handins", "received", "pairing", "prerequisites"},
    {"engine", "isolation"},
    {"grading"},
    {"paper", "build"},
    {"proofread", "leaks", "kept"},
    {"notebook"},
    {"checks", "course"},
    {"files", "scratch", "errors", "plain", "tools", "magics", "regions"},
]
HEAVY = ("numpy", "scipy", "matplotlib", "nbformat", "jupytext", "nbgrader", "nbdev", "nbclient", "msgspec", "jinja2", "sqlalchemy", "traitlets")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports anywhere in it."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(dotted: str) -> str:
    return dotted.split(".")[1] if dotted.startswith("tito.") else ""


def rank(name: str) -> int | None:
    return next((i for i, rooms in enumerate(ORDER) if name in rooms), None)


@pytest.mark.parametrize("path", CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    here = path.relative_to(ROOT / "tito").with_suffix("").parts[0] if path.is_relative_to(ROOT / "tito") else None
    for name in imports(path):
        if path.is_relative_to(ROOT / "tinytorch"):
            assert not name.startswith("tito"), f"tinytorch imports {name}"
        elif rank(here) is not None and rank(room(name)) is not None:
            assert rank(here) <= rank(room(name)), f"{here} imports {name}, which stands above it"


def test_every_file_of_tito_has_its_place_in_the_order():
    rooms = {p.stem if p.is_file() else p.name for p in (ROOT / "tito").iterdir()}
    known = set().union(*ORDER) | {"__init__", "__pycache__", "templates"}
    assert rooms - known - {p.stem for p in (ROOT / "tito").iterdir() if p.suffix not in ("", ".py")} == set()


@pytest.mark.parametrize("path", (ROOT / "tito" / "tools").glob("*.py"), ids=lambda p: p.name)
def test_what_locked_cells_import_needs_the_standard_library_only(path):
    top_level = [n for n in tree_of(path).body if isinstance(n, ast.Import | ast.ImportFrom)]
    for node in top_level:
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("tito.tools"), name


def test_help_loads_nothing_heavy():
    code = "import sys, tito.cli; tito.cli.main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(HEAVY), loaded.intersection(HEAVY)


@pytest.mark.parametrize("path", CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_broad_except_says_why(path):
    """`except Exception` only where a comment on the line gives the reason; a bare `except` nowhere."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno} bare except"
            if isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"):
                assert "#" in lines[node.lineno - 1], f"{path.name}:{node.lineno} does not say why"


@pytest.mark.parametrize("path", CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_file_says_what_it_is(path):
    assert ast.get_docstring(tree_of(path)) or not path.read_text(encoding="utf-8").strip()


def test_only_course_builds_paths():
    """No other file of tito spells a folder of the course or the workspace."""
    for path in (ROOT / "tito").rglob("*.py"):
        if path.stem in ("course", "cli", "__main__"):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
                folder = node.right.value
                assert folder not in {"modules", "source", "course", "autograded", "submitted", "release", "feedback"}, (
                    f"{path.name}:{node.lineno} builds a path with {folder!r}")


def test_the_map_of_the_package_names_every_file():
    import tito

    words = set(re.findall(r"\w+", tito.__doc__))
    rooms = {p.stem for p in (ROOT / "tito").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert rooms - words == {"__init__", "__main__"}
