"""What the grader has loaded before a work is graded, and how many workers a work has."""

import pytest

from tests.support.graded_module import grade
from tito.autograder.grader import heavy_imports
from tito.course.checks import CodeCell, Work
from tito.sandbox.client import WorkerConnection


@pytest.mark.parametrize(
    "source, loaded",
    [
        ("import numpy as np", []),
        ("from scipy import stats", ["scipy.stats"]),
        ("def f():\n    import scipy.stats as st", ["scipy.stats"]),
        ("import scipy\np = scipy.stats.ttest_ind(a, b)", ["scipy.stats"]),
        ("from scipy.special import stdtr\nimport matplotlib.pyplot as plt", ["scipy.special", "matplotlib.pyplot"]),
        ('def f():\n    """Compare with\n    `scipy.stats.ttest_ind`.\n    """', []),
        ("x = 1  # scipy.stats would do it too", []),
        ('"""One."""\nfrom scipy import stats\n"""Two."""', ["scipy.stats"]),
    ],
)
def test_libraries_that_code_uses_are_loaded_beforehand(source, loaded):
    assert heavy_imports(Work((CodeCell("cell", source),))) == loaded


@pytest.mark.slow
@pytest.mark.parametrize("answer", [4, 5])
def test_a_work_has_one_worker(grader, monkeypatch, answer):
    """For its open lines and its hidden tests, and for the words about what failed."""
    alive = []
    for name, step in (("fork", 1), ("end", -1)):
        real = getattr(WorkerConnection, name)
        monkeypatch.setattr(
            WorkerConnection,
            name,
            lambda workers, *its, real=real, step=step: (alive.append(step), real(workers, *its))[1],
        )
    hidden = "### BEGIN HIDDEN TESTS\nassert answer() > 3\n### END HIDDEN TESTS\n"
    results = grade(
        grader, f"def answer(): return {answer}", f"{hidden}assert answer() == 4", "assert answer() == 4, 'it is 4'"
    ).results
    assert [result.points for result in results] == [answer == 4] * 2
    assert alive == [1, -1]
