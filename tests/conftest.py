"""What every test may ask for: a toy course of its own, and PyTorch as an oracle."""

import pytest

from tests.support.toy_course import write_course


@pytest.fixture(scope="session", autouse=True)
def grade_behind_what_walls_there_are():
    """The tests of grading run on every machine; `autograder/test_probe.py` holds what is refused where walls are missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tito.autograder.probe.LOWEST", 0)
        yield


@pytest.fixture
def course(tmp_path):
    """A fresh toy course in a folder of the test's own."""
    root = tmp_path / "course"
    root.mkdir()
    return write_course(root)


@pytest.fixture(scope="session")
def torch():
    """PyTorch, which computes the same by other code; a test that asks for it is skipped where it is missing."""
    missing = "PyTorch, the oracle, is not installed or does not load: make oracles"
    return pytest.importorskip("torch", reason=missing, exc_type=ImportError)
