"""What every test may ask for: a toy course, a warm grader, and PyTorch as an oracle."""

import os

import pytest

from tests.support.toy_course import write_course

if not hasattr(
    os, "fork"
):  # as on Windows: what runs a learner's code, and what only Unix has, can't be imported there
    collect_ignore_glob = [
        *(
            "autograder/*",
            "sandbox/*",
            "workers/*",
            "classroom/*",
            "modules/*",
            "test_contributing.py",
            "test_pictures.py",
        ),
        *("authoring/test_mutation.py", "authoring/test_release.py", "authoring/test_scaffold.py"),
        *("cli/test_demo_course.py", "cli/test_process.py", "workspace/test_local_run.py"),
    ]


@pytest.fixture(scope="session", autouse=True)
def grade_behind_what_walls_there_are():
    """The tests of grading run on every machine; `autograder/test_probe.py` tests what is refused without walls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tito.autograder.probe.LOWEST", 0)
        yield


@pytest.fixture
def course(tmp_path):
    """A fresh toy course in a folder of the test's own."""
    root = tmp_path / "course"
    root.mkdir()
    return write_course(root)


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """With all the walls that this machine has."""
    from tests.support.graded_module import TIGHT, library_in
    from tito.autograder.grader import Grader

    with Grader(library_in(tmp_path_factory.mktemp("library")), limits=TIGHT) as warm:
        yield warm


@pytest.fixture(scope="module")
def unwalled(tmp_path_factory):
    """With limits only, as on a learner's own machine."""
    from tests.support.graded_module import TIGHT, library_in
    from tito.autograder.grader import Grader

    with Grader(library_in(tmp_path_factory.mktemp("library")), limits=TIGHT, level=0) as warm:
        yield warm


@pytest.fixture(scope="session")
def torch():
    """PyTorch, which computes the same by other code; a test that asks for it is skipped where it is missing."""
    missing = "PyTorch, the oracle, is not installed or does not load: make oracles"
    return pytest.importorskip("torch", reason=missing, exc_type=ImportError)
