"""Points as people read them: rounded to two places, and written without trailing zeros.

The terminal, the pages, the CSV and the JSON all round here. The gradebook
keeps the points unrounded.
"""

PLACES = 2


def rounded_points(points: float) -> float:
    """The points as a number for other programs: 0.3 for 0.1 + 0.2."""
    return round(points, PLACES) + 0.0  # adding 0.0 makes -0.0 a 0.0


def points_text(points: float | None) -> str:
    """`12`, `7.25`, `0.33`; "" for None, which means that there are none to tell."""
    return "" if points is None else f"{rounded_points(points):.{PLACES}f}".rstrip("0").rstrip(".")
