"""Student's t distribution from the standard library alone: SciPy takes a second to load.

The tail is a regularised incomplete beta function, I_x(df/2, 1/2) / 2 with
x = df / (df + t**2), summed by Lentz's continued fraction (DLMF 8.17.22).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist, fmean

_TINY = 1e-300


def upper_tail(t: float, df: float) -> float:
    """The probability that Student's t with `df` degrees of freedom exceeds `t`, for t >= 0."""
    return _regularised_beta(df / (df + t * t), df / 2, 0.5) / 2


@lru_cache(maxsize=256)
def quantile(share: float, df: float) -> float:
    """The value that Student's t stays below with probability `share`, for a share above one half.

    By Newton's method from the normal quantile, which is smaller: the tail is convex, so no step goes too far.
    """
    t = NormalDist().inv_cdf(share)
    step = 1.0
    while step > 1e-12 * t:
        step = (upper_tail(t, df) - (1 - share)) / _density(t, df)
        t += step
    return t


def mean_and_variance(values: Sequence[float]) -> tuple[float, float]:
    """Mean and sample variance (ddof = 1) of two values or more, in floating point.

    `statistics.variance` computes with fractions and takes fifty times as long.
    """
    mean = fmean(values)
    return mean, math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _density(t: float, df: float) -> float:
    log_front = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log_front - (df + 1) / 2 * math.log1p(t * t / df))


def _regularised_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b); by symmetry where the fraction would converge slowly."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _regularised_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) * _continued_fraction(x, a, b) / a


def _continued_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    value = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / (1 + term * d or _TINY), 1 + term / c or _TINY
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value
