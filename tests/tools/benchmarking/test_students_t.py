"""Student's t against SciPy."""

import pytest

from tito.tools.benchmarking.students_t import mean_and_variance, quantile, upper_tail

CASES = [(t, df) for t in (0.0, 0.3, 1.0, 2.5, 9.0, 40.0) for df in (1.0, 2.7, 10.0, 58.0, 400.0)]


@pytest.mark.parametrize(("t", "df"), CASES)
def test_tail_agrees_with_scipy(t, df):
    from scipy.special import stdtr

    assert upper_tail(t, df) == pytest.approx(float(stdtr(df, -t)), rel=1e-10)


@pytest.mark.parametrize("df", [1.0, 4.4, 30.0, 1000.0])
@pytest.mark.parametrize("share", [0.6, 0.9, 0.975, 0.9995])
def test_quantile_agrees_with_scipy(share, df):
    from scipy.special import stdtrit

    assert quantile(share, df) == pytest.approx(float(stdtrit(df, share)), rel=1e-10)


@pytest.mark.parametrize("values", [[1.0, 2.0], [3.0, 3.0, 3.0], [1e9 + 0.1, 1e9 + 0.2, 1e9 - 0.4]])
def test_mean_and_variance_are_those_of_the_standard_library(values):
    from statistics import mean, variance

    assert mean_and_variance(values) == pytest.approx((mean(values), variance(values)), rel=1e-9)
