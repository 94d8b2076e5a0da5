"""A learner's day in a real browser, as one script, from the zip that a course gives to the file that is handed in.

Pictures of each step are kept in tests/shots/, for a person to look at. `make lab` runs it.
"""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.lab_page import LabPage, faults_in, launched_browser, text_of
from tests.support.terminal import Terminal
from tests.support.toy_course import PROJECT
from tests.support.toy_workspace import give
from tito.cli.demo_course import demo_course
from tito.course.course import Course, Workspace
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.regions import SOLUTION

pytestmark = pytest.mark.slow

COPIED = ("modules", "tinytorch", "nbgrader_config.py", "settings.ini", "pyproject.toml", "requirements.lock")
STUB = "# YOUR CODE HERE\n        raise NotImplementedError()"
START = """rng = np.random.default_rng(rng)
        a = np.sqrt(6 / (input_size + output_size))
        self.weights = Tensor(rng.uniform(-a, a, (input_size, output_size)))
        self.bias = Tensor(np.zeros(output_size)) if use_bias else None"""
NO_BIAS = "return x @ self.weights"
OWN = "mine = Dense(3, 2, rng=1).weights.shape"
CORRECTIONS = {
    "layers_dev.py": ("a constant on top, the\n# *bias*", "a constant added at the end, the\n# *bias*"),
    "checks/misfit.py": ("the error shows both shapes", "the error shows the two shapes"),
}


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as running:
        yield running


@dataclass(frozen=True)
class Classroom:
    """A course with the terminal of who teaches it, and a learner's workspace with theirs."""

    course: Course
    teacher: Terminal
    workspace: Workspace
    learner: Terminal

    def release(self, name: str) -> Path:
        """Give out `layers` as it is now, as a zip: what that prints is that of every release."""
        said = self.teacher.tito("release", "layers", "--workspace", name)
        assert "release is unsolved" in said and "✗" not in said
        return self.course.root / name

    def correct(self) -> None:
        """Mend the lesson in two places after it was given out: a text, and a check."""
        for name, (old, new) in CORRECTIONS.items():
            path = self.course.module("layers").home / name
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, name
            path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def reference(self) -> str:
        """The course's own answer."""
        source = built(self.course, self.course.module("layers")).cell("write-dense").source
        return "\n".join(line for line in source.split("\n") if line.strip() not in (SOLUTION.begin, SOLUTION.end))

    @property
    def work(self) -> notebook.Notebook:
        """The learner's notebook, as it is saved."""
        return notebook.read(self.workspace.module("layers").notebook)


@pytest.fixture(scope="module")
def classroom(browser, tmp_path_factory):
    """`layers` released and proven, with the few answers of the demo's course; `benchmarking`, for its pictures, is
    given without proof. The zip is unpacked, and `tito start` was typed in it.
    """
    course = demo_course(Course(copy_of_project(tmp_path_factory.mktemp("course"))))
    folder = tmp_path_factory.mktemp("learner")
    give(course, course.root / "week1.zip", "benchmarking")
    mine = Workspace(folder / "week1")
    classroom = Classroom(course, Terminal(course.root, folder), mine, Terminal(mine.root, folder))
    with zipfile.ZipFile(classroom.release("week1.zip")) as archive:
        archive.extractall(folder)
    assert {path.name for path in mine.root.glob("modules/*/*")} == {"module.toml"}, "no file that a learner edits"
    assert "modules/03_layers/layers_dev.ipynb" in classroom.learner.tito("start")
    return classroom


def copy_of_project(folder: Path) -> Path:
    for name in COPIED:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def address(classroom):
    with classroom.learner.notebook("layers") as address:
        yield address


@pytest.fixture
def lab(browser, address):
    """A function: open a module's notebook; its page is closed at the end, and must have had no errors."""
    opened = []

    def lab(folder):
        name = folder.partition("_")[2]
        opened.append(LabPage(browser, address.replace("03_layers/layers", f"{folder}/{name}")))
        return opened[-1]

    yield lab
    for page in opened:
        page.close()
    assert [problem for page in opened for problem in page.problems] == []


def test_the_whole_day(classroom, lab):
    page = lab("03_layers")
    run_untouched(page)
    meet_a_locked_cell(page)
    write_one_part(page)
    ask_tito(page)
    look_at_it_in_the_dark(page)
    take_a_corrected_lesson(page, classroom)
    finish(page, classroom)
    hand_in(page, classroom)


def run_untouched(page):
    """Run All as it was given: each check says what to write, the last cell sums up, and nothing looks broken."""
    assert not page.is_dirty, "JupyterLab finds nothing to save"
    page.shot("01-first-cell")
    outputs = run_all(page)
    assert text_of(outputs["forward"]).startswith("· forward not started: write Dense.")
    total = text_of(outputs["test-module"])
    assert "0 of 30 points so far, and up to 5 for the written question" in total
    assert "first: write Dense.__init__, then run the check initialise" in total
    page.shot("02-untouched-sum", "test-module")


