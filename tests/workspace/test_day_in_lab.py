"""A learner's day in JupyterLab, in a real browser: each test is a piece of it, on a notebook of its own.

Pictures of each step are kept in tests/shots/, for a person to look at. `make lab` runs it.
"""

import shutil

import pytest

from tests.support.lab_page import LabPage, faults_in, launched_browser, running_lab, text_of
from tests.support.toy_course import PROJECT
from tito.authoring import workspace_writer
from tito.course.course import Course, Workspace
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.cells import origin
from tito.lesson.export import export
from tito.lesson.nbgrader_steps import stripped
from tito.workspace import prerequisites, sync
from tito.workspace.folder.layout import lay_out

pytestmark = pytest.mark.slow

COPIED = ("modules", "tinytorch", "nbgrader_config.py", "settings.ini", "pyproject.toml", "requirements.lock")


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as running:
        yield running


@pytest.fixture(scope="module")
def workspace(browser, tmp_path_factory):
    """A workspace with this project's layers and benchmarking; what they need is the reference's."""
    course = Course(copy_of_project(tmp_path_factory.mktemp("course")))
    modules = [course.module(name) for name in ("layers", "benchmarking")]
    for module in course.modules:
        export(course, module, built(course, module))
    for module in modules:
        released = origin.with_hash(stripped(course, module, built(course, module)))
        origin.keep(course, module, released)
        notebook.write(released, course.released(module))
    target = tmp_path_factory.mktemp("workspace") / "mine"
    workspace_writer.write(course, modules, target)
    made = lay_out(Workspace(target)).workspace
    for module in made.modules:
        prerequisites.go_on_to(made, module)
        sync.fit_to_kernel(module.notebook)
    return made


def copy_of_project(folder):
    for name in COPIED:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def address(workspace, tmp_path_factory):
    with running_lab(workspace.root, tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture
def lab(browser, workspace, address):
    """A function: open a module's notebook; its page is closed at the end, and must have had no errors."""
    opened = []

    def lab(name, **options):
        module = workspace.module(name)
        path = module.notebook.relative_to(workspace.root).as_posix()
        opened.append(LabPage(browser, address, path, **options))
        return opened[-1]

    yield lab
    for page in opened:
        page.close()
        assert page.problems == []


def test_an_untouched_notebook_opens_unchanged_and_runs_to_its_end(lab, workspace):
    page = lab("layers")
    assert not page.is_dirty, "JupyterLab finds nothing to save"
    page.shot("first-cell")
    page.run_all()
    outputs = page.all_outputs()
    assert faults_in(outputs) == []
    assert text_of(outputs["forward"]).startswith("· forward not started: write Dense.")
    total = text_of(outputs["test-module"])
    assert "0 of 30 points so far, and up to 5 for the written question" in total
    assert "first: write Dense.__init__, then run the check initialise" in total
    page.shot("untouched-sum", "test-module")


def test_a_locked_cell_can_be_neither_edited_nor_deleted(lab):
    page = lab("layers")
    before, ids = page.source("test-forward"), page.ids
    cell = page.select("test-forward")
    assert cell.locator(".cm-content").get_attribute("aria-readonly") == "true"
    page.type_into("test-forward", "print('mine now')")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("d")
    page.page.keyboard.press("d")
    assert (page.source("test-forward"), page.ids) == (before, ids)


def test_one_part_is_written_tested_and_asked_about(lab, workspace):
    """Write a wrong part, read its verdict, ask for a hint, mend it, and have all of it tested."""
    page, module = lab("layers"), workspace.module("layers")
    stub = page.source("write-dense")
    page.run_all()
    page.type_into("write-dense", solved(stub, "x @ self.weights + self.bias"))
    page.run("write-dense")
    outputs = page.run("forward")
    assert faults_in({"forward": outputs}) == []
    assert text_of(outputs).startswith("✗ forward ")
    page.shot("verdict-failed", "forward")
    html = "".join(outputs[-1]["data"]["text/html"])
    assert "hint" in html and "<table" in html
    assert text_of(page.run("initialise")).startswith("✓ initialise 10/10")
    told = page.insert_and_run("%tito test")
    assert "press Ctrl+S" in text_of(told), "what was run is not in the saved file"
    page.save()
    told = text_of(page.insert_and_run("%tito test"))
    assert "✗ forward" in told and "✓ initialise" in told and "Ctrl+S" not in told
    page.shot("tito-test")
    assert "hint 1 of 3" in text_of(page.insert_and_run("%tito hint forward"))
    page.shot("tito-hint")
    page.type_into("write-dense", solved(stub, "x @ self.weights + (0 if self.bias is None else self.bias)"))
    page.run("write-dense")
    assert text_of(page.run("forward")).startswith("✓ forward 10/10")
    page.shot("verdict-passed", "forward")
    page.theme("JupyterLab Dark")
    page.run("misfit")
    page.shot("verdicts-dark", "misfit")
    page.save()
    page.insert_and_run("%tito status")
    page.shot("tito-status-dark")
    assert notebook.read(module.notebook).cell("write-dense").source == page.source("write-dense")


def solved(stub: str, product: str) -> str:
    """The three methods of Dense, as a learner may write them; `product` is what `forward` gives."""
    bodies = [
        "rng = np.random.default_rng(rng)\n"
        "        a = np.sqrt(6 / (input_size + output_size))\n"
        "        self.weights = Tensor(rng.uniform(-a, a, (input_size, output_size)))\n"
        "        self.bias = Tensor(np.zeros(output_size)) if use_bias else None",
        f"return {product}",
        "return [self.weights] if self.bias is None else [self.weights, self.bias]",
    ]
    for body in bodies:
        stub = stub.replace("# YOUR CODE HERE\n        raise NotImplementedError()", body, 1)
    assert "NotImplementedError" not in stub
    return stub
