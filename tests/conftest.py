"""What every test may ask for: a toy course of its own."""

import pytest
from toy import write_course


@pytest.fixture
def course(tmp_path):
    """A fresh toy course in a folder of the test's own."""
    root = tmp_path / "course"
    root.mkdir()
    return write_course(root)
