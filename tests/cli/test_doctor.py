"""What the doctor calls broken, and what could just be better."""

import errno

import pytest

from tito.cli import doctor
from tito.course.course import Workspace


@pytest.mark.parametrize(
    "version, ok", [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 5), True), ((3, 14, 0), None)]
)
def test_python_3_11_to_3_13(version, ok):
    assert doctor.python_version(version).ok is ok


def test_a_missing_package_is_broken_with_its_cure():
    found = doctor.installed("no-such-package-here")
    assert found.ok is False and found.remedy == doctor.INSTALL
    assert doctor.installed("numpy").ok is True


def test_a_version_that_was_not_asked_for_is_told():
    found = doctor.installed("numpy", "==0.1")
    assert found.ok is None and "made for ==0.1" in found.found


def test_learners_need_no_package_of_the_instructors():
    names = [each.name for each in doctor.wanted(("learner",))]
    assert {"numpy", "jupyterlab", "matplotlib", "scikit-learn"} <= set(names)
    assert not {"nbgrader", "sqlalchemy", "distributed", "tinytorch"} & {name.lower() for name in names}
    assert "nbgrader" in [each.name for each in doctor.wanted(("learner", "instructor"))]


def test_an_environment_that_is_not_activated_gets_the_command(tmp_path):
    (tmp_path / ".venv").mkdir()
    found = doctor.environment(tmp_path, tmp_path.parent)
    assert found.ok is None and "activate" in found.remedy and str(tmp_path) in found.remedy
    assert doctor.environment(tmp_path, tmp_path / ".venv").ok
    assert doctor.environment(tmp_path.parent, tmp_path).ok, "there is none to activate"


def test_a_kernel_of_another_python_is_broken(monkeypatch):
    from jupyter_client import kernelspec

    assert doctor.kernel().ok
    spec = kernelspec.KernelSpec(argv=["/usr/bin/env", "-f"])
    monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", lambda self, name: spec)
    found = doctor.kernel()
    assert found.ok is False and "another Python" in found.found and "--sys-prefix" in found.remedy


def test_what_a_later_command_refuses_is_broken(tmp_path, monkeypatch):
    """No workspace, a lesson that is missing, a system without fork."""
    assert doctor.place(None, tmp_path).ok is False
    home = tmp_path / "modules" / "01_counting"
    home.mkdir(parents=True)
    (home / "module.toml").write_text('title = "Counting"\nexports = "tinytorch.core.counting"\n')
    assert doctor.place(Workspace(tmp_path), tmp_path).ok is False
    monkeypatch.setattr("tito.autograder.probe.can_grade", lambda: False)
    (found,) = doctor.isolation(grades=False)
    assert found.ok is False and "WSL" in found.remedy


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
