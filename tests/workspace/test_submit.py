"""What a learner hands in: the newest work and a manifest, the same bytes for the same work."""

import json
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest

from tests.support.toy_workspace import hand_out, solve
from tito.classroom.intake.reader import manifest_in, notebook_in
from tito.classroom.intake.times import of_claim
from tito.course.checks import Grade, TestResult
from tito.lesson import notebook
from tito.support.errors import UsageError
from tito.workspace.submit import pack

NOON = datetime(2026, 1, 14, 10, 15, 0, tzinfo=UTC)
GRADE = Grade("counting", (TestResult("count", "passed", 6, 6), TestResult("double", "failed", 0, 4, "no")))


@pytest.fixture
def mine(course, tmp_path):
    return hand_out(course, tmp_path / "mine", "counting")


@pytest.fixture
def module(mine):
    return mine.module("counting")


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_notebook_and_says_whose_it_is(mine, module):
    packed = pack(module.notebook, mine, module, "s001", GRADE, NOON)
    assert packed.path == mine.submissions / "01_counting-s001-20260114T101500Z.zip"
    files = members(packed.path)
    manifest = json.loads(files["manifest.json"])
    assert manifest["learner"] == "s001" and manifest["module"] == "counting"
    assert manifest["submitted_at"] == "2026-01-14T10:15:00+00:00"
    assert (manifest["local_points"], manifest["local_max_points"]) == (6, 10)
    assert manifest["sha256"] == sha256(files["counting_dev.ipynb"]).hexdigest()
    assert packed.notebook_bytes == len(files["counting_dev.ipynb"])


def test_collecting_understands_it(mine, module):
    packed = pack(module.notebook, mine, module, "s001", GRADE, NOON)
    manifest = manifest_in(members(packed.path)["manifest.json"])
    assert (manifest.learner, manifest.module) == ("s001", "counting")
    assert of_claim(manifest.submitted_at, NOON) == NOON
    assert notebook_in(packed.path.name, packed.path.read_bytes()).cells


@pytest.mark.slow
@pytest.mark.parametrize("form", ["notebook", "source"])
def test_both_forms_of_the_same_work_give_the_same_bytes(mine, module, form):
    for path in (module.notebook, module.source):
        solve(path, "write-double", "raise NotImplementedError()", "return number * 2")
    first = pack(getattr(module, form), mine, module, "s001", GRADE, NOON).path.read_bytes()
    again = pack(module.notebook, mine, module, "s001", GRADE, NOON).path.read_bytes()
    assert first == again
    content = zipfile.ZipFile(BytesIO(first)).read("counting_dev.ipynb")
    assert b"return number * 2" in content


def test_outputs_stay_behind(mine, module):
    data = json.loads(module.notebook.read_text(encoding="utf-8"))
    code = next(cell for cell in data["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "10 of 10 points"}]
    module.notebook.write_text(json.dumps(data), encoding="utf-8")
    packed = pack(module.notebook, mine, module, "s001", GRADE, NOON)
    assert b"10 of 10 points" not in members(packed.path)["counting_dev.ipynb"]


def test_a_submission_is_never_written_over(mine, module):
    first = pack(module.notebook, mine, module, "s001", GRADE, NOON)
    before = first.path.read_bytes()
    solve(module.notebook, "write-double", "raise NotImplementedError()", "return number * 2")
    with pytest.raises(UsageError, match="exists already"):
        pack(module.notebook, mine, module, "s001", GRADE, NOON)
    assert first.path.read_bytes() == before


def test_packing_leaves_the_work_as_it_was(mine, module):
    before = module.notebook.read_bytes(), module.source.read_bytes()
    pack(module.source, mine, module, "s001", GRADE, NOON)
    assert (module.notebook.read_bytes(), module.source.read_bytes()) == before
    assert notebook.read(module.notebook).cell("count")
