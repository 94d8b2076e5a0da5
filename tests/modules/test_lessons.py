"""The lessons as they are read: every cell runs, of the instructor's notebook and of an untouched one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.lab_page import faults_in, text_of
from tests.support.toy_workspace import as_released
from tito.course.course import Course
from tito.lesson.build import build
from tito.lesson.notebook import Notebook, to_nbformat, write
from tito.support.points import points_text

pytestmark = pytest.mark.slow

COURSE = Course.find(Path(__file__).parent)
NAMED_IN_THE_SPECIFICATION = {
    "12_benchmarking": {
        "test_benchmark_scenarios",
        "test_statistical_validation",
        "test_tinytorch_perf",
        "test_performance_reporter",
        "test_comprehensive_benchmarking",
    },
}


@pytest.fixture(params=COURSE.modules, ids=lambda module: module.folder)
def module(request):
    return request.param


@pytest.fixture
def surroundings(tmp_path, monkeypatch):
    """Somewhere to run that is not the course, with the course importable."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(COURSE.root))
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


def executed(notebook: Notebook, folder: Path):
    """Run All in a kernel; a cell that raises fails the test."""
    from nbclient import NotebookClient

    node = to_nbformat(notebook)
    NotebookClient(node, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return node


def test_every_cell_runs_in_a_kernel_without_stderr(module, surroundings):
    """Every cell runs in a kernel and says nothing on stderr."""
    node = executed(build(module), surroundings)
    said = {name: text for cell in node.cells for name, text in streams_of(cell)}
    assert "stderr" not in said
    closing = [text for cell in node.cells if "run_module_tests_auto(" in cell.source for _, text in streams_of(cell)]
    assert closing, "the closing cell prints what the module's own tests found"
    for test in NAMED_IN_THE_SPECIFICATION.get(module.folder, ()):
        assert any(test in text for text in closing)


def test_an_untouched_notebook_runs_to_its_end_and_the_sum(module, surroundings):
    """Run All on what learners are given: no traceback, nothing on stderr, each check not started, the sum last."""
    node = executed(as_released(build(module)), surroundings)
    outputs = {cell.id: cell.outputs for cell in node.cells if cell.cell_type == "code"}
    assert faults_in(outputs) == []
    for check in module.checks:
        assert text_of(outputs[check.id]).startswith(f"· {check.id} not started: write "), check.id
    last = text_of(list(outputs.values())[-1])
    points = points_text(sum(check.points for check in module.checks))
    assert f"0 of {points} points so far" in last and "first: write " in last


def streams_of(cell):
    return [(output.name, output.text) for output in cell.get("outputs", ()) if output.output_type == "stream"]


def test_the_lesson_runs_as_a_script(module, surroundings):
    """In the form that learners have it, with each check and each visible test in its place."""
    script = write(build(module), surroundings / module.source.name)
    command = [sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=surroundings, env=os.environ, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    for test in NAMED_IN_THE_SPECIFICATION.get(module.folder, ()):
        assert f"✓ {test}" in done.stdout