def run_all(page) -> dict[str, list[dict]]:
    """Run All: every cell in its order, once; what all of them show."""
    before = max(count or 0 for count in page.execution_counts)
    page.run_all()
    counts = page.execution_counts
    assert counts == list(range(before + 1, before + 1 + len(counts)))
    outputs = page.all_outputs()
    assert faults_in(outputs) == []
    return outputs


def meet_a_locked_cell(page):
    """It takes no text and no d d. The same keys delete a cell of one's own: they are heard."""
    before, ids = page.source("test-forward"), page.ids
    own = page.insert("print('mine')")
    page.try_to_change("test-forward", "print('mine now')")
    page.shot("03-locked-cell", "test-forward")
    page.select(own)
    page.press_d_twice()
    page.until("return !(given in cells);", own)
    assert (page.source("test-forward"), page.ids) == (before, ids)


def write_one_part(page):
    """The constructor alone earns its check's points; the others wait."""
    page.type_into("write-dense", page.source("write-dense").replace(STUB, START, 1))
    page.run("write-dense")
    assert text_of(page.run("initialise")).startswith("✓ initialise 10/10")
    assert text_of(page.run("forward")).startswith("· forward not started: write Dense.forward")
    page.shot("04-verdict-passed", "initialise")


def ask_tito(page):
    """`%tito` reads the saved file, and says so; a part that is wrong gets a verdict, and a hint."""
    page.type_into("write-dense", page.source("write-dense").replace(STUB, NO_BIAS, 1))
    page.run("write-dense")
    verdict = page.run("forward")
    assert text_of(verdict).startswith("✗ forward ")
    html = "".join(verdict[-1]["data"]["text/html"])
    assert "hint" in html and "<table" in html
    page.shot("05-verdict-failed", "forward")
    assert "press Ctrl+S" in text_of(page.insert_and_run("%tito test")), "what was run is not in the saved file"
    page.save()
    told = text_of(page.insert_and_run("%tito test"))
    assert "✗ forward" in told and "✓ initialise" in told and "Ctrl+S" not in told
    page.shot("06-tito-test")
    assert "hint 1 of 3" in text_of(page.insert_and_run("%tito hint forward"))
    page.shot("07-tito-hint")
    assert faults_in(page.all_outputs()) == []


def look_at_it_in_the_dark(page):
    page.theme("JupyterLab Dark")
    page.shot("08-dark-verdict", "forward")
    page.insert_and_run("%tito status")
    page.shot("09-dark-status")
    page.theme("JupyterLab Light")


def take_a_corrected_lesson(page, classroom):
    """`tito update` merges it in the terminal, and Lab shows it once the notebook is read anew; nothing is lost."""
    own = page.insert(OWN)
    page.run(own)
    page.save()
    mine = page.source("write-dense")
    classroom.correct()
    said = classroom.learner.tito("update", str(classroom.release("week2.zip")))
    assert "03 layers: your course has corrected 2 cells" in said and "tito undo" in said
    page.reload_from_disk()
    assert page.source("write-dense") == mine and page.source(own) == OWN
    assert "a constant added at the end" in "".join(map(page.source, page.ids))
    assert "the error shows the two shapes" in page.source("misfit")
    page.shot("10-corrected", "misfit")


def finish(page, classroom):
    """With the course's own answer every check passes, and the last cell says so."""
    page.type_into("write-dense", classroom.reference)
    page.answer_in_prose("reflection", "They all say the same, and learn the same. A bias breaks no tie.")
    outputs = run_all(page)
    assert "30 of 30 points" in text_of(outputs["test-module"])
    page.shot("11-finished", "test-module")
    page.save()


def hand_in(page, classroom):
    said = classroom.learner.tito("submit", "layers", "--learner", "s001")
    assert "03 layers: 30 of 30 + 5 points here, locked cells unchanged" in said
    with zipfile.ZipFile(classroom.workspace.root / said.strip().split("\n")[-1]) as archive:
        handed_in = archive.read("layers_dev.ipynb").decode()
    assert "A bias breaks no tie." in handed_in and OWN in handed_in and STUB not in handed_in
    assert classroom.work.cell("write-dense").source == page.source("write-dense")
    assert "packed to hand in: " in classroom.learner.tito("status")


def test_the_slider_is_moved_by_the_keyboard(lab):
    """Each key draws the figure anew, in the light and in the dark."""
    page = lab("12_benchmarking")
    colours = next(cell for cell in page.ids if "def picture(" in page.source(cell))
    for cell in ("given-imports", colours, "queue", "tails", "slider"):
        page.run(cell)
    move_slider(page)
    page.shot("12-slider", "slider")
    page.theme("JupyterLab Dark")
    move_slider(page)
    page.shot("13-dark-slider", "slider")
    assert faults_in(page.all_outputs()) == []


def move_slider(page):
    handle = page.select("slider").locator(".noUi-handle")
    handle.wait_for()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        before = page.pictures("slider")
        handle.press(key)
        page.new_picture("slider", before)
