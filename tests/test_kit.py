"""The kit apart from its first course: a wheel, an environment without anything else, and a course made by copier."""

import ast
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tito.classroom.hosted import bundle

PROJECT = Path(__file__).parent.parent
NAME, EXTRAS = "tito-course-kit", ("learner", "instructor", "book", "cluster")
TINYTORCHS_OWN = {"scikit-learn"}  # its digits
PUBLIC = ("tito.tools.testing", "tito.tools.comparing")
TINYTORCHS_TOOLS = "tito.tools.benchmarking"
GENERATED = {"__pycache__", "node_modules"}


def declared(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def run(*words, at, **env):
    """Run a program; what it printed, and with a bad end what it said."""
    words, clean = [str(word) for word in words], {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(words, cwd=at, env=clean | env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def git(*words, at):
    return run("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words, at=at)


# -- what it declares -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_the_kit_and_tinytorch_declare_the_same(extra):
    def wanted(project):
        texts = project["optional-dependencies"][extra] if extra else project["dependencies"]
        return {text.replace("tinytorch[", f"{NAME}[") for text in texts if text.split(">")[0] not in TINYTORCHS_OWN}

    kit, course = declared(PROJECT / "tito")["project"], declared(PROJECT)["project"]
    assert wanted(kit) == wanted(course)
    assert kit["requires-python"] == course["requires-python"] and kit["scripts"] == course["scripts"]


def test_what_a_course_runs_with_is_a_range():
    kit = declared(PROJECT / "tito")["project"]
    wanted = [*kit["dependencies"], *(text for extra in ("learner", "instructor", "cluster") for text in
                                      kit["optional-dependencies"][extra])]  # fmt: skip
    assert not [text for text in wanted if "==" in text]
    assert "<" not in kit["requires-python"]


def with_all_that_they_need(requirements):
    """The names of these packages and of those that they ask for, here, as far as they are installed."""
    found, queue = set(), [Requirement(text) for text in requirements]
    while queue:
        wanted = queue.pop()
        if (name := canonicalize_name(wanted.name)) in found or (
            wanted.marker and not wanted.marker.evaluate({"extra": ""})
        ):
            continue
        found.add(name)
        with suppress(metadata.PackageNotFoundError):
            queue += [Requirement(text) for text in metadata.requires(name) or ()]
    return found


@pytest.mark.slow
def test_whatever_tito_imports_is_asked_for():
    kit = declared(PROJECT / "tito")["project"]
    texts = [*kit["dependencies"], *(text for extra in EXTRAS for text in kit["optional-dependencies"][extra])]
    asked = with_all_that_they_need(text for text in texts if not text.startswith(NAME))
    imported = {name.split(".")[0] for path in (PROJECT / "tito").rglob("*.py") for name in modules_in(path)}
    made_by = metadata.packages_distributions()
    others = imported - set(sys.stdlib_module_names) - {"tito", "tinytorch"}
    assert {"numpy", "nbgrader", "distributed"} <= others
    assert [
        name for name in sorted(others & made_by.keys()) if not {*map(canonicalize_name, made_by[name])} & asked
    ] == []


def modules_in(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_zip_for_hosts_asks_for_what_is_there(monkeypatch):
    """scikit-learn is TinyTorch's, and no course on the kit has to have it."""
    monkeypatch.setattr(bundle, "ALSO", ("numpy", "no-such-package-here"))
    names = [line.split(b"==")[0] for line in bundle._requirements().splitlines()]
    assert names == [name.encode() for name in (*bundle.PACKAGES, "numpy")]


# -- what a course may rely on ----------------------------------------------------------------------------------------


def public_api():
    """The part of `docs/kit.md` that is made from the code: each public name, its signature and what it is for."""
    return "".join(f"\n**`{module}`**\n\n{''.join(_rows(importlib.import_module(module)))}" for module in PUBLIC)


def _rows(module):
    yield "| | |\n|---|---|\n"
    for name in public_names(module):
        made = getattr(module, name)
        yield _row(f"{name}{signature(made)}", made)
        if inspect.isclass(made) and not hasattr(made, "__dataclass_fields__"):
            methods = {method: part for method, part in vars(made).items() if not method.startswith("_")}
            for method, part in methods.items():
                shown = "" if isinstance(part, property) else signature(getattr(made, method), but="self")
                yield _row(f"{name}.{method}{shown}", part)


def _row(call, made):
    return f"| `{call.replace('|', chr(92) + '|')}` | {(inspect.getdoc(made) or '').split(chr(10) * 2)[0]} |\n"


def signature(made, but=""):
    """The parameters with their defaults, without types, which are no promise."""
    given = [part.replace(annotation=part.empty) for part in inspect.signature(made).parameters.values()]
    return str(inspect.Signature([part for part in given if part.name != but]))


def public_names(module):
    own = (name for name, made in vars(module).items() if getattr(made, "__module__", "") == module.__name__)
    return getattr(module, "__all__", sorted(name for name in own if not name.startswith("_")))


def test_the_page_has_what_the_code_has():
    assert public_api() in (PROJECT / "docs" / "kit.md").read_text(encoding="utf-8")


def imports_of_tito(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tito":
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.split(".")[0] == "tito")


@pytest.mark.slow
def test_lessons_rely_on_nothing_else():
    """TinyTorch keeps to the page, but for the instruments that are its own; so does the lesson of `tito new`."""
    sources = [path for path in (PROJECT / "modules" / "source").rglob("*.py") if "chapter" not in path.parts]
    found = {name for path in sources for name in imports_of_tito(path)}
    others = {(module, name) for module, name in found if not module.startswith(TINYTORCHS_TOOLS)}
    assert others
    assert [
        (m, n) for m, n in sorted(others) if m not in PUBLIC or n not in public_names(importlib.import_module(m))
    ] == []


@pytest.mark.slow
def test_the_configuration_names_what_is_there():
    text = (PROJECT / "nbgrader_config.py").read_text(encoding="utf-8")
    used = re.findall(r'"(tito\.[\w.]+)"', text)
    page = (PROJECT / "docs" / "kit.md").read_text(encoding="utf-8")
    assert len(used) == 3
    for name in used:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute) and f"`{name}`" in page


# -- a wheel, and an environment that has nothing else ----------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The kit's wheel, built from a copy of the tree, so that nothing is left in ours."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(PROJECT / "tito", tree / "tito", ignore=shutil.ignore_patterns(*GENERATED))
    build = ("uv", "build", "--wheel", "--quiet", "--no-build-isolation", "--python", sys.executable)
    run(sys.executable, "-m", *build, "--out-dir", tree / "dist", "tito", at=tree)
    (made,) = (tree / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def tito(wheel, tmp_path_factory):
    """`tito` in an environment with the wheel; the packages that it needs are lent by ours, and `tinytorch` is not."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, at=folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--python", python, wheel, at=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")  # read without its own .pth
    return folder / "bin" / "tito"


@pytest.mark.slow
def test_the_wheel_has_every_file_of_tito_and_no_course(wheel):
    ours = [path for path in (PROJECT / "tito").rglob("*") if path.is_file() and not GENERATED & set(path.parts)]
    names = set(zipfile.ZipFile(wheel).namelist())
    template = "tito/authoring/templates/course/"  # had from the repository, which `copier update` needs
    missing = {path.relative_to(PROJECT).as_posix() for path in ours} - names
    assert [name for name in sorted(missing) if not name.startswith(template)] == []
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"tito"}


# -- a course made by copier ------------------------------------------------------------------------------------------


@pytest.fixture
def template(tmp_path):
    """The template in a repository of its own, with a version's tag."""
    pytest.importorskip("copier", reason="copier, of the extra `test`, is not installed")
    place = tmp_path / "template"
    folder = Path("tito") / "authoring" / "templates"
    shutil.copytree(PROJECT / folder / "course", place / folder / "course")
    for name in ("copier.yml", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, place / name)
    git("init", "--quiet", at=place)
    commit(place, tag="v0.2.0")
    return place


def commit(repository, tag=None):
    git("add", "--all", "--force", at=repository)
    git("commit", "--quiet", "--message", "A version", at=repository)
    if tag:
        git("tag", tag, at=repository)


def copier(*words, at):
    return run(sys.executable, "-m", "copier", *words, at=at)


def make_course(template, **answers):
    course = template.with_name("course")
    data = [word for name, value in answers.items() for word in ("--data", f"{name}={value}")]
    copier("copy", "--defaults", "--quiet", *data, template, course, at=template)
    return course


def write_what_is_left(home):
    """What an author does first: words in place of each REPLACE, without which no workspace is made."""
    for path in home.rglob("*.*"):
        path.write_text(path.read_text(encoding="utf-8").replace("REPLACE", "Here"), encoding="utf-8")


@pytest.mark.slow
def test_a_new_course_is_released_and_graded_by_the_kit_alone(template, tito):
    course = make_course(template)
    env = {"PATH": f"{tito.parent}:{os.environ['PATH']}"}

    def verb(*words):
        return run(tito, *words, at=course, **env)

    verb("new", "first")
    write_what_is_left(course / "modules" / "source" / "01_first")
    assert verb("release", "first", "--workspace", "../workspace").count("✓") == 9
    inbox = course.with_name("inbox")
    inbox.mkdir()
    for learner, step in {"ada": "source", "ben": "release"}.items():
        shutil.copy(course / "course" / step / "01_first" / "first_dev.ipynb", inbox / f"{learner}_first_dev.ipynb")
    assert "2 count" in verb("collect", str(inbox), "first")
    marks = verb("grade", "first").split()
    assert marks[marks.index("ada") + 1] == "10/10" and marks[marks.index("ben") + 1] == "0/10"

    workspace = declared(course.with_name("workspace"))["project"]
    kit = declared(PROJECT / "tito")["project"]
    assert workspace["dependencies"] == kit["dependencies"] + kit["optional-dependencies"]["learner"]


@pytest.mark.slow
def test_words_that_files_quote_are_no_syntax(template):
    """A title with quotes, a percent sign, a backslash: each file of the course can still be read."""
    import configparser

    course = make_course(template, title='The "100 %" \\ course', description="Say 'yes' to \"50 %\"", author="Ada É.")
    settings = configparser.ConfigParser()
    settings.read(course / "settings.ini", encoding="utf-8")
    assert settings["DEFAULT"]["title"] == 'The "100 %" \\ course'
    assert declared(course)["project"]["description"] == "Say 'yes' to \"50 %\""
    compile((course / "tinytorch" / "__init__.py").read_text(encoding="utf-8"), "init", "exec")
    ours, theirs = (place / "nbgrader_config.py" for place in (PROJECT, course))
    assert theirs.read_bytes() == ours.read_bytes()


@pytest.mark.slow
def test_an_update_keeps_what_the_author_wrote(template):
    course = make_course(template, title="Counting")
    git("init", "--quiet", at=course)
    readme = course / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "\nOurs: read chapter 3 first.\n", encoding="utf-8")
    lesson = course / "modules" / "source" / "01_first" / "first_dev.py"
    lesson.parent.mkdir()
    lesson.write_text("# ours\n", encoding="utf-8")
    commit(course)

    theirs = template / "tito" / "authoring" / "templates" / "course" / "README.md.jinja"
    text = theirs.read_text(encoding="utf-8")
    theirs.write_text(text.replace("# {{ title }}\n", "# {{ title }}, a course\n"), encoding="utf-8")
    commit(template, tag="v0.3.0")
    copier("update", "--defaults", "--quiet", at=course)

    merged = readme.read_text(encoding="utf-8")
    assert merged.startswith("# Counting, a course\n") and merged.endswith("\nOurs: read chapter 3 first.\n")
    assert "<<<<<<<" not in merged
    assert lesson.read_text(encoding="utf-8") == "# ours\n"
    assert "_commit: v0.3.0" in (course / ".copier-answers.yml").read_text(encoding="utf-8")
