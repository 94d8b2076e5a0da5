"""Every lesson with its reference, on the slim wheels alone and without what a browser has not: its checks pass."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from tests.support.toy_course import PROJECT
from tito.book.lite.wheels import lesson_wheel, libraries_of, tools_wheel
from tito.course.course import Course
from tito.lesson import notebook
from tito.lesson.build import built
from tito.lesson.export import export
from tito.support.points import points_text

COURSE = Course(PROJECT)
SCRIPT = PROJECT / "tests" / "support" / "limited_page.py"


def lab_of(course, module, folder, without=frozenset()):
    """The wheels as the site has them, the tools' unpacked, for a page that has every library but these."""
    for needed in course.needed_by(module):
        export(course, needed, built(course, needed))
    wheel = lesson_wheel(course, module, libraries_of(course, module) - without)
    (folder / "lessons").mkdir()
    (folder / "lessons" / wheel.file_name).write_bytes(wheel.data)
    with zipfile.ZipFile(io.BytesIO(tools_wheel(course).data)) as tools:
        tools.extractall(folder / "site")
    return folder


def run_in_page(module, lesson, folder, without=()):
    path = notebook.write(lesson, folder / module.notebook.name)
    command = [sys.executable, "-I", str(SCRIPT), str(folder), str(path), *without]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("name", [module.name for module in COURSE.modules])
def test_a_lesson_runs_under_a_browsers_limits(name, tmp_path):
    module = COURSE.module(name)
    found = run_in_page(module, built(COURSE, module), lab_of(COURSE, module, tmp_path))
    assert found["errors"] == {} and found["skipped"] == {}
    full = {c.id: f"✓ {c.id} {points_text(c.points)}/{points_text(c.points)}" for c in module.checks}
    assert found["verdicts"] == full


@pytest.mark.slow
@pytest.mark.parametrize("name", [module.name for module in COURSE.modules])
def test_right_work_is_never_called_wrong_where_a_library_is_missing(name, tmp_path):
    """As in a lab without the full Pyodide: what needs a library is skipped or not run, with the reason."""
    module = COURSE.module(name)
    without = libraries_of(COURSE, module) - {"IPython"}
    found = run_in_page(module, built(COURSE, module), lab_of(COURSE, module, tmp_path, without), sorted(without))
    assert found["errors"] == {} and found["skipped"]
    assert found["verdicts"].keys() == {check.id for check in module.checks}
    others = [said for said in found["verdicts"].values() if not said.startswith("✓")]
    assert others and all(" not run here: it " in said and "which this page does not have" in said for said in others)
