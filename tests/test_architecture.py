"""The rules that keep the code simple, held by reading it; which room may import which is in `pyproject.toml`."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import tinytorch
import tito

ROOT = Path(__file__).parent.parent
TITO = sorted((ROOT / "tito").rglob("*.py"))
CODE = [*TITO, *sorted((ROOT / "tinytorch").rglob("[!_]*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LESSONS = sorted((ROOT / "modules" / "source").glob("*/*_dev.py"))
MOST_FILES_IN_A_ROOM = 10
MOST_LINES_IN_A_LESSON = 2_700
HEAVY = (
    "numpy",
    "scipy",
    "matplotlib",
    "nbformat",
    "jupytext",
    "nbgrader",
    "nbdev",
    "nbclient",
    "msgspec",
    "jinja2",
    "sqlalchemy",
    "traitlets",
)


SILENCED = re.compile(r"#\s*(ruff: )?(noqa(: ?[A-Z]+\d+)?|type: ignore(\[[\w, -]+\])?)(?P<why>.*)")


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


def lint_imports(root: Path) -> subprocess.CompletedProcess:
    """What import-linter says of the copy of `tito` in `root`, by the contract of `pyproject.toml`."""
    code = (
        f"import sys; sys.path[:0] = [{str(root)!r}]\n"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)


@pytest.fixture
def copied(tmp_path):
    """A copy of `tito` and of the contract, to plant an import in."""
    for path in [*TITO, ROOT / "pyproject.toml"]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.slow
def test_imports_run_one_way():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("low, line", [
    ("support/files.py", "from tito.course import course"),
    ("rpc/codec.py", "def late():\n    from tito.sandbox import worker"),
    ("ui/terminal.py", "import tito.cli.app"),
])  # fmt: skip
def test_an_import_from_a_room_above_is_found(copied, low, line):
    with (copied / "tito" / low).open("a") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(copied)
    assert done.returncode == 1 and "BROKEN" in done.stdout, done.stdout


@pytest.mark.slow
def test_a_room_without_a_place_in_the_order_is_found(copied):
    (copied / "tito" / "attic").mkdir()
    (copied / "tito" / "attic" / "__init__.py").write_text("")
    done = lint_imports(copied)
    assert done.returncode == 1 and "attic" in done.stdout, done.stdout


def test_the_contract_has_no_exceptions():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contract = text.partition("[tool.importlinter]")[2].partition("\n[tool.")[0]
    assert "exhaustive = true" in contract
    assert "ignore" not in contract and "exclude" not in contract


@pytest.mark.parametrize("path", (ROOT / "tinytorch").rglob("*.py"), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_tinytorch_does_not_import_tito(path):
    assert not [name for name in imports(path) if name.split(".")[0] == "tito"]


@pytest.mark.parametrize("room", sorted({path.parent for path in TITO}), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_room_has_at_most_ten_files(room):
    assert len([path for path in room.glob("*.py") if path.name != "__init__.py"]) <= MOST_FILES_IN_A_ROOM


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.parent.name)
def test_a_lesson_is_no_longer_than_it_can_be_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_IN_A_LESSON


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.parent.name)
def test_no_check_stands_in_a_lesson(path):
    """The lesson has the place of each, and `checks/` its file."""
    text = path.read_text(encoding="utf-8")
    for marks in ("check_", "BEGIN HIDDEN", "nbgrader="):
        assert marks not in text, marks
    places = re.findall(r"^# %% check (\S+)$", text, re.M)
    assert sorted(places) == sorted(file.stem for file in (path.parent / "checks").glob("*.py")) != []


@pytest.mark.slow
def test_no_class_name_is_defined_twice():
    found = Counter(node.name for path in TITO for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef))
    assert [name for name, times in found.items() if times > 1] == []


SHARED = ("tito.support.points", "tito.support.safe_text")  # what the tools need of it, held to the same
IN_NOTEBOOKS = [
    *(ROOT / "tito" / "tools").rglob("*.py"),
    *(ROOT / f"{name.replace('.', '/')}.py" for name in SHARED),
]


@pytest.mark.parametrize("path", IN_NOTEBOOKS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_locked_cells_import_needs_the_standard_library_only(path):
    top_level = [n for n in tree_of(path).body if isinstance(n, ast.Import | ast.ImportFrom)]
    for node in top_level:
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
        for name in names:
            is_ours = name.startswith("tito.tools") or name in SHARED
            assert name.split(".")[0] in sys.stdlib_module_names or is_ours, name


@pytest.mark.slow
def test_help_loads_nothing_heavy():
    code = "import sys; from tito.cli.app import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stderr.split())
    assert loaded.isdisjoint(HEAVY), loaded.intersection(HEAVY)


@pytest.mark.slow
@pytest.mark.parametrize("path", CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_broad_except_says_why(path):
    """`except Exception` only where a comment on the line gives the reason; a bare `except` nowhere."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno} bare except"
            if isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"):
                assert "#" in lines[node.lineno - 1], f"{path.name}:{node.lineno} does not say why"


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_a_checker_is_not_to_see_says_why(path):
    """`noqa` and `type: ignore` with words behind them, or a comment in the line above."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False), 1):
        if silenced := SILENCED.search(line):
            said = re.search(r"\w+ \w+", silenced["why"]) or before.lstrip().startswith("#")
            assert said, f"{path.name}:{number} does not say why"


def test_one_version_everywhere():
    """nbdev reads `settings.ini`; the newest section of the changelog is that of the version."""
    settings = re.search(r"^version = (.+)$", (ROOT / "settings.ini").read_text(encoding="utf-8"), re.M)[1]
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert tito.__version__ == tinytorch.__version__ == settings
    assert settings == next(name for name in sections if name != "Unreleased")


@pytest.mark.parametrize("path", CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_file_says_what_it_is(path):
    assert ast.get_docstring(tree_of(path)) or not path.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("path", TITO, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_course_builds_paths(path):
    """No other file of tito spells a folder of the course or the workspace."""
    if path.parent == ROOT / "tito" / "course":
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
            folder = node.right.value
            assert folder not in {"modules", "source", "course", "autograded", "submitted", "release", "feedback"}, (
                f"{path.name}:{node.lineno} builds a path with {folder!r}"
            )
