"""What is said about isolation is what was tried."""

from tito import doctor, isolation
from tito.checks import Grade, TestResult


def graded(separate, limited):
    results = (TestResult("separate", separate, 1, 1), TestResult("limited", limited, 1, 1))
    return lambda: Grade("probe", results)


def test_here_a_worker_is_apart_and_limited():
    assert isolation.probe().level == 1


def test_a_wall_that_does_not_hold_is_not_claimed(monkeypatch):
    monkeypatch.setattr(isolation, "_graded", graded("passed", "failed"))
    assert isolation.probe().level == 0 and doctor.isolation().ok is None
    monkeypatch.setattr(isolation, "_graded", graded("failed", "failed"))
    assert isolation.probe().level is None and doctor.isolation().ok is False


def test_a_system_that_cannot_fork_is_told(monkeypatch):
    monkeypatch.delattr(isolation.os, "fork")
    assert isolation.probe().level is None


def test_without_its_packages_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    found = doctor.isolation()
    assert found.ok is False and "msgspec" in found.found
