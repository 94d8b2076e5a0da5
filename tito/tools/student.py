"""Student's t distribution from the standard library alone: SciPy takes a second to load.

The tail is a regularised incomplete beta function, I_x(df/2, 1/2) / 2 with
x = df / (df + t**2), summed by Lentz's continued fraction (DLMF 8.17.22).
"""

from __future__ import annotations

import math
from functools import lru_cache

_TINY = 1e-300


def upper_tail(t: float, df: float) -> float:
    """The probability that Student's t with `df` degrees of freedom exceeds `t`, for t >= 0."""
    return _regularised_beta(df / (df + t * t), df / 2, 0.5) / 2


@lru_cache(maxsize=256)
def quantile(share: float, df: float) -> float:
    """The value that Student's t stays below with probability `share`, for a share above one half."""
    low, high = 0.0, 1.0
    while upper_tail(high, df) > 1 - share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if upper_tail(middle, df) > 1 - share else (low, middle)
    return (low + high) / 2


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
