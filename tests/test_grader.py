"""What the grader has loaded before a work is graded."""

import pytest

from tito.checks import CodeCell, Work
from tito.grading.grader import heavy_imports


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
def test_libraries_that_code_uses_are_loaded_beforehand_and_those_it_speaks_of_are_not(source, loaded):
    assert heavy_imports(Work((CodeCell("cell", source),))) == loaded
