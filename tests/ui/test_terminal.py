"""What is written to a terminal, and what is not written elsewhere."""

import io
import sys

import pytest

from tito.ui.terminal import progress_bar


class Screen(io.StringIO):
    """A stream that says it is a terminal, with an encoding."""

    def __init__(self, encoding="utf-8", is_terminal=True):
        super().__init__()
        self._encoding, self._is_terminal = encoding, is_terminal

    @property
    def encoding(self):
        return self._encoding

    def isatty(self):
        return self._is_terminal


@pytest.fixture
def shown(monkeypatch):
    """What a bar of 2 of 4 writes to such a screen."""

    def show(**screen):
        monkeypatch.setattr(sys, "stderr", Screen(**screen))
        with progress_bar("12 benchmarking", "hand-ins", interval_s=0) as move:
            move(0, 4)
            move(2, 4)
        return sys.stderr.getvalue()

    return show


def test_a_bar_shows_how_far_it_is(shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    text = shown()
    assert "12 benchmarking" in text and "━" in text and "2/4 · 00:00" in text and "hand-ins/s" in text


def test_a_bar_is_gone_at_the_end(shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert shown().rsplit("\r", 2)[1].strip() == ""


def test_a_bar_uses_signs_that_the_terminal_can_show(shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert "==" in shown(encoding="ascii") and "━" not in shown(encoding="ascii")


def test_only_a_terminal_that_can_move_the_cursor_shows_a_bar(shown, monkeypatch):
    assert shown(is_terminal=False) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert shown() == ""
