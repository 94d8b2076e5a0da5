"""A course that nbgrader made is copied whole, its references are tried, and the original stays as it was."""

import pytest

from tests.support.nbgrader_class import MEAN, check, grades, hand_in, make_course
from tito.classroom.assignments.adopt import copy_course, try_references
from tito.cli.app import main
from tito.support.errors import CourseError, UsageError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("theirs") / "measuring101")
    hand_in(root, "ada", {"centre": {"mean": MEAN}})
    return root


def picture(root):
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}


def test_the_copy_is_graded_and_the_original_is_as_it_was(original, tmp_path, monkeypatch, capsys):
    before = picture(original)
    monkeypatch.chdir(tmp_path)
    assert main(["adopt", str(original)]) == 0
    assert "ps1" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "measuring101")
    assert main(["grade"]) == 0
    assert main(["report", "--csv", "marks.csv"]) == 0
    assert main(["feedback"]) == 0
    assert "ada,,3,0,0,3,10" in (tmp_path / "measuring101" / "marks.csv").read_text(encoding="utf-8")
    assert grades(tmp_path / "measuring101")["ada", "centre", "test-mean"][0] == 2
    assert picture(original) == before


def test_a_reference_that_needs_what_the_walls_refuse_is_told(tmp_path, monkeypatch):
    from tests.support import nbgrader_class

    monkeypatch.setitem(
        nbgrader_class.NOTEBOOKS,
        "network",
        [check("test-network", 2, "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')")],
    )
    course = copy_course(make_course(tmp_path / "theirs"), tmp_path / "ours")
    (adopted,) = try_references(course)
    assert [(lost.cell, lost.earned) for lost in adopted.lost] == [("test-network", 0)]
    assert adopted.points == 8


def test_what_can_not_be_copied_is_said(original, tmp_path):
    with pytest.raises(UsageError, match="no nbgrader course"):
        copy_course(tmp_path, tmp_path / "ours")
    (tmp_path / "ours").mkdir()
    with pytest.raises(UsageError, match="is there already"):
        copy_course(original, tmp_path / "ours")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.root = {str(original)!r}\n")
    with pytest.raises(CourseError, match="place of its own"):
        copy_course(elsewhere, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
