"""What is written to a terminal, and what is not written elsewhere."""

import io
import sys

import pytest

from tito.ui.terminal import fitted, progress_bar


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


@pytest.mark.parametrize("columns", [38, 40, 80])
def test_no_word_is_broken_on_a_narrow_terminal(columns):
    text = '  ✗ server                         0/16     benchmarking_dev.ipynb, cell "server"\n      p99 at 90 % load'
    lines = fitted(text, columns).split("\n")
    assert all(len(line) <= columns for line in lines)
    assert " ".join(lines).split() == text.split(), "every word is there, in one piece"


def test_a_line_that_fits_stays_and_colours_take_no_columns():
    text = f"\x1b[31m✗\x1b[0m {'x' * 36}"
    assert fitted(text, 38) == text
    assert fitted("a" * 50, 38) == "a" * 50, "a word that is too long is the terminal's to break"
    assert fitted("  note: " + "b" * 35, 38).split("\n")[1] == "  " + "b" * 35
