"""What a stranger wrote is shown, but does nothing."""

import sys
import unicodedata

import pytest

from tito.support.errors import UsageError
from tito.support.safe_text import in_one_line, no_formula, plain, with_colours_only
from tito.ui import terminal


@pytest.mark.parametrize(
    "text", ["p99 = 10.1 ms ✓", "naïve café 漢字 عربى עברית", "👩‍🔬 🏳️‍🌈", "می‌خواهم", "a\tb\nc", "µ × − … “quoted”"]
)
def test_what_people_write_stays(text):
    assert plain(text) == text


@pytest.mark.parametrize(
    "unfit",
    [
        "\x1b[2J",
        "\x07",
        "\r",
        "\x00",
        "\x9b31m",
        "\u202e",
        "\u2066",
        "\u2028",
        "\u200b",
        "\ufeff",
        "\U000e0041",
        "\ud800",
    ],
)
def test_what_does_something_is_shown_as_unfit(unfit):
    assert plain(f"a{unfit}b") == f"a�{unfit[1:]}b"


@pytest.mark.slow
def test_nothing_invisible_is_left_but_what_joins_letters():
    shown = plain("".join(map(chr, range(sys.maxunicode + 1))))
    left = {char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs")}
    visible = {
        "\u0600",
        "\u0601",
        "\u0602",
        "\u0603",
        "\u0604",
        "\u0605",
        "\u06dd",
        "\u070f",
        "\u0890",
        "\u0891",
        "\u08e2",
    }  # Arabic, Syriac
    others = {char for char in left if ord(char) > 0x11000}  # shorthand and hieroglyphs
    assert left - visible - others == set("\t\n\u200c\u200d")


def test_a_line_is_one_line_and_no_longer_than_it_may_be():
    assert in_one_line("a\n  s002   100/100\tb") == "a   s002   100/100 b"
    assert in_one_line("x" * 50, 10) == "x" * 9 + "…"


def test_only_colours_go_through_to_the_terminal():
    assert with_colours_only("\x1b[32m✓\x1b[0m \x1b[2J\x1b]0;title\x07 \r") == "\x1b[32m✓\x1b[0m �[2J�]0;title� �"


def test_the_terminal_is_told_nothing_that_a_file_name_says(capsys):
    terminal.print_message("  ! \x1b[1Aev\u202eil.ipynb")
    terminal.print_result("\x1b[1A")
    assert capsys.readouterr() == ("�[1A\n", "  ! �[1Aev�il.ipynb\n")


def test_errors_may_quote_a_strangers_file():
    error = UsageError("can't read \x1b[2J", why="\r", at="\u202e", hint="\x07")
    assert str(error) == error.message == "can't read �[2J" and error.why + error.at + error.hint == "���"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1"])
def test_no_spreadsheet_computes_with_it(text):
    assert no_formula(text) == f"'{text}"


def test_other_text_is_no_formula():
    assert no_formula("✗ server: 10 ms") == "✗ server: 10 ms"
