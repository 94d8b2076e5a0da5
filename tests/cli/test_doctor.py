"""What the doctor calls broken, and what could just be better."""

import errno

import pytest

from tito.cli import doctor


@pytest.mark.parametrize(
    "version, ok", [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 5), True), ((3, 14, 0), False)]
)
def test_python_3_11_to_3_13(version, ok):
    assert doctor.python_version(version).ok is ok


def test_a_missing_package_is_broken_only_if_it_is_needed():
    assert doctor.installed("no-such-package-here", needed=True).ok is False
    assert doctor.installed("no-such-package-here", needed=False).ok is None
    assert doctor.installed("numpy", needed=True).ok is True


def test_a_version_that_was_not_asked_for_is_told(monkeypatch):
    from packaging.specifiers import SpecifierSet

    monkeypatch.setattr(doctor, "_wanted", lambda: {"numpy": SpecifierSet("==0.1")})
    found = doctor.installed("numpy", needed=True)
    assert found.ok is None and "made for ==0.1" in found.found


@pytest.mark.parametrize("free, ok", [(5e9, True), (5e8, None), (5e7, False)])
def test_disk_space(free, ok):
    assert doctor.disk_space(free).ok is ok


def test_write_access_is_tried_not_asked(tmp_path, monkeypatch):
    assert doctor.write_access(tmp_path).ok is True
    assert list(tmp_path.iterdir()) == []

    def refuse(dir):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    found = doctor.write_access(tmp_path)
    assert found.ok is False and "Read-only" in found.found and found.remedy


def test_another_folders_tinytorch_is_told(tmp_path):
    found = doctor.package_of(tmp_path)
    assert found.ok is None and str(tmp_path) in found.remedy


@pytest.mark.slow
def test_everything_is_looked_at_here(tmp_path):
    names = [finding.name for finding in doctor.examine(tmp_path, grades=True)]
    assert {
        "Python",
        "numpy",
        "jupyterlab",
        "nbgrader",
        "write access",
        "disk space",
        "grading isolation",
    } <= set(names)
