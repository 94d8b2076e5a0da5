"""Points are rounded and written in one way."""

import pytest

from tito.support.points import points_text, rounded_points

WRITTEN = {12.0: "12", 7.5: "7.5", 7.25: "7.25", 0: "0", 1 / 3: "0.33", 0.1 + 0.2: "0.3", 100.0: "100", -0.001: "0"}


@pytest.mark.parametrize("points, text", WRITTEN.items())
def test_points_are_written_to_two_places(points, text):
    assert points_text(points) == text


@pytest.mark.parametrize("points", WRITTEN)
def test_the_rounded_number_is_what_is_written(points):
    assert rounded_points(points) == float(points_text(points))


def test_no_points_are_no_text():
    assert points_text(None) == ""
